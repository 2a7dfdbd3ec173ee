"""The kiosk: what can be chosen, what is closed, which priority is given, and how many numbers."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import kiosk, queries
from odsc_counter.tickets.hall_models import HallNotice
from odsc_counter.tickets.issuing import MOST_SERVICES
from tests.pages import a_desk
from tests.tickets.kiosks import KioskHall, a_kiosk_hall
from tests.world import a_centre, a_service, a_user


@pytest.fixture
def place(database: Database, database_url: str, tmp_path: Path) -> KioskHall:
    return a_kiosk_hall(database_url, tmp_path)


def a_notice(place: KioskHall, service: int | None, *, closes: bool = True, days: int = 1) -> None:
    """A notice from yesterday on, for so many days after today."""
    with centre_scope(place.hall.centre.id), unit_of_work() as work:
        work.session.add(
            HallNotice(
                text_lo="ເຄື່ອງຖ່າຍຮູບເພ",
                text_en="The camera is broken",
                service_id=service,
                closes_service=closes,
                shown_from=clock.today() - timedelta(days=1),
                shown_until=clock.today() + timedelta(days=days),
                created_at=clock.now(),
            )
        )


def test_papers_and_fee_come_before_the_number(place: KioskHall) -> None:
    phone = place.phone()
    assert "Group B" in phone.get("kiosk")
    assert "Service MOPS-04" in phone.get("kiosk/A")
    page = phone.get(f"kiosk/services/{place.hall.service}")
    assert page.index("Paper 0") < page.index("20.000 kip") < page.index("Take a number")


def test_a_further_service_and_files_go_under_the_same_number(place: KioskHall) -> None:
    phone, first = place.phone(), place.hall.service
    more = phone.get(f"kiosk/services/{first}/more?files=10")
    assert "Service MOPS-05" in more
    assert "Service MOPS-04</span" not in more
    chosen = re.search(
        rf'href="(/c/\w+/kiosk/services/{first}\?[^"]*then={place.other}[^"]*)"', more
    )
    assert chosen
    page = phone.get(chosen[1].removeprefix(f"/c/{place.code}/").replace("&amp;", "&"))
    assert f'name="then" value="{place.other}"' in page
    assert 'name="files" value="10"' in page
    shown = place.take(phone, then=place.other, files=10)
    assert "A001" in shown
    assert "Service MOPS-05" in shown
    (ticket,) = place.tickets()
    with centre_scope(place.hall.centre.id):
        assert [leg.service_id for leg in queries.legs(ticket)] == [first, place.other]
        assert queries.queue_row(ticket).files == 10


def test_what_can_not_be_had_is_left_out_of_the_wish(place: KioskHall) -> None:
    first = place.hall.service
    many = [a_service(place.hall.centre, f"MOPS-1{n}").id for n in range(MOST_SERVICES)]
    wish = "&".join(f"then={one}" for one in (first, 999_999, *many, *many))
    page = place.phone().get(f"kiosk/services/{first}?{wish}&then=x&files=100000")
    assert page.count('name="then"') == MOST_SERVICES - 1
    assert 'name="files" value="500"' in page
    assert "I also need another service" not in page
    assert 'name="files" value="1"' in place.phone().get(f"kiosk/services/{first}?files=-3")


def test_a_closed_service_says_why_and_gives_no_number(place: KioskHall) -> None:
    a_notice(place, place.hall.service)
    phone = place.phone()
    listed = phone.get("kiosk/A")
    assert "The camera is broken" in listed
    assert f"kiosk/services/{place.hall.service}" not in listed
    assert "ເຄື່ອງຖ່າຍຮູບເພ" in place.phone("lo").get("kiosk/A")
    page = phone.get(f"kiosk/services/{place.hall.service}")
    assert "Closed today" in page
    assert 'name="service"' not in page
    assert "Service MOPS-04" not in phone.get(f"kiosk/services/{place.other}/more")
    with_it = phone.get(f"kiosk/services/{place.other}?then={place.hall.service}")
    assert 'name="then"' not in with_it
    assert "closed at the moment" in place.take(phone)
    assert "closed at the moment" in place.take(phone, service=place.other, then=place.hall.service)
    assert place.tickets() == []


def test_a_notice_that_closes_nothing_or_is_over_closes_nothing(place: KioskHall) -> None:
    a_notice(place, place.hall.service, closes=False)
    a_notice(place, place.hall.service, days=0)
    a_notice(place, None)
    assert "A001" in place.take(place.phone())


def test_priority_is_what_the_rules_grant_at_the_kiosk(place: KioskHall) -> None:
    phone = place.phone()
    assert 'value="monk"' in phone.get(f"kiosk/services/{place.hall.service}")
    place.take(phone, priority="monk")
    (ticket,) = place.tickets()
    assert ticket.priority_reason == "monk"


@pytest.mark.parametrize("reason", ["appointment", "king"])
def test_nobody_claims_an_appointment_or_an_unknown_reason(place: KioskHall, reason: str) -> None:
    assert "does not give priority" in place.take(place.phone(), priority=reason)
    assert place.tickets() == []


@pytest.mark.parametrize(
    "rules", [{"kiosk_gives_priority": False}, {"reasons": ["elderly"]}], ids=["off", "others"]
)
def test_a_reason_that_is_not_granted_is_not_offered_either(
    database: Database, database_url: str, tmp_path: Path, rules: dict[str, object]
) -> None:
    place = a_kiosk_hall(database_url, tmp_path, **rules)
    assert 'value="monk"' not in place.phone().get(f"kiosk/services/{place.hall.service}")
    assert "does not give priority" in place.take(place.phone(), priority="monk")


def test_one_click_sent_twice_gives_and_prints_one_number(place: KioskHall) -> None:
    device = place.kiosk()
    for _time in range(2):
        place.take(device, request_key="the-same-click")
    (ticket,) = place.tickets()
    assert ticket.print_count == 1


def test_a_flood_is_stopped_and_leaves_no_gap(
    place: KioskHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kiosk, "MOST_FROM_AN_ADDRESS", 3)
    start = datetime.now(UTC)
    with clock.use(lambda: start):
        phone = place.phone()
        for _one in range(3):
            place.take(phone)
        assert "Too many numbers" in place.take(phone)
        elsewhere = place.phone()
        elsewhere.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
        assert "A004" in place.take(elsewhere)
        assert "A005" in place.take(place.kiosk(prints="no"))
    with clock.use(lambda: start + timedelta(minutes=2)):
        assert "A006" in place.take(phone)
    assert [ticket.number for ticket in place.tickets()] == [1, 2, 3, 4, 5, 6]


def test_a_flood_from_everywhere_is_stopped_too(
    place: KioskHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kiosk, "MOST_FOR_A_CENTRE", 2)
    for last in range(2):
        phone = place.phone()
        phone.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{last}"
        place.take(phone)
    assert "Too many numbers" in place.take(place.phone())
    assert "A003" in place.take(place.kiosk(prints="no"))


def test_a_manager_makes_a_device_a_kiosk_and_is_signed_out_there(place: KioskHall) -> None:
    device = place.manager()
    assert "Make this device a kiosk" in device.get("kiosk/device")
    device.post("kiosk/device", prints="yes")
    assert device.at.endswith("/kiosk")
    assert 'data-home-language="lo"' in device.get("kiosk")
    assert device.client.get(f"/c/{place.code}/kiosk/device").status_code == 302
    assert "data-home-language" not in place.phone().get("kiosk")


def test_a_kiosk_can_become_an_ordinary_device_again(place: KioskHall) -> None:
    device = place.kiosk()
    person = a_user(language="en", centre_manager=place.hall.centre)
    again = a_desk(place.app, person)
    cookie = device.client.get_cookie("odsc-kiosk", path=f"/c/{place.code}/kiosk")
    assert cookie is not None
    again.set_cookie("odsc-kiosk", cookie.value, path=cookie.path)
    answer = again.get(f"/c/{place.code}/kiosk/device").get_data(as_text=True)
    assert "This device is a kiosk with a printer." in answer
    again.post(f"/c/{place.code}/kiosk/device", data={"kiosk": "no"})
    assert again.get_cookie("odsc-kiosk", path=cookie.path) is None


def test_a_kiosk_of_one_centre_is_none_at_another(place: KioskHall) -> None:
    device = place.kiosk()
    cookie = device.client.get_cookie("odsc-kiosk", path=f"/c/{place.code}/kiosk")
    assert cookie is not None
    elsewhere = a_centre("LA0303")
    for value in (cookie.value, "forged.value", ""):
        device.client.set_cookie("odsc-kiosk", value, path=f"/c/{elsewhere.code}/kiosk")
        page = device.client.get(f"/c/{elsewhere.code}/kiosk").get_data(as_text=True)
        assert "data-home-language" not in page


def test_clerks_make_no_kiosks(place: KioskHall) -> None:
    answer = place.clerk().client.post(f"/c/{place.code}/kiosk/device", data={"prints": "yes"})
    assert answer.status_code == 403


def test_a_tablet_can_install_the_kiosk(place: KioskHall) -> None:
    phone = place.phone()
    assert f'rel="manifest" href="/c/{place.code}/kiosk.webmanifest"' in phone.get("kiosk")
    answer = phone.client.get(f"/c/{place.code}/kiosk.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.get_data(as_text=True))
    assert manifest["start_url"] == f"/c/{place.code}/kiosk"
    assert manifest["display"] == "fullscreen"
    assert manifest["name"] == "ສູນ LA0101"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}


def test_services_are_those_of_the_day(place: KioskHall) -> None:
    with centre_scope(place.hall.centre.id):
        assert len(kiosk.choices(clock.today())) == 2
        assert kiosk.choices(date(2019, 1, 1)) == []
