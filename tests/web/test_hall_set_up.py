"""The manager arranges the hall in a real browser: records the voice, puts up a notice, sees
the boards; and a board speaks with what was recorded."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from playwright.sync_api import Error as PlaywrightError
from werkzeug.serving import make_server

from odsc_counter.accounts.models import User
from odsc_counter.platform.database import Database
from odsc_counter.platform.live import hub
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import clips, notices
from odsc_counter.tickets.voice import announcement
from tests.pages import a_desk, an_app
from tests.tickets.hall import Hall, a_hall
from tests.web.conftest import ARGUMENTS
from tests.web.test_accessibility import OVERFLOW, RULES, SMALL_TARGETS
from tests.web.test_board import LISTEN
from tests.world import a_user

MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
WORD_MS = 1_300  # the browser's false microphone beeps once a second

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def speaking(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium with a microphone in which nobody needs to speak."""
    try:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*ARGUMENTS, *MICROPHONE]
        )
    except PlaywrightError:
        pytest.skip("no Chromium")
    yield browser
    browser.close()


class House:
    """The product on a port, with a manager and a hall of one counter."""

    def __init__(self, base: str, app: Any, hall: Hall, browser: Browser) -> None:
        self.root = base
        self.base = f"{base}/c/{hall.centre.code}"
        self.app, self.hall, self.browser = app, hall, browser
        self.manager = a_user("the-manager", language="lo", centre_manager=hall.centre)
        self.faults: list[str] = []

    def page(self, user: User | None = None, width: int = 1366, height: int = 900) -> Page:
        """A browser window in which a person has signed in; nobody unless told."""
        context: BrowserContext = self.browser.new_context(
            locale="lo-LA", viewport={"width": width, "height": height}
        )
        if user is not None:
            cookie = a_desk(self.app, user).get_cookie("odsc")
            assert cookie is not None
            context.add_cookies([{"name": "odsc", "value": cookie.value, "url": self.root}])
        page = context.new_page()
        page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page


@pytest.fixture
def house(
    static: Path, database: Database, database_url: str, tmp_path: Path, speaking: Browser
) -> Iterator[House]:
    app = an_app(database_url, tmp_path)
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    house = House(f"http://127.0.0.1:{server.server_port}", app, a_hall(counters=1), speaking)
    yield house
    for context in speaking.contexts:
        context.close()
    hub.close_all()
    server.shutdown()


def test_what_staff_record_is_what_the_board_says(house: House) -> None:
    page = house.page(house.manager)
    page.goto(f"{house.base}/hall/voice?language=lo")
    missing = page.locator("[data-clip=missing]")
    expect(missing).to_have_count(14)
    page.locator("[data-record]").first.focus()
    for left in range(13, -1, -1):
        # The next missing clip has the focus by itself.
        button = page.locator("[data-record]:focus")
        button.press("Enter")
        expect(page.locator("[data-record][aria-pressed=true]")).to_have_count(1)
        page.wait_for_timeout(WORD_MS)
        page.keyboard.press("Enter")
        expect(missing).to_have_count(left)
    expect(page.locator("[data-problem=microphone]")).to_be_hidden()
    audio = page.locator("#clip-lo-a audio")
    audio.evaluate("(audio) => { audio.muted = true; return audio.play(); }")
    page.wait_for_function("() => document.querySelector('#clip-lo-a audio').currentTime > 0.1")
    with centre_scope(house.hall.centre.id):
        assert clips.missing_clips("lo") == []
        assert clips.clip("lo", "a").media_type == "audio/webm"

    board = house.page(width=1920, height=1080)
    board.add_init_script(f"({LISTEN})()")
    board.goto(f"{house.base}/board")
    board.wait_for_function("() => window.voiceReady")
    with centre_scope(house.hall.centre.id):
        house.hall.issue(1)
        house.hall.call(0)
    expect(board.locator("[data-board=hero-ticket]")).to_have_text("A001")
    board.wait_for_function("() => window.ended.length === 1", timeout=60_000)
    said = len(announcement("A001", 1, "lo")) * 2
    (one,) = board.evaluate("() => window.ended")
    assert (one["way"], one["clips"]) == ("clips", said)
    assert len(board.evaluate("() => window.sounds")) == said
    assert house.faults == []


def test_a_recording_is_removed_or_replaced_by_a_file(house: House) -> None:
    with centre_scope(house.hall.centre.id):
        clips.keep_clip("lo", "a", b"OggS" + bytes(24) + b"OpusHead" + bytes(30))
    page = house.page(house.manager)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{house.base}/hall/voice")
    row = page.locator("#clip-lo-a")
    row.locator("form[action$=remove] button").click()
    expect(row).to_have_attribute("data-clip", "missing")
    row.locator("summary").click()
    row.locator("input[type=file]").set_input_files(
        {"name": "a.txt", "mimeType": "audio/wav", "buffer": b"no sound at all"}
    )
    row.locator("details button").click()
    expect(page.locator(".alert-danger").first).to_be_visible()
    expect(page.locator("#clip-lo-a")).to_have_attribute("data-clip", "missing")


def test_a_board_reports_and_shows_the_notice_that_is_put_up(house: House) -> None:
    board = house.page(width=1920, height=1080)
    board.goto(f"{house.base}/board")
    page = house.page(house.manager)
    page.goto(f"{house.base}/hall/notices")
    page.fill("#text_lo", "ລະບົບຂັດຂ້ອງ")
    page.select_option("#service", index=1)
    page.check("#closes")
    page.locator("form[action$=notices] button[type=submit]").click()
    expect(page.locator(".alert-success")).to_be_visible()
    strip = board.locator("[data-board=slides]")
    expect(strip).to_have_attribute("data-kind", "closed", timeout=20_000)
    expect(strip).to_contain_text("ລະບົບຂັດຂ້ອງ")
    page.goto(f"{house.base}/hall/displays")
    expect(page.locator("[data-state=live]")).to_have_count(1)
    page.fill("input[name=name]", "ປະຕູໃຫຍ່")
    page.locator("form[action$=name] button").click()
    expect(page.locator("input[name=name]")).to_have_value("ປະຕູໃຫຍ່")
    board.reload()
    expect(strip).to_be_visible()
    page.reload()
    expect(page.locator("[data-state]")).to_have_count(1)
    assert house.faults == []


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("language", ["lo", "en"])
def test_the_pages_are_accessible_and_fit(house: House, width: int, language: str) -> None:
    manager = a_user(language=language, centre_manager=house.hall.centre)
    page = house.page(manager, width)
    with centre_scope(house.hall.centre.id):
        clips.keep_clip("lo", "a", b"OggS" + bytes(24) + b"OpusHead" + bytes(30))
        notices.add_notice(text_lo="ປິດ", service_id=house.hall.service, closes_service=True)
    house.page().goto(f"{house.base}/board")
    for path in ("voice", "notices", "displays"):
        page.goto(f"{house.base}/hall/{path}")
        report = Axe().run(page, options=RULES)
        assert report.violations_count == 0, (path, report.generate_report())
        assert page.evaluate(OVERFLOW) <= 0, path
        assert page.evaluate(SMALL_TARGETS) == [], path
    assert house.faults == []
