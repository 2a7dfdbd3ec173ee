"""What is proposed for an agenda, and how points come, move and go; on both databases."""

import os
import uuid
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from odsc_counter.applications import scan_files
from odsc_counter.applications.scan_files import KeptFile
from odsc_counter.committees import agenda, meetings, papers
from odsc_counter.committees.errors import AgendaClosed, AlreadyOnAgenda, PapersClosed
from odsc_counter.committees.models import AgendaItem, Meeting
from odsc_counter.flags.lifecycle import LIFECYCLE as FLAG
from odsc_counter.flags.models import Flag
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.file_store import FileStore, current_store, use_store
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.applications.files import a_pdf, a_picture
from tests.committees.seat import Committee, a_committee
from tests.pages import a_request


@pytest.fixture
def district(database: Database) -> Committee:
    return a_committee("LA0101", members_=1)


@pytest.fixture
def province(district: Committee) -> Committee:
    return a_committee("LA01")


def standing(committee: Committee, meeting: Meeting) -> list[AgendaItem]:
    with committee.inside(), reading() as session:
        return agenda.standing(session, committee.unit.id, meeting.id)


def close(flag: Flag, committee: Committee) -> None:
    with committee.inside(), unit_of_work() as work:
        row = work.session.get_one(Flag, (flag.place_id, flag.id))
        row.closed_at, row.close_reason = clock.now(), "ແກ້ໄຂແລ້ວ"
        work.change(row, FLAG, "close")


def test_live_flags_that_this_unit_holds_are_proposed(
    district: Committee, province: Committee
) -> None:
    own = district.flag()
    closed = district.flag()
    close(closed, district)
    escalated = province.flag(place=district.unit)
    with district.inside():
        assert [flag.id for flag in agenda.proposals(district.unit).flags] == [own.id]
    with province.inside():
        assert [flag.id for flag in agenda.proposals(province.unit).flags] == [escalated.id]


def test_overdue_action_items_of_this_seat_are_proposed(
    district: Committee, province: Committee
) -> None:
    today = clock.today()
    resolution = province.resolution(province.meeting(), state="proposed")
    late = province.action(resolution, today - timedelta(days=1), place=district.unit)
    province.action(resolution, today, place=district.unit)
    with province.inside():
        assert [item.id for item in agenda.proposals(province.unit).actions] == [late.id]
    with district.inside():
        assert agenda.proposals(district.unit).actions == []


def test_deferred_resolutions_are_proposed_until_they_are_taken_up_again(
    district: Committee, province: Committee
) -> None:
    meeting = district.meeting()
    deferred = district.resolution(meeting)
    district.resolution(meeting, number=2, state="proposed")
    with province.inside():
        assert agenda.proposals(province.unit).resolutions == []
    with district.inside():
        assert [one.id for one in agenda.proposals(district.unit).resolutions] == [deferred.id]
        agenda.add_deferred(district.unit, district.meeting().id, deferred.id)
        assert agenda.proposals(district.unit).resolutions == []


def test_what_stands_on_an_agenda_to_come_is_proposed_no_more(district: Committee) -> None:
    flag, meeting = district.flag(), district.meeting()
    with a_request(), district.inside():
        agenda.add_flag(district.unit, meeting.id, flag.id)
        assert len(agenda.proposals(district.unit)) == 0
        with pytest.raises(AlreadyOnAgenda):
            agenda.add_flag(district.unit, meeting.id, flag.id)
        meetings.open_meeting(district.unit, meeting.id)
        meetings.end(district.unit, meeting.id)
        # Nobody closed it there: it comes again.
        assert [one.id for one in agenda.proposals(district.unit).flags] == [flag.id]


def test_a_point_that_was_withdrawn_comes_back(district: Committee) -> None:
    flag, meeting = district.flag(), district.meeting()
    with a_request(), district.inside():
        point = agenda.add_flag(district.unit, meeting.id, flag.id)
        agenda.withdraw(district.unit, meeting.id, point.id)
        assert standing(district, meeting) == []
        with pytest.raises(NotFound):
            agenda.withdraw(district.unit, meeting.id, point.id)
        again = agenda.add_flag(district.unit, meeting.id, flag.id)
    assert [item.id for item in standing(district, meeting)] == [again.id] == [point.id]


def test_a_point_copies_title_and_place(district: Committee) -> None:
    resolution = district.resolution(district.meeting())
    action = district.action(resolution, clock.today() - timedelta(days=3))
    flag, meeting = district.flag(), district.meeting()
    with a_request(), district.inside():
        agenda.add_flag(district.unit, meeting.id, flag.id)
        agenda.add_action(district.unit, meeting.id, action.id)
        agenda.add_deferred(district.unit, meeting.id, resolution.id)
        agenda.add_topic(district.unit, meeting.id, "ເລື່ອງອື່ນ", "Any other business")
    points = standing(district, meeting)
    assert [point.kind for point in points] == ["flag", "action", "resolution", "topic"]
    assert [point.position for point in points] == [1, 2, 3, 4]
    assert district.unit.name_lo in points[0].title_lo
    assert points[0].title_en.startswith("A centre has fallen silent: ")
    assert (points[0].flag_place_id, points[0].flag_id) == (district.unit.id, flag.id)
    assert (points[1].title_lo, points[1].action_id) == ("ວຽກ", action.id)
    assert (points[2].title_lo, points[2].deferred_id) == ("ມະຕິ", resolution.id)


def test_points_move_up_and_down_and_stop_at_the_ends(district: Committee) -> None:
    unit, meeting = district.unit, district.meeting()
    with district.inside():
        a, b, c = (agenda.add_topic(unit, meeting.id, title).id for title in ("ກກກ", "ຂຂຂ", "ຄຄຄ"))
    steps = [
        (c, True, [a, c, b]), (c, True, [c, a, b]), (c, True, [c, a, b]),
        (a, False, [c, b, a]), (a, False, [c, b, a]),
    ]  # fmt: skip
    for item, up, order in steps:
        with district.inside():
            agenda.move(unit, meeting.id, item, up)
        points = standing(district, meeting)
        assert [point.id for point in points] == order
        assert all(one.position < other.position for one, other in pairwise(points))
    with district.inside(), pytest.raises(NotFound):
        agenda.move(unit, meeting.id, uuid.uuid4(), True)


def test_the_agenda_stays_when_the_meeting_is_over(district: Committee) -> None:
    unit, meeting = district.unit, district.meeting()
    with district.inside():
        point = agenda.add_topic(unit, meeting.id, "ຫົວຂໍ້")
        meetings.open_meeting(unit, meeting.id)
        agenda.add_topic(unit, meeting.id, "ເລື່ອງອື່ນ")
        meetings.end(unit, meeting.id)
        with pytest.raises(AgendaClosed):
            agenda.add_topic(unit, meeting.id, "ຊ້າເກີນໄປ")
        with pytest.raises(AgendaClosed):
            agenda.move(unit, meeting.id, point.id, False)
        with pytest.raises(AgendaClosed):
            agenda.withdraw(unit, meeting.id, point.id)


def test_nothing_of_another_seat_comes_on_an_agenda(
    district: Committee, province: Committee
) -> None:
    flag = district.flag()
    resolution = district.resolution(district.meeting())
    action = district.action(resolution, clock.today() - timedelta(days=1))
    meeting = province.meeting()
    with a_request(), province.inside():
        with pytest.raises(NotFound):
            agenda.add_flag(province.unit, meeting.id, flag.id)
        with pytest.raises(NotFound):
            agenda.add_action(province.unit, meeting.id, action.id)
        with pytest.raises(NotFound):
            agenda.add_deferred(province.unit, meeting.id, resolution.id)
        with pytest.raises(NotFound):
            agenda.add_topic(province.unit, district.meeting().id, "x")


# -- papers


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    use_store(FileStore(tmp_path / "files"))
    return current_store()


def a_file(committee: Committee, content: bytes, name: str = "ບົດລາຍງານ.pdf") -> KeptFile:
    with committee.inside():
        return scan_files.keep(content, name, most_megabytes=10, small=False)


def age(store: FileStore) -> None:
    for path in store.folder.rglob("*"):
        if path.is_file():
            os.utime(path, (0, 0))


def test_a_paper_lies_with_its_own_unit(
    district: Committee, province: Committee, store: FileStore
) -> None:
    meeting = district.meeting()
    file = a_file(district, a_pdf())
    with district.inside():
        paper = papers.add(district.unit, meeting.id, file)
        found = papers.paper(district.unit, meeting.id, paper.id)
        with pytest.raises(NotFound):
            papers.paper(district.unit, district.meeting().id, paper.id)
    assert (found.name, found.media_type) == ("ບົດລາຍງານ.pdf", "application/pdf")
    assert store.of_units.fault(district.unit.id, found.file_hash) is None
    assert store.of_units.fault(province.unit.id, found.file_hash) == "missing"
    assert store.fault(district.unit.id, found.file_hash) == "missing"
    with province.inside():
        with pytest.raises(NotFound):
            papers.paper(province.unit, meeting.id, paper.id)
        with pytest.raises(NotFound):
            papers.withdraw(province.unit, meeting.id, paper.id)


def test_a_paper_belongs_to_a_point_of_its_own_meeting(
    district: Committee, store: FileStore
) -> None:
    meeting, other = district.meeting(), district.meeting()
    file = a_file(district, a_picture())
    with district.inside():
        point = agenda.add_topic(district.unit, meeting.id, "ຫົວຂໍ້")
        papers.add(district.unit, meeting.id, file, point.id)
        with pytest.raises(NotFound):
            papers.add(district.unit, other.id, file, point.id)


def test_papers_stay_when_the_meeting_was_called_off(district: Committee, store: FileStore) -> None:
    meeting = district.meeting()
    file = a_file(district, a_picture())
    with district.inside():
        paper = papers.add(district.unit, meeting.id, file)
        meetings.call_off(district.unit, meeting.id, "ບໍ່ຄົບ")
        with pytest.raises(PapersClosed):
            papers.add(district.unit, meeting.id, file)
        with pytest.raises(PapersClosed):
            papers.withdraw(district.unit, meeting.id, paper.id)


def test_the_sweep_leaves_papers_even_withdrawn_ones_and_takes_what_nobody_names(
    district: Committee, store: FileStore
) -> None:
    meeting = district.meeting()
    kept = a_file(district, a_picture(size=(41, 30)))
    withdrawn = a_file(district, a_picture(size=(42, 30)))
    a_file(district, a_picture(size=(43, 30)))
    with district.inside():
        papers.add(district.unit, meeting.id, kept)
        paper = papers.add(district.unit, meeting.id, withdrawn)
        papers.withdraw(district.unit, meeting.id, paper.id)
        with pytest.raises(NotFound):
            papers.paper(district.unit, meeting.id, paper.id)
    with reference_scope():
        assert papers.sweep() == 0
        age(store)
        assert scan_files.sweep() == 0
        assert papers.sweep() == 1
        assert papers.sweep() == 0
    left = set(store.of_units.digests(district.unit.id))
    assert left == {kept.sha256, withdrawn.sha256}


def test_the_check_finds_a_paper_that_is_gone_or_changed(
    district: Committee, store: FileStore
) -> None:
    meeting = district.meeting()
    files = [a_file(district, a_picture(size=(side, 30))) for side in (41, 42, 43)]
    with district.inside():
        for file in files:
            papers.add(district.unit, meeting.id, file)
    assert list(papers.faults()) == []
    path = store.of_units.folder / str(district.unit.id)
    (path / files[0].sha256[:2] / files[0].sha256).unlink()
    (path / files[1].sha256[:2] / files[1].sha256).write_bytes(b"other")
    assert sorted(papers.faults()) == sorted(
        [
            ("LA0101", f"its file {files[0].sha256} is missing"),
            ("LA0101", f"its file {files[1].sha256} is changed"),
        ]
    )
