"""A database of an earlier release comes up with all that it held."""

import json
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from odsc_counter import checking, schema
from odsc_counter.applications import holdings
from odsc_counter.applications import queries as files
from odsc_counter.ledger import queries as books
from odsc_counter.platform import tripwire
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading
from odsc_counter.receipts import queries as receipts
from odsc_counter.receipts.models import GENESIS
from odsc_counter.tickets import operations, profiles, queries
from odsc_counter.tickets.models import DeskSpell, Seat
from tests.conftest import KINDS

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)


@pytest.fixture(params=KINDS)
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind, not migrated."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        shutil.rmtree(tmp_path)
        return
    server = request.getfixturevalue("server")
    name = f"old_{uuid.uuid4().hex[:8]}"
    server.execute(f"create database {name}")
    yield server.url(name)
    server.execute(f"drop database {name} with (force)")


class OldCentre:
    """One centre as the third release kept it: a served ticket, and one in front of a clerk."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.tables = sa.MetaData()
        self.tables.reflect(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("select set_config('app.centre_id', '1', true)"))
        self.put("unit", id=1, code="LA", level=0, kind="nation", name_en="x", name_lo="x",
                 sort_lo="", source="")  # fmt: skip
        self.put("centre", id=1, code="LA0101", unit_id=1, name_en="x", name_lo="x",
                 abbreviation_lo="", phone="", opened_on=LONG_AGO, day_starts_minute=0)  # fmt: skip
        self.put("user_account", id=7, username="clerk", name_lo="x", name_en="x")
        self.put("ministry", id=1, code="M", name_en="x", name_lo="x", abbreviation_lo="",
                 source="")  # fmt: skip
        self.put("service", id=5, code="S", category="x", position=0)
        self.group, self.counter, self.visit = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
        self.put("service_group", id=self.group, letter="A", name_en="x", name_lo="x",
                 number_width=3, position=0)  # fmt: skip
        self.put("counter", id=self.counter, number=1, clerk_id=7, claimed_at=NOON, version=1)
        self.put("counter_group", counter_id=self.counter, group_id=self.group)
        self.put("visit", id=self.visit, arrived_at=NOON, day=NOON.date(), language="lo",
                 channel="kiosk")  # fmt: skip
        self.put("number_series", series="ticket:A", period=NOON.date().isoformat(), last_no=2)
        self.served = self.ticket(1, "completed", 10, 11, 20)
        self.serving = self.ticket(2, "serving", 21, 22, None)
        self.file = self.undecided_file()
        self.sale, self.void = self.paid_and_voided()

    def put(self, table: str, **values: Any) -> None:
        columns = self.tables.tables[table].c
        if "centre_id" in columns:
            values["centre_id"] = 1
        for column in columns:
            if column.name not in values and not column.nullable and not column.primary_key:
                values[column.name] = _anything(column)
        if self.connection.dialect.name == "sqlite":  # which reflects a key as its 32 letters
            values = {
                name: value.hex if isinstance(value, uuid.UUID) else value
                for name, value in values.items()
            }
        self.connection.execute(sa.insert(self.tables.tables[table]).values(values))

    def ticket(
        self, number: int, state: str, called: int, started: int, ended: int | None
    ) -> uuid.UUID:
        key = uuid.uuid4()

        def minute(after: int | None) -> datetime | None:
            return None if after is None else NOON + timedelta(minutes=after)

        self.put("ticket", id=key, visit_id=self.visit, day=NOON.date(), letter="A",
                 number=number, label=f"A00{number}", public_code=f"code{number}",
                 group_id=self.group, service_id=5, priority=0, language="lo", issued_at=NOON,
                 called_at=minute(called), first_called_at=minute(called),
                 started_at=minute(started), ended_at=minute(ended), call_count=1,
                 counter_id=self.counter, clerk_id=7, state=state, version=3)  # fmt: skip
        before = None
        for seq, after in enumerate(("waiting", "called", state), start=1):
            self.put("event", id=uuid.uuid4(), at=NOON, verb="x", subject_kind="ticket",
                     subject_id=str(key), actor_name="x", origin="", request_id="", data={},
                     day=NOON.date(), seq=seq, from_state=before, to_state=after)  # fmt: skip
            before = after
        return key

    def undecided_file(self) -> uuid.UUID:
        """A file that its ministry has still to decide on."""
        person, file = uuid.uuid4(), uuid.uuid4()
        self.put("service_version", id=3, service_id=5, valid_from=LONG_AGO, ministry_id=1,
                 processing_days=4)  # fmt: skip
        self.put("person", id=person, full_name="x", name_key="x")
        self.put("application", id=file, year=2026, number=1, label="LA0101-26-00001",
                 service_id=5, service_version_id=3, ministry_id=1, person_id=person,
                 submitted_at=NOON, submitted_on=NOON.date(), due_on=date(2026, 3, 6),
                 taken_by_id=7, state="submitted", version=1)  # fmt: skip
        self.put("number_series", series="application", period="2026", last_no=1)
        self.put("event", id=uuid.uuid4(), at=NOON, verb="submit", subject_kind="application",
                 subject_id=str(file), actor_name="x", origin="", request_id="", data={},
                 day=NOON.date(), seq=1, from_state=None, to_state="submitted")  # fmt: skip
        return file

    def paid_and_voided(self) -> tuple[uuid.UUID, uuid.UUID]:
        """A fee that was taken and given back, in a till that was closed 500 kip short."""
        till, assessment = uuid.uuid4(), uuid.uuid4()
        self.put("user_account", id=8, username="manager", name_lo="x", name_en="x")
        self.put("fee_line", id=2, service_id=5, code="BASE", name_en="x", name_lo="x",
                 amount=20_000, legal_basis="x", standing="confirmed",
                 valid_from=LONG_AGO, currency="LAK")  # fmt: skip
        self.put("till_session", id=till, cashier_id=7, day=NOON.date(), opened_at=NOON,
                 float_kip=50_000, state="open", version=1)  # fmt: skip
        self.put("assessment", id=assessment, application_id=self.file, total_kip=20_000,
                 assessed_at=NOON, assessed_by_id=7)  # fmt: skip
        self.put("number_series", series="receipt", period="2026", last_no=2)
        sale, void = uuid.uuid4(), uuid.uuid4()
        line = {"fee_line_id": 2, "ministry_id": 1, "service_code": "S", "quantity": 1,
                "legal_basis": "x", "standing": "confirmed", "name_en": "x",
                "name_lo": "x", "position": 1}  # fmt: skip
        self.put("assessment_line", assessment_id=assessment, unit_kip=20_000,
                 amount_kip=20_000, **line)  # fmt: skip
        for number, key, kind, kip in ((1, sale, "sale", 20_000), (2, void, "void", -20_000)):
            label = f"LA0101-2026-00000{number}"
            back = kind == "void"
            told = {"format": 1, "payer": "x", "cashier": {"lo": "x"}, "label": label,
                    "kind": kind, "amount_kip": kip, "number": number,
                    **({"reason": "paid twice"} if back else {})}  # fmt: skip
            self.put("receipt", id=key, fiscal_year=2026, number=number, label=label,
                     public_code=f"code{number}", kind=kind, voids_id=sale if back else None,
                     assessment_id=assessment, application_id=self.file, till_session_id=till,
                     cashier_id=7, cashier_name="x", payer_name="x", amount_kip=kip,
                     method="cash", tendered_kip=0 if back else 20_000, change_kip=0,
                     reason="paid twice" if back else "", approved_by_id=8 if back else None,
                     issued_at=NOON, day=NOON.date(), body=json.dumps(told))  # fmt: skip
            self.put("receipt_line", receipt_id=key, unit_kip=kip, amount_kip=kip, **line)
            for account, debit in (("cash", kip), ("revenue:M", -kip)):
                self.put("ledger_entry", id=uuid.uuid4(), receipt_id=key, account=account,
                         debit_kip=max(debit, 0), credit_kip=max(-debit, 0),
                         day=NOON.date())  # fmt: skip
            self.put("event", id=uuid.uuid4(), at=NOON, verb="void" if back else "issue",
                     subject_kind="receipt", subject_id=str(key), actor_name="x", origin="",
                     request_id="", day=NOON.date(), seq=1,
                     data={"label": label, "amount_kip": kip})  # fmt: skip
        for seq, (before, after) in enumerate(((None, "open"), ("open", "closed")), start=1):
            self.put("event", id=uuid.uuid4(), at=NOON, verb="open" if seq == 1 else "close",
                     subject_kind="till_session", subject_id=str(till), actor_name="x",
                     origin="", request_id="", day=NOON.date(), seq=seq, from_state=before,
                     to_state=after, data={"float_kip": 50_000})  # fmt: skip
        tills = self.tables.tables["till_session"]
        self.connection.execute(
            sa.update(tills).values(state="closed", version=2, closed_at=NOON,
                                    counted_kip=49_500, expected_kip=50_000)
        )  # fmt: skip
        return sale, void


def _anything(column: sa.Column[Any]) -> Any:
    kinds: tuple[tuple[Any, Any], ...] = (
        (sa.Boolean, False),
        (sa.Integer, 0),
        (sa.DateTime, NOON),
        (sa.Date, LONG_AGO),
        (sa.JSON, {}),
    )
    return next((value for kind, value in kinds if isinstance(column.type, kind)), "x")


def test_the_hall_takes_over_the_tickets_of_before(old_url: str) -> None:
    engine = Database(old_url).owner_engine()
    schema.migrate(engine, "0003")
    with engine.begin() as connection:
        old = OldCentre(connection)
    schema.migrate(engine)
    engine.dispose()
    database = Database(old_url)
    tripwire.install(database)
    use_database(database)
    try:
        with centre_scope(1), reading() as session:
            (leg,) = queries.legs(queries.ticket(old.served))
            assert (leg.outcome, leg.waiting_seconds, leg.serving_seconds) == (
                "completed", 600, 540,
            )  # fmt: skip
            assert [row.counters for row in profiles.profiles()] == [(1,)]
            assert session.scalars(sa.select(Seat.at_centre_id)).all() == [1]
            assert session.scalars(sa.select(DeskSpell.ended_at)).all() == [None]
            (step,) = files.steps(old.file)
            assert (step.state, step.working_days, step.decides) == ("pending", 4, True)
            assert [spell.holder for spell in holdings.holdings(old.file)] == ["counter"]
            assert files.application(old.file).promised_on == date(2026, 3, 6)
            assert [what for rule in checking.RULES for what in rule(session)] == []
            sale, void = receipts.receipt(old.sale), receipts.receipt(old.void)
            assert (sale.series, sale.prev_hash, void.prev_hash) == ("A", GENESIS, sale.hash)
            assert (void.reverses_id, void.key_id) == (sale.id, "")
            assert receipts.listed(sale).standing == "voided"
            assert books.trial_balance() == {
                "cash:safe": -500, "cash:till": 0, "difference": 500, "treasury": 0,
            }  # fmt: skip
        with centre_scope(1):
            assert operations.complete(old.serving).state == "completed"
            assert operations.release_counter(old.counter, 7).clerk_id is None
    finally:
        database.dispose()
