"""A change of the national catalogue, from somebody's draft to a version in force.

One person writes, others comment, another one reviews, and what was approved is published on
the day it names. Applications keep the version that they were opened under.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from odsc_counter.catalogue import conditions
from odsc_counter.catalogue.content import (
    Content,
    apply,
    content_of,
    copied_steps,
    difference,
    with_papers,
)
from odsc_counter.catalogue.lifecycle import APPROVED, DRAFT, PROPOSAL_LIFECYCLE, RETURNED
from odsc_counter.catalogue.models import CONFIRMED, DocumentType, Ministry, ServiceVersion
from odsc_counter.catalogue.proposal_models import ChangeProposal, ProposalComment
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.lifecycle import NotAllowed
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work

SAID = {
    f"{name}_{language}": longest
    for name, longest in (
        ("description", 1000),
        ("legal_basis", 300),
        ("applicants", 200),
        ("result", 200),
    )
    for language in ("lo", "en")
}
"""Fields that are said to citizens, and how long they may be."""
LONGEST = {"name_lo": 200, "name_en": 200, "reason": 1000, "basis": 400}
MOST_WORDS = 1000
MOST_REVIEW_WORDS = 500


class OwnProposal(DomainError):
    """Nobody reviews what they wrote themselves."""

    slug = "own-proposal"
    status = 403
    message = _l("Somebody else must review what you wrote.")


class NotTheAuthor(DomainError):
    """A proposal is rewritten by its author alone: else a reviewer could review own words."""

    slug = "not-the-author"
    status = 403
    message = _l("Only its author can change this proposal. Write a comment instead.")


class BaseHasChanged(DomainError):
    """Another version has come into force, or was published, since the proposal was written."""

    slug = "base-has-changed"
    message = _l(
        "The service has changed since this was written. Return it to its author, "
        "who compares it with what holds now."
    )


class DayHasPassed(DomainError):
    """The day from which it should hold lies behind: nothing is changed backwards."""

    slug = "day-has-passed"
    message = _l("Its day has passed. Return it to its author, who names another day.")


@dataclass(frozen=True)
class Wording:
    """What an author wants a service to be, from when, and why."""

    name_lo: str
    name_en: str
    ministry_id: int
    processing_days: int
    document_type_ids: Sequence[int]
    effective_on: date
    reason: str
    basis: str
    words: Mapping[str, str] = field(default_factory=dict)
    """What is said to citizens, by names of SAID; what is missing stays as it was."""


def draft(service_id: int, wording: Wording) -> ChangeProposal:
    """Write down a proposal for the version that holds last. Raises InvalidInput, NotFound."""
    with unit_of_work() as work:
        base = _last_version(work, service_id)
        proposal = ChangeProposal(
            service_id=service_id,
            author_id=_user(),
            author_name=current_actor().name,
            drafted_at=clock.now(),
        )
        _write(work, proposal, base, wording)
        proposal.state = ""
        work.session.add(proposal)
        _move(work, proposal, "draft")
    return proposal


def rewrite(proposal_id: int, wording: Wording) -> ChangeProposal:
    """Change a draft, or one that was returned; it speaks of the version that holds now.

    Raises NotFound, NotTheAuthor, AlreadyChanged, InvalidInput.
    """
    with unit_of_work() as work:
        proposal = _locked(work, proposal_id)
        if proposal.author_id != _user():
            raise NotTheAuthor
        if proposal.state not in (DRAFT, RETURNED):
            raise AlreadyChanged
        _write(work, proposal, _last_version(work, proposal.service_id), wording)
        _move(work, proposal, "rewrite")
    return proposal


def set_form(proposal_id: int, form: dict[str, Any]) -> ChangeProposal:
    """Change what a drafted version asks.

    The rules that send a case to an office or ask for a paper go by its questions, so one that
    they name can't go or change its kind. Raises NotFound, NotTheAuthor, AlreadyChanged,
    InvalidInput.
    """
    with unit_of_work() as work:
        proposal = _locked(work, proposal_id)
        if proposal.author_id != _user():
            raise NotTheAuthor
        if proposal.state not in (DRAFT, RETURNED):
            raise AlreadyChanged
        base = _last_version(work, proposal.service_id)
        try:
            for condition in (
                *(step.condition for step in base.steps),
                *(paper.condition for paper in base.papers),
            ):
                conditions.check(condition, form)
        except conditions.BrokenCondition as error:
            message = _("A rule of this service goes by a question that is missing: %(what)s")
            raise InvalidInput({"form": str(message) % {"what": error}}) from error
        proposal.content = {**proposal.content, "form": form}
        _move(work, proposal, "rewrite")
    return proposal


def submit(proposal_id: int) -> ChangeProposal:
    """Hand a proposal over for review. Raises NotFound, NotTheAuthor, AlreadyChanged."""
    with unit_of_work() as work:
        proposal = _locked(work, proposal_id)
        if proposal.author_id != _user():
            raise NotTheAuthor
        proposal.reviewer_id, proposal.reviewer_name = None, ""
        proposal.reviewed_at, proposal.review_words = None, ""
        _move(work, proposal, "submit")
    return proposal


def approve(proposal_id: int, words: str = "") -> ChangeProposal:
    """Say that a proposal is right. Raises NotFound, OwnProposal, AlreadyChanged."""
    return _review(proposal_id, "approve", _words(words, MOST_REVIEW_WORDS, needed=False))


def return_to_author(proposal_id: int, words: str) -> ChangeProposal:
    """Send a proposal back with what must change.

    Raises NotFound, OwnProposal, AlreadyChanged, InvalidInput (no words).
    """
    return _review(proposal_id, "return", _words(words, MOST_REVIEW_WORDS, needed=True))


def _review(proposal_id: int, verb: str, words: str) -> ChangeProposal:
    with unit_of_work() as work:
        proposal = _locked(work, proposal_id)
        if proposal.author_id == _user():
            raise OwnProposal
        proposal.reviewer_id, proposal.reviewer_name = _user(), current_actor().name
        proposal.reviewed_at, proposal.review_words = clock.now(), words
        _move(work, proposal, verb, words=words)
    return proposal


def drop(proposal_id: int) -> ChangeProposal:
    """Withdraw one's own proposal. Raises NotFound, NotTheAuthor, AlreadyChanged."""
    with unit_of_work() as work:
        proposal = _locked(work, proposal_id)
        if proposal.author_id != _user():
            raise NotTheAuthor
        _move(work, proposal, "drop")
    return proposal


def publish(proposal_id: int) -> ServiceVersion:
    """Make the approved wording a version that holds from its day; the old one ends that day.

    It counts as confirmed: an edition loaded later keeps and reports it. Raises NotFound,
    AlreadyChanged, BaseHasChanged, DayHasPassed.
    """
    with unit_of_work() as work:
        proposal = _locked(work, proposal_id)
        if proposal.state != APPROVED:
            raise AlreadyChanged
        old = _last_version(work, proposal.service_id)
        if old.id != proposal.base_version_id:
            raise BaseHasChanged
        if proposal.effective_on < clock.today() or proposal.effective_on <= old.valid_from:
            raise DayHasPassed
        new = ServiceVersion(
            service_id=proposal.service_id,
            valid_from=proposal.effective_on,
            standing=CONFIRMED,
            source=proposal.basis,
            confirmed_at=clock.now(),
            confirmed_by=proposal.reviewer_name,
        )
        apply(new, {**content_of(old), **proposal.content})
        new.steps = copied_steps(old.steps)
        old.valid_to = proposal.effective_on
        work.session.add(new)
        work.session.flush()
        proposal.published_version_id = new.id
        _move(work, proposal, "publish", effective_on=proposal.effective_on.isoformat())
    return new


def comment(proposal_id: int, words: str) -> ProposalComment:
    """Say something of a proposal, in whatever state. Raises NotFound, InvalidInput."""
    words = _words(words, MOST_WORDS, needed=True)
    with unit_of_work() as work:
        proposal = _locked(work, proposal_id)
        said = ProposalComment(
            proposal_id=proposal.id,
            author_id=_user(),
            author_name=current_actor().name,
            at=clock.now(),
            words=words,
        )
        work.session.add(said)
        work.record_national(
            "commented",
            subject_kind="change_proposal",
            subject_id=f"{proposal.service.code} {proposal.id}",
        )
    return said


def _move(work: Work, proposal: ChangeProposal, verb: str, **data: Any) -> None:
    """Take a proposal along its lifecycle; the nation's log tells it. Raises AlreadyChanged."""
    before = proposal.state or None
    try:
        proposal.state = PROPOSAL_LIFECYCLE.target(verb, before)
    except NotAllowed as error:
        raise AlreadyChanged from error
    work.session.flush()
    service = proposal.service or work.session.get_one(ChangeProposal, proposal.id).service
    work.record_national(
        verb,
        subject_kind="change_proposal",
        subject_id=f"{service.code} {proposal.id}",
        from_state=before,
        to_state=proposal.state,
        **data,
    )


def _write(work: Work, proposal: ChangeProposal, base: ServiceVersion, wording: Wording) -> None:
    texts = {name: lao_normalize(getattr(wording, name)) for name in LONGEST}
    before = content_of(base)
    content = {
        **before,
        "name_lo": texts["name_lo"],
        "name_en": texts["name_en"],
        "ministry_id": wording.ministry_id,
        "processing_days": wording.processing_days,
        "papers": with_papers(before, list(wording.document_type_ids)),
        **{name: lao_normalize(said) for name, said in wording.words.items() if name in SAID},
        **({"form": proposal.content["form"]} if proposal.content else {}),
    }
    _refuse_unknown(work, wording)
    _refuse_wrong(texts, wording, before, content, base)
    proposal.base_version_id = base.id
    proposal.content = content
    proposal.effective_on = wording.effective_on
    proposal.reason, proposal.basis = texts["reason"], texts["basis"]


def _refuse_unknown(work: Work, wording: Wording) -> None:
    ministry = work.session.get(Ministry, wording.ministry_id)
    wanted = set(wording.document_type_ids)
    known = set(work.session.scalars(select(DocumentType.id).where(DocumentType.id.in_(wanted))))
    if ministry is None or known != wanted:
        raise NotFound
    if ministry.valid_to is not None and ministry.valid_to <= wording.effective_on:
        raise InvalidInput({"ministry_id": _("This ministry has ended by then.")})


def _refuse_wrong(
    texts: dict[str, str],
    wording: Wording,
    before: Content,
    content: Content,
    base: ServiceVersion,
) -> None:
    wrong = {
        name: _("Use at most %(number)s characters.", number=longest)
        for name, longest in LONGEST.items()
        if len(texts[name]) > longest
    }
    for name, longest in SAID.items():
        if len(content.get(name, "")) > longest:
            wrong[name] = _("Use at most %(number)s characters.", number=longest)
    for name in ("name_lo", "name_en"):
        if not texts[name]:
            wrong[name] = _("Please write the name.")
    if not texts["reason"]:
        wrong["reason"] = _("Write the reason.")
    if not texts["basis"]:
        wrong["basis"] = _("Name the act that allows the change.")
    if not 1 <= wording.processing_days <= 365:
        wrong["processing_days"] = _("Write a number from 1 to 365.")
    if wording.effective_on < clock.today():
        wrong["effective_on"] = _("Choose today or a later day.")
    elif wording.effective_on <= base.valid_from:
        wrong["effective_on"] = _(
            "The version before it begins on %(day)s: choose a later day.",
            day=f"{base.valid_from:%d/%m/%Y}",
        )
    if not wrong and difference(before, content).is_empty:
        wrong["name_lo"] = _("Nothing is changed yet.")
    if wrong:
        raise InvalidInput(wrong)


def _words(text: str, longest: int, *, needed: bool) -> str:
    words = lao_normalize(text)
    if needed and not words:
        raise InvalidInput({"words": _("Write what you want to say.")})
    if len(words) > longest:
        raise InvalidInput({"words": _("Use at most %(number)s characters.", number=longest)})
    return words


def _user() -> int:
    user_id = current_actor().user_id
    if user_id is None:
        raise NotTheAuthor
    return user_id


def _locked(work: Work, proposal_id: int) -> ChangeProposal:
    proposal = work.session.scalars(
        select(ChangeProposal)
        .where(ChangeProposal.id == proposal_id)
        .with_for_update(of=ChangeProposal)
    ).one_or_none()
    if proposal is None:
        raise NotFound
    return proposal


def _last_version(work: Work, service_id: int) -> ServiceVersion:
    """The version without an end, of the national catalogue, locked. Raises NotFound."""
    version = work.session.scalars(
        select(ServiceVersion)
        .where(
            ServiceVersion.service_id == service_id,
            ServiceVersion.valid_to.is_(None),
            ServiceVersion.owner_centre_id.is_(None),
        )
        .options(selectinload(ServiceVersion.steps))
        .with_for_update(of=ServiceVersion)
    ).one_or_none()
    if version is None:
        raise NotFound
    return version
