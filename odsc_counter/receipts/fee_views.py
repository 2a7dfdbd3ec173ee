"""The doors of an application's fee: what it owes, and money taken against a receipt."""

import uuid
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.applications import panels
from odsc_counter.applications import queries as applications
from odsc_counter.applications.models import Application
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.tenancy import current_scope
from odsc_counter.receipts import assessing, fee_form, operations, queries
from odsc_counter.receipts.blueprint import blueprint
from odsc_counter.receipts.forms import PaymentForm
from odsc_counter.tills import queries as tills


@blueprint.get("/c/<centre>/applications/<uuid:application>/fee")
@centre_door("application.view")
def fee(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """The fee of an application on a page of its own."""
    return _fee_page(applications.application(application))


@blueprint.post("/c/<centre>/applications/<uuid:application>/assess")
@centre_door("fee.assess")
@once
def assess(centre: Centre, application: uuid.UUID) -> ResponseReturnValue:
    """Say what the application owes: published lines and what is known, never an amount."""
    try:
        operations.assess(centre, application, *fee_form.read(request.form))
    except NotFound:
        raise
    except DomainError as error:
        said = " ".join(error.fields.values()) if isinstance(error, InvalidInput) else str(error)
        return _fee_page(applications.application(application), PaymentForm(), said, 422)
    return redirect(url_for("applications.detail", application=application, _anchor="fee"), 303)


@blueprint.post("/c/<centre>/assessments/<uuid:assessment>/receipt")
@centre_door("receipt.issue")
@once
def issue(centre: Centre, assessment: uuid.UUID) -> ResponseReturnValue:
    """Take the money and write the receipt."""
    form = PaymentForm(request.form)
    owed = queries.assessment(assessment)
    application = applications.application(owed.application_id)
    if not form.validate():
        return _fee_page(application, form, "", 422)
    try:
        receipt = operations.issue(centre, assessment, signed_in().user, form.payment)
    except NotFound:
        raise
    except DomainError as error:
        return _fee_page(application, form, str(error), 422)
    return redirect(url_for(".detail", receipt=receipt.id), 303)


@panels.contribute
def fee_panel(application: Application) -> Markup:
    """The fee on the application's own page."""
    return Markup(render_template("receipts/_fee.html", **_values(application, PaymentForm(), "")))  # noqa: S704 - made by a template


@panels.contribute_public
def amount_to_pay(application: Application) -> Markup:
    """What is owed, on the page that a citizen follows the file on: no names, no papers."""
    owed = queries.owed_before_payment(application.id)
    if owed is None or application.state not in assessing.PAYABLE:
        return Markup()
    return Markup(  # noqa: S704 - made by a template
        render_template("receipts/_owed.html", owed=owed, lines=queries.assessment_lines(owed.id))
    )


def _fee_page(
    application: Application,
    form: PaymentForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> tuple[str, int]:
    values = _values(application, form or PaymentForm(), refusal)
    return render_template("receipts/fee.html", **values), status


def _values(application: Application, form: PaymentForm, refusal: str) -> dict[str, Any]:
    person = signed_in()
    centre_id = current_scope().centre_id or 0
    return {
        "application": application,
        "fee": queries.fee_state(application, clock.today()),
        "payable": application.state in assessing.PAYABLE,
        "form": form,
        "typed": request.form,
        "answered": fee_form.answered(application),
        "refusal": refusal,
        "may_assess": person.may_in_centre("fee.assess", centre_id),
        "may_issue": person.may_in_centre("receipt.issue", centre_id),
        "till": tills.open_till(person.user.id),
    }
