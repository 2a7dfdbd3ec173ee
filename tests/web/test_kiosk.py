"""The kiosk and the phone in a real browser: touch, print, printer trouble, and a slow line."""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from odsc_counter.platform import tripwire
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import operations, queries
from odsc_counter.tickets.hall_models import HallRules
from tests.tickets.kiosks import KioskHall, a_dead_port, a_kiosk_hall
from tests.web.test_accessibility import OVERFLOW, RULES, SMALL_TARGETS, TIGHT_LAO
from tests.world import a_service

UPRIGHT, LYING, PHONE = (820, 1180), (1280, 800), (360, 740)
COUNT_PRINTS = "() => { globalThis.prints = 0; globalThis.print = () => { prints += 1; }; }"
COUNT_SHAKES = "() => { globalThis.shakes = 0; navigator.vibrate = () => { shakes += 1; }; }"
LONGEST_LINE = 30_000
"""Bytes of a phone's first load."""


@pytest.fixture
def world(static: Path, sqlite_template: Path, tmp_path: Path) -> Iterator[KioskHall]:
    path = tmp_path / "odsc.db"
    shutil.copy(sqlite_template, path)
    url = f"sqlite:///{path}"
    database = Database(url)
    tripwire.install(database)
    use_database(database)
    yield a_kiosk_hall(url, tmp_path)
    database.dispose()


@pytest.fixture
def site(world: KioskHall) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Screen:
    """A browser in front of somebody."""

    def __init__(
        self, browser: Browser, site: str, size: tuple[int, int], language: str = "lo"
    ) -> None:
        self.site = site
        self.context: BrowserContext = browser.new_context(
            base_url=site,
            locale="lo-LA" if language == "lo" else "en-US",
            timezone_id="Asia/Vientiane",
            viewport={"width": size[0], "height": size[1]},
            has_touch=True,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.add_init_script(f"({COUNT_PRINTS})()")
        self.page.add_init_script(f"({COUNT_SHAKES})()")
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console", lambda said: self.faults.append(said.text) if said.type == "error" else None
        )

    def become_kiosk(self, world: KioskHall, prints: str = "yes") -> "Screen":
        """As a manager does it on the device itself."""
        path = f"/c/{world.code}/kiosk"
        cookie = world.kiosk(prints).client.get_cookie("odsc-kiosk", path=path)
        assert cookie is not None
        self.context.add_cookies([
            {"name": "odsc-kiosk", "value": cookie.value, "domain": "127.0.0.1", "path": path}
        ])  # fmt: skip
        return self

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def prints(self) -> int:
        self.page.wait_for_timeout(400)
        return int(self.page.evaluate("() => globalThis.prints"))

    def is_fine(self, name: str) -> None:
        """The page is accessible, fits, can be hit with a finger, and gives Lao its height."""
        page = self.page
        page.evaluate("() => document.fonts.ready.then(() => true)")
        if pictures := os.environ.get("ODSC_TEST_PICTURES"):
            width = page.viewport_size["width"] if page.viewport_size else 0
            language = page.locator("html").get_attribute("lang")
            page.screenshot(path=f"{pictures}/kiosk-{name}-{width}-{language}.png")
        # At the end of the page its bar covers nothing; elsewhere it covers what one scrolls to.
        page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
        report = Axe().run(page, options=RULES)
        assert report.violations_count == 0, (name, report.generate_report())
        assert page.evaluate(OVERFLOW) <= 0, name
        assert page.evaluate(SMALL_TARGETS) == [], name
        assert page.evaluate(TIGHT_LAO) == [], name
        page.evaluate("() => scrollTo(0, 0)")


def is_in_sight(page: Page, what: str) -> bool:
    """Whether the whole of it is on the screen without scrolling."""
    box = page.locator(what).bounding_box()
    size = page.viewport_size
    assert box is not None and size is not None
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"]


TAKE = "button[name=priority][value='']"


@pytest.mark.parametrize("language", ["lo", "en"])
@pytest.mark.parametrize("size", [UPRIGHT, LYING, PHONE], ids=["upright", "lying", "phone"])
def test_from_the_first_touch_to_the_number(
    chromium: Browser, world: KioskHall, site: str, size: tuple[int, int], language: str
) -> None:
    for number in range(7):
        a_service(world.hall.centre, f"MOPS-2{number}", papers=6)
    screen = Screen(chromium, site, size, language)
    page = screen.go(f"/c/{world.code}/kiosk")
    screen.is_fine("groups")
    page.locator("a.choice[href$='/kiosk/A']").tap()
    page.wait_for_url("**/kiosk/A")
    screen.is_fine("services")
    page.locator(f"a.choice[href$='/services/{world.hall.service}']").tap()
    page.wait_for_url("**/services/*")
    screen.is_fine("service")
    assert is_in_sight(page, TAKE)
    page.locator("a[href*='files=2']").tap()
    page.locator(".files-steps .btn").last.tap()
    expect(page.locator(".files-count")).to_have_text("12")
    page.locator("a[href*='/more']").tap()
    page.wait_for_url("**/more?*")
    screen.is_fine("more")
    page.locator(f"a.choice[href*='then={world.other}']").tap()
    expect(page.locator("input[name=then]")).to_have_value(str(world.other))
    assert is_in_sight(page, TAKE)
    screen.is_fine("two-services")
    page.locator(TAKE).tap()
    expect(page.locator(".ticket-number")).to_have_text("A001")
    screen.is_fine("number")
    assert screen.prints() == 0  # a phone is not asked to print
    page.locator("a[href*='/t/']").tap()
    page.wait_for_url("**/t/*")
    screen.is_fine("phone")
    assert screen.faults == []


@pytest.mark.parametrize("language", ["lo", "en"])
def test_the_kiosk_prints_once_and_asks(
    chromium: Browser, world: KioskHall, site: str, language: str
) -> None:
    screen = Screen(chromium, site, UPRIGHT, language).become_kiosk(world)
    page = screen.go(f"/c/{world.code}/kiosk/services/{world.hall.service}")
    page.locator(TAKE).tap()
    expect(page.locator(".answer")).to_have_count(2)
    assert screen.prints() == 1
    screen.is_fine("asks")
    page.reload()
    assert screen.prints() == 0
    page.locator(".answer-no").tap()
    page.wait_for_url("**step=failed")
    screen.is_fine("failed")
    assert screen.prints() == 0
    page.locator("form[action$=print] button").tap()
    expect(page.locator(".answer")).to_have_count(2)
    assert screen.prints() == 1
    assert "1" in page.locator(".slip-copy").inner_text()
    page.locator(".answer-yes").tap()
    page.wait_for_url("**/kiosk")
    (ticket,) = world.tickets()
    assert (ticket.state, ticket.print_count) == ("waiting", 2)
    assert screen.faults == []


@pytest.mark.parametrize("language", ["lo", "en"])
def test_when_the_printer_fails_the_number_is_kept_or_cancelled_in_one_touch(
    chromium: Browser, world: KioskHall, site: str, language: str
) -> None:
    with centre_scope(world.hall.centre.id), unit_of_work() as work:
        rules = work.session.scalars(select(HallRules)).one()
        rules.printer_host, rules.printer_port = "127.0.0.1", a_dead_port()
    screen = Screen(chromium, site, LYING, language).become_kiosk(world)
    for touched in (".kiosk-bar > .btn-primary", "form[action$=cancel] button"):
        page = screen.go(f"/c/{world.code}/kiosk/services/{world.hall.service}")
        page.locator(TAKE).tap()
        expect(page.locator(".alert-danger:not([hidden])")).to_be_visible()
        expect(page.locator(".ticket-number")).to_be_visible()
        assert is_in_sight(page, ".keep-words")
        screen.is_fine("printer-failed")
        page.locator(touched).tap()
        page.wait_for_url("**/kiosk")
    assert [ticket.state for ticket in world.tickets()] == ["waiting", "cancelled"]
    assert screen.faults == []


def test_a_kiosk_left_alone_starts_anew_in_lao(
    chromium: Browser, world: KioskHall, site: str
) -> None:
    screen = Screen(chromium, site, UPRIGHT, "en").become_kiosk(world)
    screen.page.clock.install()
    page = screen.go(f"/c/{world.code}/kiosk/services/{world.hall.service}")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.clock.fast_forward(60_000)
    page.locator("h1").tap()
    page.clock.fast_forward(60_000)  # the touch began the time anew
    assert page.url.endswith(str(world.hall.service))
    page.clock.fast_forward(40_000)
    page.wait_for_url("**/kiosk")
    expect(page.locator("html")).to_have_attribute("lang", "lo")


def test_a_ticket_that_nobody_confirms_stays_valid(
    chromium: Browser, world: KioskHall, site: str
) -> None:
    screen = Screen(chromium, site, UPRIGHT).become_kiosk(world)
    screen.page.clock.install()
    page = screen.go(f"/c/{world.code}/kiosk/services/{world.hall.service}")
    page.locator(TAKE).tap()
    expect(page.locator(".answer")).to_have_count(2)
    page.clock.fast_forward(40_000)
    page.wait_for_url("**/kiosk")
    assert [ticket.state for ticket in world.tickets()] == ["waiting"]


def test_a_kiosk_without_connection_says_so_and_keeps_its_page(
    chromium: Browser, world: KioskHall, site: str
) -> None:
    screen = Screen(chromium, site, UPRIGHT).become_kiosk(world)
    page = screen.go(f"/c/{world.code}/kiosk/services/{world.hall.service}")
    expect(page.locator("[data-offline]")).to_be_hidden()
    page.route("**/healthz", lambda route: route.abort())
    for touched in ("a[href*='/more']", TAKE):
        # The second touch finds the sign up already: that its own question fails is waited for,
        # or the answer would come once the line is back, and be a touch that counts.
        with page.expect_event("requestfailed", lambda it: it.url.endswith("/healthz")):
            page.locator(touched).tap()
        expect(page.locator("[data-offline]")).to_be_visible()
    assert world.tickets() == []
    page.unroute("**/healthz")
    page.locator(TAKE).tap()
    expect(page.locator(".ticket-number")).to_have_text("A001")


def test_the_printed_ticket_is_one_page_of_its_own_length(
    chromium: Browser, world: KioskHall, site: str, tmp_path: Path
) -> None:
    screen = Screen(chromium, site, UPRIGHT)
    heights = []
    for papers in (2, 12):
        service = a_service(world.hall.centre, f"MOPS-3{papers}", papers=papers)
        with centre_scope(world.hall.centre.id):
            ticket = operations.issue(world.hall.centre, service.id, language="en")
        page = screen.go(f"/c/{world.code}/kiosk/tickets/{ticket.public_code}")
        page.wait_for_function("() => document.adoptedStyleSheets.length === 1")
        file = tmp_path / f"{papers}.pdf"
        page.pdf(path=file, prefer_css_page_size=True)
        document = pypdfium2.PdfDocument(file)
        assert len(document) == 1
        width, height = (side / 72 * 25.4 for side in document[0].get_size())
        assert 79 < width < 81
        heights.append(height)
        words = document[0].get_textpage().get_text_range()
        assert ticket.label in words
        assert "Centre LA0101" in words
        assert "ພິມບັດຄິວ" not in words  # the buttons of the screen stay there
    assert 90 < heights[0] < heights[1] < 250


@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_phone_shakes_when_its_number_is_called(
    chromium: Browser, world: KioskHall, site: str, language: str
) -> None:
    with centre_scope(world.hall.centre.id):
        (ticket,) = world.hall.issue(1)
    screen = Screen(chromium, site, PHONE, language)
    screen.page.clock.install()
    page = screen.go(f"/c/{world.code}/t/{ticket.public_code}")
    screen.is_fine("phone-waiting")
    with centre_scope(world.hall.centre.id):
        world.hall.call(0)
    page.clock.fast_forward(9_000)
    expect(page.locator("[data-called] strong")).to_have_text("1")
    assert page.evaluate("() => globalThis.shakes") == 1
    expect(page.locator("[data-poll-time]")).to_have_text(re.compile(r"\d\d:\d\d"))
    screen.is_fine("phone-called")
    with centre_scope(world.hall.centre.id):
        operations.start(ticket.id)
        operations.hold(ticket.id, 10)
    page.clock.fast_forward(9_000)
    expect(page.locator("[data-standing=on_hold]")).to_be_visible()
    screen.is_fine("phone-on-hold")
    assert screen.faults == []


@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_phone_s_first_load_is_light(
    chromium: Browser, world: KioskHall, site: str, language: str
) -> None:
    more = [a_service(world.hall.centre, f"MOPS-4{n}", papers=6).id for n in range(4)]
    with centre_scope(world.hall.centre.id):
        ticket = operations.issue(world.hall.centre, world.hall.service, then=more, files=12)
        assert len(queries.legs(ticket)) == 5
    screen = Screen(chromium, site, PHONE, language)
    wire: dict[str, int] = {}
    names: dict[str, str] = {}
    listening = screen.context.new_cdp_session(screen.page)
    listening.send("Network.enable")

    def begun(event: Any) -> None:
        names[event["requestId"]] = event["request"]["url"].split("?")[0]

    def ended(event: Any) -> None:
        wire[names[event["requestId"]]] = event["encodedDataLength"]

    listening.on("Network.requestWillBeSent", begun)
    listening.on("Network.loadingFinished", ended)
    page = screen.go(f"/c/{world.code}/t/{ticket.public_code}")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    assert any(name.endswith(".css") for name in wire)
    assert any(name.endswith(".js") for name in wire)
    if language == "lo":
        assert sum("noto-sans-lao-lao" in name for name in wire) == 2
    assert sum(wire.values()) <= LONGEST_LINE, wire
