"""What the hall's rules refuse, in words for the clerk or the citizen."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError


class NotOfferedToday(DomainError):
    """The centre does not offer the service on this day."""

    slug = "service-not-offered"
    message = _("This centre does not offer this service today.")


class NotAtCounter(DomainError):
    """The clerk calls for a counter that they did not take."""

    slug = "not-at-counter"
    message = _("You do not sit at this counter. Choose your counter first.")


class TicketStillOpen(DomainError):
    """Counter or clerk still has somebody in front of them."""

    slug = "ticket-still-open"
    message = _(
        "Ticket %(label)s is still open at this counter. Complete it or mark it as no-show first."
    )


class CounterTaken(DomainError):
    """Somebody else sits at the counter."""

    slug = "counter-taken"
    message = _("Somebody else sits at counter %(number)s. Choose another counter.")


class AtAnotherCounter(DomainError):
    """A clerk sits at one counter at a time."""

    slug = "at-another-counter"
    message = _("You already sit at another counter. Leave that counter first.")


class AnotherClerksTicket(DomainError):
    """A ticket is finished by the clerk who called it."""

    slug = "another-clerks-ticket"
    message = _("Another clerk called ticket %(label)s. Only that clerk can go on with it.")


class CounterNumberInUse(DomainError):
    """Two counters of a hall never bear the same number."""

    slug = "counter-number-in-use"
    status = 422
    message = _("There already is a counter %(number)s.")
