"""Signing keys: one in force for each centre, its private half in a file and nowhere else."""

import base64
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import NationalEvent
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.receipts import commands, key_files, keys, seal
from odsc_counter.receipts.key_files import KeyFiles, Signer, use_key_files
from odsc_counter.receipts.key_models import SigningKey
from odsc_counter.receipts.keys import SigningKeyMissing
from tests.world import a_centre

Run = Callable[..., Result]


@pytest.fixture
def centre(database: Database) -> Centre:
    return a_centre("LA0101")


def signer_of(centre: Centre) -> Signer:
    with centre_scope(centre.id), unit_of_work() as work:
        return keys.signer_for(work, centre)


def rows() -> list[SigningKey]:
    with reference_scope(), reading() as session:
        return keys.all_keys(session)


def folder() -> Path:
    return key_files.current_key_files().folder


def again() -> None:
    """As after a restart: nothing in memory."""
    use_key_files(KeyFiles(folder()))


def rotated(centre: Centre) -> str:
    with reference_scope(), acting_as(Actor("command line")):
        return keys.rotate(centre)


# -- the first key and the next


def test_the_first_use_makes_the_key_and_the_next_uses_it(centre: Centre) -> None:
    made = signer_of(centre)
    assert signer_of(centre).key_id == made.key_id
    again()
    loaded = signer_of(centre)
    assert keys.verify(loaded.public_key, b"x", made.sign(b"x"))
    (row,) = rows()
    assert (row.key_id, row.centre.code, row.retired_at) == (made.key_id, "LA0101", None)
    with reference_scope(), reading() as session:
        assert keys.public_key(session, made.key_id) == made.public_key
        with pytest.raises(NotFound):
            keys.public_key(session, "00000000")
        (event,) = session.scalars(
            select(NationalEvent).where(NationalEvent.subject_kind == "signing_key")
        )
    assert (event.verb, event.subject_id, event.data) == (
        "created", made.key_id, {"place": "LA0101"},
    )  # fmt: skip


def test_each_centre_has_its_own(centre: Centre) -> None:
    other = a_centre("LA0102")
    assert signer_of(centre).key_id != signer_of(other).key_id
    # Everybody reads all public keys, also from within a centre.
    with centre_scope(centre.id), reading() as session:
        assert len(keys.all_keys(session)) == 2


def test_rotation_keeps_the_old_public_key(centre: Centre) -> None:
    old = signer_of(centre)
    new = rotated(centre)
    assert signer_of(centre).key_id == new != old.key_id
    with reference_scope(), reading() as session:
        assert keys.public_key(session, old.key_id) == old.public_key
    first, second = rows()
    assert first.retired_at is not None and first.retired_by == "command line"
    assert (second.key_id, second.retired_at) == (new, None)
    assert rotated(a_centre("LA0102"))  # also makes the first


def test_no_private_key_is_in_the_database(centre: Centre) -> None:
    made = signer_of(centre)
    content = (folder() / f"{made.key_id}.pem").read_text(encoding="ascii")
    secret = content.splitlines()[1]
    raw = base64.b64decode(secret)[-32:]
    with reference_scope(), reading() as session:
        for table in (SigningKey, NationalEvent):
            told = str([dict(row) for row in session.execute(
                select(*table.__table__.c)).mappings()])  # fmt: skip
            assert secret not in told and raw.hex() not in told
            assert base64.b64encode(raw).decode() not in told


# -- two at once


def test_of_two_first_keys_at_once_one_wins_and_both_use_it(centre: Centre) -> None:
    gate = threading.Barrier(4)
    signed: list[str] = []

    def first() -> None:
        gate.wait()
        signed.append(signer_of(centre).key_id)

    threads = [threading.Thread(target=first) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (row,) = rows()
    assert signed == [row.key_id] * 4
    # The losers' files are gone: nobody could tell what they are for.
    assert [path.name for path in folder().iterdir()] == [f"{row.key_id}.pem"]


def test_of_rotations_at_once_each_leaves_one_key_in_force(centre: Centre) -> None:
    signer_of(centre)
    made: list[str] = []
    gate = threading.Barrier(3)

    def rotate() -> None:
        gate.wait()
        made.append(rotated(centre))

    threads = [threading.Thread(target=rotate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 3 and len(rows()) == 4
    assert [row.key_id for row in rows() if row.retired_at is None] == [signer_of(centre).key_id]


def test_who_waits_for_a_first_key_uses_it_once_it_stands(
    database: Database, centre: Centre
) -> None:
    if database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: nobody can be in between")
    other: list[str] = []
    waiting = threading.Thread(target=lambda: other.append(signer_of(centre).key_id))
    with centre_scope(centre.id), unit_of_work() as work:
        made = keys.signer_for(work, centre)
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()  # at the unique index
    waiting.join()
    assert other == [made.key_id]


def test_a_first_key_that_was_rolled_back_leaves_no_row(centre: Centre) -> None:
    with suppress(RuntimeError), centre_scope(centre.id), unit_of_work() as work:
        keys.signer_for(work, centre)
        raise RuntimeError
    assert rows() == []
    assert signer_of(centre).key_id == rows()[0].key_id


# -- files that are missing or wrong


def test_a_missing_file_stops_the_cashier_with_clear_words(centre: Centre) -> None:
    made = signer_of(centre)
    (folder() / f"{made.key_id}.pem").unlink()
    again()
    with pytest.raises(SigningKeyMissing) as caught:
        signer_of(centre)
    assert caught.value.status == 503 and "Nothing was saved" in str(caught.value)
    assert len(rows()) == 1  # no other key was made in silence
    assert rotated(centre) == signer_of(centre).key_id


@pytest.mark.parametrize("content", [b"", b"junk", "another"])
def test_a_file_that_does_not_fit_is_as_good_as_missing(
    centre: Centre, content: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    made = signer_of(centre)
    file = folder() / f"{made.key_id}.pem"
    other = KeyFiles(folder()).make()
    file.write_bytes(
        (folder() / f"{other.key_id}.pem").read_bytes() if content == "another" else content  # type: ignore[arg-type]
    )
    again()
    with pytest.raises(SigningKeyMissing):
        signer_of(centre)
    assert made.key_id in caplog.text and "PRIVATE" not in caplog.text


def test_a_folder_that_can_not_be_written_stops_the_cashier(centre: Centre, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    use_key_files(KeyFiles(tmp_path / "file" / "keys"))
    with pytest.raises(SigningKeyMissing):
        signer_of(centre)
    assert rows() == []


def test_a_passphrase_encrypts_the_file(centre: Centre) -> None:
    use_key_files(KeyFiles(folder(), "ຄຳລັບ ຂອງສູນ"))
    made = signer_of(centre)
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in (folder() / f"{made.key_id}.pem").read_bytes()
    for passphrase in ("", "wrong"):
        use_key_files(KeyFiles(folder(), passphrase))
        with pytest.raises(SigningKeyMissing):
            signer_of(centre)
    use_key_files(KeyFiles(folder(), "ຄຳລັບ ຂອງສູນ"))
    assert signer_of(centre).key_id == made.key_id


# -- what the database itself refuses


def test_a_row_is_retired_once_and_changes_in_nothing_else(centre: Centre) -> None:
    made = signer_of(centre)
    later = clock.now() + timedelta(minutes=1)
    changes: list[Any] = [
        update(SigningKey).values(public_key="AAAA"),
        update(SigningKey).values(at_centre_id=SigningKey.at_centre_id + 1),
        update(SigningKey).values(public_key="AAAA", retired_at=later, retired_by="x"),
        update(SigningKey).values(made_by="somebody else"),
        update(SigningKey).values(retired_at=later),  # by nobody
        delete(SigningKey),
    ]
    rotated(centre)
    old = SigningKey.key_id == made.key_id
    changes += [
        update(SigningKey).where(old).values(retired_at=later, retired_by="x"),
        update(SigningKey).where(old).values(retired_at=None, retired_by=""),
    ]
    before = [(row.key_id, row.public_key, row.retired_at) for row in rows()]
    for change in changes:
        with pytest.raises(DBAPIError), reference_scope(), unit_of_work() as work:
            work.session.execute(change, execution_options={"synchronize_session": False})
    assert [(row.key_id, row.public_key, row.retired_at) for row in rows()] == before


def test_there_is_no_second_key_in_force(centre: Centre) -> None:
    made = signer_of(centre)
    with pytest.raises(DBAPIError), reference_scope(), unit_of_work() as work:
        work.session.add(
            SigningKey(
                key_id="00000000", at_centre_id=centre.id, public_key="AAAA",
                made_at=clock.now(), made_by="x",
            )
        )  # fmt: skip
    assert [row.key_id for row in rows()] == [made.key_id]


def test_postgresql_lets_a_centre_make_and_retire_its_own_alone(
    database: Database, centre: Centre
) -> None:
    if database.dialect != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    other = a_centre("LA0102")
    theirs = signer_of(other)
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        centre_scope(centre.id),
        unit_of_work() as work,
    ):
        keys.signer_for(work, Centre(id=10_000 + other.id, code="X"))
    with centre_scope(centre.id), unit_of_work() as work:
        touched = work.session.execute(
            update(SigningKey)
            .where(SigningKey.key_id == theirs.key_id)
            .values(retired_at=clock.now(), retired_by="x"),
            execution_options={"synchronize_session": False},
        )
        assert touched.rowcount == 0  # type: ignore[attr-defined]
    for statement in ("delete from signing_key", "truncate signing_key"):
        with database.writer.connect() as connection, pytest.raises(DBAPIError, match="denied"):
            connection.execute(
                text(statement), execution_options={"cross_centre": "a test of the grant"}
            )


# -- the commands


@pytest.fixture
def run(database: Database) -> Run:
    """Run `odsc-counter` with these words."""

    def within(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def wrapper(**options: Any) -> None:
            with reference_scope(), acting_as(Actor("command line")):
                command(**options)

        return wrapper

    main = click.Group("odsc-counter")
    for group in commands.commands(within):
        main.add_command(group)
    return lambda *words: CliRunner().invoke(main, ["keys", *words])


def test_keys_are_made_listed_and_given_away(run: Run, centre: Centre, tmp_path: Path) -> None:
    made = run("create", "LA0101")
    first = made.stdout.strip()
    assert made.exit_code == 0 and key_files.KEY_ID.fullmatch(first)
    assert run("create", "LA0101").exit_code != 0
    assert run("create", "LA9999").exit_code == 1
    second = run("rotate", "LA0101").stdout.strip()
    (folder() / f"{first}.pem").unlink()
    listed = run("list").stdout.splitlines()
    assert [line.split()[:2] for line in listed] == [["LA0101", first], ["LA0101", second]]
    assert "NO FILE" in listed[0] and "in force" in listed[1] and "NO FILE" not in listed[1]
    file = tmp_path / "public.json"
    assert run("export", "--out", str(file)).exit_code == 0
    given = json.loads(file.read_text(encoding="utf-8"))
    assert given == json.loads(run("export").stdout)
    assert [key["key_id"] for key in given["keys"]] == [first, second]
    assert given["keys"][0]["valid_to"] and given["keys"][1]["valid_to"] is None
    assert given["keys"][0]["centre"] == {
        "number": centre.id, "code": "LA0101", "name_en": "Centre LA0101", "name_lo": "ສູນ LA0101",
    }  # fmt: skip


def test_a_seal_is_verified_with_the_file_alone(run: Run, centre: Centre, tmp_path: Path) -> None:
    signer = signer_of(centre)
    now = clock.now()
    written = seal.sealed(
        signer, centre_id=centre.id, fiscal_year=2026, series="A", number=123,
        amount_kip=25_000, issued_at=now, receipt_hash="0" * 64,
    )  # fmt: skip
    file = tmp_path / "public.json"
    run("export", "--out", str(file))

    def verified(text: str, by: Path = file) -> Result:
        return run("verify", text, "--keys", str(by))

    told = verified(seal.address("https://odsc.gov.la", written))
    assert told.exit_code == 0
    for part in ("VALID: sealed by LA0101", "2026, A 000123", "25.000 kip", signer.key_id):
        assert part in told.stdout
    forged = verified(written[:60] + ("B" if written[60] == "A" else "A") + written[61:])
    assert forged.exit_code == 1 and "NOT VALID" in forged.output
    assert verified("something else").exit_code == 1
    given = json.loads(file.read_text(encoding="utf-8"))
    given["keys"][0]["valid_to"] = (now - timedelta(hours=1)).isoformat()
    retired = tmp_path / "retired.json"
    retired.write_text(json.dumps(given))
    assert "NOT VALID" in verified(written, retired).output
    for junk in ("[]", "{", '{"keys": [1]}'):
        retired.write_text(junk)
        assert "not a file of public keys" in verified(written, retired).output


def test_the_count_of_keys_is_the_count_of_files(centre: Centre) -> None:
    for _time in range(3):
        rotated(centre)
    with reference_scope(), reading() as session:
        assert session.scalar(select(func.count()).select_from(SigningKey)) == 3
    assert len(list(folder().iterdir())) == 3
