"""What a till refuses, in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError, Forbidden


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
    """A till is counted by the cashier who opened it, or by who signs off tills."""

    slug = "not-your-till"
    message = _("Only the cashier who opened this till can do this.")


class DifferenceUnexplained(DomainError):
    """A count that differs from the books needs a reason."""

    slug = "difference-unexplained"
    status = 422
    message = _("The count differs from the books. Write the reason, in 5 to 300 characters.")


class SecondPersonNeeded(DomainError):
    """Who signs off is neither the cashier nor who counted."""

    slug = "second-person-needed"
    message = _("A second person must sign off: not the cashier, and not who counted.")


class MayNotSignOff(Forbidden):
    """The second person does not hold the permission at this centre."""

    slug = "may-not-sign-off"
    message = _("This person may not sign off tills at this centre.")


class MovementReasonMissing(DomainError):
    """Money put in or taken out says why."""

    slug = "reason-missing"
    status = 422
    message = _("Write the reason, in 5 to 300 characters.")


class NotSoMuchInDrawer(DomainError):
    """More can't be taken out than the books say is there."""

    slug = "not-so-much-in-drawer"
    status = 422
    message = _("There is not so much money in this drawer.")


class HandedOverAlready(DomainError):
    """A drawer is taken over once."""

    slug = "handed-over-already"
    message = _("This till was taken over already.")


class NotCountedYet(DomainError):
    """A drawer is counted before it is handed over."""

    slug = "not-counted-yet"
    message = _("The till must be counted before it is handed over or signed off.")
