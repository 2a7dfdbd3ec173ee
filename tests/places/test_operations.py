"""Opening, changing and closing a centre."""

import pytest
from sqlalchemy import select

from odsc_counter.places import operations, queries
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.events import Event, NationalEvent
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading
from tests.world import a_unit


@pytest.fixture(autouse=True)
def _reference(database: Database) -> object:
    with reference_scope():
        a_unit("LA0101")
        yield


def names(number: int = 1) -> dict[str, str]:
    return {"name_lo": f"ສູນ {number}", "name_en": f"Centre {number}"}


def test_a_centre_counts_in_its_district_province_and_nation() -> None:
    centre = operations.open_centre("LA0101", **names(), phone=" 021 212 862 ")
    assert (centre.code, centre.phone) == ("LA0101", "021 212 862")
    for code in ("LA0101", "LA01", "LA"):
        assert [found.id for found in queries.centres_in(a_unit(code))] == [centre.id]


def test_a_second_centre_in_a_unit_gets_a_code_of_its_own() -> None:
    codes = [operations.open_centre("LA0101", **names(number)).code for number in (1, 2, 3)]
    assert codes == ["LA0101", "LA0101-2", "LA0101-3"]


def test_a_province_can_have_a_centre_and_the_nation_not() -> None:
    assert operations.open_centre("LA01", **names()).unit.level == 1
    with pytest.raises(InvalidInput):
        operations.open_centre("LA", **names())
    with pytest.raises(NotFound):
        operations.open_centre("LA9999", **names())


def test_a_centre_needs_a_name_in_both_languages() -> None:
    with pytest.raises(InvalidInput) as refused:
        operations.open_centre("LA0101", name_lo="ສູນ", name_en=" ")
    assert list(refused.value.fields) == ["name_en"]
    with pytest.raises(NotFound):
        queries.centre_by_code("LA0101")


def test_the_opening_is_the_first_event_of_the_centre() -> None:
    centre = operations.open_centre("LA0101", **names(), counters=6)
    with centre_scope(centre.id), reading() as session:
        opened = session.scalars(
            select(Event).where(Event.subject_kind == "centre", Event.verb == "opened")
        ).one()
    assert opened.data == {"counters": 6}


def test_a_change_writes_down_what_was_there_before() -> None:
    operations.open_centre("LA0101", **names())
    operations.update_centre("LA0101", **names(2))
    operations.update_centre("LA0101", **names(2))
    with reading() as session:
        (changed,) = session.scalars(select(NationalEvent).where(NationalEvent.verb == "changed"))
    assert changed.data["changes"]["name_en"] == {"from": "Centre 1", "to": "Centre 2"}


def test_a_centre_is_closed_once_and_kept() -> None:
    operations.open_centre("LA0101", **names())
    operations.close_centre("LA0101")
    assert queries.centre_by_code("LA0101").closed_on is not None
    with pytest.raises(operations.CentreClosed):
        operations.close_centre("LA0101")
    assert queries.unit_tree().open_centres == 0
