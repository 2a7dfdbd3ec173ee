"""Boards and kiosks that report: live, stale, silent; and strangers who do no harm."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import displays
from tests.tickets.hall import Hall, a_hall
from tests.tickets.test_pages import Place, place
from tests.world import a_centre

__all__ = ["place"]

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
BOARD = "b" * 32


@pytest.fixture
def hall(database: Database) -> Iterator[Hall]:
    hall = a_hall()
    with centre_scope(hall.centre.id):
        yield hall


def at(seconds: float) -> object:
    """The clock stands so many seconds after noon."""
    return clock.use(lambda: NOON + timedelta(seconds=seconds))


def states(seconds: float) -> list[tuple[str, int]]:
    with at(seconds):
        return [(row.state, row.seconds_since) for row in displays.displays()]


def test_a_display_is_live_then_silent_after_ninety_seconds(hall: Hall) -> None:
    with at(0):
        assert displays.beat(BOARD, "board")
    displays.name_display(BOARD, "ປະຕູ")
    assert states(90) == [("live", 90)]
    assert states(91) == [("silent", 91)]
    with at(95):
        displays.beat(BOARD, "board", is_stale=True)
    assert states(96) == [("stale", 1)]


def test_a_look_at_the_board_raises_no_alarm_but_a_board_that_stayed_does(hall: Hall) -> None:
    with at(0):
        displays.beat(BOARD, "board")
    assert states(91) == []
    with at(600):
        displays.beat(BOARD, "board")
    assert states(700) == [("silent", 100)]
    assert states(600 + 86_401) == []


def test_a_beat_is_written_every_twenty_seconds_at_most_unless_it_is_news(hall: Hall) -> None:
    for second in (0, 10, 19):
        with at(second):
            displays.beat(BOARD, "board")
    assert states(20) == [("live", 20)]
    with at(20):
        displays.beat(BOARD, "board")
    assert states(20) == [("live", 0)]
    with at(21):
        displays.beat(BOARD, "board", is_stale=True)
    assert states(21) == [("stale", 0)]


@pytest.mark.parametrize(
    ("device", "kind"), [("", "board"), ("b" * 32, "toaster"), ("x" * 32, "board"), ("b" * 41, "")]
)
def test_junk_is_ignored(hall: Hall, device: str, kind: str) -> None:
    assert not displays.beat(device, kind)
    assert displays.displays() == []


def test_a_centre_has_a_limited_number_of_displays(hall: Hall) -> None:
    with at(0):
        for number in range(displays.MOST_DISPLAYS):
            assert displays.beat(f"{number:032x}", "board")
        assert not displays.beat(BOARD, "board")
        displays.name_display(f"{0:032x}", "ປະຕູ")
    a_day = 86_401
    with at(a_day):
        assert displays.beat(BOARD, "kiosk")
        kept = [row.device for row in displays.displays()]
    assert kept == [f"{0:032x}", BOARD], "a display with a name keeps its place"


def test_a_display_gets_a_name_and_is_retired_and_restored(hall: Hall) -> None:
    displays.beat(BOARD, "board")
    displays.name_display(BOARD, "  ຫ້ອງ  1 ")
    assert [row.name for row in displays.displays()] == ["ຫ້ອງ 1"]
    displays.retire_display(BOARD)
    displays.retire_display(BOARD)
    displays.beat(BOARD, "board", is_stale=True)
    assert displays.displays() == []
    assert [row.device for row in displays.retired_displays()] == [BOARD]
    displays.restore_display(BOARD)
    displays.restore_display(BOARD)
    assert [row.name for row in displays.displays()] == ["ຫ້ອງ 1"]
    with pytest.raises(InvalidInput):
        displays.name_display(BOARD, "x" * 61)
    with pytest.raises(NotFound):
        displays.name_display("c" * 32, "x")


def test_another_centres_displays_are_not_there(hall: Hall) -> None:
    displays.beat(BOARD, "board")
    other = a_centre("LA0202")
    with centre_scope(other.id):
        assert displays.displays() == []
        with pytest.raises(NotFound):
            displays.retire_display(BOARD)
        assert displays.beat(BOARD, "board"), "the same browser may show another centre"


def test_the_manager_sees_names_and_retires_displays(place: Place) -> None:
    public, manager = place.public().client, place.manager()
    path = f"/c/{place.code}/displays/beat"
    assert (
        public.post(path, data={"device": BOARD, "kind": "board", "stale": "0"}).status_code == 204
    )
    assert public.post(path, data={"device": "<b>", "kind": "board"}).status_code == 204
    assert "Live" in manager.get("hall/displays")
    assert 'value="Entrance"' in manager.post(f"hall/displays/{BOARD}/name", name="Entrance")
    assert "out of service" in manager.post(f"hall/displays/{BOARD}/retire")
    assert "Entrance" in manager.post(f"hall/displays/{BOARD}/restore")
    assert manager.client.post(f"/c/{place.code}/hall/displays/none/name").status_code == 404
    assert place.clerk().client.get(f"/c/{place.code}/hall/displays").status_code == 403
