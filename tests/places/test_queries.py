"""Working days, units and the centres in them."""

from datetime import date

import pytest

from odsc_counter.places import queries
from odsc_counter.places.models import Holiday
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.world import a_centre, a_unit

FRIDAY = date(2026, 3, 6)
MONDAY_IN_LIEU = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def _reference(database: Database) -> object:
    with reference_scope():
        yield


@pytest.fixture
def womens_day() -> None:
    """8 March 2026 is a Sunday; the Monday is given in lieu. 20 July closes nothing."""
    with unit_of_work() as work:
        for on, is_closed in (
            (date(2026, 3, 8), True),
            (MONDAY_IN_LIEU, True),
            (date(2026, 7, 20), False),
        ):
            work.session.add(
                Holiday(on=on, name_en="Day", name_lo="ວັນ", kind="public", is_closed=is_closed)
            )


@pytest.mark.usefixtures("womens_day")
@pytest.mark.parametrize(
    ("start", "working_days", "due"),
    [
        (date(2026, 3, 2), 1, date(2026, 3, 3)),
        (date(2026, 3, 2), 4, FRIDAY),
        (FRIDAY, 1, date(2026, 3, 10)),  # over the week-end and the Monday in lieu
        (FRIDAY, 5, date(2026, 3, 16)),
        (date(2026, 3, 7), 1, date(2026, 3, 10)),  # begun on a Saturday
        (FRIDAY, 0, FRIDAY),
        (date(2026, 3, 7), 0, date(2026, 3, 10)),
        (date(2026, 7, 17), 1, date(2026, 7, 20)),  # a day off for women staff alone
    ],
)
def test_only_working_days_count(start: date, working_days: int, due: date) -> None:
    assert queries.due_date(start, working_days) == due
    assert queries.is_open_day(due)


def test_working_days_are_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        queries.due_date(FRIDAY, -1)


@pytest.mark.usefixtures("womens_day")
def test_weekends_and_official_holidays_are_closed() -> None:
    closed = [date(2026, 3, 7), date(2026, 3, 8), MONDAY_IN_LIEU]
    assert not any(queries.is_open_day(day) for day in closed)
    assert queries.is_open_day(date(2026, 7, 20))


def test_centres_of_a_unit_are_those_in_it_and_below() -> None:
    for code in ("LA0101", "LA0103", "LA0201"):
        a_centre(code)
    assert [centre.code for centre in queries.centres_in(a_unit("LA01"))] == ["LA0101", "LA0103"]
    assert len(queries.centres_in(a_unit("LA"))) == 3
    assert queries.centres_in(a_unit("LA0102")) == []


def test_the_tree_holds_units_without_a_centre_too() -> None:
    a_centre("LA0101")
    a_unit("LA0102")
    tree = queries.unit_tree()
    (province,) = tree.children
    assert {node.unit.code: node.open_centres for node in province.children} == {
        "LA0101": 1,
        "LA0102": 0,
    }
    assert tree.open_centres == 1


def test_an_unknown_code_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.centre_by_code("LA9999")
    with pytest.raises(NotFound):
        queries.unit_by_code("LA9999")
