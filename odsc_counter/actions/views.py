"""The web doors of this room: parse, call one operation or query, render."""

from odsc_counter.actions import action_views, deed_views, guideline_views
from odsc_counter.actions.blueprint import blueprint

__all__ = ["action_views", "blueprint", "deed_views", "guideline_views"]
