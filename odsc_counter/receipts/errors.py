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


class UndatedAct(FeeRefused):
    """A fee whose act has no date may not be charged."""

    slug = "fee-without-dated-act"
    message = _("The act behind this fee has no date in the schedule. It can't be charged.")


class AmountNotFixed(FeeRefused):
    """The schedule does not say yet how the amount is computed."""

    slug = "fee-depends-on-value"
    message = _("This fee depends on a declared value and can't be computed yet.")


class NoExchangeRate(FeeRefused):
    """The schedule sets a foreign currency, and no official rate is recorded or it is too old."""

    slug = "fee-without-rate"
    message = _(
        "This fee is set in a foreign currency and no official rate of these days is recorded."
        " The national administrator enters it."
    )


class IllustrativeFee(FeeRefused):
    """An example amount may be charged in a demonstration alone."""

    slug = "fee-illustrative"
    message = _("This fee is an example that nobody has confirmed. It can't be charged.")


class WrongFees(DomainError):
    """Exactly one base fee; extras and fines come on top, none twice."""

    slug = "wrong-fees"
    status = 422
    message = _("Choose exactly one fee of the service, and each extra at most once.")


class ExemptionRefused(DomainError):
    """The class does not exist, is over, or does not hold for the service."""

    slug = "exemption-refused"
    status = 422
    message = _("This reduction does not hold for this service today.")


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


class AssessmentUsed(DomainError):
    """The assessment was paid and its receipt taken back: it can't be paid again."""

    slug = "assessment-used"
    message = _("This fee was paid and taken back. Assess it again before it is paid.")


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


class ReferenceMissing(DomainError):
    """A bank or QR payment has a number of its own."""

    slug = "payment-reference-missing"
    status = 422
    message = _("Write the payment's own number, in 4 to 60 characters.")


class ReferenceUsed(DomainError):
    """One payment can't be used for two receipts."""

    slug = "payment-reference-used"
    message = _("This payment was used already: receipt %(label)s.")


class AlreadyVoided(DomainError):
    """A receipt is voided once."""

    slug = "already-voided"
    message = _("This receipt was voided already.")


class AlreadyReversed(DomainError):
    """What was given back once is not given back again."""

    slug = "already-reversed"
    message = _("This was given back already.")


class NotReversible(DomainError):
    """A void or a refund stands; the fee is charged again instead."""

    slug = "void-of-void"
    message = _("A void or a refund can't be taken back. Charge the fee again instead.")


class TooLateToVoid(DomainError):
    """A receipt is voided on its own day alone."""

    slug = "too-late-to-void"
    message = _("A receipt is voided on its own day alone. Make a refund instead.")


class SamePerson(DomainError):
    """The second person must be another one."""

    slug = "second-person-needed"
    message = _("A second person must approve: not the cashier.")


class MayNotApprove(Forbidden):
    """The second person does not hold the permission at this centre."""

    slug = "may-not-approve-void"
    message = _("This person may not approve this at this centre.")


class ReasonMissing(DomainError):
    """A void or a refund says why."""

    slug = "reason-missing"
    status = 422
    message = _("Write the reason, in 5 to 300 characters.")
