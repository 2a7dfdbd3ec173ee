"""The sample application on a real port, and a Chromium that speaks Lao."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright
from playwright.sync_api import Error as PlaywrightError
from werkzeug.serving import make_server

import hatch_build
from tests.web.sample_app import ROOT, Hall, make_app

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="session")
def static() -> Path:
    """The built files; built now when their sources changed."""
    hatch_build.build_assets(ROOT)
    return ROOT / "odsc_counter/static"


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The machine's own Chromium, or Playwright's. Without one: skipped, but never in CI."""
    try:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
    except PlaywrightError:
        if os.environ.get("CI"):
            raise
        pytest.skip("no Chromium: apt install chromium, or playwright install chromium")
    yield browser
    browser.close()


@pytest.fixture
def hall() -> Hall:
    """What the stream says."""
    return Hall()


@pytest.fixture
def site(static: Path, hall: Hall) -> Iterator[str]:
    """The address of the sample application."""
    app = make_app(hall)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    hall.stopping = True
    server.shutdown()


class Faults(list[str]):
    """What the browser complained about: refused styles and scripts, errors, missing files."""


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Any]:
    """Open a path at a size; the page's faults are in `page.faults`."""
    contexts = []

    def open_at(path: str, width: int = 1366, height: int = 768, **options: Any) -> Page:
        context = chromium.new_context(
            locale="lo-LA",
            timezone_id="Asia/Vientiane",
            viewport={"width": width, "height": height},
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        faults = Faults()
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.faults = faults  # type: ignore[attr-defined]  # carried along for the test
        page.goto(site + path, wait_until="load")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        return page

    yield open_at
    for context in contexts:
        context.close()
