"""The hall board over a day and over weeks: every call in full, nothing lost, nothing grown."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from odsc_counter.tickets.voice import announcement
from tests.web.sample_app import Hall, tone_seconds

LISTEN = """() => {
  window.begun = [];
  window.ended = [];
  window.sounds = [];
  document.addEventListener("announce", (e) => window.begun.push(e.detail.ticket));
  document.addEventListener("announced", (e) => window.ended.push(e.detail));
  document.addEventListener("voice-ready", () => { window.voiceReady = true; });
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (at, offset, seconds) {
    window.sounds.push([at, seconds]);
    return start.call(this, at, offset, seconds);
  };
}"""
HERO = "[data-board=hero-ticket]"
KEPT_SILENCE = 0.08  # of what is cut off around a tone so much stays


def a_board(open_page: Any, *, fast: bool = False, locale: str = "lo") -> Page:
    """A board that writes down what it announces; `fast` lets the test move its clock."""
    page: Page = open_page("/items", 1920, 1080)
    page.add_init_script(f"({LISTEN})()")
    if fast:
        page.clock.install()
    page.goto(page.url.replace("/items", f"/board?locale={locale}"))
    return page


def wait_for_voice(page: Page) -> None:
    """Until the clips are decoded."""
    page.wait_for_function("() => window.voiceReady")


def listed(page: Page) -> list[str]:
    """Ticket and counter of the list, top first."""
    return [
        re.sub(r"\s+", ">", row.strip()) for row in page.locator(".recent-call").all_inner_texts()
    ]


def ended(page: Page) -> list[Any]:
    """The announcements that are over."""
    found: list[Any] = page.evaluate("() => window.ended")
    return found


def test_three_calls_at_once_are_each_shown_and_spoken_to_the_end(
    open_page: Any, hall: Hall
) -> None:
    hall.call("A000", "9", seconds_ago=90)
    hall.twice = True
    hall.record("lo")
    page = a_board(open_page)
    wait_for_voice(page)
    for ticket, counter in (("A001", "1"), ("A002", "2"), ("A003", "3")):
        hall.call(ticket, counter)
    for number in (1, 2, 3):
        expect(page.locator(HERO)).to_have_text(f"A00{number}", timeout=20_000)
        expect(page.locator("[data-board=hero-counter]")).to_have_text(str(number))
        past = [f"A00{n}>{n}" for n in range(number - 1, 0, -1)]
        assert listed(page) == [*past, "A000>9"], "calls that wait are not shown as past"
    page.wait_for_function("() => window.ended.length === 3", timeout=20_000)
    assert [(one["ticket"], one["way"]) for one in ended(page)] == [
        ("A001", "clips"),
        ("A002", "clips"),
        ("A003", "clips"),
    ]
    sounds = page.evaluate("() => window.sounds")
    clips = [
        clip
        for number in (1, 2, 3)
        for _time in range(2)
        for clip in announcement(f"A00{number}", number, "lo")
    ]
    lengths = [seconds - KEPT_SILENCE for _at, seconds in sounds]
    assert lengths == pytest.approx([tone_seconds("lo", clip) for clip in clips], abs=0.004)
    ends = [at + seconds for at, seconds in sounds]
    starts = [at for at, _seconds in sounds]
    assert all(start - end >= 0.05 for start, end in zip(starts[1:], ends, strict=False))


def test_english_follows_where_it_is_recorded(open_page: Any, hall: Hall) -> None:
    hall.record("lo")
    hall.record("en")
    page = a_board(open_page)
    wait_for_voice(page)
    hall.call("B012", "13")
    page.wait_for_function("() => window.ended.length === 1", timeout=25_000)
    clips = len(announcement("B012", 13, "lo")) + len(announcement("B012", 13, "en"))
    assert [(one["way"], one["clips"]) for one in ended(page)] == [("clips", clips)]


def test_with_a_clip_missing_the_board_chimes_and_uses_no_foreign_voice(
    open_page: Any, hall: Hall
) -> None:
    hall.record("lo")
    del hall.clips["lo"]["b"]
    page = open_page("/items")
    page.add_init_script(
        """(() => {
          window.said = [];
          speechSynthesis.getVoices = () => [{ lang: "th-TH", name: "Thai" }, { lang: "en-US" }];
          speechSynthesis.speak = (one) => window.said.push(one.text);
        })()"""
    )
    page.add_init_script(f"({LISTEN})()")
    page.goto(page.url.replace("/items", "/board"))
    wait_for_voice(page)
    hall.call("B001", "1")
    page.wait_for_function("() => window.ended.length === 1", timeout=15_000)
    assert [one["way"] for one in ended(page)] == ["chime"]
    assert page.evaluate("() => window.said") == []
    assert page.evaluate("() => window.sounds") == []


def test_without_clips_a_lao_voice_of_the_browser_speaks(open_page: Any, hall: Hall) -> None:
    hall.twice = True
    page = open_page("/items")
    page.add_init_script(
        """(() => {
          window.said = [];
          window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
          speechSynthesis.getVoices = () => [{ lang: "th-TH" }, { lang: "lo-LA" }];
          speechSynthesis.speak = (one) => {
            window.said.push([one.lang, one.text]);
            setTimeout(() => one.onend());
          };
        })()"""
    )
    page.add_init_script(f"({LISTEN})()")
    page.goto(page.url.replace("/items", "/board"))
    wait_for_voice(page)
    hall.call("A007", "21")
    page.wait_for_function("() => window.ended.length === 1", timeout=15_000)
    assert [one["way"] for one in ended(page)] == ["synthesis"]
    words = "ຂໍເຊີນເລກຄິວ ເອ ສູນ ສູນ ເຈັດ ໄປທີ່ຊ່ອງບໍລິການເລກທີ ຊາວ ເອັດ"
    assert page.evaluate("() => window.said") == [["lo-LA", words]] * 2


def test_a_call_that_is_undone_leaves_the_queue(open_page: Any, hall: Hall) -> None:
    page = a_board(open_page, fast=True)
    hall.call("A001", "1")
    expect(page.locator(HERO)).to_have_text("A001")
    hall.call("A002", "2")
    hall.call("A003", "3")
    page.wait_for_timeout(300)
    hall.calls = [call for call in hall.calls if call["ticket"] != "A002"]
    hall.changes += 1
    page.wait_for_timeout(300)
    page.clock.run_for(8_000)
    expect(page.locator(HERO)).to_have_text("A003")
    page.clock.run_for(8_000)
    assert page.evaluate("() => window.begun") == ["A001", "A003"]


def test_when_the_call_on_show_is_undone_the_one_before_comes_back(
    open_page: Any, hall: Hall
) -> None:
    hall.call("A000", "9", seconds_ago=90)
    page = a_board(open_page, fast=True)
    hall.call("A001", "1")
    expect(page.locator(HERO)).to_have_text("A001")
    del hall.calls[0]
    hall.changes += 1
    page.wait_for_timeout(300)
    page.clock.run_for(8_000)
    expect(page.locator(HERO)).to_have_text("A000")


def test_a_recall_is_announced_again(open_page: Any, hall: Hall) -> None:
    page = a_board(open_page, fast=True)
    hall.call("A001", "1")
    expect(page.locator(HERO)).to_have_text("A001")
    page.clock.run_for(8_000)
    del hall.calls[0]
    hall.call("A001", "1")
    page.wait_for_function("() => window.begun.length === 2")
    assert page.evaluate("() => window.begun") == ["A001", "A001"]


def test_calls_beyond_the_servers_list_are_announced_all_the_same(
    open_page: Any, hall: Hall
) -> None:
    page = a_board(open_page, fast=True)
    tickets = [f"A{number:03}" for number in range(1, 15)]
    for ticket in tickets:
        hall.call(ticket, "1")
        page.wait_for_timeout(40)
    for _call in tickets:
        page.clock.run_for(7_500)
    assert page.evaluate("() => window.begun") == tickets


@pytest.mark.parametrize(
    ("locale", "as_of"), [("lo", r"ຂໍ້ມູນເວລາ \d\d:\d\d \(3 ນາທີກ່ອນ\)"), ("en", r"As of \d\d:\d\d")]
)
def test_a_lost_board_says_how_old_it_is_and_asks_anew_on_return(
    open_page: Any, hall: Hall, locale: str, as_of: str
) -> None:
    hall.call("A001", "1", seconds_ago=60)
    page = a_board(open_page, fast=True, locale=locale)
    expect(page.locator(HERO)).to_have_text("A001")
    page.wait_for_timeout(300)
    hall.frozen = hall.refusing = True
    page.route("**/state", lambda route: route.abort())
    page.clock.run_for(185_000)
    band = page.locator("[data-board=stale]")
    expect(band).to_be_visible()
    expect(page.locator(HERO)).to_have_text("A001")
    expect(band.locator("[data-as-of]").first).to_have_text(re.compile(as_of))
    expect(band.locator("[data-as-of]").last).to_have_text(re.compile(r"3 (min ago|ນາທີກ່ອນ)"))
    page.unroute("**/state")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    hall.frozen = hall.refusing = False
    hall.call("A002", "2")
    page.clock.run_for(16_000)
    expect(band).to_be_hidden(timeout=10_000)
    expect(page.locator(".recent-call, .hero-ticket").filter(has_text="A002")).to_have_count(1)
    assert any(url.endswith("/state") for url in asked)


def test_notices_and_services_take_turns_and_nothing_scrolls(open_page: Any, hall: Hall) -> None:
    hall.notices = [
        {"kind": "closed", "lo": "ປິດ", "en": "Shut", "head_lo": "ທະບຽນລົດ", "head_en": "Vehicles"},
        {"kind": "notice", "lo": "ແຈ້ງ", "en": "Note"},
    ]
    hall.services = [
        {
            "kind": "service",
            "head_lo": f"ບໍລິການ {n}",
            "head_en": f"Service {n}",
            "fee_lo": "20.000 ກີບ",
            "fee_en": "20.000 kip",
            "lo": "ສຳເນົາ",
            "en": "Copy",
            "example": n == 2,
        }
        for n in (1, 2)
    ]
    page = a_board(open_page, fast=True)
    page.wait_for_function("() => window.voiceReady")
    head = page.locator("[data-slide=head-lo]")
    shown: list[list[Any]] = []
    for _second in range(100):
        name = head.text_content() or "notice"
        if not shown or shown[-1][0] != name:
            shown.append([name, 0])
        shown[-1][1] += 1
        page.clock.run_for(1_000)
    a_round = ["ທະບຽນລົດ", "notice", "ບໍລິການ 1", "ບໍລິການ 2", "ບໍລິການ 1", "ບໍລິການ 2"]
    assert [name for name, _seconds in shown][:9] == [*a_round, *a_round[:3]]
    assert min(seconds for _name, seconds in shown[1:-1]) >= 8
    overflow = page.evaluate(
        "() => [document.documentElement.scrollWidth - innerWidth,"
        " document.documentElement.scrollHeight - innerHeight]"
    )
    assert overflow == [0, 0]


def test_the_notices_can_be_held(open_page: Any, hall: Hall) -> None:
    hall.notices = [{"kind": "notice", "lo": text, "en": ""} for text in ("ໜຶ່ງ", "ສອງ")]
    page = a_board(open_page, fast=True)
    words = page.locator("[data-slide=lo]")
    page.mouse.move(5, 5)
    page.locator("[data-board=pause]").click()
    held = words.inner_text()
    page.clock.run_for(25_000)
    expect(words).to_have_text(held)
    expect(page.locator(".board-tools")).to_be_hidden()
    page.keyboard.press("Tab")
    page.locator("[data-board=pause]").click()
    page.clock.run_for(11_000)
    expect(words).not_to_have_text(held)


def test_a_board_loads_a_newer_page_when_nobody_is_called(open_page: Any, hall: Hall) -> None:
    page = a_board(open_page, fast=True)
    expect(page.locator("[data-board=waiting]")).to_have_text("12")
    page.evaluate("() => { window.same = true; }")
    hall.build = "2"
    hall.call("A001", "1")
    expect(page.locator(HERO)).to_have_text("A001")
    page.clock.run_for(61_000)
    page.wait_for_function("() => !window.same")
    expect(page.locator("body")).to_have_attribute("data-build", "2")


@pytest.mark.parametrize(
    ("waiting", "hours_open", "renewed"), [(0, 3, True), (4, 3, False), (0, 1, False)]
)
def test_a_board_renews_itself_at_night_while_the_hall_is_empty(
    open_page: Any, hall: Hall, waiting: int, hours_open: int, renewed: bool
) -> None:
    page = a_board(open_page, fast=True)
    expect(page.locator("[data-board=waiting]")).to_have_text("12")
    page.clock.fast_forward(hours_open * 3_600_000)
    hall.waiting = waiting
    now = datetime.now(UTC)
    half_past_three = now.replace(hour=20, minute=30, second=0)  # in Vientiane
    hall.ahead = half_past_three - now
    hall.changes += 1
    page.clock.run_for(10_000)  # the stream was quiet so long that it is opened anew
    expect(page.locator("[data-board=clock]")).to_have_text("03:30")
    expect(page.locator("[data-board=waiting]")).to_have_text(str(waiting))
    page.evaluate("() => { window.same = true; }")
    for _step in range(7):
        page.clock.run_for(10_000)
        page.wait_for_timeout(1_100)  # a beat of the stream: the board is not stale
    assert page.evaluate("() => Boolean(window.same)") is not renewed


def metrics(page: Page) -> dict[str, float]:
    """What the browser holds for the page, once all sounds are over and it has swept."""
    page.wait_for_timeout(6_000)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    for _time in range(3):
        session.send("HeapProfiler.collectGarbage")
    told = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    return {one["name"]: one["value"] for one in told}


def test_hundreds_of_calls_leave_nothing_behind(open_page: Any, hall: Hall) -> None:
    hall.record("lo")
    hall.notices = [{"kind": "notice", "lo": text, "en": text} for text in ("ໜຶ່ງ", "ສອງ", "ສາມ")]
    page = open_page("/items", 1920, 1080)
    page.clock.install()
    page.goto(page.url.replace("/items", "/board"))
    expect(page.locator("[data-board=waiting]")).to_have_text("12")

    def run(calls: int) -> None:
        for _call in range(calls):
            number = hall.made + 1
            hall.call(f"A{number % 1000:03}", str(number % 9 + 1))
            hall.waiting = number % 30
            del hall.calls[20:]
            expect(page.locator(HERO)).to_have_text(f"A{number % 1000:03}")
            page.clock.run_for(16_000)

    run(60)
    before = metrics(page)
    run(200)
    after = metrics(page)
    assert after["Nodes"] <= before["Nodes"] + 30
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 3
    assert after["AudioHandlers"] <= before["AudioHandlers"] + 12
    assert after["JSHeapUsedSize"] <= before["JSHeapUsedSize"] * 1.1 + 200_000
