"""The centre's register of services: what is offered, suspended or withdrawn, and why."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.catalogue import local, queries, register, register_queries, register_words
from odsc_counter.catalogue.blueprint import blueprint
from odsc_counter.catalogue.lifecycle import OFFER_LIFECYCLE
from odsc_counter.catalogue.register_forms import DecisionForm, LocalServiceForm
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.idempotency import once

VERBS = tuple(verb for verb in OFFER_LIFECYCLE.verbs if verb != "offer")


@blueprint.get("/c/<centre>/services/register")
@centre_door("offer.view")
def register_page(centre: Centre) -> ResponseReturnValue:
    """Every service of the centre with its state, since when, and why."""
    rows = register_queries.register(clock.today())
    state = request.args.get("state", "")
    return render_template(
        "catalogue/register.html",
        everything=rows,
        rows=[row for row in rows if state in ("", row.standing.state)],
        chosen=state,
        words=register_words,
        may_set_up=signed_in().may_in_centre("offer.set_up", centre.id),
    )


def _entry_page(
    centre: Centre, code: str, forms: dict[str, DecisionForm] | None = None, status: int = 200
) -> tuple[str, int]:
    entry = register_queries.register_entry(code, clock.today())
    verbs = [verb for verb in VERBS if OFFER_LIFECYCLE.allows(verb, entry.last.state)]
    since = max(clock.today(), entry.last.since)
    page = render_template(
        "catalogue/register_entry.html",
        entry=entry,
        verbs=verbs,
        forms=forms or {},
        empty={verb: DecisionForm(prefix=f"{verb}-", since=since) for verb in verbs},
        words=register_words,
        needs_reason=register.NEEDS_REASON,
        needs_document=register.NEEDS_DOCUMENT,
        may_set_up=signed_in().may_in_centre("offer.set_up", centre.id),
    )
    return page, status


@blueprint.get("/c/<centre>/services/register/<code>")
@centre_door("offer.view")
def register_entry(centre: Centre, code: str) -> ResponseReturnValue:
    """One service with everything that was decided about it here."""
    return _entry_page(centre, code)


@blueprint.post("/c/<centre>/services/register/<code>/<verb>")
@centre_door("offer.set_up")
@once
def change_offer(centre: Centre, code: str, verb: str) -> ResponseReturnValue:
    """Suspend a service, offer it again, or stop offering it."""
    if verb not in VERBS:
        raise NotFound
    service = queries.service_by_code(code)
    form = DecisionForm(request.form, prefix=f"{verb}-")
    if form.validate() and form.since.data is not None:
        try:
            register.change_offer(
                verb,
                service.id,
                register.Decision(
                    since=form.since.data,
                    decided_by=str(form.decided_by.data),
                    document_number=form.document_number.data or "",
                    reason=form.reason.data or "",
                    words_lo=form.words_lo.data or "",
                    words_en=form.words_en.data or "",
                ),
            )
        except InvalidInput as error:
            for name, message in error.fields.items():
                form[name].errors = [message]
        else:
            flash(_("The register is changed."), "success")
            return redirect(url_for("catalogue.register_entry", code=code), 303)
    return _entry_page(centre, code, {verb: form}, 422)


def _local_form(values: Any = None) -> LocalServiceForm:
    language = "en" if str(get_locale()) == "en" else "lo"
    form = LocalServiceForm(values)
    form.ministry.choices = [("", _("Choose one of the list."))] + [
        (ministry.code, ministry.name(language))
        for ministry in queries.ministries_on(clock.today())
    ]
    form.group.choices = [
        (group.letter, f"{group.letter} · {group.name(language)}") for group in queries.groups()
    ]
    form.papers.choices = [(kind.id, kind.name(language)) for kind in queries.document_types()]
    return form


@blueprint.get("/c/<centre>/services/local")
@centre_door("offer.set_up")
def ask_local(centre: Centre) -> ResponseReturnValue:
    """The form for a service that only this centre may offer."""
    return render_template("catalogue/local.html", form=_local_form())


@blueprint.post("/c/<centre>/services/local")
@centre_door("offer.set_up")
@once
def add_local(centre: Centre) -> ResponseReturnValue:
    """Add a service that only this centre may offer."""
    form = _local_form(request.form)
    days, decided_on = form.processing_days.data, form.decision_on.data
    if form.validate() and days is not None and decided_on is not None:
        groups = {group.letter: group.id for group in queries.groups()}
        try:
            made = local.authorise(
                centre,
                local.LocalService(
                    decision_number=str(form.decision_number.data),
                    decision_on=decided_on,
                    decided_by=str(form.decided_by.data),
                    name_lo=str(form.name_lo.data),
                    name_en=str(form.name_en.data),
                    ministry_code=str(form.ministry.data),
                    group_id=groups[form.group.data],
                    processing_days=days,
                    document_type_ids=tuple(form.papers.data or ()),
                    fee_kip=form.amount.amount(),
                    legal_basis=form.legal_basis.data or "",
                ),
            )
        except InvalidInput as error:
            for name, message in error.fields.items():
                form[name].errors = [message]
        else:
            flash(_("The service is added and offered from today."), "success")
            return redirect(url_for("catalogue.register_entry", code=made.code), 303)
    return render_template("catalogue/local.html", form=form), 422
