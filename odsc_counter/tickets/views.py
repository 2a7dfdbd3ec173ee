"""The web doors of this room, gathered: each module puts its own on the blueprint."""

from odsc_counter.tickets import (
    console_views,
    display_views,
    hall_views,
    kiosk_views,
    reception_views,
    verb_views,
)
from odsc_counter.tickets.blueprint import blueprint

__all__ = [
    "blueprint",
    "console_views",
    "display_views",
    "hall_views",
    "kiosk_views",
    "reception_views",
    "verb_views",
]
