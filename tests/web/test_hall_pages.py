"""The supervisor's pages in a real browser: accessible, within the width, and live."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from odsc_counter.accounts.models import User
from odsc_counter.platform.live import hub
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import operations, profiles, queries
from odsc_counter.tickets.profiles import NewRule
from tests.pages import a_desk
from tests.tickets.test_pages import Place
from tests.web.test_accessibility import OVERFLOW, RULES, SMALL_TARGETS, TIGHT_LAO
from tests.world import a_user

WIDTHS = (1366, 390)
PAGES = (
    "hall", "hall/tickets", "hall/tickets/{ticket}", "hall/set-up", "hall/rules",
    "hall/profiles", "hall/profiles/{profile}", "hall/staff", "services",
)  # fmt: skip


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite alone: the browser sees no difference."""
    template: Path = request.getfixturevalue("sqlite_template")
    path = tmp_path / "odsc.db"
    path.write_bytes(template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def place(static: Path, database: Any, database_url: str, tmp_path: Path) -> Iterator[Place]:
    """A hall with somebody waiting, called and on hold, and a work profile."""
    place = Place(database_url, tmp_path)
    hall = place.hall
    with centre_scope(hall.centre.id):
        hall.issue(3)
        called = hall.call(0)
        assert called is not None
        operations.start(called.id)
        operations.hold(called.id, 30)
        hall.call(0)
        group = queries.service_groups()[0]
        rule = NewRule(1, group_id=group.id, after_minutes=5)
        profile = profiles.save_profile(
            None, name_lo="ທະບຽນ", name_en="Registry", rules=[rule], helps_others=True
        )
        profiles.give_profile(hall.counters[0].id, profile.id)
    yield place
    hub.close_all()


@pytest.fixture
def site(place: Place) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, place.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    hub.close_all()
    server.shutdown()


def _browser_of(chromium: Browser, site: str, place: Place, user: User, width: int) -> Page:
    client = a_desk(place.app, user, "lo")
    cookie = next(iter(client._cookies.values()))
    context = chromium.new_context(
        base_url=site,
        locale="lo-LA",
        timezone_id="Asia/Vientiane",
        viewport={"width": width, "height": 800},
    )
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


@pytest.mark.parametrize("width", WIDTHS)
def test_the_supervisors_pages_are_accessible_and_fit(
    chromium: Browser, site: str, place: Place, width: int
) -> None:
    user = a_user(language="lo", centre_manager=place.hall.centre)
    page = _browser_of(chromium, site, place, user, width)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    with centre_scope(place.hall.centre.id):
        ticket = queries.waiting()[0].ticket.id
        profile = profiles.profiles()[0].profile.id
    for path in PAGES:
        address = path.format(ticket=ticket, profile=profile)
        page.goto(f"/c/{place.code}/{address}", wait_until="load")
        report = Axe().run(page, options=RULES)
        assert report.violations_count == 0, (path, report.generate_report())
        assert page.evaluate(OVERFLOW) <= 0, path
        assert page.evaluate(SMALL_TARGETS) == [], path
        assert page.evaluate(TIGHT_LAO) == [], path
    assert faults == []
    page.context.close()


def test_the_panel_shows_a_new_number_by_itself(chromium: Browser, site: str, place: Place) -> None:
    user = a_user(language="lo", lead_clerk=place.hall.centre)
    page = _browser_of(chromium, site, place, user, 1366)
    page.goto(f"/c/{place.code}/hall", wait_until="load")
    expect(page.locator("#waiting")).to_contain_text("A003")
    with centre_scope(place.hall.centre.id):
        place.hall.issue(1)
    expect(page.locator("#waiting")).to_contain_text("A004")
    page.context.close()
