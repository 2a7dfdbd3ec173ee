"""What is refused about committees and their meetings, in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError


class NoCommittee(DomainError):
    """Nobody has set up the committee of this unit yet."""

    slug = "no-committee"
    message = _("Set up the committee first.")


class OneChair(DomainError):
    """A committee has one chair at a time."""

    slug = "one-chair"
    message = _("The committee has a chair already. End that seat first.")


class AlreadyOnAgenda(DomainError):
    """The matter stands on this agenda."""

    slug = "already-on-agenda"
    message = _("This stands on the agenda already.")


class AgendaClosed(DomainError):
    """After the invitation's day the agenda is the meeting's."""

    slug = "agenda-closed"
    message = _("The meeting is over or was called off: its agenda stays as it is.")


class PapersClosed(DomainError):
    """Signed minutes name the papers that lay on the table."""

    slug = "papers-closed"
    message = _("The minutes are signed or the meeting was called off: its papers stay.")
