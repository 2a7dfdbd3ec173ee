"""What is refused about returns, in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError, Forbidden


class NotOver(DomainError):
    """A month that goes on has no return yet."""

    slug = "month-not-over"
    message = _(
        "This month is not over yet. Its return is signed from the first of the next month."
    )


class FiguresPending(DomainError):
    """Something of the month was changed and is not counted yet."""

    slug = "figures-pending"
    message = _("Figures of this month are being counted. Try again in a minute.")


class FiguresMoved(DomainError):
    """The figures are no longer those that the person saw."""

    slug = "figures-moved"
    message = _(
        "The figures have changed since you opened the page. Look at them again, then sign."
    )


class NothingToSign(DomainError):
    """There is a version that waits, or the approved one still says what the records say."""

    slug = "nothing-to-sign"
    message = _("This return needs no new version now.")


class NotTheReviewer(Forbidden):
    """Only the coordinator of the centre's own unit, or who stands in for them, says a word."""

    slug = "not-the-reviewer"
    message = _(
        "The coordinator of the centre's own district or province approves. The province stands in"
        " where a district has nobody, and nobody approves what they signed."
    )
