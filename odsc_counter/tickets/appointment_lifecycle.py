"""The life of an appointment, as one table."""

from odsc_counter.platform.lifecycle import Lifecycle

BOOKED = "booked"
ARRIVED = "arrived"
CANCELLED = "cancelled"
MISSED = "missed"

HOLD_A_PLACE = (BOOKED, ARRIVED)
"""Appointments that take up a place of their slot."""

LIFECYCLE = Lifecycle(
    # verb      from      to         permission
    ("book", set(), BOOKED, "appointment.book"),
    ("check_in", {BOOKED}, ARRIVED, "appointment.book"),
    ("cancel", {BOOKED}, CANCELLED, "appointment.book"),
    ("miss", {BOOKED}, MISSED, "ticket.close_day"),
)
