"""Who has a file and for how many working days: spells that begin and end with each move."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from odsc_counter.applications.models import Application, ApplicationStep, Holding
from odsc_counter.places import queries as places
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.work import Work, reading

COUNTER = "counter"
OFFICE = "office"
CITIZEN = "citizen"


@dataclass(frozen=True)
class Moment:
    """When something is done: the instant and the centre's own day."""

    at: datetime
    day: date

    @classmethod
    def now(cls, centre: Centre) -> "Moment":
        """This moment, on the day that the centre counts it to."""
        at = clock.now()
        return cls(at, clock.business_day(at, centre.day_starts_minute))


def lies_with(work: Work, application: Application, holder: str, moment: Moment) -> None:
    """The file now lies with the counter or the citizen, and with nobody else."""
    let_go(work, application, moment)
    work.session.flush()
    work.session.add(
        Holding(
            application_id=application.id,
            holder=holder,
            began_at=moment.at,
            began_on=moment.day,
        )
    )


def lies_with_office(
    work: Work, application: Application, step: ApplicationStep, moment: Moment
) -> None:
    """The office of a step has the file; others of the same stage may have it too."""
    for holding in _now(work, application):
        if holding.holder != OFFICE:
            _end(holding, moment)
    work.session.flush()
    work.session.add(
        Holding(
            application_id=application.id,
            holder=OFFICE,
            step_id=step.id,
            ministry_id=step.ministry_id,
            began_at=moment.at,
            began_on=moment.day,
        )
    )


def office_lets_go(
    work: Work, application: Application, step: ApplicationStep, moment: Moment
) -> None:
    """The office of a step no longer has the file."""
    for holding in _now(work, application):
        if holding.step_id == step.id:
            _end(holding, moment)


def let_go(work: Work, application: Application, moment: Moment) -> None:
    """Nobody has the file any longer."""
    for holding in _now(work, application):
        _end(holding, moment)


def holdings(application_id: uuid.UUID) -> list[Holding]:
    """Everybody who ever had the file, in the order of time."""
    with reading() as session:
        return list(
            session.scalars(
                select(Holding)
                .where(Holding.application_id == application_id)
                .order_by(Holding.began_at, Holding.id)
            )
        )


def _now(work: Work, application: Application) -> list[Holding]:
    return list(
        work.session.scalars(
            select(Holding).where(
                Holding.application_id == application.id, Holding.ended_at.is_(None)
            )
        )
    )


def _end(holding: Holding, moment: Moment) -> None:
    holding.ended_at, holding.ended_on = moment.at, moment.day
    holding.working_days = places.working_calendar().working_days(holding.began_on, moment.day)
