"""A pooled connection never carries one centre's scope into another's work."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from odsc_counter.platform import tripwire
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.tenancy import ScopeBreach, centre_scope
from odsc_counter.platform.work import DatabaseBusy, reading, unit_of_work
from odsc_counter.tickets.models import Ticket, Visit
from tests.isolation.halls import DAY, NOON, Hall, Halls, a_ticket, two_halls

ROUNDS = 12


@pytest.fixture
def one_connection(database_url: str) -> Iterator[Database]:
    """A database whose engines have a single connection each, shared by all threads."""
    database = Database(database_url, pool_size=1)
    for engine in (database.writer, database.reader, database.national):
        engine.pool._max_overflow = 0  # type: ignore[attr-defined]  # the setting has no public name
        engine.pool._pool.maxsize = 1  # type: ignore[attr-defined]  # as above
    tripwire.install(database)
    use_database(database)
    yield database
    database.dispose()


@pytest.fixture
def halls(one_connection: Database) -> Halls:
    return two_halls()


def _one_round(hall: Hall, number: int) -> None:
    """A read and a write that end well, in an error, or with the connection broken."""
    with centre_scope(hall.id):
        with reading() as session:
            seen = {ticket.centre_id for ticket in session.scalars(select(Ticket))}
            assert seen == {hall.id}
        kind = number % 4
        if kind == 0:
            with unit_of_work() as work:
                work.session.add(Visit(arrived_at=NOON, day=DAY, language="lo", channel="api"))
        elif kind == 1:
            with pytest.raises(IntegrityError), unit_of_work() as work:
                work.session.add(a_ticket(hall, 1))
                work.session.flush()
        elif kind == 2:
            with pytest.raises(ZeroDivisionError), unit_of_work() as work:
                assert {t.centre_id for t in work.session.scalars(select(Ticket))} == {hall.id}
                raise ZeroDivisionError
        else:
            with pytest.raises((DBAPIError, DatabaseBusy, ScopeBreach)), unit_of_work() as work:
                connection = work.session.connection()
                assert connection.info["scope"].centre_id == hall.id
                connection.connection.driver_connection.close()  # type: ignore[union-attr]  # open now
                work.session.scalars(select(Ticket)).all()
        with unit_of_work() as work:
            assert {t.centre_id for t in work.session.scalars(select(Ticket))} == {hall.id}


def test_two_centres_take_turns_on_one_connection(halls: Halls) -> None:
    faults: list[BaseException] = []

    def work(hall: Hall) -> None:
        try:
            for number in range(ROUNDS):
                _one_round(hall, number)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(hall,)) for hall in (halls.ours, halls.theirs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert not any(thread.is_alive() for thread in threads)


def test_a_returned_connection_has_forgotten_its_scope(
    one_connection: Database, halls: Halls
) -> None:
    with centre_scope(halls.ours.id), reading() as session:
        assert len(session.scalars(select(Ticket)).all()) == 3
    with one_connection.reader.connect() as connection:
        assert "scope" not in connection.info
        with pytest.raises(ScopeBreach, match="no scope"):
            connection.execute(
                select(Ticket.__table__).where(Ticket.__table__.c.centre_id == halls.ours.id)
            )


def test_a_scope_ends_with_its_transaction(halls: Halls) -> None:
    with centre_scope(halls.ours.id), reading() as session:
        for end in (session.commit, session.rollback):
            info = session.connection().info
            assert info["scope"].centre_id == halls.ours.id
            end()
            assert "scope" not in info


def test_objects_are_read_again_in_the_same_scope_after_a_commit(halls: Halls) -> None:
    with centre_scope(halls.ours.id), reading() as session:
        ticket = session.scalars(select(Ticket)).first()
        session.commit()
        session.expire(ticket)
        assert ticket is not None and ticket.label == "A001"


def test_an_inner_block_can_not_change_a_running_works_centre(halls: Halls) -> None:
    with (
        centre_scope(halls.ours.id),
        unit_of_work(),
        centre_scope(halls.theirs.id),
        pytest.raises(ScopeBreach),
        unit_of_work(),
    ):
        pass


def test_a_new_thread_starts_without_a_scope(halls: Halls) -> None:
    found: list[object] = []

    def look() -> None:
        try:
            with reading() as session:
                found.extend(session.scalars(select(Ticket)))
        except RuntimeError as refused:
            found.append(type(refused).__name__)

    with centre_scope(halls.ours.id):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(timeout=10)
    assert found == ["NoScope"]
