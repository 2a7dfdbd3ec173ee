"""The door of the sign-off: what will be frozen, who signs, and the secretary's own word."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import seat_door, signed_in
from odsc_counter.accounts.signing_in import confirmed, own_code_needed, own_word
from odsc_counter.committees import resolution_queries as queries
from odsc_counter.committees import resolution_words as words
from odsc_counter.committees import signing
from odsc_counter.committees.blueprint import blueprint
from odsc_counter.committees.lifecycle import HELD, PROPOSED
from odsc_counter.committees.models import CommitteeMember, Meeting
from odsc_counter.committees.resolution_forms import SignForm
from odsc_counter.places.models import Unit
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.idempotency import once


@blueprint.get("/a/<unit>/meetings/<uuid:meeting>/sign")
@seat_door("committee.run")
def ask_to_sign(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """What the sign-off does, and the form for it."""
    found = queries.meeting_of(unit, meeting)
    return _sign_page(unit, found, _fresh(found))


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/sign")
@seat_door("committee.run")
@own_word
@once
def sign(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """Sign the minutes off."""
    found = queries.meeting_of(unit, meeting)
    form = SignForm(request.form)
    if not form.validate():
        return _sign_page(unit, found, form, 422)
    try:
        confirmed()
        signing.sign(unit, meeting, *form.signers)
    except NotFound:
        raise
    except DomainError as error:
        form.take(error)
        return _sign_page(unit, found, form, error.status)
    flash(_("The minutes are signed. Nothing of the meeting changes from now on."), "success")
    return redirect(url_for(".minutes", meeting=meeting), 303)


def _fresh(meeting: Meeting) -> SignForm:
    """Who will sign as far as it is known: who took the chair, and who is signed in."""
    members = queries.members_on(meeting)
    chair = next(
        (one for one in members if one.id == meeting.chair_id),
        next((one for one in members if one.role == "chair"), None),
    )
    user = signed_in().user
    secretary = next((one for one in members if one.user_id == user.id), None)
    return SignForm(
        chair_name=_name(chair, ""),
        chair_post=_post(chair),
        secretary_name=_name(secretary, user.name_lo),
        secretary_post=_post(secretary),
    )


def _name(member: CommitteeMember | None, otherwise: str) -> str:
    return member.name_lo[:60] if member is not None else otherwise[:60]


def _post(member: CommitteeMember | None) -> str:
    return member.post_lo[:80] if member is not None else ""


def _sign_page(
    unit: Unit, meeting: Meeting, form: SignForm, status: int = 200
) -> tuple[str, int]:  # fmt: skip
    of_meeting = queries.of_meeting(meeting)
    page = render_template(
        "committees/sign.html",
        unit=unit,
        meeting=meeting,
        of_meeting=of_meeting,
        undecided=[row for row in of_meeting.rows if row.state == PROPOSED],
        is_held=meeting.state == HELD,
        needs_code=own_code_needed(),
        form=form,
        words=words,
    )
    return page, status
