"""Who is told of a return: the centre's manager, and the coordinator who approves it."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.accounts.notices import holders, holders_at_centre, tell
from odsc_counter.accounts.permissions import (
    CENTRE_MANAGER,
    DISTRICT_COORDINATOR,
    PROVINCE_COORDINATOR,
)
from odsc_counter.places.models import Centre, Unit

PROVINCE = 1


def managers(centre: Centre) -> list[User]:
    """Who signs a centre's return."""
    return holders_at_centre(centre.id, {CENTRE_MANAGER})


def reviewers(centre: Centre) -> list[User]:
    """Who may approve a centre's return: its own unit's coordinators.

    Those of the province where a district has none. Read beside a running transaction.
    """
    return holders(reviewing_unit(centre).id, {DISTRICT_COORDINATOR, PROVINCE_COORDINATOR})


def reviewing_unit(centre: Centre) -> Unit:
    """The unit whose coordinators approve now."""
    own = centre.unit
    if own.level > PROVINCE and own.parent is not None:
        return own if holders(own.id, {DISTRICT_COORDINATOR}) else own.parent
    return own


def centre_address(centre: Centre, month: date) -> str:
    """The page of a return at its centre."""
    return f"/c/{centre.code}/returns/{month:%Y-%m}"


def area_address(unit: Unit, centre: Centre, month: date) -> str:
    """The page of a return at a unit above its centre."""
    return f"/a/{unit.code}/returns/{centre.code}/{month:%Y-%m}"


def tell_managers(
    session: Session, centre: Centre, month: date, kind: str, also: Iterable[int] = ()
) -> None:
    """Tell those who sign, and others of the centre whose word it was."""
    people = {*(user.id for user in managers(centre)), *also}
    tell(session, people, kind, subject(centre, month), centre_address(centre, month))


def tell_reviewers(session: Session, centre: Centre, month: date, kind: str) -> None:
    """Tell those who approve."""
    people = [user.id for user in reviewers(centre)]
    address = area_address(reviewing_unit(centre), centre, month)
    tell(session, people, kind, subject(centre, month), address)


def subject(centre: Centre, month: date) -> dict[str, str]:
    """Month and centre, as a notice names them."""
    return {"lo": f"{month:%m/%Y} {centre.name_lo}", "en": f"{month:%m/%Y} {centre.name_en}"}
