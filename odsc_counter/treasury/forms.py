"""What is typed at the end of the day: corrections, the change fund, deposits."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, Form, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from odsc_counter.accounts.forms import ApprovedForm
from odsc_counter.ledger.accounts import CENTRE, TREASURY
from odsc_counter.treasury.booking import CORRECTABLE, Move
from odsc_counter.treasury.depositing import Slip
from odsc_counter.treasury.models import SOURCES
from odsc_counter.web.kip_field import REQUIRED, KipField

GIVEN, TAKEN = "given", "taken"
NEEDED = _("Required.")


class FundForm(ApprovedForm):
    """Money for change: given to the centre, or taken back."""

    way = RadioField(
        _("What happened"),
        [InputRequired()],
        choices=[(GIVEN, _("The centre was given money")), (TAKEN, _("The centre gave it back"))],
        default=GIVEN,
    )
    amount = KipField(_("Amount"), [InputRequired(REQUIRED)])

    @property
    def signed_kip(self) -> int:
        """Above nought when it was given, below when it was taken back."""
        return self.amount.kip if self.way.data == GIVEN else -self.amount.kip


class CorrectionForm(ApprovedForm):
    """Which account gets how much from which."""

    credit = SelectField(_("From (credit)"), [InputRequired(NEEDED)])
    debit = SelectField(_("To (debit)"), [InputRequired(NEEDED)])
    amount = KipField(_("Amount"), [InputRequired(REQUIRED)])

    def __init__(self, formdata: Any = None, *, accounts: Mapping[str, str]) -> None:
        super().__init__(formdata)
        choices = [
            (account, name)
            for account, name in accounts.items()
            if account in CORRECTABLE or account.startswith("ministry:")
        ]
        self.credit.choices = choices
        self.debit.choices = choices

    @property
    def move(self) -> Move:
        """What was typed, for the operation."""
        return Move(self.debit.data, self.credit.data, self.amount.kip)


class DepositForm(Form):
    """Money that was brought to whom it is owed, and the paper that says so."""

    source = SelectField(_("Money from"), [InputRequired(NEEDED)])
    to = SelectField(_("Paid to"), [InputRequired(NEEDED)])
    amount = KipField(_("Amount"), [InputRequired(REQUIRED)])
    bank = StringField(_("Bank or treasury office"), [InputRequired(NEEDED), Length(2, 120)])
    account = StringField(_("Number of the account"), [InputRequired(NEEDED), Length(4, 60)])
    reference = StringField(_("Reference on the slip"), [InputRequired(NEEDED), Length(3, 60)])
    on = DateField(_("Date on the slip"), [InputRequired(NEEDED)])
    by = StringField(_("Brought by"), [InputRequired(NEEDED), Length(2, 160)])

    def __init__(self, formdata: Any = None, *, accounts: Mapping[str, str], **more: Any) -> None:
        super().__init__(formdata, **more)
        self.source.choices = [(account, accounts[account]) for account in SOURCES]
        self.to.choices = [
            (account, name)
            for account, name in accounts.items()
            if account in (TREASURY, CENTRE) or account.startswith("ministry:")
        ]

    @property
    def slip(self) -> Slip:
        """What stands on the paper, for the operation."""
        return Slip(
            self.bank.data or "",
            self.account.data or "",
            self.reference.data or "",
            self.on.data,  # type: ignore[arg-type]  # required
            self.by.data or "",
        )
