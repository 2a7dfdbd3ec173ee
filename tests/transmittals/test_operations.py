"""Papers between counter and office: bundled once, confirmed by the other side, never lost."""

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from odsc_counter import checking
from odsc_counter.accounts.models import User
from odsc_counter.applications import operations as files
from odsc_counter.applications import queries as applications
from odsc_counter.applications.lifecycle import APPROVED, READY, UNDER_REVIEW
from odsc_counter.applications.models import Application
from odsc_counter.applications.tracking import spaced
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, bound_to
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.transmittals import operations, queries
from odsc_counter.transmittals.errors import AlreadyReceived, NotLyingHere, OtherSide
from odsc_counter.transmittals.lifecycle import LIFECYCLE, MISSING, ON_WAY, RECEIVED, STAYED
from odsc_counter.transmittals.models import BACK, OUT, Transmittal, TransmittalItem
from odsc_counter.transmittals.sides import Side
from tests.applications.test_operations import an_officer, the_step
from tests.receipts.office import NOON, Office, an_office
from tests.world import a_ministry

COUNTER = Side(at_counter=True, ministries=frozenset())


class Way:
    """A counter, an office of its ministry, and the papers between them."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.centre = office.centre
        self.officer: User = an_officer(office, "MOPS")
        self.ministry = a_ministry("MOPS").id
        self.desk = Side(at_counter=False, ministries=frozenset({self.ministry}))

    def out(self, *bundled: Application, side: Side = COUNTER) -> Transmittal:
        """The counter sends files to the office."""
        with self.office.inside():
            return operations.make(
                self.centre, side, OUT, self.ministry, [file.id for file in bundled]
            )

    def back(self, *bundled: Application) -> Transmittal:
        """The office sends files to the counter."""
        with self.office.inside(self.officer):
            return operations.make(
                self.centre, self.desk, BACK, self.ministry, [file.id for file in bundled]
            )

    def came(self, bundle: Transmittal, *came: Application, number: str = "") -> Transmittal:
        """The other side confirms these files of a bundle."""
        is_out = bundle.direction == OUT
        ids = {file.id for file in came}
        with self.office.inside(self.officer if is_out else self.office.cashier):
            items = {row.item.id for row in queries.items(bundle.id) if row.application.id in ids}
            return operations.receive(
                self.centre,
                self.desk if is_out else COUNTER,
                bundle.code,
                items,
                dict.fromkeys(items, number),
            )

    def states(self, bundle: Transmittal) -> list[str]:
        """Where the files of a bundle stand, in printed order."""
        with self.office.inside():
            return [row.item.state for row in queries.items(bundle.id)]

    def item(self, bundle: Transmittal, file: Application) -> uuid.UUID:
        """A file's item in a bundle."""
        with self.office.inside():
            rows = queries.items(bundle.id)
        return next(row.item.id for row in rows if row.application.id == file.id)

    def lying(self, direction: str) -> set[uuid.UUID]:
        """The files that could go this way now."""
        with self.office.inside():
            return {row.id for row in queries.lying(direction, self.ministry)}

    def state(self, file: Application) -> str:
        """Where the application itself stands."""
        with self.office.inside():
            return applications.application(file.id).state


@pytest.fixture
def way(database: Database) -> Iterator[Way]:
    yield Way(an_office(days=5))
    # However a test ended: the records agree with each other.
    breaches = [one for one in checking.check() if one.rule != "figures_equal_a_recount"]
    assert breaches == []


def test_files_travel_to_the_office_and_back_with_results(way: Way) -> None:
    one, two = way.office.application(), way.office.application("ນາງ ບົວ")
    assert way.lying(OUT) == {one.id, two.id}
    assert way.lying(BACK) == set()
    bundle = way.out(two, one)
    assert bundle.label.endswith("-T0001")
    assert way.lying(OUT) == set()
    assert way.states(bundle) == [ON_WAY, ON_WAY]
    way.came(bundle, one, two)
    assert way.states(bundle) == [RECEIVED, RECEIVED]
    assert way.state(one) == UNDER_REVIEW
    assert way.lying(BACK) == {one.id, two.id}
    with way.office.inside(way.officer):
        files.pass_step(way.centre, the_step(one))
    assert way.state(one) == APPROVED
    home = way.back(one, two)
    assert home.label.endswith("-T0002")
    way.came(home, one, two, number="12/ປກສ")
    assert way.state(one) == READY
    assert way.state(two) == UNDER_REVIEW
    with way.office.inside():
        assert applications.application(one.id).result_number == "12/ປກສ"
        assert [travel.bundle.id for travel in queries.travels(one.id)] == [bundle.id, home.id]
    assert way.lying(OUT) == {two.id}
    assert way.lying(BACK) == set()


def test_each_move_is_an_event(way: Way) -> None:
    file, lost = way.office.application(), way.office.application()
    bundle = way.out(file, lost)
    way.came(bundle, file)
    with way.office.inside(), reading() as session:
        told = session.execute(
            select(Event.subject_kind, Event.verb)
            .where(Event.subject_kind.like("transmittal%"))
            .order_by(Event.at, Event.id)
        ).all()
    assert sorted(tuple(row) for row in told) == [
        ("transmittal", "make"),
        ("transmittal", "receive"),
        ("transmittal_item", "miss"),
        ("transmittal_item", "receive"),
        ("transmittal_item", "send"),
        ("transmittal_item", "send"),
    ]


def test_what_did_not_come_is_an_open_matter_until_somebody_has_it(way: Way) -> None:
    came, later, never = (way.office.application() for _ in range(3))
    bundle = way.out(came, later, never)
    way.came(bundle, came)
    assert way.states(bundle) == [RECEIVED, MISSING, MISSING]
    assert way.lying(OUT) == set()
    with way.office.inside():
        (row,) = queries.bundles("missing", NOON.date())
        assert (row.bundle.id, row.files, row.missing) == (bundle.id, 3, 2)
    with way.office.inside(way.officer):
        with pytest.raises(OtherSide):
            operations.stayed(way.centre, way.desk, way.item(bundle, never))
        operations.came_later(way.centre, way.desk, way.item(bundle, later))
    with way.office.inside():
        with pytest.raises(OtherSide):
            operations.came_later(way.centre, COUNTER, way.item(bundle, never))
        operations.stayed(way.centre, COUNTER, way.item(bundle, never))
        with pytest.raises(AlreadyChanged):
            operations.stayed(way.centre, COUNTER, way.item(bundle, never))
        assert queries.bundles("missing", NOON.date()) == []
    assert way.states(bundle) == [RECEIVED, RECEIVED, STAYED]
    assert way.lying(OUT) == {never.id}
    assert way.states(way.out(never)) == [ON_WAY]


def test_nothing_is_cleared_up_before_the_bundle_is_confirmed(way: Way) -> None:
    file = way.office.application()
    bundle = way.out(file)
    with way.office.inside(way.officer), pytest.raises(AlreadyChanged):
        operations.came_later(way.centre, way.desk, way.item(bundle, file))
    with way.office.inside(), pytest.raises(AlreadyChanged):
        operations.stayed(way.centre, COUNTER, way.item(bundle, file))


def test_only_the_right_side_sends_and_confirms(way: Way) -> None:
    file = way.office.application()
    with pytest.raises(OtherSide):
        way.out(file, side=way.desk)
    bundle = way.out(file)
    stranger = Side(at_counter=True, ministries=frozenset({a_ministry("MOJ").id}))
    with way.office.inside(), pytest.raises(OtherSide):
        operations.receive(way.centre, stranger, bundle.code, [])
    with way.office.inside(way.officer), pytest.raises(OtherSide):
        operations.make(way.centre, way.desk, BACK, a_ministry("MOJ").id, [file.id])
    assert way.states(bundle) == [ON_WAY]


def test_a_bundle_is_received_once(way: Way) -> None:
    file = way.office.application()
    bundle = way.out(file)
    way.came(bundle, file)
    with pytest.raises(AlreadyReceived):
        way.came(bundle)
    assert way.states(bundle) == [RECEIVED]


def test_bad_choices_are_refused(way: Way) -> None:
    file, other = way.office.application(), way.office.application()
    with pytest.raises(InvalidInput):
        way.out()
    with way.office.inside(), pytest.raises(InvalidInput):
        operations.make(way.centre, COUNTER, "sideways", way.ministry, [file.id])
    with way.office.inside(), pytest.raises(NotFound):
        operations.make(way.centre, COUNTER, OUT, way.ministry, [uuid.uuid4()])
    with way.office.inside(), pytest.raises(NotLyingHere) as error:
        operations.make(way.centre, COUNTER, OUT, a_ministry("MOJ").id, [file.id])
    assert file.label in str(error.value)
    bundle = way.out(file)
    with pytest.raises(NotLyingHere):
        way.out(file, other)
    with way.office.inside(way.officer):
        with pytest.raises(NotFound):
            operations.receive(way.centre, way.desk, bundle.code, [uuid.uuid4()])
        with pytest.raises(NotFound):
            operations.receive(way.centre, way.desk, "AAAABBBBCCCC", [])
    assert way.lying(OUT) == {other.id}
    assert way.out(other).number == 2


def test_a_number_too_long_receives_nothing(way: Way) -> None:
    file = way.office.application()
    way.came(way.out(file), file)
    with way.office.inside(way.officer):
        files.pass_step(way.centre, the_step(file))
    home = way.back(file)
    with pytest.raises(InvalidInput):
        way.came(home, file, number="1" * 61)
    assert way.states(home) == [ON_WAY]
    assert way.state(file) == APPROVED


def test_a_bundle_is_found_by_code_or_number_as_typed(way: Way) -> None:
    bundle = way.out(way.office.application())
    with way.office.inside():
        for text in (bundle.code, spaced(bundle.code).lower(), f" {bundle.label.lower()} "):
            assert queries.by_code(text).id == bundle.id
        with pytest.raises(NotFound):
            queries.by_code("LA0101-26-T9999")
    stranger = an_office("LA0102")
    with stranger.inside(), pytest.raises(NotFound):
        queries.by_code(bundle.code)


def test_a_bundle_that_nobody_confirms_becomes_late_by_working_days(way: Way) -> None:
    with clock.use(lambda: NOON):  # a Monday
        bundle = way.out(way.office.application())
    thursday, friday = datetime(2026, 11, 26, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC)
    with way.office.inside():
        assert not queries.bundles("open", thursday.date())[0].is_late
        assert queries.bundles("late", thursday.date()) == []
        assert queries.bundles("late", friday.date())[0].bundle.id == bundle.id
        assert queries.bundles("open", friday.date(), {way.ministry + 1}) == []


def test_a_result_goes_back_whose_way_to_the_office_nobody_wrote_down(way: Way) -> None:
    file = way.office.application()
    with way.office.inside(way.officer):
        files.take_up(way.centre, file.id)
        assert way.lying(OUT) == {file.id}
        files.pass_step(way.centre, the_step(file))
    assert way.lying(BACK) == {file.id}
    way.came(way.back(file), file)
    assert way.state(file) == READY
    assert way.lying(BACK) == set()


def test_two_clerks_put_one_file_into_two_transmittals_at_once(
    database: Database, way: Way
) -> None:
    shared = way.office.application()
    others = [way.office.application() for _ in range(2)]
    start = threading.Barrier(2)
    results: list[object] = []

    def send(other: Application) -> None:
        with bound_to(database):
            start.wait()
            try:
                results.append(way.out(shared, other))
            except Exception as error:  # the other thread's fate is what is looked at
                results.append(error)

    threads = [threading.Thread(target=send, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(result).__name__ for result in results) == ["NotLyingHere", "Transmittal"]
    with way.office.inside(), reading() as session:
        found = session.scalars(
            select(TransmittalItem).where(TransmittalItem.application_id == shared.id)
        )
        assert len(list(found)) == 1


def test_two_officers_confirm_one_bundle_at_once(database: Database, way: Way) -> None:
    bundled = [way.office.application() for _ in range(3)]
    bundle = way.out(*bundled)
    start = threading.Barrier(2)
    results: list[str] = []

    def confirm(came: list[Application]) -> None:
        with bound_to(database):
            start.wait()
            try:
                way.came(bundle, *came)
                results.append("received")
            except AlreadyReceived:
                results.append("told")

    threads = [threading.Thread(target=confirm, args=(bundled[:n],)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["received", "told"]
    assert ON_WAY not in way.states(bundle)


def test_the_database_itself_holds_a_file_in_one_open_transmittal(way: Way) -> None:
    file = way.office.application()
    first, second = way.out(file), way.out(way.office.application())
    assert first.id != second.id
    with pytest.raises(IntegrityError), centre_scope(way.centre.id), unit_of_work() as work:
        item = TransmittalItem(
            transmittal_id=second.id, application_id=file.id, position=9, state=ON_WAY
        )
        work.session.add(item)
        work.session.flush()


def test_what_was_written_on_a_transmittal_stays(way: Way) -> None:
    bundle = way.out(way.office.application())
    with pytest.raises(DBAPIError), centre_scope(way.centre.id), unit_of_work() as work:
        row = work.session.get_one(Transmittal, (way.centre.id, bundle.id))
        row.label = "another"
        work.session.flush()


@pytest.mark.parametrize("state", [None, *sorted(LIFECYCLE.states)])
def test_the_table_of_a_papers_way(state: str | None) -> None:
    allowed = {verb for verb in LIFECYCLE.verbs if LIFECYCLE.allows(verb, state)}
    assert (
        allowed
        == {
            None: {"send"},
            ON_WAY: {"receive", "miss"},
            MISSING: {"receive", "find"},
            RECEIVED: set(),
            STAYED: set(),
        }[state]
    )
