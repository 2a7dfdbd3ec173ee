"""What the tripwire costs: the same ORM statements with and without it, in one run.

    python -m benchmarks.tripwire [--rounds 7]

Prints, for each database, microseconds a statement and the ratio with / without: a warm
statement (compiled once, as in a running program) and a cold one (compiled each time).
Rounds alternate between the two, and the best of each is compared, as other work on the
machine can only add. Needs the development extras.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from odsc_counter import schema
from odsc_counter.platform import tripwire
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets.models import Counter, Ticket
from tests.isolation.halls import Halls, two_halls
from tests.postgresql import Server

WARM, COLD = 300, 30


def one_by_key(session: object, halls: Halls) -> None:
    """The commonest statement: one row by its key."""
    session.scalars(select(Ticket).where(Ticket.id == halls.ours.ticket)).one()  # type: ignore[attr-defined]  # a Session


def joined(session: object, halls: Halls) -> None:
    """A page's statement: a join, an alias and a subquery."""
    other = aliased(Ticket)
    ahead = (
        select(func.count())
        .select_from(other)
        .where(other.centre_id == Ticket.centre_id, other.number < Ticket.number)
        .scalar_subquery()
    )
    query = (
        select(Ticket.label, Counter.number, ahead)
        .outerjoin(
            Counter,
            (Counter.centre_id == Ticket.centre_id) & (Counter.id == Ticket.counter_id),
        )
        .where(Ticket.day == halls.ours.centre.opened_on)
    )
    session.execute(query).all()  # type: ignore[attr-defined]  # a Session


STATEMENTS = (one_by_key, joined)


def microseconds(
    database: Database, halls: Halls, statement: Callable[[object, Halls], None], *, warm: bool
) -> float:
    """The mean time of a statement in one transaction."""
    use_database(database)
    times = WARM if warm else COLD
    with centre_scope(halls.ours.id), reading() as session:
        statement(session, halls)
        started = time.perf_counter()
        for _ in range(times):
            if not warm:
                database.reader.clear_compiled_cache()
            statement(session, halls)
        return (time.perf_counter() - started) / times * 1e6


def compare(url: str, rounds: int) -> None:
    """Print the two times and their ratio for each statement."""
    owner = Database(url).owner_engine()
    schema.migrate(owner)
    owner.dispose()
    without, watched = Database(url), Database(url)
    tripwire.install(watched)
    use_database(watched)
    halls = two_halls()
    for statement in STATEMENTS:
        for warm in (True, False):
            found: dict[Database, list[float]] = {without: [], watched: []}
            for _ in range(rounds):
                for database, taken in found.items():
                    taken.append(microseconds(database, halls, statement, warm=warm))
            plain, wired = (min(taken) for taken in found.values())
            print(
                f"{without.dialect:10}  {statement.__name__:10}  {'warm' if warm else 'cold'}"
                f"  {plain:8.0f} us without  {wired:8.0f} us with  ratio {wired / plain:.2f}"
            )
    without.dispose()
    watched.dispose()


def main() -> None:
    """Run on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        compare(f"sqlite:///{Path(folder) / 'odsc.db'}", rounds)
    server = Server()
    try:
        server.execute("create database benchmark")
        compare(server.url("benchmark"), rounds)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
