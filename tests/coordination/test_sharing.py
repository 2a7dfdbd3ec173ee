"""What is shared across centres: to whom, what never, and the trace that each look leaves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from odsc_counter.accounts.access import Grant
from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.permissions import PLACES, ROLES
from odsc_counter.applications.models import Application, ApplicationStep, Holding
from odsc_counter.coordination import sharing, sharing_queries
from odsc_counter.monitoring import rollups
from odsc_counter.people.models import Person
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import LOOKED, Event, NationalEvent
from odsc_counter.platform.tenancy import (
    NoScope,
    Scope,
    ScopeBreach,
    centre_scope,
    look_scope,
    reference_scope,
)
from odsc_counter.platform.work import reading, unit_of_work
from tests.monitoring.records import MORNING, Hall, at
from tests.monitoring.test_rollups import Statements, marks
from tests.pages import a_desk, an_app
from tests.world import a_centre, a_ministry, a_service, a_unit, a_user

NAME, PHONE = "ນາງ ລັບສຸດ ບໍ່ບອກ", "02077712345"


@pytest.fixture
def web(database: Database, database_url: str, tmp_path: Path) -> Flask:
    return an_app(database_url, tmp_path)


def a_hall(code: str, *services: str) -> Hall:
    centre = a_centre(code)
    return Hall(centre, *(a_service(centre, service) for service in services or ("MAE-01",)))


def label(hall: Hall, file: Application, text: str) -> None:
    """A number that is found again on a page, and a person who must not be."""
    with centre_scope(hall.centre.id), unit_of_work() as work:
        work.session.execute(
            update(Application).where(Application.id == file.id).values(label=text)
        )
        work.session.execute(
            update(Person)
            .where(Person.id == file.person_id)
            .values(full_name=NAME, phone=PHONE, id_number="ID-998877")
        )


def lies_with_office(hall: Hall, file: Application) -> None:
    with centre_scope(hall.centre.id), unit_of_work() as work:
        step = ApplicationStep(
            application_id=file.id, code="CHECK", position=1, stage=1, name_en="Survey the land",
            name_lo="ວັດແທກທີ່ດິນ", ministry_id=file.ministry_id, level="district",
            working_days=3, decides=False, state="at_work", version=1,
        )  # fmt: skip
        work.session.add(step)
        work.session.flush()
        work.session.add(
            Holding(
                application_id=file.id, holder="office", step_id=step.id,
                ministry_id=file.ministry_id, began_at=clock.now(), began_on=clock.today(),
            )
        )  # fmt: skip


def a_member(ministry: str | None, unit: Unit) -> User:
    user = a_user(language="en", committee_member=unit)
    if ministry is not None:
        with reference_scope(), unit_of_work() as work:
            work.session.execute(
                update(RoleGrant)
                .where(RoleGrant.user_id == user.id)
                .values(ministry_id=a_ministry(ministry).id)
            )
    return user


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


PAGES = ("ministry-files", "ministry-files?show=results", "ministry-files.csv")
HELD_AT = {"district": "LA0101", "province": "LA01", "nation": "LA"}
MAY_LOOK = {
    # role, held at                       units where the files are shown
    ("district_coordinator", "LA0101"): {"LA0101"},
    ("province_coordinator", "LA01"): {"LA0101", "LA0102", "LA01"},
    ("committee_member", "LA0101"): {"LA0101"},
    ("committee_member", "LA01"): {"LA0101", "LA0102", "LA01"},
    ("committee_member", "LA"): {"LA0101", "LA0102", "LA01", "LA0601", "LA06"},
}
UNITS = ("LA", "LA01", "LA06", "LA0101", "LA0102", "LA0601", "LA99")


def test_a_role_at_a_place_sees_each_view_or_404(web: Flask) -> None:
    centres = {code: a_centre(code) for code in ("LA0101", "LA0102", "LA0601")}
    for role in ROLES:
        for kind in PLACES[role]:
            place: Centre | Unit = centres["LA0101"] if kind == "centre" else a_unit(HELD_AT[kind])
            client = a_desk(web, a_user(language="en", **{role: place}))
            allowed = MAY_LOOK.get((role, place.code), set()) if kind != "centre" else set()
            for unit in UNITS:
                for page in PAGES:
                    status = client.get(f"/a/{unit}/{page}").status_code
                    assert status == (200 if unit in allowed else 404), (role, unit, page)


def test_a_member_sees_the_own_ministrys_files_and_no_person(web: Flask) -> None:
    hall = a_hall("LA0101", "MAE-01", "MOPS-04")
    with at(MORNING):
        own, others = hall.apply(hall.services[0]), hall.apply(hall.services[1])
        result = hall.apply(hall.services[0])
        lies_with_office(hall, own)
        hall.decide(result)
    for file, name in ((own, "OWN-1"), (others, "OTHER-1"), (result, "DONE-1")):
        label(hall, file, name)
    member = a_desk(web, a_member("MAE", a_unit("LA01")))
    progress = text(member, "/a/LA01/ministry-files")
    table = text(member, "/a/LA01/ministry-files.csv")
    results = text(member, "/a/LA01/ministry-files?show=results")
    for page in (progress, table):
        assert "OWN-1" in page and "Survey the land" in page
        assert "OTHER-1" not in page and "DONE-1" not in page
    assert "DONE-1" in results and "OWN-1" not in results
    coordinator = a_desk(web, a_user(language="en", province_coordinator=a_unit("LA01")))
    everything = text(coordinator, "/a/LA01/ministry-files")
    assert "OWN-1" in everything and "OTHER-1" in everything
    for page in (progress, table, results, everything):
        for secret in (NAME, PHONE, "ID-998877", own.tracking_code):
            assert secret not in page
    seatless = text(a_desk(web, a_member(None, a_unit("LA01"))), "/a/LA01/ministry-files")
    assert "OWN-1" not in seatless and "names no ministry" in seatless


def test_the_list_is_narrowed_by_service_office_and_lateness(web: Flask) -> None:
    hall = a_hall("LA0101", "MAE-01", "MAE-02")
    with at(MORNING):
        late, fresh = hall.apply(hall.services[0]), hall.apply(hall.services[1], days=5000)
        lies_with_office(hall, late)
    label(hall, late, "LATE-1")
    label(hall, fresh, "FRESH-1")
    member = a_desk(web, a_member("MAE", a_unit("LA01")))
    for query in ("late=1", f"service={hall.services[0].id}", "office=district"):
        page = text(member, f"/a/LA01/ministry-files?{query}")
        assert "LATE-1" in page and "FRESH-1" not in page, query
    page = text(member, "/a/LA01/ministry-files?office=province&service=99999999999&page=9")
    assert "LATE-1" not in page


def test_a_province_never_crosses_into_another(database: Database) -> None:
    for code in ("LA0101", "LA0601"):
        with at(MORNING):
            a_hall(code).apply()
    held = (Grant("province_coordinator", None, a_unit("LA01").id, "LA01", None),)
    seat = sharing.seat(held, sharing.FILE_PROGRESS, a_unit("LA01"))
    shared = sharing_queries.shared_files(seat, sharing_queries.Filters())
    assert {file.centre.code for file in shared.files} == {"LA0101"}
    for code in ("LA06", "LA0601", "LA"):
        with pytest.raises(NotFound):
            sharing.seat(held, sharing.FILE_PROGRESS, a_unit(code))


def a_seat(view: sharing.View = sharing.FILE_PROGRESS) -> sharing.Seat:
    return sharing.Seat(view, a_unit("LA01"), None)


REFUSED: dict[str, Callable[[Session], Any]] = {
    "person": lambda session: session.execute(select(Person.full_name)).all(),
    "joined person": lambda session: session.scalars(select(Application)).all(),
    "event": lambda session: session.execute(select(Event.verb)).all(),
    "reference": lambda session: session.execute(select(User.username)).all(),
    "subquery": lambda session: session.execute(
        select(Application.label).where(Application.person_id.in_(select(Person.id)))
    ).all(),
    "update": lambda session: session.execute(update(Application).values(label="x")),
    "insert": lambda session: session.execute(
        insert(Holding).values(centre_id=1, holder="citizen")
    ),
    "lock": lambda session: session.execute(select(Application.label).with_for_update()).all(),
    "excuse": lambda session: session.execute(
        select(Application.label), execution_options={"cross_centre": "why not"}
    ).all(),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_crossing_refuses_all_but_the_named_tables(database: Database, what: str) -> None:
    with at(MORNING):
        a_hall("LA0101").apply()
    with pytest.raises(ScopeBreach):
        sharing.crossing(a_seat(), lambda session, _centre: REFUSED[what](session))


def test_a_crossing_reads_what_its_view_names(database: Database) -> None:
    with at(MORNING):
        a_hall("LA0101").apply()
    answers = sharing.crossing(
        a_seat(sharing.UNCOLLECTED),
        lambda session, _centre: session.scalars(select(Application.label)).all(),
    )
    assert [labels for _centre, labels in answers] == [["1"]]
    with pytest.raises(ScopeBreach):
        sharing.crossing(
            a_seat(sharing.UNCOLLECTED),
            lambda session, _centre: session.execute(select(Holding.holder)).all(),
        )


def test_nothing_is_written_in_a_look_even_past_the_tripwire(database: Database) -> None:
    centre = a_centre("LA0101")
    with look_scope(centre.id, sharing.UNCOLLECTED.tables):
        with pytest.raises(ScopeBreach), unit_of_work():
            pass
        with reading() as session:
            raw = session.connection().connection.cursor()
            # The drivers have an error class each.
            with pytest.raises(Exception, match=r"read-?only"):
                raw.execute("update application set label = 'x'")
    with pytest.raises(NoScope):
        Scope("area", area_id=1, tables=frozenset())


def test_a_look_lets_no_figure_be_counted_anew(database: Database) -> None:
    rollups.install()
    with at(MORNING):
        hall = a_hall("LA0101")
        hall.apply()
    before = marks(hall.centre)
    assert before
    sharing.crossing(a_seat(), lambda session, _centre: None)
    assert marks(hall.centre) == before


def test_each_look_stands_in_both_trails(web: Flask) -> None:
    halls = [a_hall("LA0101"), a_hall("LA0102"), a_hall("LA0601")]
    member = a_member("MAE", a_unit("LA01"))
    client = a_desk(web, member)
    text(client, "/a/LA01/ministry-files")
    text(client, "/a/LA0101/ministry-files?show=results")
    seen = []
    for hall in halls:
        with centre_scope(hall.centre.id), reading() as session:
            seen.append(
                [
                    (event.subject_id, event.data["place"], event.actor_id)
                    for event in session.scalars(
                        select(Event).where(Event.verb == LOOKED).order_by(Event.at)
                    )
                ]
            )
    first = ("file-progress", "LA01", member.id)
    assert seen == [[first, ("uncollected-results", "LA0101", member.id)], [first], []]
    with reference_scope(), reading() as session:
        looked = session.scalars(
            select(NationalEvent.subject_id)
            .where(NationalEvent.verb == LOOKED)
            .order_by(NationalEvent.at)
        ).all()
    assert looked == ["file-progress:LA01", "uncollected-results:LA0101"]
    counted = {row.centre.code: row.looks for row in sharing.register(a_unit("LA01")).centres}
    assert counted == {
        "LA0101": {"file-progress": 1, "uncollected-results": 1},
        "LA0102": {"file-progress": 1, "uncollected-results": 0},
    }
    page = text(client, "/a/LA01/sharing")
    assert member.name_en in page and "Ministry MAE" in page and "LA0601" not in page


def test_each_centre_costs_the_same_statements(database: Database) -> None:
    with at(MORNING):
        for number in (1, 2, 3):
            hall = a_hall(f"LA0{number}01")
            for other in range(2, number + 1):
                a_centre(f"LA0{number}0{other}")
            for _file in range(number * 2):
                hall.apply()
    costs = []
    for code in ("LA01", "LA02", "LA03"):
        seat = sharing.Seat(sharing.FILE_PROGRESS, a_unit(code), None)
        with Statements(database) as asked:
            sharing_queries.shared_files(seat, sharing_queries.Filters())
        costs.append(asked.count)
    assert costs[2] - costs[1] == costs[1] - costs[0]


def test_of_many_files_all_are_counted_and_a_page_is_shown(web: Flask) -> None:
    with at(MORNING):
        for number in (1, 2):
            hall = a_hall(f"LA01{number:02}")
            file = hall.apply()
            with centre_scope(hall.centre.id), unit_of_work() as work:
                kept = work.session.get_one(Application, (file.centre_id, file.id))
                columns = [c.key for c in Application.__table__.columns if c.key != "id"]
                row = {key: getattr(kept, key) for key in columns}
                work.session.execute(
                    insert(Application),
                    [
                        {**row, "number": n, "label": f"{n}", "tracking_code": f"{number}-{n}"}
                        for n in range(1000, 1500)
                    ],
                )
    client = a_desk(web, a_member("MAE", a_unit("LA01")))
    page = text(client, "/a/LA01/ministry-files")
    assert "1.002 files" in page
    assert page.count("<tr") == sharing_queries.PAGE_SIZE + 1
