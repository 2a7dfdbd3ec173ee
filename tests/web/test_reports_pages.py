"""The hall's figures in a real browser: readable by everyone, in both languages, on a phone."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from odsc_counter.platform.database import Database
from tests.pages import a_desk, an_app
from tests.tickets.hall_day import DAY, a_full_day
from tests.web.test_accessibility import OVERFLOW, RULES, SMALL_TARGETS, TIGHT_LAO
from tests.world import a_user

TABS = ("centre", "service", "counter", "staff", "hour", "day", "priority")


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """What is looked at is the page: one kind of database is enough."""
    path = tmp_path / "odsc.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def signed_in(
    static: Path, database: Database, database_url: str, tmp_path: Path
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where the product runs, with a day of figures, and the manager's cookie by language."""
    app = an_app(database_url, tmp_path)
    app.config["SESSION_COOKIE_SECURE"] = False
    day = a_full_day()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    name = app.config["SESSION_COOKIE_NAME"]
    cookies = {}
    for language in ("lo", "en"):
        user = a_user(language=language, centre_manager=day.hall.centre)
        cookie = a_desk(app, user, language=language).get_cookie(name)
        assert cookie is not None
        cookies[language] = {"name": name, "value": cookie.value, "url": base}
    yield base, cookies
    server.shutdown()
    thread.join()


@pytest.mark.parametrize("language", ["lo", "en"])
def test_every_report_is_readable_by_everyone(
    chromium: Browser, signed_in: tuple[str, dict[str, Any]], language: str
) -> None:
    base, cookies = signed_in
    context = chromium.new_context(base_url=base)
    context.add_cookies([cookies[language]])
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    period = f"period=chosen&from={DAY}&to={DAY}"
    paths = [f"?report={tab}&{period}" for tab in TABS]
    paths += ["?period=today", "/definitions"]
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 768})
        for path in paths:
            answer = page.goto(f"/c/LA0101/hall/reports{path}")
            assert answer is not None and answer.status == 200
            report = Axe().run(page, options=RULES)
            assert report.violations_count == 0, f"{path} {report.generate_report()}"
            assert page.locator("html").get_attribute("lang") == language
            assert page.evaluate(OVERFLOW) <= 0, (path, width)
            assert page.evaluate(SMALL_TARGETS) == [], path
            assert page.evaluate(TIGHT_LAO) == [], path
    assert faults == []
    context.close()
