"""The web doors of this room, gathered: each module puts its own on the blueprint."""

from odsc_counter.tickets import (
    agenda_views,
    appointment_views,
    console_views,
    display_views,
    hall_ticket_views,
    hall_views,
    kiosk_views,
    paper_views,
    phone_views,
    printing_views,
    profile_views,
    reception_views,
    report_views,
    rules_views,
    set_up_views,
    verb_views,
)
from odsc_counter.tickets.blueprint import blueprint

__all__ = [
    "agenda_views",
    "appointment_views",
    "blueprint",
    "console_views",
    "display_views",
    "hall_ticket_views",
    "hall_views",
    "kiosk_views",
    "paper_views",
    "phone_views",
    "printing_views",
    "profile_views",
    "reception_views",
    "report_views",
    "rules_views",
    "set_up_views",
    "verb_views",
]
