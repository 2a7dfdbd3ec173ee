"""The draft of a return: figures of a month that is over, and what the rules find in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from odsc_counter.applications.models import Application
from odsc_counter.monitoring.models import CentreDay, CentreMonth, RollupDirty
from odsc_counter.monitoring.recounting import month_differences
from odsc_counter.places.models import Centre
from odsc_counter.places.queries import working_calendar
from odsc_counter.platform import clock
from odsc_counter.platform.sql_sums import count_if
from odsc_counter.receipts.models import Receipt
from odsc_counter.returns import rules
from odsc_counter.returns.content import drawn_hash, month_before, year_before
from odsc_counter.returns.drawing import Drawn, draw, due_days, last_of_month
from odsc_counter.returns.rules import HISTORY_MONTHS, Facts, Finding
from odsc_counter.tills.lifecycle import CLOSED
from odsc_counter.tills.models import TillSession
from odsc_counter.treasury.models import DailyClose


@dataclass(frozen=True)
class Draft:
    """What would be signed now."""

    at: datetime
    """When it was drawn: nothing of the month was marked and not counted, so it was true then."""
    drawn: Drawn
    findings: Sequence[Finding]
    compared: Mapping[str, Mapping[str, int] | None]
    """The figures of the month before and of the same month last year; None: there are none."""

    @property
    def values(self) -> dict[str, Any]:
        """The part of the content that is drawn and checked."""
        return {
            **self.drawn.values,
            "as_of": self.at.astimezone(UTC).isoformat() if self.drawn.as_of else None,
            "findings": [finding.as_values for finding in self.findings],
            "compared": self.compared,
        }

    @property
    def hash(self) -> str:
        """By which the operation knows that the person saw these very figures."""
        return drawn_hash(self.values)


def is_pending(session: Session, month: date) -> bool:
    """Whether something of the month is marked and not counted yet."""
    marked = select(RollupDirty.id).where(RollupDirty.day.between(month, last_of_month(month)))
    return session.scalars(marked.limit(1)).first() is not None


def make(session: Session, centre: Centre, month: date) -> Draft:
    """Draw and check a month in the centre's own session."""
    calendar = working_calendar()
    months = [month]
    while len(months) <= HISTORY_MONTHS:
        months.append(month_before(months[-1]))
    drawn = draw(session, [centre], months, calendar)
    told_months = set(
        session.scalars(select(CentreMonth.month).where(CentreMonth.month.in_(months[1:])))
    )
    this = drawn[centre.id, month]
    files_open, files_overdue = _files_at_end(session, month)
    facts = Facts(
        figures=this.figures,
        services=this.services,
        due=due_days(centre, month, calendar),
        told=frozenset(_days(session, CentreDay.day, month)),
        history=_history(drawn, centre, [one for one in months[1:] if one in told_months]),
        days_not_closed=sorted(
            set(_days(session, Receipt.day, month)) - set(_days(session, DailyClose.day, month))
        ),
        tills_left=sorted(
            set(_days(session, TillSession.day, month, TillSession.state != CLOSED))
        ),
        files_open=files_open,
        files_overdue=files_overdue,
        recount=list(dict.fromkeys(one.figure for one in month_differences(session, month))),
    )  # fmt: skip
    return Draft(
        clock.now(),
        this,
        rules.check(facts),
        compared(drawn[centre.id, months[1]], drawn[centre.id, year_before(month)]),
    )


def compared(before: Drawn, a_year_ago: Drawn) -> dict[str, Mapping[str, int] | None]:
    """The figures that a month's are set beside; None where nobody has said anything."""
    return {
        "month_before": before.figures if before.as_of else None,
        "year_before": a_year_ago.figures if a_year_ago.as_of else None,
    }


def _history(
    drawn: Mapping[tuple[int, date], Drawn], centre: Centre, months: Sequence[date]
) -> list[Mapping[str, int]]:
    return [drawn[centre.id, month].figures for month in months]


def _days(session: Session, day: Any, month: date, *also: ColumnElement[bool]) -> Sequence[date]:
    return session.scalars(
        select(day).where(day.between(month, last_of_month(month)), *also).distinct()
    ).all()


def _files_at_end(session: Session, month: date) -> tuple[int, int]:
    """Files that were undecided at the end of a month, and those of them that were overdue."""
    end = last_of_month(month)
    undecided, late = session.execute(
        select(func.count(), count_if(Application.due_on <= end)).where(
            Application.submitted_on <= end,
            Application.decided_on.is_(None) | (Application.decided_on > end),
        )
    ).one()
    return int(undecided), int(late)
