"""The counter console in a real browser: no new page, no mouse needed, nothing lost."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import update
from werkzeug.serving import make_server

from odsc_counter.accounts import passwords
from odsc_counter.accounts.models import User
from odsc_counter.app import create_app
from odsc_counter.config import Settings
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.live import hub
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import counter_queries, operations, queries
from odsc_counter.tickets.models import Ticket
from tests.tickets.hall import Hall, a_hall
from tests.web.test_accessibility import OVERFLOW, RULES, SMALL_TARGETS, TIGHT_LAO
from tests.world import a_service

USERNAME = "somphone"
PASSWORD = "a-clerk-types-this"
LANGUAGES = ("lo", "en")
ENGLISH = re.compile(r"\b[a-z]{4,}\b")
HERE = "() => { window.sameDocument = true; }"


@dataclass
class Site:
    """A served hall with somebody at each of two counters."""

    base: str
    hall: Hall
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def people(self, number: int, **more: Any) -> list[Ticket]:
        """So many people take a number."""
        with centre_scope(self.hall.centre.id):
            return [
                operations.issue(self.hall.centre, self.hall.service, **more)
                for _person in range(number)
            ]

    def now(self) -> Ticket | None:
        """Who is in front of the first clerk."""
        with centre_scope(self.hall.centre.id):
            return counter_queries.open_ticket_of(self.hall.clerks[0].id)

    def page(self, width: int = 1366, height: int = 768) -> Page:
        context = self.browser.new_context(
            base_url=self.base,
            locale="lo-LA",
            timezone_id="Asia/Vientiane",
            viewport={"width": width, "height": height},
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        faults: list[str] = []
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.faults = faults  # type: ignore[attr-defined]  # carried along for the test
        return page

    def console(self, language: str = "en", **size: int) -> Page:
        """The first clerk's console, by signing in as a person does, with the keyboard."""
        with reference_scope(), unit_of_work() as work:
            work.session.execute(
                update(User).where(User.id == self.hall.clerks[0].id).values(language=language)
            )
        page = self.page(**size)
        page.goto("/sign-in")
        page.keyboard.type(USERNAME)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/console")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        page.evaluate(HERE)
        return page


@pytest.fixture
def site(static: Path, sqlite_template: Path, tmp_path: Path, chromium: Browser) -> Iterator[Site]:
    """The whole application with the usual rules of a hall, on a fresh database."""
    path = tmp_path / "odsc.db"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    app = create_app(
        Settings(
            instance=tmp_path,
            database_url=url,
            owner_database_url=url,
            secret_key="of a test",
            testing=True,
        )
    )
    hall = a_hall(no_show_calls=2, call_gap_seconds=20, ordinary_per_priority=2)
    for number in range(5, 9):
        a_service(hall.centre, f"MOPS-0{number}", letter="B", papers=5)
    kept = passwords.hash_password(PASSWORD)
    with reference_scope(), unit_of_work() as work:
        ours = User.id == hall.clerks[0].id
        work.session.execute(update(User).where(ours).values(username=USERNAME, password_hash=kept))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = Site(f"http://127.0.0.1:{server.server_port}", hall, chromium)
    yield site
    for context in site.contexts:
        context.close()
    hub.close_all()
    server.shutdown()
    database: Database = app.extensions["database"]
    database.dispose()


def is_same_document(page: Page) -> bool:
    """Whether the page was never loaded anew since the test marked it."""
    return bool(page.evaluate("() => window.sameDocument === true"))


def focused(page: Page) -> Any:
    """The key or dialog that the focused control stands for."""
    return page.evaluate(
        "() => document.activeElement.dataset.key ?? document.activeElement.dataset.dialog ?? null"
    )


def posts(page: Page) -> list[str]:
    """Bodies of the posts that the page sends from now on."""
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data or "") if r.method == "POST" else None)
    return sent


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clerk_works_from_the_sign_in_to_the_end_with_the_keyboard_alone(
    site: Site, language: str
) -> None:
    site.people(2)
    with centre_scope(site.hall.centre.id):
        operations.release_counter(site.hall.counters[0].id)
    page = site.console(language)
    page.keyboard.press("F2")
    expect(page.locator(".now-next .now-number")).to_have_text("A001")
    page.keyboard.press("F2")
    expect(page.locator("form[action$=start]")).to_be_visible()
    page.keyboard.press("F2")
    expect(page.locator("a[data-key=F4]")).to_be_visible()
    page.keyboard.press("F4")
    page.wait_for_url("**/applications/new?*")
    expect(page.locator("input[name=full_name]")).to_be_focused()  # autofocus comes with the paint
    page.keyboard.type("Nang Khamla")
    page.keyboard.press("F8")
    page.wait_for_url(re.compile(r"/applications/[0-9a-f-]{36}$"))
    page.keyboard.press("F2")
    page.wait_for_url("**/console")
    page.keyboard.press("F6")
    page.wait_for_url(re.compile(r"/applications/[0-9a-f-]{36}$"))
    page.keyboard.press("F2")
    page.wait_for_url("**/console")
    page.keyboard.press("F2")
    expect(page.locator(".now-next .now-number")).to_have_text("A002")
    assert page.faults == []  # type: ignore[attr-defined]  # set by the site


def test_what_is_half_written_is_not_left_without_a_question(site: Site) -> None:
    site.people(1)
    page = site.console()
    page.keyboard.press("F2")
    page.locator("form[action$=start]").wait_for()
    page.keyboard.press("F2")
    page.locator("a[data-key=F4]").wait_for()
    page.keyboard.press("F4")
    page.wait_for_url("**/applications/new?*")
    expect(page.locator("input[name=full_name]")).to_be_focused()  # autofocus comes with the paint
    page.keyboard.type("Nang Khamla")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.keyboard.press("F2")
    expect(page.locator("input[name=full_name]")).to_have_value("Nang Khamla")
    assert len(asked) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_is_done_without_a_new_page(site: Site, language: str) -> None:
    site.people(3)
    page = site.console(language)
    press = page.keyboard.press
    number = page.locator(".now-head .now-number")
    press("F2")
    expect(number).to_have_text("A001")
    press("F8")
    expect(page.locator(".messages .alert-danger")).to_contain_text("A001")
    expect(page.locator("[data-left]")).to_be_visible()
    press("F10")
    expect(page.locator("#dialog-hold")).to_be_visible()
    press("F10")
    expect(page.locator("#held")).to_contain_text("A001")
    press("F2")
    expect(number).to_have_text("A002")
    press("F2")
    page.locator("a[data-key=F4]").wait_for()
    press("F9")
    expect(page.locator("#transfer-service")).to_be_focused()
    press("ArrowDown")
    press("F9")
    expect(page.locator(".console-waiting")).to_contain_text("A002")
    expect(page.locator("#dialog-transfer")).to_be_hidden()
    page.locator("#held form[action$=resume] button").click()
    expect(number).to_have_text("A001")
    page.locator("[data-dialog=add-service]").click()
    press("F4")  # means nothing here
    page.locator("#dialog-add-service button[type=submit]").click()
    expect(page.locator(".visit-step")).to_have_count(2)
    press("F2")
    expect(page.locator(".visit-step.is-done")).to_have_count(1)
    press("F2")
    expect(page.locator(".now-next")).to_be_visible()
    page.locator("[data-dialog=serve-now]").click()
    page.locator("#dialog-serve-now button[type=submit]").click()
    page.locator("a[data-key=F4]").wait_for()
    page.locator("[data-dialog=put-back]").click()
    press("Enter")
    expect(page.locator(".now-next")).to_be_visible()
    page.locator("[data-dialog=issue]").click()
    page.locator("#dialog-issue button[type=submit]").click()
    expect(page.locator(".messages a[target=_blank]")).to_be_visible()
    page.locator(".waiting [data-dialog=person]").last.click()
    page.locator("#person-priority").select_option("monk")
    page.locator("#dialog-person form[action$=prioritise] button").click()
    expect(page.locator(".waiting.is-priority")).to_have_count(1)
    page.locator(".waiting.is-priority [data-dialog=person]").click()
    expect(page.locator("#person-priority")).to_have_value("monk")
    page.locator("#dialog-person form[action$=cancel] button").click()
    expect(page.locator(".waiting.is-priority")).to_have_count(0)
    page.locator("[data-dialog=break]").click()
    press("Enter")
    expect(page.locator(".is-break .running")).to_be_visible()
    press("F2")
    expect(page.locator(".now-next")).to_be_visible()
    assert is_same_document(page)
    assert page.faults == []  # type: ignore[attr-defined]  # set by the site


def test_control_and_z_takes_a_step_back_in_a_lao_layout(site: Site) -> None:
    site.people(1)
    page = site.console("lo")
    page.keyboard.press("F2")
    page.locator("form[action$=start]").wait_for()
    page.evaluate(
        """() => document.body.dispatchEvent(new KeyboardEvent(
             "keydown", {code: "KeyZ", key: "ຜ", ctrlKey: true, bubbles: true}))"""
    )
    expect(page.locator(".now-next")).to_be_visible()
    assert site.now() is None


def test_two_presses_at_once_are_one_action_and_a_double_click_is_one_click(site: Site) -> None:
    site.people(2)
    page = site.console()
    sent = posts(page)
    page.evaluate(
        """() => { const key = () => document.dispatchEvent(
             new KeyboardEvent("keydown", {code: "F2", bubbles: true}));
             key(); key(); document.querySelector("[data-key=F2]").form.requestSubmit(); }"""
    )
    page.locator("form[action$=start]").wait_for()
    page.wait_for_timeout(300)
    assert len(sent) == 1
    page.keyboard.press("Control+Z")
    page.locator(".now-next").wait_for()
    page.locator(".verb-main button").dblclick(delay=60)
    page.locator("form[action$=start]").wait_for()
    page.wait_for_timeout(400)
    ticket = site.now()
    assert ticket is not None and ticket.state == "called"


def test_an_open_dialog_stays_when_the_hall_changes(site: Site) -> None:
    site.people(1)
    page = site.console()
    page.locator("[data-dialog=issue]").click()
    page.locator("#issue-files").fill("7")
    site.people(3)
    expect(page.locator(".waiting")).to_have_count(4)
    expect(page.locator("#issue-files")).to_have_value("7")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog-issue")).to_be_hidden()
    expect(page.locator("[data-dialog=issue]")).to_be_focused()


def test_a_refused_dialog_says_why_and_keeps_what_was_chosen(site: Site) -> None:
    site.people(1)
    page = site.console()
    page.keyboard.press("F2")
    page.locator("form[action$=start]").wait_for()
    page.keyboard.press("F9")
    page.locator("#transfer-place-last").check()
    page.keyboard.press("F9")
    expect(page.locator("#dialog-transfer [data-refused]")).to_contain_text("Choose where")
    expect(page.locator("#transfer-place-last")).to_be_checked()
    page.locator("#transfer-service").select_option(index=2)
    page.keyboard.press("F9")
    expect(page.locator("#dialog-transfer")).to_be_hidden()
    expect(page.locator(".now-next")).to_be_visible()


def test_without_a_network_nothing_is_lost_and_nothing_is_done_twice(site: Site) -> None:
    site.people(2)
    page = site.console()
    sent = posts(page)

    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/call-next", lose_the_answer)
    page.route("**/console/desk", lambda route: route.abort())  # or the stream would tell it all
    page.keyboard.press("F2")
    expect(page.locator("[data-failed]")).to_be_visible()
    page.unroute("**/call-next")
    page.unroute("**/console/desk")
    page.keyboard.press("F2")
    expect(page.locator(".now-head .now-number")).to_have_text("A001")
    assert sent[0] == sent[1]
    with centre_scope(site.hall.centre.id):
        assert len(queries.waiting()) == 1


def test_the_focus_stays_with_the_work(site: Site) -> None:
    site.people(2)
    page = site.console()
    page.locator("[data-key=F2]").focus()
    page.keyboard.press("Enter")
    page.locator("form[action$=start]").wait_for()
    assert focused(page) == "F2"
    page.locator("[data-dialog=hold]").focus()
    page.keyboard.press("Space")
    page.locator("#dialog-hold").wait_for()
    page.keyboard.press("Escape")
    assert focused(page) == "F10"
    site.people(1)  # the region is replaced under the focus
    expect(page.locator(".waiting")).to_have_count(2)
    assert focused(page) == "F10"
    said = page.locator("[data-said]")
    page.keyboard.press("F2")
    expect(said).to_contain_text("A001: Being served")


def hall_of_twelve(site: Site) -> None:
    """Twelve who wait: of all classes, some for too long, one with many files."""
    before = datetime.now(UTC) - timedelta(minutes=50)
    with clock.use(lambda: before):
        site.people(1)
    with clock.use(lambda: before + timedelta(minutes=25)):
        site.people(2)
    site.people(3, priority_reason="elderly")
    site.people(1, files=12)
    site.people(5)


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_state_is_accessible_and_fits_its_screen(
    site: Site, language: str, width: int
) -> None:
    hall_of_twelve(site)
    page = site.console(language, width=width, height=768 if width > 400 else 844)
    assert_good(page, language)
    page.keyboard.press("F2")
    page.locator("form[action$=start]").wait_for()
    page.keyboard.press("F8")
    page.locator(".messages .alert").wait_for()
    assert_good(page, language)
    page.keyboard.press("F2")
    page.locator("a[data-key=F4]").wait_for()
    for name in ("transfer", "hold", "put-back", "add-service", "issue", "person"):
        page.locator(f"[data-dialog={name}]").first.click()
        assert_good(page, language)
        page.keyboard.press("Escape")
    page.locator("[data-dialog=add-service]").click()
    page.locator("#dialog-add-service button[type=submit]").click()
    page.locator(".visit-steps").wait_for()
    assert_good(page, language)
    page.keyboard.press("F10")
    page.keyboard.press("F10")
    page.locator("#held").wait_for()
    assert_good(page, language)
    for name in ("serve-now", "break"):
        page.locator(f"[data-dialog={name}]").click()
        assert_good(page, language)
        page.keyboard.press("Escape")
    page.locator("[data-dialog=break]").click()
    page.keyboard.press("Enter")
    page.locator(".is-break").wait_for()
    assert_good(page, language)
    assert page.faults == []  # type: ignore[attr-defined]  # set by the site


def assert_good(page: Page, language: str) -> None:
    """Accessible, in its language, within its width; on a desk within its height, too."""
    report = Axe().run(page, options=RULES)
    assert report.violations_count == 0, report.generate_report()
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(TIGHT_LAO) == []
    if page.viewport_size and page.viewport_size["width"] > 1200:
        assert page.evaluate("() => document.documentElement.scrollHeight") <= 768
        assert page.evaluate(
            "() => [...document.querySelectorAll('.waiting-list, .console-now')]"
            ".every((part) => part.scrollHeight <= part.clientHeight + 1)"
        )
    if language == "lo":
        words = page.locator("main").inner_text()
        assert ENGLISH.findall(words.replace("clerk-", "")) == []


def test_what_an_action_said_stays_while_the_hall_goes_on(site: Site) -> None:
    site.people(2)
    page = site.console()
    page.keyboard.press("F2")
    page.locator("form[action$=start]").wait_for()
    page.keyboard.press("F10")
    page.keyboard.press("F10")
    page.locator("#held").wait_for()
    site.people(1)
    expect(page.locator(".waiting")).to_have_count(2)
    page.wait_for_timeout(500)
    expect(page.locator(".messages")).to_contain_text("A001 is on hold.")
    page.keyboard.press("F2")
    page.locator("form[action$=start]").wait_for()
    expect(page.locator(".messages")).to_have_count(0)
