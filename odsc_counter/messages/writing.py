"""Writes messages in the transaction of the deed that they tell of.

The room hears of a file's steps by events, and writes as the last thing before the commit:
what the operation does with its rows in between is not disturbed, and a deed that is undone
takes its message with it.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from odsc_counter.applications.models import Application
from odsc_counter.applications.tracking import spaced
from odsc_counter.messages import texts, words
from odsc_counter.messages.lifecycle import LIFECYCLE
from odsc_counter.messages.models import Delivery, Message, SilentFile
from odsc_counter.messages.patience import not_at_night
from odsc_counter.messages.phones import NoTextMessages, mobile_number
from odsc_counter.people.models import Person
from odsc_counter.platform import clock
from odsc_counter.platform.events import Event, subscribe
from odsc_counter.platform.tenancy import ScopedSession
from odsc_counter.platform.work import Work
from odsc_counter.tickets.models import Ticket, Visit

TOLD = {
    "submit_incomplete": texts.PAPERS_MISSING,
    "send_back": texts.PAPERS_MISSING,
    "approve": texts.APPROVED,
    "reject": texts.REJECTED,
    "make_ready": texts.READY,
}
"""The verbs of a file that its applicant is told of."""
OF_USE_FOR = timedelta(days=3)

_written: list[Callable[[], None]] = []
"""Who wants to know when a transaction that wrote a message has been committed."""


@dataclass(frozen=True)
class _Step:
    application_id: uuid.UUID
    seq: int | None
    kind: str


def install() -> None:
    """Write messages from now on. Safe to call again."""
    subscribe(_hear)


def tell_when_written(action: Callable[[], None]) -> None:
    """Have something run after each commit that wrote a message."""
    _written.append(action)


def tell_no_more(action: Callable[[], None]) -> None:
    """Take `tell_when_written` back."""
    _written.remove(action)


def _hear(work: Work, event: Event) -> None:
    if event.subject_kind != "application" or event.verb not in TOLD:
        return
    steps: list[_Step] = work.session.info.setdefault("steps_to_tell", [])
    steps.append(_Step(uuid.UUID(event.subject_id), event.seq, TOLD[event.verb]))
    work.before_commit(_write_all)


def _write_all(work: Work) -> None:
    for step in work.session.info.pop("steps_to_tell", []):
        # A step that a savepoint took back has no row any more.
        application = work.session.scalars(
            select(Application).where(Application.id == step.application_id)
        ).one_or_none()
        if application is not None:
            _write_about(work, application, step)


def _write_about(work: Work, application: Application, step: _Step) -> None:
    session = work.session
    person = session.scalars(select(Person).where(Person.id == application.person_id)).one()
    silent = session.scalars(
        select(SilentFile).where(SilentFile.application_id == application.id)
    ).one_or_none()
    language = _language(session, application)
    write(
        work,
        Message(
            kind=step.kind,
            occasion=f"application:{application.id}:{step.seq}",
            application_id=application.id,
            language=language,
            words=texts.about_file(step.kind, spaced(application.tracking_code), language),
        ),
        phone=person.phone,
        too_late_at=clock.now() + OF_USE_FOR,
        skip=words.OPTED_OUT if silent else "",
    )


def _language(session: ScopedSession, application: Application) -> str:
    """The language that the person chose in the hall; Lao unless they did."""
    chosen = session.scalar(
        select(Visit.language)
        .join(Ticket, (Ticket.centre_id == Visit.centre_id) & (Ticket.visit_id == Visit.id))
        .where(Ticket.id == application.ticket_id)
    )
    return chosen or "lo"


def write(
    work: Work, message: Message, *, phone: str, too_late_at: datetime, skip: str = ""
) -> Delivery:
    """Put a message into the outbox, for the telephone as it was written down.

    `skip` is the reason why it is not sent at all; a number that gets no text messages is one.
    """
    now = clock.now()
    message.written_at = now
    work.session.add(message)
    work.session.flush()
    delivery = Delivery(message_id=message.id, too_late_at=too_late_at, reason=skip)
    try:
        delivery.phone = mobile_number(phone)
    except NoTextMessages as error:
        delivery.reason = skip or error.reason
    if not delivery.reason:
        delivery.next_try_at = not_at_night(now)
    why: dict[str, Any] = {"reason": delivery.reason} if delivery.reason else {}
    work.begin(delivery, LIFECYCLE, "skip" if why else "queue", message=message.kind, **why)
    work.after_commit(_tell)
    return delivery


def _tell() -> None:
    for action in tuple(_written):
        action()
