"""The kiosk's own rules: what is closed today, which priority people may claim, how many numbers.

Whoever reaches the kiosk's address can take a number, from home too. A device that the manager
has made a kiosk is trusted; all others together and each address alone get only so many numbers
in a minute (docs/decisions/0006-numbers-for-everyone.md).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import func, or_, select

from odsc_counter.catalogue.queries import OfferedRow, offered_services
from odsc_counter.catalogue.register_queries import SuspendedRow, suspended_services
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, reading, unit_of_work
from odsc_counter.tickets.errors import ReasonNotGranted
from odsc_counter.tickets.hall_models import HallNotice, HallRules
from odsc_counter.tickets.issuing import issue
from odsc_counter.tickets.models import PRIORITY_REASONS, Ticket
from odsc_counter.tickets.order import rules_of

COUNTED = timedelta(minutes=1)
MOST_FROM_AN_ADDRESS = 30
MOST_FOR_A_CENTRE = 120
"""Numbers a minute for devices that are no known kiosk."""


class TooManyNumbers(DomainError):
    """Somebody takes numbers faster than people can."""

    slug = "too-many-numbers"
    status = 429
    message = _(
        "Too many numbers were taken from here in the last minute. "
        "Please wait a minute, or ask the staff."
    )


@dataclass(frozen=True)
class Choice:
    """A service that people can choose, or why they can't today."""

    row: OfferedRow
    closed: HallNotice | SuspendedRow | None


@dataclass(frozen=True)
class Wish:
    """What a person asks of the kiosk."""

    service_id: int
    then: tuple[int, ...] = ()
    """Further services of the same visit."""
    files: int = 1
    priority_reason: str | None = None
    language: str = "lo"


def choices(day: date) -> list[Choice]:
    """The services of a day in the order of their groups, with what is closed or suspended."""
    with reading() as session:
        closed = {
            notice.service_id: notice
            for notice in session.scalars(
                select(HallNotice).where(
                    HallNotice.closes_service,
                    HallNotice.service_id.is_not(None),
                    HallNotice.shown_from <= day,
                    or_(HallNotice.shown_until.is_(None), HallNotice.shown_until > day),
                )
            )
        }
    offered = [Choice(row, closed.get(row.service.id)) for row in offered_services(day)]
    suspended = [Choice(one.row, one) for one in suspended_services(day)]
    if not suspended:
        return offered
    return sorted(offered + suspended, key=_place)


def _place(choice: Choice) -> tuple[int, str, int, str]:
    group, service = choice.row.group, choice.row.service
    return group.position, group.letter, service.position, service.code


def claimable_reasons() -> tuple[str, ...]:
    """The reasons for priority that people may claim at the kiosk themselves."""
    with reading() as session:
        return _claimable(rules_of(session))


def _claimable(rules: HallRules) -> tuple[str, ...]:
    if not rules.kiosk_gives_priority:
        return ()
    return tuple(reason for reason in PRIORITY_REASONS if reason in rules.reasons)


def take_number(centre: Centre, wish: Wish, *, is_known_kiosk: bool) -> Ticket:
    """Give a number to whoever stands at a kiosk, or asks from a phone.

    Raises ReasonNotGranted for a priority that is not claimed at the kiosk (an appointment
    least of all), TooManyNumbers, and what `issue` raises.
    """
    with unit_of_work() as work:
        reason = wish.priority_reason
        if reason is not None and reason not in _claimable(rules_of(work.session)):
            raise ReasonNotGranted
        ticket = issue(
            centre,
            wish.service_id,
            then=wish.then,
            priority_reason=reason,
            language=wish.language,
            files=wish.files,
        )
        if not is_known_kiosk:
            _refuse_flood(work)
    return ticket


def _refuse_flood(work: Work) -> None:
    """Raise TooManyNumbers, and so take the number back, when too many were given just now.

    Counted after the number was given: whoever takes one of the same letter at this moment
    waits for the series, so no two can both be the last that is allowed.
    """
    recent = (
        select(Event.origin, func.count())
        .where(
            Event.subject_kind == "ticket",
            Event.verb == "issue",
            Event.actor_id.is_(None),
            Event.at > clock.now() - COUNTED,
        )
        .group_by(Event.origin)
    )
    given = dict(work.session.execute(recent).tuples().all())
    from_here = given.get(current_actor().origin, 0)
    if from_here > MOST_FROM_AN_ADDRESS or sum(given.values()) > MOST_FOR_A_CENTRE:
        raise TooManyNumbers
