"""What is refused when pre-printed numbers are entered, in words for the clerk."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError


class PaperNumberEntered(DomainError):
    """A paper number stands once on a day."""

    slug = "paper-number-entered"
    message = _("%(label)s of this day is already entered.")


class NotOfferedThen(DomainError):
    """The centre did not offer the service on the day of the paper."""

    slug = "not-offered-then"
    status = 422
    message = _("This centre did not offer this service on that day.")
