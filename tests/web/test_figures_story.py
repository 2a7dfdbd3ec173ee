"""An analyst asks the figures, in a real browser, in Lao, with the keyboard alone.

From the nation down to a province and a district, by the links of the table → another indicator
from the list → two periods beside each other → the file whose numbers are those of the page. On a
phone the page has no sideways scroll.
"""

import csv
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from odsc_counter.platform import clock
from tests.web.test_service_day import (
    COMMAND,
    Person,
    assert_accessible,
    assert_in_lao,
    free_port,
)

MOST_STEPS = 300
"""Presses of the Tab key after which whatever is looked for can't be reached."""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def product(static: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demonstration of two centres and three weeks, served."""
    port = free_port()
    environment = {
        **os.environ,
        "ODSC_INSTANCE": str(tmp_path_factory.mktemp("instance")),
        "PORT": str(port),
    }
    environment.pop("ODSC_DATABASE_URL", None)
    subprocess.run(
        [*COMMAND, "demo", "--centres", "2", "--days", "21"],
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


def reach(page: Page, wanted: Locator) -> None:
    """Go forward with the Tab key until it has the focus."""
    for _step in range(MOST_STEPS):
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way with the keyboard to {wanted}")


def follow(page: Page, wanted: Locator) -> None:
    """Go to a link and press Enter."""
    address = wanted.get_attribute("href")
    assert address
    reach(page, wanted)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(address.partition("?")[0]) + r"\?"))
    page.wait_for_load_state()


def choose(page: Page, name: str, value: str) -> None:
    """Go to a list and move along it with the arrow keys until the value is chosen."""
    listed = page.locator(f"select[name={name}]")
    reach(page, listed)
    page.keyboard.press("Home")
    for _step in range(MOST_STEPS):
        if listed.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} can't be chosen")


def place_link(page: Page, code: str) -> Locator:
    """The link to a unit in the table of places, which says the same as the map."""
    return page.locator(f"table.league a[href^='/a/{code}/figures']")


def type_day(page: Page, name: str, day: date) -> None:
    """Go to a field of days and fill it in; in which order it takes digits is the machine's."""
    field = page.locator(f"input[name={name}]")
    reach(page, field)
    field.fill(day.isoformat())


def ask(page: Page) -> None:
    """Press the button of the form."""
    button = page.locator("form.filters button[type=submit]")
    reach(page, button)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def shown(page: Page) -> dict[str, tuple[str, str]]:
    """Each indicator of the page with its value and what it is compared with."""
    found = {}
    for row in page.locator("table:has(a[href*='show=']) tbody tr").all():
        link = row.locator("th a[href*='show=']")
        if link.count() == 1:
            cells = row.locator("td").all_inner_texts()
            found[link.inner_text()] = (cells[0], cells[1])
    return found


def digits(text: str) -> int:
    """The whole number in a cell."""
    return int(re.sub(r"\D", "", text) or 0)


def test_an_analyst_goes_down_compares_and_takes_the_file_away_by_keyboard(
    product: str, chromium: Browser
) -> None:
    analyst = Person(chromium, product)
    page = analyst.sign_in("moha.analyst")
    analyst.go("/a/LA/figures?period=30-days")
    assert_in_lao(page)
    assert_accessible(page)
    follow(page, place_link(page, "LA01"))
    expect(page).to_have_url(re.compile(r"/a/LA01/figures\?period=30-days"))
    follow(page, place_link(page, "LA0101"))
    expect(page.locator("h1")).to_contain_text("ຈັນທະບູລີ")

    reach(page, page.locator("details.filter-card > summary"))
    page.keyboard.press("Enter")
    choose(page, "show", "applications")
    choose(page, "period", "chosen")
    today = clock.today()
    last, before = today - timedelta(days=1), today - timedelta(days=8)
    type_day(page, "from", last - timedelta(days=6))
    type_day(page, "to", last)
    choose(page, "against", "chosen")
    type_day(page, "against_from", before - timedelta(days=6))
    type_day(page, "against_to", before)
    ask(page)
    expect(page).to_have_url(re.compile("show=applications.*against_to="))
    expect(page.locator("h1")).to_contain_text("ສຳນວນທີ່ຮັບເຂົ້າ")
    expect(page.locator(".chart-legend li")).to_have_count(2)
    assert_in_lao(page)
    assert_accessible(page)

    told = {line["ລະຫັດ"]: line for line in taken(page, "indicators")}
    seen = shown(page)
    for code in ("visits", "tickets", "applications", "receipts"):
        line = told[code]
        value, other = seen[line["ຕົວຊີ້ວັດ"]]
        assert digits(value) == int(line["ຄ່າ"]) > 0, code
        assert digits(other) == int(line["ທຽບໃສ່"]), code
    assert analyst.faults == []


def taken(page: Page, table: str) -> list[dict[str, str]]:
    """The rows of a table's file, downloaded with the keyboard."""
    link = page.locator(f"a[href*='/figures/csv/{table}?']")
    reach(page, link)
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    with open(saved.value.path(), encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_figures_fit_on_a_phone(product: str, chromium: Browser) -> None:
    analyst = Person(chromium, product, 390, 844)
    page = analyst.sign_in("capital.coordinator")
    for unit in ("LA01", "LA0101"):
        analyst.go(f"/a/{unit}/figures?period=30-days")
        page.locator("details.filter-card > summary").click()
        assert page.evaluate(OVERFLOW) <= 0, unit
        bar = page.locator(".stacked-bar").bounding_box()
        assert bar and bar["width"] < 390
    assert analyst.faults == []
