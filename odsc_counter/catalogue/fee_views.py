"""A centre's own doors to fees: amounts that deviate by decision, and the poster for the wall."""

from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door, public_centre_door
from odsc_counter.catalogue import deviations, fee_queries, fee_words, poster, queries
from odsc_counter.catalogue.blueprint import blueprint
from odsc_counter.catalogue.fee_forms import DeviationForm
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now


def _form(values: Any = None) -> DeviationForm:
    """Lines of what is offered here, of which another amount may be decided."""
    form, language = DeviationForm(values), language_now()
    form.fee_line.choices = [
        (
            line.id,
            f"{row.service.code} {row.version.name(language)}: {line.name(language)}"
            f" ({' '.join(fee_words.rule_in_words(line.tariff, language))})",
        )
        for row in queries.offered_services(clock.today())
        for line in row.fee_lines
        if deviations.may_deviate(line)
    ]
    return form


def _page(centre: Centre, form: DeviationForm, status: int = 200) -> tuple[str, int]:
    page = render_template(
        "catalogue/deviations.html",
        rows=fee_queries.deviations_of(centre),
        form=form,
        today=clock.today(),
    )
    return page, status


@blueprint.get("/c/<centre>/services/deviations")
@centre_door("fee.deviate")
def deviations_page(centre: Centre) -> ResponseReturnValue:
    """The centre's own amounts and the decisions that allow them."""
    return _page(centre, _form())


@blueprint.post("/c/<centre>/services/deviations")
@centre_door("fee.deviate")
@once
def add_deviation(centre: Centre) -> ResponseReturnValue:
    """Write down a decision that deviates from a published fee."""
    form = _form(request.form)
    decided, first, amount = form.decision_on.data, form.valid_from.data, None
    if form.validate():
        amount = form.amount.amount()
    if amount is not None and decided is not None and first is not None:
        try:
            deviations.write_down(
                centre,
                deviations.LocalAmount(
                    fee_line_id=form.fee_line.data,
                    amount_kip=amount,
                    decision_number=str(form.decision_number.data),
                    decision_on=decided,
                    decided_by=str(form.decided_by.data),
                    reason=str(form.reason.data),
                    valid_from=first,
                    last_day=form.last_day.data,
                ),
            )
        except InvalidInput as error:
            for name, message in error.fields.items():
                form[name].errors = [message]
        else:
            flash(_("The decision is written down. The nation's office sees it."), "success")
            return redirect(url_for(".deviations_page"), 303)
    return _page(centre, form, 422)


@blueprint.post("/c/<centre>/services/deviations/<int:deviation>/end")
@centre_door("fee.deviate")
@once
def end_deviation(centre: Centre, deviation: int) -> ResponseReturnValue:
    """Take the published amount again, from today on."""
    deviations.end(centre, deviation)
    flash(_("The published amount is taken again."), "success")
    return redirect(url_for(".deviations_page"), 303)


@blueprint.get("/c/<centre>/fees/poster.pdf")
@public_centre_door("the published fees as a sheet to hang on the wall")
def fee_poster(centre: Centre) -> ResponseReturnValue:
    """The published fees of the centre as a poster: A3 or A4, Lao alone or with English."""
    size: poster.Size = "A3" if request.args.get("size", "").upper() == "A3" else "A4"
    languages = poster.BOTH if request.args.get("language") == "both" else poster.LAO
    made = poster.fee_poster(
        centre, clock.today(), size, languages, url_for(".fees", _external=True)
    )
    answer = send_file(
        BytesIO(made), "application/pdf", download_name=f"fees-{centre.code}-{size}.pdf"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
