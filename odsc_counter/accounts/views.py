"""The web doors of this room, gathered: each module puts its own on the blueprint."""

from odsc_counter.accounts import (
    directory_views,
    me_views,
    national_people_views,
    notice_views,
    people_views,
    sign_in_views,
    trail_views,
)
from odsc_counter.accounts.blueprint import blueprint

__all__ = [
    "blueprint",
    "directory_views",
    "me_views",
    "national_people_views",
    "notice_views",
    "people_views",
    "sign_in_views",
    "trail_views",
]
