"""The inspector's page in a real browser: it checks seals by itself, also without a network."""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from odsc_counter import schema
from odsc_counter.app import create_app
from odsc_counter.config import Settings
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts import keys, seal
from odsc_counter.receipts.key_files import Signer
from tests.web.test_service_day import assert_accessible, english_words_in
from tests.world import a_centre

NOON = datetime(2026, 11, 23, 5, 0, 42, tzinfo=UTC)
FOUND = {"en": "The seal is genuine", "lo": "ຕາປະທັບເປັນຂອງແທ້"}
AMOUNT = {"en": "1.025.000 kip", "lo": "1.025.000 ກີບ"}
NO_ED25519 = """
  const right = crypto.subtle.importKey.bind(crypto.subtle);
  crypto.subtle.importKey = (format, key, kind, ...rest) =>
    kind.name === "Ed25519"
      ? Promise.reject(new DOMException("no"))
      : right(format, key, kind, ...rest);
"""


@dataclass
class Site:
    base: str
    server: BaseWSGIServer
    signer: Signer
    stranger: Signer
    centre_id: int

    def seal(self, signer: Signer | None = None, amount_kip: int = 1_025_000) -> str:
        return seal.address(
            self.base,
            seal.sealed(
                signer or self.signer, centre_id=self.centre_id, fiscal_year=2026, series="A",
                number=123, amount_kip=amount_kip, issued_at=NOON, receipt_hash="0" * 64,
            ),
        )  # fmt: skip


@pytest.fixture
def site(static: Path, tmp_path: Path) -> Iterator[Site]:
    url = f"sqlite:///{tmp_path / 'odsc.db'}"
    engine = Database(url).owner_engine()
    schema.migrate(engine)
    engine.dispose()
    app = create_app(
        Settings(
            instance=tmp_path,
            database_url=url,
            owner_database_url=url,
            secret_key=secrets.token_hex(),
            testing=True,
        )
    )
    centre = a_centre("LA0101")
    with centre_scope(centre.id), unit_of_work() as work:
        signer = keys.signer_for(work, centre)
    with reference_scope():
        stranger = keys.current_key_files().make()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(f"http://127.0.0.1:{server.server_port}", server, signer, stranger, centre.id)
    server.shutdown()
    app.extensions["database"].dispose()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
    yield context
    context.close()


def opened(browser: BrowserContext, site: Site, path: str) -> tuple[Page, list[str]]:
    page = browser.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(site.base + path)
    return page, faults


def check(page: Page, text: str) -> None:
    page.fill("#seal", text)
    page.keyboard.press("Enter")


def shown(page: Page) -> dict[str, str]:
    return {
        name: page.locator(f"[data-fact={name}]").inner_text()
        for name in ("centre", "year", "number", "issued", "amount", "key")
    }


@pytest.mark.parametrize("language", ["en", "lo"])
@pytest.mark.parametrize("width", [390, 1366])
def test_a_seal_is_checked_in_the_browser(
    browser: BrowserContext, site: Site, language: str, width: int
) -> None:
    page, faults = opened(browser, site, f"/verify/{language}")
    page.set_viewport_size({"width": width, "height": 844})
    check(page, site.seal())
    expect(page.locator("[data-outcome=valid]")).to_contain_text(FOUND[language])
    name = {"en": "Centre LA0101", "lo": "ສູນ LA0101"}[language]
    assert shown(page) == {
        "centre": f"{name} (LA0101)",
        "year": "2026",
        "number": "A 000123",
        "issued": "23/11/2026 12:00",
        "amount": AMOUNT[language],
        "key": site.signer.key_id,
    }
    assert_accessible(page)
    if language == "lo":
        assert english_words_in(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    assert faults == []


def test_what_is_not_genuine_is_told_apart(browser: BrowserContext, site: Site) -> None:
    page, faults = opened(browser, site, "/verify/en")
    good = site.seal()
    place = len(good) - 100
    forged = good[:place] + ("B" if good[place] == "A" else "A") + good[place + 1 :]
    for text, outcome in (
        (forged, "forged"),
        (good, "valid"),
        (site.seal(site.stranger), "unknown"),
        (good[:-1], "unreadable"),
        ("something", "unreadable"),
        (f"{good[-148:].lower()}\n", "valid"),
    ):
        check(page, text)
        expect(page.locator(f"[data-outcome={outcome}]")).to_be_visible()
        expect(page.locator("[data-outcome]:visible")).to_have_count(1)
        expect(page.locator("#facts")).to_be_visible(visible=outcome != "unreadable")
    check(page, site.seal(amount_kip=-(2**54) - 1))
    expect(page.locator("#gives-back")).to_be_visible()
    assert shown(page)["amount"] == "-18.014.398.509.481.985 kip"
    assert faults == []


def test_it_works_without_a_network_after_it_was_opened_once(
    browser: BrowserContext, site: Site
) -> None:
    page, _faults = opened(browser, site, "/verify")
    expect(page.locator("#kept")).to_be_visible()
    site.server.shutdown()
    site.server.server_close()
    browser.set_offline(True)
    for path, language in (("/verify", "en"), ("/verify/lo", "lo"), ("/verify/en", "en")):
        page.goto(site.base + path)
        check(page, site.seal())
        expect(page.locator("[data-outcome=valid]")).to_contain_text(FOUND[language])
    page.get_by_role("link", name="ລາວ").click()
    expect(page.locator("h1")).to_contain_text("ຕາປະທັບ")
    # The letters and the style came from what was kept.
    assert page.evaluate("() => document.fonts.check('1rem \"Noto Sans Lao\"', 'ກ')")
    assert (
        page.evaluate("() => getComputedStyle(document.querySelector('.btn')).minHeight") != "0px"
    )


def test_a_browser_that_can_not_says_so_and_asks_the_server(
    browser: BrowserContext, site: Site
) -> None:
    browser.add_init_script(NO_ED25519)
    page, _faults = opened(browser, site, "/verify/en")
    expect(page.locator("#unable")).to_be_visible()
    check(page, site.seal())
    expect(page.locator("main")).to_contain_text("there is no such receipt on record")
