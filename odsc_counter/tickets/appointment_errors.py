"""What the rules of appointments refuse, in words for the citizen or the clerk."""

from flask_babel import lazy_gettext as _

from odsc_counter.accounts.throttle import TooManyAttempts
from odsc_counter.platform.errors import DomainError


class SlotFull(DomainError):
    """Others have taken all places of the slot."""

    slug = "slot-full"
    message = _("All places at this time are taken. Please choose another time.")


class NoSuchSlot(DomainError):
    """No slot begins then: never set up, a closed day, in the past, or too far ahead."""

    slug = "no-such-slot"
    status = 422
    message = _("There is no appointment at this time. Please choose another time.")


class ServiceNotThen(DomainError):
    """The centre does not offer the service on the day of the slot."""

    slug = "service-not-offered-then"
    message = _("This centre does not offer this service on that day.")


class TooManyForPhone(DomainError):
    """A telephone number holds as many open appointments of the day as it may."""

    slug = "too-many-for-phone"
    message = _("This telephone number already has %(most)s appointments on that day.")


class NotThisDay(DomainError):
    """People check in on the day of their appointment."""

    slug = "not-this-day"
    message = _("This appointment is for %(day)s.")


class AppointmentOver(DomainError):
    """The appointment was cancelled, or its day has passed."""

    slug = "appointment-over"
    message = _("This appointment does not hold any more. Please take a number.")


class NoSuchCode(DomainError):
    """No appointment of today has the code that was typed."""

    slug = "no-such-code"
    status = 422
    message = _("There is no appointment with this code today. Please look at the code again.")


class PlanOverlaps(DomainError):
    """The service has slots at these hours of the weekday already."""

    slug = "plan-overlaps"
    status = 422
    message = _("This service already has appointments at these hours on %(weekday)s.")


class TooManyBookings(TooManyAttempts):
    """One address books many appointments in a short time."""

    slug = "too-many-bookings"
    message = _("Many appointments were booked from here. Wait %(time)s (minutes:seconds).")
