"""Every indicator once, as data: what it counts, over what, from which records, which way is good.

A page, a file, a report and the interface for other systems all form a figure here, from the
sums that `measures` holds, so that none of them can say another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from odsc_counter.monitoring.figures import ServiceFigures
from odsc_counter.monitoring.measures import FEW, Measures

Unit = Literal["count", "share", "minutes", "days", "kip"]
Theme = Literal["hall", "files", "money", "centres"]
BY_SERVICE = frozenset(field.name for field in fields(ServiceFigures))
"""The figures that are also kept by service and month."""
SECONDS_OF_MINUTE = 60

THEMES: dict[Theme, LazyString] = {
    "hall": _l("In the hall"),
    "files": _l("Files"),
    "money": _l("Fees"),
    "centres": _l("Centres"),
}


@dataclass(frozen=True)
class Indicator:
    """One indicator: `numerator` less `less`, over `denominator`; all are names of `Measures`."""

    code: str
    theme: Theme
    unit: Unit
    label: LazyString
    meaning: LazyString
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    over: LazyString | None = None
    """The denominator in words."""
    leaves_out: LazyString | None = None
    better: Literal["more", "less"] | None = None
    """Which way is good; None where a figure only says how much there is."""
    sources: tuple[str, ...] = ()
    """The kinds of records from whose events it is counted."""
    is_of_now: bool = False
    """Whether it says how things stand now, whatever the period."""

    @property
    def is_rate(self) -> bool:
        """Whether it is a share or an average: comparable between large and small centres."""
        return bool(self.denominator)

    @property
    def is_by_service(self) -> bool:
        """Whether it can be told for one service or ministry."""
        return self.figures <= BY_SERVICE

    @property
    def figures(self) -> frozenset[str]:
        """The names of all figures that it is formed of."""
        return frozenset((*self.numerator, *self.denominator, *self.less))

    def parts(self, figures: Measures) -> tuple[int, int]:
        """What stands above and below the line; below a count stands 1."""
        above = sum(getattr(figures, name) for name in self.numerator)
        above -= sum(getattr(figures, name) for name in self.less)
        below = sum(getattr(figures, name) for name in self.denominator)
        return above, below if self.is_rate else 1

    def value(self, figures: Measures) -> float | None:
        """The indicator in its unit: parts of one, minutes, days, kip or a count.

        None when there was nothing to form a rate of, which is not the same as nought.
        """
        above, below = self.parts(figures)
        if not self.is_rate:
            return above
        if not below:
            return None
        return above / below / (SECONDS_OF_MINUTE if self.unit == "minutes" else 1)

    def is_few(self, figures: Measures) -> bool:
        """Whether a rate rests on too few cases to compare."""
        return self.is_rate and self.theme != "centres" and self.parts(figures)[1] < FEW


_RELIABLE = _l(
    "Services that have not ended yet, that were closed at day end, and those of numbers whose"
    " times are unreliable."
)
_TICKETS, _FILES, _RECEIPTS = ("ticket",), ("application",), ("receipt",)

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "visits", "hall", "count", _l("Visits"),
        _l("People who came to a centre, by the day of their arrival, whatever became of them."),
        ("visits",), sources=_TICKETS,
    ),
    Indicator(
        "tickets", "hall", "count", _l("Queue numbers"),
        _l("Queue numbers issued, by the centre's own day."),
        ("tickets",), sources=_TICKETS,
    ),
    Indicator(
        "asked", "hall", "count", _l("Services asked for"),
        _l("Services for which somebody stood in the queue or at a counter. One number may ask"
           " for several."),
        ("asked",), sources=_TICKETS,
        leaves_out=_l("Planned services that never began, and steps that were taken back."),
    ),
    Indicator(
        "served", "hall", "count", _l("Served"),
        _l("Services that were completed at a counter."), ("served",), sources=_TICKETS,
        leaves_out=_l("Whatever was still open at day end: that is closed, never served."),
    ),
    Indicator(
        "no_show_rate", "hall", "share", _l("No-show rate"),
        _l("The share of services whose person did not come when called."),
        ("no_shows",), ("called",), better="less", sources=_TICKETS,
        over=_l("Services that were called."),
        leaves_out=_l("Services closed at day end."),
    ),
    Indicator(
        "walkout_rate", "hall", "share", _l("Walkout rate"),
        _l("The share of services whose person left before being served to the end."),
        ("walked_out",), ("ended",), better="less", sources=_TICKETS,
        over=_l("All services that have ended."),
    ),
    Indicator(
        "wait_average", "hall", "minutes", _l("Average wait"),
        _l("The time in the queue until the call, on average."),
        ("wait_seconds",), ("waited",), better="less", sources=_TICKETS,
        over=_l("Services that were called, no-shows among them."), leaves_out=_RELIABLE,
    ),
    Indicator(
        "service_level", "hall", "share", _l("Called within 30 minutes"),
        _l("The share of services that were called within 30 minutes, the same for all centres."
           " Whoever walked out counts as missed."),
        ("in_target",), ("judged",), better="more", sources=_TICKETS,
        over=_l("Services that were called or whose person walked out."), leaves_out=_RELIABLE,
    ),
    Indicator(
        "long_wait_rate", "hall", "share", _l("Waited over 60 minutes"),
        _l("The share of services that were called after more than 60 minutes."),
        ("wait_60_up",), ("waited",), better="less", sources=_TICKETS,
        over=_l("Services that were called, no-shows among them."), leaves_out=_RELIABLE,
    ),
    Indicator(
        "serving_average", "hall", "minutes", _l("Average serving time"),
        _l("From standing at the counter to the end, holds not counted, on average."),
        ("serve_seconds",), ("timed",), sources=_TICKETS,
        over=_l("Services that were served."),
        leaves_out=_l("No-shows, transfers, whatever was closed at day end, unreliable times."),
    ),
    Indicator(
        "applications", "files", "count", _l("Files received"),
        _l("Applications taken, by the day of submission."), ("applications",), sources=_FILES,
    ),
    Indicator(
        "decided", "files", "count", _l("Files decided"),
        _l("Applications granted or refused, by the day of the decision."),
        ("decided",), sources=_FILES, leaves_out=_l("Files that were withdrawn."),
    ),
    Indicator(
        "on_time_rate", "files", "share", _l("Decided on time"),
        _l("The share of decisions that came by the promised day."),
        ("decided_on_time",), ("decided",), better="more", sources=_FILES,
        over=_l("Files decided."), leaves_out=_l("Files that were withdrawn."),
    ),
    Indicator(
        "decided_late", "files", "count", _l("Decided late"),
        _l("Decisions that came after the promised day."),
        ("decided",), less=("decided_on_time",), better="less", sources=_FILES,
    ),
    Indicator(
        "decision_days", "files", "days", _l("Days to a decision"),
        _l("Working days from the day of submission to the decision, on average, also those on"
           " which the file lay with the citizen."),
        ("decided_days",), ("decided",), better="less", sources=_FILES, over=_l("Files decided."),
    ),
    Indicator(
        "first_visit_rate", "files", "share", _l("Complete at the first visit"),
        _l("The share of files that never went back to the citizen for a paper or a correction."
           " It falls when a file is sent back later."),
        ("complete",), ("applications",), better="more", sources=_FILES,
        over=_l("Files received."),
    ),
    Indicator(
        "sent_back", "files", "count", _l("Sent back to the citizen"),
        _l("How often a file went to the citizen, who owes papers or a correction."),
        ("sent_back",), better="less", sources=_FILES,
    ),
    Indicator(
        "collection_days", "files", "days", _l("Days until collected"),
        _l("Calendar days from the day on which a result lay ready until it was handed over, on"
           " average."),
        ("collect_days",), ("collected",), better="less", sources=_FILES,
        over=_l("Results handed over."), leaves_out=_l("Results that nobody has collected yet."),
    ),
    Indicator(
        "files_open", "files", "count", _l("Files open now"),
        _l("Files that are not decided, at this moment."), ("files_open",), sources=_FILES,
        is_of_now=True,
    ),
    Indicator(
        "files_overdue", "files", "count", _l("Files overdue now"),
        _l("Open files whose promised day has passed, at this moment."),
        ("files_overdue",), better="less", sources=_FILES, is_of_now=True,
    ),
    Indicator(
        "overdue_rate", "files", "share", _l("Share of open files overdue now"),
        _l("The share of the open files whose promised day has passed, at this moment."),
        ("files_overdue",), ("files_open",), better="less", sources=_FILES,
        over=_l("Files open now."), is_of_now=True,
    ),
    Indicator(
        "revenue", "money", "kip", _l("Fee revenue"),
        _l("Sales less voids and refunds, by the day of the receipt."),
        ("revenue_kip",), sources=_RECEIPTS,
    ),
    Indicator(
        "receipts", "money", "count", _l("Receipts"),
        _l("Receipts issued, voided later or not."), ("receipts",), sources=_RECEIPTS,
        leaves_out=_l("Voids and refunds."),
    ),
    Indicator(
        "void_rate", "money", "share", _l("Void rate"),
        _l("Voids as a share of the receipts issued in the same days."),
        ("voids",), ("receipts",), better="less", sources=_RECEIPTS, over=_l("Receipts issued."),
    ),
    Indicator(
        "exemption_rate", "money", "share", _l("Fees reduced or waived"),
        _l("The share of fees of people who pay less or nothing by the published rules."),
        ("reduced_lines",), ("fee_lines",), sources=_RECEIPTS, over=_l("Fees charged."),
    ),
    Indicator(
        "waived", "money", "kip", _l("Kip waived"),
        _l("What these people did not have to pay."), ("reduction_kip",), sources=_RECEIPTS,
    ),
    Indicator(
        "deviation_rate", "money", "share", _l("Fees by a local decision"),
        _l("The share of fees that were charged by a local decision instead of the published"
           " amount."),
        ("local_lines",), ("fee_lines",), better="less", sources=_RECEIPTS,
        over=_l("Fees charged."),
    ),
    Indicator(
        "active_centres", "centres", "count", _l("Active centres"),
        _l("Centres with figures on some day of the period."), ("reporting",),
        sources=(*_TICKETS, *_FILES, *_RECEIPTS),
    ),
    Indicator(
        "completeness", "centres", "share", _l("Reporting completeness"),
        _l("The share of working days with figures, all centres together."),
        ("open_days",), ("due_days",), better="more",
        sources=(*_TICKETS, *_FILES, *_RECEIPTS),
        over=_l("Days on which the centres were to work and that are over."),
    ),
)  # fmt: skip

BY_CODE = {indicator.code: indicator for indicator in INDICATORS}


def chosen(code: str, among: Sequence[Indicator] = INDICATORS) -> Indicator:
    """The indicator that an address asks for; the first when it asks for none we know."""
    return next((one for one in among if one.code == code), among[0])
