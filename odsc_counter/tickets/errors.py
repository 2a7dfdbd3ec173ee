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


class ServiceClosedToday(DomainError):
    """A notice says that the service is not given now."""

    slug = "service-closed"
    message = _("This service is closed at the moment: %(reason)s")


class ReasonNotGranted(DomainError):
    """The centre's rules do not grant priority for this reason."""

    slug = "reason-not-granted"
    status = 422
    message = _("This centre does not give priority for this reason.")


class OnBreak(DomainError):
    """Nobody is called to a counter whose clerk is on a break."""

    slug = "on-break"
    message = _("You are on a break. End the break first.")


class NotOnBreak(DomainError):
    """A break that has ended already."""

    slug = "not-on-break"
    message = _("The break has ended already.")


class NobodyAtCounter(DomainError):
    """A person is called to a counter where somebody sits."""

    slug = "nobody-at-counter"
    message = _("Nobody sits at counter %(number)s.")


class CallAgainFirst(DomainError):
    """The centre's rules ask for more calls before somebody counts as a no-show."""

    slug = "call-again-first"
    message = _("Call %(label)s again first: the rule is %(calls)s calls before a no-show.")


class TooSoon(DomainError):
    """People need time to walk between two calls."""

    slug = "too-soon"
    message = _("Please wait %(seconds)s more seconds: the person may be on the way.")


class ReasonMissing(DomainError):
    """Somebody else's ticket is moved or closed for a reason only."""

    slug = "reason-missing"
    status = 422
    message = _("Please write the reason.")


class DestinationMissing(DomainError):
    """A person is sent to a service, a counter or a colleague, and not to nowhere."""

    slug = "destination-missing"
    status = 422
    message = _("Choose where the person goes: another service, a counter or a colleague.")


class NothingToUndo(DomainError):
    """The last step was somebody else's, too long ago, or can't be taken back."""

    slug = "nothing-to-undo"
    message = _("The last step can't be taken back any more.")


class AtAnotherCentre(DomainError):
    """A clerk sits at one counter in the whole nation."""

    slug = "at-another-centre"
    message = _(
        "You still sit at a counter of %(centre)s. Finish the ticket there if one is open, "
        "leave that counter, then come back here."
    )


class NotASound(DomainError):
    """What was sent for a clip is no recording that a board can play."""

    slug = "not-a-sound"
    status = 422
    message = _("This is no sound file that boards can play (WebM, Ogg, WAV or MP4).")


class SoundTooLarge(DomainError):
    """A clip is a word or two; this is more."""

    slug = "sound-too-large"
    status = 422
    message = _("The recording is too large: at most %(kilobytes)s KB.")
