"""Appointments and paper numbers as people meet them: phone, kiosk, desk and manager."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select

from odsc_counter.accounts.models import SignInThrottle
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.live import hub
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets import appointment_queries, operations, slot_plans
from odsc_counter.tickets.hall_models import Appointment
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.slot_plans import Hours
from tests.tickets.test_appointments import MONDAY, PHONES, local
from tests.tickets.test_pages import Place
from tests.world import a_centre

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def place(database: Database, database_url: str, tmp_path: Path) -> Iterator[Place]:
    """A hall on a Monday morning at half past eight, with places from nine to eleven."""
    with clock.use(lambda: local(8, 30)):
        made = Place(database_url, tmp_path)
        with centre_scope(made.hall.centre.id):
            slot_plans.add_plans(made.hall.service, range(5), Hours(540, 660, 30, 2), MONDAY)
        yield made
    hub.close_all()


def booked(place: Place, at: datetime | None = None, phone: str = PHONES[0]) -> Appointment:
    """Somebody has booked from a phone."""
    when = at or local(9)
    day = clock.local(when).date().isoformat()
    phone_in_hand = place.public()
    times = phone_in_hand.get(f"appointments/services/{place.hall.service}/{day}")
    slot = re.search(rf'value="([^"]+@{re.escape(when.isoformat())})"', times)
    assert slot is not None
    answer = phone_in_hand.client.post(
        f"/c/{place.code}/appointments",
        data={"service": place.hall.service, "day": day, "slot": slot[1], "phone": phone},
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with centre_scope(place.hall.centre.id):
        return appointment_queries.appointment_by_code(answer.location.rpartition("/")[2])


def test_a_citizen_books_in_four_pages(place: Place) -> None:
    phone = place.public()
    assert "Service MOPS-04" in phone.get("appointments")
    days = phone.get(f"appointments/services/{place.hall.service}")
    assert "Monday, 2 March 2026" in days and "8 places" in days
    times = phone.get(f"appointments/services/{place.hall.service}/2026-03-02")
    assert all(time in times for time in ("09:00", "09:30", "10:00", "10:30"))
    made = booked(place)
    own = phone.get(f"appointments/{made.public_code}")
    assert f"{made.short_code[:3]} {made.short_code[3:]}" in own
    assert "Paper 0" in own and "20.000 kip" in own
    assert "data:image/svg+xml" in own
    assert made.phone not in own
    assert "Your appointment is cancelled." in phone.post(f"appointments/{made.public_code}/cancel")
    assert "Somebody changed this" in phone.post(f"appointments/{made.public_code}/cancel")


def test_the_pages_are_whole_in_lao(place: Place) -> None:
    phone = place.public("lo")
    assert "ຈອງນັດໝາຍ" in phone.get("appointments")
    assert "ວັນຈັນ ທີ 2 ມີນາ 2026" in phone.get(f"appointments/services/{place.hall.service}")
    made = booked(place)
    assert "ລະຫັດຂອງທ່ານ" in phone.get(f"appointments/{made.public_code}")
    assert "ຂ້ອຍມີນັດໝາຍ" in phone.get("kiosk/appointment")


def test_what_was_typed_stays_on_the_form_with_the_fault_beside_it(place: Place) -> None:
    day = {"service": place.hall.service, "day": "2026-03-02"}
    address = f"/c/{place.code}/appointments"
    client = place.public().client
    nothing = client.post(address, data={**day, "phone": "020 5551 2345"})
    assert nothing.status_code == 422
    assert "Choose a time." in nothing.get_data(as_text=True)
    assert 'value="020 5551 2345"' in nothing.get_data(as_text=True)
    slot = re.search(r'value="([^"]+@[^"]+)"', client.get(f"{address}/services/1/2026-03-02").text)
    assert slot is not None
    wrong = client.post(address, data={**day, "slot": slot[1], "phone": "12"})
    assert wrong.status_code == 422
    assert "Write the number like this: 020 5551 2345." in wrong.text
    assert f'value="{slot[1]}" checked' in wrong.text


def test_a_slot_that_others_took_meanwhile_is_told_on_the_form(place: Place) -> None:
    first, second = booked(place), booked(place, phone=PHONES[1])
    assert first.slot_at == second.slot_at
    key = f"{first.plan_id}@{first.slot_at.isoformat()}"
    late = place.public().client.post(
        f"/c/{place.code}/appointments",
        data={
            "service": place.hall.service,
            "day": "2026-03-02",
            "slot": key,
            "phone": PHONES[2],
        },
    )
    assert late.status_code == 409
    assert "All places at this time are taken." in late.text
    assert PHONES[2] in late.text


def test_one_click_sent_twice_books_once(place: Place) -> None:
    with centre_scope(place.hall.centre.id), reading() as session:
        plan = session.scalars(select(slot_plans.SlotPlan.id)).first()
    sent = {
        "service": place.hall.service,
        "day": "2026-03-02",
        "slot": f"{plan}@{local(9).isoformat()}",
        "phone": PHONES[0],
        "request_key": "the-same-click",
    }
    client = place.public().client
    places = {client.post(f"/c/{place.code}/appointments", data=sent).location for _ in range(2)}
    assert len(places) == 1


def test_many_bookings_from_one_address_must_wait(place: Place) -> None:
    client = place.public().client
    sent = {"service": place.hall.service, "day": "2026-03-02", "phone": PHONES[0]}
    answers = [client.post(f"/c/{place.code}/appointments", data=sent) for _time in range(33)]
    assert [answer.status_code for answer in answers[:31]] == [422] * 31
    assert answers[-1].status_code == 429
    assert "Many appointments were booked from here." in answers[-1].text


def test_six_digits_at_the_kiosk_give_a_number_that_has_priority(place: Place) -> None:
    made = booked(place)
    kiosk = place.public()
    assert 'data-digit="7"' in kiosk.get("kiosk/appointment")
    ticket = kiosk.post("kiosk/appointment", code=made.short_code)
    assert "A001" in ticket
    assert "A001" in kiosk.post("kiosk/appointment", code=made.short_code)
    assert "A001" in place.public().get(f"appointments/{made.public_code}")
    with centre_scope(place.hall.centre.id), reading() as session:
        kept = session.scalars(select(Ticket)).one()
        assert (kept.priority_reason, kept.priority_from) == ("appointment", local(9))


def test_a_scanned_address_is_a_code_too_and_another_day_is_told(place: Place) -> None:
    made = booked(place, local(9, 0, TUESDAY))
    address = f"https://hall.example/c/{place.code}/appointments/{made.public_code}"
    early = place.public().client.post(f"/c/{place.code}/kiosk/appointment", data={"code": address})
    assert early.status_code == 409
    assert "This appointment is for 03/03/2026." in early.text
    with clock.use(lambda: local(8, 50, TUESDAY)):
        assert "A001" in place.public().post("kiosk/appointment", code=address)


def test_who_guesses_codes_is_slowed_down_and_right_ones_do_not_count(place: Place) -> None:
    made = booked(place)
    client = place.public().client
    for _guest in range(8):
        right = client.post(f"/c/{place.code}/kiosk/appointment", data={"code": made.short_code})
        assert right.status_code == 303
    wrong = "000000" if made.short_code != "000000" else "000001"
    answers = [
        client.post(f"/c/{place.code}/kiosk/appointment", data={"code": wrong}) for _ in range(7)
    ]
    assert [answer.status_code for answer in answers] == [422] * 6 + [429]
    assert "Too many wrong attempts." in answers[-1].text
    with reference_scope(), unit_of_work() as work:
        assert {row.key.split(":")[0] for row in work.session.scalars(select(SignInThrottle))} == {
            "appointment",
            "book",
        }


def test_a_person_says_from_their_own_phone_that_they_are_here(place: Place) -> None:
    made = booked(place)
    phone = place.public()
    assert "I am at the centre now" in phone.get(f"appointments/{made.public_code}")
    assert "People ahead of you" in phone.post(f"appointments/{made.public_code}/arrive")
    tomorrow = booked(place, local(9, 0, TUESDAY))
    assert "I am at the centre now" not in phone.get(f"appointments/{tomorrow.public_code}")


def test_codes_of_another_centre_do_not_exist_here(place: Place) -> None:
    elsewhere = a_centre("LA0303")
    made = booked(place)
    client = place.public().client
    assert client.get(f"/c/{elsewhere.code}/appointments/{made.public_code}").status_code == 404
    for code in (made.short_code, made.public_code):
        typed = client.post(f"/c/{elsewhere.code}/kiosk/appointment", data={"code": code})
        assert typed.status_code == 422


def test_staff_see_who_comes_check_them_in_and_cancel(place: Place) -> None:
    first, second = booked(place), booked(place, local(9, 30), PHONES[1])
    desk = place.clerk()
    page = desk.get("hall/appointments")
    assert first.phone in page and "2 of 8 taken" in page
    assert "Hours for appointments" not in page
    done = desk.post(f"hall/appointments/{first.id}/check-in", day="2026-03-02")
    assert "Number A001 is given." in done
    gone = desk.post(f"hall/appointments/{second.id}/cancel", day="2026-03-02")
    assert "The appointment is cancelled." in gone and "1 of 8 taken" in gone
    assert "03/03/2026" not in desk.get("hall/appointments?day=2026-03-03")
    assert desk.client.get(f"/c/{place.code}/hall/appointments?day=soon").status_code == 404


def test_staff_book_for_somebody_without_a_telephone(place: Place) -> None:
    desk = place.clerk()
    page = desk.get(f"hall/appointments/new?service={place.hall.service}&day=2026-03-03")
    slot = re.search(r'value="([^"]+@[^"]+)"', page)
    assert slot is not None
    sent = {
        "service": place.hall.service,
        "day": "2026-03-03",
        "slot": slot[1],
        "files": 10,
        "note": "village  chief",
    }
    wrong = desk.client.post(f"/c/{place.code}/hall/appointments", data={**sent, "phone": "1"})
    assert wrong.status_code == 422 and 'value="village  chief"' in wrong.text
    assert "The appointment is booked" in desk.post("hall/appointments", **sent)
    with centre_scope(place.hall.centre.id), reading() as session:
        made = session.scalars(select(Appointment)).one()
    assert (made.files, made.note, made.phone) == (10, "village chief", "")
    assert made.booked_by_id == place.hall.clerks[0].id


def test_the_manager_sets_up_and_ends_hours(place: Place) -> None:
    manager = place.manager()
    fields = {
        "service": place.hall.service,
        "weekday": [0, 2],
        "from": "13:00",
        "until": "15:00",
        "slot_minutes": 20,
        "places": 3,
        "valid_from": "2026-03-02",
        "last_day": "",
    }
    address = f"/c/{place.code}/hall/appointments/plans"
    wrong = manager.client.post(address, data={**fields, "until": "noon"})
    assert wrong.status_code == 422 and "Write the time like this: 08:30." in wrong.text
    assert 'value="noon"' in wrong.text
    assert "on 2 weekdays" in manager.post("hall/appointments/plans", **fields)
    page = manager.get("hall/appointments/plans")
    assert "Monday, Wednesday" in page and "13:00–15:00" in page
    overlap = manager.client.post(address, data=fields)
    assert overlap.status_code == 422 and "at these hours on Monday" in overlap.text
    plans = re.findall(r'name="plan" value="([^"]+)"', page)
    assert len(plans) == 7
    booked(place, local(9, 0, TUESDAY))
    ended = manager.post("hall/appointments/plans/end", plan=plans[:5], last_day="2026-03-02")
    assert "1 person is already booked after that day." in ended
    assert "until 02/03/2026" in ended


def test_paper_numbers_are_printed_by_the_manager(place: Place) -> None:
    manager = place.manager()
    assert "Pre-printed numbers" in manager.get("hall/paper")
    address = f"/c/{place.code}/hall/paper/numbers.pdf"
    answer = manager.client.get(f"{address}?group=A&first=1&last=42")
    assert answer.mimetype == "application/pdf"
    assert len(pypdfium2.PdfDocument(BytesIO(answer.data))) == 2
    assert "at most 20 sheets" in manager.client.get(
        f"{address}?group=A&first=1&last=900", follow_redirects=True
    ).get_data(as_text=True)
    assert manager.client.get(f"{address}?group=Z&first=1&last=2").status_code == 404
    assert place.clerk().client.get(address).status_code == 403
    assert place.clerk().client.get(f"/c/{place.code}/hall/paper/log.pdf").status_code == 200


def a_line(place: int, **fields: object) -> dict[str, object]:
    return {f"{name}-{place}": value for name, value in fields.items()}


def test_several_numbers_are_entered_in_one_go_and_faults_keep_their_line(place: Place) -> None:
    hall, desk = place.hall, place.clerk()
    where = {"counter": hall.counters[0].id, "clerk": hall.clerks[0].id}
    sent = {
        "day": "2026-03-02",
        **a_line(0, number="A01", service=hall.service, arrived="0700", called="705",
                 started="7:10", ended="7.20", outcome="completed", **where),
        **a_line(1, number="2", arrived="0705", called="0720", outcome="no_show"),
        **a_line(2, number="A01", arrived="0710", started="0720", ended="0730",
                 outcome="completed"),
        **a_line(3, number="A04", arrived="0740", started="0730", ended="0750",
                 outcome="completed", priority="monk"),
        **a_line(5, number="A05", arrived="0820", outcome="waiting"),
    }  # fmt: skip
    answer = desk.client.post(f"/c/{place.code}/hall/paper/entry", data=sent)
    assert answer.status_code == 422
    assert "3 numbers are entered." in answer.text
    assert "P-A01 of this day is already entered." in answer.text
    assert "Started: This is before the time to its left." in answer.text
    assert 'value="A04"' in answer.text and 'value="0740"' in answer.text
    # What was taken from the line above is written out on the lines that stay.
    assert len(re.findall(rf'value="{hall.counters[0].id}" selected', answer.text)) == 2
    with centre_scope(hall.centre.id), reading() as session:
        kept = session.execute(select(Ticket.label, Ticket.state).order_by(Ticket.number)).all()
    assert [tuple(one) for one in kept] == [
        ("P-A01", "completed"),
        ("P-A02", "no_show"),
        ("P-A05", "waiting"),
    ]
    with centre_scope(hall.centre.id):
        called = hall.call(0)
        assert called is not None and called.label == "P-A05"
    assert "P-A05" in desk.get("board")


def test_entering_a_closed_day_and_an_empty_form(place: Place) -> None:
    desk, hall = place.clerk(), place.hall
    earlier = date(2026, 2, 27)
    with centre_scope(hall.centre.id):
        operations.close_day(hall.centre, earlier)
    assert "0 numbers are entered." in desk.post("hall/paper/entry", day=earlier.isoformat())
    done = desk.post(
        "hall/paper/entry",
        day=earlier.isoformat(),
        **a_line(0, number="7", service=hall.service, arrived="0900", ended="0910",
                 outcome="cancelled"),
    )  # fmt: skip
    assert "1 number is entered." in done and "P-A07" in done
    assert "P-A07" not in desk.get("hall/paper/entry")
    future = desk.get("hall/paper/entry?day=2027-01-01")
    assert 'name="day" value="2026-03-02"' in future
