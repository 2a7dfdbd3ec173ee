"""Committees, their seats, meetings, attendance and quorum, on both databases."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from odsc_counter.committees import meetings, members, queries, quorum
from odsc_counter.committees.errors import NoCommittee, OneChair
from odsc_counter.committees.lifecycle import MEETING
from odsc_counter.committees.meetings import Presence
from odsc_counter.committees.models import CommitteeMember, Meeting
from odsc_counter.places.models import Unit
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.committees.seat import BEGAN, SOON, Committee, a_committee, a_plan, a_seat
from tests.load.hall import all_at_once
from tests.world import a_unit, a_user

DEEDS: dict[str, Callable[[Unit, uuid.UUID], Any]] = {
    "change": lambda unit, meeting: meetings.change(unit, meeting, a_plan("ໃໝ່")),
    "invite": meetings.invite,
    "open": meetings.open_meeting,
    "end": meetings.end,
    "call_off": lambda unit, meeting: meetings.call_off(unit, meeting, "ບໍ່ຄົບ"),
}
WAYS: dict[str, tuple[str, ...]] = {
    "planned": (),
    "invited": ("invite",),
    "in_session": ("open",),
    "held": ("open", "end"),
    "called_off": ("call_off",),
}
ALLOWED = {
    "planned": {"change", "invite", "open", "call_off"},
    "invited": {"change", "invite", "open", "call_off"},
    "in_session": {"end"},
    "held": set(),
    "called_off": set(),
}


@pytest.mark.parametrize("state", WAYS)
def test_each_state_allows_its_own_verbs(state: str, database: Database) -> None:
    committee = a_committee()
    for verb, deed in DEEDS.items():
        meeting = committee.meeting()
        with committee.inside():
            for step in WAYS[state]:
                DEEDS[step](committee.unit, meeting.id)
            assert queries.meeting(committee.unit, meeting.id).state == state
            if verb in ALLOWED[state]:
                deed(committee.unit, meeting.id)
            else:
                with pytest.raises(AlreadyChanged):
                    deed(committee.unit, meeting.id)
            assert MEETING.allows(verb, state) == (verb in ALLOWED[state])


def test_signed_minutes_end_the_meetings_life() -> None:
    assert [step.verb for step in MEETING if MEETING.allows(step.verb, "signed")] == []


def test_a_meetings_life_is_told_by_its_events(database: Database) -> None:
    committee = a_committee(members_=1)
    meeting = committee.meeting()
    with committee.inside():
        meetings.invite(committee.unit, meeting.id)
        meetings.open_meeting(committee.unit, meeting.id)
        meetings.attend(committee.unit, meeting.id, {committee.seats[0].id: Presence("present")})
        meetings.end(committee.unit, meeting.id)
        with reading() as session:
            told = session.scalars(
                select(AreaEvent)
                .where(AreaEvent.subject_id == str(meeting.id))
                .order_by(AreaEvent.at)
            ).all()
        found = queries.meeting(committee.unit, meeting.id)
    assert [event.verb for event in told] == ["plan", "invite", "open", "attend", "end"]
    assert found.invited_at is not None
    assert found.opened_at is not None
    assert found.ended_at is not None
    assert found.version == 4


def test_numbers_run_without_gap_within_committee_and_year(database: Database) -> None:
    district, province = a_committee("LA0101"), a_committee("LA01")
    next_year = SOON + timedelta(days=60)
    numbers = [district.meeting().number, district.meeting().number, province.meeting().number]
    assert numbers == [1, 2, 1]
    later = district.meeting(starts_at=next_year)
    assert (later.year, later.number) == (2027, 1)
    with district.inside(), pytest.raises(InvalidInput):
        meetings.plan(district.unit, a_plan(chair_id=uuid.uuid4()))
    assert district.meeting().number == 3


def test_two_secretaries_at_once_take_different_numbers(database: Database) -> None:
    committee = a_committee()
    all_at_once([committee.meeting] * 6)
    with committee.inside():
        assert sorted(one.number for one in queries.meetings(committee.unit)) == list(range(1, 7))


def test_the_year_of_a_number_is_vientianes(database: Database) -> None:
    # 18 o'clock in Greenwich on the last of December is the new year's first hour here.
    meeting = a_committee().meeting(starts_at=datetime(2026, 12, 31, 18, 0, tzinfo=UTC))
    assert meeting.year == 2027


def test_a_meeting_keeps_its_year(database: Database) -> None:
    committee = a_committee()
    meeting = committee.meeting()
    with committee.inside(), pytest.raises(InvalidInput) as refused:
        meetings.change(committee.unit, meeting.id, a_plan(starts_at=SOON + timedelta(days=60)))
    assert set(refused.value.fields) == {"day"}


def test_a_meeting_ends_after_it_begins(database: Database) -> None:
    committee = a_committee()
    plan = meetings.Plan("ກອງປະຊຸມ", SOON, SOON, "ຫ້ອງ")
    with committee.inside(), pytest.raises(InvalidInput) as refused:
        meetings.plan(committee.unit, plan)
    assert set(refused.value.fields) == {"ends"}


def test_without_a_committee_there_is_neither_seat_nor_meeting(database: Database) -> None:
    unit = a_unit("LA0101")
    with area_scope(unit.id):
        with pytest.raises(NoCommittee):
            members.add(unit, a_seat())
        with pytest.raises(NoCommittee):
            meetings.plan(unit, a_plan())


def test_a_committee_has_one_chair_at_a_time(database: Database) -> None:
    committee = a_committee()
    unit = committee.unit
    with committee.inside():
        chair = members.add(unit, a_seat("ປະທານ", "chair"))
        other = members.add(unit, a_seat("ຮອງ", "deputy"))
        with pytest.raises(OneChair):
            members.add(unit, a_seat("ອີກຜູ້ໜຶ່ງ", "chair"))
        with pytest.raises(OneChair):
            members.change(unit, other.id, a_seat("ຮອງ", "chair"))
        members.change(unit, chair.id, a_seat("ປະທານ", "chair", until_on=date(2030, 1, 1)))
        members.end(unit, chair.id, date(2026, 6, 1), "ຍ້າຍ")
        members.change(unit, other.id, a_seat("ຮອງ", "chair"))
        board = queries.board(unit)
    assert [seat.role for seat in board.seats] == ["chair"]
    assert [seat.id for seat in board.ended] == [chair.id]


def test_of_two_chairs_at_once_one_is_seated(database: Database) -> None:
    committee = a_committee()
    refused: list[OneChair] = []

    def seat() -> None:
        try:
            with committee.inside():
                members.add(committee.unit, a_seat("ປະທານ", "chair"))
        except OneChair as error:
            refused.append(error)

    all_at_once([seat] * 4)
    assert len(refused) == 3
    with committee.inside():
        assert len(queries.board(committee.unit).seats) == 1


def test_a_seat_is_renewed_and_ends_and_stays_in_the_records(database: Database) -> None:
    committee = a_committee(members_=1)
    unit, seat = committee.unit, committee.seats[0]
    with committee.inside():
        members.change(unit, seat.id, a_seat("ກຳມະການ", until_on=date(2031, 1, 1)))
        assert queries.member(unit, seat.id).until_on == date(2031, 1, 1)
        with pytest.raises(InvalidInput):
            members.end(unit, seat.id, BEGAN - timedelta(days=1), "ຜິດ")
        with pytest.raises(InvalidInput):
            members.change(unit, seat.id, a_seat(until_on=BEGAN - timedelta(days=1)))
        members.end(unit, seat.id, date(2026, 6, 1), "ຍ້າຍ")
        with pytest.raises(NotFound):
            members.end(unit, seat.id, date(2026, 7, 1), "ອີກ")
        with pytest.raises(NotFound):
            queries.member(unit, seat.id)


def test_an_account_has_a_role_at_the_committees_own_unit(database: Database) -> None:
    committee = a_committee("LA0101")
    own = a_user("own", committee_secretary=committee.unit)
    above = a_user("above", committee_secretary=a_unit("LA01"))
    with committee.inside():
        assert [user.id for user in queries.accounts_at(committee.unit)] == [own.id]
        members.add(committee.unit, a_seat(user_id=own.id))
        with pytest.raises(InvalidInput) as refused:
            members.add(committee.unit, a_seat(user_id=above.id))
    assert set(refused.value.fields) == {"user_id"}


QUORUMS = [
    # seats, percent, present, reached
    (1, 50, 1, True),
    (1, 50, 0, False),
    (2, 50, 1, False),
    (2, 50, 2, True),
    (3, 50, 1, False),
    (3, 50, 2, True),
    (4, 50, 2, False),
    (4, 50, 3, True),
    (3, 66, 2, True),
    (3, 67, 2, False),
    (3, 100, 2, False),
    (3, 100, 3, True),
    (4, 1, 0, False),
    (4, 1, 1, True),
    (0, 50, 0, False),
]


@pytest.mark.parametrize(("seats", "percent", "present", "reached"), QUORUMS)
def test_the_table_of_quorums(seats: int, percent: int, present: int, reached: bool) -> None:
    found = quorum.Quorum(seats, present, quorum.needed(seats, percent))
    assert found.is_reached is reached


def reached(committee: Committee, meeting: Meeting) -> bool:
    with committee.inside(), reading() as session:
        return meetings.has_quorum(session, meeting)


def test_a_quorum_counts_seats_of_the_day_and_deputies(database: Database) -> None:
    committee = a_committee(members_=3)
    unit, meeting = committee.unit, committee.meeting()
    one, two, three = (seat.id for seat in committee.seats)
    assert not reached(committee, meeting)
    with committee.inside():
        meetings.attend(unit, meeting.id, {one: Presence("present"), two: Presence("excused")})
    assert not reached(committee, meeting)
    with committee.inside():
        meetings.attend(unit, meeting.id, {two: Presence("excused", "ທ. ບຸນມີ")})
    assert reached(committee, meeting)
    # A seat that ended before the day neither counts nor is needed; one that begins later too.
    with committee.inside():
        members.end(unit, one, date(2026, 6, 1), "ຍ້າຍ")
        members.change(unit, three, a_seat(from_on=date(2026, 12, 4)))
        with reading() as session:
            found = quorum.of_meeting(session, meeting)
    assert found == quorum.Quorum(seats=1, present=1, needed=1)


def test_a_seat_held_on_the_day_counts_after_it_ended(database: Database) -> None:
    committee = a_committee(members_=1)
    meeting = committee.meeting()
    with committee.inside():
        members.end(committee.unit, committee.seats[0].id, date(2026, 12, 4), "ຍ້າຍ")
        page = queries.meeting_page(committee.unit, meeting.id)
    assert [seat.id for seat in page.seats] == [committee.seats[0].id]


def test_attendance_is_of_members_and_of_known_presences(database: Database) -> None:
    committee, other = a_committee("LA0101", members_=1), a_committee("LA0102", members_=1)
    meeting = committee.meeting()
    with committee.inside():
        with pytest.raises(NotFound):
            meetings.attend(committee.unit, meeting.id, {other.seats[0].id: Presence("present")})
        with pytest.raises(InvalidInput):
            meetings.attend(committee.unit, meeting.id, {committee.seats[0].id: Presence("late")})
        meetings.call_off(committee.unit, meeting.id, "ບໍ່ຄົບ")
        with pytest.raises(AlreadyChanged):
            meetings.attend(
                committee.unit, meeting.id, {committee.seats[0].id: Presence("present")}
            )


def test_a_province_finds_no_committee_or_meeting_of_its_district(database: Database) -> None:
    district, province = a_committee("LA0101", members_=1), a_committee("LA01")
    meeting = district.meeting()
    with province.inside():
        assert queries.meetings(province.unit) == []
        assert queries.board(province.unit).seats == []
        with pytest.raises(NotFound):
            queries.meeting(province.unit, meeting.id)
        with pytest.raises(NotFound):
            meetings.invite(province.unit, meeting.id)
        with pytest.raises(NotFound):
            members.end(province.unit, district.seats[0].id, date(2026, 6, 1), "x")


def test_the_index_itself_allows_one_chair(database: Database) -> None:
    committee = a_committee()
    with committee.inside():
        members.add(committee.unit, a_seat("ປະທານ", "chair"))
        with pytest.raises(Exception, match=r"(?i)unique"), unit_of_work() as work:
            work.session.add(
                CommitteeMember(
                    name_lo="x", post_lo="x", role="chair", from_on=BEGAN, name_en="", post_en=""
                )
            )
