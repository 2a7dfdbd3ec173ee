"""What the scripts promise the hall, the counter and the citizen."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.web.sample_app import Hall

COUNT_CALLS = """() => {
  window.heard = [];
  document.addEventListener("announce", (event) => window.heard.push(event.detail.ticket));
}"""


def heard(page: Page) -> Any:
    """Tickets announced since the page was opened."""
    return page.evaluate("() => window.heard")


def listening(open_page: Any) -> Page:
    """A board whose announcements are counted from its first moment."""
    page: Page = open_page("/items")
    page.add_init_script(f"({COUNT_CALLS})()")
    page.goto(page.url.replace("/items", "/board"))
    return page


def test_a_call_appears_with_its_counter_and_is_announced_once(open_page: Any, hall: Hall) -> None:
    page = listening(open_page)
    hall.call("P005", "4")
    expect(page.locator("[data-board=hero-ticket]")).to_have_text("P005")
    expect(page.locator("[data-board=hero-counter]")).to_have_text("4")
    assert heard(page) == ["P005"]
    hall.changes += 1
    page.wait_for_timeout(300)
    assert heard(page) == ["P005"]


def test_a_reload_repeats_no_announcement(open_page: Any, hall: Hall) -> None:
    page = listening(open_page)
    hall.call("P005", "4")
    expect(page.locator("[data-board=hero-ticket]")).to_have_text("P005")
    page.reload()
    page.wait_for_timeout(500)
    expect(page.locator("[data-board=hero-ticket]")).to_have_text("P005")
    assert heard(page) == []


def test_an_old_call_is_shown_but_not_announced(open_page: Any, hall: Hall) -> None:
    hall.call("A001", "2", seconds_ago=40)
    page = listening(open_page)
    expect(page.locator("[data-board=hero-ticket]")).to_have_text("A001")
    page.wait_for_timeout(500)
    assert heard(page) == []


def test_two_calls_at_once_are_announced_one_after_the_other(open_page: Any, hall: Hall) -> None:
    page = listening(open_page)
    hall.call("A001", "1")
    hall.call("A002", "2")
    expect(page.locator("[data-board=hero-ticket]")).to_have_text("A001")
    expect(page.locator("[data-board=hero-ticket]")).to_have_text("A002", timeout=9_000)
    expect(page.locator(".recent-call").first).to_contain_text("A001")
    assert heard(page) == ["A001", "A002"]


def test_a_board_says_when_it_no_longer_knows(open_page: Any, hall: Hall) -> None:
    hall.call("A001", "1", seconds_ago=60)
    page = listening(open_page)
    expect(page.locator("[data-board=hero-ticket]")).to_have_text("A001")
    expect(page.locator("[data-board=stale]")).to_be_hidden()
    hall.frozen = hall.refusing = True
    page.route("**/state", lambda route: route.abort())
    expect(page.locator("[data-board=stale]")).to_be_visible(timeout=16_000)
    hall.frozen = hall.refusing = False
    hall.call("A002", "2")
    expect(page.locator("[data-board=stale]")).to_be_hidden(timeout=10_000)
    expect(page.locator("[data-board=hero-ticket]")).to_have_text("A002")


def test_a_board_that_gets_no_stream_lives_by_asking(open_page: Any, hall: Hall) -> None:
    hall.refusing = True
    page = listening(open_page)
    hall.call("A009", "3")
    expect(page.locator("[data-board=hero-ticket]")).to_have_text("A009", timeout=12_000)


def posts(page: Page) -> list[str]:
    """Bodies of the posts that the page sends from now on."""
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data or "") if r.method == "POST" else None)
    return sent


def test_a_function_key_presses_its_button_in_any_keyboard_layout(open_page: Any) -> None:
    page = open_page("/sample/console")
    sent = posts(page)
    page.evaluate(
        """() => document.dispatchEvent(
             new KeyboardEvent("keydown", {code: "F7", key: "ຟ", bubbles: true}))"""
    )
    page.wait_for_url("**/done")
    assert len(sent) == 1
    assert "verb=recall" in sent[0]
    assert "request_key=" in sent[0]
    assert "csrf_token=" in sent[0]


def test_a_key_held_down_does_nothing_more(open_page: Any) -> None:
    page = open_page("/sample/console")
    sent = posts(page)
    page.evaluate(
        """() => document.dispatchEvent(
             new KeyboardEvent("keydown", {code: "F2", repeat: true, bubbles: true}))"""
    )
    page.wait_for_timeout(300)
    assert sent == []


def test_an_impatient_second_press_sends_nothing(open_page: Any) -> None:
    page = open_page("/sample/console")
    sent = posts(page)
    page.evaluate(
        """() => { const b = document.querySelector("[data-key=F2]");
                   b.click(); b.click(); b.form.requestSubmit(); }"""
    )
    page.wait_for_url("**/done")
    assert len(sent) == 1


def test_a_running_time_runs_from_the_servers_count(open_page: Any) -> None:
    page = open_page("/sample/console")
    clock = page.locator("[data-since]")
    expect(clock).to_have_text("04:19", timeout=4_000)
    expect(clock).to_have_text("04:20", timeout=4_000)


def test_a_live_region_is_fetched_again_and_keeps_the_focus(open_page: Any, hall: Hall) -> None:
    page = open_page("/sample/live")
    page.locator("#stay").focus()
    hall.changes = 7
    expect(page.locator("#changes")).to_have_text("7")
    assert page.locator("#stay").evaluate("e => e === document.activeElement")


def test_a_live_region_waits_while_somebody_types_in_it(open_page: Any, hall: Hall) -> None:
    page = open_page("/sample/live")
    page.wait_for_timeout(400)
    page.locator("#typed").fill("ກຳລັງຂຽນ")
    hall.changes = 8
    page.wait_for_timeout(500)
    expect(page.locator("#typed")).to_have_value("ກຳລັງຂຽນ")
    page.locator("#typed").blur()
    expect(page.locator("#changes")).to_have_text("8")


def test_an_untouched_kiosk_goes_back_to_the_start(open_page: Any) -> None:
    page = open_page("/items")
    page.clock.install()
    page.goto(page.url.replace("/items", "/sample/kiosk"))
    page.clock.fast_forward(45_000)
    page.mouse.click(5, 5)
    page.clock.fast_forward(45_000)
    assert page.url.endswith("/sample/kiosk")
    page.clock.fast_forward(20_000)
    page.wait_for_url("**/items")


def test_a_phone_asks_again_and_says_when_nobody_answers(open_page: Any, hall: Hall) -> None:
    page = open_page("/items")
    page.clock.install()
    page.goto(page.url.replace("/items", "/sample/status"))
    hall.changes = 3
    page.clock.fast_forward(20_000)
    expect(page.locator("#changes")).to_have_text("3")
    page.route("**/fragment", lambda route: route.abort())
    page.clock.fast_forward(20_000)
    page.wait_for_timeout(200)
    expect(page.locator("[data-poll-stale]")).to_be_hidden()
    page.clock.fast_forward(20_000)
    expect(page.locator("[data-poll-stale]")).to_be_visible()
