"""Messages are written with the deed: the right ones, in Lao, short, and without a name."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from odsc_counter.applications import operations as files
from odsc_counter.applications.models import Application
from odsc_counter.applications.tracking import LENGTH, new_code, spaced
from odsc_counter.messages import operations, reminding, texts
from odsc_counter.messages.models import Message
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets import appointments, slot_plans, slots
from tests.applications.test_operations import SIGNED, an_officer, the_step
from tests.messages.outbox import PHONE, breaches, messages
from tests.pages import an_app
from tests.receipts.office import NAME, NOON, Office, an_office
from tests.world import LONG_AGO


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    with clock.use(lambda: NOON), app.app_context():
        yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(site: Flask) -> Office:
    return an_office(days=3)


def told(office: Office) -> list[tuple[str, str, str]]:
    with office.inside():
        return [(one.kind, delivery.state, delivery.reason) for one, delivery in messages()]


def approved(office: Office, **more: Any) -> Application:
    application = office.application(**{"phone": PHONE, **more})
    with office.inside(an_officer(office, "MOPS")):
        files.take_up(office.centre, application.id)
        files.pass_step(office.centre, the_step(application))
    return application


def test_each_step_that_concerns_the_citizen_is_told_once(office: Office) -> None:
    application = approved(office)
    assert told(office) == [("approved", "pending", "")]
    with office.inside():
        files.make_ready(office.centre, application.id)
        files.collect(office.centre, application.id, SIGNED)
        written = messages()
    assert [one.kind for one, _delivery in written] == ["approved", "ready"]
    for one, delivery in written:
        assert spaced(application.tracking_code) in one.words
        assert NAME not in one.words and "5555" not in one.words
        assert delivery.phone == "+8562055551234"
        assert one.language == "lo" and "ຄຳຮ້ອງ" in one.words
    assert breaches() == []


def test_missing_papers_a_correction_and_a_refusal_are_told(office: Office) -> None:
    with office.inside():
        files.take(
            office.centre, office.service.id, full_name=NAME, phone=PHONE, papers_present=set()
        )
    officer = an_officer(office, "MOPS")
    application = office.application(phone=PHONE)
    with office.inside(officer):
        files.take_up(office.centre, application.id)
        files.send_back(office.centre, the_step(application), "ຂຽນຜິດ ບ່ອນນີ້")
    with office.inside():
        files.supply_papers(office.centre, application.id, set())
    with office.inside(officer):
        files.reject(office.centre, the_step(application), "ບໍ່ຖືກຕ້ອງ ຕາມກົດໝາຍ")
    assert [kind for kind, _state, _reason in told(office)] == [
        "papers_missing",
        "papers_missing",
        "rejected",
    ]


def test_a_deed_that_fails_takes_its_message_with_it(office: Office) -> None:
    with office.inside(), pytest.raises(LookupError), unit_of_work():
        files.take(
            office.centre, office.service.id, full_name=NAME, phone=PHONE, papers_present=set()
        )
        raise LookupError
    assert told(office) == []


@pytest.mark.parametrize(
    ("phone", "reason"), [("", "no_phone"), ("021 212345", "landline"), ("?", "not_a_number")]
)
def test_a_number_that_gets_no_messages_is_skipped_with_the_reason(
    office: Office, phone: str, reason: str
) -> None:
    approved(office, phone=phone)
    assert told(office) == [("approved", "skipped", reason)]


def test_a_silent_file_is_not_told_and_what_waits_is_stopped(office: Office) -> None:
    application = approved(office)
    with office.inside():
        for _time in range(2):
            operations.keep_silent(application.id, silent=True)
        files.make_ready(office.centre, application.id)
    assert told(office) == [("approved", "skipped", "opted_out"), ("ready", "skipped", "opted_out")]
    with office.inside():
        operations.keep_silent(application.id, silent=False)
        files.collect(office.centre, application.id, SIGNED)
    assert breaches() == []


@pytest.mark.parametrize(
    "kind", [texts.PAPERS_MISSING, texts.APPROVED, texts.REJECTED, texts.READY]
)
def test_a_message_fits_into_one_sms_in_lao(site: Flask, kind: str) -> None:
    longest = spaced(new_code(LENGTH))
    words = texts.about_file(kind, longest, "lo")
    units = len(words.encode("utf-16-be")) // 2
    assert units <= texts.SMS_LETTERS, f"{units}: {words}"
    assert longest in words
    english = texts.about_file(kind, longest, "en")
    assert english != words and len(english) <= 160


def test_a_reminder_fits_into_one_sms_in_lao(site: Flask) -> None:
    words = texts.about_appointment(NOON, "123456", "lo")
    assert "12:00" in words and "23/11" in words
    assert len(words.encode("utf-16-be")) // 2 <= texts.SMS_LETTERS, words


def at_work_day(office: Office, **when: int) -> Any:
    moment = NOON + timedelta(**when)
    return clock.use(lambda: moment)


def booked(office: Office, day: datetime, phone: str = PHONE) -> Any:
    plan = slot_plans.add_plans(
        office.service.id, range(5), slot_plans.Hours(480, 960, 60, 5), LONG_AGO
    )[0]
    found = slots.slots_of_day(office.centre, day.date())
    slot = found[-1]
    assert plan is not None
    return appointments.book(office.centre, slot.plan_id, slot.at, phone=phone)


def test_tomorrows_appointments_are_reminded_once_and_by_day(office: Office) -> None:
    with office.inside():
        appointment = booked(office, NOON + timedelta(days=2))
    assert reminding.remind_all() == 0  # it is the day after tomorrow
    with at_work_day(office, days=1, hours=9):
        assert reminding.remind_all() == 0  # nobody is reminded at nine in the evening
    with at_work_day(office, days=1, hours=-2):
        assert [reminding.remind_all() for _time in range(2)] == [1, 0]
    with office.inside():
        ((message, delivery),) = messages()
    assert message.appointment_id == appointment.id
    assert appointment.short_code in message.words
    assert delivery.too_late_at == appointment.slot_at


def test_a_cancelled_appointment_is_not_reminded(office: Office) -> None:
    with office.inside():
        appointment = booked(office, NOON + timedelta(days=1))
        appointments.cancel(appointment.id)
    assert reminding.remind_all() == 0


def test_words_of_a_message_are_never_changed(office: Office) -> None:
    approved(office)
    with (
        centre_scope(office.centre.id),
        pytest.raises(DatabaseError),
        unit_of_work() as work,
    ):
        work.session.execute(update(Message).values(words="other"))
