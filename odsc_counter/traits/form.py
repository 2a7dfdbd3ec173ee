"""The fields in which a clerk notes who came. Their names keep them out of stored hashes."""

from collections.abc import Mapping

from odsc_counter.platform.idempotency import COUNTED_APART
from odsc_counter.traits.models import TRAITS

ASKED = f"{COUNTED_APART}asked"
"""Ticked when the person was asked and wants to say nothing."""
FIELDS = {trait: f"{COUNTED_APART}{trait}" for trait in TRAITS}


def said_in(form: Mapping[str, str]) -> dict[str, str] | None:
    """What was said, by trait; None when the person was not asked."""
    said = {trait: form.get(field, "") for trait, field in FIELDS.items()}
    return said if any(said.values()) or ASKED in form else None
