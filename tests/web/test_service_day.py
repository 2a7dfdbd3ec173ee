"""The first service day, in a real browser, in Lao, against the production server.

A clerk signs in at Chanthabuly → a citizen takes a number at the kiosk → the clerk calls it and
the hall board shows it → an application is taken, its published fee paid, a receipt handed over →
the visit is completed → the district coordinator sees it → the nation counts it.

With ODSC_SCREENSHOTS=1 the pictures of the README are taken on the way.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from odsc_counter.demo.people import PASSWORD

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs/screenshots"
CENTRE, PEK = "/c/LA0101", "/c/LA0901"
LAO = re.compile("[\u0e80-\u0eff]")
ENGLISH_WORDS = re.compile(r"\b[a-z]{4,}\b")
COMMAND = [sys.executable, "-m", "odsc_counter.cli"]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def product(static: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The served product with demo data, as `make run` starts it."""
    port = free_port()
    environment = {
        **os.environ,
        "ODSC_INSTANCE": str(tmp_path_factory.mktemp("instance")),
        "PORT": str(port),
    }
    environment.pop("ODSC_DATABASE_URL", None)
    subprocess.run(
        [*COMMAND, "demo", "--centres", "6", "--days", "12"],
        env=environment,
        check=True,
        capture_output=True,
    )
    server = subprocess.Popen(
        [*COMMAND, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"
    for _attempt in range(150):
        try:
            urllib.request.urlopen(f"{base}/readyz", timeout=1).close()
            break
        except OSError:
            time.sleep(0.2)
    yield base
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=30)


class Person:
    """Somebody with a browser of their own."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        width: int = 1366,
        height: int = 768,
        language: str = "lo",
    ) -> None:
        self.base = base
        self.context: BrowserContext = browser.new_context(
            base_url=base,
            locale={"lo": "lo-LA", "en": "en-GB"}[language],
            timezone_id="Asia/Vientiane",
            reduced_motion="reduce",  # what fades in has no contrast yet
            viewport={"width": width, "height": height},
        )
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on(
            "console",
            lambda said: self.faults.append(said.text) if said.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def sign_in(self, username: str) -> Page:
        page = self.go("/sign-in")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        if "second-step" in page.url:
            code = re.search(r"\b\d{6}\b", page.inner_text("main"))
            assert code, "a demonstration shows the code"
            page.fill("input[name=code]", code.group())
            page.click("form[action$=second-step] button[type=submit]")
        expect(page).not_to_have_url(re.compile("sign-in"))
        return page

    def picture(self, name: str, **options: Any) -> None:
        if os.environ.get("ODSC_SCREENSHOTS"):
            PICTURES.mkdir(exist_ok=True)
            self.page.evaluate("() => document.fonts.ready")
            self.page.screenshot(path=PICTURES / f"{name}.png", **options)


def assert_in_lao(page: Page) -> None:
    """The page says nothing in English but names of the product and the language switch."""
    words = page.evaluate(
        """() => [...document.querySelectorAll('main, nav')].map((part) => {
            const copy = part.cloneNode(true);
            copy.querySelectorAll('[lang=en], code, time, svg').forEach((one) => one.remove());
            return copy.innerText;
        }).join(' ')"""
    )
    assert LAO.search(words)
    assert ENGLISH_WORDS.findall(words) == [], page.url


def violations(page: Page) -> list[object]:
    """What axe-core finds against WCAG 2.2 A and AA and its good practice."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def assert_accessible(page: Page) -> None:
    """No violation that axe-core can find."""
    assert violations(page) == []


def number_in(text: str) -> int:
    """The whole number that a cell shows; a dash is nought."""
    return int(re.sub(r"\D", "", text) or 0)


def test_a_service_day_from_the_kiosk_to_the_nation(product: str, chromium: Browser) -> None:
    board = Person(chromium, product, 1920, 1080)
    board.go(f"{CENTRE}/board")
    coordinator = Person(chromium, product)
    coordinator.sign_in("chanthabuly.coordinator")
    analyst = Person(chromium, product, 1440, 1000)
    analyst.sign_in("moha.analyst")
    national_before = national_tickets(analyst)
    workload_before = workload_tickets(coordinator)

    clerk = Person(chromium, product)
    page = clerk.sign_in("chanthabuly.clerk")
    assert_in_lao(page)
    page.locator("form[action*=claim] button").first.click()
    open_till(clerk)

    citizen = Person(chromium, product, 820, 1180)
    label = take_a_number(citizen)

    page = clerk.go(f"{CENTRE}/console")
    called = call_until(clerk, label)
    expect(board.page.locator("[data-board=hero-ticket]")).to_have_text(called, timeout=20_000)
    expect(board.page.locator("[data-board=hero-counter]")).to_have_text("1")
    board.picture("board")
    page.keyboard.press("F2")
    expect(page.locator("a[data-key=F4]")).to_be_visible()
    expect(page.locator(".messages")).to_have_count(0)
    clerk.picture("console")
    assert_in_lao(page)
    assert_accessible(page)

    receipt = apply_and_pay(clerk)
    paper_says(clerk, receipt)

    page.keyboard.press("F2")  # back to the counter
    expect(page.locator("form[action$=complete]")).to_be_visible()
    page.keyboard.press("F2")
    expect(page.locator("form[action$=call-next]")).to_be_visible()

    expect_more(lambda: workload_tickets(coordinator), workload_before)
    coordinator.picture("workload")
    assert_in_lao(coordinator.page)
    expect_more(lambda: national_tickets(analyst), national_before)
    analyst.picture("national", full_page=True)
    assert_in_lao(analyst.page)
    assert_accessible(analyst.page)
    for person in (board, coordinator, analyst, clerk, citizen):
        assert person.faults == []


@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_number_goes_from_the_kiosk_over_board_and_console_to_the_phone(
    product: str, chromium: Browser, language: str
) -> None:
    board = Person(chromium, product, 1920, 1080)
    citizen = Person(chromium, product, 390, 844, language)
    clerk = Person(chromium, product, 1366, 768, language)
    board.go(f"{PEK}/board")
    page = citizen.go(f"{PEK}/kiosk")
    page.locator("a.choice[href$='/kiosk/A']").click()
    page.locator("a.choice[href*='/services/']").first.click()
    page.locator("form button[name=priority][value='']").click()
    label = page.locator(".ticket-number").inner_text()
    page.locator("a[href*='/t/']").first.click()
    expect(page.locator(".ticket-number")).to_have_text(label)
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert_accessible(page)
    citizen.picture(f"phone-{language}")

    desk = clerk.sign_in("pek.clerk")
    clerk.go(f"{PEK}/console")
    desk.locator(f".language-choice[value={language}]").click()
    expect(desk.locator("html")).to_have_attribute("lang", language)
    desk.locator("form[action*=claim] button").first.click()
    desk.locator("form[action$=call-next]").wait_for()
    desk.wait_for_load_state()
    call_until(clerk, label)
    expect(board.page.locator("[data-board=hero-ticket]")).to_have_text(label, timeout=30_000)
    counter = board.page.locator("[data-board=hero-counter]").inner_text()
    expect(page.locator("[data-called]")).to_contain_text(counter, timeout=30_000)
    assert_accessible(desk)
    desk.keyboard.press("F2")
    desk.locator("form[action$=complete]").wait_for()
    desk.keyboard.press("F2")
    desk.locator("form[action$=call-next]").wait_for()
    expect(page.locator("[data-called]")).to_have_count(0, timeout=30_000)
    desk.locator("form[action$=release] button").first.click()
    desk.locator("form[action*=claim]").first.wait_for()
    for person in (board, citizen, clerk):
        assert person.faults == []


def national_tickets(person: Person) -> int:
    """How many numbers the nation counts under Vientiane Capital."""
    person.go("/a/LA/figures?show=tickets")
    row = person.page.locator("tr", has=person.page.locator("a[href*='/a/LA01/']")).last
    return number_in(row.locator("td.num").nth(1).inner_text())


def workload_tickets(person: Person) -> int:
    """How many numbers the coordinator sees for today at Chanthabuly."""
    person.go("/a/LA0101/workload")
    row = person.page.locator("tr", has_text="ເມືອງຈັນທະບູລີ").first
    return number_in(row.locator("td.num").nth(3).inner_text())


def expect_more(count: Any, before: int) -> None:
    """The figure has grown by the one number of this story."""
    for _attempt in range(40):
        if count() == before + 1:
            return
        time.sleep(0.25)
    assert count() == before + 1


def open_till(person: Person) -> None:
    """Open the clerk's till with a counted float."""
    page = person.go(f"{CENTRE}/till")
    page.fill("input[name=float_kip]", "200.000")
    page.locator("form[action$=till] button[type=submit]").click()
    expect(page.locator("form[action$=count]")).to_be_visible()
    assert_in_lao(page)


def take_a_number(person: Person) -> str:
    """Choose a residence certificate at the kiosk; returns the number."""
    page = person.go(f"{CENTRE}/kiosk")
    person.picture("kiosk")
    assert_in_lao(page)
    assert_accessible(page)
    page.locator("a.choice[href$='/kiosk/B']").click()
    page.get_by_role("link", name="ໃບຢັ້ງຢືນທີ່ຢູ່").click()
    assert "20.000 ກີບ" in page.inner_text("main")
    assert_in_lao(page)
    page.locator("form button[name=priority][value='']").click()
    label = page.locator(".ticket-number").inner_text()
    person.picture("ticket")
    assert re.fullmatch(r"B\d{3}", label)
    return label


def call_until(person: Person, label: str) -> str:
    """Call everybody before the citizen of this story, who comes last.

    Whoever is called and not meant goes to the end of the queue, once: nobody is a no-show
    without a second call after time to walk.
    """
    page = person.page
    number, free = page.locator(".now-head .now-number"), page.locator("form[action$=call-next]")
    for _turn in range(200):
        page.keyboard.press("F2")
        number.wait_for()
        called = number.inner_text()
        if called == label:
            return called
        page.locator("[data-dialog=put-back]").click()
        page.locator("#dialog-put-back button[value=last]").click()
        free.wait_for()
    raise AssertionError(f"{label} was never called")


def fill_answers(page: Page, **chosen: str) -> None:
    """Answer all that must be answered of a service's own questions; `chosen` says how."""
    for box in page.locator("[name^='answers.'][required]").all():
        name = (box.get_attribute("name") or "").removeprefix("answers.")
        kind = box.get_attribute("type") or box.evaluate("(box) => box.tagName.toLowerCase()")
        wanted = chosen.get(name)
        if kind == "radio":
            value = box.get_attribute("value")
            if wanted == value or (
                wanted is None and not page.locator(f"[name='answers.{name}']:checked").count()
            ):
                box.check()
        elif kind == "select":
            box.select_option(wanted or "LA0101")
        elif kind == "date":
            box.fill(wanted or "2020-02-03")
        else:
            number = box.get_attribute("inputmode") == "decimal"
            box.fill(wanted or ("12" if number else "ຕາມທີ່ແຈ້ງ"))


def apply_and_pay(person: Person) -> str:
    """Take the application, assess the published fee, take cash; returns the receipt's number."""
    page = person.page
    page.keyboard.press("F4")
    page.fill("input[name=full_name]", "ນາງ ຄຳຫຼ້າ ວົງສາ")
    page.fill("input[name=phone]", "020 55 123 456")
    fill_answers(page)
    for box in page.locator("input[name=papers]").all():
        box.check()
    person.picture("application")
    assert_in_lao(page)
    page.locator("form[action$=applications][method=post] button[type=submit]").click()
    page.locator("#fee").wait_for()
    page.locator("#fee form[action$=assess] button[type=submit]").click()
    expect(page.locator("#fee")).to_contain_text("20.000 ກີບ")
    page.fill("input[name=tendered]", "50.000")
    page.locator("#fee form[action$=receipt] button[type=submit]").click()
    page.locator("form[action$=print]").first.wait_for()
    person.picture("receipt")
    assert "30.000 ກີບ" in page.inner_text("main")
    assert_in_lao(page)
    found = re.search(r"LA0101-\d{4}-A-\d{6}-\d", page.inner_text("main"))
    assert found
    return found.group()


def paper_says(person: Person, number: str, payer: str = "ຄຳຫຼ້າ") -> None:
    """The printed receipt holds its number, the payer and the amount in both languages."""
    page = person.page
    form = page.locator("form[action$=print]").first
    answer = person.context.request.post(
        form.get_attribute("action") or "",
        form=form.evaluate("(form) => Object.fromEntries(new FormData(form))"),
    )
    body = answer.body()
    assert body.startswith(b"%PDF")
    text = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(body))
    for words in (number, payer, "ຊາວພັນກີບ", "20.000"):
        assert words in text, words
    if os.environ.get("ODSC_SCREENSHOTS"):
        pypdfium2.PdfDocument(body)[0].render(scale=2).to_pil().save(PICTURES / "receipt-paper.png")


PUBLIC = (
    "kiosk",
    "kiosk/appointment",
    "appointments",
    "fees",
    "fees/MPWT-01",
    "board",
    "apply",
    "apply/MPWT-01",
    "papers?service=MOHA-03&service=MOHA-11",
    "f",
)
STAFF = {
    "chanthabuly.manager": (
        "hall", "hall/set-up", "hall/rules", "hall/profiles", "hall/notices", "hall/voice",
        "hall/displays", "hall/reports", "hall/reports/definitions", "hall/appointments",
        "hall/appointments/plans", "hall/paper", "hall/paper/entry", "kiosk/device",
        "people", "services", "services/register", "services/register/MPWT-01",
        "services/local", "trail", "receipts", "applications", "applications/escalations",
        "applicants/duplicates", "messages", "tills", "treasury", "treasury/deposits",
        "treasury/fund", "treasury/books", "treasury/books/sheet?account=treasury",
        "reconciliation", "reconciliation/open", "reconciliation/anomalies",
        "services/deviations", "who-came",
    ),
    "chanthabuly.cashier": ("till", "receipts", "treasury", "treasury/deposits"),
    "chanthabuly.clerk": (
        "applications", "applications/new", "applications/many", "applications/drafts",
        "applications/figures", "applicants", "transmittals", "transmittals/new", "receipts",
        "till", "tickets/new", "console",
    ),
    "chanthabuly.officer": ("applications", "desk", "guidelines"),
}  # fmt: skip
ABOVE = {
    "national.admin": (
        "/a/LA/figures", "/a/LA/figures/indicators",
        "/a/LA/figures?show=wait_average&period=12-months", "/a/LA/who-came",
        "/national/catalogue", "/national/centres", "/national/people",
        "/national/trail", "/national/register", "/national/proposals",
        "/national/catalogue/MPWT-01", "/national/catalogue/MPWT-01/propose",
        "/a/LA/workload", "/a/LA/workload/offices", "/a/LA/flags", "/a/LA/flags/rules", "/me",
        "/directory", "/directory?show=people",
        "/national/rates", "/national/exemptions",
        "/national/deviations", "/national/catalogue/MPWT-01/fees/new", "/national/anchors",
    ),
    "auditor": ("/a/LA/enter", "/national/trail", "/a/LA/trail"),
    "capital.coordinator": (
        "/a/LA01/today", "/a/LA01/workload", "/a/LA01/workload/offices", "/a/LA01/workload/months",
        "/a/LA01/workload/hours", "/a/LA01/flags", "/a/LA01/flags/rules",
        "/a/LA01/figures?show=first_visit_rate&against=year", "/a/LA01/returns",
    ),
    "capital.secretary": ("/a/LA01/resolutions", "/a/LA01/actions", "/a/LA01/guidelines"),
    "chanthabuly.secretary": (
        "/me/notices", "/me/calendar", "/a/LA0101/committee", "/a/LA0101/meetings",
        "/a/LA0101/meetings/new", "/a/LA0101/today", "/directory",
    ),
    "capital.member": (
        "/a/LA01/ministry-files", "/a/LA01/ministry-files?show=results", "/a/LA01/sharing",
    ),
}  # fmt: skip
WIDTHS = (1366, 390)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_lao_accessible_and_fits(product: str, chromium: Browser, width: int) -> None:
    rounds = {
        None: [f"{CENTRE}/{page}" for page in PUBLIC]
        + ["/sign-in", "/follow", "/verify/lo", "/open"],
        **{name: [f"{CENTRE}/{page}" for page in pages] for name, pages in STAFF.items()},
        **{name: list(paths) for name, paths in ABOVE.items()},
    }
    wrong: list[object] = []
    for username, paths in rounds.items():
        person = Person(chromium, product, width, 800)
        if username:
            person.sign_in(username)
        for path in paths:
            page = person.go(path)
            too_wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            found = (english_words_in(page), violations(page), max(0, too_wide))
            if any(found):
                wrong.append((username, path, found))
        wrong += person.faults
        person.context.close()
    assert wrong == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_published_report_is_lao_accessible_and_fits(
    product: str, chromium: Browser, width: int
) -> None:
    person = Person(chromium, product, width, 800)
    person.sign_in("moha.analyst")
    wrong: list[object] = []
    page = person.go("/a/LA/reports")
    for step in ("list", "report"):
        if step == "report":
            page.locator("main table a").last.click()
            page.wait_for_url("**/reports/*-*")
        too_wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        found = (english_words_in(page), violations(page), max(0, too_wide))
        if any(found):
            wrong.append((step, found))
    assert (wrong, person.faults) == ([], [])
    person.context.close()


def english_words_in(page: Page) -> list[str]:
    """Headings, labels and buttons without Lao; records hold user names, codes and the like."""
    texts = page.locator("h1, h2, th, label, legend, button, nav a").all_inner_texts()
    return [
        text
        for text in texts
        if ENGLISH_WORDS.search(text)
        and not LAO.search(text)
        and "." not in text
        and text.strip() != "English"
    ]
