"""What is done about the register: suspend a service, offer it again, stop offering it.

The register's rows are the truth; `OfferedService` keeps the span of days that holds now or
comes next, which all other pages ask for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from odsc_counter.catalogue.lifecycle import OFFER_LIFECYCLE, OFFERED
from odsc_counter.catalogue.models import OfferedService, Service
from odsc_counter.catalogue.register_models import OTHER, REASONS, ServiceStanding
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.lifecycle import NotAllowed
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work

FURTHEST = timedelta(days=366)
"""How far ahead a change may be planned."""
NEEDS_REASON = {"suspend", "withdraw"}
NEEDS_DOCUMENT = {"withdraw", "offer_again"}
LONGEST = {"words_lo": 300, "words_en": 300, "decided_by": 200, "document_number": 80}


@dataclass(frozen=True)
class Decision:
    """Who decided what about a service, from when, and why."""

    since: date
    decided_by: str
    document_number: str = ""
    reason: str = ""
    words_lo: str = ""
    words_en: str = ""


def change_offer(verb: str, service_id: int, decision: Decision) -> ServiceStanding:
    """Suspend, resume, withdraw or offer again a service of the centre from a day on.

    Files that were taken go on. The day may lie ahead, at most a year; while a change is
    planned the next one can only take its place, from the same day. Raises NotFound (never
    offered here), AlreadyChanged (not in the service's present state), InvalidInput.
    """
    today = clock.today()
    decision = _clean(decision)
    with unit_of_work() as work:
        offer = work.session.scalars(
            select(OfferedService).where(OfferedService.service_id == service_id).with_for_update()
        ).one_or_none()
        rows = _rows(work, service_id)
        if offer is None or not rows:
            raise NotFound
        _refuse_wrong(verb, decision, rows[-1], today)
        standing = add_standing(work, verb, offer, rows, decision)
        _keep_span(offer, [*rows, standing])
    return standing


def begin_offer(work: Work, offer: OfferedService) -> ServiceStanding:
    """Write the first row of a service that the centre has just begun to offer."""
    decision = Decision(since=offer.offered_from, decided_by="")
    return add_standing(work, "offer", offer, [], decision)


def add_standing(
    work: Work,
    verb: str,
    offer: OfferedService,
    rows: Sequence[ServiceStanding],
    decision: Decision,
) -> ServiceStanding:
    """Add a row to the register and its event. Raises AlreadyChanged."""
    before = rows[-1].state if rows else None
    try:
        state = OFFER_LIFECYCLE.target(verb, before)
    except NotAllowed as error:
        raise AlreadyChanged from error
    standing = ServiceStanding(
        service_id=offer.service_id,
        seq=len(rows) + 1,
        verb=verb,
        state=state,
        recorded_at=clock.now(),
        recorded_by=current_actor().name,
        **vars(decision),
    )
    work.session.add(standing)
    try:
        work.session.flush()
    except IntegrityError as error:  # two at once: the row's number is taken
        raise AlreadyChanged from error
    work.record(
        verb,
        subject_kind="offered_service",
        subject_id=work.session.get_one(Service, offer.service_id).code,
        seq=standing.seq,
        from_state=before,
        to_state=state,
        data={**vars(decision), "since": decision.since.isoformat()},
    )
    return standing


def offered_spans(rows: Sequence[ServiceStanding]) -> list[tuple[date, date | None]]:
    """The days on which a service is offered, as spans from a day to another that is not in it."""
    spans: list[tuple[date, date | None]] = []
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        until = following.since if following is not None else None
        if row.state != OFFERED or until == row.since:
            continue
        if spans and spans[-1][1] == row.since:
            spans[-1] = (spans[-1][0], until)
        else:
            spans.append((row.since, until))
    return spans


def _rows(work: Work, service_id: int) -> list[ServiceStanding]:
    return list(
        work.session.scalars(
            select(ServiceStanding)
            .where(ServiceStanding.service_id == service_id)
            .order_by(ServiceStanding.seq)
        )
    )


def _keep_span(offer: OfferedService, rows: Sequence[ServiceStanding]) -> None:
    """The last span holds now or comes next: no change may follow one that is only planned."""
    offer.offered_from, offer.offered_until = kept_span(rows) or (
        offer.offered_from,
        offer.offered_from,
    )


def kept_span(rows: Sequence[ServiceStanding]) -> tuple[date, date | None] | None:
    """The span that `OfferedService` keeps of a register's rows; None where it is on no day."""
    spans = offered_spans(rows)
    return spans[-1] if spans else None


def _clean(decision: Decision) -> Decision:
    return Decision(
        since=decision.since,
        reason=decision.reason,
        **{name: lao_normalize(getattr(decision, name)).replace("\n", " ") for name in LONGEST},
    )


def _refuse_wrong(verb: str, decision: Decision, last: ServiceStanding, today: date) -> None:
    wrong = {
        name: _("Use at most %(number)s characters.", number=longest)
        for name, longest in LONGEST.items()
        if len(getattr(decision, name)) > longest
    }
    known = REASONS if verb in NEEDS_REASON else ("", *REASONS)
    if decision.reason not in known:
        wrong["reason"] = _("Choose one of the list.")
    if decision.reason == OTHER and not decision.words_lo:
        wrong["words_lo"] = _("Write the reason.")
    if not decision.decided_by:
        wrong["decided_by"] = _("Write who decided.")
    if verb in NEEDS_DOCUMENT and not decision.document_number:
        wrong["document_number"] = _("Write the number of the document.")
    if last.since > today and decision.since != last.since:
        wrong["since"] = _(
            "A change is planned already. Another one must begin on the same day: %(day)s.",
            day=f"{last.since:%d/%m/%Y}",
        )
    elif decision.since < last.since:
        wrong["since"] = _("Not before the last change, %(day)s.", day=f"{last.since:%d/%m/%Y}")
    elif decision.since > today + FURTHEST:
        wrong["since"] = _("At most a year ahead.")
    if wrong:
        raise InvalidInput(wrong)
