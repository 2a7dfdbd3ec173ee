"""Errors of the field: what a person did that can't be done, said in a person's words."""

from flask_babel import lazy_gettext as _


class DomainError(Exception):
    """An action that the rules refuse.

    `slug` names the kind for programs, `status` is the HTTP status, `message` is for the
    person and is translated when it is shown. `details` fills the message's placeholders.
    """

    slug = "refused"
    status = 409
    message = _("This can't be done now.")

    def __init__(self, **details: object) -> None:
        super().__init__(self.slug)
        self.details = details

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.details if self.details else text


class NotFound(DomainError):
    """No such thing within reach of the person who asks (also: it is another centre's)."""

    slug = "not-found"
    status = 404
    message = _("We can't find this.")


class Forbidden(DomainError):
    """The thing is the person's own centre's, but their role may not do this."""

    slug = "forbidden"
    status = 403
    message = _("Your role does not allow this.")


class AlreadyChanged(DomainError):
    """Somebody else, or the same person in another tab, was quicker."""

    slug = "already-changed"
    status = 409
    message = _("Somebody changed this in the meantime. Look at it again.")


class InvalidInput(DomainError):
    """Input that can't be understood; `fields` maps a field to its message."""

    slug = "invalid-input"
    status = 422
    message = _("Something in the form is missing or not right.")

    def __init__(self, fields: dict[str, str] | None = None, **details: object) -> None:
        super().__init__(**details)
        self.fields = fields or {}
