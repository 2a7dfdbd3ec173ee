"""What is said about a file: notes for colleagues, apart from messages to the citizen."""

import uuid

from sqlalchemy import select

from odsc_counter.applications import queries
from odsc_counter.applications.models import Remark
from odsc_counter.applications.reasons import reason_words
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import reading, unit_of_work

STAFF = "staff"
CITIZEN = "citizen"


def say(centre: Centre, application_id: uuid.UUID, words: str, *, to_citizen: bool) -> Remark:
    """Write a note for colleagues, or a message that the citizen reads on their page.

    It can't be changed or removed. Raises NotFound, InvalidInput (under 5, over 300 letters).
    """
    words = reason_words(words)
    now = clock.now()
    with unit_of_work() as work:
        application = queries.locked(work.session, application_id)
        actor = current_actor()
        remark = Remark(
            application_id=application.id,
            audience=CITIZEN if to_citizen else STAFF,
            words=words,
            said_at=now,
            said_by_id=actor.user_id,
            said_by_name=actor.name,
        )
        work.session.add(remark)
        # That something was said, never the words: they may name people.
        work.record(
            "tell" if to_citizen else "note",
            subject_kind="application",
            subject_id=str(application.id),
            day=clock.business_day(now, centre.day_starts_minute),
        )
    return remark


def remarks(application_id: uuid.UUID, audience: str | None = None) -> list[Remark]:
    """What was said about a file, oldest first; to one audience where told."""
    query = select(Remark).where(Remark.application_id == application_id)
    if audience is not None:
        query = query.where(Remark.audience == audience)
    with reading() as session:
        return list(session.scalars(query.order_by(Remark.said_at, Remark.id)))
