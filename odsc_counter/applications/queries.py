"""What people look at of applications. Read only, in the scope of one centre."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from odsc_counter.applications.lifecycle import OPEN
from odsc_counter.applications.models import (
    Application,
    ApplicationPaper,
    ApplicationStep,
)
from odsc_counter.applications.tracking import read_code
from odsc_counter.catalogue.models import Ministry
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.work import reading


def application(application_id: uuid.UUID) -> Application:
    """The application with its person and version. Raises NotFound."""
    with reading() as session:
        return _one(session, select(Application).where(Application.id == application_id))


def locked(session: Session, application_id: uuid.UUID) -> Application:
    """The application, held until the transaction ends: nobody else can move or pay it.

    First in the order of locks (application, till session, number series). Raises NotFound.
    """
    return _one(
        session,
        select(Application)
        .where(Application.id == application_id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True),
    )


def by_tracking_code(code: str) -> Application:
    """The application that a citizen follows by its code. Raises NotFound."""
    with reading() as session:
        return _one(
            session, select(Application).where(Application.tracking_code == read_code(code))
        )


def labels(application_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The numbers of files of the centre, by id."""
    if not application_ids:
        return {}
    with reading() as session:
        rows = session.execute(
            select(Application.id, Application.label).where(Application.id.in_(application_ids))
        )
        return {row.id: row.label for row in rows}


def papers(application_id: uuid.UUID) -> list[ApplicationPaper]:
    """The checklist of an application, in the service's order."""
    with reading() as session:
        return list(
            session.scalars(
                select(ApplicationPaper)
                .where(ApplicationPaper.application_id == application_id)
                .order_by(ApplicationPaper.position)
            )
        )


def timeline(application_id: uuid.UUID) -> list[Event]:
    """All that happened to an application, oldest first."""
    with reading() as session:
        return list(
            session.scalars(
                select(Event)
                .where(Event.subject_kind == "application", Event.subject_id == str(application_id))
                .order_by(Event.at, Event.id)
            )
        )


def last_step_at(session: Session, application: Application) -> datetime:
    """When something last happened to an application."""
    return session.scalars(
        select(Event.at)
        .where(
            Event.subject_kind == "application",
            Event.subject_id == str(application.id),
            Event.seq.is_not(None),
        )
        .order_by(Event.seq.desc())
        .limit(1)
    ).one()


def steps(application_id: uuid.UUID) -> list[ApplicationStep]:
    """The steps of an application through the offices, in their order."""
    with reading() as session:
        return list(
            session.scalars(
                select(ApplicationStep)
                .where(ApplicationStep.application_id == application_id)
                .order_by(ApplicationStep.stage, ApplicationStep.position)
            )
        )


def is_overdue(application: Application, day: date) -> bool:
    """Whether the promised day has passed and nothing is decided."""
    return application.state in OPEN and application.due_on is not None and application.due_on < day


def ministries() -> list[Ministry]:
    """All ministries, for choosing one in a list."""
    with reading() as session:
        return list(session.scalars(select(Ministry).order_by(Ministry.code)))


def ministry(ministry_id: int) -> Ministry:
    """A ministry under the name that its row bears. Raises NotFound."""
    with reading() as session:
        found = session.get(Ministry, ministry_id)
    if found is None:
        raise NotFound
    return found


def _one(session: Session, statement: Select[Application]) -> Application:
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
