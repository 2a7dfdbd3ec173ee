"""What is shown about accounts: the staff of a centre, everyone, one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select

from odsc_counter.accounts.models import OneTimeLink, RoleGrant, User, UserSession
from odsc_counter.accounts.permissions import PERMISSIONS, PLACES
from odsc_counter.accounts.reach import belongs_here_alone
from odsc_counter.accounts.sessions import LONGEST, LONGEST_IDLE, held_grants
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.columns import Base
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import current_actor, current_scope, reference_scope
from odsc_counter.platform.work import reading

CENTRE_ROLES = tuple(role for role, places in PLACES.items() if places == {"centre"})
PER_PAGE = 50


@dataclass(frozen=True)
class HeldRole:
    """A role of a person at a place, held or past."""

    id: int
    role: str
    centre: Centre | None
    unit: Unit | None
    ministry: tuple[str, str] | None
    """Name in Lao, name in English."""
    office_level: str
    """Of a ministry officer: district, province, nation, or empty for all."""
    granted_on: date
    ended_on: date | None

    @property
    def is_held(self) -> bool:
        """Whether it is in force today."""
        return self.ended_on is None or self.ended_on > clock.today()

    def place(self, language: str) -> str:
        """Where it is held."""
        place = self.centre or self.unit
        return place.name(language) if place is not None else ""

    def ministry_name(self, language: str) -> str:
        """Whose files a ministry officer decides on; empty for others."""
        if self.ministry is None:
            return ""
        return self.ministry[0 if language == "lo" else 1]


@dataclass(frozen=True)
class Listed:
    """A person in a list, with roles held within reach and the last sight of them."""

    user: User
    roles: list[HeldRole]
    last_seen_at: datetime | None


@dataclass(frozen=True)
class PersonPage:
    """One person as those who look after accounts see them."""

    user: User
    roles: list[HeldRole]
    is_oneself: bool
    works_elsewhere: bool
    may_touch: bool
    """Whether the account itself may be changed from here."""
    desks: int
    """Sign-ins that have not ended."""
    link_until: datetime | None
    """A one-time link is out and can be used until then."""


# The catalogue stands on a higher floor, so its table is asked for by name.
_tables = Base.metadata.tables


def ministries() -> list[tuple[int, str, str]]:
    """The ministries that stand today: id, name in Lao, name in English."""
    table = _tables["ministry"]
    today = clock.today()
    statement = (
        select(table.c.id, table.c.name_lo, table.c.name_en)
        .where(
            or_(table.c.valid_from.is_(None), table.c.valid_from <= today),
            or_(table.c.valid_to.is_(None), table.c.valid_to > today),
        )
        .order_by(table.c.code)
    )
    with reference_scope(), reading() as session:
        return [(row.id, row.name_lo, row.name_en) for row in session.execute(statement)]


def _roles_of(user_ids: list[int]) -> dict[int, list[HeldRole]]:
    """The roles of these people that the scope in force may see, newest last."""
    scope = current_scope()
    table = _tables["ministry"]
    statement = (
        select(RoleGrant, Centre, Unit, table.c.name_lo, table.c.name_en)
        .outerjoin(Centre, Centre.id == RoleGrant.at_centre_id)
        .outerjoin(Unit, Unit.id == RoleGrant.at_unit_id)
        .outerjoin(table, table.c.id == RoleGrant.ministry_id)
        .where(RoleGrant.user_id.in_(user_ids))
        .order_by(RoleGrant.id)
    )
    if scope.kind == "centre":
        statement = statement.where(RoleGrant.at_centre_id == scope.centre_id)
    found: dict[int, list[HeldRole]] = {user_id: [] for user_id in user_ids}
    with reading() as session:
        for grant, centre, unit, name_lo, name_en in session.execute(statement):
            ministry = (name_lo, name_en) if name_lo is not None else None
            found[grant.user_id].append(
                HeldRole(
                    grant.id,
                    grant.role,
                    centre,
                    unit,
                    ministry,
                    grant.office_level,
                    grant.granted_on,
                    grant.ended_on,
                )
            )
    return found


def _listed(users: list[User]) -> list[Listed]:
    ids = [user.id for user in users]
    roles = _roles_of(ids)
    with reading() as session:
        rows = session.execute(
            select(UserSession.user_id, func.max(UserSession.last_seen_at))
            .where(UserSession.user_id.in_(ids))
            .group_by(UserSession.user_id)
        )
        seen: dict[int, datetime] = {row[0]: row[1] for row in rows}
    return [Listed(user, roles[user.id], seen.get(user.id)) for user in users]


def staff() -> tuple[list[Listed], list[Listed]]:
    """The people of the centre in force: those with a role there today, and former ones."""
    scope = current_scope()
    with reading() as session:
        users = session.scalars(
            select(User)
            .where(
                User.id.in_(
                    select(RoleGrant.user_id).where(RoleGrant.at_centre_id == scope.centre_id)
                )
            )
            .order_by(User.username)
        ).all()
    people = _listed(list(users))
    present = [row for row in people if any(role.is_held for role in row.roles)]
    return present, [row for row in people if row not in present]


def _anywhere(word: str) -> str:
    """A pattern for the word anywhere in a text; what is special in patterns is escaped."""
    plain = word.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%{plain}%"


def everyone(search: str, page: int) -> tuple[list[Listed], int]:
    """One page of all accounts whose names contain the words, and how many pages there are."""
    statement: Select[User] = select(User)
    for word in search.split():
        statement = statement.where(
            or_(
                User.username.ilike(_anywhere(word), escape="/"),
                User.name_lo.like(_anywhere(word), escape="/"),
                User.name_en.ilike(_anywhere(word), escape="/"),
            )
        )
    with reading() as session:
        total = session.scalar(statement.with_only_columns(func.count(User.id))) or 0
        users = session.scalars(
            statement.order_by(User.username).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
        ).all()
    return _listed(list(users)), max(1, -(-total // PER_PAGE))


def person(user_id: int) -> PersonPage:
    """One person within reach of the scope in force. Raises NotFound."""
    scope = current_scope()
    now = clock.now()
    with reading() as session:
        user = session.get(User, user_id)
        if user is None:
            raise NotFound
        desks = session.scalar(
            select(func.count())
            .select_from(UserSession)
            .where(
                UserSession.user_id == user_id,
                UserSession.ended_at.is_(None),
                UserSession.created_at > now - LONGEST,
                UserSession.last_seen_at > now - LONGEST_IDLE,
            )
        )
        link_until = session.scalar(
            select(func.max(OneTimeLink.expires_at)).where(
                OneTimeLink.user_id == user_id,
                OneTimeLink.used_at.is_(None),
                OneTimeLink.expires_at > now,
            )
        )
    roles = _roles_of([user_id])[user_id]
    if scope.kind == "centre" and not roles:
        raise NotFound
    grants = held_grants(user_id)
    is_oneself = current_actor().user_id == user_id
    elsewhere = scope.kind == "centre" and any(
        grant.centre_id != scope.centre_id for grant in grants
    )
    within = scope.kind != "centre" or belongs_here_alone(grants, scope.centre_id)
    return PersonPage(
        user,
        roles,
        is_oneself,
        elsewhere,
        within and not is_oneself,
        desks or 0,
        link_until,
    )


def roles_of(user_id: int) -> list[HeldRole]:
    """The roles that a person holds today, wherever, for their own page."""
    with reference_scope():
        return [role for role in _roles_of([user_id])[user_id] if role.is_held]


def desks_of(user_id: int) -> list[UserSession]:
    """A person's own sign-ins that have not ended, last used first."""
    now = clock.now()
    with reference_scope(), reading() as session:
        return list(
            session.scalars(
                select(UserSession)
                .where(
                    UserSession.user_id == user_id,
                    UserSession.ended_at.is_(None),
                    UserSession.created_at > now - LONGEST,
                    UserSession.last_seen_at > now - LONGEST_IDLE,
                )
                .order_by(UserSession.last_seen_at.desc())
            )
        )


def names(user_ids: Iterable[int | None]) -> dict[int, User]:
    """The accounts behind ids, for their names; ids that are None are left out."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    with reading() as session:
        return {user.id: user for user in session.scalars(select(User).where(User.id.in_(wanted)))}


def may_at_centre(user: User, permission: str, day: date) -> bool:
    """Whether a person holds a permission at the centre of the scope on a day."""
    if not user.is_active:
        return False
    with reading() as session:
        return (
            session.scalars(
                select(RoleGrant.id)
                .where(
                    RoleGrant.user_id == user.id,
                    RoleGrant.role.in_(PERMISSIONS[permission].roles),
                    RoleGrant.at_centre_id == current_scope().centre_id,
                    RoleGrant.granted_on <= day,
                    or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > day),
                )
                .limit(1)
            ).first()
            is not None
        )


def places() -> tuple[list[Unit], list[Centre]]:
    """Every unit (the nation first) and every centre that is open: where roles are held."""
    with reference_scope(), reading() as session:
        units = session.scalars(select(Unit).order_by(Unit.level, Unit.code)).unique().all()
        centres = (
            session.scalars(select(Centre).where(Centre.closed_on.is_(None)).order_by(Centre.code))
            .unique()
            .all()
        )
    return list(units), list(centres)


def centres_below(unit: Unit) -> list[Centre]:
    """The centres within an administrative unit, by code."""
    with reference_scope(), reading() as session:
        return list(
            session.scalars(
                select(Centre)
                .join(Unit, Unit.id == Centre.unit_id)
                .where(func.substr(Unit.code, 1, len(unit.code)) == unit.code)
                .order_by(Centre.code)
            )
            .unique()
            .all()
        )


def centre_by_id(centre_id: int) -> Centre:
    """The centre. Raises NotFound."""
    with reference_scope(), reading() as session:
        centre = session.get(Centre, centre_id)
    if centre is None:
        raise NotFound
    return centre
