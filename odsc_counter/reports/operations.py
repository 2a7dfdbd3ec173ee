"""Drafting a report, publishing it by another person, withdrawing it. Nothing is ever changed."""

import json
import uuid
from datetime import UTC
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.catalogue.queries import letterhead_on
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import Actor, current_actor, reference_scope
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.reports.content import FORMAT, Values, changes, drawn_hash
from odsc_counter.reports.errors import DraftIsThere, NothingSigned, ReturnsMoved, SamePerson
from odsc_counter.reports.figures import definitions
from odsc_counter.reports.gathering import gathered
from odsc_counter.reports.models import PUBLISH, WITHDRAW, ReportDecision, ReportDraft
from odsc_counter.reports.periods import Period, periods_over
from odsc_counter.returns.content import canonical, hash_of

LONGEST = 1000
"""Characters of a reason."""


def draft(unit: Unit, code: str, reason: str = "") -> ReportDraft:
    """Propose a unit's report of a period that is over, in the unit's scope.

    `code`: that of a period (2026-09, 2026-Q3, 2026). `reason`: why there is another version,
    needed when one is published. Raises InvalidInput with `fields`, DraftIsThere.
    """
    period = next(
        (
            one
            for many in periods_over(clock.today()).values()
            for one in many
            if one.code == code
        ),
        None,
    )  # fmt: skip
    if period is None:
        raise InvalidInput({"period": _("Choose a period that is over.")})
    actor = _person()
    reason = lao_normalize(reason).strip()[:LONGEST]
    with unit_of_work() as work:
        if _open_draft(work.session, unit, period):
            raise DraftIsThere
        is_later = _newest(work.session, unit, period) is not None
        if is_later and not reason:
            raise InvalidInput({"reason": _("Say why there is another version.")})
        row = ReportDraft(
            place_id=unit.id,
            first_month=period.first,
            last_month=period.last,
            reason=reason if is_later else "",
            drafted_at=clock.now(),
            drafted_by_id=actor.user_id,
            drafted_by_name=actor.name[:160],
        )
        work.session.add(row)
        work.session.flush()
        _record(work, "draft", row, reason=row.reason)
        return row


def publish(unit: Unit, draft_id: uuid.UUID, seen: str) -> ReportDecision:
    """Publish a draft as the next version of its period, frozen with its hash.

    `seen`: the hash of the figures that the person saw (`content.drawn_hash`). Raises NotFound,
    SamePerson, NothingSigned, ReturnsMoved, and AlreadyChanged when somebody was quicker.
    """
    actor = _person()
    with unit_of_work() as work:
        draft_row = _undecided(work.session, unit, draft_id)
    if draft_row.drafted_by_id == actor.user_id:
        raise SamePerson
    # Read before the transaction: what is approved after it belongs to the next version.
    values = gathered(unit, Period(draft_row.first_month, draft_row.last_month))
    if values["figures"] is None:
        raise NothingSigned
    if drawn_hash(values) != seen:
        raise ReturnsMoved
    try:
        with unit_of_work() as work:
            session = work.session
            _undecided(session, unit, draft_id)
            period = Period(draft_row.first_month, draft_row.last_month)
            before = _newest(session, unit, period)
            if before is not None and not draft_row.reason:
                raise AlreadyChanged  # published since it was drafted: nobody has said why again
            row = _decision(draft_row, PUBLISH, actor)
            content = preview(values, draft_row, before) | {
                "published_at": row.decided_at.astimezone(UTC).isoformat(),
                "published_by": {"id": row.decided_by_id, "name": row.decided_by_name},
            }
            row.version = content["version"]
            row.previous_version = before.version if before else None
            row.previous_hash = content["previous"]
            row.content = canonical(content)
            row.content_hash = hash_of(row.content)
            session.add(row)
            session.flush()
            _record(
                work, "publish", draft_row,
                edition=row.version, hash=row.content_hash, reason=draft_row.reason,
            )  # fmt: skip
            return row
    except IntegrityError as error:
        raise AlreadyChanged from error


def withdraw(unit: Unit, draft_id: uuid.UUID) -> ReportDecision:
    """Take a draft back before it is published. Raises NotFound, AlreadyChanged."""
    actor = _person()
    try:
        with unit_of_work() as work:
            draft_row = _undecided(work.session, unit, draft_id)
            row = _decision(draft_row, WITHDRAW, actor)
            work.session.add(row)
            work.session.flush()
            _record(work, "withdraw", draft_row)
            return row
    except IntegrityError as error:
        raise AlreadyChanged from error


def preview(values: Values, draft_row: ReportDraft, before: ReportDecision | None) -> Values:
    """What a draft would publish now, without who publishes it."""
    earlier = json.loads(before.content or "") if before else None
    with reference_scope():
        letterhead = letterhead_on(clock.today())
    return {
        **values,
        "format": FORMAT,
        "letterhead": {
            "lo": [letterhead.line1_lo, letterhead.line2_lo],
            "en": [letterhead.line1_en, letterhead.line2_en],
        },
        "definitions": definitions(),
        "version": ((before.version or 0) if before else 0) + 1,
        "previous": before.content_hash if before else None,
        "reason": draft_row.reason,
        "changes": changes(earlier, values) if earlier else None,
        "drafted_at": draft_row.drafted_at.astimezone(UTC).isoformat(),
        "drafted_by": {"id": draft_row.drafted_by_id, "name": draft_row.drafted_by_name},
        "published_at": None,
        "published_by": None,
    }


def _person() -> Actor:
    actor = current_actor()
    if actor.user_id is None:
        raise NotFound  # nobody publishes for a machine
    return actor


def _decision(draft_row: ReportDraft, verdict: str, actor: Actor) -> ReportDecision:
    return ReportDecision(
        place_id=draft_row.place_id,
        draft_id=draft_row.id,
        first_month=draft_row.first_month,
        last_month=draft_row.last_month,
        drafted_by_id=draft_row.drafted_by_id,
        verdict=verdict,
        decided_at=clock.now(),
        decided_by_id=actor.user_id,
        decided_by_name=actor.name[:160],
    )


def _undecided(session: Session, unit: Unit, draft_id: uuid.UUID) -> ReportDraft:
    found = session.execute(
        select(ReportDraft, ReportDecision.verdict)
        .outerjoin(
            ReportDecision,
            (ReportDecision.place_id == ReportDraft.place_id)
            & (ReportDecision.draft_id == ReportDraft.id),
        )
        .where(ReportDraft.place_id == unit.id, ReportDraft.id == draft_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    row, verdict = found
    if verdict is not None:
        raise AlreadyChanged
    return row


def _open_draft(session: Session, unit: Unit, period: Period) -> bool:
    decided = select(ReportDecision.draft_id).where(ReportDecision.place_id == unit.id)
    return (
        session.scalars(
            select(ReportDraft.id).where(
                ReportDraft.place_id == unit.id,
                ReportDraft.first_month == period.first,
                ReportDraft.last_month == period.last,
                ReportDraft.id.not_in(decided),
            )
        ).first()
        is not None
    )


def _newest(session: Session, unit: Unit, period: Period) -> ReportDecision | None:
    return session.scalars(
        select(ReportDecision)
        .where(
            ReportDecision.place_id == unit.id,
            ReportDecision.first_month == period.first,
            ReportDecision.last_month == period.last,
            ReportDecision.verdict == PUBLISH,
        )
        .order_by(ReportDecision.version.desc())
        .limit(1)
    ).one_or_none()


def _record(work: Work, verb: str, row: ReportDraft, **data: Any) -> None:
    period = Period(row.first_month, row.last_month)
    work.record_in_area(
        verb,
        place_id=row.place_id,
        subject_kind="report",
        subject_id=str(row.id),
        data={"label": period.code, **data},
    )
