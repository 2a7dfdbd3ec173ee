"""Signing a return at the centre, and the coordinator's word on it. Neither is ever changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.monitoring.models import CentreNow
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import Actor, current_actor
from odsc_counter.platform.work import unit_of_work
from odsc_counter.returns import drafting, telling, verdicts
from odsc_counter.returns.content import FORMAT, canonical, hash_of
from odsc_counter.returns.drafting import Draft
from odsc_counter.returns.drawing import last_of_month
from odsc_counter.returns.errors import (
    FiguresMoved,
    FiguresPending,
    NothingToSign,
    NotOver,
    NotTheReviewer,
)
from odsc_counter.returns.models import APPROVE, SEND_BACK, MonthlyReturn, ReturnReview
from odsc_counter.returns.standing import (
    MAY_SIGN,
    OPEN,
    Standing,
    Version,
    is_due_from,
)

LONGEST = 1000
"""Characters of a comment, a note, a reason or a coordinator's words."""


@dataclass(frozen=True)
class Said:
    """What whoever signs says beside the figures."""

    comments: Mapping[str, str] = field(default_factory=dict)
    """By the findings' keys."""
    note: str = ""
    reason: str = ""
    """Why there is another version; needed from the second on."""


def sign(centre: Centre, month: date, said: Said, seen: str) -> MonthlyReturn:
    """Sign the return of a month that is over: its first version, or the next one.

    The person's own word was asked for before. `seen`: `Draft.hash` of the figures that they
    saw. Raises NotFound for a month without the centre, NotOver, FiguresPending, FiguresMoved,
    NothingToSign, InvalidInput with `fields` by the findings' keys (and `reason`), and
    AlreadyChanged when somebody else signed at the same moment.
    """
    if not is_due_from(centre, month):
        raise NotFound
    given = verdicts.on(centre, [month])
    actor = _person()
    try:
        with unit_of_work() as work:
            session = work.session
            # Whoever recounts takes this row first, so no cell moves while all are read.
            session.scalars(select(CentreNow).with_for_update()).one_or_none()
            versions = versions_of(session, month, given)
            if clock.business_day(clock.now(), centre.day_starts_minute) <= last_of_month(month):
                raise NotOver
            if drafting.is_pending(session, month):
                raise FiguresPending
            draft = drafting.make(session, centre, month)
            _refuse_needless(centre, month, draft, versions)
            if draft.hash != seen:
                raise FiguresMoved
            row = _made(centre, month, draft, versions, said, actor)
            session.add(row)
            session.flush()
            work.record(
                "sign",
                subject_kind="monthly_return",
                subject_id=f"{month:%Y-%m}",
                data={
                    "label": f"{month:%m/%Y}",
                    "edition": row.version,
                    "hash": row.content_hash,
                    "reason": row.reason,
                },
            )
            telling.tell_reviewers(session, centre, month, "return_signed")
            return row
    except IntegrityError as error:
        raise AlreadyChanged from error


def versions_of(session: Session, month: date, given: verdicts.Verdicts) -> list[Version]:
    """The versions of the session's centre, from the first on, with what was said of each."""
    rows = session.scalars(
        select(MonthlyReturn).where(MonthlyReturn.month == month).order_by(MonthlyReturn.version)
    )
    return [Version(row, given.get((month, row.version))) for row in rows]


def _person() -> Actor:
    actor = current_actor()
    if actor.user_id is None:
        raise NotFound  # nobody signs for a machine
    return actor


def _refuse_needless(
    centre: Centre, month: date, draft: Draft, versions: list[Version]
) -> None:  # fmt: skip
    now = Standing(centre, month, clock.today(), draft.drawn, versions)
    if now.state not in (*MAY_SIGN, OPEN):
        raise NothingToSign


def _made(
    centre: Centre, month: date, draft: Draft, versions: list[Version], said: Said, actor: Actor
) -> MonthlyReturn:
    comments = {
        finding.key: lao_normalize(said.comments.get(finding.key, "")).strip()[:LONGEST]
        for finding in draft.findings
    }
    reason = lao_normalize(said.reason).strip()[:LONGEST] if versions else ""
    missing = {
        finding.key: _("Say what is behind this before you sign.")
        for finding in draft.findings
        if finding.must_explain and not comments[finding.key]
    }
    if versions and not reason:
        missing["reason"] = _("Say why there is another version.")
    if missing:
        raise InvalidInput(missing)
    before = versions[-1].row if versions else None
    number = before.version + 1 if before else 1
    signed_at = clock.now()
    content = canonical(
        {
            "format": FORMAT,
            "centre": centre.code,
            "month": f"{month:%Y-%m}",
            "version": number,
            "previous": before.content_hash if before else None,
            "reason": reason,
            **draft.values,
            "comments": {key: words for key, words in comments.items() if words},
            "note": lao_normalize(said.note).strip()[:LONGEST],
            "signed_at": signed_at.astimezone(UTC).isoformat(),
            "signed_by": {"id": actor.user_id, "name": actor.name},
        }
    )
    return MonthlyReturn(
        month=month,
        version=number,
        previous_version=before.version if before else None,
        previous_hash=before.content_hash if before else None,
        content=content,
        content_hash=hash_of(content),
        reason=reason,
        signed_at=signed_at,
        signed_by_id=actor.user_id,
        signed_by_name=actor.name[:160],
    )


def review(
    centre: Centre, month: date, version: int, seen: str, verdict: str, words: str = ""
) -> ReturnReview:
    """Say the coordinator's word on a version, in the scope of an area around the centre.

    `seen`: the hash of the version that the coordinator looked at. An approved version is the
    official return of the month. Raises NotFound, NotTheReviewer, InvalidInput (`words` are
    needed to send back), and AlreadyChanged when a word was said or another version is there.
    """
    actor = _person()
    words = lao_normalize(words).strip()[:LONGEST]
    if verdict not in (APPROVE, SEND_BACK):
        raise InvalidInput({"verdict": _("Choose what becomes of the return.")})
    if verdict == SEND_BACK and not words:
        raise InvalidInput({"words": _("Say what must be explained or corrected.")})
    if actor.user_id not in {user.id for user in telling.reviewers(centre)}:
        raise NotTheReviewer
    try:
        with unit_of_work() as work:
            session = work.session
            row = session.scalars(
                select(MonthlyReturn)
                .where(MonthlyReturn.centre_id == centre.id, MonthlyReturn.month == month)
                .order_by(MonthlyReturn.version.desc())
                .limit(1)
            ).one_or_none()
            if row is None:
                raise NotFound
            if (row.version, row.content_hash) != (version, seen):
                raise AlreadyChanged
            if row.signed_by_id == actor.user_id:
                raise NotTheReviewer
            said = _said(centre, row, verdict, words, actor)
            session.add(said)
            session.flush()
            work.record_in_area(
                verdict,
                place_id=centre.unit_id,
                subject_kind="monthly_return",
                subject_id=f"{centre.code} {month:%Y-%m}",
                data={
                    "label": f"{centre.code} {month:%m/%Y}",
                    "edition": row.version,
                    "hash": row.content_hash,
                    "words": words,
                },
            )
            kind = {APPROVE: "return_approved", SEND_BACK: "return_sent_back"}[verdict]
            telling.tell_managers(session, centre, month, kind, also=[row.signed_by_id])
            return said
    except IntegrityError as error:
        raise AlreadyChanged from error


def _said(
    centre: Centre, row: MonthlyReturn, verdict: str, words: str, actor: Actor
) -> ReturnReview:  # fmt: skip
    values: dict[str, Any] = {
        "place_id": centre.unit_id,
        "about_centre_id": centre.id,
        "month": row.month,
        "version": row.version,
        "return_hash": row.content_hash,
        "verdict": verdict,
        "words": words,
        "reviewed_at": clock.now(),
        "reviewed_by_id": actor.user_id,
        "reviewed_by_name": actor.name[:160],
    }
    return ReturnReview(**values)
