"""The doors of money that leaves the safe: deposits, their slips, the change fund."""

import uuid
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts import queries as accounts
from odsc_counter.accounts.access import centre_door, signed_in
from odsc_counter.accounts.signing_in import approver, second_person
from odsc_counter.applications.official_paper import inline_pdf
from odsc_counter.ledger.accounts import BANK, FUND, QR, SAFE, TREASURY
from odsc_counter.ledger.queries import balance
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.work import reading
from odsc_counter.treasury import ageing, booking, depositing, slip_paper, words
from odsc_counter.treasury.blueprint import blueprint
from odsc_counter.treasury.forms import DepositForm, FundForm


@blueprint.get("/c/<centre>/treasury/deposits")
@centre_door("treasury.view")
def deposits(centre: Centre) -> ResponseReturnValue:
    """What was deposited and paid out, what is left, and the form for the next slip."""
    return _deposit_page(centre)


@blueprint.post("/c/<centre>/treasury/deposits")
@centre_door("deposit.make")
@once
def make_deposit(centre: Centre) -> ResponseReturnValue:
    """Record a deposit as its slip says."""
    form = DepositForm(request.form, accounts=words.account_names())
    if form.validate():
        try:
            depositing.deposit(
                centre, form.source.data, form.amount.kip, form.slip, to=form.to.data
            )
        except DomainError as error:
            form.form_errors.append(str(error))
        else:
            flash(_("The deposit is recorded."), "success")
            return redirect(url_for(".deposits"), 303)
    return _deposit_page(centre, 422, form)


@blueprint.get("/c/<centre>/treasury/deposits/<uuid:deposit>/slip.pdf")
@centre_door("treasury.view")
def slip(centre: Centre, deposit: uuid.UUID) -> ResponseReturnValue:
    """The slip of a deposit as a paper for the file."""
    found = depositing.found(deposit)
    language = request.args.get("language", "both")
    return inline_pdf(
        slip_paper.slip_pdf(centre, found, words.account_names(), language),
        f"deposit-{centre.code}-{found.deposited_on:%Y%m%d}",
    )


@blueprint.get("/c/<centre>/treasury/fund")
@centre_door("treasury.view")
def fund(centre: Centre) -> ResponseReturnValue:
    """The change fund: what the centre holds for change, and who gave it."""
    return _fund_page(centre)


@blueprint.post("/c/<centre>/treasury/fund")
@centre_door("fund.change")
@second_person("fund.approve")
@once
def change_fund(centre: Centre) -> ResponseReturnValue:
    """Note money for change that was given or taken back, with a second person's word."""
    form = FundForm(request.form)
    if form.validate():
        try:
            booking.fund(centre, form.signed_kip, form.reason.data or "", approver())
        except NotFound:
            raise
        except DomainError as error:
            form.form_errors.append(str(error))
        else:
            flash(_("The change fund is booked."), "success")
            return redirect(url_for(".fund"), 303)
    return _fund_page(centre, 422, form)


def _deposit_page(
    centre: Centre, status: int = 200, form: DepositForm | None = None
) -> tuple[str, int]:
    today = clock.business_day(clock.now(), centre.day_starts_minute)
    names = words.account_names()
    rows = depositing.listing()
    with reading() as session:
        held = {account: balance(session, account) for account in (SAFE, BANK, QR)}
        owed = {
            account: -balance(session, account)
            for account in names
            if account in ("treasury", "centre") or account.startswith("ministry:")
        }
    page = render_template(
        "treasury/deposits.html",
        rows=rows,
        names=names,
        held=held,
        owed={account: kip for account, kip in owed.items() if kip or account == TREASURY},
        ageing=ageing.outstanding(today),
        buckets=ageing.BUCKETS,
        people=accounts.names(row.recorded_by_id for row in rows),
        form=form or _fresh(names, today),
        may_deposit=signed_in().may_in_centre("deposit.make", centre.id),
    )
    return page, status


def _fresh(names: dict[str, str], today: date) -> DepositForm:
    last = next(iter(depositing.listing(1)), None)
    same = {"bank": last.bank, "account": last.bank_account} if last is not None else {}
    return DepositForm(
        accounts=names, on=today, by=signed_in().user.name_lo, to=TREASURY, source=SAFE, **same
    )


def _fund_page(centre: Centre, status: int = 200, form: FundForm | None = None) -> tuple[str, int]:
    rows = booking.funding()
    with reading() as session:
        held, safe = -balance(session, FUND), balance(session, SAFE)
    page = render_template(
        "treasury/fund.html",
        rows=rows,
        held=held,
        safe=safe,
        people=accounts.names(
            key for _p, _e, row in rows for key in (row.posted_by_id, row.approved_by_id)
        ),
        form=form or FundForm(),
        may_fund=signed_in().may_in_centre("fund.change", centre.id),
    )
    return page, status
