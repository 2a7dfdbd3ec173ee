"""To whom results were handed: read only."""

import uuid

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.applications.models import Handover
from odsc_counter.platform.work import reading


def handover_of(application_id: uuid.UUID) -> Handover | None:
    """How a file's result was handed over; None before that."""
    with reading() as session:
        return session.scalars(
            select(Handover).where(Handover.application_id == application_id)
        ).one_or_none()


def handed_by(handover: Handover) -> User | None:
    """The clerk who handed the result over; None where a machine did."""
    if handover.handed_by_id is None:
        return None
    with reading() as session:
        return session.get(User, handover.handed_by_id)
