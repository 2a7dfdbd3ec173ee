"""The nation's doors to fees: rates, who pays less, deviations, and new versions of a fee."""

from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from odsc_counter.accounts.access import national_door
from odsc_counter.catalogue import exchange_rates, exemptions, fee_editing, fee_queries, queries
from odsc_counter.catalogue.blueprint import blueprint
from odsc_counter.catalogue.fee_forms import ExemptionForm, NewFeeForm, RateForm, of_line
from odsc_counter.catalogue.form_fields import fields_of
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.platform.spreadsheet import CSV_TYPE, as_csv

COLUMNS = (
    "centre", "centre_name", "service", "name", "fee", "published_kip", "deviating_kip",
    "difference_kip", "decision", "decision_on", "decided_by", "reason", "from", "until",
)  # fmt: skip


def _mark(form: Form, error: InvalidInput) -> None:
    """Put what the rules refused beside its field; a field of another name is left out."""
    for name, message in error.fields.items():
        form[ALIASES.get(name, name)].errors = [message]


ALIASES = {"basis_points": "percentage", "shares": "treasury"}


# --- official rates ---------------------------------------------------------------------------


def _rates_page(form: RateForm, status: int = 200) -> tuple[str, int]:
    today = clock.today()
    page = render_template(
        "catalogue/rates.html",
        form=form,
        rates=fee_queries.rates(),
        in_force={one: fee_queries.rate_on(one, today) for one in exchange_rates.CURRENCIES},
    )
    return page, status


@blueprint.get("/national/rates")
@national_door("national.fees")
def rates() -> ResponseReturnValue:
    """The official rates, and a form for today's."""
    return _rates_page(RateForm(day=clock.today()))


@blueprint.post("/national/rates")
@national_door("national.fees")
@once
def enter_rate() -> ResponseReturnValue:
    """Enter the rate of a day; a correction is entered as a new one."""
    form = RateForm(request.form)
    day, good_for = form.day.data, form.good_for_days.data
    if form.validate() and day is not None and good_for is not None:
        try:
            exchange_rates.enter_rate(
                form.currency.data,
                day,
                form.kip.amount() or 0,
                str(form.source.data),
                good_for_days=good_for,
            )
        except InvalidInput as error:
            _mark(form, error)
        else:
            flash(_("The rate is entered."), "success")
            return redirect(url_for(".rates"), 303)
    return _rates_page(form, 422)


# --- who pays less ----------------------------------------------------------------------------


def _exemptions_page(form: ExemptionForm, status: int = 200) -> tuple[str, int]:
    page = render_template(
        "catalogue/exemptions.html",
        form=form,
        classes=fee_queries.exemption_classes(),
        today=clock.today(),
    )
    return page, status


@blueprint.get("/national/exemptions")
@national_door("national.fees")
def exemption_classes() -> ResponseReturnValue:
    """Who pays less or nothing; `of` fills the form with a class that is to change."""
    wanted = request.args.get("of", type=int)
    if wanted is None:
        return _exemptions_page(ExemptionForm(valid_from=clock.today()))
    found = fee_queries.exemption_class(wanted)
    return _exemptions_page(
        ExemptionForm(
            obj=found,
            percent=found.basis_points,
            services=" ".join(found.services),
            valid_from=clock.today(),
        )
    )


@blueprint.post("/national/exemptions")
@national_door("national.fees")
@once
def keep_exemption() -> ResponseReturnValue:
    """Add a class of people, or give one a new version."""
    form = ExemptionForm(request.form)
    since = form.valid_from.data
    if form.validate() and since is not None:
        try:
            exemptions.keep_class(
                exemptions.ClassOfPeople(
                    **{
                        name: str(form[name].data)
                        for name in (
                            "code", "name_lo", "name_en", "paper_lo", "paper_en", "legal_basis",
                        )
                    },
                    basis_points=form.percent.basis_points() or 0,
                    act_on=form.act_on.data,
                    valid_from=since,
                    services=tuple((form.services.data or "").replace(",", " ").upper().split()),
                )
            )  # fmt: skip
        except InvalidInput as error:
            _mark(form, error)
        else:
            flash(_("The class is kept."), "success")
            return redirect(url_for(".exemption_classes"), 303)
    return _exemptions_page(form, 422)


@blueprint.post("/national/exemptions/<int:class_id>/end")
@national_door("national.fees")
@once
def end_exemption(class_id: int) -> ResponseReturnValue:
    """Let a class hold until today."""
    exemptions.end_class(class_id, clock.today())
    flash(_("From tomorrow on it holds no longer."), "success")
    return redirect(url_for(".exemption_classes"), 303)


# --- where centres take other amounts ---------------------------------------------------------


def _asked() -> tuple[dict[str, str], list[fee_queries.DeviationRow]]:
    chosen = {name: request.args.get(name, "")[:20].strip() for name in ("centre", "service")}
    chosen["all"] = "1" if request.args.get("all") == "1" else ""
    return chosen, fee_queries.national_deviations(
        clock.today(),
        centre_code=chosen["centre"].upper(),
        service_code=chosen["service"].upper(),
        in_force=not chosen["all"],
    )


@blueprint.get("/national/deviations")
@national_door("national.summary")
def national_deviations() -> ResponseReturnValue:
    """Where centres take other amounts than the published ones, and who decided it."""
    chosen, rows = _asked()
    everything = fee_queries.national_deviations(clock.today())
    return render_template(
        "catalogue/national_deviations.html",
        rows=rows,
        chosen=chosen,
        centres={row.centre.code: row.centre for row in everything},
        services={row.version.service.code: row.version for row in everything},
        today=clock.today(),
    )


@blueprint.get("/national/deviations.csv")
@national_door("national.summary")
def deviations_csv() -> ResponseReturnValue:
    """The deviations that the page shows, as a file."""
    _chosen, rows = _asked()
    language, today = language_now(), clock.today()
    table = as_csv(COLUMNS, (_cells(row, language) for row in rows))
    name = f"odsc-deviations-{today:%Y%m%d}.csv"
    return Response(
        table,
        mimetype=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cells(row: fee_queries.DeviationRow, language: str) -> list[str | int | None]:
    one = row.deviation
    return [
        row.centre.code,
        row.centre.name(language),
        row.version.service.code,
        row.version.name(language),
        one.line.name(language),
        row.published_kip,
        one.amount_kip,
        row.difference_kip,
        one.decision_number,
        one.decision_on.isoformat(),
        one.decided_by,
        one.reason,
        one.valid_from.isoformat(),
        one.valid_to.isoformat() if one.valid_to else None,
    ]


# --- new versions of a fee --------------------------------------------------------------------


def _fee_form(code: str, values: Any = None, line_id: int | None = None) -> NewFeeForm:
    history = queries.service_history(code)
    if history.service.owner_centre_id is not None:
        raise NotFound
    line = next((one for one in history.fee_lines if one.id == line_id), None)
    if line_id is not None and line is None:
        raise NotFound
    form = NewFeeForm(values, valid_from=clock.today(), **of_line(line))
    language = language_now()
    form.answer.choices = [
        ("", _("None: the counter types it")),
        *((one.name, one.label(language)) for one in fields_of(history.versions[0].form)),
    ]
    return form


def _fee_page(code: str, form: NewFeeForm, status: int = 200) -> tuple[str, int]:
    history = queries.service_history(code)
    page = render_template(
        "catalogue/new_fee.html", history=history, version=history.versions[0], form=form
    )
    return page, status


@blueprint.get("/national/catalogue/<code>/fees/new")
@national_door("national.catalogue")
def ask_fee(code: str) -> ResponseReturnValue:
    """The form for a new fee, or for a new version of the line `of`."""
    return _fee_page(code, _fee_form(code, line_id=request.args.get("of", type=int)))


@blueprint.post("/national/catalogue/<code>/fees/new")
@national_door("national.catalogue")
@once
def publish_fee(code: str) -> ResponseReturnValue:
    """Publish a fee from a day on."""
    form = _fee_form(code, request.form)
    since = form.valid_from.data
    if form.validate() and since is not None:
        try:
            fee_editing.publish(code, _new_fee(form, since))
        except InvalidInput as error:
            _mark(form, error)
        else:
            flash(_("The fee is published. Receipts of earlier days keep theirs."), "success")
            return redirect(url_for(".detail", code=code), 303)
    return _fee_page(code, form, 422)


def _new_fee(form: NewFeeForm, since: date) -> fee_editing.NewFee:
    return fee_editing.NewFee(
        code=str(form.code.data),
        name_lo=str(form.name_lo.data),
        name_en=str(form.name_en.data),
        part=form.part.data,
        rule=form.rule.data,
        amount=form.amount.amount(),
        currency=form.currency.data,
        legal_basis=str(form.legal_basis.data),
        article=form.article.data or "",
        act_on=form.act_on.data,
        valid_from=since,
        terms=form.terms(),
        shares=form.shares(),
    )


@blueprint.post("/national/catalogue/<code>/fees/<int:line_id>/end")
@national_door("national.catalogue")
@once
def end_fee(code: str, line_id: int) -> ResponseReturnValue:
    """Take a fee from today for the last time."""
    fee_editing.end_line(code, line_id, clock.today())
    flash(_("From tomorrow on it holds no longer."), "success")
    return redirect(url_for(".detail", code=code), 303)
