"""What looking somebody up costs, against the bare index: 100,000 people in one centre.

    python -m benchmarks.people [--people 100000] [--rounds 15]

For each database and each text that a clerk may type it prints the milliseconds of
`people.queries.search` (all statements of it, through the ORM and the tripwire, with the places
of whom it finds), those of a bare indexed query for ten people by a word through the plain
driver connection, and their ratio. The best of the rounds is compared, the worst is told beside.
Aim: under 100 ms for every text. Needs the development extras.
"""

import argparse
import random
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text

from odsc_counter import schema
from odsc_counter.demo.people import GIVEN, SURNAMES
from odsc_counter.people import keys, queries
from odsc_counter.people.details import Details, with_keys
from odsc_counter.people.models import PERSON, Person, PersonWord
from odsc_counter.platform import tripwire
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from tests.postgresql import Server
from tests.world import a_centre

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
TYPED = ("ສ", "ສົມພອນ", "ສົມພອນ ວົງ", "ວ ສ", "ນ້ຳ ຫວ້າ", "020 5551", "5551", "0123", "ບໍ່ມີໃຜ")
BATCH = 5_000
BARE = text(
    "select p.id, p.full_name from person_word w join person p"
    " on p.centre_id = w.centre_id and p.id = w.person_id"
    " where w.centre_id = :centre and w.word >= :low and w.word < :high"
    " order by w.word, w.person_id limit 10"
)


def rows(centre_id: int, many: int) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Batches of people and of their words: a few given names borne by very many."""
    rng = random.Random(1)
    people: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for _one in range(many):
        name = f"{rng.choice(GIVEN)[0]} {rng.choice(SURNAMES)[0]}"
        values = with_keys({
            "kind": PERSON, "full_name": name, "phone": f"020 5{rng.randrange(10**7):07}",
            "id_number": f"{rng.randrange(10**10):010}", "business_number": "",
            "family_book": f"{rng.randrange(10**6):06}", "birth_on": None,
            "birth_year": rng.randrange(1940, 2010), "unit_id": None, "village": "",
        })  # fmt: skip
        key: uuid.UUID = new_id()
        people.append({
            "centre_id": centre_id, "id": key, "created_at": NOON, "version": 1, **values
        })  # fmt: skip
        words += [
            {"centre_id": centre_id, "word": word, "person_id": key}
            for word in keys.indexed_words(name)
        ]
        if len(people) == BATCH:
            yield people, words
            people, words = [], []
    if people:
        yield people, words


def fill(owner: Engine, centre_id: int, many: int) -> None:
    """Write the people past the ORM: only the looking up is measured."""
    with owner.begin() as connection:
        if owner.dialect.name == "postgresql":
            connection.execute(
                text("select set_config('app.centre_id', :id, true)"), {"id": str(centre_id)}
            )
        for people, words in rows(centre_id, many):
            connection.execute(insert(Person.__table__), people)  # type: ignore[arg-type]  # a Table
            connection.execute(insert(PersonWord.__table__), words)  # type: ignore[arg-type]  # a Table
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("analyze")


def milliseconds(deed: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The best and the worst time of a deed that was done once before."""
    deed()
    taken = []
    for _round in range(rounds):
        started = time.perf_counter()
        deed()
        taken.append((time.perf_counter() - started) * 1e3)
    return min(taken), max(taken)


def compare(url: str, many: int, rounds: int) -> None:
    """Print both times and their ratio for each text, and those of the clerk's question."""
    owner = Database(url).owner_engine()
    schema.migrate(owner)
    database = Database(url)
    tripwire.install(database)
    use_database(database)
    with reference_scope():
        centre = a_centre()
    fill(owner, centre.id, many)
    with centre_scope(centre.id), owner.connect() as bare:
        if owner.dialect.name == "postgresql":
            bare.execute(
                text("select set_config('app.centre_id', :id, false)"), {"id": str(centre.id)}
            )
        for typed in TYPED:
            low = max(keys.words_of(typed), key=len)
            asked = {"centre": centre.id, "low": low, "high": low + queries.BEYOND}
            plain, _worst = milliseconds(
                lambda asked=asked: bare.execute(BARE, asked).all(), rounds
            )
            best, worst = milliseconds(lambda typed=typed: queries.search(typed), rounds)
            print(
                f"{owner.dialect.name:10}  {plain:6.2f} ms bare  {best:6.2f} ms looked up"
                f"  ({worst:6.2f} worst)  ratio {best / plain:5.1f}  {typed}"
            )
        told = Details(
            "ສົມພອນ ວົງສາ", phone="020 5551 2345", id_number="0123456789", birth="1980", village="x"
        )
        for name, deed in (
            ("likely_same", lambda: queries.likely_same(told)),
            ("duplicates", queries.duplicates),
        ):
            best, worst = milliseconds(deed, 3)
            print(f"{owner.dialect.name:10}  {best:6.2f} ms  ({worst:6.2f} worst)  {name}")
    database.dispose()
    owner.dispose()


def main() -> None:
    """Run on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(f"sqlite:///{Path(folder) / 'odsc.db'}", given.people, given.rounds)
    server = Server()
    try:
        server.execute("create database benchmark")
        compare(server.url("benchmark"), given.people, given.rounds)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
