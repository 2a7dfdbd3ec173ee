"""Flags of the demonstration: what the figures raise, and what one district did about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.flags import operations, queries, settings
from odsc_counter.flags.models import Flag
from odsc_counter.flags.queries import Filters
from odsc_counter.flags.sweeping import sweep
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import Actor, acting_as, area_scope, reference_scope
from odsc_counter.platform.work import reading

COORDINATOR = "chanthabuly.coordinator"
DISTRICT = "LA0101"
STRICTER = 4
"""The district has set a lower threshold for slow offices than the product brings."""
LEFT_OPEN = f"{DISTRICT}/MAE/district"
"""Late land files, of which nobody has given account yet."""


def raise_flags() -> None:
    """Look at the figures once; the district's coordinator answers a flag and passes one up."""
    with reference_scope(), reading() as session:
        district = session.scalars(select(Unit).where(Unit.code == DISTRICT)).one()
        coordinator = session.scalars(select(User).where(User.username == COORDINATOR)).one()
    actor = Actor(coordinator.name_lo, coordinator.id)
    with acting_as(actor), area_scope(district.id):
        settings.set_rule(district, "office_slow", is_on=True, threshold=STRICTER, answer_days=3)
    sweep()
    with acting_as(actor), area_scope(district.id):
        own = [row.flag for row in queries.listing(Filters()).rows]
        others = [flag for flag in own if flag.subject != LEFT_OPEN]
        of_province = next((flag for flag in others if flag.office_level == "province"), None)
        of_district = next((flag for flag in others if flag.office_level == "district"), None)
        today = clock.today()
        _do(
            operations.answer,
            district,
            of_district,
            "ໄດ້ປະຊຸມກັບຫ້ອງການແລ້ວ ແລະ ຈະເພີ່ມພະນັກງານສອງຄົນເພື່ອແກ້ໄຂສຳນວນທີ່ຄ້າງ.",
            today + timedelta(days=10),
        )
        _do(
            operations.escalate,
            district,
            of_province,
            "ສຳນວນຢູ່ກັບພະແນກແຂວງ, ເມືອງບໍ່ສາມາດແກ້ໄຂເອງໄດ້.",
        )


def _do(act: Callable[..., Flag], unit: Unit, flag: Flag | None, *more: Any) -> None:
    if flag is not None:
        act(unit, flag.id, flag.version, *more)
