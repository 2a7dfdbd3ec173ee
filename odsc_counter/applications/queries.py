"""What people look at of applications. Read only, in the scope of one centre."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import RoleGrant
from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.applications.lifecycle import LIFECYCLE, OPEN
from odsc_counter.applications.models import (
    Application,
    ApplicationPaper,
    ApplicationStep,
)
from odsc_counter.applications.tracking import read_code
from odsc_counter.catalogue.models import Ministry
from odsc_counter.people.keys import document_key, full_name_key
from odsc_counter.people.models import Person
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.lao import search_key
from odsc_counter.platform.tenancy import current_scope
from odsc_counter.platform.work import reading

PAGE_SIZE = 25
ESCAPE = "\\"


@dataclass(frozen=True)
class Filters:
    """What a list of applications is narrowed to; empty means all."""

    state: str = ""
    overdue: bool = False
    ministry_id: int | None = None
    ticket_id: uuid.UUID | None = None
    text: str = ""
    """Part of a name, a label, a number or a tracking code."""


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many rows there are in all."""

    rows: list[Application]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


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


def listing(filters: Filters, page: int = 1) -> Page:
    """A page of applications, the newest first; overdue ones: the longest overdue first."""
    conditions = _conditions(filters)
    joined = and_(Person.centre_id == Application.centre_id, Person.id == Application.person_id)
    order = (
        (Application.due_on, Application.submitted_at)
        if filters.overdue
        else (Application.submitted_at.desc(), Application.number.desc())
    )
    with reading() as session:
        total = session.scalars(
            select(func.count()).select_from(Application).join(Person, joined).where(*conditions)
        ).one()
        number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
        rows = session.scalars(
            select(Application)
            .join(Person, joined)
            .where(*conditions)
            .order_by(*order)
            .limit(PAGE_SIZE)
            .offset((number - 1) * PAGE_SIZE)
        )
        return Page(list(rows), total, number)


def is_overdue(application: Application, day: date) -> bool:
    """Whether the promised day has passed and nothing is decided."""
    return application.state in OPEN and application.due_on is not None and application.due_on < day


def part_of(text: str) -> str:
    """The LIKE pattern for any text that contains this one; for `escape=ESCAPE`."""
    for letter in (ESCAPE, "%", "_"):
        text = text.replace(letter, ESCAPE + letter)
    return f"%{text}%"


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


def ministries_decided_by(user_id: int | None) -> set[int]:
    """Whose files a person may decide on in this centre: ids of ministries.

    An officer also decides on the files of the ministries that theirs has succeeded.
    """
    if user_id is None:
        return set()
    today = clock.today()
    with reading() as session:
        held = set(
            session.scalars(
                select(RoleGrant.ministry_id).where(
                    RoleGrant.user_id == user_id,
                    RoleGrant.role.in_(PERMISSIONS["application.decide"].roles),
                    RoleGrant.at_centre_id == current_scope().centre_id,
                    RoleGrant.granted_on <= today,
                    or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > today),
                )
            )
        )
        successors = dict(
            session.execute(
                select(Ministry.id, Ministry.successor_id).where(Ministry.successor_id.is_not(None))
            ).all()
        )
    reached = {found for found in held if found is not None}
    while more := {
        before for before, after in successors.items() if after in reached and before not in reached
    }:
        reached |= more
    return reached


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.state in LIFECYCLE.states:
        conditions.append(Application.state == filters.state)
    if filters.overdue:
        conditions += [Application.state.in_(OPEN), Application.due_on < clock.today()]
    if filters.ministry_id is not None:
        conditions.append(Application.ministry_id == filters.ministry_id)
    if filters.ticket_id is not None:
        conditions.append(Application.ticket_id == filters.ticket_id)
    key = search_key(filters.text)
    if key:
        matches = [
            Application.label.like(part_of(key.upper()), escape=ESCAPE),
            Application.tracking_code == read_code(key),
        ]
        if name := full_name_key(filters.text):
            matches.append(Person.name_key.like(part_of(name), escape=ESCAPE))
        if document := document_key(filters.text):
            matches.append(Person.id_key == document)
        if key.isdecimal() and len(key) < 9:
            matches.append(Application.number == int(key))
        conditions.append(or_(*matches))
    return conditions


def _one(session: Session, statement: Select[Application]) -> Application:
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
