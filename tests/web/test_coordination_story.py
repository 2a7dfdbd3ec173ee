"""Land files are late, and the committee sees to it: in a real browser, in Lao.

Overdue land files at Chanthabuly raise a flag → the district's coordinator answers, then passes
it up → it is on the proposed agenda of the capital's committee → the pack is printed → the
committee meets, decides and gives two action items → the minutes are signed → one item is done
with evidence and accepted → the other one is overdue, and the nation sees it.
"""

import os
import re
import signal
import struct
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from odsc_counter.demo.people import PASSWORD
from odsc_counter.platform import clock
from tests.web.moved_clock import MOVED_BY
from tests.web.test_service_day import (
    ROOT,
    WIDTHS,
    Person,
    assert_in_lao,
    english_words_in,
    free_port,
    violations,
)

COMMAND = [sys.executable, "-m", "tests.web.moved_clock"]
DAY = 24 * 60 * 60
FILES_GET_OVERDUE_IN = 14 * DAY
ANSWER = "ພະນັກງານລາພັກ, ຈະສຳເລັດພາຍໃນອາທິດໜ້າ."
UPWARDS = "ຫ້ອງການເມືອງຂາດຊ່າງວັດແທກ, ຂໍໃຫ້ນະຄອນຫຼວງພິຈາລະນາ."
MEETING = "ກອງປະຊຸມວິສາມັນ ກ່ຽວກັບສຳນວນທີ່ດິນທີ່ຊັກຊ້າ"
RESOLUTION = "ແກ້ໄຂສຳນວນທີ່ດິນທີ່ຊັກຊ້າຢູ່ຈັນທະບູລີ"
DONE_TASK = "ສົ່ງຊ່າງວັດແທກທີ່ດິນ 2 ຄົນ ໄປຊ່ວຍເມືອງຈັນທະບູລີ"
LATE_TASK = "ສ້າງແຜນແກ້ໄຂສຳນວນທີ່ດິນທີ່ຊັກຊ້າ"
SAID = "ພະແນກຮັບຮູ້ວ່າຂາດຊ່າງວັດແທກ ແລະ ຈະສົ່ງຄົນໄປຊ່ວຍ."
REPORT = "ຊ່າງວັດແທກ 2 ຄົນ ໄດ້ເລີ່ມວຽກແລ້ວ."


@dataclass
class Product:
    """The served product, with a clock that can be moved."""

    base: str
    environment: dict[str, str]
    moved_by: Path

    def move_clock(self, seconds: int) -> None:
        """Let so many seconds pass."""
        later = self.moved_by.with_suffix(".later")
        later.write_text(str(int(self.moved_by.read_text()) + seconds))
        later.replace(self.moved_by)

    def run(self, *arguments: str) -> None:
        """Run a command of the product."""
        subprocess.run(
            [*COMMAND, *arguments], cwd=ROOT, env=self.environment, check=True, capture_output=True
        )


@pytest.fixture
def product(static: Path, tmp_path: Path) -> Iterator[Product]:
    """A demonstration of a fortnight ago, served today: nobody has worked since."""
    moved_by = tmp_path / "clock"
    moved_by.write_text(str(-FILES_GET_OVERDUE_IN))
    port = free_port()
    environment = {
        **os.environ,
        "ODSC_INSTANCE": str(tmp_path / "instance"),
        "PORT": str(port),
        MOVED_BY: str(moved_by),
    }
    environment.pop("ODSC_DATABASE_URL", None)
    served = Product(f"http://127.0.0.1:{port}", environment, moved_by)
    served.run("demo", "--centres", "2", "--days", "8")
    served.move_clock(FILES_GET_OVERDUE_IN)
    server = subprocess.Popen(
        [*COMMAND, "serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _attempt in range(150):
        try:
            urllib.request.urlopen(f"{served.base}/readyz", timeout=1).close()
            break
        except OSError:
            time.sleep(0.2)
    yield served
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=30)


def test_late_land_files_reach_the_committee_and_the_nation(
    product: Product, chromium: Browser
) -> None:
    coordinator, secretary = (Person(chromium, product.base) for _ in range(2))
    coordinator.sign_in("chanthabuly.coordinator")
    flag = open_land_flag(product, coordinator)
    answer_and_pass_up(coordinator)

    secretary.sign_in("capital.secretary")
    secretary.page.on("dialog", lambda dialog: dialog.accept())
    meeting = plan_meeting(secretary)
    looks_right(secretary, ["/a/LA01/meetings/new", meeting])
    put_on_agenda(secretary)
    print_pack(secretary)
    looks_right(secretary, [meeting])
    meet(secretary)
    resolution = decide(secretary)
    for task, due in ((DONE_TASK, 5), (LATE_TASK, 1)):
        give_action(secretary, resolution, task, due)
    looks_right(secretary, [f"{resolution}/actions/new"])
    sign_minutes(secretary, meeting)

    done = report(coordinator)
    accept(secretary)

    guidelines = guideline_pages(secretary)
    looks_right(coordinator, [flag, "/a/LA0101/actions"])
    looks_right(secretary, [meeting, f"{meeting}/minutes", resolution, done, *guidelines])

    product.move_clock(2 * DAY)
    analyst = Person(chromium, product.base)
    analyst.sign_in("moha.analyst")
    page = analyst.go("/a/LA/actions?list=overdue")
    expect(page.locator("tr", has_text=LATE_TASK)).to_be_visible()
    expect(page.locator("tr", has_text=DONE_TASK)).to_have_count(0)
    analyst.picture("actions-overdue")
    looks_right(analyst, ["/a/LA/actions?list=overdue"])
    page.locator("tr", has_text=LATE_TASK).locator("a").first.click()
    expect(page.locator("main")).to_contain_text(LATE_TASK)
    assert_in_lao(page)
    assert [person.faults for person in (coordinator, secretary, analyst)] == [[]] * 3


def path_of(person: Person) -> str:
    """Where a person is, without the server and without an anchor."""
    return person.page.url.removeprefix(person.base).split("#")[0]


def looks_right(person: Person, paths: list[str]) -> None:
    """On wide and narrow screens the pages are in Lao, fit, and have no fault axe can find."""
    wrong: list[object] = []
    size = person.page.viewport_size
    for width in WIDTHS:
        person.page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            page = person.go(path)
            too_wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            found = (english_words_in(page), violations(page), max(0, too_wide))
            if any(found):
                wrong.append((path, width, found))
    if size:
        person.page.set_viewport_size(size)
    assert wrong == []


def open_land_flag(product: Product, coordinator: Person) -> str:
    """The sweep finds the late land files, once the figures of today are counted."""
    flag = coordinator.page.locator("tr", has_text="ກະສິກຳ").locator("a").first
    for _attempt in range(10):
        product.run("flags")
        coordinator.go("/a/LA0101/flags?rule=office_slow")
        if flag.count():
            break
    flag.click()
    expect(coordinator.page.locator("#act")).to_be_visible()
    assert_in_lao(coordinator.page)
    return path_of(coordinator)


def answer_and_pass_up(coordinator: Person) -> None:
    """The district gives account, then says why it can't do it alone."""
    page = coordinator.page
    form = page.locator("form[action$='/answer']")
    form.locator("textarea").fill(ANSWER)
    form.locator("button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text(ANSWER)
    form = page.locator("form[action$='/escalate']")
    form.locator("xpath=ancestor::details").locator("summary").click()
    form.locator("textarea").fill(UPWARDS)
    form.locator("button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text(UPWARDS)
    expect(page.locator("#act")).to_have_count(0)
    assert_in_lao(page)


def plan_meeting(secretary: Person) -> str:
    """The secretary calls a meeting for today; returns its address."""
    page = secretary.go("/a/LA01/meetings")
    page.locator("a[href$='/meetings/new']").first.click()
    page.fill("input[name=title_lo]", MEETING)
    page.fill("input[name=day]", clock.today().isoformat())
    page.fill("input[name=starts]", "09:00")
    page.fill("input[name=ends]", "11:00")
    page.fill("input[name=venue]", "ຫ້ອງປະຊຸມ ຫ້ອງວ່າການນະຄອນຫຼວງ")
    page.select_option("select[name=chair_id]", index=1)
    assert_in_lao(page)
    page.locator("form[action$='/meetings'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"meetings/[0-9a-f-]{36}"))
    return path_of(secretary)


def put_on_agenda(secretary: Person) -> None:
    """What was passed up is proposed for the agenda."""
    page = secretary.page
    proposed = page.locator("#proposed li", has_text="ກະສິກຳ").first
    proposed.locator("button[type=submit]").click()
    expect(page.locator("#agenda ol")).to_contain_text("ກະສິກຳ")
    assert_in_lao(page)


def print_pack(secretary: Person) -> None:
    """The pack freezes the figures of now and is one PDF."""
    page = secretary.page
    page.locator("form[action$='/pack'] button[type=submit]").click()
    link = page.locator("#packs a[hreflang=lo]").first
    link.wait_for()
    answer = secretary.context.request.get(link.get_attribute("href") or "")
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")
    page.locator("form[action$='/invite'] button[type=submit]").click()
    expect(page.locator(".messages")).to_be_visible()


def meet(secretary: Person) -> None:
    """The meeting begins, and enough members are there."""
    page = secretary.page
    page.locator("form[action$='/open'] button[type=submit]").click()
    form = page.locator("#attendance form")
    form.locator("input[value=present]").first.wait_for()
    looks_right(secretary, [path_of(secretary)])
    for present in form.locator("input[value=present]").all():
        present.check()
    form.locator("button[type=submit]").first.click()
    expect(page.locator("#attendance")).to_contain_text("ຄົບອົງປະຊຸມ")
    assert_in_lao(page)


def decide(secretary: Person) -> str:
    """A resolution is proposed and confirmed; returns its address."""
    page = secretary.page
    page.locator("#resolutions a[href$='/resolutions/new']").click()
    page.fill("input[name=title_lo]", RESOLUTION)
    page.fill("textarea[name=text_lo]", "ໃຫ້ແກ້ໄຂສຳນວນທີ່ດິນທີ່ຄ້າງໃຫ້ສຳເລັດພາຍໃນ 30 ວັນ.")
    page.select_option("select[name=proposer_id]", index=1)
    page.select_option("select[name=agenda_item_id]", index=1)
    assert_in_lao(page)
    page.locator("form[action$='/resolutions'] button[type=submit]").click()
    page.locator("form[action$='/decide']").wait_for()
    resolution = path_of(secretary)
    assert_in_lao(page)
    looks_right(secretary, [resolution])
    page.check("input[name=decision][value=confirm]")
    page.locator("form[action$='/decide'] button[type=submit]").click()
    expect(page.locator("#resolutions")).to_contain_text(RESOLUTION)
    return resolution


def give_action(secretary: Person, resolution: str, task: str, days: int) -> None:
    """The district's coordinator gets a task, due in so many days."""
    page = secretary.go(resolution)
    page.locator("#actions a[href$='/actions/new']").click()
    page.fill("textarea[name=task_lo]", task)
    for name, said in (("place_id", "ຈັນທະບູລີ"), ("responsible_id", "chanthabuly.coordinator")):
        chosen = page.locator(f"select[name={name}] option", has_text=said).first
        page.select_option(f"select[name={name}]", value=chosen.get_attribute("value"))
    page.fill("input[name=office_lo]", "ຫ້ອງການກະສິກຳ ແລະ ສິ່ງແວດລ້ອມເມືອງ")
    page.fill("input[name=responsible_name]", "ທ. ອານຸສອນ ພິມມະສອນ")
    page.fill("input[name=due_on]", (clock.today() + timedelta(days=days)).isoformat())
    page.locator("form[action$='/actions'] button[type=submit]").click()
    expect(page.locator("#actions")).to_contain_text(task)
    assert_in_lao(page)


def sign_minutes(secretary: Person, meeting: str) -> None:
    """The meeting ends; its minutes are written, and signed with the secretary's password."""
    page = secretary.go(meeting)
    page.locator("form[action$='/end'] button[type=submit]").click()
    page.locator("#resolutions a[href$='/minutes']").click()
    page.locator("textarea[name=minutes_lo]").wait_for()
    looks_right(secretary, [path_of(secretary)])
    page.locator("a[href$='draft=1']").click()
    expect(page.locator("textarea[name=minutes_lo]")).not_to_be_empty()
    page.locator("textarea[name^=discussion_lo]").first.fill(SAID)
    page.locator("form[action$='/minutes'] button[type=submit]").click()
    expect(page.locator(".messages")).to_be_visible()
    page.locator("a[href$='/sign']").click()
    page.locator("input[name=own_password]").wait_for()
    sign = path_of(secretary)
    looks_right(secretary, [sign])
    assert_in_lao(page)
    page.fill("input[name=own_password]", PASSWORD)
    page.locator("form[action$='/sign'] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("SHA-256")
    expect(page.locator("main")).to_contain_text(SAID)
    assert_in_lao(page)


def open_action(person: Person, path: str, task: str) -> Page:
    """An action item, out of a list."""
    page = person.go(path)
    page.locator("tr", has_text=task).locator("a").first.click()
    expect(page.locator("main")).to_contain_text(task)
    assert_in_lao(page)
    return page


def report(coordinator: Person) -> str:
    """The district reports one task as done and shows it; returns its address there."""
    page = open_action(coordinator, "/a/LA0101/actions?list=mine", DONE_TASK)
    form = page.locator("form[action$='/report']")
    form.locator("textarea").fill(REPORT)
    form.locator("input[type=file]").set_input_files(
        {"name": "ຫຼັກຖານ.png", "mimeType": "image/png", "buffer": a_picture()}
    )
    form.locator("button[type=submit]").first.click()
    expect(page.locator(".timeline")).to_contain_text(REPORT)
    expect(page.locator(".timeline a[href*='/evidence/']")).to_be_visible()
    assert_in_lao(page)
    return path_of(coordinator).replace("/a/LA0101/", "/a/LA01/")


def accept(secretary: Person) -> None:
    """The committee's secretary has looked at it and takes it."""
    page = open_action(secretary, "/a/LA01/actions?list=reported", DONE_TASK)
    form = page.locator("form[action$='/accept']")
    form.locator("xpath=ancestor::details").locator("summary").click()
    form.locator("textarea").fill("ຮັບຮອງຜົນງານ.")
    form.locator("button[type=submit]").first.click()
    expect(page.locator(".timeline")).to_contain_text("ຮັບຮອງຜົນງານ.")
    expect(page.locator("form[action$='/report']")).to_have_count(0)
    assert_in_lao(page)


def guideline_pages(secretary: Person) -> list[str]:
    """The list of guidelines, and one of them."""
    page = secretary.go("/a/LA01/guidelines")
    first = page.locator("main table a").first.get_attribute("href")
    assert first
    return ["/a/LA01/guidelines", first]


def a_picture() -> bytes:
    """A small grey PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = b"".join(b"\0" + b"\x80" * 64 for _row in range(64))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
