"""The doors of the cashier's own till."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.idempotency import once
from odsc_counter.receipts import operations, queries
from odsc_counter.receipts.blueprint import blueprint
from odsc_counter.receipts.forms import CountForm, FloatForm


@blueprint.get("/c/<centre>/till")
@centre_door("till.use")
def till(centre: Centre) -> ResponseReturnValue:
    """The cashier's till: open it, see its receipts, count and close it."""
    return _till_page(centre, FloatForm(), CountForm())


@blueprint.post("/c/<centre>/till")
@centre_door("till.use")
@once
def open_till(centre: Centre) -> ResponseReturnValue:
    """Open the till with the counted float."""
    form = FloatForm(request.form)
    if not form.validate():
        return _till_page(centre, form, CountForm(), 422)
    operations.open_till(centre, signed_in().user, form.float_kip.kip)
    flash(_("Your till is open."), "success")
    return redirect(url_for(".till"), 303)


@blueprint.post("/c/<centre>/till/<uuid:till>/close")
@centre_door("till.use")
@once
def close_till(centre: Centre, till: uuid.UUID) -> ResponseReturnValue:
    """Close the till with the count; only then say what should be there."""
    form = CountForm(request.form)
    if not form.validate():
        return _till_page(centre, FloatForm(), form, 422)
    try:
        operations.close_till(till, form.counted.kip)
    except InvalidInput as error:
        form.form_errors.append(str(error))
        return _till_page(centre, FloatForm(), form, 422)
    flash(_("Your till is closed."), "success")
    return redirect(url_for(".till"), 303)


def _till_page(
    centre: Centre, float_form: FloatForm, count_form: CountForm, status: int = 200
) -> tuple[str, int]:
    user = signed_in().user
    opened = queries.open_till(user.id)
    page = render_template(
        "receipts/till.html",
        till=opened,
        rows=queries.receipts_of_till(opened.id) if opened else [],
        last=queries.last_closed_till(user.id) if opened is None else None,
        is_earlier=opened is not None
        and opened.day != clock.business_day(clock.now(), centre.day_starts_minute),
        float_form=float_form,
        count_form=count_form,
    )
    return page, status
