"""The pages of the coordination rooms after a year: server time and statements, on both databases.

    python -m benchmarks.coordination [--centres 166]

A year of a nation with 18 provinces and one centre in each of so many districts, in every unit:
a committee of twelve that has met each month and meets again in some days, three resolutions a
meeting, two action items a resolution with notes, flags, and the people of the office. Beside
them the nation's guidelines with who acknowledged them, notices, events, and looks into centres;
the rollups are those of `benchmarks.workload`, the files those of `benchmarks.applications`.
Pages are held against the person's own page (/me): sign-in, navigation and frame. Aim: each under
150 ms. The program's own processor time stands beside. Needs the development extras.
"""

import argparse
import gc
import logging
import os
import statistics
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any, cast

from flask.testing import FlaskClient
from sqlalchemy import Table, event, insert, select, text, update

from benchmarks.applications import files_of
from benchmarks.flags import FIGURES, history_of
from benchmarks.workload import AIM, DISTRICT, NATION, PROVINCE, database_of, filled
from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.notice_models import Notice
from odsc_counter.actions.models import (
    ActionItem,
    ActionNote,
    Guideline,
    GuidelineAcknowledgement,
)
from odsc_counter.applications.models import ApplicationStep, Holding
from odsc_counter.committees.models import (
    AgendaItem,
    Attendance,
    Committee,
    CommitteeMember,
    Meeting,
    Resolution,
)
from odsc_counter.coordination.sharing import FILE_PROGRESS, SUBJECT
from odsc_counter.flags.models import Flag
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.events import LOOKED, AreaEvent, NationalEvent
from odsc_counter.platform.tenancy import area_scope, centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.pages import a_desk, an_app
from tests.world import LONG_AGO, a_ministry, a_service, a_unit, a_user

PROVINCES = 18
MONTHS = 12
SEATS = 12
POINTS, RESOLUTIONS, ACTIONS, NOTES = 6, 3, 2, 2
"""Points and resolutions of a meeting, action items of a resolution, notes of an item."""
GUIDELINES = 12
NOTICES = 240
"""Of each person of an office: one on every working day."""
LOOKS = 250
"""Of each province and district: one on every working day."""
FILES = 2000
"""In each centre of the province whose files are looked at; a tenth of them is not over."""
FILES_OF = "M00"
"""The ministry of all these files."""
ROUNDS = 16
PART = 5000
"""Rows of one statement."""

Rows = dict[Any, list[dict[str, Any]]]
SHARED = ("today", "actions", "actions?list=all&page=9999", "guidelines", "guidelines/{guideline}",
          "meetings", "meetings/{coming}", "meetings/{held}", "resolutions",
          "resolutions?q=ຕິດຕາມ", "resolutions?q=nowhere", "resolutions/{resolution}",
          "sharing", "trail", "trail?from=2000-01-01&page=9999")  # fmt: skip
OWN = ("/directory", "/directory?show=people", "/directory?q=LA0101", "/me/notices",
       "/me/notices?page=9999")  # fmt: skip


@dataclass
class Year:
    """What was filled in, as far as pages are named by it."""

    keys: dict[str, dict[str, uuid.UUID]] = field(default_factory=dict)
    """Of each unit by code: a coming and a held meeting, and a resolution."""
    guideline: uuid.UUID | None = None


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--centres", type=int, default=166)
    centres = parser.parse_args().centres
    logging.disable(logging.INFO)
    for kind in ("sqlite", "postgresql"):
        with database_of(kind) as url:
            print(f"\n{kind}, {centres} centres, load {os.getloadavg()[0]:.1f}:"
                  f" median / slowest of {ROUNDS - 1}, own processor, ms;"
                  " × the person's own page; share of the aim; statements", flush=True)  # fmt: skip
            _measure(url, centres)


def _measure(url: str, centres: int) -> None:
    use_database(Database(url))
    app = an_app(url, Path(tempfile.mkdtemp()))
    year = a_year(centres)
    nation, province = a_unit(NATION), a_unit(PROVINCE)
    analyst = a_user(
        "analyst", moha_analyst=nation, committee_secretary=nation, auditor=nation
    )  # fmt: skip
    coordinator = a_user(
        "coordinator", province_coordinator=province, committee_secretary=province, auditor=province
    )
    member = a_user("member", committee_member=province)
    _seat_for_ministry(member)
    for user in (analyst, coordinator):
        _insert({Notice: list(_notices(user.id))})
    with app.extensions["database"].owner_engine().connect() as connection:
        connection.execute(text("analyze"))
        connection.commit()
    # What filling left behind is no server's: its garbage is not looked through in a page's time.
    gc.collect()
    gc.freeze()
    statements: list[str] = []
    database = app.extensions["database"]
    # What reads on PostgreSQL is the writer's engine, and tells its listeners.
    for engine in (database.writer, database.national):
        event.listen(
            engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_rest: statements.append(statement),
        )
    for user, code, pages in (
        (analyst, NATION, [*(f"/a/{NATION}/{page}" for page in SHARED), *OWN]),
        (coordinator, PROVINCE, [*(f"/a/{PROVINCE}/{page}" for page in SHARED), *OWN[-2:]]),
        (member, PROVINCE, [f"/a/{unit}/ministry-files{more}" for unit in (PROVINCE, DISTRICT)
                            for more in ("", "?show=results")]),
    ):  # fmt: skip
        desk = a_desk(app, user)
        plain = _timed(desk, "/me", statements)
        for page in pages:
            address = page.format(guideline=year.guideline, **year.keys[code])
            middle, slowest, own, asked = _timed(desk, address, statements)
            print(f"{page:42} {middle:6.1f} {slowest:6.1f} {own:6.1f}  x{middle / plain[0]:4.1f} "
                  f" {middle / AIM:4.2f}  {asked}", flush=True)  # fmt: skip
    database.dispose()


def _timed(
    desk: FlaskClient, address: str, statements: list[str]
) -> tuple[float, float, float, int]:
    """Median, slowest and own processor time in ms, the first round left out, and statements."""
    took, own = [], []
    for _round in range(ROUNDS):
        statements.clear()
        began, worked = time.perf_counter(), time.process_time()
        answer = desk.get(address)
        took.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - worked) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return statistics.median(took[1:]), max(took[1:]), statistics.median(own[1:]), len(statements)


def a_year(centres: int) -> Year:
    """A year of a nation with so many centres."""
    filled(centres)
    for number in range(1, PROVINCES + 1):
        a_unit(f"{NATION}{number:02}")
    with reference_scope(), reading() as session:
        units = list(session.scalars(select(Unit).order_by(Unit.code)))
        halls = list(session.scalars(select(Centre).order_by(Centre.code)))
    people = _people(units, halls)
    year = Year()
    for unit in units:
        below = [one for one in units if one.parent_id == unit.id] or [unit]
        year.keys[unit.code] = _office(unit, below, people[unit.code])
    for hall in halls:
        history_of(hall)
        _live_flags(hall, units)
    year.guideline = _guidelines(units[0], halls)
    _insert({NationalEvent: list(_looks(units))})
    # One service for all files, of the ministry whose seat looks at them.
    a_service(code=f"{FILES_OF}-01")
    for hall in halls:
        if hall.code.startswith(PROVINCE):
            files_of(hall, FILES)
            _lie_with_offices(hall)
    return year


def _insert(rows: Rows) -> None:
    """Put rows into the tables of the scope in force, of the nation where there is none."""
    with reference_scope(), unit_of_work() as work:
        _put(work.session, rows)


def _put(session: Any, rows: Rows) -> None:
    for model, values in rows.items():
        ahead = iter(values)
        while part := list(islice(ahead, PART)):
            session.execute(insert(cast(Table, model.__table__)), part)


def _people(units: list[Unit], halls: list[Centre]) -> dict[str, list[int]]:
    """Five people in every unit's office and two in every centre; those of the offices by code."""
    numbers = count(1000)
    offices: dict[str, list[int]] = {unit.code: [] for unit in units}
    coordinators = {0: "moha_analyst", 1: "province_coordinator", 2: "district_coordinator"}
    rows: Rows = {User: [], RoleGrant: [], Notice: []}

    def enter(role: str, name: str, place: str, key: int) -> int:
        number = next(numbers)
        rows[User].append(
            {
                "id": number, "username": f"{name}-{number}", "name_lo": f"ທ່ານ {name} {number}",
                "name_en": f"{name} {number}", "password_hash": None, "language": "lo",
                "is_active": True, "is_demo": False, "totp_secret": None,
                "totp_confirmed_at": None, "totp_last_step": 0, "created_at": clock.now(),
                "created_by_id": None, "office_phone": "021 212 000", "email": "",
                "wants_digest": False,
            }
        )  # fmt: skip
        rows[RoleGrant].append(
            {
                "user_id": number, "role": role, "at_centre_id": None, "at_unit_id": None,
                "ministry_id": None, "office_level": "", "granted_on": LONG_AGO,
                "ended_on": None, place: key,
            }
        )  # fmt: skip
        return number

    for unit in units:
        for role in (coordinators[unit.level], "committee_secretary", *["committee_member"] * 3):
            number = enter(role, role, "at_unit_id", unit.id)
            offices[unit.code].append(number)
            rows[Notice] += _notices(number)
    for hall in halls:
        for role in ("centre_manager", "lead_clerk"):
            enter(role, role, "at_centre_id", hall.id)
    _insert(rows)
    return offices


def _notices(user_id: int) -> Iterator[dict[str, Any]]:
    for number in range(NOTICES):
        at = clock.now() - timedelta(days=1.5 * number)
        yield {
            "id": new_id(), "user_id": user_id, "kind": "action_given",
            "subject_lo": f"{number}/2026 ຕິດຕາມສຳນວນທີ່ກາຍກຳນົດ",
            "subject_en": f"{number}/2026 Follow the overdue files up",
            "address": f"/a/{NATION}/actions", "at": at, "read_at": at if number > 10 else None,
        }  # fmt: skip


def _looks(units: list[Unit]) -> Iterator[dict[str, Any]]:
    for unit in units[1:]:
        for number in range(LOOKS):
            yield {
                "id": new_id(), "at": clock.now() - timedelta(days=1.4 * number), "verb": LOOKED,
                "subject_kind": SUBJECT, "subject_id": f"{FILE_PROGRESS.name}:{unit.code}",
                "actor_id": None, "actor_name": "", "origin": "", "request_id": "", "data": {},
            }  # fmt: skip


def _office(unit: Unit, below: list[Unit], people: list[int]) -> dict[str, uuid.UUID]:
    """A committee's year; the keys of a coming and a held meeting and of a resolution."""
    rows: Rows = {
        model: []
        for model in (Committee, CommitteeMember, Meeting, AgendaItem, Attendance, Resolution,
                      ActionItem, ActionNote, AreaEvent)
    }  # fmt: skip
    seats = [new_id() for _ in range(SEATS)]
    key = {"place_id": unit.id}
    rows[Committee] = [
        {**key, "name_lo": f"ຄະນະກຳມະການ {unit.code}", "name_en": f"Committee {unit.code}",
         "founded_by": "", "quorum_percent": 50}
    ]  # fmt: skip
    rows[CommitteeMember] = [
        {
            **key, "id": seat, "user_id": people[at] if at < len(people) else None,
            "name_lo": f"ທ່ານ {at}", "name_en": f"Member {at}", "post_lo": "ຫົວໜ້າພະແນກ",
            "post_en": "Director", "ministry_id": None,
            "role": {0: "chair", 1: "secretary"}.get(at, "member"), "from_on": LONG_AGO,
            "until_on": None, "ended_on": None, "position": at,
        }
        for at, seat in enumerate(seats)
    ]  # fmt: skip
    numbers: Counter[tuple[str, int]] = Counter()
    meetings = [
        _meeting(rows, unit, below, seats, people, back, numbers)
        for back in range(MONTHS, -1, -1)
    ]  # fmt: skip
    with area_scope(unit.id), unit_of_work() as work:
        _put(work.session, rows)
        # A meeting is signed once all that belongs to it is there.
        work.session.execute(
            update(cast(Table, Meeting.__table__))
            .where(Meeting.place_id == unit.id, Meeting.state == "held")
            .values(state="signed", signed_at=clock.now(), signed_by="ທ່ານ 0",
                    signed_body="{}" * 4000, signed_hash="ab" * 32)
        )  # fmt: skip
    resolution = rows[Resolution][-1]["id"]
    return {"coming": meetings[-1], "held": meetings[-2], "resolution": resolution}


def _meeting(
    rows: Rows,
    unit: Unit,
    below: list[Unit],
    seats: list[uuid.UUID],
    people: list[int],
    back: int,
    numbers: "Counter[tuple[str, int]]",
) -> uuid.UUID:
    """A meeting so many months ago, or to come (0), with all that belongs to it."""
    at = clock.now() + timedelta(days=3 - 30 * back)
    key, meeting, year = {"place_id": unit.id}, new_id(), at.year
    numbers["meeting", year] += 1
    rows[Meeting].append(
        {
            **key, "id": meeting, "year": year, "number": numbers["meeting", year],
            "title_lo": "ກອງປະຊຸມປະຈຳເດືອນ", "title_en": "Monthly meeting", "starts_at": at,
            "ends_at": at + timedelta(hours=2), "venue": "ຫ້ອງປະຊຸມ",
            "chair_id": seats[0] if back else None, "invited_at": at - timedelta(days=7),
            "opened_at": at if back else None, "ended_at": at if back else None,
            "minutes_lo": "ເນື້ອໃນ " * 200 if back else "", "minutes_en": "",
            "call_off_reason": "", "signed_at": None, "signed_by": "", "signed_body": "",
            "signed_hash": "", "state": "held" if back else "invited", "version": 4,
        }
    )  # fmt: skip
    rows[AreaEvent] += _events(unit, "meeting", meeting, at, people, "plan", "invite", "open",
                               "end", "sign")  # fmt: skip
    points = [new_id() for _ in range(POINTS)]
    for position, point in enumerate(points, start=1):
        rows[AgendaItem].append(
            {
                **key, "id": point, "meeting_id": meeting, "position": position, "kind": "topic",
                "title_lo": f"ວາລະ {position}", "title_en": f"Point {position}",
                "flag_place_id": None, "flag_id": None, "action_place_id": None,
                "action_id": None, "deferred_id": None, "discussion_lo": "", "discussion_en": "",
                "added_at": at - timedelta(days=10), "withdrawn_at": None,
            }
        )  # fmt: skip
        rows[AreaEvent] += _events(unit, "agenda_item", point, at, people, "add")
    if back:
        rows[Attendance] += [
            {**key, "meeting_id": meeting, "member_id": seat, "presence": "present",
             "deputy_name": ""}
            for seat in seats
        ]  # fmt: skip
        for point in points[:RESOLUTIONS]:
            _resolution(rows, unit, below, (meeting, point, seats[2]), people, back, numbers)
    return meeting


def _resolution(
    rows: Rows,
    unit: Unit,
    below: list[Unit],
    of: tuple[uuid.UUID, uuid.UUID, uuid.UUID],
    people: list[int],
    back: int,
    numbers: "Counter[tuple[str, int]]",
) -> None:
    """A resolution of a meeting, a point and a member, with its action items."""
    at = clock.now() + timedelta(days=3 - 30 * back)
    meeting, point, proposer = of
    key, resolution, year = {"place_id": unit.id}, new_id(), at.year
    numbers["resolution", year] += 1
    number = numbers["resolution", year]
    is_deferred = number % 10 == 0
    rows[Resolution].append(
        {
            **key, "id": resolution, "meeting_id": meeting, "agenda_item_id": point,
            "year": year, "number": number, "title_lo": f"ຕິດຕາມສຳນວນທີ່ກາຍກຳນົດ {number}",
            "title_en": f"Follow the overdue files up {number}",
            "text_lo": "ໃຫ້ພະແນກກ່ຽວຂ້ອງແກ້ໄຂ ແລະ ລາຍງານ. " * 20,
            "text_en": "The offices put it right and report. " * 20, "amended_lo": "",
            "amended_en": "", "proposer_id": proposer, "proposer_name": "ທ່ານ 2",
            "way": "consensus", "votes_for": None, "votes_against": None, "votes_abstained": None,
            "decided_at": at, "reason": "", "goes_down": False, "acknowledge_by": None,
            "corrects_id": None, "deferred_from_id": None,
            "state": "deferred" if is_deferred else "confirmed", "version": 2,
        }
    )  # fmt: skip
    rows[AreaEvent] += _events(unit, "resolution", resolution, at, people, "propose", "confirm")
    if is_deferred:
        return
    for _action in range(ACTIONS):
        numbers["action", year] += 1
        number = numbers["action", year]
        place = below[number % len(below)]
        state = "done" if back > 2 or number % 3 == 0 else ("open", "reported")[number % 2]
        action = new_id()
        rows[ActionItem].append(
            {
                "place_id": place.id, "id": action, "seat_id": unit.id,
                "resolution_id": resolution, "resolution_label": f"{number}/{year}-{unit.code}",
                "year": year, "number": number,
                "task_lo": "ກວດຄືນສຳນວນທີ່ດິນທັງໝົດ ແລະ ລາຍງານຕໍ່ຄະນະກຳມະການ",
                "task_en": "Go through all land files and report",
                "office_lo": "ຫ້ອງການທີ່ດິນ", "office_en": "Land office", "ministry_id": None,
                "about_centre_id": None, "responsible_id": people[0],
                "responsible_name": "ທ່ານ ບຸນມີ", "given_at": at,
                "due_on": at.date() + timedelta(days=15 + number % 60), "reminded_on": None,
                "reported_at": None if state == "open" else at,
                "accepted_at": at if state == "done" else None, "state": state, "version": 3,
            }
        )  # fmt: skip
        rows[ActionNote] += [
            {
                "place_id": place.id, "id": new_id(), "action_id": action, "verb": verb,
                "text": "ກຳລັງດຳເນີນ", "at": at, "by_id": people[0], "by_name": "ທ່ານ ບຸນມີ",
                "file_name": "", "file_hash": "", "media_type": "", "size_bytes": 0,
            }
            for verb in ("note", "report")[:NOTES]
        ]  # fmt: skip
        rows[AreaEvent] += _events(place, "action_item", action, at, people, "give", "note",
                                   "report")  # fmt: skip


def _events(
    place: Unit, kind: str, key: uuid.UUID, at: Any, people: list[int], *verbs: str
) -> Iterable[dict[str, Any]]:
    for seq, verb in enumerate(verbs, start=1):
        yield {
            "place_id": place.id, "id": new_id(), "at": min(at, clock.now()), "verb": verb,
            "subject_kind": kind, "subject_id": str(key), "actor_id": people[seq % len(people)],
            "actor_name": f"ທ່ານ {seq}", "origin": "", "request_id": "",
            "data": {"title": "ຕິດຕາມ"}, "seq": seq, "from_state": None, "to_state": None,
        }  # fmt: skip


def _live_flags(hall: Centre, units: list[Unit]) -> None:
    """Four flags of a centre: two lie with its district, one with the province and the nation."""
    held = [hall.code, hall.code, hall.code[:4], hall.code[:2]]
    by_code = {unit.code: unit.id for unit in units}
    today = clock.today()
    rows = [
        {
            "place_id": hall.unit_id, "id": new_id(), "rule": "office_slow",
            "subject": f"{hall.code}/M{number:02}/district", "about_centre_id": hall.id,
            "ministry_id": None, "office_level": "district", "holder_id": by_code[code],
            "owner_id": None, "raised_at": clock.now() - timedelta(days=number),
            "raised_on": today - timedelta(days=number), "figures": FIGURES,
            "last_seen_on": today, "subsided_on": None,
            "answer_due_on": today + timedelta(days=number - 1), "answer": "",
            "promised_on": None, "snoozed_until": None, "close_reason": "", "closed_at": None,
            "state": "open", "version": 1,
        }
        for number, code in enumerate(held)
    ]  # fmt: skip
    with area_scope(hall.unit_id), unit_of_work() as work:
        _put(work.session, {Flag: rows})


def _guidelines(nation: Unit, halls: list[Centre]) -> uuid.UUID:
    """The nation's guidelines, which nine in ten centres have acknowledged; the last one's key."""
    keys = [new_id() for _ in range(GUIDELINES)]
    today = clock.today()

    def issued(number: int) -> date:
        return today - timedelta(days=30 * (GUIDELINES - number))

    _insert(
        {
            Guideline: [
                {
                    "id": key, "unit_id": nation.id, "label": f"{number}/2026-{NATION}",
                    "title_lo": f"ຄຳແນະນຳ {number}", "title_en": f"Guideline {number}",
                    "text_lo": "ເນື້ອໃນ " * 200, "text_en": "Words " * 200,
                    "issued_on": issued(number),
                    "acknowledge_by": issued(number) + timedelta(days=30), "issued_by_id": None,
                    "replaces_id": None,
                }
                for number, key in enumerate(keys)
            ]
        }
    )  # fmt: skip
    for at, hall in enumerate(halls):
        taken = [
            {"centre_id": hall.id, "guideline_id": key, "acknowledged_at": clock.now()}
            for number, key in enumerate(keys)
            if (at + number) % 10
        ]
        with centre_scope(hall.id), unit_of_work() as work:
            _put(work.session, {GuidelineAcknowledgement: taken})
    return keys[-1]


def _seat_for_ministry(member: User) -> None:
    """Let a committee's member sit there for the ministry of the files."""
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(RoleGrant)
            .where(RoleGrant.user_id == member.id)
            .values(ministry_id=a_ministry(FILES_OF).id)
        )


def _lie_with_offices(hall: Centre) -> None:
    """Every open file of a centre lies with the office of its step."""
    with centre_scope(hall.id), reading() as session:
        steps = list(session.scalars(select(ApplicationStep)))
    today = clock.today()
    rows = [
        {
            "centre_id": hall.id, "id": new_id(), "application_id": step.application_id,
            "holder": "office", "step_id": step.id, "ministry_id": step.ministry_id,
            "began_at": clock.now(), "began_on": today - timedelta(days=at % 20),
            "ended_at": None, "ended_on": None,
        }
        for at, step in enumerate(steps)
    ]  # fmt: skip
    with centre_scope(hall.id), unit_of_work() as work:
        _put(work.session, {Holding: rows})


if __name__ == "__main__":
    main()
