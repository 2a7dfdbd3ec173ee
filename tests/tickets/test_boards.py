"""What boards are told: the state, the pages of notices and services, the marks of change."""

import json
from collections.abc import Iterator

import pytest

from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import boards, calls, clips, notices, operations, queries
from odsc_counter.tickets.hall_models import HallRules
from odsc_counter.tickets.order import rules_of
from tests.tickets.hall import Hall, a_hall
from tests.tickets.test_pages import Place, place
from tests.web.sample_app import a_tone
from tests.world import a_service

__all__ = ["place"]
LONG_LO = "ຫ້ອງການປິດຮັບຄຳຮ້ອງເວລາສິບຫ້າໂມງສາມສິບນາທີ ກະລຸນາກຽມສຳເນົາເອກະສານໃຫ້ຄົບກ່ອນເຖິງຄິວຂອງທ່ານ " * 3


@pytest.fixture
def hall(database: Database) -> Iterator[Hall]:
    hall = a_hall(counters=3)
    with centre_scope(hall.centre.id):
        yield hall


def test_each_call_says_how_it_is_spoken(hall: Hall) -> None:
    hall.issue(1)
    hall.call(1)
    (call,) = boards.state(hall.centre)["calls"]
    assert (call["ticket"], call["counter"]) == ("A001", 2)
    assert call["say"] == {"lo": "call a 0 0 1 to 2", "en": "call a 0 0 1 to 2"}


def test_a_silent_hall_says_nothing(hall: Hall) -> None:
    hall.issue(1)
    hall.call(0)
    with unit_of_work() as work:
        rules_of(work.session).speaks = False
    (call,) = boards.state(hall.centre)["calls"]
    assert "say" not in call
    assert boards.media(hall.centre, lambda *_names: "")["words"] == {}


def test_a_call_that_is_undone_or_put_back_is_gone(hall: Hall) -> None:
    hall.issue(2)
    first, second = hall.call(0), hall.call(1)
    assert first is not None and second is not None
    operations.put_back(first.id)
    assert [call["ticket"] for call in boards.state(hall.centre)["calls"]] == ["A002"]
    operations.undo(second.id)
    assert boards.state(hall.centre)["calls"] == []


def test_a_recall_is_a_new_call(hall: Hall) -> None:
    hall.issue(1)
    ticket = hall.call(0)
    assert ticket is not None
    before = boards.state(hall.centre)["calls"][0]["id"]
    operations.recall(ticket.id)
    (call,) = boards.state(hall.centre)["calls"]
    assert call["id"] != before


def test_the_state_of_a_busy_hall_is_small(hall: Hall) -> None:
    notices.add_notice(text_lo="ປິດບໍລິການຊົ່ວຄາວ", service_id=hall.service, text_en="Closed")
    hall.issue(20)
    for turn in range(20):
        ticket = hall.call(turn % 3)
        assert ticket is not None
        operations.no_show(ticket.id)
    state = boards.state(hall.centre)
    assert len(state["calls"]) == calls.LISTED_CALLS
    assert len(json.dumps(state, ensure_ascii=False).encode()) <= 3_000


def test_the_media_mark_changes_with_clips_services_and_rules(hall: Hall) -> None:
    marks = [boards.state(hall.centre)["media"]]

    def changed() -> bool:
        marks.append(boards.state(hall.centre)["media"])
        return marks[-1] not in marks[:-1]

    assert not changed()
    clips.keep_clip("lo", "a", a_tone())
    assert changed()
    clips.keep_clip("lo", "a", a_tone(0.2))
    assert changed()
    a_service(hall.centre, "MOPS-05", letter="B")
    assert changed()
    with unit_of_work() as work:
        work.session.query(HallRules).one().says_twice = False
    assert changed()


def test_media_names_services_with_papers_and_fee(place: Place) -> None:
    a_service(place.hall.centre, "MOPS-05", letter="B", fee=0, papers=0)
    a_service(place.hall.centre, "MOPS-06", letter="B", fee=None, standing="illustrative")
    board = place.public().client
    path = f"/c/{place.code}/board/media.json"
    answer = board.get(path)
    first, second, third = answer.get_json()["services"]
    assert first["head_lo"] == "ບໍລິການ MOPS-04"
    assert (first["fee_lo"], first["fee_en"]) == ("20.000 ກີບ", "20.000 kip")
    assert (first["lo"], first["en"]) == ("ເອກະສານ: ເອກະສານ, ເອກະສານ", "Papers: Paper 0, Paper 1")
    assert (second["fee_lo"], second["example"]) == ("ບໍ່ເສຍຄ່າ", False)
    assert second["en"] == "No papers are asked for."
    assert (third["fee_en"], third["example"]) == ("Depends on the value", True)
    again = board.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_long_notice_is_cut_between_words_into_pages(hall: Hall) -> None:
    pages = boards.pages_of(LONG_LO.strip(), boards.PAGE_WIDTH)
    assert len(pages) > 2
    assert all(0 < boards.width(page) <= boards.PAGE_WIDTH for page in pages)
    assert "".join(pages).replace(" ", "") == LONG_LO.replace(" ", "")
    assert boards.pages_of("", 10) == []
    assert boards.pages_of("one two three", 7) == ["one two", "three"]
    assert boards.pages_of("one\ntwo", 20) == ["one", "two"]
    assert boards.pages_of("unbreakable", 4) == ["unbreakable"]


def test_pages_of_both_languages_go_together(hall: Hall) -> None:
    notices.add_notice(text_lo=LONG_LO[:250], text_en="Short")
    slides = boards.notice_slides(notices.notices_on(queries.today()))
    assert len(slides) > 1
    assert {slide["en"] for slide in slides} == {"Short"}
    assert {slide["kind"] for slide in slides} == {"notice"}


def test_the_board_is_in_lao_whatever_the_browser_prefers(place: Place) -> None:
    client = place.app.test_client()
    page = client.get(f"/c/{place.code}/board", headers={"Accept-Language": "en-US"})
    assert '<html lang="lo">' in page.get_data(as_text=True)
    assert '<html lang="en">' in place.public("en").get("board")


def test_a_board_that_asks_again_gets_304_until_something_changes(place: Place) -> None:
    client = place.public().client
    path = f"/c/{place.code}/board.json"
    seen = {"If-None-Match": client.get(path).headers["ETag"]}
    assert client.get(path, headers=seen).status_code == 304
    with centre_scope(place.hall.centre.id):
        place.hall.issue(1)
    assert client.get(path, headers=seen).status_code == 200
