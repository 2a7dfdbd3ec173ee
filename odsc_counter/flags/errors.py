"""What the rules of flags refuse, said in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError


class HeldElsewhere(DomainError):
    """Another office must act on the flag now."""

    slug = "flag-held-elsewhere"
    message = _("This flag lies with another office now.")


class NobodyAbove(DomainError):
    """The flag lies with the nation already."""

    slug = "nobody-above"
    message = _("There is no level above yours.")


class NobodyBelow(DomainError):
    """The flag lies with the unit that it is about."""

    slug = "nobody-below"
    message = _("There is no level below yours that this flag could go to.")


class NotAnswered(DomainError):
    """The situation lasts, and the office that it is about has not answered."""

    slug = "flag-not-answered"
    message = _("What the flag is about lasts. Answer first, then close it.")
