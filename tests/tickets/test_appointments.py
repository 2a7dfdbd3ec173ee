"""The rules of appointments, on both databases."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from odsc_counter.catalogue.models import OfferedService
from odsc_counter.checking import check
from odsc_counter.places.models import Centre, Holiday
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets import (
    appointment_queries,
    appointments,
    operations,
    queries,
    slot_plans,
    slots,
)
from odsc_counter.tickets.appointment_errors import (
    AppointmentOver,
    NoSuchCode,
    NoSuchSlot,
    NotThisDay,
    PlanOverlaps,
    ServiceNotThen,
    SlotFull,
    TooManyForPhone,
)
from odsc_counter.tickets.errors import NotOfferedToday, ServiceClosedToday
from odsc_counter.tickets.hall_models import Appointment, HallNotice, SlotPlan
from odsc_counter.tickets.slot_plans import Hours
from tests.tickets.hall import Hall, a_hall
from tests.tickets.test_concurrency import at_once
from tests.world import a_service

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)
MORNING = Hours(8 * 60 + 30, 11 * 60 + 30, 30, 3)
PHONES = [f"020 5551 {number:04}" for number in range(30)]


@pytest.fixture
def hall(database: Database) -> Hall:
    return a_hall()


def local(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.VIENTIANE).astimezone(
        UTC
    )


@contextmanager
def at(hall: Hall, hour: int, minute: int = 0, day: date = MONDAY) -> Iterator[None]:
    """In the hall, at that time of its own clock."""
    with centre_scope(hall.centre.id), clock.use(lambda: local(hour, minute, day)):
        yield


def a_plan(
    hall: Hall, hours: Hours = MORNING, weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
) -> SlotPlan:
    """Slots on the weekdays, from long ago on; the plan of the first of them."""
    with centre_scope(hall.centre.id):
        return slot_plans.add_plans(hall.service, weekdays, hours, date(2026, 1, 1))[0]


def book(hall: Hall, plan: SlotPlan, slot_at: datetime, phone: str = PHONES[0]) -> Appointment:
    return appointments.book(hall.centre, plan.id, slot_at, phone=phone)


def test_a_plan_cuts_the_hours_of_its_weekday_into_slots(hall: Hall) -> None:
    a_plan(hall, Hours(8 * 60, 10 * 60 + 10, 45, 2), weekdays=(0,))
    with at(hall, 7):
        found = slots.slots_of_day(hall.centre, MONDAY)
        assert [(slot.at, slot.places) for slot in found] == [(local(8), 2), (local(8, 45), 2)]
        assert slots.slots_of_day(hall.centre, TUESDAY) == []


def test_holidays_weekends_and_a_closed_centre_give_no_slots(hall: Hall) -> None:
    a_plan(hall)
    with reference_scope(), unit_of_work() as work:
        work.session.add(
            Holiday(on=TUESDAY, name_en="Day off", name_lo="ພັກ", kind="public", is_closed=True)
        )
        centre = work.session.get_one(Centre, hall.centre.id)
        centre.closed_on = MONDAY + timedelta(days=7)
    hall.centre.closed_on = MONDAY + timedelta(days=7)
    with at(hall, 7):
        days = [one.day for one in slots.bookable_days(hall.centre, hall.service, MONDAY)]
    assert days == [MONDAY, *(MONDAY + timedelta(days=ahead) for ahead in (2, 3, 4))]


def test_days_and_places_are_told_for_thirty_days_ahead(hall: Hall) -> None:
    plan = a_plan(hall, weekdays=(0,))
    with at(hall, 9, 10):
        book(hall, plan, local(10))
        days = slots.bookable_days(hall.centre, hall.service, MONDAY)
    assert [one.day for one in days] == [MONDAY + timedelta(weeks=week) for week in range(5)]
    assert (days[0].places, days[0].free) == (12, 11)  # two of six slots have begun
    assert (days[1].places, days[1].free) == (18, 18)


def test_a_booking_takes_a_place_and_gives_two_codes(hall: Hall) -> None:
    plan = a_plan(hall)
    with at(hall, 7):
        made = book(hall, plan, local(9))
        second = book(hall, plan, local(9), PHONES[1])
        assert (made.place, second.place, made.day) == (1, 2, MONDAY)
        assert len(made.short_code) == 6 and made.short_code.isdigit()
        assert made.short_code != second.short_code
        typed = appointment_queries.appointment_typed(
            f" {made.short_code[:3]} {made.short_code[3:]}", MONDAY
        )
        scanned = appointment_queries.appointment_typed(
            f"http://hall/c/LA0101/appointments/{made.public_code}", MONDAY
        )
        assert typed.id == scanned.id == made.id
        with pytest.raises(NoSuchCode):
            appointment_queries.appointment_typed(made.short_code, TUESDAY)


@pytest.mark.parametrize(
    ("day", "hour", "minute"),
    [
        (MONDAY, 9, 10),  # between two slots
        (MONDAY, 8, 0),  # before the hours
        (MONDAY, 11, 30),  # after them
        (TUESDAY, 9, 0),  # another weekday
        (MONDAY - timedelta(days=7), 9, 0),  # past
        (MONDAY + timedelta(weeks=5), 9, 0),  # beyond the horizon
    ],
)
def test_a_time_that_is_no_slot_is_refused(hall: Hall, day: date, hour: int, minute: int) -> None:
    plan = a_plan(hall, weekdays=(0,))
    with at(hall, 7), pytest.raises(NoSuchSlot):
        book(hall, plan, local(hour, minute, day))


def test_a_full_slot_is_refused_and_a_cancelled_place_is_free_again(hall: Hall) -> None:
    plan = a_plan(hall)
    with at(hall, 7):
        made = [book(hall, plan, local(9), phone) for phone in PHONES[:3]]
        with pytest.raises(SlotFull):
            book(hall, plan, local(9), PHONES[3])
        appointments.cancel(made[1].id)
        assert book(hall, plan, local(9), PHONES[3]).place == 2
        with pytest.raises(AlreadyChanged):
            appointments.cancel(made[1].id)


def test_of_twenty_people_for_three_places_exactly_three_get_one(hall: Hall) -> None:
    plan = a_plan(hall)
    slot_at = local(9)
    with clock.use(lambda: local(7)):
        results = at_once(
            hall.centre.id,
            [lambda phone=phone: book(hall, plan, slot_at, phone) for phone in PHONES[:20]],  # type: ignore[misc]  # bound per person
        )
    booked = [one for one in results if isinstance(one, Appointment)]
    assert len(booked) == 3
    assert {one.place for one in booked} == {1, 2, 3}
    assert sum(isinstance(one, SlotFull) for one in results) == 17


def test_one_phone_in_many_hands_books_two_places_of_a_day(hall: Hall) -> None:
    plan = a_plan(hall, Hours(8 * 60, 12 * 60, 30, 10))
    with clock.use(lambda: local(7)):
        results = at_once(
            hall.centre.id,
            [
                lambda minute=minute: book(hall, plan, local(9, minute))  # type: ignore[misc]  # bound per person
                for minute in (0, 30) * 4
            ],
        )
    assert sum(isinstance(one, Appointment) for one in results) == 2
    assert sum(isinstance(one, TooManyForPhone) for one in results) == 6


def test_the_database_itself_refuses_two_people_on_one_place(hall: Hall) -> None:
    plan = a_plan(hall)
    with at(hall, 7):
        made = book(hall, plan, local(9))
        with pytest.raises(IntegrityError), unit_of_work() as work:
            work.session.add(
                Appointment(
                    plan_id=plan.id,
                    service_id=hall.service,
                    slot_at=made.slot_at,
                    day=made.day,
                    place=made.place,
                    public_code="other",
                    short_code="x",
                    language="lo",
                    booked_at=clock.now(),
                    state="booked",
                )
            )


def test_the_limit_of_a_phone_counts_open_ones_of_a_day(hall: Hall) -> None:
    plan = a_plan(hall)
    tuesdays = a_plan(hall, Hours(13 * 60, 15 * 60, 30, 3), weekdays=(1,))
    with at(hall, 7):
        first = book(hall, plan, local(9), "+856 20 5551 2345")
        book(hall, plan, local(9), "02055512345")
        with pytest.raises(TooManyForPhone):
            book(hall, plan, local(10), "020-5551-2345")
        book(hall, tuesdays, local(13, 0, TUESDAY), "020 5551 2345")
        appointments.cancel(first.id)
        assert book(hall, plan, local(10), "2055512345").phone == "02055512345"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("020 5551 2345", "02055512345"),
        ("+856 20 5551 2345", "02055512345"),
        ("00856 20 55512345", "02055512345"),
        ("030 555 1234", "0305551234"),
        ("(021) 21-22-23", "021212223"),
        ("+66 81 234 5678", "+66812345678"),
    ],
)
def test_telephone_numbers_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert appointments.normal_phone(typed) == kept


@pytest.mark.parametrize("typed", ["12345", "020 5551 23", "my phone", "020 5551 23456", "+856 1"])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        appointments.normal_phone(typed)


def test_services_not_offered_or_closed_on_the_day_are_refused(hall: Hall) -> None:
    plan = a_plan(hall)
    other = a_service(None, "MOPS-09")
    with at(hall, 7):
        with pytest.raises(NotOfferedToday):
            slot_plans.add_plans(other.id, [0], MORNING, MONDAY)
        with unit_of_work() as work:
            work.session.add(
                HallNotice(
                    text_lo="ເຄື່ອງເພ",
                    text_en="The machine is broken",
                    service_id=hall.service,
                    closes_service=True,
                    shown_from=MONDAY,
                    shown_until=TUESDAY,
                    created_at=clock.now(),
                )
            )
        with pytest.raises(ServiceClosedToday):
            book(hall, plan, local(9))
        days = [one.day for one in slots.bookable_days(hall.centre, hall.service, MONDAY)]
        assert days[0] == TUESDAY
        next_week = MONDAY + timedelta(days=7)
        with unit_of_work() as work:
            offered = work.session.scalars(select(OfferedService)).one()
            offered.offered_until = next_week
        with pytest.raises(ServiceNotThen):
            book(hall, plan, local(9, 0, next_week))
        days = [one.day for one in slots.bookable_days(hall.centre, hall.service, MONDAY)]
        assert days[-1] == next_week - timedelta(days=3)


def test_who_comes_early_waits_as_an_ordinary_person_until_the_time(hall: Hall) -> None:
    plan = a_plan(hall)
    with at(hall, 8, 30):
        made = book(hall, plan, local(9))
        hall.issue(2)
        ticket = appointments.check_in(hall.centre, made.id)
        assert (ticket.label, ticket.priority_reason, ticket.priority_from) == (
            "A003",
            "appointment",
            local(9),
        )
        called = hall.call(0)
        assert called is not None and called.label == "A001"
    with at(hall, 9, 1):
        called = hall.call(1)
        assert called is not None and called.label == "A003"


@pytest.mark.parametrize(("minute", "reason"), [(15, "appointment"), (16, None)])
def test_who_comes_after_the_grace_waits_like_everybody_else(
    hall: Hall, minute: int, reason: str | None
) -> None:
    plan = a_plan(hall)
    with at(hall, 8):
        made = book(hall, plan, local(9))
    with at(hall, 9, minute):
        ticket = appointments.check_in(hall.centre, made.id)
        assert ticket.priority_reason == reason


def test_checking_in_twice_gives_one_number(hall: Hall) -> None:
    plan = a_plan(hall)
    with at(hall, 8):
        made = book(hall, plan, local(9))
    with clock.use(lambda: local(8, 50)):
        results = at_once(hall.centre.id, [lambda: appointments.check_in(hall.centre, made.id)] * 4)
    assert {ticket.label for ticket in results} == {"A001"}
    with centre_scope(hall.centre.id):
        kept = appointment_queries.appointment_by_code(made.public_code)
        assert (kept.state, kept.ticket_id) == ("arrived", results[0].id)
        visit = queries.queue_row(results[0])
        assert visit.files == 1


def test_people_check_in_on_the_day_and_only_while_it_holds(hall: Hall) -> None:
    plan = a_plan(hall)
    with at(hall, 8):
        tomorrow = appointments.book(
            hall.centre, a_tuesday(hall), local(9, 0, TUESDAY), phone=PHONES[0]
        )
        with pytest.raises(NotThisDay, match=r".") as refused:
            appointments.check_in(hall.centre, tomorrow.id)
        assert "03/03/2026" in str(refused.value)
        cancelled = book(hall, plan, local(9))
        appointments.cancel(cancelled.id)
        with pytest.raises(AppointmentOver):
            appointments.check_in(hall.centre, cancelled.id)
        with pytest.raises(NotFound):
            appointments.check_in(hall.centre, uuid.uuid4())


def a_tuesday(hall: Hall) -> uuid.UUID:
    """The plan of the Tuesdays."""
    with reading() as session:
        return session.scalars(select(SlotPlan.id).where(SlotPlan.weekday == 1)).one()


def state_of(made: Appointment) -> str:
    return appointment_queries.appointment(made.id).state


def test_closing_the_day_marks_who_did_not_come(hall: Hall) -> None:
    plan = a_plan(hall)
    with at(hall, 8):
        missed, came = book(hall, plan, local(9)), book(hall, plan, local(9), PHONES[1])
        tomorrow = appointments.book(
            hall.centre, a_tuesday(hall), local(9, 0, TUESDAY), phone=PHONES[0]
        )
        appointments.check_in(hall.centre, came.id)
    with at(hall, 16):
        operations.close_day(hall.centre, TUESDAY)  # a day to come: nobody has missed it
        operations.close_day(hall.centre, MONDAY)
        operations.close_day(hall.centre, MONDAY)
        assert [state_of(one) for one in (missed, came, tomorrow)] == [
            "missed",
            "arrived",
            "booked",
        ]
        with pytest.raises(AppointmentOver):
            appointments.check_in(hall.centre, missed.id)


def test_the_first_number_of_a_day_marks_what_earlier_days_left(hall: Hall) -> None:
    plan = a_plan(hall)
    with at(hall, 8):
        missed = book(hall, plan, local(9))
    with at(hall, 8, 0, TUESDAY):
        with pytest.raises(AppointmentOver):
            appointments.check_in(hall.centre, missed.id)
        hall.issue(1)
        assert state_of(missed) == "missed"


def test_plans_that_overlap_or_make_no_sense_are_refused(hall: Hall) -> None:
    a_plan(hall, weekdays=(0,))
    with at(hall, 7):
        with pytest.raises(PlanOverlaps):
            slot_plans.add_plans(hall.service, [0], Hours(11 * 60, 12 * 60, 30, 1), MONDAY)
        slot_plans.add_plans(hall.service, [0], Hours(11 * 60 + 30, 12 * 60, 30, 1), MONDAY)
        for hours in (Hours(600, 600, 30, 1), Hours(600, 620, 30, 1), Hours(600, 700, 30, 0)):
            with pytest.raises(InvalidInput):
                slot_plans.add_plans(hall.service, [1], hours, MONDAY)
        for weekdays in ([], [5], [7]):
            with pytest.raises(InvalidInput):
                slot_plans.add_plans(hall.service, weekdays, MORNING, MONDAY)
        with pytest.raises(InvalidInput):
            slot_plans.add_plans(hall.service, [1], MORNING, TUESDAY, MONDAY)


def test_ending_a_plan_keeps_what_was_promised(hall: Hall) -> None:
    plan = a_plan(hall)
    next_week = MONDAY + timedelta(days=7)
    with at(hall, 7):
        made = book(hall, plan, local(9, 0, next_week))
        assert slot_plans.end_plans([plan.id], MONDAY) == 1
        with pytest.raises(NoSuchSlot):
            book(hall, plan, local(9, 0, next_week), PHONES[1])
        (row,) = slot_plans.plans(TUESDAY)
        assert [one.weekday for one in row.plans] == [1, 2, 3, 4]
        with pytest.raises(NotFound):
            slot_plans.end_plans([plan.id, uuid.uuid4()], MONDAY)
    with at(hall, 8, 50, next_week):
        assert appointments.check_in(hall.centre, made.id).priority_reason == "appointment"


def test_a_centre_that_works_past_midnight_counts_slots_to_its_own_day(hall: Hall) -> None:
    with reference_scope(), unit_of_work() as work:
        work.session.get_one(Centre, hall.centre.id).day_starts_minute = 240
    hall.centre.day_starts_minute = 240
    plan = a_plan(hall, Hours(60, 120, 30, 1), weekdays=(0,))
    night = local(1, 0, TUESDAY)
    with at(hall, 22):
        assert next(slot.at for slot in slots.slots_of_day(hall.centre, MONDAY)) == night
        assert book(hall, plan, night).day == MONDAY


def test_the_agenda_and_the_loads_tell_who_comes_and_how_full_it_is(hall: Hall) -> None:
    plan = a_plan(hall)
    with at(hall, 8):
        made = book(hall, plan, local(9))
        book(hall, plan, local(10), PHONES[1])
        appointments.cancel(book(hall, plan, local(8, 30), PHONES[2]).id)
        appointments.check_in(hall.centre, made.id)
        agenda = appointment_queries.agenda(hall.centre, MONDAY)
        loads = appointment_queries.loads(hall.centre, MONDAY)
    assert [row.appointment.state for row in agenda.rows] == ["cancelled", "arrived", "booked"]
    assert agenda.rows[1].ticket is not None and agenda.rows[1].ticket.label == "A001"
    assert (agenda.taken, agenda.places, agenda.is_workday) == (2, 18, True)
    assert (loads[0].day, loads[0].taken, loads[0].places, len(loads)) == (MONDAY, 2, 18, 10)


def test_the_check_finds_nothing_amiss_with_appointments(hall: Hall) -> None:
    plan = a_plan(hall)
    with at(hall, 8):
        made = book(hall, plan, local(9))
        appointments.cancel(book(hall, plan, local(9), PHONES[1]).id)
        appointments.check_in(hall.centre, made.id)
    assert [breach for breach in check() if "figures" not in breach.rule] == []
