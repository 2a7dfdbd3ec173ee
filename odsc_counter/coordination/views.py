"""The web doors of this room, gathered."""

from odsc_counter.coordination import sharing_views, workload_views
from odsc_counter.coordination.blueprint import blueprint

__all__ = ["blueprint", "sharing_views", "workload_views"]
