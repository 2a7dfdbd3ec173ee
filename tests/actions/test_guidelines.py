"""Guidelines go down to the centres of their own area, and each acknowledges once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from odsc_counter.actions import guidelines
from odsc_counter.actions.guidelines import Wording
from odsc_counter.actions.models import Guideline, GuidelineAcknowledgement
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, bound_to
from odsc_counter.platform.errors import AlreadyChanged, NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import area_scope, centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.world import a_centre, a_unit


def issued(unit: Unit, label: str, **more: object) -> Guideline:
    with area_scope(unit.id):
        return guidelines.issue(
            unit,
            Wording(
                label=label, title_lo="ຄຳແນະນຳ", text_lo="ເນື້ອໃນ",
                acknowledge_by=clock.today() + timedelta(days=5), **more,  # type: ignore[arg-type]  # fields of Wording
            ),
        )  # fmt: skip


def seen_at(code: str) -> list[str]:
    centre = a_centre(code) if code not in CENTRES else CENTRES[code]
    with centre_scope(centre.id):
        return sorted(one.guideline.label for one in guidelines.for_centre(centre))


CENTRES: dict[str, Centre] = {}


@pytest.fixture
def country(database: Database) -> dict[str, Guideline]:
    """Centres in two provinces, and one guideline of each level of the first."""
    for code in ("LA0101", "LA0102", "LA0201"):
        CENTRES[code] = a_centre(code)
    return {code: issued(a_unit(code), code) for code in ("LA", "LA01", "LA0101", "LA02")}


def test_a_centre_sees_those_of_its_own_unit_and_of_all_above(
    country: dict[str, Guideline],
) -> None:
    assert seen_at("LA0101") == ["LA", "LA01", "LA0101"]
    assert seen_at("LA0102") == ["LA", "LA01"]
    assert seen_at("LA0201") == ["LA", "LA02"]


def test_another_areas_guideline_is_not_found_and_not_acknowledged(
    country: dict[str, Guideline],
) -> None:
    centre = CENTRES["LA0102"]
    with centre_scope(centre.id):
        for code in ("LA0101", "LA02"):
            with pytest.raises(NotFound):
                guidelines.acknowledge(centre, country[code].id)


def test_a_double_click_acknowledges_once(
    country: dict[str, Guideline], database: Database
) -> None:
    centre = CENTRES["LA0101"]
    start = threading.Barrier(3)

    def click() -> None:
        with bound_to(database), centre_scope(centre.id):
            start.wait()
            guidelines.acknowledge(centre, country["LA"].id)

    threads = [threading.Thread(target=click) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with centre_scope(centre.id), reading() as session:
        rows = session.scalar(select(func.count()).select_from(GuidelineAcknowledgement))
        events = session.scalar(
            select(func.count()).select_from(Event).where(Event.verb == "acknowledge")
        )
    assert (rows, events) == (1, 1)


def test_an_area_counts_its_own_centres(country: dict[str, Guideline]) -> None:
    centre = CENTRES["LA0101"]
    with centre_scope(centre.id):
        guidelines.acknowledge(centre, country["LA"].id)
    counted = {}
    for code in ("LA", "LA01", "LA0102", "LA02"):
        with area_scope(a_unit(code).id):
            for row in guidelines.progress(a_unit(code)):
                counted[code, row.guideline.label] = (row.acknowledged, row.centres)
    assert counted["LA", "LA"] == (1, 3)
    assert counted["LA01", "LA"] == (1, 2)
    assert counted["LA0102", "LA"] == (0, 1)
    assert counted["LA02", "LA"] == (0, 1)
    assert counted["LA", "LA0101"] == (0, 1)
    assert ("LA01", "LA02") not in counted and ("LA02", "LA01") not in counted


def test_a_guideline_that_another_replaces_waits_for_nobody(
    country: dict[str, Guideline],
) -> None:
    issued(a_unit("LA"), "LA-2", replaces_id=country["LA"].id)
    centre = CENTRES["LA0101"]
    with centre_scope(centre.id):
        found = {one.guideline.label: one for one in guidelines.for_centre(centre)}
    assert not found["LA"].is_waiting and found["LA-2"].is_waiting
    assert found["LA"].replaced_by is not None and found["LA"].replaced_by.label == "LA-2"
    with centre_scope(centre.id), pytest.raises(AlreadyChanged):
        guidelines.acknowledge(centre, country["LA"].id)


def test_a_province_replaces_no_guideline_of_another(country: dict[str, Guideline]) -> None:
    for code in ("LA02", "LA"):
        with pytest.raises(NotFound):
            issued(a_unit("LA01"), "x", replaces_id=country[code].id)


def test_a_centre_that_closed_counts_neither_here_nor_there(country: dict[str, Guideline]) -> None:
    centre = CENTRES["LA0101"]
    with centre_scope(centre.id):
        guidelines.acknowledge(centre, country["LA"].id)
    with reference_scope(), unit_of_work() as work:
        work.session.get_one(Centre, centre.id).closed_on = clock.today()
    with area_scope(a_unit("LA").id):
        found = {row.guideline.label: row for row in guidelines.progress(a_unit("LA"))}
    assert (found["LA"].acknowledged, found["LA"].centres) == (0, 2)
