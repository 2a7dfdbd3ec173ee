"""What a person agreed to, and took back: rows that are never written over."""

import uuid
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.people.models import PersonConsent
from odsc_counter.people.records import locked
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import reading, unit_of_work

PURPOSES = ("keep", "message", "share")
"""Keep the record for later applications; send messages; pass it on to other offices."""
HOW = ("signed", "spoken", "online")
LONGEST = 60


def note_consent(
    person_id: uuid.UUID,
    purpose: str,
    *,
    is_given: bool,
    how: str,
    given_on: date | None = None,
    paper_reference: str = "",
) -> PersonConsent:
    """Write down that a person agreed to a purpose, or took it back, on a day (today unless told).

    Raises NotFound, AlreadyChanged (the record was merged), InvalidInput (a day to come, an
    unknown purpose or way, a reference over 60 letters).
    """
    today = clock.today()
    given_on = given_on or today
    paper_reference = lao_normalize(paper_reference).replace("\n", " ")
    wrong = {}
    if purpose not in PURPOSES:
        wrong["purpose"] = _("Choose one of the list.")
    if how not in HOW:
        wrong["how"] = _("Choose one of the list.")
    if given_on > today:
        wrong["given_on"] = _("This day is still to come.")
    if len(paper_reference) > LONGEST:
        wrong["paper_reference"] = _("Use at most %(number)s characters.", number=LONGEST)
    if wrong:
        raise InvalidInput(wrong)
    with unit_of_work() as work:
        person = locked(work.session, person_id)
        if person.merged_into_id is not None:
            raise AlreadyChanged
        actor = current_actor()
        consent = PersonConsent(
            person_id=person.id,
            purpose=purpose,
            is_given=is_given,
            given_on=given_on,
            how=how,
            paper_reference=paper_reference,
            noted_at=clock.now(),
            noted_by_id=actor.user_id,
            noted_by_name=actor.name,
        )
        work.session.add(consent)
        work.record(
            "give_consent" if is_given else "withdraw_consent",
            subject_kind="person",
            subject_id=str(person.id),
            data={"purpose": purpose, "how": how},
        )
    return consent


def consents(person_ids: list[uuid.UUID]) -> list[PersonConsent]:
    """All that was noted for a person's records, the latest first."""
    with reading() as session:
        return list(
            session.scalars(
                select(PersonConsent)
                .where(PersonConsent.person_id.in_(person_ids))
                .order_by(PersonConsent.noted_at.desc(), PersonConsent.id.desc())
            )
        )


def in_force(noted: list[PersonConsent]) -> dict[str, PersonConsent]:
    """By purpose, the row that holds now: the latest. Whether it was given stands in it."""
    latest: dict[str, PersonConsent] = {}
    for consent in noted:
        latest.setdefault(consent.purpose, consent)
    return latest
