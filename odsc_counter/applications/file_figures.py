"""Figures of a centre's files in a month: what citizens are asked for, and who has them how long.

Counts and sums alone, each table one statement that the database groups.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import aliased

from odsc_counter.applications.holdings import CITIZEN, OFFICE
from odsc_counter.applications.lifecycle import PASSED
from odsc_counter.applications.models import (
    Application,
    ApplicationPaper,
    ApplicationStep,
    Holding,
)
from odsc_counter.catalogue.models import Service, ServiceVersion
from odsc_counter.platform.sql_sums import count_if
from odsc_counter.platform.work import reading

ASKED_OF_CITIZEN = "citizen"
"""The origin of a paper that the citizen has to bring."""


@dataclass(frozen=True)
class ServiceFigures:
    """The files of one service that were taken in the month."""

    service_id: int
    files: int
    papers_asked: int
    """Papers that the citizens had to bring, all files together."""
    papers_spared: int
    """Papers that the centre had already, or makes itself."""
    sent_away_once: int
    """Files for whose papers the citizen was sent away, but for none of them again."""
    sent_away_again: int
    """Files for one same paper of which the citizen was sent away twice or more."""

    @property
    def asked_per_file(self) -> float:
        """How many papers a citizen had to bring, on average."""
        return self.papers_asked / self.files


@dataclass(frozen=True)
class HolderFigures:
    """How long an office, or the citizens, had the files that they let go in the month."""

    ministry_id: int | None
    """None: the citizens."""
    files: int
    passed: int
    """Files of which the office passed a step."""
    working_days: int
    """Over all files, each with all its spells that ended in the month."""
    longest: int
    """Working days of the file that was there longest."""

    @property
    def average(self) -> float:
        """Working days for each file."""
        return self.working_days / self.files


@dataclass(frozen=True)
class MonthFigures:
    """One month of a centre."""

    first: date
    last: date
    services: list[ServiceFigures]
    """By the services' own order; only those of which a file was taken."""
    offices: list[HolderFigures]
    """The offices, the one that took longest on average first."""
    citizens: HolderFigures | None
    """None where no citizen gave a file back in the month."""


def figures(month: date) -> MonthFigures:
    """The figures of the month that a day lies in, of the centre in scope."""
    first = month.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    holders = _holders(first, last)
    offices = [holder for holder in holders if holder.ministry_id is not None]
    return MonthFigures(
        first=first,
        last=last,
        services=_services(first, last),
        offices=sorted(offices, key=lambda office: (-office.average, office.ministry_id)),
        citizens=next((one for one in holders if one.ministry_id is None), None),
    )


def _services(first: date, last: date) -> list[ServiceFigures]:
    of_citizen = ApplicationPaper.origin == ASKED_OF_CITIZEN
    each = (
        select(
            Application.service_id,
            count_if(and_(of_citizen, ApplicationPaper.is_required)).label("asked"),
            count_if(~of_citizen).label("spared"),
            func.coalesce(func.max(ApplicationPaper.times_asked), 0).label("times"),
        )
        .outerjoin(
            ApplicationPaper,
            and_(
                ApplicationPaper.centre_id == Application.centre_id,
                ApplicationPaper.application_id == Application.id,
            ),
        )
        .where(Application.submitted_on.between(first, last))
        .group_by(Application.id, Application.service_id)
        .subquery()
    )
    statement = (
        select(
            each.c.service_id,
            func.count(),
            func.sum(each.c.asked),
            func.sum(each.c.spared),
            count_if(each.c.times == 1),
            count_if(each.c.times > 1),
        )
        .join(Service, Service.id == each.c.service_id)
        .group_by(each.c.service_id, Service.position)
        .order_by(Service.position, each.c.service_id)
    )
    with reading() as session:
        return [ServiceFigures(*map(int, row)) for row in session.execute(statement)]


def _holders(first: date, last: date) -> list[HolderFigures]:
    each = (
        select(
            Holding.ministry_id,
            Holding.application_id,
            func.sum(Holding.working_days).label("days"),
            func.max(case((_passed_with_it(), 1), else_=0)).label("passed"),
        )
        .outerjoin(
            ApplicationStep,
            and_(
                ApplicationStep.centre_id == Holding.centre_id,
                ApplicationStep.id == Holding.step_id,
            ),
        )
        .where(Holding.holder.in_((OFFICE, CITIZEN)), Holding.ended_on.between(first, last))
        .group_by(Holding.ministry_id, Holding.application_id)
        .subquery()
    )
    statement = select(
        each.c.ministry_id,
        func.count(),
        func.sum(each.c.passed),
        func.sum(each.c.days),
        func.max(each.c.days),
    ).group_by(each.c.ministry_id)
    with reading() as session:
        return [
            HolderFigures(ministry_id, *map(int, counts))
            for ministry_id, *counts in session.execute(statement)
        ]


def _passed_with_it() -> ColumnElement[bool]:
    """That the office passed its step when it let go: the step is done, and this spell its last.

    A file that was sent back once and passed later was let go twice, but passed once.
    """
    later = aliased(Holding)
    return and_(
        ApplicationStep.state == PASSED,
        ~exists().where(
            later.centre_id == Holding.centre_id,
            later.application_id == Holding.application_id,
            later.step_id == Holding.step_id,
            later.began_at > Holding.began_at,
        ),
    )


def service_names(service_ids: Collection[int], language: str) -> dict[int, str]:
    """What the services are called in a language, by their newest version."""
    name = ServiceVersion.name_lo if language == "lo" else ServiceVersion.name_en
    with reading() as session:
        rows = session.execute(
            select(ServiceVersion.service_id, name)
            .where(ServiceVersion.service_id.in_(service_ids))
            .order_by(ServiceVersion.valid_from)
        )
        return dict(rows.tuples().all())
