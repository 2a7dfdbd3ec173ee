"""A file on its way: offices side by side and in turn, sent back, returned, handed over."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from odsc_counter import checking
from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.applications import desk, holdings, operations, queries, remarks
from odsc_counter.applications.lifecycle import (
    APPROVED,
    AT_WORK,
    COLLECTED,
    DROPPED,
    EXPIRED,
    INCOMPLETE,
    PASSED,
    PENDING,
    READY,
    REJECTED,
    STEP_LIFECYCLE,
    SUBMITTED,
    UNDER_REVIEW,
    WAITING,
)
from odsc_counter.applications.models import Application, ApplicationStep, Handover
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, bound_to
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.applications.test_operations import SIGNED, an_officer, the_step
from tests.receipts.office import NOON, Office, an_office
from tests.world import a_centre, a_ministry, a_service, a_user

MONDAY = NOON
"""23 November 2026; 2 December is a holiday in the official calendar, which tests leave empty."""
REASON = "ຂາດລາຍເຊັນນາຍບ້ານ"


def on(day: int, month: int = 11) -> Callable[[], datetime]:
    """Noon of a day in 2026."""
    return lambda: datetime(2026, month, day, 5, 0, tzinfo=UTC)


@pytest.fixture
def office(database: Database) -> Office:
    return an_office(days=5)


def breaches() -> list[checking.Breach]:
    """What the checks of the records find; the figures' worker does not run in these tests."""
    return [one for one in checking.check() if one.rule != "figures_equal_a_recount"]


@dataclass
class Route:
    """A file that goes to one office, then to two side by side, then to the deciding one."""

    office: Office
    file: Application
    officers: dict[str, User]

    def step(self, code: str) -> ApplicationStep:
        """The step as it is now."""
        with self.office.inside():
            return next(step for step in queries.steps(self.file.id) if step.code == code)

    def states(self) -> dict[str, str]:
        """Where each step stands."""
        with self.office.inside():
            return {step.code: step.state for step in queries.steps(self.file.id)}

    def do(self, code: str, verb: Callable[..., Application], *words: object) -> Application:
        """An officer of the step's ministry does something with it."""
        step = self.step(code)
        with self.office.inside(self.officers[code]):
            return verb(self.office.centre, step.id, *words)


ROUTE = (
    # code      stage ministry decides
    ("survey", 1, "MPWT", False),
    ("land", 2, "MONRE", False),
    ("heritage", 2, "MICT", False),
    ("decide", 3, "MOPS", True),
)


@pytest.fixture
def route(office: Office) -> Route:
    with clock.use(on(23)):
        file = office.application()
    ministries = {code: a_ministry(ministry) for code, _stage, ministry, _decides in ROUTE}
    with office.inside(), clock.use(on(23)), unit_of_work() as work:
        work.session.execute(update(ApplicationStep).values(stage=3))
        for position, (code, stage, _ministry, decides) in enumerate(ROUTE[:-1]):
            step = ApplicationStep(
                application_id=file.id,
                code=code,
                position=position,
                stage=stage,
                name_en=code,
                name_lo="ຂັ້ນຕອນ",
                ministry_id=ministries[code].id,
                level="district",
                working_days=2,
                decides=decides,
            )
            work.begin(step, STEP_LIFECYCLE, "plan")
    officers = {code: an_officer(office, ministry) for code, _stage, ministry, _d in ROUTE}
    return Route(office, file, officers)


def test_stages_follow_each_other_and_offices_of_a_stage_work_side_by_side(route: Route) -> None:
    with clock.use(on(24)):
        assert route.do("survey", operations.pass_step, "ວັດແທກແລ້ວ").state == UNDER_REVIEW
    assert route.states() == {
        "survey": PASSED,
        "land": AT_WORK,
        "heritage": AT_WORK,
        "decide": PENDING,
    }
    with clock.use(on(25)):
        with pytest.raises(AlreadyChanged):
            route.do("decide", operations.pass_step)
        route.do("heritage", operations.pass_step)
        assert route.step("decide").state == PENDING
    with clock.use(on(27)):
        route.do("land", operations.pass_step)
        assert route.step("decide").due_on == date(2026, 12, 4)
        approved = route.do("decide", operations.pass_step)
    assert (approved.state, approved.decided_on) == (APPROVED, date(2026, 11, 27))
    with route.office.inside():
        spells = [
            (spell.holder, spell.began_on.day, spell.working_days)
            for spell in holdings.holdings(route.file.id)
        ]
    # Survey; land and heritage side by side, three days and one; the decision on the same day.
    assert sorted(spells, key=str) == [
        ("counter", 23, 1),
        ("counter", 27, None),
        ("office", 24, 0),
        ("office", 24, 1),
        ("office", 24, 3),
        ("office", 27, 0),
    ]
    assert breaches() == []


def test_an_office_works_on_its_own_step_alone(route: Route) -> None:
    step = route.step("survey")
    with route.office.inside(route.officers["land"]), pytest.raises(operations.OtherMinistry):
        operations.pass_step(route.office.centre, step.id)
    with pytest.raises(operations.NotTheDecision):
        route.do("survey", operations.reject, REASON)
    assert route.step("survey").state == PENDING


def test_each_desk_shows_what_waits_for_its_ministry(route: Route) -> None:
    def seen(code: str) -> list[str]:
        with route.office.inside():
            return [row.step.code for row in desk.on_desk(route.officers[code].id)]

    assert (seen("survey"), seen("land"), seen("decide")) == (["survey"], [], [])
    route.do("survey", operations.pass_step)
    assert (seen("survey"), seen("land"), seen("heritage")) == ([], ["land"], ["heritage"])
    with route.office.inside():
        counts = desk.counts(route.officers["land"].id, date(2027, 1, 1))
    assert (counts.new, counts.at_work, counts.late) == (0, 1, 1)


def test_a_file_goes_back_to_an_earlier_office_and_comes_again(route: Route) -> None:
    route.do("survey", operations.pass_step)
    earlier = route.step("survey")
    with pytest.raises(InvalidInput):
        route.do("land", operations.return_to_office, route.step("heritage").id, REASON)
    route.do("land", operations.return_to_office, earlier.id, REASON)
    assert route.states() == {
        "survey": AT_WORK,
        "land": PENDING,
        "heritage": PENDING,
        "decide": PENDING,
    }
    route.do("survey", operations.pass_step)
    assert route.states()["land"] == route.states()["heritage"] == AT_WORK
    assert breaches() == []


def test_the_clock_stands_while_the_citizen_owes_a_paper(route: Route) -> None:
    paper = min(route.office.papers)
    assert route.file.promised_on == date(2026, 11, 30)
    with clock.use(on(24)):
        route.do("survey", operations.pass_step)
    with clock.use(on(25)):
        back = route.do("land", operations.send_back, REASON, frozenset({paper}))
    assert (back.state, back.due_on) == (INCOMPLETE, None)
    assert route.states()["land"] == route.states()["heritage"] == WAITING
    with route.office.inside(), clock.use(on(27)):
        asked = {row.document_type_id: row for row in queries.papers(route.file.id)}
        assert (asked[paper].is_present, asked[paper].times_asked) == (False, 1)
        with pytest.raises(InvalidInput):
            operations.supply_papers(route.office.centre, route.file.id, set())
        again = operations.supply_papers(route.office.centre, route.file.id, {paper})
    # Two working days stood, so the due day moves by two; the promise stays what it was.
    assert (again.state, again.due_on) == (UNDER_REVIEW, date(2026, 12, 2))
    assert again.promised_on == date(2026, 11, 30)
    assert route.states()["land"] == route.states()["heritage"] == AT_WORK
    with route.office.inside():
        owed = [one for one in holdings.holdings(route.file.id) if one.holder == "citizen"]
        assert [(one.began_on.day, one.working_days) for one in owed] == [(25, 2)]


def test_a_late_file_stays_late_by_as_many_days(office: Office) -> None:
    with clock.use(on(23)):
        file = office.application()
    officer = an_officer(office, "MOPS")
    with office.inside(officer), clock.use(on(2, 12)):
        operations.send_back(office.centre, the_step(file), REASON)
    with office.inside(), clock.use(on(9, 12)):
        file = operations.supply_papers(office.centre, file.id, set())
        assert file.due_on == date(2026, 12, 7)
        assert queries.is_overdue(file, clock.today())


def test_being_sent_away_twice_for_the_same_paper_is_counted(office: Office) -> None:
    one, two = sorted(office.papers)
    with office.inside():
        file = operations.take(
            office.centre, office.service.id, full_name="ນາງ ບົວ", papers_present=set()
        )
        operations.supply_papers(office.centre, file.id, {one})
        asked = {row.document_type_id: row.times_asked for row in queries.papers(file.id)}
    assert asked == {one: 1, two: 2}


def test_a_colleagues_file_must_be_taken_over_first(office: Office) -> None:
    file = office.application()
    officer, colleague = an_officer(office, "MOPS"), an_officer_named(office, "second", "MOPS")
    with office.inside():
        step = the_step(file)
        assert {user.id for user in desk.officers_of(queries.steps(file.id)[0])} == {
            officer.id,
            colleague.id,
        }
    with office.inside(officer):
        assigned = operations.assign(office.centre, step, colleague.id)
        assert (assigned.assigned_to_id, assigned.state) == (colleague.id, AT_WORK)
        with pytest.raises(operations.AnotherOfficersFile):
            operations.pass_step(office.centre, step)
        with pytest.raises(NotFound):
            operations.assign(office.centre, step, office.cashier.id)
        operations.assign(office.centre, step, officer.id)
        assert operations.pass_step(office.centre, step).state == APPROVED


def an_officer_named(office: Office, name: str, ministry: str) -> User:
    """An officer of a ministry, under a name of their own."""
    officer = a_user(name, ministry_officer=office.centre)
    with reference_scope(), unit_of_work() as work:
        grant = work.session.scalars(select(RoleGrant).where(RoleGrant.user_id == officer.id)).one()
        grant.ministry_id = a_ministry(ministry).id
    return officer


def test_of_two_decisions_at_once_one_wins_and_the_other_is_told(
    office: Office, database: Database
) -> None:
    officers = [an_officer(office, "MOPS"), an_officer_named(office, "second", "MOPS")]
    for _round in range(5):
        file = office.application()
        with office.inside():
            step = the_step(file)
        told: list[str] = []
        gate = threading.Barrier(2)

        def decide(
            officer: User, verb: str, step: uuid.UUID = step, told: list[str] = told,
            gate: threading.Barrier = gate,
        ) -> None:  # fmt: skip
            with bound_to(database), office.inside(officer):
                gate.wait()
                try:
                    if verb == "pass":
                        told.append(operations.pass_step(office.centre, step).state)
                    else:
                        told.append(operations.reject(office.centre, step, REASON).state)
                except AlreadyChanged:
                    told.append("too late")

        threads = [
            threading.Thread(target=decide, args=(officers[0], "pass")),
            threading.Thread(target=decide, args=(officers[1], "reject")),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) in (["approved", "too late"], ["rejected", "too late"])
        with office.inside():
            assert queries.application(file.id).state in told
    assert breaches() == []


def test_a_rejection_ends_all_steps(route: Route) -> None:
    for code in ("survey", "land", "heritage"):
        route.do(code, operations.pass_step)
    assert route.do("decide", operations.reject, REASON).state == REJECTED
    with route.office.inside():
        assert operations.collect(route.office.centre, route.file.id, SIGNED).state == COLLECTED


def test_a_withdrawn_file_leaves_every_desk(route: Route) -> None:
    route.do("survey", operations.pass_step)
    with route.office.inside():
        operations.withdraw(route.office.centre, route.file.id, "ປ່ຽນໃຈແລ້ວ")
        assert all(spell.ended_at for spell in holdings.holdings(route.file.id))
        assert desk.on_desk(route.officers["land"].id) == []
    assert set(route.states().values()) == {PASSED, DROPPED}


def test_the_result_is_ready_and_handed_to_somebody_who_proves_who_they_are(
    office: Office,
) -> None:
    file = office.application()
    with office.inside(an_officer(office, "MOPS")):
        operations.pass_step(office.centre, the_step(file))
    with office.inside():
        ready = operations.make_ready(office.centre, file.id, "12/ປກສ")
        assert (ready.state, ready.result_number) == (READY, "12/ປກສ")
        for wrong in (
            operations.Taker("representative", paper_reference="3/17"),
            operations.Taker("neighbour", paper_reference="3/17"),
            operations.Taker(proof="a smile", paper_reference="3/17"),
            operations.Taker(),
            operations.Taker(paper_reference="ກ" * 61),
        ):
            with pytest.raises(InvalidInput):
                operations.collect(office.centre, file.id, wrong)
        taker = operations.Taker("representative", "ນາງ ບົວ", "id_card", "3/17")
        assert operations.collect(office.centre, file.id, taker).state == COLLECTED
        with reading() as session:
            handed = session.scalars(select(Handover)).one()
        assert (handed.taker_name, handed.proof) == ("ນາງ ບົວ", "id_card")


def test_nothing_ends_by_silence_before_ninety_days(office: Office) -> None:
    with office.inside(), clock.use(lambda: MONDAY):
        file = operations.take(
            office.centre, office.service.id, full_name="ນາງ ບົວ", papers_present=set()
        )
    with office.inside(), clock.use(lambda: MONDAY + timedelta(days=89)):
        with pytest.raises(operations.TooEarlyToExpire):
            operations.expire(office.centre, file.id, "ບໍ່ມີຜູ້ມາ")
        assert queries.application(file.id).state == INCOMPLETE
    with office.inside(), clock.use(lambda: MONDAY + timedelta(days=90)):
        assert operations.expire(office.centre, file.id, "ບໍ່ມີຜູ້ມາ").state == EXPIRED


def test_what_was_said_can_not_be_changed(office: Office, database: Database) -> None:
    file = office.application()
    with office.inside():
        operations.say(office.centre, file.id, "ໂທຫາແລ້ວ ບໍ່ຮັບ", to_citizen=False)
        operations.say(office.centre, file.id, "ເຊີນມາເຊັນ", to_citizen=True)
        assert [one.audience for one in remarks.remarks(file.id)] == ["staff", "citizen"]
        assert [one.words for one in remarks.remarks(file.id, "citizen")] == ["ເຊີນມາເຊັນ"]
        with pytest.raises(DBAPIError), unit_of_work() as work:
            work.session.scalars(select(remarks.Remark)).first().words = "ອື່ນ"  # type: ignore[union-attr]  # there are two
            work.session.flush()


def test_another_centres_steps_do_not_exist(office: Office) -> None:
    file = office.application()
    with office.inside():
        step = the_step(file)
    stranger = an_office("LA0102")
    officer = an_officer_named(stranger, "stranger", "MOPS")
    with stranger.inside(officer):
        for action in (
            lambda: operations.pass_step(stranger.centre, step),
            lambda: operations.take_up(stranger.centre, file.id),
            lambda: desk.application_of(step),
        ):
            with pytest.raises(NotFound):
                action()
    with centre_scope(office.centre.id):
        assert queries.application(file.id).state == SUBMITTED


def test_an_officer_of_one_level_leaves_the_other_levels_alone(office: Office) -> None:
    file = office.application()
    district, province = an_officer(office, "MOPS"), an_officer_named(office, "second", "MOPS")
    with reference_scope(), unit_of_work() as work:
        for officer, level in ((district, "district"), (province, "province")):
            grant = work.session.scalars(
                select(RoleGrant).where(RoleGrant.user_id == officer.id)
            ).one()
            grant.office_level = level
    with office.inside(province):
        assert desk.on_desk(province.id) == []
        assert desk.counts(province.id, clock.today()).new == 0
        for verb in (operations.pass_step, operations.take_up):
            subject = the_step(file) if verb is operations.pass_step else file.id
            with pytest.raises(operations.OtherMinistry):
                verb(office.centre, subject)
        assert [user.id for user in desk.officers_of(queries.steps(file.id)[0])] == [district.id]
    with office.inside(district):
        assert [row.application.id for row in desk.on_desk(district.id)] == [file.id]
        assert operations.pass_step(office.centre, the_step(file)).state == APPROVED


def test_an_officer_of_several_centres_is_told_of_each_desk(office: Office) -> None:
    officer = an_officer(office, "MOPS")
    there = a_centre("LA0102")
    a_service(there, "MOPS-04")
    with reference_scope(), unit_of_work() as work:
        mine = work.session.scalars(select(RoleGrant).where(RoleGrant.user_id == officer.id)).one()
        work.session.add(
            RoleGrant(
                user_id=officer.id,
                role=mine.role,
                at_centre_id=there.id,
                ministry_id=mine.ministry_id,
                granted_on=mine.granted_on,
            )
        )
    with centre_scope(there.id):
        operations.take(there, office.service.id, full_name="ນາງ ບົວ", papers_present=office.papers)
    with office.inside(officer):
        found = desk.counts_elsewhere(officer.id, [there.id])
        assert (found[there.id].new, found[there.id].at_work) == (1, 0)
        assert desk.counts(officer.id, clock.today()).new == 0
    stranger = an_officer_named(office, "second", "MOPS")
    assert desk.counts_elsewhere(stranger.id, [there.id])[there.id].new == 0
