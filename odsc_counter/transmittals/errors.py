"""What is refused about transmittals, in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError, Forbidden


class OtherSide(Forbidden):
    """The giver can't confirm for the taker, nor one ministry for another."""

    slug = "other-side"
    message = _("Only the other side can do this: the counter, or an officer of the ministry.")


class NotLyingHere(DomainError):
    """A file's paper does not lie where the bundle starts, or is on its way already."""

    slug = "not-lying-here"
    message = _("These files can't go along, their papers don't lie here: %(labels)s")


class AlreadyReceived(DomainError):
    """A bundle is received once."""

    slug = "transmittal-already-received"
    message = _("This transmittal was received already.")
