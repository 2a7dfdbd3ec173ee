"""The pages of committees and action items after a year of a nation, on both databases.

    python -m benchmarks.coordination [--centres 166] [--rounds 15]

Offices of the nation, of 18 provinces and of a district for each centre: twelve meetings each, five
points and three resolutions a meeting, two action items a resolution with two notes each, twelve
guidelines to all centres, and the trail of it all. Whole pages through the program (routing,
sign-in, scope, template), held against the person's own page: sign-in, navigation and frame. The
median of the rounds counts, the slowest is told beside. Aim: every page under 150 ms. Needs the
development extras.
"""

import argparse
import logging
import statistics
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, insert, text, update

from benchmarks.workload import database_of
from odsc_counter.accounts.models import RoleGrant
from odsc_counter.accounts.notice_models import Notice
from odsc_counter.actions.models import (
    ActionItem,
    ActionNote,
    Guideline,
    GuidelineAcknowledgement,
)
from odsc_counter.committees.models import (
    AgendaItem,
    Attendance,
    Committee,
    CommitteeMember,
    Meeting,
    Resolution,
)
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.tenancy import area_scope, centre_scope, reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.pages import a_desk, an_app
from tests.world import a_centre, a_ministry, a_unit, a_user

AIM = 150.0
MEETINGS, RESOLUTIONS, ACTIONS, POINTS, MEMBERS, GUIDELINES = 12, 3, 2, 5, 8, 12
PLACE = "LA01"


class Year:
    """What the offices of a nation have done in a year."""

    def __init__(self, centres: int) -> None:
        self.ministry = a_ministry("MAE")
        self.nation = a_unit("LA")
        self.analyst = a_user("analyst", moha_analyst=self.nation)
        self.secretary = a_user("secretary", committee_secretary=self.nation)
        self.here = a_user("here", committee_secretary=a_unit(PLACE))
        self.auditor = a_user("auditor", auditor=self.nation)
        self.member = a_user("member", committee_member=a_unit(PLACE))
        with reference_scope(), unit_of_work() as work:
            work.session.execute(
                update(RoleGrant)
                .where(RoleGrant.user_id == self.member.id)
                .values(ministry_id=self.ministry.id)
            )
        self.first: dict[str, uuid.UUID] = {}
        self.guideline = new_id()
        self.centres: list[Centre] = [
            a_centre(f"LA{number // 10 + 1:02}{number % 10 + 1:02}", counters=0)
            for number in range(centres)
        ]
        provinces = [a_unit(f"LA{number:02}") for number in range(1, 19)]
        for unit in (self.nation, *provinces, *(a_unit(one.code) for one in self.centres)):
            self._committee(unit)
        self._guidelines()
        self._notices()

    def _committee(self, unit: Unit) -> None:
        now, rows = clock.now(), Rows()
        members = [new_id() for _ in range(MEMBERS)]
        rows.add(
            Committee,
            place_id=unit.id,
            name_lo="ຄະນະກຳມະການ",
            name_en="Committee",
            founded_by="1/PM",
            quorum_percent=50,
        )
        for position, key in enumerate(members):
            rows.add(
                CommitteeMember,
                place_id=unit.id,
                id=key,
                user_id=None,
                name_lo=f"ທ່ານ {position}",
                name_en=f"Member {position}",
                post_lo="ຫົວໜ້າ",
                post_en="Head",
                ministry_id=None,
                role="chair" if position == 0 else "member",
                from_on=now.date() - timedelta(days=400),
                until_on=None,
                ended_on=None,
                position=position,
            )
        for number in range(1, MEETINGS + 1):
            at = now - timedelta(days=30 * (MEETINGS - number) + 3)
            meeting = new_id()
            rows.add(
                Meeting,
                place_id=unit.id,
                id=meeting,
                year=at.year,
                number=number,
                title_lo=f"ກອງປະຊຸມ {number}",
                title_en=f"Meeting {number}",
                starts_at=at,
                ends_at=at + timedelta(hours=3),
                venue="ຫ້ອງປະຊຸມ",
                chair_id=members[0],
                invited_at=at,
                opened_at=at,
                ended_at=at + timedelta(hours=3),
                minutes_lo="ບົດບັນທຶກ",
                minutes_en="Minutes",
                call_off_reason="",
                signed_at=None,
                signed_by="",
                signed_body="",
                signed_hash="",
                state="held",
                version=4,
            )
            self._meeting(rows, unit, meeting, members, number, at)
        with area_scope(unit.id), unit_of_work() as work:
            rows.write(work.session)

    def _meeting(
        self,
        rows: "Rows",
        unit: Unit,
        meeting: uuid.UUID,
        members: list[uuid.UUID],
        number: int,
        at: Any,
    ) -> None:
        for member in members:
            rows.add(
                Attendance,
                place_id=unit.id,
                meeting_id=meeting,
                member_id=member,
                presence="present",
                deputy_name="",
            )
        for position in range(1, POINTS + 1):
            rows.add(
                AgendaItem,
                place_id=unit.id,
                id=new_id(),
                meeting_id=meeting,
                position=position,
                kind="topic",
                title_lo=f"ຫົວຂໍ້ {position}",
                title_en=f"Point {position}",
                flag_place_id=None,
                flag_id=None,
                action_place_id=None,
                action_id=None,
                deferred_id=None,
                discussion_lo="",
                discussion_en="",
                added_at=at,
                withdrawn_at=None,
            )
        for turn in range(RESOLUTIONS):
            resolution = new_id()
            label = f"{(number - 1) * RESOLUTIONS + turn + 1}/{unit.code}"
            rows.add(
                Resolution,
                place_id=unit.id,
                id=resolution,
                meeting_id=meeting,
                agenda_item_id=None,
                year=at.year,
                number=(number - 1) * RESOLUTIONS + turn + 1,
                title_lo=f"ມະຕິ {label}",
                title_en=f"Resolution {label}",
                text_lo="ໃຫ້ຫ້ອງການແກ້ໄຂສຳນວນທີ່ຄ້າງ " * 8,
                text_en="The office clears what is late. " * 8,
                amended_lo="",
                amended_en="",
                proposer_id=members[1],
                proposer_name="Member 1",
                way="consensus",
                votes_for=None,
                votes_against=None,
                votes_abstained=None,
                decided_at=at,
                reason="",
                goes_down=False,
                acknowledge_by=None,
                corrects_id=None,
                deferred_from_id=None,
                state="confirmed",
                version=2,
            )
            self.first.setdefault(f"resolution {unit.code}", resolution)
            self.first[f"meeting {unit.code}"] = meeting
            for one in range(ACTIONS):
                self._action(rows, unit, resolution, label, at, number, turn * ACTIONS + one)
        for seq in range(1, 5):
            rows.add(
                AreaEvent,
                place_id=unit.id,
                id=new_id(),
                at=at,
                verb="plan",
                subject_kind="meeting",
                subject_id=str(meeting),
                actor_id=None,
                actor_name="",
                origin="",
                request_id="",
                data={},
                seq=seq,
                from_state=None,
                to_state=None,
            )

    def _action(
        self,
        rows: "Rows",
        unit: Unit,
        resolution: uuid.UUID,
        label: str,
        at: Any,
        number: int,
        one: int,
    ) -> None:
        action = new_id()
        is_open = number > MEETINGS - 2 or (number + one) % 9 == 0
        rows.add(
            ActionItem,
            place_id=unit.id,
            id=action,
            seat_id=unit.id,
            resolution_id=resolution,
            resolution_label=label,
            year=at.year,
            number=number * 10 + one,
            task_lo="ແກ້ໄຂສຳນວນທີ່ດິນທີ່ຄ້າງ",
            task_en="Clear the late land files",
            office_lo="ຫ້ອງການ",
            office_en="Land office",
            ministry_id=None,
            about_centre_id=None,
            responsible_id=None,
            responsible_name="ທ່ານ ກ",
            given_at=at,
            due_on=at.date() + timedelta(days=20),
            reminded_on=None,
            reported_at=None if is_open else at,
            accepted_at=None if is_open else at,
            state="open" if is_open else "done",
            version=1 if is_open else 3,
        )
        self.first.setdefault(f"action {unit.code}", action)
        for _note in range(2):
            rows.add(
                ActionNote,
                place_id=unit.id,
                id=new_id(),
                action_id=action,
                verb="note",
                text="ໄດ້ດຳເນີນການແລ້ວ",
                at=at,
                by_id=None,
                by_name="ທ່ານ ກ",
                file_name="",
                file_hash="",
                media_type="",
                size_bytes=0,
            )

    def _guidelines(self) -> None:
        today, keys = clock.today(), [self.guideline, *(new_id() for _ in range(GUIDELINES - 1))]
        with reference_scope(), unit_of_work() as work:
            work.session.execute(
                insert(Guideline),
                [
                    {
                        "id": key,
                        "unit_id": self.nation.id,
                        "label": f"{number}/LA",
                        "title_lo": f"ຂໍ້ແນະນຳ {number}",
                        "title_en": f"Guideline {number}",
                        "text_lo": "ຂໍ້ແນະນຳ " * 40,
                        "text_en": "Guideline " * 40,
                        "issued_on": today - timedelta(days=30 * number),
                        "acknowledge_by": today - timedelta(days=30 * number - 14),
                        "issued_by_id": None,
                        "replaces_id": None,
                    }
                    for number, key in enumerate(keys, 1)
                ],
            )
        for number, centre in enumerate(self.centres):
            with centre_scope(centre.id), unit_of_work() as work:
                work.session.execute(
                    insert(GuidelineAcknowledgement),
                    [
                        {
                            "centre_id": centre.id,
                            "guideline_id": key,
                            "acknowledged_at": clock.now(),
                        }
                        for turn, key in enumerate(keys)
                        if (turn + number) % 20
                    ],
                )

    def _notices(self) -> None:
        with reference_scope(), unit_of_work() as work:
            work.session.execute(
                insert(Notice),
                [
                    {
                        "id": new_id(),
                        "user_id": self.analyst.id,
                        "kind": "flag",
                        "subject_lo": "ມີທຸງໃໝ່",
                        "subject_en": "A new flag",
                        "address": "/a/LA/flags",
                        "at": clock.now(),
                        "read_at": None if number < 20 else clock.now(),
                    }
                    for number in range(400)
                ],
            )


class Rows:
    """Rows by table, to be written a table at a time."""

    def __init__(self) -> None:
        self._rows: dict[Any, list[dict[str, Any]]] = {}

    def add(self, model: Any, **values: Any) -> None:
        """One row more."""
        self._rows.setdefault(model, []).append(values)

    def write(self, session: Any) -> None:
        """All of them."""
        for model, rows in self._rows.items():
            session.execute(insert(model), rows)


def measure(kind: str, url: str, centres: int, rounds: int) -> None:
    """Fill a database, and print what its pages cost."""
    use_database(Database(url))
    app: Flask = an_app(url, Path(tempfile.mkdtemp()))
    year = Year(centres)
    with app.extensions["database"].owner_engine().connect() as connection:
        connection.execute(text("analyze"))
        connection.commit()
    statements: list[str] = []
    database = app.extensions["database"]
    for engine in {database.reader, database.national}:
        event.listen(
            engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_rest: statements.append(statement),
        )
    analyst = a_desk(app, year.analyst, "lo")
    secretary = a_desk(app, year.secretary, "lo")
    here = a_desk(app, year.here, "lo")
    member = a_desk(app, year.member, "lo")
    auditor = a_desk(app, year.auditor, "lo")
    print(
        f"\n{kind}, {centres} centres: median / slowest of {rounds}, ms; x own page; share of"
        " the aim; statements",
        flush=True,
    )
    own = _timed(analyst, "/me", rounds, statements)[0]
    for client, address in (
        (analyst, "/a/LA/today"),
        (here, f"/a/{PLACE}/today"),
        (analyst, "/directory"),
        (analyst, "/a/LA/actions"),
        (here, f"/a/{PLACE}/actions"),
        (secretary, f"/a/LA/actions/{year.nation.id}/{year.first['action LA']}"),
        (analyst, "/a/LA/guidelines"),
        (analyst, f"/a/LA/guidelines/{year.guideline}"),
        (secretary, "/a/LA/meetings"),
        (secretary, f"/a/LA/meetings/{year.first['meeting LA']}"),
        (secretary, f"/a/LA/meetings/{year.first['meeting LA']}/minutes"),
        (analyst, "/a/LA/resolutions"),
        (analyst, "/a/LA/resolutions?q=LA0305"),
        (here, f"/a/{PLACE}/resolutions"),
        (analyst, f"/a/LA/resolutions/{year.first['resolution LA']}"),
        (analyst, "/a/LA/sharing"),
        (auditor, "/a/LA/trail"),
        (member, f"/a/{PLACE}/ministry-files"),
        (secretary, "/a/LA/committee"),
        (analyst, "/me/notices"),
    ):
        middle, slowest, count = _timed(client, address, rounds, statements)
        page = address.replace(f"actions/{year.nation.id}/", "actions/")
        page = "/".join("…" if len(part) == 36 else part for part in page.split("/"))
        print(
            f"{page:34} {middle:6.1f} {slowest:6.1f}  x{middle / own:4.1f}  {middle / AIM:4.2f} "
            f" {count}",
            flush=True,
        )


def _timed(
    client: Any, address: str, rounds: int, statements: list[str]
) -> tuple[float, float, int]:
    took = []
    for _round in range(rounds + 1):
        statements.clear()
        began = time.perf_counter()
        answer = client.get(address)
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            print(address, answer.status_code)
    return statistics.median(took[1:]), max(took[1:]), len(statements)


def main() -> None:
    """Measure on both databases."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    options.add_argument("--centres", type=int, default=166)
    options.add_argument("--rounds", type=int, default=15)
    given = options.parse_args()
    logging.disable(logging.INFO)
    for kind in ("sqlite", "postgresql"):
        with database_of(kind) as url:
            measure(kind, url, given.centres, given.rounds)


if __name__ == "__main__":
    main()
