"""What the cash office refuses, in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError, Forbidden


class FeeRefused(DomainError):
    """A fee that may not be charged now."""

    slug = "fee-refused"


class NoLegalBasis(FeeRefused):
    """A fee without a legal act may not be charged."""

    slug = "fee-without-legal-basis"
    message = _("This fee has no legal act behind it and can't be charged.")


class AmountNotFixed(FeeRefused):
    """The schedule sets no amount: it depends on a declared value."""

    slug = "fee-depends-on-value"
    message = _("This fee depends on a declared value and can't be computed yet.")


class NoExchangeRate(FeeRefused):
    """The schedule sets a foreign currency, and no official rate is recorded."""

    slug = "fee-without-rate"
    message = _("This fee is set in a foreign currency and no official rate is recorded.")


class IllustrativeFee(FeeRefused):
    """An example amount may be charged in a demonstration alone."""

    slug = "fee-illustrative"
    message = _("This fee is an example that nobody has confirmed. It can't be charged.")


class NothingToPay(DomainError):
    """The service is free of charge: no receipt is written for nothing."""

    slug = "nothing-to-pay"
    message = _("This service is free of charge. There is nothing to pay.")


class NotPayable(DomainError):
    """The application was refused or withdrawn."""

    slug = "application-not-payable"
    message = _("No fee is due on an application that was rejected or withdrawn.")


class AlreadyPaid(DomainError):
    """There is a valid receipt for the application."""

    slug = "already-paid"
    message = _("This application is already paid: receipt %(label)s.")


class AssessmentReplaced(DomainError):
    """A later assessment of the same application holds."""

    slug = "assessment-replaced"
    message = _("The fee was assessed again in the meantime. Look at the new amount.")


class TooLittleCash(DomainError):
    """The cash handed over does not cover the fee."""

    slug = "too-little-cash"
    status = 422
    message = _("The money received is less than the amount to pay.")


class TooMuchCash(DomainError):
    """More than any drawer could give change for: surely a slip of the finger."""

    slug = "too-much-cash"
    status = 422
    message = _("The money received is far more than the amount to pay. Please check it.")


class NoOpenTill(DomainError):
    """The cashier has not opened a till today."""

    slug = "no-open-till"
    message = _("Open your till first.")


class TillOfEarlierDay(DomainError):
    """Yesterday's till was not closed."""

    slug = "till-of-earlier-day"
    message = _("Your till is still open from an earlier day. Count and close it first.")


class TillAlreadyOpen(DomainError):
    """A cashier has one till at a time."""

    slug = "till-already-open"
    message = _("You have an open till already.")


class NotYourTill(Forbidden):
    """A till is counted by the cashier who opened it."""

    slug = "not-your-till"
    message = _("Only the cashier who opened this till can close it.")


class AlreadyVoided(DomainError):
    """A receipt is voided once."""

    slug = "already-voided"
    message = _("This receipt was voided already.")


class VoidOfVoid(DomainError):
    """A void stands; the fee is charged again instead."""

    slug = "void-of-void"
    message = _("A void can't be voided. Charge the fee again instead.")


class SamePerson(DomainError):
    """The second person must be another one."""

    slug = "second-person-needed"
    message = _("A second person must approve: not the cashier.")


class MayNotApprove(Forbidden):
    """The second person does not hold the permission at this centre."""

    slug = "may-not-approve-void"
    message = _("This person may not approve a void at this centre.")


class ReasonMissing(DomainError):
    """A void says why."""

    slug = "reason-missing"
    status = 422
    message = _("Write the reason, in 5 to 300 characters.")
