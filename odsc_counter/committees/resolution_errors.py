"""What is refused about resolutions, minutes and their sign-off, in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError


class MinutesClosed(DomainError):
    """The meeting has not begun, was called off, or its minutes are signed."""

    slug = "minutes-closed"
    message = _(
        "This can only be done from the opening of the meeting until the minutes are signed."
    )


class NoQuorum(DomainError):
    """Too few members are present to decide."""

    slug = "no-quorum"
    status = 422
    message = _(
        "There is no quorum: %(present)s of %(seats)s members are present, %(needed)s are needed."
    )


class TooManyVotes(DomainError):
    """More votes than members who are present."""

    slug = "too-many-votes"
    status = 422
    message = _("%(votes)s votes were counted, but only %(present)s members are present.")


class AgainstTheVote(DomainError):
    """The decision is not what the votes say."""

    slug = "against-the-vote"
    status = 422
    message = _("The votes say otherwise: %(votes_for)s for, %(votes_against)s against.")


class Undecided(DomainError):
    """A resolution is still open when the minutes are to be signed."""

    slug = "undecided-resolutions"
    status = 422
    message = _("These resolutions are not decided yet: %(labels)s")


class NothingToSign(DomainError):
    """Neither minutes nor a decision."""

    slug = "nothing-to-sign"
    status = 422
    message = _("There is nothing to sign: write the minutes or decide a resolution first.")
