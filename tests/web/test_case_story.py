"""One file through three ministries, in a real browser, in Lao and in English.

A building permit is taken without its plans → the list of what to bring is printed → the plans
come → the office of public works checks it → land and culture look at it side by side → public
works decides → the result comes to the counter and is handed over → the citizen sees it.
"""

import re

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.test_service_day import (
    CENTRE,
    Person,
    assert_accessible,
    assert_in_lao,
    english_words_in,
    fill_answers,
    product,
)

__all__ = ["product"]
SERVICE = {"lo": "ໃບອະນຸຍາດປຸກສ້າງ", "en": "Construction permit"}
STATES = {
    "lo": {"incomplete": "ເອກະສານຍັງຂາດ", "collected": "ຮັບແລ້ວ"},
    "en": {"incomplete": "Papers missing", "collected": "Collected"},
}
OFFICES = ("works", "land", "culture", "works")
"""Whose turn it is: check, land and environment, heritage, decision."""


def pdf_text(person: Person, path: str) -> str:
    """What a PDF of the product says."""
    body = person.context.request.get(path).body()
    assert body.startswith(b"%PDF")
    return "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(body))


def looks_right(person: Person, language: str) -> None:
    """The page speaks its language and has no fault that a machine can find."""
    if language == "lo":
        assert english_words_in(person.page) == []
    assert_accessible(person.page)
    wide = "() => document.documentElement.scrollWidth - innerWidth"
    assert person.page.evaluate(wide) <= 0


def take_without_plans(clerk: Person, language: str) -> str:
    """Take the application with all papers but the plans; returns the file's address."""
    page = clerk.go(f"{CENTRE}/applications/new")
    service = page.locator("select[name=service]")
    service.select_option(
        value=service.locator("option", has_text=SERVICE[language]).first.get_attribute("value")
    )
    page.locator("form.filters", has=service).locator("button[type=submit]").click()
    page.fill("input[name=full_name]", f"ທ. ພູວົງ {language.upper()}")
    page.fill("input[name=phone]", {"lo": "020 55 987 654", "en": "020 22 457 654"}[language])
    fill_answers(page, floor_area="120", height="7", heritage_zone="yes")
    boxes = page.locator("input[name=papers]")
    for box in boxes.all():
        box.check()
    page.get_by_label(re.compile("ຊຸດແຜນຜັງ|Set of building plans")).uncheck()
    looks_right(clerk, language)
    page.locator("form[action$=applications][method=post] button[type=submit]").click()
    page.wait_for_url(re.compile(r"applications/[0-9a-f-]{36}"))
    return page.url.removeprefix(clerk.base)


def bring_the_plans(clerk: Person, file: str, language: str) -> None:
    """The list says what to bring; the plans come."""
    page = clerk.go(file)
    expect(page.locator("main")).to_contain_text(STATES[language]["incomplete"])
    looks_right(clerk, language)
    said = pdf_text(clerk, f"{file}/bring.pdf")
    assert "ຊຸດແຜນຜັງ" in said
    assert "ໃບສະເໜີ" not in said
    page.locator("form[action$=papers] input[type=checkbox]").check()
    page.locator("form[action$=papers] button[type=submit]").click()
    page.wait_for_load_state()


def through_the_offices(people: dict[str, Person], file: str, language: str) -> None:
    """Each office in its turn passes the file; the last one grants it."""
    for desk in OFFICES:
        person = people[desk]
        page = person.go(f"{CENTRE}/desk")
        looks_right(person, language)
        page = person.go(file)
        if page.locator("form[action$=take-up]").count():
            page.locator("form[action$=take-up] button").click()
            page.wait_for_load_state()
        page.locator("form[action$=pass] button[type=submit]").click()
        page.wait_for_load_state()


def hand_over(clerk: Person, file: str, language: str) -> None:
    """The result lies at the counter, and is handed over against a signature on paper."""
    page = clerk.go(file)
    page.fill("input[name=result_number]", "77/LA0101")
    page.locator("form[action$=ready] button[type=submit]").click()
    page.wait_for_load_state()
    form = page.locator("form[action$=collect]")
    form.locator("input[name=paper_reference]").fill("3/17")
    form.locator("button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text(STATES[language]["collected"])
    looks_right(clerk, language)


def follow(citizen: Person, page: Page, language: str) -> None:
    """With the number and four digits of the phone, the citizen sees that it was collected."""
    code = page.locator("a[href*='/f/']").first.get_attribute("href") or ""
    own = citizen.go(f"{CENTRE}/f")
    own.fill("input[name=number]", code.rsplit("/", 1)[1])
    own.fill("input[name=digits]", "7654")
    own.locator("main form button[type=submit]").last.click()
    own.wait_for_load_state()
    assert "ພູວົງ" not in own.inner_text("body")
    looks_right(citizen, language)
    if language == "lo":
        assert_in_lao(own)


@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_file_goes_through_three_ministries_and_is_collected(
    product: str,
    chromium: Browser,
    language: str,
) -> None:
    clerk = Person(chromium, product, language=language)
    people = {desk: Person(chromium, product, language=language) for desk in set(OFFICES)}
    clerk.sign_in("chanthabuly.clerk")
    for desk, person in people.items():
        person.sign_in(f"chanthabuly.{desk}")
    for person in (clerk, *people.values()):
        choose(person, language)
    file = take_without_plans(clerk, language)
    slip = pdf_text(clerk, f"{file}/slip.pdf")
    assert "ໃບຮັບຄຳຮ້ອງ" in slip
    assert f"ພູວົງ {language.upper()}" in slip
    bring_the_plans(clerk, file, language)
    through_the_offices(people, file, language)
    hand_over(clerk, file, language)
    citizen = Person(chromium, product, 390, 844, language=language)
    follow(citizen, clerk.page, language)
    assert [person.faults for person in (clerk, *people.values(), citizen)] == [[]] * 5


def choose(person: Person, language: str) -> None:
    """Read the pages in a language: an account remembers its own."""
    button = person.page.locator(f"button[name=language][value={language}]").first
    if button.get_attribute("aria-current") is None:
        button.click()
        person.page.wait_for_load_state()
