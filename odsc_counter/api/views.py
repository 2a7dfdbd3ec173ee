"""The JSON face at /api/v1: thin, calls the rooms. Each module declares one room's endpoints."""

from odsc_counter.accounts.access import public_door
from odsc_counter.api import applications, national, receipts, tickets
from odsc_counter.api.endpoints import answer, blueprint, endpoint
from odsc_counter.api.openapi import document

__all__ = ["applications", "blueprint", "national", "receipts", "tickets"]


@endpoint(
    "GET",
    "/openapi.json",
    public_door("the description of the interface holds no data"),
    summary="This document",
    tag="about",
    answers={200: None},
    is_public=True,
)
def openapi() -> object:
    """The description of this interface, OpenAPI 3.1."""
    return answer(document())
