"""What this room refuses, in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError


class StatementKnown(DomainError):
    """The very same file is taken once."""

    slug = "statement-known"
    message = _("This statement was taken already, on %(day)s.")


class NothingNew(DomainError):
    """Earlier statements of the account hold every line."""

    slug = "statement-nothing-new"
    message = _("Every line of this statement is known from earlier ones. Nothing was taken.")


class AlreadyMatched(DomainError):
    """A line belongs to one receipt, and a receipt to one line."""

    slug = "already-matched"
    message = _("This line or this receipt was matched in the meantime. Look at it again.")


class DoesNotFit(DomainError):
    """Line and receipt are of different amounts or methods."""

    slug = "match-does-not-fit"
    message = _("The line and the receipt are not of the same amount and way of payment.")


class AlreadyUndone(DomainError):
    """A match is undone once."""

    slug = "match-already-undone"
    message = _("This match was taken back already.")


class ReasonMissing(DomainError):
    """Taking a match back says why."""

    slug = "unmatch-reason-missing"
    status = 422
    message = _("Write the reason, in 5 to 300 characters.")
