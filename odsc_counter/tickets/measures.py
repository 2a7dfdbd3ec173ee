"""The figures of the hall, defined once: name, what is counted, of what, and what is left out.

The reports take their columns from here, the page `definitions` and docs/figures.md their
text. How each is computed is in `tally` (from sums) and `reports` (from rows).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.tickets.tally import Tally

Unit = Literal["count", "minutes", "hours", "share"]
"""How a value is shown. `minutes` and `hours` are both kept in seconds."""


@dataclass(frozen=True)
class Measure:
    """One figure. `value` is None where there is nothing to tell."""

    code: str
    label: LazyString
    unit: Unit
    counts: LazyString
    """What is counted or summed."""
    value: Callable[[Tally], float | None]
    of: LazyString | None = None
    """Of what it is a share, or over what an average goes."""
    leaves_out: LazyString | None = None


@dataclass(frozen=True)
class Chapter:
    """Measures that are explained together."""

    title: LazyString
    measures: tuple[Measure, ...]


_TIMED = _(
    "Services that have not ended yet, that were closed at day end, and those of numbers "
    "whose times are unreliable."
)

ARRIVALS = Chapter(
    _("Who comes"),
    (
        Measure(
            "tickets",
            _("Numbers"),
            "count",
            _("Queue numbers issued, by the day and hour of issue, whatever became of them."),
            lambda tally: tally.tickets,
        ),
        Measure(
            "files",
            _("Files acted for"),
            "count",
            _(
                "Households or files for which these people act: a village chief may bring ten "
                "with one number."
            ),
            lambda tally: tally.files,
        ),
        Measure(
            "asked",
            _("Services asked for"),
            "count",
            _(
                "Services for which somebody stood in the queue or at the counter. One number may "
                "ask for several; a transfer to another service or desk begins a new one, which "
                "is timed by itself."
            ),
            lambda tally: tally.asked,
            leaves_out=_("Planned services that never began, and steps that were taken back."),
        ),
        Measure(
            "open",
            _("Not ended yet"),
            "count",
            _("Services asked for whose person is still in the hall."),
            lambda tally: tally.open,
        ),
    ),
)

OUTCOMES = Chapter(
    _("What became of them"),
    (
        Measure(
            "called",
            _("Called"),
            "count",
            _("Services for which the number was called at least once."),
            lambda tally: tally.called,
            leaves_out=_("Services that have not ended yet, and those closed at day end."),
        ),
        Measure(
            "served",
            _("Served"),
            "count",
            _("Services that were completed at a counter, also without having been called."),
            lambda tally: tally.served,
            leaves_out=_("Whatever was still open at day end: that is closed, never served."),
        ),
        Measure(
            "transferred",
            _("Transferred"),
            "count",
            _("Services that ended by sending the person to another service, counter or clerk."),
            lambda tally: tally.transferred,
        ),
        Measure(
            "no_shows",
            _("No-shows"),
            "count",
            _("Services whose person did not come when called."),
            lambda tally: tally.no_shows,
        ),
        Measure(
            "no_show_rate",
            _("No-show rate"),
            "share",
            _(
                "The share of no-shows. A no-show adds to the waiting time until the call, and to "
                "no walking or serving time."
            ),
            lambda tally: tally.no_show_rate,
            of=_("The services that were called."),
        ),
        Measure(
            "walked_out",
            _("Walkouts"),
            "count",
            _("Services whose person left before being served to the end."),
            lambda tally: tally.walked_out,
        ),
        Measure(
            "walkout_rate",
            _("Walkout rate"),
            "share",
            _("The share of walkouts."),
            lambda tally: tally.walkout_rate,
            of=_("All services that have ended."),
        ),
        Measure(
            "cancelled",
            _("Cancelled"),
            "count",
            _("Services whose number was given back before the call."),
            lambda tally: tally.cancelled,
        ),
        Measure(
            "closed",
            _("Closed at day end"),
            "count",
            _("Services that were still open when the day was closed, or were closed by hand."),
            lambda tally: tally.closed,
            leaves_out=_("They count as closed alone: neither served nor no-show, in no time."),
        ),
    ),
)

WAITING = Chapter(
    _("How long they waited"),
    (
        Measure(
            "wait_average",
            _("Average wait"),
            "minutes",
            _(
                "Waiting time: all the time in the queue for a service, from joining it to the "
                "call. Who is put back into the queue goes on waiting."
            ),
            lambda tally: tally.waiting.average,
            of=_("The services that were called, no-shows among them."),
            leaves_out=_TIMED,
        ),
        Measure(
            "wait_median",
            _("Half waited up to"),
            "minutes",
            _("The median: half of the waiting times are no longer, in whole minutes."),
            lambda tally: tally.waiting.within(0.5),
            of=_("The services that were called, no-shows among them."),
            leaves_out=_TIMED,
        ),
        Measure(
            "wait_ninety",
            _("Nine of ten waited up to"),
            "minutes",
            _("The 90th percentile: nine of ten waiting times are no longer, in whole minutes."),
            lambda tally: tally.waiting.within(0.9),
            of=_("The services that were called, no-shows among them."),
            leaves_out=_TIMED,
        ),
        Measure(
            "service_level",
            _("Service level"),
            "share",
            _(
                "Services that were called within the centre's target. Whoever walked out counts "
                "as missed, however short the wait was."
            ),
            lambda tally: tally.service_level,
            of=_("The services that were called or whose person walked out."),
            leaves_out=_TIMED,
        ),
    ),
)

AT_THE_COUNTER = Chapter(
    _("At the counter"),
    (
        Measure(
            "walking_average",
            _("Average walking time"),
            "minutes",
            _("Walking time: from the call until the person stands at the counter."),
            lambda tally: tally.walking.average,
            of=_("The services that were called and begun."),
            leaves_out=_("No-shows, people served without a call, and unreliable times."),
        ),
        Measure(
            "serving_average",
            _("Average serving time"),
            "minutes",
            _("Serving time: from standing at the counter to the end, holds not counted."),
            lambda tally: tally.serving.average,
            of=_("The services that were served."),
            leaves_out=_("No-shows, transfers, whatever was closed at day end, unreliable times."),
        ),
        Measure(
            "serving_median",
            _("Half served within"),
            "minutes",
            _("The median of the serving times, in whole minutes."),
            lambda tally: tally.serving.within(0.5),
            of=_("The services that were served."),
            leaves_out=_("No-shows, transfers, whatever was closed at day end, unreliable times."),
        ),
        Measure(
            "serving_ninety",
            _("Nine of ten served within"),
            "minutes",
            _("The 90th percentile of the serving times, in whole minutes."),
            lambda tally: tally.serving.within(0.9),
            of=_("The services that were served."),
            leaves_out=_("No-shows, transfers, whatever was closed at day end, unreliable times."),
        ),
        Measure(
            "hold_average",
            _("Average time on hold"),
            "minutes",
            _("Hold time: while the person had stepped aside, to copy a paper for instance."),
            lambda tally: tally.hold.average,
            of=_("The services that were put on hold."),
            leaves_out=_TIMED,
        ),
    ),
)

DESKS = Chapter(
    _("Desks"),
    (
        Measure(
            "open_time",
            _("Open desk time"),
            "hours",
            _("Time in which a clerk sat at a counter and was not on a break."),
            lambda tally: tally.open_seconds,
            leaves_out=_("Time after the end of the centre's day, if nobody left the counter."),
        ),
        Measure(
            "break_time",
            _("Break time"),
            "hours",
            _("Time on a break, of whatever kind, without leaving the counter."),
            lambda tally: tally.break_seconds,
        ),
        Measure(
            "busy_time",
            _("Walking and serving"),
            "hours",
            _(
                "Walking and serving time of the services that ended at the desk, finished or "
                "not; for a no-show the time that the desk waited."
            ),
            lambda tally: tally.busy_seconds,
            leaves_out=_TIMED,
        ),
        Measure(
            "idle_time",
            _("Idle time"),
            "hours",
            _("Open desk time less walking and serving time, never below nought."),
            lambda tally: tally.idle_seconds,
        ),
        Measure(
            "idle_share",
            _("Idle share"),
            "share",
            _("The share of idle time."),
            lambda tally: tally.idle_share,
            of=_("The open desk time."),
        ),
    ),
)

RELIABILITY = Chapter(
    _("What is left out"),
    (
        Measure(
            "unreliable_tickets",
            _("Numbers with times left out"),
            "share",
            _(
                "Numbers whose times were written down by hand or are known to be wrong. They are "
                "in all counts and in no time, band or service level."
            ),
            lambda tally: tally.unreliable_ticket_share,
            of=_("All numbers issued."),
        ),
        Measure(
            "unreliable_legs",
            _("Services with times left out"),
            "share",
            _("Services that were asked for with such a number."),
            lambda tally: tally.unreliable_leg_share,
            of=_("All services asked for."),
        ),
    ),
)

CHAPTERS = (ARRIVALS, OUTCOMES, WAITING, AT_THE_COUNTER, DESKS, RELIABILITY)
MEASURES = {measure.code: measure for chapter in CHAPTERS for measure in chapter.measures}

REMARKS = (
    _(
        "Everything is read from the records that the events of the hall left, and can be "
        "recomputed from these events at any time; nothing is kept that could drift."
    ),
    _(
        "Distribution bands: up to 5, 5 to 15, 15 to 30, 30 to 60 and over 60 minutes. A band "
        "holds its upper bound: five minutes exactly are in the first."
    ),
    _(
        "A service counts to the day on which its number was issued, and to the hour in which "
        "the person began to wait for it."
    ),
    _(
        "A service counts to the counter and clerk that called or served it last. Transferred "
        "services count to those who sent the person on."
    ),
    _(
        "Per priority reason: numbers issued with that reason, by day. Who has no reason is in "
        "the column without one; an appointment is a reason."
    ),
    _("The national pages count in the same way, with one target of 30 minutes for all centres."),
)
"""What holds for several measures, for the pages of definitions."""
