"""Who is who: the centres with those who lead them, and the people of the offices above.

What stands here everybody who signs in may read: names, roles and how the office is reached.
Each page costs the same statements, however many there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from odsc_counter.accounts import permissions
from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.lao import search_key
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading

PER_PAGE = 50
LEADS = (permissions.CENTRE_MANAGER, permissions.LEAD_CLERK)
"""Of a centre, those whom others turn to."""
OFFICES = (
    permissions.DISTRICT_COORDINATOR,
    permissions.PROVINCE_COORDINATOR,
    permissions.COMMITTEE_SECRETARY,
    permissions.COMMITTEE_MEMBER,
    permissions.MOHA_ANALYST,
)
ROLES = (*LEADS, *OFFICES)

Line = TypeVar("Line")


@dataclass(frozen=True)
class Wanted:
    """What the directory is narrowed to; empty means all."""

    search: str = ""
    province: str = ""
    """Code of a province."""
    role: str = ""
    demonstration: bool = False
    """Whether accounts of the demonstration are good in this installation."""


@dataclass(frozen=True)
class CentreLine:
    """A centre with those who lead it, as far as they have accounts."""

    centre: Centre
    managers: list[User] = field(default_factory=list)
    lead_clerks: list[User] = field(default_factory=list)


@dataclass(frozen=True)
class PersonLine:
    """A person in a role at a place."""

    user: User
    role: str
    centre: Centre | None
    unit: Unit
    """Where the role is held, or the unit in which the centre stands."""


@dataclass(frozen=True)
class Page(Generic[Line]):
    """One page of the directory."""

    lines: list[Line]
    number: int
    pages: int
    total: int


def provinces() -> list[Unit]:
    """The provinces by code, for the filter."""
    with reference_scope(), reading() as session:
        return list(session.scalars(select(Unit).where(Unit.level == 1).order_by(Unit.code)))


def centres(wanted: Wanted, number: int = 1) -> Page[CentreLine]:
    """A page of the centres that work now, by code. Searched: name, code, place."""
    statement = (
        select(Centre)
        .join(Unit, Unit.id == Centre.unit_id)
        .where(Centre.closed_on.is_(None))
        .order_by(Centre.code)
    )
    if wanted.province:
        statement = statement.where(Unit.code.startswith(wanted.province))
    with reference_scope(), reading() as session:
        found = [
            CentreLine(centre)
            for centre in session.scalars(statement)
            if _matches(wanted.search, [*_names(centre), *_names_of(centre.unit)])
        ]
        page = _page(found, number)
        here = {line.centre.id: line for line in page.lines}
        rows = session.execute(
            _held(wanted, LEADS)
            .join(Centre, Centre.id == RoleGrant.at_centre_id)
            .where(Centre.id.in_(here))
            .with_only_columns(User, RoleGrant.role, Centre.id)
        )
        for user, role, centre_id in rows:
            line = here[centre_id]
            (line.managers if role == permissions.CENTRE_MANAGER else line.lead_clerks).append(user)
    return page


def people(wanted: Wanted, number: int = 1) -> Page[PersonLine]:
    """A page of people in their roles, by place and role. Searched: name, place."""
    at_centre, stands_in, at_unit = aliased(Centre), aliased(Unit), aliased(Unit)
    roles = (wanted.role,) if wanted.role in ROLES else ROLES
    statement = (
        _held(wanted, roles)
        .outerjoin(at_centre, at_centre.id == RoleGrant.at_centre_id)
        .outerjoin(stands_in, stands_in.id == at_centre.unit_id)
        .outerjoin(at_unit, at_unit.id == RoleGrant.at_unit_id)
        .where(or_(at_centre.id.is_(None), at_centre.closed_on.is_(None)))
        .with_only_columns(User, RoleGrant.role, at_centre, stands_in, at_unit)
    )
    if wanted.province:
        statement = statement.where(
            or_(
                stands_in.code.startswith(wanted.province),
                at_unit.code.startswith(wanted.province),
            )
        )
    with reference_scope(), reading() as session:
        found = [
            PersonLine(user, role, centre, around or unit)
            for user, role, centre, around, unit in session.execute(statement)
        ]
    found = [line for line in found if _matches(wanted.search, _names_in(line))]
    found.sort(key=lambda line: (line.unit.code, ROLES.index(line.role), line.user.username))
    return _page(found, number)


def _held(wanted: Wanted, roles: Iterable[str]) -> Select[User, str]:
    """Roles that are held today by people whose accounts are good here."""
    today = clock.today()
    statement = (
        select(User, RoleGrant.role)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            User.is_active,
            RoleGrant.role.in_(roles),
            RoleGrant.granted_on <= today,
            or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > today),
        )
        .order_by(User.username, RoleGrant.id)
    )
    return statement if wanted.demonstration else statement.where(~User.is_demo)


def _names(centre: Centre) -> list[str]:
    return [centre.code, centre.name_lo, centre.name_en]


def _names_of(unit: Unit) -> list[str]:
    around = [unit, *([unit.parent] if unit.parent is not None and unit.level > 1 else [])]
    return [name for one in around for name in (one.code, one.name_lo, one.name_en)]


def _names_in(line: PersonLine) -> list[str]:
    centre = _names(line.centre) if line.centre is not None else []
    return [line.user.name_lo, line.user.name_en, *centre, *_names_of(line.unit)]


def _matches(search: str, names: list[str]) -> bool:
    words = search_key(search).split()
    if not words:
        return True
    text = search_key(" ".join(names))
    return all(word in text for word in words)


def _page(found: list[Line], number: int) -> Page[Line]:
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(1, number), pages)
    return Page(found[(number - 1) * PER_PAGE : number * PER_PAGE], number, pages, len(found))
