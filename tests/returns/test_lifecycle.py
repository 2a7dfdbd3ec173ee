"""A return from its draft to the official version and its correction; who may, and who may not."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError

from odsc_counter.accounts.notice_models import Notice
from odsc_counter.monitoring.models import CentreMonthService, RollupDirty
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, bound_to
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.events import AreaEvent, Event
from odsc_counter.platform.tenancy import (
    ScopeBreach,
    area_scope,
    centre_scope,
    reference_scope,
)
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.returns import operations, queries, reminding, verifying
from odsc_counter.returns.content import hash_of
from odsc_counter.returns.errors import (
    FiguresMoved,
    FiguresPending,
    NothingToSign,
    NotOver,
    NotTheReviewer,
)
from odsc_counter.returns.models import APPROVE, SEND_BACK, ReturnReview
from odsc_counter.returns.operations import Said
from odsc_counter.returns.standing import Standing
from tests.returns.papers import (
    MOMENT,
    SEPTEMBER,
    World,
    a_month,
    a_world,
    at_centre,
    at_unit,
    late_data,
    reviewed,
    signed,
    the_centre,
)
from tests.world import a_unit, a_user

pytestmark = pytest.mark.usefixtures("database")


def standing(world: World) -> Standing:
    with at_centre(world):
        return queries.one_of_centre(world.centre, SEPTEMBER).standing


def official(unit: Unit) -> list[queries.OfficialReturn]:
    return queries.official_returns(unit, SEPTEMBER, SEPTEMBER)


def notices(kind: str) -> list[tuple[int, str]]:
    with reference_scope(), reading() as session:
        return sorted(
            session.execute(select(Notice.user_id, Notice.address).where(Notice.kind == kind))
            .tuples()
            .all()
        )


def test_signed_approved_and_official() -> None:
    world = a_world()
    assert standing(world).state == "to_sign"
    row = signed(world)
    assert (row.version, row.previous_hash, row.content_hash) == (1, None, hash_of(row.content))
    assert standing(world).state == "signed"
    assert official(world.province) == []
    reviewed(world, row)
    assert standing(world).state == "approved"
    for unit in (world.district, world.province, a_unit("LA")):
        [one] = official(unit)
        assert (one.code, one.version, one.hash) == ("LA0101", 1, row.content_hash)
        assert one.approved_on == MOMENT.date()
        assert one.content["figures"]["tickets"] == 40
        assert one.content["figures"]["due_days"] == 22
        assert [service["code"] for service in one.content["services"]] != []
    assert list(verifying.faults()) == []


def test_what_was_signed_says_everything() -> None:
    world = a_world()
    content = json.loads(signed(world).content)
    assert (content["format"], content["centre"], content["month"]) == (1, "LA0101", "2026-09")
    assert content["signed_by"] == {"id": world.manager.id, "name": "la0101.manager"}
    assert content["note"] == "ໝາຍເຫດ"
    assert {finding["key"] for finding in content["findings"]} == set(content["comments"])
    assert content["compared"] == {"month_before": None, "year_before": None}
    assert content["as_of"] == MOMENT.isoformat()


def test_the_coordinator_and_the_manager_are_told() -> None:
    world = a_world()
    row = signed(world)
    address = "/a/LA0101/returns/LA0101/2026-09"
    assert notices("return_signed") == [(world.coordinator.id, address)]
    reviewed(world, row, SEND_BACK)
    assert notices("return_sent_back") == [(world.manager.id, "/c/LA0101/returns/2026-09")]


def test_events_tell_who_signed_and_who_approved() -> None:
    world = a_world()
    reviewed(world, signed(world))
    with centre_scope(world.centre.id), reading() as session:
        event = session.scalars(select(Event).where(Event.verb == "sign")).one()
    assert (event.subject_kind, event.actor_id) == ("monthly_return", world.manager.id)
    with area_scope(world.district.id), reading() as session:
        said = session.scalars(select(AreaEvent)).one()
    assert (said.verb, said.actor_id, said.place_id) == (
        "approve", world.coordinator.id, world.district.id,
    )  # fmt: skip


def test_findings_are_explained_before_signing() -> None:
    world = a_world()
    with at_centre(world):
        draft, _pending = queries.draft_of(world.centre, SEPTEMBER)
        with pytest.raises(InvalidInput) as refused:
            operations.sign(world.centre, SEPTEMBER, Said({"missing_days": "  "}), draft.hash)
    assert set(refused.value.fields) == {
        finding.key for finding in draft.findings if finding.must_explain
    }
    assert "missing_days" in refused.value.fields


def test_a_month_that_goes_on_is_not_signed() -> None:
    world = a_world()
    october = SEPTEMBER.replace(month=10)
    with at_centre(world), pytest.raises(NotOver):
        operations.sign(world.centre, october, Said(), "")


def test_a_month_before_the_centre_opened_is_not_there() -> None:
    world = a_world()
    world.centre.opened_on = MOMENT.date()
    with at_centre(world), pytest.raises(NotFound):
        operations.sign(world.centre, SEPTEMBER, Said(), "")


def test_nothing_is_signed_while_figures_are_counted() -> None:
    world = a_world()
    with at_centre(world):
        with unit_of_work() as work:
            work.session.add(RollupDirty(day=SEPTEMBER + timedelta(days=3)))
        with pytest.raises(FiguresPending):
            operations.sign(world.centre, SEPTEMBER, Said(), "")
        with unit_of_work() as work:
            work.session.execute(delete(RollupDirty))
            work.session.add(RollupDirty(day=MOMENT.date()))
    assert signed(world).version == 1


def test_only_what_was_seen_is_signed() -> None:
    world = a_world()
    with at_centre(world):
        draft, _pending = queries.draft_of(world.centre, SEPTEMBER)
    late_data(world.centre)
    with at_centre(world), pytest.raises(FiguresMoved):
        operations.sign(world.centre, SEPTEMBER, Said(), draft.hash)


def test_a_version_that_waits_or_is_right_is_not_signed_again() -> None:
    world = a_world()
    row = signed(world)
    with pytest.raises(NothingToSign):
        signed(world)
    reviewed(world, row)
    with pytest.raises(NothingToSign):
        signed(world)


def test_sent_back_and_signed_again() -> None:
    world = a_world()
    first = signed(world)
    with pytest.raises(InvalidInput):
        reviewed(world, first, SEND_BACK, "  ")
    reviewed(world, first, SEND_BACK, "ກະລຸນາອະທິບາຍ")
    now = standing(world)
    assert now.state == "sent_back"
    assert now.newest is not None
    assert now.newest.review is not None
    assert now.newest.review.words == "ກະລຸນາອະທິບາຍ"
    with pytest.raises(InvalidInput):
        signed(world, reason="")
    second = signed(world)
    assert (second.version, second.previous_hash) == (2, first.content_hash)
    reviewed(world, second)
    assert [one.version for one in official(world.province)] == [2]
    assert list(verifying.faults()) == []


def test_late_data_shows_and_becomes_a_dated_correction() -> None:
    world = a_world()
    first = signed(world)
    reviewed(world, first)
    late_data(world.centre)
    now = standing(world)
    assert now.state == "changed"
    assert [(one.name, one.before, one.now) for one in now.changed] == [("tickets", 40, 44)]
    with at_unit(world.province, world.coordinator):
        assert [one.state for one in queries.in_area(world.province, SEPTEMBER)] == ["changed"]
    # Until it is approved, the official figures are those of the first version.
    second = signed(world)
    assert standing(world).state == "signed"
    assert [one.version for one in official(world.province)] == [1]
    reviewed(world, second)
    [one] = official(world.province)
    assert (one.version, one.content["figures"]["tickets"]) == (2, 44)
    now = standing(world)
    assert now.state == "approved"
    [(later, changes)] = now.corrections()
    assert later.row.signed_at == MOMENT
    assert [(one.name, one.before, one.now) for one in changes] == [("tickets", 40, 44)]
    assert [version.row.version for version in now.versions] == [1, 2]
    assert hash_of(now.versions[0].row.content) == first.content_hash


def test_a_change_of_one_service_shows_as_well() -> None:
    world = a_world()
    reviewed(world, signed(world))
    with at_centre(world), unit_of_work() as work:
        work.session.scalars(select(CentreMonthService)).one().decided = 14
    [difference] = standing(world).changed
    assert (difference.kind, difference.name, difference.now) == ("service", "decided", 14)


def test_nobody_else_approves() -> None:
    world = a_world()
    row = signed(world)
    others = [
        a_user("neighbour", district_coordinator=a_unit("LA0102")),
        a_user("above", province_coordinator=world.province),
        a_user("secretary", committee_secretary=world.district),
        world.manager,
    ]
    for other in others:
        with at_unit(world.district, other), pytest.raises(NotTheReviewer):
            operations.review(world.centre, SEPTEMBER, 1, row.content_hash, APPROVE)
    assert standing(world).state == "signed"


def test_the_province_stands_in_where_a_district_has_nobody() -> None:
    world = a_world()
    other = World(
        the_centre("LA0103"), a_unit("LA0103"), world.province, a_user("m3"), a_user("nobody")
    )
    a_month(other.centre, SEPTEMBER)
    row = signed(other)
    above = a_user("above", province_coordinator=world.province)
    with at_unit(world.province, above):
        said = operations.review(other.centre, SEPTEMBER, 1, row.content_hash, APPROVE)
    # It lies with the centre's own unit all the same, where the centre reads it.
    assert said.place_id == other.district.id
    assert standing(other).state == "approved"


def test_nobody_approves_what_they_signed() -> None:
    world = a_world()
    world.manager = world.coordinator
    row = signed(world)
    with pytest.raises(NotTheReviewer):
        reviewed(world, row)


def test_the_word_is_on_the_version_that_was_seen() -> None:
    world = a_world()
    row = signed(world)
    with at_unit(world.district, world.coordinator):
        for version, seen in ((2, row.content_hash), (1, "0" * 64)):
            with pytest.raises(AlreadyChanged):
                operations.review(world.centre, SEPTEMBER, version, seen, APPROVE)
    reviewed(world, row)
    with pytest.raises(AlreadyChanged):
        reviewed(world, row, SEND_BACK)


def test_an_area_reads_no_other_areas_verdicts() -> None:
    ours, theirs = a_world(), a_world("LA0201")
    for world in (ours, theirs):
        reviewed(world, signed(world))
    with area_scope(ours.district.id), reading() as session:
        assert session.scalars(select(ReturnReview.about_centre_id)).all() == [ours.centre.id]
    with pytest.raises(ScopeBreach), centre_scope(ours.centre.id), reading() as session:
        session.scalars(select(ReturnReview)).all()
    with at_centre(ours):
        assert len(queries.of_centre(ours.centre)) == 2
    assert [one.code for one in official(ours.province)] == ["LA0101"]
    with pytest.raises(NotFound), at_unit(ours.province, ours.coordinator):
        queries.one_in_area(ours.province, "LA0201", SEPTEMBER)


def in_parallel(database: Database, *deeds: Callable[[], object]) -> list[str]:
    barrier = threading.Barrier(len(deeds))
    outcomes: list[str] = []

    def run(deed: Callable[[], object]) -> None:
        with bound_to(database):
            barrier.wait()
            try:
                deed()
                outcomes.append("done")
            except DomainError as error:
                outcomes.append(error.slug)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    # Each deed sets the clock and sets it back; threads that end in another order than they began
    # would leave it standing for every test that follows.
    with clock.use(lambda: MOMENT):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    return sorted(outcomes)


def test_two_managers_sign_one_version(database: Database) -> None:
    world = a_world()
    outcomes = in_parallel(database, lambda: signed(world), lambda: signed(world))
    assert outcomes.count("done") == 1
    assert set(outcomes) - {"done"} <= {"already-changed", "nothing-to-sign"}


def test_two_coordinators_say_one_word(database: Database) -> None:
    world = a_world()
    row = signed(world)
    outcomes = in_parallel(
        database, lambda: reviewed(world, row), lambda: reviewed(world, row, SEND_BACK)
    )
    assert outcomes == ["already-changed", "done"]
    with area_scope(world.district.id), reading() as session:
        assert session.scalar(select(func.count()).select_from(ReturnReview)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "update monthly_return set content = '{}'",
        "delete from monthly_return",
        "update return_review set verdict = 'approve'",
        "delete from return_review",
    ],
)
def test_plain_sql_changes_nothing(database: Database, statement: str) -> None:
    world = a_world()
    reviewed(world, signed(world), SEND_BACK)
    engine = database.owner_engine()
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("set local row_security = off"))
        connection.execute(text(statement))
    engine.dispose()


def test_a_verdict_is_on_a_version_that_is_there() -> None:
    world = a_world()
    row = signed(world)
    with (
        pytest.raises(DBAPIError),
        at_unit(world.district, world.coordinator),
        unit_of_work() as work,
    ):
        work.session.add(
                ReturnReview(
                    about_centre_id=world.centre.id, month=SEPTEMBER, version=row.version,
                    return_hash="f" * 64, verdict=APPROVE, reviewed_at=MOMENT,
                    reviewed_by_id=world.coordinator.id, reviewed_by_name="x",
                )
            )  # fmt: skip


def test_tampering_is_found(database: Database) -> None:
    world = a_world()
    row = signed(world)
    reviewed(world, row)
    engine = database.owner_engine()
    with engine.begin() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("alter table monthly_return disable trigger all"))
            connection.execute(
                text("select set_config('app.centre_id', :id, true)"), {"id": str(world.centre.id)}
            )
        else:
            connection.execute(text("drop trigger monthly_return_no_update"))
        connection.execute(
            text("update monthly_return set content = :content"),
            {"content": row.content.replace('"tickets":40', '"tickets":41')},
        )
    engine.dispose()
    assert list(verifying.faults()) == [
        ("LA0101", "return 2026-09 version 1: the hash is not that of what was signed")
    ]


def remind_on(day: int) -> int:
    with clock.use(lambda: MOMENT.replace(day=day)):
        return reminding.remind(MOMENT.replace(day=day).date())


def test_reminders_come_when_a_month_is_over_and_each_week_that_it_is_late() -> None:
    world = a_world()
    assert [remind_on(day) for day in (1, 2, 7)] == [1, 0, 0]
    assert notices("return_due") == [(world.manager.id, "/c/LA0101/returns/2026-09")]
    assert [remind_on(day) for day in (8, 9, 14, 15, 20)] == [1, 0, 0, 1, 0]
    assert len(notices("return_late")) == 2
    signed(world)
    assert [remind_on(day) for day in (8, 12, 13, 19)] == [0, 1, 0, 1]
    assert {user for user, _address in notices("return_waits")} == {world.coordinator.id}


def test_a_centre_that_has_closed_before_owes_no_return() -> None:
    world = a_world()
    with at_unit(world.province, world.coordinator):
        assert len(queries.in_area(world.province, SEPTEMBER)) == 1
        assert queries.in_area(world.province, SEPTEMBER)[0].is_late is False
    with clock.use(lambda: MOMENT.replace(day=8)), area_scope(world.province.id):
        assert queries.in_area(world.province, SEPTEMBER)[0].is_late
