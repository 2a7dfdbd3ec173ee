"""The doors of monthly returns: those of a centre, and those of an area."""

from odsc_counter.returns import area_views, centre_views
from odsc_counter.returns.blueprint import blueprint

__all__ = ["area_views", "blueprint", "centre_views"]
