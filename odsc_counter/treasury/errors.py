"""What the end of the day refuses, in a person's words."""

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError, Forbidden


class DayClosed(DomainError):
    """The day was closed before, or a later one was."""

    slug = "day-closed"
    message = _("This day is closed already.")


class DayNotOver(DomainError):
    """A day that has not begun can't be closed."""

    slug = "day-not-over"
    message = _("This day has not come yet.")


class TillsOpen(DomainError):
    """A till of the day is open, or waits for the second person."""

    slug = "tills-open"
    message = _("Tills of this day are not signed off yet: %(tills)s.")


class EarlierDayOpen(DomainError):
    """An earlier day had money and is not closed."""

    slug = "earlier-day-open"
    message = _("Close %(day)s first: money moved on that day.")


class DayStillOpen(DomainError):
    """A day that is open is set right by ordinary deeds."""

    slug = "day-still-open"
    message = _("This day is not closed. Only a closed day is corrected.")


class SamePersonAgain(DomainError):
    """Two different people are needed."""

    slug = "second-person-needed"
    message = _("Another person must agree to this.")


class MayNotAgree(Forbidden):
    """The second person does not hold the permission at this centre."""

    slug = "may-not-agree"
    message = _("This person may not agree to this at this centre.")


class ReasonNeeded(DomainError):
    """Why is written down."""

    slug = "reason-missing"
    status = 422
    message = _("Write the reason, in 5 to 300 characters.")


class SameAccounts(DomainError):
    """Money moves between two different accounts of the chart."""

    slug = "accounts-unclear"
    status = 422
    message = _("Choose two different accounts.")


class NotSoMuchThere(DomainError):
    """More than the books hold can't be taken."""

    slug = "not-so-much-there"
    status = 422
    message = _("There is not so much money: %(balance)s.")


class NotSoMuchOwed(DomainError):
    """More than is owed can't be paid."""

    slug = "not-so-much-owed"
    status = 422
    message = _("Not so much is owed: %(balance)s.")


class ReferenceTaken(DomainError):
    """The slip was recorded before."""

    slug = "reference-taken"
    message = _("A deposit with this reference is recorded already.")


class DateUnclear(DomainError):
    """A deposit bears a date that has come."""

    slug = "date-unclear"
    status = 422
    message = _("The date of the deposit must not lie in the future, nor more than a year back.")
