"""What is typed at the cash desk: payments, and what is taken back."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from odsc_counter.accounts.forms import ApprovedForm
from odsc_counter.receipts.models import CASH, QR, TRANSFER
from odsc_counter.receipts.operations import Payment
from odsc_counter.web.kip_field import REQUIRED, KipField

METHODS = [(CASH, _("Cash")), (TRANSFER, _("Bank transfer")), (QR, _("Lao QR"))]


class PaymentForm(Form):
    """How the citizen pays: cash handed over, or a bank or QR payment with its own number."""

    method = RadioField(_("Paid by"), choices=METHODS, default=CASH)
    tendered = KipField(_("Cash received"))
    reference = StringField(_("Number of the payment"), [Length(max=60)])

    def process(self, *arguments: Any, **options: Any) -> None:
        """Who says nothing of the method pays cash: the short form of the counter."""
        super().process(*arguments, **options)
        self.method.data = self.method.data or CASH

    def validate(self, extra_validators: Any = None) -> bool:
        """Cash needs the amount handed over; of the others the operation asks their number."""
        sound = super().validate(extra_validators)
        if self.method.data == CASH and not self.tendered.data:
            self.tendered.errors = [*self.tendered.errors, str(REQUIRED)]
            return False
        return sound

    @property
    def payment(self) -> Payment:
        """What was typed, for the operation."""
        if self.method.data == CASH:
            return Payment(CASH, self.tendered.kip)
        return Payment(self.method.data, reference=self.reference.data or "")


class VoidForm(ApprovedForm):
    """Why a receipt is taken back whole, and the second person's own proof."""


class RefundForm(ApprovedForm):
    """Which lines go back, and how."""

    positions = SelectMultipleField(_("Lines"), coerce=int, validate_choice=False)
    method = RadioField(_("Given back by"), [InputRequired()], choices=METHODS, default=CASH)
    reference = StringField(_("Number of the payment"), [Length(max=60)])

    @property
    def payment(self) -> Payment:
        """How the money goes back."""
        return Payment(self.method.data, reference=self.reference.data or "")
