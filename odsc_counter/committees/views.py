"""The web doors of this room, gathered: each module puts its own on the blueprint."""

from odsc_counter.committees import (
    action_views,
    agenda_views,
    calendar_views,
    meeting_views,
    member_views,
    minutes_views,
    pack_views,
    paper_views,
    resolution_views,
    signing_views,
    today_views,
)
from odsc_counter.committees.blueprint import blueprint

__all__ = [
    "action_views",
    "agenda_views",
    "blueprint",
    "calendar_views",
    "meeting_views",
    "member_views",
    "minutes_views",
    "pack_views",
    "paper_views",
    "resolution_views",
    "signing_views",
    "today_views",
]
