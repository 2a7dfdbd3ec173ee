"""Tickets on paper: the picture, the printer on the network, and what happens when it fails."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets import operations, queries, raster
from odsc_counter.tickets.printing import BROWSER, as_commands, printed
from odsc_counter.tickets.slip import Slip, SlipService
from odsc_counter.tickets.timeline import replay
from odsc_counter.tickets.undoing import events_of
from tests.tickets.kiosks import (
    ASKED_FOR_PAPER,
    PAPER_OUT,
    PAPER_THERE,
    FakePrinter,
    KioskHall,
    a_dead_port,
    a_kiosk_hall,
    a_printer,
    a_printer_that_hangs,
)

RASTER = b"\x1dv0\x00"


def picture_in(job: bytes) -> Image.Image:
    """The picture that a printer draws from the ESC/POS raster commands of a job."""
    strips = []
    while (start := job.find(RASTER)) >= 0:
        header = job[start + 4 : start + 8]
        across = int.from_bytes(header[:2], "little")
        down = int.from_bytes(header[2:], "little")
        data = job[start + 8 : start + 8 + across * down]
        assert len(data) == across * down
        strips.append(Image.frombytes("1", (across * 8, down), bytes(~b & 255 for b in data)))
        job = job[start + 8 + across * down :]
    whole = Image.new("1", (strips[0].width, sum(strip.height for strip in strips)))
    y = 0
    for strip in strips:
        whole.paste(strip, (0, y))
        y += strip.height
    return whole


def a_slip(**change: Any) -> Slip:
    """A ticket in Lao."""
    facts: dict[str, Any] = {
        "language": "lo",
        "centre": "ສູນບໍລິການຜ່ານປະຕູດຽວ ເມືອງຈັນທະບູລີ",
        "heading": "ເລກຄິວຂອງທ່ານ",
        "label": "B013",
        "copy": "",
        "services": (SlipService("ການຈົດທະບຽນເກີດ ແລະ ອອກໃບຢັ້ງຢືນການເກີດ", "50.000 ກີບ"),),
        "files": "",
        "priority": "",
        "place": "ມີ 8 ຄົນທີ່ຢູ່ກ່ອນໜ້າທ່ານ.",
        "wait": "ລໍຖ້າ: ປະມານ 10–25 ນາທີ",
        "papers_heading": "ເອກະສານທີ່ຕ້ອງກຽມ",
        "papers": ("ໃບແຈ້ງເກີດຈາກສະຖານທີ່ບໍລິການສຸຂະພາບ ຫຼື ນາຍບ້ານ", "ສຳເນົາສຳມະໂນຄົວ"),
        "example": "",
        "issued": "25/11/2026 10:10",
        "scan": "ສະແກນລະຫັດ ເພື່ອຕິດຕາມຄິວຂອງທ່ານໃນໂທລະສັບ.",
        "address": "https://counter.example/c/LA0101/t/Yx3k_9aQz1B4cD7e",
    }
    return Slip(**{**facts, **change})


@pytest.mark.parametrize("dots", [576, 384])
def test_the_picture_fits_its_paper_and_loses_nothing_at_the_edges(dots: int) -> None:
    picture = raster.draw(a_slip(label="P-A0007", centre="ສູນ" * 30), dots)
    assert (picture.mode, picture.width) == ("1", dots)
    grey = picture.convert("L")
    for edge in ((0, 0, 8, picture.height), (dots - 8, 0, dots, picture.height)):
        assert grey.crop(edge).getextrema() == (255, 255)
    assert grey.crop((0, 0, dots, 8)).getextrema() == (255, 255)


def test_lao_vowels_and_tones_stand_where_they_belong() -> None:
    """With the basic layout ນ້ຳ would be as wide as its letters in a row."""
    font = raster._font(raster.BOLD, 40)
    assert font.getlength("ນ້ຳ", language="lo") < 1.9 * font.getlength("ນ", language="lo")
    assert font.getlength("ກີ່", language="lo") == font.getlength("ກ", language="lo")


def test_a_copy_looks_like_no_original() -> None:
    original, copy = raster.draw(a_slip()), raster.draw(a_slip(copy="ສຳເນົາ 1"))
    assert copy.height > original.height
    band = copy.crop((20, 60, 556, 160)).convert("L")
    assert band.histogram()[0] > band.width * band.height / 3


@pytest.mark.parametrize("dots", [576, 384])
def test_the_commands_hold_the_picture_dot_by_dot_and_cut(dots: int) -> None:
    picture = raster.draw(a_slip(), dots)
    job = as_commands(picture)
    assert job.startswith(b"\x1b@")
    assert b"\x1dV" in job[-8:]
    assert picture_in(job).tobytes() == picture.tobytes()


@pytest.fixture
def place(database: Database, database_url: str, tmp_path: Path) -> KioskHall:
    return a_kiosk_hall(database_url, tmp_path)


@pytest.fixture
def printer() -> Iterator[FakePrinter]:
    with a_printer(PAPER_THERE) as printer:
        yield printer


def with_printer(database_url: str, folder: Path, port: int) -> KioskHall:
    """A hall whose rules name a printer at this port."""
    return a_kiosk_hall(database_url, folder, printer_host="127.0.0.1", printer_port=port)


def job_of(printer: FakePrinter, number: int = 1) -> bytes:
    """What the printer got as its n-th job, once the line was closed."""
    for _attempt in range(100):
        if len(printer.jobs) >= number:
            return printer.jobs[number - 1]
        time.sleep(0.05)
    raise AssertionError(f"{len(printer.jobs)} jobs came")


def test_the_kiosk_prints_on_the_network_and_asks_whether_it_came_out(
    database: Database, database_url: str, tmp_path: Path, printer: FakePrinter
) -> None:
    place = with_printer(database_url, tmp_path, printer.port)
    page = place.take(place.kiosk())
    assert "Did your ticket come out?" in page
    assert "data-print-now" not in page
    job = job_of(printer)
    assert job.startswith(ASKED_FOR_PAPER)
    assert picture_in(job).width == 576
    (ticket,) = place.tickets()
    assert ticket.print_count == 1
    with centre_scope(place.hall.centre.id), reading() as session:
        told = events_of(session, ticket)
        assert [(event.verb, event.data.get("how")) for event in told][1:] == [("print", "network")]
        assert replay(told).print_count == 1


def test_the_second_print_says_copy_on_paper(
    database: Database, database_url: str, tmp_path: Path, printer: FakePrinter
) -> None:
    place = with_printer(database_url, tmp_path, printer.port)
    device = place.kiosk()
    place.take(device)
    (ticket,) = place.tickets()
    device.post(f"kiosk/tickets/{ticket.public_code}/print")
    first, second = picture_in(job_of(printer)), picture_in(job_of(printer, 2))
    assert second.height > first.height
    assert place.tickets()[0].print_count == 2
    assert "COPY 1" in device.get(f"kiosk/tickets/{ticket.public_code}")


def test_a_device_that_is_no_kiosk_never_reaches_the_printer(
    database: Database, database_url: str, tmp_path: Path, printer: FakePrinter
) -> None:
    place = with_printer(database_url, tmp_path, printer.port)
    phone = place.phone()
    page = place.take(phone)
    assert "Did your ticket come out?" not in page
    assert "Follow my number on this device" in page
    (ticket,) = place.tickets()
    assert ticket.print_count == 0
    asked = phone.post(f"kiosk/tickets/{ticket.public_code}/print")
    assert f'data-print-now="{ticket.public_code}/1"' in asked
    assert printer.jobs == []


def test_a_dead_printer_leaves_a_valid_number_and_no_copy(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    place = with_printer(database_url, tmp_path, a_dead_port())
    began = time.monotonic()
    page = place.take(place.kiosk())
    assert time.monotonic() - began < 10
    assert "The printer does not answer." in page
    assert "Your number is valid." in page
    assert "Cancel my number" in page
    (ticket,) = place.tickets()
    assert (ticket.state, ticket.print_count) == ("waiting", 0)


def test_a_printer_without_paper_says_so(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with a_printer(PAPER_OUT) as printer:
        place = with_printer(database_url, tmp_path, printer.port)
        assert "The printer has no paper." in place.take(place.kiosk())
        assert job_of(printer) == ASKED_FOR_PAPER
    assert place.tickets()[0].print_count == 0


def test_a_printer_that_never_answers_questions_still_prints(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with a_printer() as printer:
        place = with_printer(database_url, tmp_path, printer.port)
        assert "Did your ticket come out?" in place.take(place.kiosk())
        assert RASTER in job_of(printer)


def test_a_printer_that_hangs_holds_up_nobody_but_the_one_who_waits_for_it(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with a_printer_that_hangs() as port:
        place = with_printer(database_url, tmp_path, port)
        device, pages = place.kiosk(), []
        began = time.monotonic()
        thread = threading.Thread(target=lambda: pages.append(place.take(device)))
        thread.start()
        while not place.tickets() and time.monotonic() - began < 5:
            time.sleep(0.02)
        phone_began = time.monotonic()
        assert "A002" in place.take(place.phone())
        assert time.monotonic() - phone_began < 3
        thread.join(timeout=20)
    assert time.monotonic() - began < 15
    assert "The printer does not answer." in pages[0]
    # Something may have come out: whatever is printed next says that it is a copy.
    assert place.tickets()[0].print_count == 1


def test_who_says_no_keeps_prints_again_or_cancels(place: KioskHall) -> None:
    device = place.kiosk()
    page = place.take(device)
    (ticket,) = place.tickets()
    assert f'data-print-now="{ticket.public_code}/1"' in page
    failed = device.get(f"kiosk/tickets/{ticket.public_code}?step=failed")
    for words in ("Print again", "Keep my number without paper", "Cancel my number"):
        assert words in failed
    assert "data-print-now" not in failed
    again = device.post(f"kiosk/tickets/{ticket.public_code}/print")
    assert f'data-print-now="{ticket.public_code}/2"' in again
    assert "COPY 1" in again
    start = device.post(f"kiosk/tickets/{ticket.public_code}/cancel", reason="printer")
    assert "Number A001 is cancelled." in start
    assert device.at.endswith("/kiosk")
    (ticket,) = place.tickets()
    assert ticket.state == "cancelled"
    with centre_scope(place.hall.centre.id), reading() as session:
        assert events_of(session, ticket)[-1].data == {"reason": "printer"}
    told = device.post(f"kiosk/tickets/{ticket.public_code}/print")
    assert "Somebody changed this" in told
    assert "Done" in told


def test_a_kiosk_without_a_printer_shows_the_number_and_prints_nothing(place: KioskHall) -> None:
    device = place.kiosk(prints="no")
    page = place.take(device)
    assert "Your number is valid." in page
    assert "Keep my number without paper" in page
    assert "Print" not in page.split("</main>")[0].split("<main")[1]
    assert place.tickets()[0].print_count == 0


def test_paper_and_screen_say_the_same(place: KioskHall) -> None:
    device = place.phone("lo")
    place.take(device)
    page = place.take(device, then=place.other, files=7, priority="elderly")
    slip = page.split('<article class="slip"')[1]
    for words in ("A002", "ບໍລິການ MOPS-04", "ບໍລິການ MOPS-05", "20.000 ກີບ", "ສູນ LA0101"):
        assert words in slip
    assert "ສຳລັບ 7 ຄົວເຮືອນ" in slip
    assert "ຜູ້ສູງອາຍຸ" in slip
    assert slip.count("<li>ເອກະສານ</li>") == 1  # asked for by both, listed once
    assert 'lang="lo"' in slip.split(">")[0]


def test_the_slip_speaks_the_language_of_its_ticket(place: KioskHall) -> None:
    place.take(place.phone("en"))
    (ticket,) = place.tickets()
    page = place.phone("lo").get(f"kiosk/tickets/{ticket.public_code}")
    assert "Papers to prepare" in page.split('<article class="slip"')[1]


def test_only_an_open_ticket_is_printed(place: KioskHall) -> None:
    with centre_scope(place.hall.centre.id):
        (ticket,) = place.hall.issue(1)
        place.hall.call(0)
        assert printed(ticket.id, BROWSER).state == "called"
        operations.start(ticket.id)
        operations.complete(ticket.id)
        with pytest.raises(AlreadyChanged):
            printed(ticket.id, BROWSER)


def test_staff_print_again_by_their_browser(place: KioskHall) -> None:
    with centre_scope(place.hall.centre.id):
        (ticket,) = place.hall.issue(1)
    desk = place.clerk()
    page = desk.post(f"tickets/{ticket.id}/print", back="console")
    assert f'data-print-now="{ticket.public_code}/1"' in page
    assert f'href="/c/{place.code}/console"' in page
    again = desk.post(f"tickets/{ticket.id}/print")
    assert "Copy 1" in again  # for the clerk
    assert "ສຳເນົາ 1" in again  # for whoever took the number in Lao


def test_staff_print_on_the_hall_s_printer_and_are_told(
    database: Database, database_url: str, tmp_path: Path, printer: FakePrinter
) -> None:
    place = with_printer(database_url, tmp_path, printer.port)
    with centre_scope(place.hall.centre.id):
        (ticket,) = place.hall.issue(1)
    desk = place.clerk()
    assert "The ticket A001 is printed." in desk.post(f"tickets/{ticket.id}/print", back="console")
    assert desk.at.endswith("/console")
    assert RASTER in job_of(printer)


def test_staff_are_told_of_a_dead_printer(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    place = with_printer(database_url, tmp_path, a_dead_port())
    with centre_scope(place.hall.centre.id):
        (ticket,) = place.hall.issue(1)
    assert "The printer does not answer." in place.clerk().post(f"tickets/{ticket.id}/print")
    with centre_scope(place.hall.centre.id):
        assert queries.ticket(ticket.id).print_count == 0


def test_tickets_are_printed_by_those_who_give_numbers(place: KioskHall) -> None:
    with centre_scope(place.hall.centre.id):
        (ticket,) = place.hall.issue(1)
    answer = place.phone().client.post(f"/c/{place.code}/tickets/{ticket.id}/print")
    assert answer.status_code in (302, 303)
    assert "/sign-in" in answer.location
