"""Invented committees of nation, capital and Chanthabuly: each has met, and will meet again."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.catalogue.models import Ministry
from odsc_counter.committees import agenda, meetings, members, queries
from odsc_counter.committees.figures import freeze
from odsc_counter.committees.meetings import Plan, Presence
from odsc_counter.committees.members import Seat
from odsc_counter.demo.people import a_name
from odsc_counter.places.models import Unit
from odsc_counter.places.queries import working_calendar
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import Actor, acting_as, area_scope
from odsc_counter.platform.work import reading

FOUNDED = timedelta(days=400)
"""How long before the last day of the history the committees were founded."""
BEHIND, AHEAD = timedelta(days=21), timedelta(days=12)


@dataclass(frozen=True)
class Invented:
    """A committee: its names, who runs it, and its seats by role, post and ministry."""

    unit: str
    name: tuple[str, str]
    founded_by: str
    venue: str
    accounts: tuple[tuple[str, str, tuple[str, str], str | None], ...]
    """Members with an account: username, role, post, ministry."""
    others: tuple[tuple[str, tuple[str, str], str | None], ...]
    """Members without one, with invented names."""


def _post(rank: tuple[str, str], office: tuple[str, str]) -> tuple[str, str]:
    return f"{rank[0]}{office[0]}", f"{rank[1]}, {office[1]}"


HEAD, DEPUTY = ("ຫົວໜ້າ", "Head"), ("ຮອງຫົວໜ້າ", "Deputy Head")
PRIME_MINISTER = ("ຫ້ອງວ່າການສຳນັກງານນາຍົກລັດຖະມົນຕີ", "Prime Minister's Office")
CAPITAL = ("ຫ້ອງວ່າການນະຄອນຫຼວງ", "Capital Administration Office")
DISTRICT = ("ຫ້ອງວ່າການເມືອງ", "District Administration Office")
FINANCE = ("ພະແນກການເງິນ", "Department of Finance")
WORKS = ("ພະແນກໂຍທາທິການ ແລະ ຂົນສົ່ງ", "Department of Public Works and Transport")
SECURITY = ("ກອງບັນຊາການປ້ອງກັນຄວາມສະຫງົບ", "Public Security Command")
COORDINATOR = ("ຜູ້ປະສານງານສູນບໍລິການ", "Coordinator of the centres")
COMMITTEES = (
    Invented(
        "LA",
        (
            "ຄະນະຊີ້ນຳລະດັບຊາດ ກ່ຽວກັບການບໍລິການຜ່ານປະຕູດຽວ",
            "National Steering Committee for One-Door Service",
        ),
        "ຂໍ້ຕົກລົງ ເລກທີ 12/ນຍ",
        "ຫ້ອງປະຊຸມ ສຳນັກງານນາຍົກລັດຖະມົນຕີ",
        (
            ("national.secretary", "secretary", ("ຫົວໜ້າກອງເລຂາ", "Head of the Secretariat"), None),
            ("moha.analyst", "member", ("ວິຊາການກອງເລຂາ", "Officer of the Secretariat"), None),
        ),
        (
            ("chair", _post(DEPUTY, PRIME_MINISTER), None),
            ("deputy", ("ຮອງລັດຖະມົນຕີ ກະຊວງການເງິນ", "Deputy Minister of Finance"), None),
            ("member", ("ຫົວໜ້າກົມຕຳຫຼວດ", "Director General of Police"), "MOPS"),
            ("member", ("ຫົວໜ້າກົມຂົນສົ່ງ", "Director General of Transport"), "MPWT"),
            ("member", ("ຫົວໜ້າກົມທີ່ດິນ", "Director General of Land"), "MAE"),
        ),
    ),
    Invented(
        "LA01",
        (
            "ຄະນະກຳມະການປະສານງານການບໍລິການຜ່ານປະຕູດຽວ ນະຄອນຫຼວງວຽງຈັນ",
            "One-Door-Service Coordination Committee of Vientiane Capital",
        ),
        "ຂໍ້ຕົກລົງ ເລກທີ 208/ຈນວ",
        "ຫ້ອງປະຊຸມ ຫ້ອງວ່າການນະຄອນຫຼວງ",
        (
            ("capital.secretary", "secretary", _post(DEPUTY, CAPITAL), None),
            ("capital.coordinator", "member", COORDINATOR, None),
            ("capital.member", "member", _post(HEAD, FINANCE), None),
        ),
        (
            ("chair", ("ຮອງເຈົ້າຄອງນະຄອນຫຼວງ", "Vice-Governor of the Capital"), None),
            ("deputy", _post(HEAD, CAPITAL), None),
            ("member", _post(DEPUTY, SECURITY), "MOPS"),
            ("member", _post(HEAD, WORKS), "MPWT"),
        ),
    ),
    Invented(
        "LA0101",
        (
            "ຄະນະກຳມະການປະສານງານການບໍລິການຜ່ານປະຕູດຽວ ເມືອງຈັນທະບູລີ",
            "One-Door-Service Coordination Committee of Chanthabuly District",
        ),
        "ຂໍ້ຕົກລົງ ເລກທີ 45/ຈມ",
        "ຫ້ອງປະຊຸມ ຫ້ອງວ່າການເມືອງ",
        (
            ("chanthabuly.secretary", "secretary", _post(DEPUTY, DISTRICT), None),
            ("chanthabuly.coordinator", "member", COORDINATOR, None),
        ),
        (
            ("chair", ("ຮອງເຈົ້າເມືອງ", "Deputy District Governor"), None),
            ("deputy", _post(HEAD, DISTRICT), None),
            ("member", _post(HEAD, SECURITY), "MOPS"),
            ("member", _post(HEAD, ("ຫ້ອງການຊັບພະຍາກອນ ແລະ ທີ່ດິນ", "District Land Office")), "MAE"),
        ),
    ),
)  # fmt: skip
TOPICS = (
    ("ລາຍງານການບໍລິການໃນໄຕມາດ", "Report on the quarter's services"),
    ("ເວລາລໍຖ້າຂອງປະຊາຊົນຢູ່ສູນບໍລິການ", "Waiting times of citizens at the centres"),
    ("ການປະສານງານລະຫວ່າງຂະແໜງການ", "Coordination between the ministries' offices"),
)


def convene(last: date, now: datetime, seed: int) -> None:
    """Found the committees, let each have met three weeks ago, and plan its next meeting.

    `last` is the history's last day and `now` its moment.
    """
    for invented in COMMITTEES:
        with reading() as session:
            unit = session.scalars(select(Unit).where(Unit.code == invented.unit)).one()
            people = {
                user.username: user
                for user in session.scalars(
                    select(User).where(User.username.in_([row[0] for row in invented.accounts]))
                )
            }
            ministries = {row.code: row.id for row in session.scalars(select(Ministry))}
        secretary = people[invented.accounts[0][0]]
        rng = random.Random(f"{seed}:committee:{unit.code}")  # noqa: S311 - invented names
        with acting_as(Actor(secretary.name_lo, secretary.id, "127.0.0.1")), area_scope(unit.id):
            with clock.use(_at(last - FOUNDED, 9)):
                _seats(unit, invented, people, ministries, rng, last - FOUNDED)
            _held(unit, invented, _open_day(last - BEHIND), now)
            with clock.use(lambda: now):
                _planned(unit, invented, _open_day(last + AHEAD))


def _seats(
    unit: Unit,
    invented: Invented,
    people: dict[str, User],
    ministries: dict[str, int],
    rng: random.Random,
    since: date,
) -> None:
    members.set_up(
        unit,
        name_lo=invented.name[0],
        name_en=invented.name[1],
        founded_by=invented.founded_by,
        quorum_percent=50,
    )
    for role, post, ministry in invented.others:
        name_lo, name_en = a_name(rng)
        seat = _seat((name_lo, name_en), role, post, since)
        members.add(unit, replace(seat, ministry_id=ministries.get(ministry or "")))
    for username, role, post, ministry in invented.accounts:
        user = people[username]
        seat = _seat((user.name_lo, user.name_en), role, post, since)
        members.add(
            unit, replace(seat, ministry_id=ministries.get(ministry or ""), user_id=user.id)
        )


def _seat(name: tuple[str, str], role: str, post: tuple[str, str], since: date) -> Seat:
    return Seat(
        name_lo=name[0],
        name_en=name[1],
        post_lo=post[0],
        post_en=post[1],
        role=role,
        from_on=since,
        until_on=since.replace(year=since.year + 3, day=1),
    )


def _held(unit: Unit, invented: Invented, day: date, now: datetime) -> None:
    seats = queries.board(unit).seats
    chair = next(seat for seat in seats if seat.role == "chair")
    with clock.use(_at(day - timedelta(days=14), 10)):
        meeting = meetings.plan(unit, replace(_plan(invented, day), chair_id=chair.id))
        for title_lo, title_en in TOPICS:
            agenda.add_topic(unit, meeting.id, title_lo, title_en)
        meetings.invite(unit, meeting.id)
    with clock.use(_at(day, 9)):
        meetings.open_meeting(unit, meeting.id)
        presences = {seat.id: Presence("present") for seat in seats}
        presences[seats[-1].id] = Presence("excused")
        meetings.attend(unit, meeting.id, presences)
    with clock.use(_at(day, 11)):
        meetings.end(unit, meeting.id)


def _planned(unit: Unit, invented: Invented, day: date) -> None:
    meeting = meetings.plan(unit, _plan(invented, day))
    agenda.add_topic(unit, meeting.id, *TOPICS[0])
    meetings.invite(unit, meeting.id)
    freeze(unit, meeting.id)


def _plan(invented: Invented, day: date) -> Plan:
    return Plan(
        title_lo="ກອງປະຊຸມປະຈຳໄຕມາດ",
        title_en="Quarterly meeting",
        starts_at=_at(day, 9)(),
        ends_at=_at(day, 11)(),
        venue=invented.venue,
    )


def _at(day: date, hour: int) -> Callable[[], datetime]:
    moment = clock.start_of_day(day) + timedelta(hours=hour)
    return lambda: moment


def _open_day(day: date) -> date:
    """The day, or the next on which offices work."""
    calendar = working_calendar()
    while not calendar.is_open_day(day):
        day += timedelta(days=1)
    return day
