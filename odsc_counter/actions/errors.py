"""What is refused about action items and guidelines, in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError, Forbidden


class NotYours(Forbidden):
    """Only the office that must do it reports on it; only the seat that gave it accepts it."""

    slug = "not-your-action-item"
    message = _("Only the responsible office reports, and only the committee's secretary accepts.")


class OutsideOfTheArea(DomainError):
    """A committee gives work to offices of its own unit and of the units within it."""

    slug = "outside-of-the-area"
    status = 422
    message = _("This place does not lie within the committee's area.")
