"""Lists of files: all, late, escalated, due soon, owed by citizens, not collected, asked for twice.

Every list is a range of one index, so that a page costs the same with a hundred files and
with a hundred thousand; what is counted is counted up to a limit.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Session

from odsc_counter.applications import escalation
from odsc_counter.applications.escalation_models import COORDINATOR
from odsc_counter.applications.lifecycle import APPROVED, INCOMPLETE, LIFECYCLE, OPEN, READY
from odsc_counter.applications.models import (
    Application,
    ApplicationPaper,
    ApplicationStep,
    Holding,
)
from odsc_counter.applications.tracking import read_code
from odsc_counter.people import queries as people
from odsc_counter.places import queries as places
from odsc_counter.platform import clock
from odsc_counter.platform.lao import european_digits, lao_normalize
from odsc_counter.platform.work import reading

PAGE_SIZE = 25
COUNTED = 10_000
"""So many files of a list are counted; beyond it says that there are more."""
PEOPLE = 500
"""So many people of one name are looked at; whoever finds more must write more of it."""
SOON_DAYS = 3
"""Working days ahead that the list of what is due soon shows."""

OVERDUE, DUE_SOON, OWED, UNCOLLECTED, TWICE = "overdue", "due_soon", "owed", "uncollected", "twice"
ESCALATED = "escalated"
OVER_STANDARD = "over_standard"
"""Of an office alone: what it has kept longer than its own step may take."""
SHOWS = (OVERDUE, ESCALATED, DUE_SOON, OWED, UNCOLLECTED, TWICE)

LABEL = re.compile(r"^(?:[A-Z0-9]+-)??(?:(\d{2})-)?(\d{1,9})$")
"""A file's number, with centre and year or without: LA0101-26-00042, 26-42, 42."""


@dataclass(frozen=True)
class Filters:
    """What a list of applications is narrowed to; empty means all."""

    state: str = ""
    show: str = ""
    """One of SHOWS, or all."""
    ministry_id: int | None = None
    ticket_id: uuid.UUID | None = None
    office: tuple[int, str] | None = None
    """A ministry and a level: files that lie with that office now."""
    text: str = ""
    """The beginning of words of a name, an ID number, a file's number or a tracking code."""


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many rows there are in all."""

    rows: list[Application]
    total: int
    """At most COUNTED."""
    number: int
    is_more: bool = False
    """Whether there are more than COUNTED."""
    is_cut: bool = False
    """Whether more people than PEOPLE have this name."""

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


def listing(filters: Filters, page: int = 1) -> Page:
    """A page of applications: the newest first, in a list of late ones the latest first."""
    conditions, order = _narrowed(filters)
    with reading() as session:
        is_cut = False
        if filters.text.strip():
            condition, is_cut = _found_by(session, filters.text)
            conditions.append(condition)
        some = select(Application.id).where(*conditions).limit(COUNTED + 1).subquery()
        counted = session.scalars(select(func.count()).select_from(some)).one()
        total = min(counted, COUNTED)
        number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
        # First which files, off an index alone; then what the page shows of them.
        ids = list(
            session.scalars(
                select(Application.id)
                .where(*conditions)
                .order_by(*order)
                .limit(PAGE_SIZE)
                .offset((number - 1) * PAGE_SIZE)
            )
        )
        rows = list(
            session.scalars(select(Application).where(Application.id.in_(ids)).order_by(*order))
        )
        return Page(rows, total, number, counted > COUNTED, is_cut)


def counts(day: date) -> dict[str, int]:
    """How many files each list of SHOWS has on a day, counted up to the limit."""
    with reading() as session:
        counted = session.execute(select(*(_counted(show, day) for show in SHOWS))).one()
    return dict(zip(SHOWS, counted, strict=True))


def _counted(show: str, day: date) -> ScalarSelect[int]:
    conditions, _order = _narrowed(Filters(show=show), day)
    some = select(Application.id).where(*conditions).limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _narrowed(
    filters: Filters, day: date | None = None
) -> tuple[list[ColumnElement[bool]], tuple[Any, ...]]:
    day = day or clock.today()
    conditions: list[ColumnElement[bool]] = []
    order: tuple[Any, ...] = (
        Application.submitted_at.desc(),
        Application.number.desc(),
    )
    if filters.state in LIFECYCLE.states:
        conditions.append(Application.state == filters.state)
    if filters.ministry_id is not None:
        conditions.append(Application.ministry_id == filters.ministry_id)
    if filters.ticket_id is not None:
        conditions.append(Application.ticket_id == filters.ticket_id)
    if filters.office is not None:
        conditions.append(Application.id.in_(_lying_with(filters, day)))
    if filters.show == OVERDUE:
        conditions += [_is_open(), Application.due_on < day]
        order = (Application.due_on, Application.submitted_at)
    elif filters.show == ESCALATED:
        first = escalation.cutoffs(day)[COORDINATOR]
        conditions += [_is_open(), Application.due_on < first]
        order = (Application.due_on, Application.submitted_at)
    elif filters.show == DUE_SOON:
        last = places.due_date(day, SOON_DAYS)
        conditions += [_is_open(), Application.due_on.between(day, last)]
        order = (Application.due_on, Application.submitted_at)
    elif filters.show == OWED:
        conditions.append(Application.state == INCOMPLETE)
        order = (Application.submitted_at,)
    elif filters.show == UNCOLLECTED:
        conditions.append(Application.state.in_((APPROVED, READY)))
        order = (Application.decided_on, Application.submitted_at)
    elif filters.show == TWICE:
        conditions.append(
            Application.id.in_(
                select(ApplicationPaper.application_id).where(ApplicationPaper.times_asked > 1)
            )
        )
    return conditions, order


def _lying_with(filters: Filters, day: date) -> Select[uuid.UUID]:
    """The files that an office has, as the coordinators' figures count them."""
    ministry_id, level = filters.office or (0, "")
    found = (
        select(Holding.application_id)
        .join(
            ApplicationStep,
            (ApplicationStep.centre_id == Holding.centre_id)
            & (ApplicationStep.id == Holding.step_id),
        )
        .where(
            Holding.ended_at.is_(None),
            Holding.step_id.is_not(None),
            ApplicationStep.ministry_id == ministry_id,
            ApplicationStep.level == level,
        )
    )
    return found.where(ApplicationStep.due_on < day) if filters.show == OVER_STANDARD else found


def _is_open() -> ColumnElement[bool]:
    """In the words of the partial index: SQLite takes it for no other."""
    states: BindParameter[list[str]] = bindparam(
        "open_states", OPEN, expanding=True, literal_execute=True
    )
    return Application.state.in_(states)


def _found_by(session: Session, text: str) -> tuple[ColumnElement[bool], bool]:
    """The files that a text names, and whether it names more people than are looked at."""
    key = european_digits(lao_normalize(text)).strip().upper()
    by_number: Select[Any] = select(Application.id).where(
        Application.tracking_code == read_code(key)
    )
    files = set(session.scalars(by_number))
    label = LABEL.match(key)
    if label:
        this_year = clock.today().year
        years = (2000 + int(label[1]),) if label[1] else (this_year, this_year - 1)
        numbered = and_(Application.year.in_(years), Application.number == int(label[2]))
        files |= set(session.scalars(select(Application.id).where(numbered)))
    found = people.ids_matching(session, text, PEOPLE + 1)
    return (
        Application.id.in_(files) | Application.person_id.in_(found[:PEOPLE]),
        len(found) > PEOPLE,
    )
