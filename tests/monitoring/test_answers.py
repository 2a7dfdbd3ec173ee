"""An area's figures equal a count of its records, however the period is cut."""

import random
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta

import pytest

from odsc_counter.monitoring import rollups
from odsc_counter.monitoring.answers import Narrowed, Part, answer, cut
from odsc_counter.monitoring.figures import DAY_FIGURES, SERVICE_FIGURES
from odsc_counter.monitoring.indicators import BY_CODE, INDICATORS, chosen
from odsc_counter.monitoring.measures import Measures
from odsc_counter.platform.database import Database
from tests.monitoring.records import MORNING, Hall, at, counted_by_hand
from tests.monitoring.test_rollups import a_random_day
from tests.world import a_centre, a_ministry, a_service, a_unit

MONDAY = date(2026, 10, 5)
TODAY = MONDAY + timedelta(days=58)


@pytest.fixture
def halls(database: Database) -> Iterator[list[Hall]]:
    """Two districts of one province, a province's own centre, and a district that is silent."""
    rollups.install()
    halls = []
    for code in ("LA0101", "LA0102", "LA06"):
        centre = a_centre(code)
        halls.append(
            Hall(centre, a_service(centre, "MOPS-04"), a_service(centre, "MONRE-01", fee=5_000))
        )
    a_centre("LA0601")
    for seed, hall in enumerate(halls):
        for offset in (0, 20, 27, 57):
            a_random_day(hall, random.Random(seed), MORNING + timedelta(days=offset), [])
    with at(MORNING + timedelta(days=58)):
        rollups.refresh()
        yield halls


def by_hand(halls: list[Hall], first: date, last: date) -> dict[str, int]:
    """The figures of these halls in the period, record by record."""
    total = dict.fromkeys(DAY_FIGURES, 0)
    for hall in halls:
        days, _services = counted_by_hand(hall.centre)
        for day, figures in days.items():
            if first <= day <= last:
                for name in DAY_FIGURES:
                    total[name] += figures[name]
    return total


def told(part: Part | Measures) -> dict[str, int]:
    """The sums of a part under the names of a day's figures."""
    figures = part.figures if isinstance(part, Part) else part
    return {name: getattr(figures, name) for name in DAY_FIGURES}


PERIODS = (
    (MONDAY, MONDAY),
    (date(2026, 10, 1), date(2026, 10, 31)),
    (date(2026, 10, 20), TODAY),
    (date(2026, 9, 15), date(2026, 11, 30)),
    (date(2026, 8, 1), date(2026, 12, 31)),
    (date(2026, 8, 20), date(2026, 11, 20)),
)


def test_any_period_adds_up_to_its_records(halls: list[Hall]) -> None:
    for first, last in PERIODS:
        nation = answer(a_unit("LA"), first, last)
        assert told(nation.total) == by_hand(halls, first, last)
        province = next(part for part in nation.parts if part.code == "LA01")
        assert told(province) == by_hand(halls[:2], first, last)
        own = by_hand(halls[2:], first, last)
        parts = answer(a_unit("LA06"), first, last).parts
        wanted = {"LA06": own} if any(own.values()) else {}
        assert {part.code: told(part) for part in parts if part.is_told} == wanted
        over_time = Measures()
        for step in nation.steps:
            over_time += step.figures or Measures()
        assert told(over_time) == told(nation.total)


def test_a_service_is_told_in_whole_months(halls: list[Hall]) -> None:
    service = halls[0].services[1]
    told = answer(a_unit("LA01"), MONDAY, MONDAY, Narrowed(service_id=service.id))
    assert (told.first, told.last) == (date(2026, 10, 1), date(2026, 10, 31))
    wanted = dict.fromkeys(SERVICE_FIGURES, 0)
    for hall in halls[:2]:
        _days, services = counted_by_hand(hall.centre)
        for name in SERVICE_FIGURES:
            wanted[name] += services.get((date(2026, 10, 1), hall.services[1].id), {}).get(name, 0)
    assert {name: getattr(told.total, name) for name in SERVICE_FIGURES} == wanted
    assert wanted["applications"]


def test_a_ministry_is_its_services(halls: list[Hall]) -> None:
    october = date(2026, 10, 1), date(2026, 10, 31)
    services = {service.id for hall in halls for service in hall.services}
    ministries = {a_ministry(code).id for code in ("MOPS", "MONRE")}
    by_service = Measures()
    for service in services:
        by_service += answer(a_unit("LA"), *october, Narrowed(service_id=service)).total
    by_ministry = Measures()
    for ministry in ministries:
        by_ministry += answer(a_unit("LA"), *october, Narrowed(ministry_id=ministry)).total
    for name in SERVICE_FIGURES:
        assert getattr(by_service, name) == getattr(by_ministry, name)


def test_centres_of_provinces_can_be_told_apart(halls: list[Hall]) -> None:
    october = date(2026, 10, 1), date(2026, 10, 31)
    provinces = answer(a_unit("LA"), *october, Narrowed(level=1))
    assert told(provinces.total) == by_hand(halls[2:], *october)
    assert provinces.total.centres == 1
    assert answer(a_unit("LA"), *october, Narrowed(level=2)).total.centres == 3


def test_a_silent_centre_is_absent_and_lowers_completeness(halls: list[Hall]) -> None:
    told = answer(a_unit("LA06"), date(2026, 10, 1), date(2026, 10, 31))
    assert {part.code: part.standing for part in told.parts if part.figures.centres} == {
        "LA06": "complete",
        "LA0601": "absent",
    }
    assert (told.total.centres, told.total.reporting) == (2, 1)
    share = BY_CODE["completeness"].value(told.total)
    assert share is not None
    assert 0 < share < 1


def test_today_is_due_for_nobody(halls: list[Hall]) -> None:
    hall = halls[0]
    with at(MORNING + timedelta(days=58)):
        hall.issue()
        rollups.refresh()
        told = answer(a_unit("LA0101"), TODAY, TODAY)
    assert (told.total.due_days, told.total.open_days) == (0, 0)
    assert told.total.tickets == 1


def test_months_are_whole_and_edges_are_days() -> None:
    stretch = cut(date(2026, 9, 15), TODAY, TODAY)
    assert stretch.months == (date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))
    assert stretch.edges == ((date(2026, 9, 15), date(2026, 9, 30)),)
    assert cut(MONDAY, MONDAY, TODAY).months == ()


def test_every_indicator_names_figures_that_exist() -> None:
    known = {field.name for field in fields(Measures)}
    for one in INDICATORS:
        assert {*one.numerator, *one.denominator, *one.less} <= known, one.code
    assert len(BY_CODE) == len(INDICATORS)
    assert chosen("nonsense") is INDICATORS[0]


def test_a_rate_of_nothing_is_not_nought() -> None:
    nothing = Measures()
    for one in INDICATORS:
        assert one.value(nothing) == (None if one.is_rate else 0)


def test_rates_are_formed_of_sums() -> None:
    figures = Measures(
        no_shows=3, called=30, wait_seconds=1800, waited=10, decided=4, decided_on_time=3
    )
    values = {
        code: BY_CODE[code].value(figures)
        for code in ("no_show_rate", "wait_average", "decided_late")
    }
    assert values == {"no_show_rate": 0.1, "wait_average": 3.0, "decided_late": 1}
    assert BY_CODE["wait_average"].is_few(figures)
    assert not BY_CODE["no_show_rate"].is_few(figures)
