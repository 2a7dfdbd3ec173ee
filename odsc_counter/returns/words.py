"""What states, figures and findings of returns are called."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from odsc_counter.monitoring.indicators import INDICATORS, Indicator
from odsc_counter.monitoring.measures import Measures
from odsc_counter.platform.lao import language_now, month_name
from odsc_counter.platform.money import format_kip, format_number
from odsc_counter.platform.wording import UNKNOWN, decimal, percent
from odsc_counter.returns.content import Difference
from odsc_counter.returns.rules import Finding
from odsc_counter.returns.standing import (
    APPROVED,
    CHANGED,
    OPEN,
    SENT_BACK,
    SIGNED,
    TO_SIGN,
    Standing,
)

STATES: dict[str, LazyString] = {
    OPEN: _l("Month goes on"),
    TO_SIGN: _l("To be signed"),
    SIGNED: _l("Waits for approval"),
    SENT_BACK: _l("Sent back"),
    APPROVED: _l("Approved"),
    CHANGED: _l("Approved, changed since"),
}
TONES = {
    OPEN: "muted", TO_SIGN: "attention", SIGNED: "info", SENT_BACK: "bad",
    APPROVED: "good", CHANGED: "attention",
}  # fmt: skip
SHOWN: tuple[Indicator, ...] = tuple(
    one for one in INDICATORS if not one.is_of_now and (one.theme != "centres" or one.is_rate)
)
"""The indicators that a return is shown by; its content keeps every count behind them."""

FIGURES: dict[str, LazyString] = {
    "visits": _l("Visits"),
    "tickets": _l("Queue numbers"),
    "unreliable": _l("Numbers with times written by hand"),
    "asked": _l("Services asked for"),
    "served": _l("Served"),
    "no_shows": _l("No-shows"),
    "cancelled": _l("Cancelled"),
    "walked_out": _l("Walked out"),
    "closed": _l("Closed at day end"),
    "ended": _l("Services that ended"),
    "called": _l("Services that were called"),
    "judged": _l("Services judged by the 30 minutes"),
    "in_target": _l("Called within 30 minutes"),
    "waited": _l("Services with a known wait"),
    "wait_seconds": _l("Seconds waited, together"),
    "wait_0_5": _l("Waited up to 5 minutes"),
    "wait_5_15": _l("Waited 5 to 15 minutes"),
    "wait_15_30": _l("Waited 15 to 30 minutes"),
    "wait_30_60": _l("Waited 30 to 60 minutes"),
    "wait_60_up": _l("Waited over 60 minutes"),
    "timed": _l("Services with a known serving time"),
    "serve_seconds": _l("Seconds served, together"),
    "applications": _l("Applications taken"),
    "complete": _l("Complete at the first visit"),
    "decided": _l("Applications decided"),
    "decided_on_time": _l("Decided on time"),
    "decided_days": _l("Working days until decided, together"),
    "sent_back": _l("Files that went back to the citizen"),
    "collected": _l("Results collected"),
    "collect_days": _l("Days until collected, together"),
    "fee_lines": _l("Fees charged"),
    "reduced_lines": _l("Fees reduced or waived"),
    "reduction_kip": _l("Amount waived (kip)"),
    "local_lines": _l("Fees by a local decision"),
    "revenue_kip": _l("Fee revenue (kip)"),
    "receipts": _l("Receipts"),
    "voids": _l("Voided receipts"),
    "refunds": _l("Refunds"),
    "days": _l("Days with figures"),
    "open_days": _l("Open days with figures"),
    "due_days": _l("Open days of the month"),
    "let_go": _l("Files let go"),
    "let_go_days": _l("Working days at the office, together"),
    "let_go_late": _l("Files let go late"),
    "returned": _l("Files returned to the citizen"),
}


def figure(name: str) -> str:
    """What a count is called; its own name where a later release no longer knows it."""
    return str(FIGURES.get(name, name))


def state(standing: Standing) -> str:
    """Where a return stands, in words."""
    if standing.state == SIGNED and standing.is_complete:
        return str(_("Correction waits for approval"))
    if standing.state == SENT_BACK and standing.is_complete:
        return str(_("Correction sent back"))
    return str(STATES[standing.state])


def month(first: date) -> str:
    """The name of a month with its year."""
    return str(
        _("%(month)s %(year)s", month=month_name(first.month, language_now()), year=first.year)
    )


def value(indicator: Indicator, figures: Mapping[str, int] | None) -> str:
    """An indicator of a return as it is written; a dash where there is nothing to say."""
    if figures is None:
        return UNKNOWN
    if not figures["days"] and indicator.theme != "centres":
        return UNKNOWN
    return _written(indicator, indicator.value(measures(figures)))


def measures(figures: Mapping[str, int]) -> Measures:
    """A return's figures as indicators take them."""
    known = {name: figures[name] for name in vars(Measures()) if name in figures}
    return Measures(**known, centres=1, reporting=int(figures["days"] > 0))


def _written(indicator: Indicator, found: float | None) -> str:
    if found is None:
        return UNKNOWN
    if indicator.unit == "share":
        return percent(found)
    if indicator.unit == "kip":
        return format_number(round(found))
    return format_number(int(found)) if not indicator.is_rate else decimal(found)


def unit_of(indicator: Indicator) -> str:
    """What a figure's number counts, where its name does not say it."""
    if indicator.unit == "kip":
        return str(_("kip"))
    if indicator.unit == "minutes":
        return str(_("minutes"))
    return str(_("days")) if indicator.unit == "days" else ""


def finding(found: Finding) -> str:
    """What a rule found, in a sentence."""
    values = found.values
    days = [date.fromisoformat(day) for day in values.get("days", ())]
    listed = ", ".join(f"{day:%d/%m}" for day in days)
    if found.code == "missing_days":
        return str(ngettext(
            "%(num)s open day without figures: %(days)s.",
            "%(num)s open days without figures: %(days)s.",
            len(days), days=listed,
        ))  # fmt: skip
    if found.code == "days_not_closed":
        return str(ngettext(
            "On %(num)s day with receipts the cash office was not closed: %(days)s.",
            "On %(num)s days with receipts the cash office was not closed: %(days)s.",
            len(days), days=listed,
        ))  # fmt: skip
    if found.code == "tills_left":
        return str(ngettext(
            "On %(num)s day a till is not signed off: %(days)s.",
            "On %(num)s days a till is not signed off: %(days)s.",
            len(days), days=listed,
        ))  # fmt: skip
    return _of_figures(found.code, values)


def _of_figures(code: str, values: Mapping[str, Any]) -> str:
    if code == "more_than":
        return str(_(
            "“%(part)s” (%(part_is)s) is more than “%(whole)s” (%(whole_is)s).",
            part=figure(values["part"]), part_is=format_number(values["part_is"]),
            whole=figure(values["whole"]), whole_is=format_number(values["whole_is"]),
        ))  # fmt: skip
    if code == "below_nought":
        return str(_(
            "“%(figure)s” is below nought: %(number)s.",
            figure=figure(values["name"]), number=format_number(values["is"]),
        ))  # fmt: skip
    if code == "not_the_sum":
        return str(_(
            "“%(figure)s” is %(number)s, its parts come to %(sum)s.",
            figure=figure(values["name"]), number=format_number(values["is"]),
            sum=format_number(values["sum"]),
        ))  # fmt: skip
    if code == "services_differ":
        return str(_(
            "“%(figure)s” is %(number)s, the services together come to %(sum)s.",
            figure=figure(values["name"]), number=format_number(values["is"]),
            sum=format_number(values["sum"]),
        ))  # fmt: skip
    if code == "unusual":
        return str(_(
            "“%(figure)s” is unusual for this centre: %(number)s. By its %(months)s earlier months"
            " about %(usual)s were to be expected.",
            figure=figure(values["name"]), number=format_number(values["is"]),
            months=values["months"], usual=format_number(values["usual"]),
        ))  # fmt: skip
    if code == "files_overdue":
        return str(_(
            "At the month's end %(overdue)s of %(open)s undecided files were past their day.",
            overdue=format_number(values["overdue"]), open=format_number(values["open"]),
        ))  # fmt: skip
    if code == "recount_differs":
        return str(_(
            "A new count of the records gives other figures: %(figures)s.",
            figures=", ".join(figure(name) for name in values["names"]),
        ))  # fmt: skip
    return code


def of(difference: Difference) -> str:
    """Which figure of what is another one."""
    name = figure(difference.name)
    if difference.kind == "service":
        return str(_("%(figure)s, service %(code)s", figure=name, code=difference.of))
    if difference.kind == "office":
        return str(_("%(figure)s, office %(office)s", figure=name, office=difference.of))
    return name


def number(count: int | None) -> str:
    """A count; a dash where there is no row."""
    return UNKNOWN if count is None else format_number(count)


def amount(kip: int) -> str:
    """An amount with its unit."""
    return format_kip(kip, language_now())
