"""A centre's figures counted from its records: the definitions, and nothing that stores them.

Everything here reads tickets, applications, receipts and tills in the centre's own scope and
gives counts and sums. `rollups` keeps the results; the checks compare them with a new count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from odsc_counter.applications import escalation
from odsc_counter.applications.holdings import CITIZEN
from odsc_counter.applications.lifecycle import APPROVED, INCOMPLETE, OPEN, READY, WITHDRAWN
from odsc_counter.applications.lists import SOON_DAYS
from odsc_counter.applications.models import Application, Holding
from odsc_counter.catalogue.models import FeeLine
from odsc_counter.places import queries as places
from odsc_counter.places.queries import WorkingCalendar
from odsc_counter.platform.sql_sums import count_if, sum_if
from odsc_counter.receipts.models import REFUND, SALE, VOID, Receipt, ReceiptLine
from odsc_counter.tickets.counted_legs import (
    CALLED,
    COUNTED,
    JUDGED,
    SERVED,
    TIMED,
    in_target,
)
from odsc_counter.tickets.lifecycle import (
    AT_COUNTER,
    CANCELLED,
    CLOSED,
    NO_SHOW,
    WAITING,
    WALKED_OUT,
)
from odsc_counter.tickets.models import Counter, ServiceLeg, Ticket, Visit
from odsc_counter.tickets.tally import BANDS_MINUTES
from odsc_counter.tills.lifecycle import CLOSED as TILL_CLOSED
from odsc_counter.tills.models import TillSession

TARGET_WAIT_MINUTES = 30
"""The nation's service level: the share that was called within so many minutes."""


@dataclass
class ServiceFigures:
    """What `Counted` holds of one service in a month, under the same names."""

    asked: int = 0
    served: int = 0
    no_shows: int = 0
    cancelled: int = 0
    walked_out: int = 0
    closed: int = 0
    ended: int = 0
    called: int = 0
    judged: int = 0
    in_target: int = 0
    waited: int = 0
    wait_seconds: int = 0
    wait_0_5: int = 0
    wait_5_15: int = 0
    wait_15_30: int = 0
    wait_30_60: int = 0
    wait_60_up: int = 0
    timed: int = 0
    serve_seconds: int = 0
    applications: int = 0
    complete: int = 0
    decided: int = 0
    decided_on_time: int = 0
    decided_days: int = 0
    sent_back: int = 0
    collected: int = 0
    collect_days: int = 0
    fee_lines: int = 0
    reduced_lines: int = 0
    reduction_kip: int = 0
    local_lines: int = 0
    revenue_kip: int = 0


@dataclass
class DayFigures(ServiceFigures):
    """What `CountedByDay` holds of one day, under the same names."""

    visits: int = 0
    tickets: int = 0
    unreliable: int = 0
    receipts: int = 0
    voids: int = 0
    refunds: int = 0


@dataclass
class MonthFigures(DayFigures):
    """What `CentreMonth` holds of one month, under the same names."""

    days: int = 0
    open_days: int = 0


@dataclass
class NowFigures:
    """What `CentreNow` holds, under the same names."""

    waiting: int = 0
    serving: int = 0
    counters_open: int = 0
    files_open: int = 0
    files_overdue: int = 0
    escalated_coordinator: int = 0
    escalated_committee: int = 0
    escalated_ministry: int = 0
    tills_open: int = 0
    files_due_soon: int = 0
    files_incomplete: int = 0
    uncollected: int = 0
    uncollected_days: int = 0
    tills_left_open: int = 0


DAY_FIGURES = tuple(field.name for field in fields(DayFigures))
SERVICE_FIGURES = tuple(field.name for field in fields(ServiceFigures))
NOW_FIGURES = tuple(field.name for field in fields(NowFigures))
MONTH_FIGURES = tuple(field.name for field in fields(MonthFigures))

WAIT_CLASSES = ("wait_0_5", "wait_5_15", "wait_15_30", "wait_30_60", "wait_60_up")
"""The columns of the waiting-time classes, shortest first."""


def first_of_month(day: date) -> date:
    """The first day of the month that a day lies in."""
    return day.replace(day=1)


def first_of_next_month(day: date) -> date:
    """The first day of the month after the one that a day lies in."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _wait_classes(reliable: ColumnElement[bool]) -> Iterator[ColumnElement[int]]:
    """How many services waited within each class; a class holds its upper bound."""
    condition, wait = TIMED["waiting"]
    bounds = [minutes * 60 for minutes in BANDS_MINUTES]
    for lower, upper in zip([None, *bounds], [*bounds, None], strict=True):
        within = condition & reliable
        if lower is not None:
            within = within & (wait > lower)
        if upper is not None:
            within = within & (wait <= upper)
        yield count_if(within)


def _legs(reliable: ColumnElement[bool]) -> dict[str, ColumnElement[int]]:
    """The counts and sums of service legs, by the definitions of the hall's own reports."""
    waited, wait = TIMED["waiting"]
    timed, serving = TIMED["serving"]
    outcome = ServiceLeg.outcome
    return {
        "asked": func.count(),
        "served": count_if(SERVED),
        "no_shows": count_if(outcome == NO_SHOW),
        "cancelled": count_if(outcome == CANCELLED),
        "walked_out": count_if(outcome == WALKED_OUT),
        "closed": count_if(outcome == CLOSED),
        "ended": count_if(outcome.is_not(None)),
        "called": count_if(CALLED),
        "judged": count_if(reliable & JUDGED),
        "in_target": count_if(reliable & in_target(TARGET_WAIT_MINUTES)),
        "waited": count_if(reliable & waited),
        "wait_seconds": sum_if(reliable & waited, wait),
        **dict(zip(WAIT_CLASSES, _wait_classes(reliable), strict=True)),
        "timed": count_if(reliable & timed),
        "serve_seconds": sum_if(reliable & timed, serving),
    }


@dataclass(frozen=True)
class _Count:
    """Something to be counted: what, and by which day and service its records are told apart."""

    what: Select[*tuple[Any, ...]]
    day: InstrumentedAttribute[Any]
    service: InstrumentedAttribute[int]
    sum_days: str = ""
    """The figure to which the days between two dates of each group add, if any."""
    since: SQLColumnExpression[Any] | None = None
    """From which day they are counted; `day` is to when."""
    working: bool = False
    """Whether they are working days."""


def _counts() -> tuple[_Count, ...]:
    reliable = ~Ticket.times_unreliable
    owed = (
        exists()
        .where(
            Holding.centre_id == Application.centre_id,
            Holding.application_id == Application.id,
            Holding.holder == CITIZEN,
        )
        .correlate(Application)
    )
    is_sale = Receipt.kind == SALE
    return (
        _Count(
            select(*(column.label(name) for name, column in _legs(reliable).items()))
            .select_from(ServiceLeg)
            .join(
                Ticket,
                (Ticket.centre_id == ServiceLeg.centre_id) & (Ticket.id == ServiceLeg.ticket_id),
            )
            .where(COUNTED),
            ServiceLeg.day,
            ServiceLeg.service_id,
        ),
        _Count(
            select(func.count().label("applications"), count_if(~owed).label("complete")),
            Application.submitted_on,
            Application.service_id,
        ),
        _Count(
            select(
                func.count().label("decided"),
                count_if(Application.decided_on <= Application.due_on).label("decided_on_time"),
            ).where(Application.state != WITHDRAWN),
            Application.decided_on,
            Application.service_id,
            "decided_days",
            Application.submitted_on,
            working=True,
        ),
        _Count(
            select(func.count().label("sent_back"))
            .select_from(Holding)
            .join(
                Application,
                (Application.centre_id == Holding.centre_id)
                & (Application.id == Holding.application_id),
            )
            # As the partial index says it.
            .where(Holding.holder == literal(CITIZEN, literal_execute=True)),
            Holding.began_on,
            Application.service_id,
        ),
        _Count(
            select(func.count().label("collected")),
            Application.collected_on,
            Application.service_id,
            "collect_days",
            func.coalesce(Application.ready_on, Application.decided_on),
        ),
        _Count(
            select(
                count_if(is_sale).label("fee_lines"),
                count_if(is_sale & (ReceiptLine.reduction_kip > 0)).label("reduced_lines"),
                sum_if(is_sale, ReceiptLine.reduction_kip).label("reduction_kip"),
                count_if(
                    is_sale & ReceiptLine.computation["deviation"].as_string().is_not(None)
                ).label("local_lines"),
                func.coalesce(func.sum(ReceiptLine.amount_kip), 0).label("revenue_kip"),
            )
            .select_from(Receipt)
            .join(
                ReceiptLine,
                (ReceiptLine.centre_id == Receipt.centre_id)
                & (ReceiptLine.receipt_id == Receipt.id),
            )
            .join(FeeLine, FeeLine.id == ReceiptLine.fee_line_id),
            Receipt.day,
            FeeLine.service_id,
        ),
    )


def _days_alone() -> Iterator[tuple[Select[*tuple[Any, ...]], InstrumentedAttribute[date]]]:
    """What belongs to a day and to no single service."""
    yield select(func.count().label("visits")), Visit.day
    yield (
        select(
            func.count().label("tickets"), count_if(Ticket.times_unreliable).label("unreliable")
        ),
        Ticket.day,
    )
    yield (
        select(
            count_if(Receipt.kind == SALE).label("receipts"),
            count_if(Receipt.kind == VOID).label("voids"),
            count_if(Receipt.kind == REFUND).label("refunds"),
        ),
        Receipt.day,
    )
    yield select(), TillSession.day


def count_days(session: Session, first: date, last: date) -> dict[date, DayFigures]:
    """The figures of each day from first to last, both included, on which anything happened.

    A day without a visit, an application, a decision, a file sent back or collected, a receipt
    or an opened till is not in the answer: nobody has said anything about it, which is not the
    same as nought.
    """
    days: dict[date, DayFigures] = {}
    calendar = places.working_calendar()
    for count in _counts():
        _add(session, count, count.day, (first, last), calendar, days, DayFigures)
    for what, day in _days_alone():
        rows = session.execute(
            what.add_columns(day.label("on")).where(day.between(first, last)).group_by(day)
        )
        for row in rows:
            figures = days.setdefault(row.on, DayFigures())
            for name in row._fields[:-1]:
                setattr(figures, name, int(getattr(row, name)))
    return days


def month_of(days: Mapping[date, object]) -> MonthFigures:
    """The days of one month that have figures, added up.

    Each day bears the names of `DayFigures`, as `CentreDay` does.
    """
    calendar = places.working_calendar()
    total = MonthFigures(days=len(days), open_days=sum(map(calendar.is_open_day, days)))
    for name in DAY_FIGURES:
        setattr(total, name, sum(getattr(day, name) for day in days.values()))
    return total


def count_services(session: Session, month: date) -> dict[int, ServiceFigures]:
    """The figures of each service that was asked for in the month that starts on `month`."""
    services: dict[int, ServiceFigures] = {}
    calendar = places.working_calendar()
    span = month, first_of_next_month(month) - timedelta(days=1)
    for count in _counts():
        _add(session, count, count.service, span, calendar, services, ServiceFigures)
    return services


def _add(
    session: Session,
    count: _Count,
    key: InstrumentedAttribute[Any],
    span: tuple[date, date],
    calendar: WorkingCalendar,
    told: dict[Any, Any],
    kind: type[ServiceFigures],
) -> None:
    """Count within the span, told apart by `key`, and add it to what was counted before."""
    apart = [key.label("key")]
    if count.since is not None:
        apart += [count.since.label("since"), count.day.label("until")]
    rows = session.execute(
        count.what.add_columns(*apart).where(count.day.between(*span)).group_by(*apart)
    )
    names = [column.name for column in count.what.selected_columns]
    for row in rows:
        figures = told.setdefault(row.key, kind())
        for name in names:
            setattr(figures, name, getattr(figures, name) + int(getattr(row, name)))
        if count.since is not None and row.since is not None:
            days = (
                calendar.working_days(row.since, row.until)
                if count.working
                else (row.until - row.since).days
            )
            so_far = getattr(figures, count.sum_days)
            setattr(figures, count.sum_days, so_far + max(days, 0) * int(getattr(row, names[0])))


def count_now(session: Session, today: date) -> NowFigures:
    """How the centre stands, `today` being its own day.

    A file is overdue when it is open and its last day has passed; a file that still lacks
    papers has no last day. It is escalated at the highest level that it has reached.
    """
    waiting, serving = session.execute(
        select(count_if(Ticket.state == WAITING), count_if(Ticket.state.in_(AT_COUNTER))).where(
            Ticket.day == today, Ticket.state.in_((WAITING, *AT_COUNTER))
        )
    ).one()
    late = escalation.reached(escalation.cutoffs_of(session, today))
    soon = places.due_date(today, SOON_DAYS)
    files, overdue, due_soon, incomplete, *escalated = session.execute(
        select(
            func.count(Application.id),
            count_if(Application.due_on < today),
            count_if(Application.due_on.between(today, soon)),
            count_if(Application.state == INCOMPLETE),
            *(count_if(condition) for condition in late.values()),
        ).where(Application.state.in_(OPEN))
    ).one()
    counters = session.scalar(select(func.count(Counter.id)).where(Counter.clerk_id.is_not(None)))
    tills, tills_left_open = session.execute(
        select(func.count(TillSession.id), count_if(TillSession.day < today)).where(
            TillSession.state != TILL_CLOSED
        )
    ).one()
    uncollected, oldest = session.execute(
        select(
            func.count(Application.id),
            func.min(func.coalesce(Application.ready_on, Application.decided_on)),
        ).where(Application.state.in_((APPROVED, READY)))
    ).one()
    return NowFigures(
        waiting=int(waiting),
        serving=int(serving),
        counters_open=int(counters or 0),
        files_open=int(files),
        files_overdue=int(overdue),
        tills_open=int(tills),
        files_due_soon=int(due_soon),
        files_incomplete=int(incomplete),
        uncollected=int(uncollected),
        uncollected_days=0 if oldest is None else max(0, (today - oldest).days),
        tills_left_open=int(tills_left_open),
        **{f"escalated_{level}": int(count) for level, count in zip(late, escalated, strict=True)},
    )
