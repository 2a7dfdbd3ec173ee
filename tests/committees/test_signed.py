"""Signed minutes: sealed as text, stood by the database against plain SQL, counted again."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from odsc_counter import checking
from odsc_counter.actions.models import Guideline
from odsc_counter.committees import minutes, resolution_queries, signing
from odsc_counter.committees.minutes import Said
from odsc_counter.committees.models import Meeting
from odsc_counter.committees.resolution_errors import MinutesClosed, TooManyVotes
from odsc_counter.committees.resolutions import Ballot
from odsc_counter.places.models import Unit
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.file_store import FileStore, use_store
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.committees.test_resolutions import DECISIONS, SIMPLE, Room, a_room
from tests.world import a_unit

LATER = date(2026, 12, 31)
OPTION = {"cross_centre": "the wall is tested without the tripwire"}


@pytest.fixture(autouse=True)
def _store(tmp_path: Path) -> None:
    use_store(FileStore(tmp_path / "files"))


def a_signed_room(code: str = "LA01") -> Room:
    """A committee with a signed meeting of a point, a paper and two resolutions."""
    room = a_room(code)
    room.decide(room.propose(), DECISIONS["amend"])
    room.decide(room.propose(), DECISIONS["reject"])
    with area_scope(room.unit.id):
        points = resolution_queries.agenda_of(room.meeting)
        minutes.write(room.unit, room.meeting.id, Said("ທົ່ວໄປ"), {points[0].id: Said("ສົນທະນາ")})
    run(room.unit, f"{ADD_PAPER} and place_id = {room.unit.id}")
    room.end()
    room.sign()
    return room


ADD_PAPER = (
    "insert into meeting_paper (place_id, id, meeting_id, name, file_hash, media_type, size_bytes,"
    " added_at, added_by_name) select place_id, id, id, 'a', 'b', 'c', 1, starts_at, 'd'"
    " from meeting where number = 1"
)


def run(unit: Unit, statement: str) -> None:
    """Plain SQL in a unit's scope, with no program before it."""
    with area_scope(unit.id), unit_of_work() as work:
        work.session.execute(text(statement), execution_options=OPTION)


def kept(unit: Unit) -> dict[str, list[Any]]:
    tables = ("meeting", "agenda_item", "attendance", "meeting_paper", "resolution")
    with area_scope(unit.id), reading() as session:
        return {
            table: [
                tuple(row)
                for row in session.execute(
                    text(f"select * from {table} order by 1, 2, 3"),
                    execution_options=OPTION,
                )
            ]
            for table in tables
        }


COPY_OF_RESOLUTION = (
    "into resolution (place_id, id, meeting_id, year, number, title_lo, title_en, text_lo, text_en,"
    " amended_lo, amended_en, proposer_name, way, reason, goes_down, state, version)"
    " select place_id, {id}, {meeting}, year, {number}, title_lo, title_en, text_lo, text_en,"
    " amended_lo, amended_en, proposer_name, '', reason, goes_down, 'proposed', 1 from resolution"
    " where number = 1"
)
SIGNED = "(select id from meeting where number = 1)"
UNSIGNED = "(select id from meeting where number = 2)"
ATTEMPTS = {
    "the minutes": "update meeting set minutes_lo = 'x' where number = 1",
    "the title": "update meeting set title_lo = 'x' where number = 1",
    "the seal": "update meeting set signed_body = '{}' where number = 1",
    "the hash": "update meeting set signed_hash = 'x' where number = 1",
    "who signed": "update meeting set signed_by = 'x' where number = 1",
    "open again": "update meeting set state = 'held', signed_at = null where number = 1",
    "a discussion": "update agenda_item set discussion_lo = 'x' where position = 1"
    f" and meeting_id = {SIGNED}",
    "a point withdrawn": f"update agenda_item set position = 9 where meeting_id = {SIGNED}",
    "the attendance": f"update attendance set presence = 'absent' where meeting_id = {SIGNED}",
    "a paper": "update meeting_paper set file_hash = 'x'",
    "a text": "update resolution set text_lo = 'x' where number = 1",
    "an amendment": "update resolution set amended_lo = 'x' where number = 1",
    "a decision": "update resolution set state = 'confirmed' where number = 2",
    "a vote": "update resolution set way = 'vote', votes_for = 3, votes_against = 0,"
    " votes_abstained = 0 where number = 1",
    "moved out": f"update resolution set meeting_id = {UNSIGNED} where number = 1",
    "moved in": f"update agenda_item set meeting_id = {SIGNED} where meeting_id = {UNSIGNED}",
    "renumbered": "update resolution set number = 7 where number = 1",
    "one more resolution": "insert " + COPY_OF_RESOLUTION.format(
        id=UNSIGNED, meeting=SIGNED, number=9
    ),
    "one more point": "insert into agenda_item (place_id, id, meeting_id, position, kind, title_lo,"
    " title_en, discussion_lo, discussion_en, added_at) select place_id, id, id, 9, 'topic', 'x',"
    " '', '', '', starts_at from meeting where number = 1",
    "one more member": "insert into attendance (place_id, meeting_id, member_id, presence,"
    f" deputy_name) select place_id, {SIGNED}, id, 'present', '' from committee_member"
    " where position = 4",
    "one more paper": ADD_PAPER.replace("place_id, id, id,", f"place_id, {UNSIGNED}, id,"),
    "signed without a seal": "update meeting set state = 'signed', signed_at = starts_at"
    " where number = 2",
    "born signed": "insert into meeting (place_id, id, year, number, title_lo, title_en, starts_at,"
    " ends_at, venue, minutes_lo, minutes_en, call_off_reason, signed_at, signed_by, signed_body,"
    " signed_hash, state, version) select place_id, (select id from resolution where number = 1),"
    " year, 99, title_lo, '', starts_at, ends_at, venue, '', '', '', signed_at, signed_by,"
    " signed_body, signed_hash, 'signed', 1 from meeting where number = 1",
    **{
        f"{table} removed": f"delete from {table}"
        for table in ("resolution", "attendance", "meeting_paper", "agenda_item", "meeting")
    },
    "an unsigned one removed": f"delete from agenda_item where meeting_id = {UNSIGNED}",
}  # fmt: skip


WALL = (
    "the minutes are signed|never removed|keeps its keys|begins unsigned|has a seal"
    "|takes the place|permission denied"
)


@pytest.fixture
def room(database: Database) -> Room:
    """A signed meeting, and one after it that is not."""
    room = a_signed_room()
    room.meet_again()
    return room


@pytest.mark.parametrize("what", ATTEMPTS)
def test_what_is_signed_stands(room: Room, what: str) -> None:
    before = kept(room.unit)
    with pytest.raises(DatabaseError, match=WALL):
        run(room.unit, ATTEMPTS[what])
    assert kept(room.unit) == before


REPLACING = {
    "by its key": "insert or replace " + COPY_OF_RESOLUTION.format(
        id="id", meeting=UNSIGNED, number=9
    ),
    "by its number": "insert or replace " + COPY_OF_RESOLUTION.format(
        id=UNSIGNED, meeting=UNSIGNED, number="number"
    ),
    "a meeting": "insert or replace into meeting (place_id, id, year, number, title_lo, title_en,"
    " starts_at, ends_at, venue, minutes_lo, minutes_en, call_off_reason, signed_by, signed_body,"
    " signed_hash, state, version) select place_id, id, year, number, 'x', '', starts_at, ends_at,"
    " venue, '', '', '', '', '', '', 'held', 1 from meeting where number = 1",
    "an update that replaces": "update or replace meeting set number = 1 where number = 2",
}  # fmt: skip


@pytest.mark.parametrize("what", REPLACING)
def test_no_row_takes_the_place_of_another(room: Room, what: str, database: Database) -> None:
    if database.dialect != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    before = kept(room.unit)
    with area_scope(room.unit.id), pytest.raises(DatabaseError, match=WALL), unit_of_work() as work:
        connection = work.session.connection()
        driver: Any = connection.connection.driver_connection
        driver.execute("pragma recursive_triggers = off")
        try:
            work.session.execute(text(REPLACING[what]), execution_options=OPTION)
        finally:
            driver.execute("pragma recursive_triggers = on")
    assert kept(room.unit) == before


def test_a_table_is_not_emptied(room: Room, database: Database) -> None:
    if database.dialect != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")
    engine = database.owner_engine()
    for table in ("resolution", "attendance", "meeting_paper", "agenda_item", "meeting"):
        with pytest.raises(DatabaseError, match=WALL), engine.begin() as connection:
            connection.execute(text(f"truncate {table} cascade"))
    engine.dispose()


# -- what is sealed


def test_the_seal_holds_the_whole_meeting(room: Room) -> None:
    with area_scope(room.unit.id), reading() as session:
        meeting = session.scalars(select(Meeting).where(Meeting.number == 1)).one()
    body = json.loads(meeting.signed_body)
    assert minutes.canonical(body) == meeting.signed_body
    assert signing.hash_of(meeting.signed_body) == meeting.signed_hash
    assert meeting.signed_by == "ທ. ປະທານ, ເຈົ້າແຂວງ; ນ. ເລຂາ, ຫົວໜ້າຫ້ອງການ"
    rows = body["rows"]
    assert [row["state"] for row in rows["resolutions"]] == ["amended", "rejected"]
    assert [row["discussion_lo"] for row in rows["agenda"]] == ["ສົນທະນາ", ""]
    assert rows["meeting"]["minutes_lo"] == "ທົ່ວໄປ"
    assert len(rows["attendance"]) == 3 and len(rows["papers"]) == 1
    assert len(body["paper"]["members"]) == 3


def test_minutes_are_written_until_they_are_signed(database: Database) -> None:
    room = a_room()
    other = a_room("LA02")
    with area_scope(room.unit.id):
        (point, _other) = resolution_queries.agenda_of(room.meeting)
        minutes.write(room.unit, room.meeting.id, Said("ກ", "a"), {point.id: Said("ຂ", "b")})
        with reading() as session:
            found = session.get_one(Meeting, (room.unit.id, room.meeting.id))
        assert (found.minutes_lo, found.minutes_en) == ("ກ", "a")
    room.end()
    with area_scope(room.unit.id):
        minutes.write(room.unit, room.meeting.id, Said("ຄ"), {})
    with area_scope(other.unit.id), pytest.raises(NotFound):
        minutes.write(other.unit, room.meeting.id, Said("x"), {})
    with area_scope(other.unit.id), pytest.raises(NotFound):
        minutes.write(other.unit, other.meeting.id, Said("x"), {point.id: Said("x")})
    room.sign()
    with area_scope(room.unit.id), pytest.raises(MinutesClosed):
        minutes.write(room.unit, room.meeting.id, Said("x"), {})


def test_a_vote_must_still_fit_the_attendance_when_it_is_signed(database: Database) -> None:
    room = a_room(present=4)
    ballot = Ballot("vote", 4, 0, 0)
    room.decide(room.propose(), replace(DECISIONS["confirm"], ballot=ballot))
    run(
        room.unit,
        "update attendance set presence = 'absent'"
        " where member_id = (select id from committee_member where position = 3)",
    )
    room.end()
    with pytest.raises(TooManyVotes):
        room.sign()


def test_what_goes_down_becomes_a_guideline_and_its_correction_replaces_it(
    database: Database,
) -> None:
    room = a_room("LA")
    down = replace(SIMPLE, goes_down=True, acknowledge_by=LATER)
    first = room.decide(room.propose(down), DECISIONS["amend"])
    room.decide(room.propose(down), DECISIONS["reject"])
    room.decide(room.propose(), DECISIONS["confirm"])
    room.end()
    with area_scope(room.unit.id), reading() as session:
        assert session.scalars(select(Guideline)).all() == []
    room.sign()
    room.meet_again()
    again = replace(down, corrects_id=first.id)
    room.decide(room.propose(again), DECISIONS["confirm"])
    room.end()
    room.sign()
    with area_scope(room.unit.id), reading() as session:
        issued = session.scalars(select(Guideline).order_by(Guideline.label)).all()
    assert [(one.label, one.text_lo) for one in issued] == [
        ("1/2026-LA", "ເນື້ອໃນທີ່ປັບປຸງ"), ("4/2026-LA", "ເນື້ອໃນຂອງມະຕິ"),
    ]  # fmt: skip
    assert issued[1].replaces_id == issued[0].id
    assert issued[0].acknowledge_by == LATER


# -- counted again


def test_all_is_well_after_a_sign_off(room: Room) -> None:
    a_unit("LA")
    assert breaches() == []


def breaches() -> list[tuple[str, str]]:
    """What is found wrong; the paper on the table has a row here, and no file in the store."""
    return [
        (one.centre, one.rule)
        for one in checking.check()
        if one.rule != "files_of_offices_are_whole"
    ]


FORGED = {
    "update resolution set text_lo = 'x' where number = 1",
    "update attendance set presence = 'absent'",
    "update agenda_item set discussion_lo = 'x' where position = 1",
    "update meeting set minutes_lo = 'x' where number = 1",
    "update meeting set signed_hash = 'x' where number = 1",
    "update meeting set signed_body = '{}' where number = 1",
    "delete from meeting_paper",
}


@pytest.mark.parametrize("forgery", sorted(FORGED))
def test_what_was_changed_behind_the_walls_is_found(
    room: Room, forgery: str, database: Database
) -> None:
    take_down_the_walls(database)
    run(room.unit, forgery)
    assert ("LA01", "signed_minutes_are_as_they_were_signed") in breaches()


def test_numbers_and_states_are_counted_again(room: Room, database: Database) -> None:
    take_down_the_walls(database)
    run(room.unit, "update resolution set number = 5 where number = 2")
    run(room.unit, "update resolution set state = 'deferred' where number = 5")
    assert {rule for _unit, rule in breaches()} == {
        "signed_minutes_are_as_they_were_signed",
        "offices_number_without_gap",
        "states_equal_their_events",
    }


def take_down_the_walls(database: Database) -> None:
    engine = database.owner_engine()
    with engine.begin() as connection:
        if database.dialect == "postgresql":
            for table in ("meeting", "agenda_item", "attendance", "meeting_paper", "resolution"):
                connection.execute(text(f"alter table {table} disable trigger user"))
                connection.execute(text(f"grant delete on {table} to odsc_app"))
        else:
            names = connection.execute(
                text(
                    "select name from sqlite_master where type = 'trigger' and tbl_name in"
                    " ('meeting', 'agenda_item', 'attendance', 'meeting_paper', 'resolution')"
                )
            ).scalars()
            for name in names.all():
                connection.execute(text(f"drop trigger {name}"))
    engine.dispose()


def test_two_committees_are_told_apart(database: Database) -> None:
    a_signed_room("LA01")
    a_signed_room("LA0101")
    assert breaches() == []
