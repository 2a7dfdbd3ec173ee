"""What is refused about reports, in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError, Forbidden


class DraftIsThere(DomainError):
    """The unit has an open draft of this period."""

    slug = "draft-is-there"
    message = _("There is a draft of this period already. Publish or withdraw it first.")


class SamePerson(Forbidden):
    """Nobody publishes what they drafted."""

    slug = "same-person"
    message = _("You drafted this report. Another person publishes it.")


class NothingSigned(DomainError):
    """No return of the period is signed and approved."""

    slug = "nothing-signed"
    message = _("No return of this period is approved yet: there is nothing to publish.")


class ReturnsMoved(DomainError):
    """The figures are no longer those that the person saw."""

    slug = "returns-moved"
    message = _(
        "Returns were approved since you opened the page, and the figures changed. Look at them"
        " again, then publish."
    )
