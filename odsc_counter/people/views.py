"""The web doors of this room: people looked up, looked at, changed, and merged."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts import words as doings
from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.people import consents, operations, panels, queries, words
from odsc_counter.people.blueprint import blueprint
from odsc_counter.people.details import FIELDS, birth_text
from odsc_counter.people.forms import ConsentForm, EditForm, mark, typed
from odsc_counter.people.models import Person
from odsc_counter.places.models import Centre
from odsc_counter.places.wording import place
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.idempotency import once

MOST_FOUND = 25


@blueprint.get("/c/<centre>/applicants")
@centre_door("person.view")
def index(centre: Centre) -> ResponseReturnValue:
    """People looked up by the beginning of a name's word or a number.

    With `other` in the address, each that is found can be compared with that record.
    """
    text = request.args.get("q", "").strip()[:80]
    other = _uuid(request.args.get("other", ""))
    is_part = "X-Fragment" in request.headers
    return render_template(
        "people/_found.html" if is_part else "people/index.html",
        text=text,
        found=queries.search(text, MOST_FOUND + 1),
        most=MOST_FOUND,
        other=queries.person(other) if other else None,
        place=place,
        may_merge=_may(centre, "person.merge"),
    )


@blueprint.get("/c/<centre>/applicants/duplicates")
@centre_door("person.merge")
def duplicates(centre: Centre) -> ResponseReturnValue:
    """Records that may be of one person."""
    return render_template(
        "people/duplicates.html",
        groups=queries.duplicates(),
        why=words.WHY_GROUPED,
        place=place,
        birth_text=birth_text,
    )


@blueprint.get("/c/<centre>/applicants/<uuid:person>")
@centre_door("person.view")
def detail(centre: Centre, person: uuid.UUID) -> ResponseReturnValue:
    """What is known of a person, their applications, consents, and what happened."""
    return _detail_page(centre, person, ConsentForm())


@blueprint.get("/c/<centre>/applicants/<uuid:person>/edit")
@centre_door("person.edit")
def edit(centre: Centre, person: uuid.UUID) -> ResponseReturnValue:
    """The form for changing a record."""
    known = queries.person(person)
    if known.merged_into_id is not None:
        return redirect(url_for(".detail", person=known.merged_into_id))
    form = EditForm(data={**typed(known), "version": str(known.version)})
    return _edit_page(centre, known, form, 200)


@blueprint.post("/c/<centre>/applicants/<uuid:person>")
@centre_door("person.edit")
@once
def update(centre: Centre, person: uuid.UUID) -> ResponseReturnValue:
    """Change a record."""
    form = EditForm(request.form)
    seen = request.form.get("version", 0, type=int)
    if form.validate():
        try:
            operations.edit(person, form.details(), seen)
        except InvalidInput as error:
            mark(form, error)
        else:
            flash(_("The record is changed."), "success")
            return redirect(url_for(".detail", person=person), 303)
    return _edit_page(centre, queries.person(person), form, 422)


@blueprint.post("/c/<centre>/applicants/<uuid:person>/consents")
@centre_door("person.edit")
@once
def consent(centre: Centre, person: uuid.UUID) -> ResponseReturnValue:
    """Write down what the person agrees to, or takes back."""
    form = ConsentForm(request.form)
    if not form.validate():
        return _detail_page(centre, person, form), 422
    operations.note_consent(
        person,
        form.purpose.data,
        is_given=form.decision.data == "given",
        how=form.how.data,
        paper_reference=form.paper_reference.data or "",
    )
    return redirect(url_for(".detail", person=person), 303)


@blueprint.get("/c/<centre>/applicants/<uuid:person>/merge")
@centre_door("person.merge")
def compare(centre: Centre, person: uuid.UUID) -> ResponseReturnValue:
    """Two records side by side, to be merged or left as they are."""
    other = _uuid(request.args.get("other", ""))
    if other is None:
        return redirect(url_for(".index", other=queries.person(person).id))
    return _compare_page(person, other)


@blueprint.post("/c/<centre>/applicants/<uuid:person>/merge")
@centre_door("person.merge")
@once
def merge(centre: Centre, person: uuid.UUID) -> ResponseReturnValue:
    """Keep this record for both."""
    kept = _uuid(request.form.get("keep", "")) or person
    other = _uuid(request.form.get("other", ""))
    if other is None or kept not in (person, other):
        raise NotFound
    merged = other if kept == person else person
    reason = request.form.get("reason", "")
    try:
        operations.merge(kept, merged, reason)
    except (InvalidInput, operations.OneRecord, operations.PersonAndBusiness) as error:
        return _compare_page(person, other, kept, reason, _said(error)), 422
    flash(_("The two records are one now."), "success")
    return redirect(url_for(".detail", person=kept), 303)


def _said(error: DomainError) -> str:
    fields = error.fields.values() if isinstance(error, InvalidInput) else ()
    return " ".join(str(message) for message in fields) or str(error)


def _detail_page(centre: Centre, person_id: uuid.UUID, form: ConsentForm) -> str:
    person = queries.person(person_id)
    merges = queries.merges(person.id)
    noted = consents.consents([person.id, *(one.merged_id for one, _person in merges)])
    merged_as = queries.merged_as(person.id)
    return render_template(
        "people/detail.html",
        person=person,
        kept=queries.person(merged_as.kept_id) if merged_as else None,
        merged_as=merged_as,
        merges=merges,
        consents=noted,
        in_force=consents.in_force(noted),
        consent_form=form,
        events=queries.timeline([person.id]),
        panels=panels.drawn(person),
        place=place(person.unit) if person.unit else "",
        birth=birth_text(person),
        words=words,
        doing=doings.doing,
        event_details=doings.details,
        may_apply=_may(centre, "application.take") and merged_as is None,
        may_edit=_may(centre, "person.edit") and merged_as is None,
        may_merge=_may(centre, "person.merge") and merged_as is None,
    )


def _edit_page(centre: Centre, person: Person, form: EditForm, status: int) -> tuple[str, int]:
    page = render_template(
        "people/edit.html", person=person, form=form, places=words.place_choices(centre)
    )
    return page, status


def _compare_page(
    person: uuid.UUID,
    other: uuid.UUID,
    kept: uuid.UUID | None = None,
    reason: str = "",
    error: str = "",
) -> str:
    pair = [queries.person(person), queries.person(other)]
    return render_template(
        "people/merge.html",
        pair=pair,
        panels=[panels.drawn(one) for one in pair],
        kept=kept or person,
        reason=reason,
        error=error,
        place=place,
        birth_text=birth_text,
        kinds=words.KINDS,
        differs={field for field in FIELDS if getattr(pair[0], field) != getattr(pair[1], field)},
    )


def _may(centre: Centre, permission: str) -> bool:
    return signed_in().may_in_centre(permission, centre.id)


def _uuid(text: str) -> uuid.UUID | None:
    """The id that a query names; None without one. Raises NotFound for anything else."""
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound from error
