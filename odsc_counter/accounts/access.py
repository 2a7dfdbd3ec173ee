"""Doors: each route says who may come in, and the guard sets whose rows will be seen.

The scope comes from the sign-in. A centre or unit named in the address only chooses among
those within the person's reach; anything else is answered as if it did not exist.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import UserMixin, current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from odsc_counter.accounts.models import ApiToken, User, UserSession
from odsc_counter.accounts.permissions import AUDITOR, PERMISSIONS
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.errors import DomainError, Forbidden, NotFound
from odsc_counter.platform.tenancy import (
    Actor,
    acting_as,
    area_scope,
    centre_scope,
    reference_scope,
)
from odsc_counter.platform.work import reading, unit_of_work

View = TypeVar("View", bound=Callable[..., Any])
Kind = Literal["centre", "area", "seat", "nation", "signed_in", "public", "public_centre"]


@dataclass(frozen=True)
class Door:
    """Who may come in. `why` explains a door that is open to the public."""

    kind: Kind
    permission: str | None = None
    why: str = ""
    levels: tuple[int, ...] = (0, 1, 2)
    """Of an area: nation 0, province 1, district 2; at others the page does not exist."""


def _mark(door: Door) -> Callable[[View], View]:
    if door.permission is not None and PERMISSIONS[door.permission].reach != door.kind:
        raise ValueError(f"{door.permission} is not used in a {door.kind}")

    def mark(view: View) -> View:
        view.door = door  # type: ignore[attr-defined]  # read by the guard
        return view

    return mark


def centre_door(permission: str) -> Callable[[View], View]:
    """A route `/c/<centre>/…` for people who hold the permission at that centre.

    The view gets the `Centre` itself as its argument `centre`.
    """
    return _mark(Door("centre", permission))


def area_door(permission: str, *, levels: tuple[int, ...] = (0, 1, 2)) -> Callable[[View], View]:
    """A route `/a/<unit>/…`; the view gets the `Unit`, and may read its rollups.

    `levels`: the units that have such a page (nation 0, province 1, district 2).
    """
    return _mark(Door("area", permission, levels=levels))


def seat_door(permission: str) -> Callable[[View], View]:
    """A route `/a/<unit>/…` of that very unit's office or committee.

    The view gets the `Unit`. Whoever holds a role above it doesn't come in: what a committee
    has not decided yet is its own.
    """
    return _mark(Door("seat", permission))


def national_door(permission: str) -> Callable[[View], View]:
    """A route for the nation's offices; the view works on reference data."""
    return _mark(Door("nation", permission))


def signed_in_door() -> Callable[[View], View]:
    """A route for anyone who signed in, about themselves."""
    return _mark(Door("signed_in"))


def public_door(why: str) -> Callable[[View], View]:
    """A route for everyone, on reference data; `why` says what makes that harmless."""
    return _mark(Door("public", why=why))


def public_centre_door(why: str) -> Callable[[View], View]:
    """A route for everyone in a centre's hall; `why` says what makes that harmless."""
    return _mark(Door("public_centre", why=why))


@dataclass(frozen=True)
class Grant:
    """A role that is held now, and where."""

    role: str
    centre_id: int | None
    unit_id: int | None
    unit_code: str | None
    ministry_id: int | None


@dataclass
class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """Who is signed in, as Flask-Login's current user."""

    user: User
    grants: tuple[Grant, ...]
    session: UserSession | None = None
    token: ApiToken | None = None
    unread_notices: int = 0

    @property
    def display_name(self) -> str:
        """The person's name as their own pages show it."""
        return self.user.name(self.user.language)

    def get_id(self) -> str:
        """Unused by us: the session's token is what the cookie carries."""
        return str(self.user.id)

    def may_in_centre(self, permission: str, centre_id: int) -> bool:
        """Whether the permission is held at this very centre (or it was entered)."""
        roles = {grant.role for grant in self.grants if grant.centre_id == centre_id}
        if self.session is not None and self.session.entered_centre_id == centre_id:
            roles.add(AUDITOR)
        return bool(roles & PERMISSIONS[permission].roles)

    def reaches_centre(self, centre_id: int) -> bool:
        """Whether the person belongs to the centre, or has entered it."""
        entered = self.session is not None and self.session.entered_centre_id == centre_id
        return entered or any(grant.centre_id == centre_id for grant in self.grants)

    def may_in_area(self, permission: str, unit_code: str) -> bool:
        """Whether the permission is held for this unit or one that contains it."""
        return any(
            grant.role in PERMISSIONS[permission].roles
            for grant in self.grants
            if grant.unit_code is not None and contains(grant.unit_code, unit_code)
        )

    def may_at_seat(self, permission: str, unit_code: str) -> bool:
        """Whether the permission is held at this very unit."""
        return any(
            grant.role in PERMISSIONS[permission].roles and grant.unit_code == unit_code
            for grant in self.grants
        )

    def may_for_nation(self, permission: str) -> bool:
        """Whether the permission is held for the whole nation."""
        return any(
            grant.role in PERMISSIONS[permission].roles and grant.unit_code == NATION
            for grant in self.grants
        )


def signed_in() -> SignedIn:
    """Whoever is behind a door that only people who signed in pass."""
    person: SignedIn = current_user._get_current_object()
    return person


NATION = "LA"


def contains(outer: str, inner: str) -> bool:
    """Whether the unit `outer` is or contains `inner`: codes nest (LA, LA01, LA0101)."""
    return inner.startswith(outer)


class NotSignedIn(DomainError):
    """The door needs a sign-in. Web pages lead to it; programs get a 401."""

    slug = "not-signed-in"
    status = 401


def is_api() -> bool:
    """Whether a program is asking, by a bearer token, and not a person's browser."""
    return request.path.startswith("/api/")


def door_of(endpoint: str) -> Door | None:
    """The door of a route; None when nobody has said who may come in."""
    view = current_app.view_functions[endpoint]
    door: Door | None = getattr(view, "door", None)
    return door


def actor_now() -> Actor:
    """Who acts in this request, and from where, for the records."""
    origin = request.remote_addr or ""
    request_id = str(g.get("request_id", ""))
    person = signed_in()
    if person.is_authenticated:
        user = person.user
        return Actor(user.name_lo, user.id, origin, request_id)
    return Actor("hall", None, origin, request_id)


def _centre(code: str) -> Centre | None:
    if not code.isprintable():  # PostgreSQL's text can't hold NUL, which is no code anyway
        return None
    with reading() as session:
        return session.scalars(select(Centre).where(Centre.code == code)).one_or_none()


def _unit(code: str) -> Unit | None:
    if not code.isprintable():
        return None
    with reading() as session:
        return session.scalars(select(Unit).where(Unit.code == code)).one_or_none()


def _refused(door: Door, place: str) -> None:
    """Keep a trace of every refusal (OWASP ASVS 16.3.2)."""
    with unit_of_work() as work:
        work.record_national(
            "refused",
            subject_kind="route",
            subject_id=str(request.endpoint)[:40],
            permission=door.permission,
            place=place,
        )


def _way_back() -> str:
    """Where to go on after the sign-in or behind the lock screen."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    flash(_("Nothing was saved, because you were not signed in. Please do it again."), "warning")
    return urlsplit(request.referrer or "/").path


def guard() -> Response | None:
    """Runs before every request: let in or refuse, then set actor and scope."""
    if request.endpoint is None:
        return None
    door = door_of(request.endpoint)
    # No key holds a NUL, and PostgreSQL takes none in a text.
    if door is None or "\x00" in request.path:
        raise NotFound
    stack = ExitStack()
    g.scope_stack = stack
    stack.enter_context(reference_scope())
    stack.enter_context(acting_as(actor_now()))
    arguments = request.view_args or {}
    if door.kind == "public":
        return None
    if door.kind == "public_centre":
        centre = _centre(arguments["centre"])
        if centre is None:
            raise NotFound
        _enter_centre(stack, centre)
        return None
    person = signed_in()
    if not person.is_authenticated or is_api() != (person.token is not None):
        if is_api():
            raise NotSignedIn
        return redirect(url_for("accounts.sign_in", next=_way_back()))
    if door.kind == "centre":
        centre = _centre(arguments["centre"])
        if centre is None or not person.reaches_centre(centre.id):
            _refused(door, arguments["centre"])
            raise NotFound
        if not person.may_in_centre(str(door.permission), centre.id):
            _refused(door, centre.code)
            raise Forbidden
        _enter_centre(stack, centre)
    elif door.kind in ("area", "seat"):
        unit = _unit(arguments["unit"])
        may = person.may_in_area if door.kind == "area" else person.may_at_seat
        if (
            unit is None
            or unit.level not in door.levels
            or not may(str(door.permission), unit.code)
        ):
            _refused(door, arguments["unit"])
            raise NotFound
        arguments["unit"] = g.unit = unit
        stack.enter_context(area_scope(unit.id))
    elif door.kind == "nation" and not person.may_for_nation(str(door.permission)):
        _refused(door, NATION)
        raise NotFound
    return None


def _enter_centre(stack: ExitStack, centre: Centre) -> None:
    arguments = request.view_args or {}  # never empty here: the address names the centre
    arguments["centre"] = g.centre = centre
    stack.enter_context(centre_scope(centre.id))


def leave(_error: BaseException | None = None) -> None:
    """Runs after every request: the scope ends with it."""
    stack: ExitStack | None = g.pop("scope_stack", None)
    if stack is not None:
        stack.close()


def fill_centre(endpoint: str, values: dict[str, Any]) -> None:
    """Let `url_for` fill in the centre or unit that the page is about."""
    if "centre" not in values and "centre" in g and _takes(endpoint, "centre"):
        values["centre"] = g.centre.code
    if "unit" not in values and "unit" in g and _takes(endpoint, "unit"):
        values["unit"] = g.unit.code


def _takes(endpoint: str, argument: str) -> bool:
    return current_app.url_map.is_endpoint_expecting(endpoint, argument)


def install(app: Flask) -> None:
    """Put the guard at all doors of an app."""
    app.before_request(guard)
    app.teardown_request(leave)
    app.url_defaults(fill_centre)


def assert_all_doors(app: Flask) -> None:
    """Raise RuntimeError when a route says nothing about who may come in."""
    with app.app_context():
        open_routes = sorted(
            str(rule) for rule in app.url_map.iter_rules() if door_of(rule.endpoint) is None
        )
    if open_routes:
        raise RuntimeError(f"routes without a door: {', '.join(open_routes)}")
