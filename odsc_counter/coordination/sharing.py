"""Who may see what of centres that are not their own: named views, and the one way across.

Whatever crosses from centres to an area beside the rollups is a `View` of the registry here.
`crossing` opens each centre's scope to read, held to the tables that the view names (see
platform.tenancy), after the look is written in the centre's own trail and the nation's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from odsc_counter.accounts.access import Grant, contains
from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.permissions import (
    COMMITTEE_MEMBER,
    DISTRICT_COORDINATOR,
    PROVINCE_COORDINATOR,
)
from odsc_counter.catalogue.models import Ministry
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import LOOKED, NationalEvent
from odsc_counter.platform.tenancy import centre_area, centre_scope, look_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work

T = TypeVar("T")

SUBJECT = "shared_view"
PROVINCE, DISTRICT = 1, 2
COUNTED_DAYS = timedelta(days=30)


@dataclass(frozen=True)
class View:
    """One thing that may be seen across centres."""

    name: str
    title: LazyString
    shows: LazyString
    never: LazyString
    roles: tuple[str, ...]
    levels: tuple[int, ...]
    """Of the unit that is looked at: province 1, district 2."""
    tables: frozenset[str]
    """All that may be read in a centre's scope; every other table is refused."""


FILE_PROGRESS = View(
    "file-progress",
    _("Progress of files"),
    _(
        "Number, service, step and office, state, day taken, day due, working days held and"
        " late of the open files"
    ),
    _("No person, answer, scan, telephone number or payer of a fee"),
    (COMMITTEE_MEMBER, DISTRICT_COORDINATOR, PROVINCE_COORDINATOR),
    (PROVINCE, DISTRICT),
    frozenset({"application", "application_step", "holding", "service_version"}),
)
UNCOLLECTED = View(
    "uncollected-results",
    _("Results not collected"),
    _("Number, service and state of decided files, and for how many days the result lies there"),
    _("No person, answer, scan, telephone number or payer of a fee"),
    (COMMITTEE_MEMBER, DISTRICT_COORDINATOR, PROVINCE_COORDINATOR),
    (PROVINCE, DISTRICT),
    frozenset({"application", "service_version"}),
)
VIEWS = (FILE_PROGRESS, UNCOLLECTED)


@dataclass(frozen=True)
class Seat:
    """What one person may see of one unit by one view."""

    view: View
    unit: Unit
    ministries: frozenset[int] | None
    """Whose files; None: all (a coordinator). Empty: a seat that stands for no ministry."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see, so that no centre is opened."""
        return self.ministries is not None and not self.ministries


def seat(grants: Iterable[Grant], view: View, unit: Unit) -> Seat:
    """What somebody who holds these roles may see. Raises NotFound when it is nothing.

    A committee member sees the own ministry's files, a coordinator those of all ministries,
    both in the unit of the role and what lies within it.
    """
    held = [
        grant
        for grant in grants
        if grant.role in view.roles
        and grant.unit_code is not None
        and contains(grant.unit_code, unit.code)
    ]
    if not held or unit.level not in view.levels:
        raise NotFound
    if any(grant.role != COMMITTEE_MEMBER for grant in held):
        return Seat(view, unit, None)
    return Seat(view, unit, frozenset(one.ministry_id for one in held if one.ministry_id))


def crossing(seat: Seat, ask: Callable[[Session, Centre], T]) -> list[tuple[Centre, T]]:
    """Ask every open centre of the seat's unit, one by one, and say what each answered.

    `ask` gets a session that reads the view's tables of that centre and nothing else; it
    raises ScopeBreach for any other statement. Who looked, at which view and from which unit
    stands in both trails before anything is read. A seat without a ministry opens no centre.
    """
    if seat.is_empty:
        return []
    view, unit = seat.view, seat.unit
    now = clock.now()
    with reference_scope():
        with unit_of_work() as work:
            work.record_national(
                LOOKED, subject_kind=SUBJECT, subject_id=f"{view.name}:{unit.code}"
            )
        centres = _centres(unit)
    found = []
    for centre in centres:
        day = clock.business_day(now, centre.day_starts_minute)
        with centre_scope(centre.id), unit_of_work() as work:
            work.record(
                LOOKED,
                subject_kind=SUBJECT,
                subject_id=view.name,
                day=day,
                data={"place": unit.code},
            )
        with look_scope(centre.id, view.tables), reading() as session:
            found.append((centre, ask(session, centre)))
    return found


def _centres(unit: Unit) -> list[Centre]:
    today = clock.today()
    with reading() as session:
        return list(
            session.scalars(
                select(Centre)
                .join(centre_area, centre_area.c.covered_id == Centre.id)
                .where(
                    centre_area.c.area_id == unit.id,
                    or_(Centre.closed_on.is_(None), Centre.closed_on > today),
                )
                .order_by(Centre.code)
            )
        )


@dataclass(frozen=True)
class Watched:
    """A centre, and how often each view was looked at of it in the last 30 days."""

    centre: Centre
    looks: dict[str, int]


@dataclass(frozen=True)
class Sharer:
    """A person who may look into centres of a unit."""

    user: User
    role: str
    unit: Unit
    ministry: Ministry | None


@dataclass(frozen=True)
class Register:
    """Who may see what of the centres of a unit, and how often they looked."""

    centres: list[Watched]
    sharers: list[Sharer]


def register(unit: Unit) -> Register:
    """The registry's page for a unit. Three statements, whatever the unit's size."""
    today = clock.today()
    roles = {role for view in VIEWS for role in view.roles}
    with reference_scope(), reading() as session:
        centres = session.execute(
            select(Centre, Unit.code)
            .join(Unit, Unit.id == Centre.unit_id)
            .where(Unit.code.like(f"{unit.code}%"))
            .order_by(Centre.code)
        ).all()
        counts = session.execute(
            select(NationalEvent.subject_id, func.count())
            .where(
                NationalEvent.verb == LOOKED,
                NationalEvent.subject_kind == SUBJECT,
                NationalEvent.at >= clock.now() - COUNTED_DAYS,
            )
            .group_by(NationalEvent.subject_id)
        ).all()
        held = session.execute(
            select(User, RoleGrant.role, Unit, Ministry)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .join(Unit, Unit.id == RoleGrant.at_unit_id)
            .outerjoin(Ministry, Ministry.id == RoleGrant.ministry_id)
            .where(
                User.is_active,
                RoleGrant.role.in_(roles),
                or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > today),
            )
            .order_by(Unit.code, User.username)
        ).all()
    looks = [(*subject.partition(":")[::2], count) for subject, count in counts]
    return Register(
        [
            Watched(
                centre,
                {
                    view.name: sum(
                        count
                        for name, looked_at, count in looks
                        if name == view.name and contains(looked_at, code)
                    )
                    for view in VIEWS
                },
            )
            for centre, code in centres
        ],
        [
            Sharer(user, role, at, ministry)
            for user, role, at, ministry in held
            if contains(at.code, unit.code) or contains(unit.code, at.code)
        ],
    )
