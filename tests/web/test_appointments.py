"""Appointments and paper numbers in a real browser: seen by everyone, used without a mouse."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.web.test_accessibility import OVERFLOW, RULES, SMALL_TARGETS, TIGHT_LAO
from tests.web.test_service_day import CENTRE, Person, product  # noqa: F401 - a fixture

HEAVIEST_KIB = 30
"""Style sheet, script and two fonts included; as it is sent, compressed."""


def looked_at(page: Page, name: str) -> None:
    """Refuse a page that somebody could not read or hit; keep its picture when asked to."""
    page.wait_for_load_state("load")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    if pictures := os.environ.get("ODSC_TEST_PICTURES"):
        Path(pictures).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{pictures}/{name}.png", full_page=True)
    report = Axe().run(page, options=RULES)
    assert report.violations_count == 0, f"{name}: {report.generate_report()}"
    assert page.evaluate(OVERFLOW) <= 0, name
    assert page.evaluate(SMALL_TARGETS) == [], name
    assert page.evaluate(TIGHT_LAO) == [], name


def in_language(person: Person, path: str, language: str) -> Page:
    """A page in a language: the switch is on every page."""
    page = person.go(path)
    switch = page.locator(f"button[name=language][value={language}]")
    if switch.get_attribute("aria-current") is None:
        switch.click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    return page


@pytest.fixture(scope="module")
def manager(chromium: Browser, product: str) -> Person:  # noqa: F811 - the fixture
    """The manager of Chanthabuly, who has set up hours for one more service."""
    person = Person(chromium, product)
    person.sign_in("chanthabuly.manager")
    page = person.go(f"{CENTRE}/hall/appointments/plans")
    page.select_option("#service", index=page.locator("#service option").count() - 1)
    for box in page.locator("input[name=weekday]").all():
        box.check()
    page.click("form[action$=plans] button[type=submit]")
    expect(page.locator(".alert-success")).to_be_visible()
    return person


@pytest.mark.parametrize("language", ["lo", "en"])
@pytest.mark.parametrize("width", [1366, 390])
def test_the_manager_s_and_the_clerk_s_pages(manager: Person, width: int, language: str) -> None:
    manager.page.set_viewport_size({"width": width, "height": 800})
    pages = {
        "agenda": "hall/appointments",
        "new": "hall/appointments/new",
        "plans": "hall/appointments/plans",
        "paper": "hall/paper",
        "entry": "hall/paper/entry",
    }
    for name, path in pages.items():
        page = in_language(manager, f"{CENTRE}/{path}", language)
        looked_at(page, f"{name}-{width}-{language}")
    page.fill("#number-0", "A07")
    page.fill("#arrived-0", "noon")
    page.click(".paper-form button[type=submit]")
    expect(page.locator(".field-error").first).to_be_visible()
    looked_at(page, f"entry_faults-{width}-{language}")
    # The answer 422 is what the browser writes into its console.
    assert [fault for fault in manager.faults if "422" not in fault] == []


@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_citizen_books_on_a_phone_and_types_the_code_at_the_kiosk(
    chromium: Browser,
    product: str,  # noqa: F811 - the fixture
    manager: Person,
    language: str,
) -> None:
    phone = Person(chromium, product, 390, 844)
    page = in_language(phone, f"{CENTRE}/appointments", language)
    looked_at(page, f"services-{language}")
    page.locator("a.choice").last.click()
    looked_at(page, f"days-{language}")
    page.locator("a.day").last.click()
    looked_at(page, f"times-{language}")
    page.locator("input[name=slot]:enabled").last.check()
    page.fill("#phone", "12")
    page.click("main form button[type=submit]")
    expect(page.locator("#phone-error")).to_be_visible()
    looked_at(page, f"times_faults-{language}")
    page.fill("#phone", "020 5551 2345" if language == "lo" else "020 5551 2346")
    page.click("main form button[type=submit]")
    code = page.inner_text(".short-code").replace(" ", "")
    looked_at(page, f"own-{language}")

    kiosk = Person(chromium, product, 1024, 768)
    page = in_language(kiosk, f"{CENTRE}/kiosk/appointment", language)
    looked_at(page, f"keypad-{language}")
    typed = page.locator("#code")
    for digit in f"9{code}":
        page.click(f'[data-digit="{digit}"]')
    expect(typed).to_have_value(f"9{code}"[:6])
    page.click('[data-digit="back"]')
    expect(typed).to_have_value(f"9{code}"[:5])
    page.click('[data-digit="clear"]')
    for digit in code:
        page.click(f'[data-digit="{digit}"]')
    page.click("main form button[type=submit]")
    # The last day of the horizon is not today, and the kiosk says what is the matter.
    expect(page.locator("#code-error")).to_be_visible()
    looked_at(page, f"keypad_fault-{language}")


def test_a_booking_page_is_light(
    chromium: Browser,
    product: str,  # noqa: F811 - the fixture
    manager: Person,
) -> None:
    phone = Person(chromium, product, 390, 844)
    session = phone.context.new_cdp_session(phone.page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    page = phone.go(f"{CENTRE}/appointments")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) <= HEAVIEST_KIB * 1024, sizes


def test_a_sheet_is_entered_with_the_keyboard_alone(manager: Person) -> None:
    manager.page.set_viewport_size({"width": 1366, "height": 768})
    page = in_language(manager, f"{CENTRE}/hall/paper/entry", "en")
    expect(page.locator("#number-0")).to_be_focused()

    def through(line: int, *fields: str) -> None:
        for text in fields:
            if text:
                page.keyboard.type(text)
            page.keyboard.press("Tab")
        expect(page.locator(f"#number-{line + 1}")).to_be_focused()

    # Number, service, priority, four times, outcome, counter, clerk.
    through(0, "A901", "A", "", "0001", "", "0002", "0003", "", "1", "S")
    through(1, "902", "", "", "0002", "", "0003", "0004", "", "", "")
    page.keyboard.press("Enter")
    expect(page.locator(".alert-success")).to_contain_text("2 numbers are entered.")
    expect(page.locator("td strong", has_text=re.compile("P-A90[12]"))).to_have_count(2)
