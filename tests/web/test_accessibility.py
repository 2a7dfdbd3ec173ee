"""Every kind of page is readable by everyone, under a policy that allows no inline code."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.sample_app import Hall

PAGES = {
    "form": "/sample/form",
    "form_errors": "/sample/form_errors",
    "list": "/sample/list",
    "console": "/sample/console",
    "error": "/sample/error",
    "kiosk": "/sample/kiosk",
    "status": "/sample/status",
    "board": "/board",
}
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [
    ...document.querySelectorAll("button, .btn, summary, nav a, select, input")]
  .filter((e) => e.checkVisibility() && !e.matches(".form-check-input, [type=hidden]"))
  .map((e) => [e.outerHTML.slice(0, 80), Math.round(e.getBoundingClientRect().height)])
  .filter(([, height]) => height < 44)"""
TIGHT_LAO = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const tight = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent;
    const parent = walker.currentNode.parentElement;
    const hidden = parent.closest("template, option, title, script");
    if (hidden || !/[\\u0E80-\\u0EFF]/.test(text)) continue;
    const style = getComputedStyle(parent);
    const ratio = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
    if (ratio < 1.599) tight.push([text.trim(), ratio]);
  }
  return tight;
}"""


@pytest.mark.parametrize("locale", ["lo", "en"])
@pytest.mark.parametrize("width", [1366, 360])
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_accessibility_fault(
    open_page: Any, hall: Hall, name: str, width: int, locale: str
) -> None:
    hall.call("A035", "1", seconds_ago=300)
    hall.call("A036", "2", seconds_ago=200)
    page = open_page(f"{PAGES[name]}?locale={locale}&demo=1", width, 768 if width > 400 else 740)
    if pictures := os.environ.get("ODSC_TEST_PICTURES"):
        Path(pictures).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{pictures}/{name}-{width}-{locale}.png", full_page=name != "board")
    report = Axe().run(page, options=RULES)
    assert report.violations_count == 0, report.generate_report()
    assert page.faults == []
    assert page.locator("html").get_attribute("lang") == locale
    assert page.locator("button[name=language]").count() == 2
    if name != "board":
        assert page.evaluate(OVERFLOW) <= 0
        assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(TIGHT_LAO) == []


def test_focus_is_seen_as_a_thick_ring(open_page: Any) -> None:
    page = open_page("/sample/form")
    page.keyboard.press("Tab")
    assert page.locator(".skip-link").evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    style = page.evaluate(
        "() => { const s = getComputedStyle(document.activeElement);"
        " return [s.outlineWidth, s.outlineStyle, s.outlineColor]; }"
    )
    assert style == ["3px", "solid", "rgb(255, 199, 44)"]


def test_lao_letters_come_from_the_shipped_font(open_page: Any) -> None:
    for path in ("/sample/list", "/sample/kiosk", "/board"):
        page = open_page(path)
        loaded = page.evaluate(
            "() => [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
        )
        assert any("Noto Sans Lao" in family for family in loaded)


def test_the_console_fits_its_screen_without_scrolling(open_page: Any) -> None:
    page = open_page("/sample/console", 1366, 768)
    height = page.evaluate("() => document.documentElement.scrollHeight")
    assert height <= 768


def test_the_navigation_opens_without_script_on_a_narrow_screen(open_page: Any) -> None:
    page = open_page("/sample/form", 360, 740, java_script_enabled=False)
    assert not page.locator("#site-nav a").first.is_visible()
    page.locator(".nav-toggle").click()
    assert page.locator("#site-nav a").first.is_visible()
