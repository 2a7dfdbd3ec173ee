"""Auditors enter one centre at a time, with a reason, and leave it again."""

from flask_babel import lazy_gettext as _
from sqlalchemy import update

from odsc_counter.accounts.models import UserSession
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work

SHORTEST_REASON = 10


def enter_centre(at: UserSession, centre: Centre, reason: str) -> None:
    """Let an auditor into one centre, with a reason that both audit trails keep.

    Raises InvalidInput when the reason is shorter than ten characters.
    """
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise InvalidInput({"reason": str(_("Give the reason in at least 10 characters."))})
    if at.entered_centre_id is not None:
        leave_centre(at)
    _move(at, centre.id, reason[:300], "centre_entered", centre)


def leave_centre(at: UserSession) -> None:
    """End an auditor's stay in the centre that they had entered. Raises NotFound."""
    if at.entered_centre_id is None:
        raise NotFound
    with reference_scope(), reading() as session:
        centre = session.get_one(Centre, at.entered_centre_id)
    _move(at, None, "", "centre_left", centre)


def _move(at: UserSession, centre_id: int | None, reason: str, verb: str, about: Centre) -> None:
    with centre_scope(about.id), unit_of_work() as work:
        work.session.execute(
            update(UserSession)
            .where(UserSession.token_hash == at.token_hash, UserSession.ended_at.is_(None))
            .values(entered_centre_id=centre_id, entered_reason=reason)
        )
        said = {"reason": reason} if reason else {}
        work.record(verb, subject_kind="centre", subject_id=about.code, data=dict(said))
        work.record_national(verb, subject_kind="centre", subject_id=about.code, **said)
