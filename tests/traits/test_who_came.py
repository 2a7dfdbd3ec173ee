"""Who came is counted apart: nothing leads from a row of traits to a person, and none back."""

import itertools
import re
import sqlite3
import uuid
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Connection, func, select

from odsc_counter.applications import operations as applications
from odsc_counter.applications import tracking
from odsc_counter.monitoring import rollups
from odsc_counter.platform import clock, columns
from odsc_counter.platform.columns import Base
from odsc_counter.platform.database import APP_ROLE, Database
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.events import Event
from odsc_counter.platform.idempotency import fingerprint
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.traits import words
from odsc_counter.traits.models import TRAITS, WhoCame
from tests.pages import a_desk, an_app
from tests.receipts.office import NAME, NOON, Office, an_office
from tests.world import a_centre

SAID = {
    "sex": "female",
    "age": "60_up",
    "disability": "yes",
    "language": "khmu",
    "distance": "20_50",
}
FORM = {f"who_came.{trait}": answer for trait, answer in SAID.items()}
NOVEMBER = date(2026, 11, 1)
ERRORS = (sqlite3.DatabaseError, psycopg.DatabaseError)


@pytest.fixture
def office(database: Database) -> Office:
    rollups.install()
    return an_office(days=3)


def rows(centre_id: int) -> list[tuple[Any, ...]]:
    """What was said at a centre, row by row."""
    said = [getattr(WhoCame, trait) for trait in TRAITS]
    with centre_scope(centre_id), reading() as session:
        return [tuple(row) for row in session.execute(select(WhoCame.month, *said))]


def test_a_person_is_counted_with_the_file_and_without_it(office: Office) -> None:
    with clock.use(lambda: NOON):
        office.application(who_came=SAID)
        office.application("Another", who_came={"sex": "male", "age": ""})
        office.application("A third, not asked")
    assert sorted(rows(office.centre.id), key=str) == [
        (NOVEMBER, "female", "60_up", "yes", "khmu", "20_50"),
        (NOVEMBER, "male", None, None, None, None),
    ]


def test_what_is_not_taken_is_not_counted(office: Office) -> None:
    with office.inside(), pytest.raises(InvalidInput) as refused:
        office.application(who_came={**SAID, "age": "103"})
    assert refused.value.fields.keys() == {"age"}
    with pytest.raises(InvalidInput):
        office.application(who_came={"shoe_size": "44"})
    with pytest.raises(InvalidInput):
        office.application("", who_came=SAID)
    assert rows(office.centre.id) == []
    with office.inside(), reading() as session:
        assert session.scalars(select(Event).where(Event.subject_kind == "application")).all() == []


def test_a_row_has_no_column_that_leads_to_anybody() -> None:
    assert {column.name for column in WhoCame.__table__.c} == {"centre_id", "month", "id", *TRAITS}
    keys = {key.target_fullname for key in WhoCame.__table__.foreign_keys}
    assert keys == {"centre.id"}
    leading = {
        key.target_fullname for table in Base.metadata.tables.values() for key in table.foreign_keys
    }
    assert not any(target.startswith("who_came.") for target in leading)


def test_the_key_is_random_and_tells_no_moment(office: Office) -> None:
    for number in range(6):
        with clock.use(lambda number=number: NOON + timedelta(minutes=number)):
            office.application(f"Person {number}", who_came=SAID)
    with office.inside(), reading() as session:
        assert {key.version for key in session.scalars(select(WhoCame.id))} == {4}


def test_every_answer_has_words_and_the_database_knows_it(office: Office) -> None:
    assert {trait: tuple(words.ANSWERS[trait]) for trait in words.TRAITS} == TRAITS
    with centre_scope(office.centre.id):
        for trait, answers in TRAITS.items():
            for answer in answers:
                with unit_of_work() as work:
                    work.session.add(WhoCame(month=NOVEMBER, **{trait: answer}))
    assert len(rows(office.centre.id)) == sum(map(len, TRAITS.values()))


def _trace(office: Office, said: dict[str, str] | None, patch: pytest.MonkeyPatch) -> Any:
    """All rows of the centre after one file was taken with these traits; then it is undone."""
    ids, letters = itertools.count(1), itertools.cycle(tracking.ALPHABET)
    patch.setattr(columns, "uuid7", lambda: uuid.UUID(int=next(ids)))
    patch.setattr(tracking.secrets, "choice", lambda _letters: next(letters))
    with clock.use(lambda: NOON), office.inside(), unit_of_work() as work:
        applications.take(
            office.centre,
            office.service.id,
            full_name=NAME,
            papers_present=office.papers,
            who_came=said,
        )
        work.session.flush()
        connection: Connection = work.session.connection()
        found = {
            table.name: sorted(
                map(repr, connection.execute(select(table), execution_options=ALL).all())
            )
            for table in Base.metadata.sorted_tables
            if "centre_id" in table.c
        }
        work.doomed = True
    return found


ALL = {"cross_centre": "a test looks for traces"}


def test_nothing_else_in_the_centre_changes_with_the_traits(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"sex": "male", "age": "18_29", "disability": "no"}
    traces = [_trace(office, said, monkeypatch) for said in (None, SAID, other)]
    people = [len(trace.pop("who_came")) for trace in traces]
    assert people == [0, 1, 1]
    assert traces[0]["application"] and traces[0]["event"] and traces[0]["rollup_dirty"]
    assert traces[0] == traces[1] == traces[2]


def test_no_stored_hash_is_made_of_the_traits() -> None:
    app = Flask("forms")
    marks = set()
    for form in ({}, FORM, {**FORM, "who_came.sex": "male", "who_came.asked": "1"}):
        with app.test_request_context(
            "/c/LA0101/applications", method="POST", data={"full_name": NAME, **form}
        ):
            marks.add(fingerprint())
    assert len(marks) == 1
    with app.test_request_context(
        "/c/LA0101/applications", method="POST", data={"full_name": "Another"}
    ):
        assert fingerprint() not in marks


def test_another_centre_sees_and_counts_nothing_of_it(office: Office) -> None:
    office.application(who_came=SAID)
    other = a_centre("LA0201")
    assert rows(other.id) == []
    with centre_scope(other.id), reading() as session:
        assert session.scalar(select(func.count()).select_from(WhoCame)) == 0


def test_rows_are_only_added(office: Office, database: Database) -> None:
    office.application(who_came=SAID)
    for statement in (
        "update who_came set sex = 'male'",
        "delete from who_came",
        "insert into who_came select * from who_came where true"
        " on conflict (centre_id, month, id) do update set sex = 'male'",
    ):
        with closing(_plain(database, office.centre.id)) as plain, pytest.raises(ERRORS):
            plain.execute(statement)
            plain.commit()
    if database.dialect == "sqlite":
        with closing(_plain(database, office.centre.id)) as plain, pytest.raises(ERRORS):
            plain.execute("insert or replace into who_came select * from who_came")
    assert [row[1] for row in rows(office.centre.id)] == ["female"]


def test_the_order_of_writing_is_out_of_reach(office: Office, database: Database) -> None:
    for number in range(12):
        office.application(f"Person {number}", who_came=SAID)
    with closing(_plain(database, office.centre.id)) as plain:
        if database.dialect == "sqlite":
            with pytest.raises(sqlite3.OperationalError, match="rowid"):
                plain.execute("select rowid from who_came")
            keys = [row[0] for row in plain.execute("select id from who_came")]
            assert keys == sorted(keys)
            return
        for column in ("xmin", "ctid", "cmin", "tableoid"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                plain.execute(f"select {column} from who_came")
            plain.rollback()


def _plain(database: Database, centre_id: int) -> Any:
    """A connection of somebody who has the application's way in, and nothing of ours."""
    if database.dialect == "sqlite":
        return sqlite3.connect(str(database.url.database))
    return psycopg.connect(
        f"host={database.url.query['host']} user=postgres dbname={database.url.database}",
        options=f"-c role={APP_ROLE} -c app.centre_id={centre_id}",
    )


# -- the form


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Any:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


def test_the_form_keeps_what_was_chosen_and_counts_it_once(web: Flask) -> None:
    office = an_office(days=3)
    desk = a_desk(web, office.cashier)
    form = {"service": office.service.id, "request_key": "one-rendering", **FORM}
    page = desk.get(f"/c/LA0101/applications/new?service={office.service.id}").text
    assert re.search(r'<details class="[^"]*who-came">', page)
    assert page.count("Not said</option>") == len(TRAITS)
    refused = desk.post("/c/LA0101/applications", data=form)
    assert refused.status_code == 422
    assert re.search(r'<details class="[^"]*who-came" open>', refused.text)
    for answer in SAID.values():
        assert f'<option value="{answer}" selected>' in refused.text
    assert rows(office.centre.id) == []
    taken = [desk.post("/c/LA0101/applications", data={**form, "full_name": NAME}) for _ in "ab"]
    assert [answer.status_code for answer in taken] == [303, 303]
    assert [row[1:] for row in rows(office.centre.id)] == [tuple(SAID.values())]
    assert "Khmu" not in desk.get(taken[0].location).text


def test_who_says_nothing_is_counted_only_when_asked(web: Flask) -> None:
    office = an_office(days=3)
    desk = a_desk(web, office.cashier)
    form = {"service": office.service.id, "full_name": NAME, **dict.fromkeys(FORM, "")}
    desk.post("/c/LA0101/applications", data=form)
    assert rows(office.centre.id) == []
    asked = {**form, "full_name": "Another Name", "who_came.asked": "1"}
    assert desk.post("/c/LA0101/applications", data=asked).status_code == 303
    assert [row[1:] for row in rows(office.centre.id)] == [(None,) * len(TRAITS)]


def test_an_answer_that_nobody_offered_is_refused(web: Flask) -> None:
    office = an_office(days=3)
    form = {"service": office.service.id, "full_name": NAME, "who_came.sex": "<b>"}
    answer = a_desk(web, office.cashier).post("/c/LA0101/applications", data=form)
    assert answer.status_code == 422
    assert "Choose one of the list." in answer.text
    assert rows(office.centre.id) == []
