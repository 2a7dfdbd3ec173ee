"""Notices: what people in the hall read, and which services are closed meanwhile."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import notices, operations, queries
from odsc_counter.tickets.errors import ServiceClosedToday
from tests.tickets.hall import Hall, a_hall
from tests.tickets.test_pages import Place, place
from tests.world import a_centre, a_service

__all__ = ["place"]


@pytest.fixture
def hall(database: Database) -> Iterator[Hall]:
    hall = a_hall()
    with centre_scope(hall.centre.id):
        yield hall


def test_a_notice_is_shown_from_its_first_day_to_its_last(hall: Hall) -> None:
    today = queries.today()
    day = timedelta(days=1)
    notices.add_notice(text_lo="ມື້ອື່ນ", shown_from=today + day, shown_until=today + 2 * day)
    notices.add_notice(text_lo="ມື້ນີ້", text_en="Today", shown_until=today + day)

    def texts(on: int) -> list[str]:
        return [row.notice.text_lo for row in notices.notices_on(today + on * day)]

    assert [texts(0), texts(1), texts(2)] == [["ມື້ນີ້"], ["ມື້ອື່ນ"], []]
    assert len(notices.standing_notices()) == 2


def test_a_notice_that_closes_a_service_stops_its_numbers(hall: Hall) -> None:
    closing = notices.add_notice(text_lo="ລະບົບຂັດຂ້ອງ", service_id=hall.service, closes_service=True)
    with pytest.raises(ServiceClosedToday, match="ລະບົບຂັດຂ້ອງ"):
        operations.issue(hall.centre, hall.service)
    (row,) = notices.notices_on(queries.today())
    assert (row.service("lo"), row.service("en")) == ("ບໍລິການ MOPS-04", "Service MOPS-04")
    notices.take_down(closing.id)
    notices.take_down(closing.id)
    assert operations.issue(hall.centre, hall.service).label == "A001"
    assert notices.standing_notices() == []


def test_a_closed_service_comes_before_the_other_notices(hall: Hall) -> None:
    notices.add_notice(text_lo="ປິດ", service_id=hall.service, closes_service=True)
    notices.add_notice(text_lo="ໃໝ່ກວ່າ")
    assert [row.notice.text_lo for row in notices.notices_on(queries.today())] == ["ປິດ", "ໃໝ່ກວ່າ"]


def test_what_is_wrong_is_named_by_its_field(hall: Hall) -> None:
    today = queries.today()
    for field, values in {
        "text_lo": {"text_lo": " "},
        "text_en": {"text_lo": "ກ", "text_en": "x" * 301},
        "last_day": {"text_lo": "ກ", "shown_until": today},
        "service": {"text_lo": "ກ", "closes_service": True},
    }.items():
        with pytest.raises(InvalidInput) as caught:
            notices.add_notice(**values)  # type: ignore[arg-type]  # of several kinds
        assert list(caught.value.fields) == [field]
    elsewhere = a_service(None, "MOHA-09")
    with pytest.raises(NotFound):
        notices.add_notice(text_lo="ກ", service_id=elsewhere.id)


def test_another_centres_notice_is_not_there(hall: Hall) -> None:
    mine = notices.add_notice(text_lo="ຂອງເຮົາ")
    other = a_centre("LA0202")
    with centre_scope(other.id):
        assert notices.standing_notices() == []
        with pytest.raises(NotFound):
            notices.take_down(mine.id)


def test_the_manager_puts_up_a_notice_and_takes_it_down(place: Place) -> None:
    manager = place.manager()
    page = manager.post(
        "hall/notices",
        text_lo="ປິດບໍລິການຊົ່ວຄາວ",
        text_en="Closed for now",
        service=place.hall.service,
        closes="1",
        first_day="",
        last_day="",
    )
    assert "The notice is up." in page
    assert "Closed for now" in page
    state = place.public().client.get(f"/c/{place.code}/board.json").get_json()
    assert state["notices"] == [
        {
            "kind": "closed",
            "lo": "ປິດບໍລິການຊົ່ວຄາວ",
            "en": "Closed for now",
            "head_lo": "ບໍລິການ MOPS-04",
            "head_en": "Service MOPS-04",
        }
    ]
    assert "ປິດບໍລິການຊົ່ວຄາວ" in place.public("lo").get("board")
    with centre_scope(place.hall.centre.id):
        (row,) = notices.standing_notices()
    assert "taken down" in manager.post(f"hall/notices/{row.notice.id}/take-down")


def test_a_form_with_a_mistake_keeps_what_was_written(place: Place) -> None:
    manager = place.manager()
    answer = manager.client.post(
        f"/c/{place.code}/hall/notices", data={"text_en": "Only English", "text_lo": ""}
    )
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Please write the notice in Lao." in page
    assert "Only English" in page
    assert place.clerk().client.get(f"/c/{place.code}/hall/notices").status_code == 403
