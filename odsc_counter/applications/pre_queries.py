"""Files that were begun before the visit and wait for their people."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.applications.lifecycle import DRAFT
from odsc_counter.applications.pre_models import PreRegistration
from odsc_counter.applications.pre_registration import SHOWN_FOR
from odsc_counter.applications.tracking import is_mistyped, read_code
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.people.keys import full_name_key
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, NotFound
from odsc_counter.platform.work import reading

MOST = 200
"""So many drafts are listed; who looks for an older one writes its number."""


@dataclass(frozen=True)
class Waiting:
    """One draft of the list, and what its service is today."""

    draft: PreRegistration
    version: ServiceVersion


def open_draft(code: str) -> PreRegistration:
    """The draft with this number, which waits for its person.

    Raises NotFound (none, or too old), AlreadyChanged (confirmed or withdrawn).
    """
    with reading() as session:
        draft = session.scalars(
            select(PreRegistration).where(PreRegistration.code == read_code(code))
        ).one_or_none()
    if draft is None or (draft.state == DRAFT and draft.created_at < clock.now() - SHOWN_FOR):
        raise NotFound
    if draft.state != DRAFT:
        raise AlreadyChanged
    return draft


def found(number: str) -> tuple[PreRegistration | None, str | None]:
    """The open draft with a number that a clerk typed, or why there is none."""
    if is_mistyped(read_code(number)):
        return None, _("A letter or digit of this number is wrong. Compare it once more.")
    try:
        return open_draft(number), None
    except NotFound:
        return None, _("Nothing waits under this number.")
    except AlreadyChanged:
        return None, _("This number was taken at the counter already, or withdrawn.")


def waiting(text: str, day: date) -> list[Waiting]:
    """The open drafts of the centre, the newest first, at most MOST.

    `text` narrows them: a number, part of a name, or the last digits of a telephone or ID
    card number.
    """
    with reading() as session:
        drafts = session.scalars(
            select(PreRegistration)
            .where(
                PreRegistration.state == DRAFT,
                PreRegistration.created_at >= clock.now() - SHOWN_FOR,
            )
            .order_by(PreRegistration.created_at.desc(), PreRegistration.id.desc())
        ).all()
        fitting = [draft for draft in drafts if _fits(draft, text)][:MOST]
        versions = {
            service_id: catalogue.service_on(service_id, day)
            for service_id in {draft.service_id for draft in fitting}
        }
    return [Waiting(draft, versions[draft.service_id]) for draft in fitting]


def _fits(draft: PreRegistration, text: str) -> bool:
    if not text:
        return True
    code = read_code(text)
    numbers = (draft.phone, draft.id_number)
    if code == draft.code or (code and any(read_code(one).endswith(code) for one in numbers)):
        return True
    name = full_name_key(text)
    return bool(name) and name in full_name_key(draft.full_name)
