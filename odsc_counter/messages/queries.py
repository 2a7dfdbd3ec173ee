"""What people look at of messages. Read only, in the scope of one centre."""

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select

from odsc_counter.applications.models import Application
from odsc_counter.messages.models import Delivery, Message, SilentFile
from odsc_counter.platform.work import reading

PAGE_SIZE = 25
SAME_MESSAGE = (Message.centre_id == Delivery.centre_id) & (Message.id == Delivery.message_id)


@dataclass(frozen=True)
class Row:
    """A message, where it stands, and what it is about."""

    message: Message
    delivery: Delivery
    label: str | None = None
    """The number of the file; None for an appointment."""


@dataclass(frozen=True)
class Page:
    """One page of the list, and how many messages are in each state."""

    rows: list[Row]
    counts: dict[str, int]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


def listing(state: str = "", page: int = 1) -> Page:
    """The centre's messages, the newest first; in one state where told."""
    with reading() as session:
        counts = dict(
            session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
            .tuples()
            .all()
        )
        total = counts.get(state, 0) if state else sum(counts.values())
        number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
        query = (
            select(Message, Delivery, Application.label)
            .join(Delivery, SAME_MESSAGE)
            .outerjoin(
                Application,
                (Application.centre_id == Message.centre_id)
                & (Application.id == Message.application_id),
            )
        )
        if state:
            query = query.where(Delivery.state == state)
        rows = session.execute(
            query.order_by(Message.written_at.desc(), Message.id.desc())
            .limit(PAGE_SIZE)
            .offset((number - 1) * PAGE_SIZE)
        )
        return Page([Row(*row) for row in rows.tuples()], counts, total, number)


def about(application_id: uuid.UUID) -> list[Row]:
    """The messages about a file, oldest first."""
    with reading() as session:
        rows = session.execute(
            select(Message, Delivery)
            .join(Delivery, SAME_MESSAGE)
            .where(Message.application_id == application_id)
            .order_by(Message.written_at, Message.id)
        )
        return [Row(*row) for row in rows.tuples()]


def is_silent(application_id: uuid.UUID) -> bool:
    """Whether the applicant wants no messages about a file."""
    with reading() as session:
        return (
            session.scalars(
                select(SilentFile).where(SilentFile.application_id == application_id)
            ).one_or_none()
            is not None
        )
