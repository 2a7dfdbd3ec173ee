"""Builders for committees' papers: a meeting with all that its pack tells of, and rollups."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from odsc_counter.actions.lifecycle import LIFECYCLE as ACTION
from odsc_counter.actions.models import ActionItem
from odsc_counter.catalogue.models import Ministry
from odsc_counter.committees.lifecycle import MEETING, RESOLUTION
from odsc_counter.committees.models import (
    AgendaItem,
    Committee,
    CommitteeMember,
    Meeting,
    MeetingPaper,
    Resolution,
)
from odsc_counter.flags.lifecycle import LIFECYCLE as FLAG
from odsc_counter.flags.models import Flag
from odsc_counter.monitoring.figures import DayFigures, NowFigures
from odsc_counter.monitoring.load_figures import OfficeFigures
from odsc_counter.monitoring.load_models import CentreOffice
from odsc_counter.monitoring.models import CentreDay, CentreNow
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.tenancy import area_scope, centre_scope
from odsc_counter.platform.work import unit_of_work

MOMENT = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
"""Nine o'clock in Vientiane on a Monday: the last full month is September."""
OFFICE_SLOW = {"measured": 12, "allowed": 5, "overdue": 12, "files_open": 30, "over_standard": 4}
STARTS = MOMENT + timedelta(days=7)


def figures_of(centre: Centre, days: dict[date, dict[str, int]], **now: int) -> None:
    """Rollups of a centre as if its records came to them; `now` is how it stands."""
    with centre_scope(centre.id), unit_of_work() as work:
        for day, counts in days.items():
            work.session.add(CentreDay(day=day, computed_at=MOMENT, **vars(DayFigures(**counts))))
        work.session.add(
            CentreNow(day=MOMENT.date(), computed_at=MOMENT, **vars(NowFigures(**now)))
        )


def a_meeting(unit: Unit, number: int = 1, **more: Any) -> Meeting:
    """A planned meeting of the unit's committee, invited to or over as `state` says."""
    verbs = {"held": ["open", "end"], "invited": ["invite"]}.get(more.pop("state", ""), [])
    values: dict[str, Any] = {
        "year": 2026,
        "number": number,
        "title_lo": "ກອງປະຊຸມປະຈຳເດືອນ",
        "title_en": "Monthly meeting",
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=2),
        "venue": "ຫ້ອງປະຊຸມໃຫຍ່",
    }
    with area_scope(unit.id), unit_of_work() as work:
        meeting = Meeting(**{**values, **more})
        work.begin(meeting, MEETING, "plan")
        for verb in verbs:
            work.change(meeting, MEETING, verb)
    return meeting


def a_point(meeting: Meeting, position: int, title: str = "ຄຳຮ້ອງທີ່ດິນກາຍກຳນົດ") -> None:
    """A point of the agenda."""
    add(
        meeting.place_id,
        AgendaItem(
            meeting_id=meeting.id, position=position, kind="topic", title_lo=title,
            title_en=f"Point {position}", added_at=MOMENT,
        ),
    )  # fmt: skip


def add(place: int, *rows: Any) -> None:
    """Rows of a unit's office."""
    with area_scope(place), unit_of_work() as work:
        work.session.add_all(rows)


def a_committee(unit: Unit, seats: int = 3) -> None:
    """A committee with its members."""
    roles = ["chair", "secretary", *["member"] * (seats - 2)]
    add(
        unit.id,
        Committee(name_lo="ຄະນະກຳມະການປະສານງານແຂວງ", name_en="Provincial committee"),
        *(
            CommitteeMember(
                name_lo=f"ທ່ານ ສົມສັກ {position}", name_en=f"Mr Somsack {position}",
                post_lo="ຫົວໜ້າພະແນກພາຍໃນແຂວງ", post_en="Director of Home Affairs",
                role=role, from_on=date(2026, 1, 1), position=position,
            )
            for position, role in enumerate(roles)
        ),
    )  # fmt: skip


def a_paper(meeting: Meeting, name: str = "ບົດສະຫຼຸບ.pdf") -> None:
    """A paper on the table."""
    add(
        meeting.place_id,
        MeetingPaper(
            meeting_id=meeting.id, name=name, file_hash="ab" * 32, media_type="application/pdf",
            size_bytes=123_456, added_at=MOMENT, added_by_name="ທ. ເລຂາ",
        ),
    )  # fmt: skip


def a_flag(holder: Unit, place: Unit, subject: str, centre: Centre | None = None) -> Flag:
    """A live flag about a place, that the holder's office must answer."""
    with area_scope(place.id), unit_of_work() as work:
        flag = Flag(
            rule="office_slow", subject=subject, holder_id=holder.id,
            about_centre_id=centre.id if centre else None, raised_at=MOMENT,
            raised_on=date(2026, 9, 20), figures=OFFICE_SLOW,
            last_seen_on=date(2026, 10, 4), answer_due_on=date(2026, 10, 8),
        )  # fmt: skip
        work.begin(flag, FLAG, "raise")
    return flag


def a_resolution(meeting: Meeting, number: int, state: str = "confirm") -> Resolution:
    """A resolution of a meeting, decided by the verb `state`."""
    with area_scope(meeting.place_id), unit_of_work() as work:
        resolution = Resolution(
            meeting_id=meeting.id, year=2026, number=number,
            title_lo="ໃຫ້ແກ້ໄຂສຳນວນທີ່ດິນທີ່ກາຍກຳນົດ", title_en="Clear the overdue land files",
            text_lo="ໃຫ້ພະແນກກ່ຽວຂ້ອງແກ້ໄຂ.",
        )  # fmt: skip
        work.begin(resolution, RESOLUTION, "propose")
        resolution.decided_at = MOMENT - timedelta(days=30)
        work.change(resolution, RESOLUTION, state)
    return resolution


def an_action(resolution: Resolution, place: Unit, number: int, due_on: date) -> ActionItem:
    """A task that follows from a resolution, for the office of a place."""
    with area_scope(resolution.place_id), unit_of_work() as work:
        item = ActionItem(
            place_id=place.id, seat_id=resolution.place_id, resolution_id=resolution.id,
            resolution_label=f"{resolution.number}/{resolution.year}", year=2026, number=number,
            task_lo="ກວດຄືນສຳນວນທີ່ດິນທັງໝົດ ແລະ ລາຍງານຕໍ່ຄະນະກຳມະການ",
            task_en="Go through all land files and report", office_lo="ຫ້ອງການທີ່ດິນເມືອງ",
            office_en="District land office", responsible_name="ທ່ານ ບຸນມີ",
            given_at=MOMENT, due_on=due_on,
        )  # fmt: skip
        work.begin(item, ACTION, "give")
    return item


def a_month(first: date, days: int = 20, **counts: int) -> dict[date, dict[str, int]]:
    """The same counts on each of the first days of a month."""
    return {first + timedelta(days=number): counts for number in range(days)}


def an_office(centre: Centre, ministry: Ministry, level: str = "district", **counts: int) -> None:
    """What lies with a ministry's office at a centre, as if its files came to it."""
    with centre_scope(centre.id), unit_of_work() as work:
        work.session.add(
            CentreOffice(
                ministry_id=ministry.id, level=level, computed_at=MOMENT,
                **vars(OfficeFigures(**counts)),
            )
        )  # fmt: skip
