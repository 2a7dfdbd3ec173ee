"""The end of a file: ready at the counter, collected, withdrawn, or expired."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from odsc_counter.applications import queries
from odsc_counter.applications.holdings import Moment, let_go
from odsc_counter.applications.lifecycle import LIFECYCLE
from odsc_counter.applications.models import Application, Handover
from odsc_counter.applications.reasons import reason_words
from odsc_counter.applications.signatures import read_signature
from odsc_counter.applications.steps import leave_desks
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import unit_of_work

TAKERS = ("applicant", "representative")
PROOFS = ("slip", "id_card", "family_book")
EXPIRES_AFTER = timedelta(days=90)
"""Nothing ends by silence, and nobody may end a file sooner than after three months."""


class TooEarlyToExpire(DomainError):
    """The citizen still has time."""

    slug = "too-early-to-expire"
    status = 409
    message = _l("A file can be ended for silence only after 90 days without any step.")


@dataclass(frozen=True)
class Taker:
    """Who took a result away, and how they showed who they are."""

    taker: str = "applicant"
    name: str = ""
    """Of a representative; the applicant's own name needs no writing."""
    proof: str = "slip"
    paper_reference: str = ""
    """Where the signature lies on paper: book and page."""
    signature: str = ""
    """Written on the screen, as the browser sent it (signatures.read_signature)."""


def make_ready(centre: Centre, application_id: uuid.UUID, result_number: str = "") -> Application:
    """The result has come to the counter, under the number that stands on it.

    Raises NotFound, AlreadyChanged, InvalidInput (number over 60 letters).
    """
    number = lao_normalize(result_number)
    if len(number) > 60:
        raise InvalidInput({"result_number": _("Use at most %(number)s characters.", number=60)})
    moment = Moment.now(centre)
    with unit_of_work() as work:
        application = queries.locked(work.session, application_id)
        application.result_number, application.ready_on = number, moment.day
        work.change(application, LIFECYCLE, "make_ready", day=moment.day, result=number)
    return application


def collect(centre: Centre, application_id: uuid.UUID, taker: Taker | None = None) -> Application:
    """Hand the result, or the refusal, to the citizen, and keep who took it.

    Raises NotFound, AlreadyChanged, InvalidInput (a representative without a name; neither a
    signature nor where one lies on paper).
    """
    taker = taker or Taker()
    name = lao_normalize(taker.name).replace("\n", " ")
    reference = lao_normalize(taker.paper_reference)
    wrong = {}
    if taker.taker not in TAKERS:
        wrong["taker"] = _("Choose one of the list.")
    if taker.proof not in PROOFS:
        wrong["proof"] = _("Choose one of the list.")
    if taker.taker == "representative" and not name:
        wrong["name"] = _("Write the name.")
    if len(name) > 160:
        wrong["name"] = _("Use at most %(number)s characters.", number=160)
    if len(reference) > 60:
        wrong["paper_reference"] = _("Use at most %(number)s characters.", number=60)
    strokes = read_signature(taker.signature)
    if not reference and not strokes:
        wrong["paper_reference"] = _("Let them sign, or write where they signed on paper.")
    if wrong:
        raise InvalidInput(wrong)
    moment = Moment.now(centre)
    with unit_of_work() as work:
        application = queries.locked(work.session, application_id)
        application.collected_on = moment.day
        work.change(
            application, LIFECYCLE, "collect", day=moment.day, taker=taker.taker, proof=taker.proof
        )
        let_go(work, application, moment)
        work.session.add(
            Handover(
                application_id=application.id,
                taker=taker.taker,
                taker_name=name or application.person.full_name,
                proof=taker.proof,
                paper_reference=reference,
                signature=strokes,
                handed_at=moment.at,
                handed_by_id=current_actor().user_id,
            )
        )
    return application


def withdraw(centre: Centre, application_id: uuid.UUID, reason: str) -> Application:
    """End an undecided application at the citizen's wish.

    Raises NotFound, AlreadyChanged, InvalidInput (reason under 5 characters).
    """
    return _end(centre, application_id, "withdraw", reason_words(reason))


def expire(centre: Centre, application_id: uuid.UUID, reason: str) -> Application:
    """End a file for which nobody came: papers never brought, or a result never collected.

    Raises NotFound, AlreadyChanged, TooEarlyToExpire, InvalidInput.
    """
    return _end(centre, application_id, "expire", reason_words(reason))


def _end(centre: Centre, application_id: uuid.UUID, verb: str, reason: str) -> Application:
    moment = Moment.now(centre)
    with unit_of_work() as work:
        application = queries.locked(work.session, application_id)
        if verb == "expire":
            _refuse_too_early(work.session, application, moment)
        application.due_on = None
        work.change(application, LIFECYCLE, verb, day=moment.day, reason=reason)
        leave_desks(work, application, "drop", moment)
        let_go(work, application, moment)
    return application


def _refuse_too_early(session: Session, application: Application, moment: Moment) -> None:
    if not LIFECYCLE.allows("expire", application.state):
        raise AlreadyChanged
    if moment.at - queries.last_step_at(session, application) < EXPIRES_AFTER:
        raise TooEarlyToExpire
