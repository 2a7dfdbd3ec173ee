"""What is read of returns: a centre's months, an area's month, and the official figures."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.monitoring.figures import first_of_month
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import centres_in, working_calendar
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.returns import drafting, verdicts
from odsc_counter.returns.content import month_before, year_before
from odsc_counter.returns.drafting import Draft
from odsc_counter.returns.drawing import draw
from odsc_counter.returns.models import APPROVE, MonthlyReturn, ReturnReview
from odsc_counter.returns.standing import Standing, Version, is_due_from
from odsc_counter.returns.verdicts import Verdicts

LISTED_MONTHS = 24
"""How far back a centre's list goes."""


@dataclass(frozen=True)
class OfficialReturn:
    """The newest approved version of one centre's return of one month."""

    centre_id: int
    code: str
    """The centre's code in addresses."""
    month: date
    """The first day of the month."""
    version: int
    hash: str
    """SHA-256 of what was signed."""
    approved_on: date
    """The day, in Vientiane, on which the coordinator approved this version."""
    content: dict[str, Any]
    """What was signed: `figures` under the names of MonthFigures and `due_days`, `services`,
    `offices`, `findings`, `comments`, `note` (docs/returns.md)."""


@dataclass(frozen=True)
class Sheet:
    """One return with what its figures are compared to."""

    standing: Standing
    compared: Mapping[str, Mapping[str, int] | None]
    """As now; a signed version has kept what it was compared to."""


def official_returns(unit: Unit, first_month: date, last_month: date) -> list[OfficialReturn]:
    """The official returns of all centres within a unit, by month and the centre's code.

    `first_month` and `last_month` are first days of months, both included. A centre without an
    approved return has no row: it is absent, and not nought. Takes the unit's own scope: the
    caller has made sure that the person may read it. Two statements, whatever the area.
    """
    with reference_scope():
        codes = {centre.id: centre.code for centre in centres_in(unit)}
    with area_scope(unit.id), reading() as session:
        rows = session.execute(
            select(
                MonthlyReturn.centre_id,
                MonthlyReturn.month,
                MonthlyReturn.version,
                MonthlyReturn.content_hash,
                ReturnReview.reviewed_at,
                MonthlyReturn.content,
            )
            .join(
                ReturnReview,
                (ReturnReview.about_centre_id == MonthlyReturn.centre_id)
                & (ReturnReview.month == MonthlyReturn.month)
                & (ReturnReview.version == MonthlyReturn.version),
            )
            .where(
                ReturnReview.verdict == APPROVE,
                MonthlyReturn.month.between(first_month, last_month),
            )
            .order_by(MonthlyReturn.month, MonthlyReturn.centre_id, MonthlyReturn.version)
        ).all()
    newest = {(row.centre_id, row.month): row for row in rows}
    found = [
        OfficialReturn(
            centre_id=row.centre_id,
            code=codes[row.centre_id],
            month=row.month,
            version=row.version,
            hash=row.content_hash,
            approved_on=clock.local(row.reviewed_at).date(),
            content=json.loads(row.content),
        )
        for row in newest.values()
    ]
    return sorted(found, key=lambda one: (one.month, one.code))


def of_centre(centre: Centre, months: int = LISTED_MONTHS) -> list[Standing]:
    """A centre's months, the newest first, in its own session.

    From the month that goes on back to the first with figures or a return.
    """
    today = clock.business_day(clock.now(), centre.day_starts_minute)
    listed = [first_of_month(today)]
    while len(listed) < months:
        listed.append(month_before(listed[-1]))
    given = verdicts.on(centre, listed)
    calendar = working_calendar()
    with reading() as session:
        drawn = draw(session, [centre], listed, calendar)
        versions = _versions(session, listed, given)
    told = [
        month
        for month in listed
        if versions[centre.id, month] or drawn[centre.id, month].as_of is not None
    ]
    oldest = min(told, default=listed[0])
    return [
        Standing(centre, month, today, drawn[centre.id, month], versions[centre.id, month])
        for month in listed
        if month >= oldest and is_due_from(centre, month)
    ]


def one_of_centre(centre: Centre, month: date) -> Sheet:
    """A centre's return of one month with the months to compare, in its own session.

    Raises NotFound for a month in which the centre did not exist or that is not there yet.
    """
    today = clock.business_day(clock.now(), centre.day_starts_minute)
    given = verdicts.on(centre, [month])
    with reading() as session:
        return _sheet(session, centre, month, today, given)


def one_in_area(unit: Unit, code: str, month: date) -> Sheet:
    """The same of a centre within an area, in that area's session. Raises NotFound."""
    with reference_scope():
        centre = next((one for one in centres_in(unit) if one.code == code), None)
    if centre is None:
        raise NotFound
    with reading() as session:
        given = _said(session, centre, month)
        return _sheet(session, centre, month, clock.today(), given)


def draft_of(centre: Centre, month: date) -> tuple[Draft, bool]:
    """What the centre would sign now, and whether some of it is still being counted."""
    with reading() as session:
        return drafting.make(session, centre, month), drafting.is_pending(session, month)


def in_area(unit: Unit, month: date) -> list[Standing]:
    """Every centre of an area from which a return of the month is due, by code."""
    with reference_scope():
        centres = [one for one in centres_in(unit) if is_due_from(one, month)]
        calendar = working_calendar()
    with reading() as session:
        given: dict[int, Verdicts] = defaultdict(dict)
        for row in session.scalars(select(ReturnReview).where(ReturnReview.month == month)):
            given[row.about_centre_id][row.month, row.version] = row
        drawn = draw(session, centres, [month], calendar)
        rows: dict[int, list[Version]] = defaultdict(list)
        for one in session.scalars(
            select(MonthlyReturn)
            .where(MonthlyReturn.month == month)
            .order_by(MonthlyReturn.version)
        ):
            review = given[one.centre_id].get((month, one.version))
            rows[one.centre_id].append(Version(one, review))
    today = clock.today()
    return [
        Standing(centre, month, today, drawn[centre.id, month], rows[centre.id])
        for centre in centres
    ]


def _sheet(
    session: Session, centre: Centre, month: date, today: date, given: Verdicts
) -> Sheet:  # fmt: skip
    if not is_due_from(centre, month) or month > today:
        raise NotFound
    others = (month_before(month), year_before(month))
    drawn = draw(session, [centre], [month, *others], working_calendar())
    versions = [
        Version(row, given.get((month, row.version)))
        for row in session.scalars(
            select(MonthlyReturn)
            .where(MonthlyReturn.centre_id == centre.id, MonthlyReturn.month == month)
            .order_by(MonthlyReturn.version)
        )
    ]
    standing = Standing(centre, month, today, drawn[centre.id, month], versions)
    return Sheet(standing, drafting.compared(*(drawn[centre.id, other] for other in others)))


def _said(session: Session, centre: Centre, month: date) -> Verdicts:
    rows = session.scalars(
        select(ReturnReview).where(
            ReturnReview.about_centre_id == centre.id, ReturnReview.month == month
        )
    )
    return {(row.month, row.version): row for row in rows}


def _versions(
    session: Session, months: list[date], given: Verdicts
) -> dict[tuple[int, date], list[Version]]:  # fmt: skip
    found: dict[tuple[int, date], list[Version]] = defaultdict(list)
    for row in session.scalars(
        select(MonthlyReturn).where(MonthlyReturn.month.in_(months)).order_by(MonthlyReturn.version)
    ):
        found[row.centre_id, row.month].append(Version(row, given.get((row.month, row.version))))
    return found
