"""The web doors of this room: parse, call one operation or query, render."""

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from wtforms import Form

from odsc_counter.accounts.access import centre_door, national_door, public_centre_door
from odsc_counter.catalogue import blank_form as paper
from odsc_counter.catalogue import (
    fee_queries,
    fee_views,
    form_builder_views,
    national_fee_views,
    operations,
    proposal_views,
    queries,
    register_queries,
    register_views,
    register_words,
)
from odsc_counter.catalogue.blueprint import blueprint
from odsc_counter.catalogue.forms import FeeForm, GroupForm
from odsc_counter.catalogue.models import CONFIRMED, ILLUSTRATIVE, SOURCED, FeeLine
from odsc_counter.catalogue.routing import merged_checklist, papers_asked
from odsc_counter.catalogue.rule_words import PARTS, RULES
from odsc_counter.catalogue.words import LEVEL_NAMES
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import Language

__all__ = [
    "blueprint",
    "fee_views",
    "form_builder_views",
    "national_fee_views",
    "proposal_views",
    "register_views",
]
STANDINGS = (ILLUSTRATIVE, SOURCED, CONFIRMED)


# --- what a centre offers ---------------------------------------------------------------------


NUMBERS = ("first_number", "number_width", "position")
Refused = dict[str, tuple[dict[str, str], dict[str, str]]]
"""By a group's letter: what was typed about its numbers, and what is wrong with it."""


def _offer_page(
    form: GroupForm, status: int = 200, refused: Refused | None = None
) -> tuple[str, int]:
    today = clock.today()
    letters = {row.service.id: row.group for row in queries.offered_services(today)}
    page = render_template(
        "catalogue/offer.html",
        rows=queries.catalogue_on(today, with_local=True),
        groups=queries.groups(),
        letters=letters,
        standings=register_queries.standings_on(today),
        states=register_words.STATES,
        tones=register_words.TONES,
        form=form,
        refused=refused or {},
    )
    return page, status


@blueprint.get("/c/<centre>/services")
@centre_door("offer.set_up")
def offer(centre: Centre) -> ResponseReturnValue:
    """Which services the centre offers, and under which letter."""
    return _offer_page(GroupForm())


@blueprint.post("/c/<centre>/services")
@centre_door("offer.set_up")
@once
def set_offer(centre: Centre) -> ResponseReturnValue:
    """Offer services, stop offering others."""
    groups = {group.letter: group.id for group in queries.groups()}
    choices = {}
    for name, letter in request.form.items():
        if not name.startswith("service-"):
            continue
        if not name[8:].isdecimal() or (letter and letter not in groups):
            raise NotFound
        choices[int(name[8:])] = groups[letter] if letter else None
    changed = operations.set_offer(choices)
    flash(
        ngettext("%(num)s service was changed.", "%(num)s services were changed.", changed),
        "success",
    )
    return redirect(url_for("catalogue.offer"), 303)


@blueprint.post("/c/<centre>/services/usual")
@centre_door("offer.set_up")
@once
def set_up_usual(centre: Centre) -> ResponseReturnValue:
    """Give a centre without groups the usual ones."""
    operations.set_up_default_offer(centre)
    return redirect(url_for("catalogue.offer"), 303)


@blueprint.post("/c/<centre>/services/groups")
@centre_door("offer.set_up")
@once
def add_group(centre: Centre) -> ResponseReturnValue:
    """Add a service group."""
    form = GroupForm(request.form)
    if form.validate():
        try:
            operations.add_group(
                str(form.letter.data), str(form.name_lo.data), str(form.name_en.data)
            )
        except operations.LetterTaken as error:
            form["letter"].errors = [str(error)]
        except InvalidInput as error:
            _mark(form, error)
        else:
            flash(_("The changes are saved."), "success")
            return redirect(url_for("catalogue.offer"), 303)
    return _offer_page(form, 422)


@blueprint.post("/c/<centre>/services/groups/<letter>")
@centre_door("offer.set_up")
@once
def rename_group(centre: Centre, letter: str) -> ResponseReturnValue:
    """Change the names of a service group."""
    operations.rename_group(
        letter, request.form.get("name_lo", "")[:80], request.form.get("name_en", "")[:80]
    )
    flash(_("The changes are saved."), "success")
    return redirect(url_for("catalogue.offer"), 303)


@blueprint.post("/c/<centre>/services/groups/<letter>/numbers")
@centre_door("offer.set_up")
@once
def set_numbers(centre: Centre, letter: str) -> ResponseReturnValue:
    """Change where a group's numbers begin, their digits, and the group's order."""
    typed = {name: request.form.get(name, "")[:6].strip() for name in NUMBERS}
    try:
        operations.set_numbers(
            letter, **{name: int(text) if text.isdecimal() else 0 for name, text in typed.items()}
        )
    except InvalidInput as error:
        return _offer_page(GroupForm(), 422, {letter: (typed, error.fields)})
    flash(_("The changes are saved."), "success")
    return redirect(url_for("catalogue.offer"), 303)


# --- for everyone -----------------------------------------------------------------------------


@blueprint.get("/c/<centre>/fees")
@public_centre_door("the published fees that hang in the hall")
def fees(centre: Centre) -> ResponseReturnValue:
    """What the centre offers, how long it takes and what it costs."""
    today = clock.today()
    return render_template(
        "catalogue/fees.html",
        place_of=centre,
        rows=queries.offered_services(today),
        exemptions=fee_queries.exemptions_on(today),
        suspended=register_queries.suspended_services(today),
        today=today,
    )


@blueprint.get("/c/<centre>/fees/<code>")
@public_centre_door("papers, days and published fees of a service")
def service(centre: Centre, code: str) -> ResponseReturnValue:
    """What a citizen needs to know before coming for a service."""
    today = clock.today()
    row = queries.offered_service(queries.service_by_code(code).id, today)
    return render_template(
        "catalogue/service.html",
        place_of=centre,
        row=row,
        local_amounts=fee_queries.deviations_on([line.id for line in row.fee_lines], today),
        exemptions=fee_queries.exemptions_on(today, row.service.code),
        today=today,
        levels=LEVEL_NAMES,
        papers_asked=papers_asked,
    )


@blueprint.get("/c/<centre>/fees/<code>/form.pdf")
@public_centre_door("an empty form of a service, to print")
def blank_form(centre: Centre, code: str) -> ResponseReturnValue:
    """The service's form to be filled in by hand."""
    today = clock.today()
    row = queries.offered_service(queries.service_by_code(code).id, today)
    made = paper.blank_form(row.version, queries.letterhead_on(today), _language())
    answer = send_file(BytesIO(made), "application/pdf", download_name=f"{code}.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _language() -> Language:
    return "en" if str(get_locale()) == "en" else "lo"


@blueprint.get("/c/<centre>/papers")
@public_centre_door("which papers several services ask for together")
def checklist(centre: Centre) -> ResponseReturnValue:
    """What to bring for several services of one visit, each paper once."""
    today = clock.today()
    rows = queries.offered_services(today)
    wanted = set(request.args.getlist("service"))
    chosen = [row for row in rows if row.service.code in wanted]
    return render_template(
        "catalogue/checklist.html",
        place_of=centre,
        rows=rows,
        chosen=chosen,
        merged=merged_checklist([row.version for row in chosen]),
        today=today,
    )


# --- the nation's catalogue -------------------------------------------------------------------


@blueprint.get("/national/catalogue")
@national_door("national.catalogue")
def national() -> ResponseReturnValue:
    """All services by ministry, and how far each may be trusted."""
    today = clock.today()
    text = request.args.get("q", "").strip()[:80]
    ministry = request.args.get("ministry", "")
    standing = request.args.get("standing", "")
    everything = queries.catalogue_on(today)
    rows = queries.catalogue_on(today, text, ministry, standing if standing in STANDINGS else "")
    return render_template(
        "catalogue/national.html",
        everything=everything,
        rows=rows,
        ministries=queries.ministries_on(today),
        chosen={"q": text, "ministry": ministry, "standing": standing},
    )


def _detail_page(
    code: str, form: FeeForm | None = None, line_id: int | None = None, status: int = 200
) -> tuple[str, int]:
    history = queries.service_history(code)
    forms = {
        line.id: form if form is not None and line.id == line_id else _fee_form(line.amount, line)
        for line in history.fee_lines
        if line.valid_to is None and line.standing != CONFIRMED
    }
    page = render_template(
        "catalogue/detail.html",
        papers_asked=papers_asked,
        history=history,
        current=next((row for row in history.versions if row.valid_to is None), None),
        forms=forms,
        parts=PARTS,
        rules=RULES,
        errors=form,
        today=clock.today(),
    )
    return page, status


def _fee_form(amount: int | None, line: FeeLine) -> FeeForm:
    basis = "" if line.standing == ILLUSTRATIVE else line.legal_basis
    return FeeForm(
        prefix=f"fee{line.id}-",
        amount=amount,
        legal_basis=basis,
        article=line.article,
        act_on=line.act_on,
    )


@blueprint.get("/national/catalogue/<code>")
@national_door("national.catalogue")
def detail(code: str) -> ResponseReturnValue:
    """A service with all its versions and fees."""
    return _detail_page(code)


@blueprint.post("/national/catalogue/<code>/versions/<int:version_id>/confirm")
@national_door("national.catalogue")
def confirm_version(code: str, version_id: int) -> ResponseReturnValue:
    """Confirm days and papers of the version in force."""
    operations.confirm_version(version_id)
    flash(_("Days and papers are confirmed."), "success")
    return redirect(url_for("catalogue.detail", code=code), 303)


@blueprint.post("/national/catalogue/<code>/fees/<int:line_id>/confirm")
@national_door("national.catalogue")
def confirm_fee(code: str, line_id: int) -> ResponseReturnValue:
    """Confirm a fee from the act in force."""
    form = FeeForm(request.form, prefix=f"fee{line_id}-")
    if form.validate():
        try:
            operations.confirm_fee_line(
                line_id,
                amount=form.amount.amount(),
                legal_basis=str(form.legal_basis.data),
                act_on=form.act_on.data,
                article=form.article.data or "",
            )
        except InvalidInput as error:
            _mark(form, error)
        else:
            flash(_("The fee is confirmed."), "success")
            return redirect(url_for("catalogue.detail", code=code), 303)
    return _detail_page(code, form, line_id, 422)


def _mark(form: Form, error: InvalidInput) -> None:
    """Put what the rules refused beside its field."""
    for name, message in error.fields.items():
        form[name].errors = [message]
