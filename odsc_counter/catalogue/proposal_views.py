"""Proposals to change a service of the national catalogue, and versions compared."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from odsc_counter.accounts.access import national_door, signed_in
from odsc_counter.catalogue import proposal_queries, proposal_words, proposals, queries
from odsc_counter.catalogue.blueprint import blueprint
from odsc_counter.catalogue.content import Content, content_of
from odsc_counter.catalogue.lifecycle import PROPOSAL_LIFECYCLE
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.catalogue.proposal_forms import WordingForm, WordsForm
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.idempotency import once


def _form(values: Any = None, **shown: Any) -> WordingForm:
    language = "en" if str(get_locale()) == "en" else "lo"
    form = WordingForm(values, **shown)
    form.ministry_id.choices = [
        (ministry.id, ministry.name(language)) for ministry in queries.ministries_on(clock.today())
    ]
    form.papers.choices = [(kind.id, kind.name(language)) for kind in queries.document_types()]
    return form


def _shown(content: Content) -> dict[str, Any]:
    """A wording as the form shows it."""
    return {**content, "papers": [paper["document_type_id"] for paper in content["papers"]]}


def _save(form: WordingForm, save: Callable[[proposals.Wording], int]) -> int | None:
    """Save what the form says; the proposal's number, or None where something is wrong."""
    days, day = form.processing_days.data, form.effective_on.data
    if not form.validate() or days is None or day is None:
        return None
    wording = proposals.Wording(
        name_lo=str(form.name_lo.data),
        name_en=str(form.name_en.data),
        ministry_id=form.ministry_id.data,
        processing_days=days,
        document_type_ids=form.papers.data or (),
        words={name: str(form[name].data or "") for name in proposals.SAID},
        effective_on=day,
        reason=str(form.reason.data),
        basis=str(form.basis.data),
    )
    try:
        return save(wording)
    except InvalidInput as error:
        for name, message in error.fields.items():
            form[name].errors = [message]
        return None


@blueprint.get("/national/proposals")
@national_door("catalogue.propose")
def proposals_page() -> ResponseReturnValue:
    """All proposals, the newest first."""
    state = request.args.get("state", "")
    states = (state,) if state in proposal_words.STATES else ()
    return render_template(
        "catalogue/proposals.html",
        proposals=proposal_queries.proposals(states),
        services=queries.catalogue_on(clock.today()),
        chosen=state,
        words=proposal_words,
    )


def _base_of(code: str) -> ServiceVersion:
    return queries.last_version(queries.service_by_code(code).id)


def _propose_page(base: ServiceVersion, form: WordingForm, status: int = 200) -> tuple[str, int]:
    return render_template("catalogue/propose.html", base=base, form=form), status


@blueprint.get("/national/catalogue/<code>/propose")
@national_door("catalogue.propose")
def propose(code: str) -> ResponseReturnValue:
    """The form of a proposal, filled with what holds last."""
    base = _base_of(code)
    return _propose_page(base, _form(**_shown(content_of(base))))


@blueprint.post("/national/catalogue/<code>/propose")
@national_door("catalogue.propose")
@once
def draft_proposal(code: str) -> ResponseReturnValue:
    """Write down a proposal."""
    base = _base_of(code)
    form = _form(request.form)
    made = _save(form, lambda wording: proposals.draft(base.service_id, wording).id)
    if made is None:
        return _propose_page(base, form, 422)
    flash(_("The draft is saved. Send it for review when it is ready."), "success")
    return redirect(url_for("catalogue.proposal", proposal_id=made), 303)


def _proposal_page(
    proposal_id: int,
    wording: WordingForm | None = None,
    comment: WordsForm | None = None,
    review: WordsForm | None = None,
    status: int = 200,
) -> tuple[str, int]:
    page = proposal_queries.proposal_page(proposal_id)
    proposal, me = page.proposal, signed_in()
    is_author = proposal.author_id == me.user.id
    shown: dict[str, Any] = {
        **_shown(proposal.content),
        "effective_on": proposal.effective_on,
        "reason": proposal.reason,
        "basis": proposal.basis,
    }
    return render_template(
        "catalogue/proposal.html",
        page=page,
        proposal=proposal,
        words=proposal_words,
        is_author=is_author,
        may_review=me.may_for_nation("catalogue.review") and not is_author,
        may_publish=me.may_for_nation("catalogue.review"),
        allows=lambda verb: PROPOSAL_LIFECYCLE.allows(verb, proposal.state),
        wording=wording or _form(**shown),
        comment=comment or WordsForm(prefix="comment-"),
        review=review or WordsForm(prefix="review-"),
        passed=proposal.effective_on < clock.today(),
    ), status


@blueprint.get("/national/proposals/<int:proposal_id>")
@national_door("catalogue.propose")
def proposal(proposal_id: int) -> ResponseReturnValue:
    """A proposal: what it changes, why, and what was said of it."""
    return _proposal_page(proposal_id)


def _back(proposal_id: int, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("catalogue.proposal", proposal_id=proposal_id), 303)


@blueprint.post("/national/proposals/<int:proposal_id>/wording")
@national_door("catalogue.propose")
@once
def rewrite_proposal(proposal_id: int) -> ResponseReturnValue:
    """Change one's own draft."""
    form = _form(request.form)
    saved = _save(form, lambda wording: proposals.rewrite(proposal_id, wording).id)
    if saved is None:
        return _proposal_page(proposal_id, wording=form, status=422)
    return _back(proposal_id, _("The draft is saved. Send it for review when it is ready."))


@blueprint.post("/national/proposals/<int:proposal_id>/submit")
@national_door("catalogue.propose")
@once
def submit_proposal(proposal_id: int) -> ResponseReturnValue:
    """Send one's own draft for review."""
    proposals.submit(proposal_id)
    return _back(proposal_id, _("The proposal is in review."))


@blueprint.post("/national/proposals/<int:proposal_id>/drop")
@national_door("catalogue.propose")
@once
def drop_proposal(proposal_id: int) -> ResponseReturnValue:
    """Withdraw one's own proposal."""
    proposals.drop(proposal_id)
    return _back(proposal_id, _("The proposal is withdrawn."))


@blueprint.post("/national/proposals/<int:proposal_id>/comments")
@national_door("catalogue.propose")
@once
def comment_proposal(proposal_id: int) -> ResponseReturnValue:
    """Say something of a proposal."""
    form = WordsForm(request.form, prefix="comment-")
    if not form.validate():
        return _proposal_page(proposal_id, comment=form, status=422)
    proposals.comment(proposal_id, str(form.words.data))
    return _back(proposal_id, _("Your comment is saved."))


@blueprint.post("/national/proposals/<int:proposal_id>/review")
@national_door("catalogue.review")
@once
def review_proposal(proposal_id: int) -> ResponseReturnValue:
    """Approve another person's proposal, or return it with what must change."""
    form = WordsForm(request.form, prefix="review-")
    words = form.words.data or ""
    try:
        if request.form.get("verdict") == "approve":
            proposals.approve(proposal_id, words)
        else:
            proposals.return_to_author(proposal_id, words)
    except InvalidInput as error:
        form.words.errors = list(error.fields.values())
        return _proposal_page(proposal_id, review=form, status=422)
    return _back(proposal_id, _("Your review is saved."))


@blueprint.post("/national/proposals/<int:proposal_id>/publish")
@national_door("catalogue.review")
@once
def publish_proposal(proposal_id: int) -> ResponseReturnValue:
    """Let an approved proposal hold from its day."""
    day: date = proposals.publish(proposal_id).valid_from
    return _back(proposal_id, _("Published. It holds from %(day)s.", day=f"{day:%d/%m/%Y}"))


@blueprint.get("/national/catalogue/<code>/differences")
@national_door("catalogue.propose")
def differences(code: str) -> ResponseReturnValue:
    """Two versions of a service, field by field and paper by paper."""
    found = proposal_queries.compare_versions(
        code, request.args.get("older", type=int), request.args.get("newer", type=int)
    )
    return render_template("catalogue/differences.html", found=found)
