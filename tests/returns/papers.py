"""Builders: a centre with a month of figures, and the people who sign and approve."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.monitoring.figures import DayFigures, MonthFigures, ServiceFigures
from odsc_counter.monitoring.models import CentreDay, CentreMonth, CentreMonthService
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import centre_by_code
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import (
    Actor,
    acting_as,
    area_scope,
    centre_scope,
    reference_scope,
)
from odsc_counter.platform.work import unit_of_work
from odsc_counter.returns import operations, queries
from odsc_counter.returns.models import APPROVE, MonthlyReturn, ReturnReview
from odsc_counter.returns.operations import Said
from tests.committees.builders import a_letterhead
from tests.world import a_centre, a_service, a_unit, a_user

MOMENT = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
"""Nine o'clock in Vientiane on a Monday: September is over."""
SEPTEMBER = date(2026, 9, 1)
COUNTS = {
    "visits": 40, "tickets": 40, "asked": 40, "served": 36, "ended": 40, "called": 38,
    "no_shows": 2, "walked_out": 2, "judged": 40, "in_target": 30, "waited": 38, "wait_0_5": 38,
    "timed": 36, "applications": 20, "complete": 18, "decided": 15, "decided_on_time": 12,
    "receipts": 18, "fee_lines": 18, "revenue_kip": 900_000,
}  # fmt: skip


@dataclass
class World:
    """A district with its centre, its manager and its coordinator."""

    centre: Centre
    district: Unit
    province: Unit
    manager: User
    coordinator: User


def a_world(code: str = "LA0101") -> World:
    """A centre with September's figures; everybody who signs and approves."""
    a_letterhead()
    centre = the_centre(code)
    district, province = a_unit(code), a_unit(code[:4])
    manager = a_user(f"{code.lower()}.manager", language="en", centre_manager=centre)
    coordinator = a_user(
        f"{code.lower()}.coordinator", language="en", district_coordinator=district
    )
    a_month(centre, SEPTEMBER)
    return World(centre, district, province, manager, coordinator)


def the_centre(code: str) -> Centre:
    """A centre as the doors find it, its unit with it."""
    a_centre(code)
    with reference_scope():
        return centre_by_code(code)


def a_month(centre: Centre, month: date, **counts: int) -> None:
    """Rollups of a month with one day's figures, of one service, as if its records came to them."""
    values = {**COUNTS, **counts}
    service = a_service()
    of_service = {name: values[name] for name in vars(ServiceFigures()) if name in values}
    with centre_scope(centre.id), unit_of_work() as work:
        work.session.add(CentreDay(day=month, computed_at=MOMENT, **vars(DayFigures(**values))))
        work.session.add(
            CentreMonth(
                month=month,
                computed_at=MOMENT,
                **vars(MonthFigures(**values, days=1, open_days=1)),
            )
        )
        work.session.add(
            CentreMonthService(
                month=month, service_id=service.id, computed_at=MOMENT,
                **vars(ServiceFigures(**of_service)),
            )
        )  # fmt: skip


def late_data(centre: Centre, month: date = SEPTEMBER, tickets: int = 44) -> None:
    """More came to the records of a month after it was signed."""
    with centre_scope(centre.id), unit_of_work() as work:
        cell = work.session.scalars(select(CentreMonth).where(CentreMonth.month == month)).one()
        cell.tickets = tickets


@contextmanager
def at_centre(world: World, who: User | None = None) -> Iterator[None]:
    """In the centre's scope on the fifth of October, in a person's name."""
    who = who or world.manager
    with (
        clock.use(lambda: MOMENT),
        centre_scope(world.centre.id),
        acting_as(Actor(who.name_en, who.id)),
    ):
        yield


@contextmanager
def at_unit(unit: Unit, who: User) -> Iterator[None]:
    """In a unit's scope on the same day, in a person's name."""
    with clock.use(lambda: MOMENT), area_scope(unit.id), acting_as(Actor(who.name_en, who.id)):
        yield


def signed(world: World, month: date = SEPTEMBER, reason: str = "ມີຂໍ້ມູນມາຊ້າ") -> MonthlyReturn:
    """The next version, with a comment on everything that was found."""
    with at_centre(world):
        draft, _pending = queries.draft_of(world.centre, month)
        said = Said({finding.key: "ລະບົບຂັດຂ້ອງ" for finding in draft.findings}, "ໝາຍເຫດ", reason)
        return operations.sign(world.centre, month, said, draft.hash)


def reviewed(
    world: World, row: MonthlyReturn, verdict: str = APPROVE, words: str = "ກະລຸນາກວດຄືນ"
) -> ReturnReview:
    """The coordinator's word on a version."""
    with at_unit(world.district, world.coordinator):
        return operations.review(
            world.centre, row.month, row.version, row.content_hash, verdict, words
        )
