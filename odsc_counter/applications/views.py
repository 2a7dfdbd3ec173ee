"""The web doors of this room, gathered: each module puts its own on the blueprint."""

from odsc_counter.applications import (
    bulk_views,
    escalation_views,
    file_views,
    follow_views,
    handover_views,
    office_views,
    person_panel,
    pre_views,
    slip_views,
)
from odsc_counter.applications.blueprint import blueprint

__all__ = [
    "blueprint",
    "bulk_views",
    "escalation_views",
    "file_views",
    "follow_views",
    "handover_views",
    "office_views",
    "person_panel",
    "pre_views",
    "slip_views",
]
