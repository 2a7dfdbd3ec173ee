"""A meeting's pack: its figures are those of the pages, and an edition never changes."""

import hashlib
import subprocess
import sys
import uuid
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from odsc_counter.committees import pack_queries
from odsc_counter.committees.figures import MeetingIsOver, canonical, freeze, pack_faults
from odsc_counter.committees.models import Meeting, MeetingFigures
from odsc_counter.committees.pack import pack_pdf
from odsc_counter.committees.paper import invitation_pdf
from odsc_counter.coordination.queries import workload
from odsc_counter.coordination.workload_queries import ministries
from odsc_counter.monitoring.figures import DAY_FIGURES, NOW_FIGURES
from odsc_counter.monitoring.load_figures import OFFICE_FIGURES
from odsc_counter.monitoring.models import CentreNow
from odsc_counter.monitoring.queries import national_summary
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.lao import Language
from odsc_counter.platform.tenancy import (
    Actor,
    acting_as,
    area_scope,
    centre_scope,
    reference_scope,
)
from odsc_counter.platform.work import one_moment, reading, unit_of_work
from tests.committees.boards import (
    MOMENT,
    STARTS,
    a_committee,
    a_flag,
    a_meeting,
    a_month,
    a_paper,
    a_point,
    a_resolution,
    an_action,
    an_office,
    figures_of,
)
from tests.monitoring.records import a_letterhead, at
from tests.receipts.office import both_at_once
from tests.world import a_centre, a_ministry, a_unit

AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)


@pytest.fixture
def meeting(database: Database) -> Meeting:
    """A province of two centres whose committee is to meet, with something of everything."""
    a_letterhead()
    province, district = a_unit("LA01"), a_unit("LA0101")
    centre, other = a_centre("LA0101"), a_centre("LA0102")
    figures_of(
        centre,
        {
            **a_month(AUGUST, tickets=40, judged=40, in_target=38, applications=5, decided=4,
                      decided_on_time=4, receipts=6, revenue_kip=120_000),
            **a_month(SEPTEMBER, tickets=50, judged=48, in_target=36, applications=7, decided=5,
                      decided_on_time=3, receipts=8, voids=1, revenue_kip=160_000),
            MOMENT.date(): {"tickets": 9, "receipts": 2},
        },
        waiting=4, files_open=61, files_overdue=17, tills_left_open=1,
    )  # fmt: skip
    figures_of(other, a_month(SEPTEMBER, tickets=31, judged=30, in_target=30), files_open=12)
    for one, held in ((centre, 60), (other, 12)):
        an_office(one, a_ministry("MONRE"), files_open=10, overdue=7, held_days=held)
    a_committee(province)
    past = a_meeting(province, starts_at=STARTS - timedelta(days=60), state="held")
    meeting = a_meeting(province, number=2)
    a_point(meeting, 1)
    a_paper(meeting)
    a_flag(province, district, "LA0101/MONRE/district", centre)
    decided = a_resolution(past, 5)
    an_action(decided, district, 1, date(2026, 9, 15))
    an_action(decided, province, 2, date(2026, 12, 15))
    return meeting


def province() -> Unit:
    return a_unit("LA01")


def frozen_of(meeting: Meeting) -> MeetingFigures:
    unit = province()
    with at(MOMENT):
        return frozen_now(unit, meeting)


def frozen_now(unit: Unit, meeting: Meeting) -> MeetingFigures:
    with area_scope(unit.id), acting_as(Actor("ທ. ເລຂາ")):
        return freeze(unit, meeting.id)


def edition(meeting: Meeting, number: int) -> MeetingFigures:
    unit = province()
    with area_scope(unit.id):
        return pack_queries.edition_of(unit, meeting.id, number)


def text_of(content: bytes) -> str:
    """What the PDF says, with all its blanks made one."""
    reader = PdfReader(BytesIO(content))
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_the_figures_are_those_of_the_pages_at_that_moment(meeting: Meeting) -> None:
    unit = province()
    with at(MOMENT):
        content = frozen_of(meeting).content
        shown = workload(unit, "lo")
        nation = national_summary(SEPTEMBER, date(2026, 9, 30))
    total = content["total"]
    assert total["today"] == {name: getattr(shown.total.today, name) for name in DAY_FIGURES}
    for name in (
        "files_open",
        "files_overdue",
        "waiting",
        "tills_left_open",
        "centres",
        "reporting",
    ):
        assert total[name] == getattr(shown.total, name), name
    loads = {load.centre.code: load for part in shown.parts for load in part.centres}
    for row in content["centres"]:
        load = loads[row["code"]]
        assert row["standing"] == load.standing
        assert row["now"] == {name: getattr(load.now, name) for name in NOW_FIGURES}
    assert content["month_total"] == {name: getattr(nation.total, name) for name in DAY_FIGURES}
    assert content["month_total"]["tickets"] == 20 * (50 + 31)
    assert content["before_total"]["tickets"] == 20 * 40
    (office,) = content["offices"]
    (load,) = ministries(unit)
    assert {name: office[name] for name in OFFICE_FIGURES} == vars(load.figures)
    assert (office["files_open"], office["centres"]) == (20, 2)
    assert [one["applications"] for one in content["trend"]][-3:] == [None, 100, 140]
    assert content["at"] == clock.local(MOMENT).isoformat()


def test_what_the_committee_must_deal_with_is_in_it(meeting: Meeting) -> None:
    content = frozen_of(meeting).content
    (flag,) = content["flags"]
    assert (flag["subject"], flag["figures"]["overdue"]) == ("LA0101/MONRE/district", 12)
    assert [(one["label"], one["overdue"]) for one in content["actions"]] == [
        ("1/2026", True),
        ("2/2026", False),
    ]
    (resolution,) = content["resolutions"]
    assert (resolution["label"], resolution["state"], resolution["tasks"]) == (
        *("5/2026", "confirmed"),
        2,
    )
    assert [one["name"] for one in content["papers"]] == ["ບົດສະຫຼຸບ.pdf"]
    assert [one["role"] for one in content["members"]] == ["chair", "member", "secretary"]


@pytest.mark.parametrize("language", ["lo", "en"])
def test_the_paper_tells_the_figures_and_the_same_bytes_each_time(
    meeting: Meeting, language: Language
) -> None:
    frozen = frozen_of(meeting)
    first = pack_pdf(frozen, language)
    told = text_of(first)
    for figure in ("1.620", "75,0%", "84,6%", "60,0%", "3.200.000", "17", "73", "3,6", "1/2026"):
        assert figure in told, figure
    assert frozen.content_hash in told
    with at(MOMENT + timedelta(days=90)):
        assert pack_pdf(edition(meeting, 1), language) == first
    assert b"20261005" in first


def test_another_process_draws_the_same_bytes(meeting: Meeting) -> None:
    frozen = frozen_of(meeting)
    program = (
        "import hashlib, json, sys;"
        "from datetime import datetime;"
        "from odsc_counter.committees.models import MeetingFigures;"
        "from odsc_counter.committees.pack import pack_pdf;"
        "content = json.loads(sys.stdin.read());"
        f"frozen = MeetingFigures(content=content, edition=1, content_hash='{frozen.content_hash}',"
        f" frozen_by_name={frozen.frozen_by_name!r});"
        "print(hashlib.sha256(pack_pdf(frozen)).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=canonical(frozen.content), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == hashlib.sha256(pack_pdf(frozen)).hexdigest()


def test_what_happens_later_does_not_change_an_earlier_edition(meeting: Meeting) -> None:
    first = frozen_of(meeting)
    drawn = pack_pdf(first)
    unit = province()
    centre = a_centre_of("LA0101")
    with centre_scope(centre.id), unit_of_work() as work:
        work.session.execute(update(CentreNow).values(files_overdue=99))
    a_point(meeting, 2, "ເລື່ອງໃໝ່")
    with area_scope(unit.id), unit_of_work() as work:
        work.session.execute(update(Meeting).where(Meeting.id == meeting.id).values(venue="ບ່ອນອື່ນ"))
    second = frozen_of(meeting)
    assert (first.edition, second.edition) == (1, 2)
    assert second.content["total"]["files_overdue"] == 99
    assert first.content_hash != second.content_hash
    assert pack_pdf(edition(meeting, 1)) == drawn
    with area_scope(unit.id):
        assert [one.edition for one in pack_queries.editions(unit, meeting.id)] == [2, 1]


def a_centre_of(code: str) -> Centre:
    with area_scope(province().id), reading() as session:
        return session.scalars(select(Centre).where(Centre.code == code)).one()


def test_two_who_freeze_at_once_get_an_edition_each(meeting: Meeting) -> None:
    unit = province()
    with at(MOMENT):  # the clock is the process's: set once around both
        made = both_at_once(*[lambda: frozen_now(unit, meeting).edition] * 2)
    assert sorted(map(str, made)) == ["1", "2"]
    with area_scope(province().id), reading() as session:
        assert list(pack_faults(session)) == []
        events = session.scalars(select(AreaEvent.data).where(AreaEvent.verb == "freeze"))
        assert sorted(data["edition"] for data in events) == [1, 2]


def test_all_readings_within_one_moment_see_the_same(meeting: Meeting) -> None:
    centre, unit = a_centre_of("LA0101"), province()
    overdue = select(func.sum(CentreNow.files_overdue))

    def more_overdue() -> None:
        with centre_scope(centre.id), unit_of_work() as work:
            work.session.execute(update(CentreNow).values(files_overdue=40))

    with area_scope(unit.id):
        with one_moment() as session:
            assert session.scalar(overdue) == 17
            more_overdue()
            with reading() as joined:
                assert joined is session
                assert joined.scalar(overdue) == 17
        with reading() as session:
            assert session.scalar(overdue) == 40


def test_a_frozen_edition_is_never_changed(meeting: Meeting) -> None:
    frozen_of(meeting)
    unit = province()
    for change in (update(MeetingFigures).values(edition=7), delete(MeetingFigures)):
        with area_scope(unit.id), pytest.raises(DatabaseError), unit_of_work() as work:
            work.session.execute(change.execution_options(synchronize_session=False))


def test_the_check_finds_a_content_that_is_not_what_was_frozen(meeting: Meeting) -> None:
    frozen = frozen_of(meeting)
    unit = province()
    with area_scope(unit.id), unit_of_work() as work:
        work.session.add(
            MeetingFigures(
                place_id=unit.id, meeting_id=meeting.id, edition=3, frozen_at=MOMENT,
                frozen_by_name="x", content={**frozen.content, "at": "other"},
                content_hash=frozen.content_hash,
            )
        )  # fmt: skip
    with area_scope(unit.id), reading() as session:
        first, second = (fault for _place, fault in pack_faults(session))
    assert "is not what was frozen" in first
    assert "is missing" in second


def test_no_pack_is_made_of_a_meeting_that_is_over_or_another_committees(
    meeting: Meeting,
) -> None:
    unit = province()
    over = a_meeting(unit, number=3, state="held")
    with pytest.raises(MeetingIsOver):
        frozen_of(over)
    with pytest.raises(NotFound):
        frozen_of(a_meeting(a_unit("LA0101"), number=1))
    nation = a_unit("LA")
    with area_scope(nation.id), pytest.raises(NotFound):
        freeze(nation, meeting.id)
    with area_scope(nation.id), pytest.raises(NotFound):
        pack_queries.edition_of(nation, meeting.id, 1)
    with pytest.raises(NotFound):
        frozen_of(Meeting(id=uuid.uuid4()))


def test_an_empty_area_has_a_pack_all_the_same(database: Database) -> None:
    a_letterhead()
    meeting = a_meeting(province())
    frozen = frozen_of(meeting)
    for language in ("lo", "en"):
        assert PdfReader(BytesIO(pack_pdf(frozen, language))).pages  # type: ignore[arg-type]  # both are languages
    assert frozen.content["centres"] == frozen.content["flags"] == []


@pytest.mark.parametrize("centres", [3, 30])
def test_long_names_wrap_and_many_centres_go_on_over_pages(
    database: Database, centres: int
) -> None:
    a_letterhead()
    name = "ສູນບໍລິການຜ່ານປະຕູດຽວເມືອງໄຊເສດຖາພິມານທອງວັດທະນານະຄອນຫຼວງ" * 2
    for number in range(1, centres + 1):
        centre = a_centre(f"LA01{number:02}", counters=0)
        with reference_scope(), unit_of_work() as work:
            work.session.execute(
                update(Centre).where(Centre.id == centre.id).values(name_lo=name[:120])
            )
        figures_of(centre, a_month(SEPTEMBER, days=1, tickets=number), files_open=1000 + number)
    meeting = a_meeting(province())
    for number in range(12):
        a_point(meeting, number, name)
    drawn = PdfReader(BytesIO(pack_pdf(frozen_of(meeting))))
    text = " ".join(page.extract_text() for page in drawn.pages)
    for number in range(1, centres + 1):
        assert f"1.{number:03}" in text
    assert len(drawn.pages) >= (6 if centres == 30 else 3)


def test_the_invitation_is_one_page_with_all_that_must_be_known(meeting: Meeting) -> None:
    unit = province()
    with at(MOMENT), area_scope(unit.id):
        content = pack_queries.invitation_to(unit, meeting.id)
    drawn = invitation_pdf(content, clock.local(MOMENT), "en")
    told = text_of(drawn)
    assert len(PdfReader(BytesIO(drawn)).pages) == 1
    for known in ("Mr Somsack 0", "Director of Home Affairs", "09:00", "Point 1", "2/2026"):
        assert known in told, known
