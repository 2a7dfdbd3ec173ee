"""What a page with a stream does when the stream ends, is refused, or comes back."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.web.sample_app import Hall


def wait_for(page: Page, claim: Callable[[], bool], seconds: float = 10.0) -> None:
    """Let the page go on until something holds."""
    for _step in range(int(seconds * 20)):
        if claim():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come about")


def test_a_page_that_joins_again_says_what_it_shows(open_page: Any, hall: Hall) -> None:
    hall.call("A001", "1")
    page = open_page("/board")
    expect(page.locator("main")).to_contain_text("A001")
    hall.cuts += 1
    wait_for(page, lambda: len(hall.known) > 1)
    assert hall.known == ["", "s1"]


def test_a_refused_board_asks_every_few_seconds_and_no_news_keep_it_alive(
    open_page: Any, hall: Hall
) -> None:
    hall.call("A001", "1")
    hall.refusing = True
    page = open_page("/board")
    wait_for(page, lambda: len(hall.asked) >= 5, seconds=25)
    assert hall.asked[0] == 200 and set(hall.asked[1:]) == {304}
    assert len(hall.known) <= 3  # a full server is not pressed for a stream
    expect(page.locator("[data-board=stale]")).to_be_hidden()
    hall.call("A002", "2")
    expect(page.locator("main")).to_contain_text("A002", timeout=15_000)


def test_a_refused_console_looks_every_few_seconds(open_page: Any, hall: Hall) -> None:
    hall.refusing = True
    page = open_page("/sample/live")
    hall.changes = 7
    expect(page.locator("#changes")).to_have_text("7", timeout=8_000)
    hall.changes = 8
    expect(page.locator("#changes")).to_have_text("8", timeout=8_000)


def test_a_look_that_failed_is_made_up_for(open_page: Any, hall: Hall) -> None:
    page = open_page("/sample/live")
    page.wait_for_timeout(400)
    page.route("**/fragment", lambda route: route.abort())
    hall.changes = 9
    page.wait_for_timeout(400)
    page.unroute("**/fragment")
    expect(page.locator("#changes")).to_have_text("9")
