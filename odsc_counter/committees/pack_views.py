"""The doors of a meeting's papers: the pack in its editions, and the invitation."""

import uuid

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import seat_door
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.committees import figures, pack_queries
from odsc_counter.committees.blueprint import blueprint, to_meeting
from odsc_counter.committees.pack import pack_pdf
from odsc_counter.committees.paper import invitation_pdf
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import Language


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/pack")
@seat_door("committee.run")
@once
def freeze_pack(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Freeze the figures of this moment as a new edition of the pack."""
    frozen = figures.freeze(unit, meeting)
    flash(_("Edition %(number)s of the pack is made.", number=frozen.edition), "success")
    return to_meeting(meeting, "packs")


@blueprint.get("/a/<unit>/meetings/<uuid:meeting>/pack/<int(min=1, max=9999):edition>.pdf")
@seat_door("committee.attend")
def pack(unit: Unit, meeting: uuid.UUID, edition: int) -> ResponseReturnValue:
    """An edition of the pack as PDF, drawn from what was frozen."""
    frozen = pack_queries.edition_of(unit, meeting, edition)
    language = _language()
    return inline_pdf(
        pack_pdf(frozen, language),
        f"{unit.code}-{frozen.frozen_at:%Y%m%d}-pack-{edition}-{language}",
    )


@blueprint.get("/a/<unit>/meetings/<uuid:meeting>/invitation.pdf")
@seat_door("committee.attend")
def invitation_paper(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """The invitation to the meeting as it is planned now."""
    content = pack_queries.invitation_to(unit, meeting)
    return inline_pdf(
        invitation_pdf(content, clock.local(clock.now()), _language()),
        f"{unit.code}-{content['meeting']['starts_at'][:10]}-invitation",
    )


def _language() -> Language:
    return "en" if request.args.get("lang") == "en" else "lo"
