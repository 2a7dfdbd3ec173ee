"""What the owner of the database does behind the program's back is found, and found where.

The hands here are skilful: all triggers are gone and the CHECK constraints are kept to. What no
row can tell, a chain cut or made anew together with its events and with the centre's own key, is
told by the anchors outside.
"""

import base64
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import Scope, ScopedSession, centre_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts import chain, keys, seal, verifying
from odsc_counter.receipts.key_files import Signer
from odsc_counter.receipts.models import Receipt
from odsc_counter.receipts.operations import Payment
from odsc_counter.tills import operations as tills
from odsc_counter.tills.models import TillSession
from tests.receipts.office import NOON, Office, an_office
from tests.world import a_centre, a_user

Row = dict[str, Any]
LINK_TABLES = (("receipt_line", "receipt_id"), ("ledger_entry", "posting_id"))


class Owner:
    """Plain SQL of whoever owns the database and has taken its triggers away."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        if self.is_sqlite:
            plain: Any = connection.connection.driver_connection
            plain.execute("pragma foreign_keys=off")

    def begin(self) -> None:
        """A transaction, never to be committed, in which nothing is refused."""
        if not self.is_sqlite:
            self.connection.exec_driver_sql("set local session_replication_role = replica")
            return
        for row in self.read("select name from sqlite_master where type = 'trigger'"):
            self.do(f"drop trigger {row['name']}")

    def do(self, statement: str, *values: Any) -> int:
        """Run a statement with `?` marks; how many rows it touched."""
        return int(self._run(statement, values).rowcount)

    def read(self, statement: str, *values: Any) -> list[Row]:
        """The rows of a question."""
        return [dict(row) for row in self._run(statement, values).mappings()]

    def _run(self, statement: str, values: tuple[Any, ...]) -> Any:
        words = statement if self.is_sqlite else statement.replace("?", "%s")
        return self.connection.exec_driver_sql(words, values)

    def put(self, table: str, row: Row) -> None:
        """Add a row."""
        values = [
            json.dumps(value) if isinstance(value, dict | list) else value for value in row.values()
        ]
        self.do(
            f"insert into {table} ({', '.join(row)}) values ({', '.join('?' for _ in row)})",
            *values,
        )


@dataclass
class Scene:
    """An office with money in it, and the hands in its database."""

    office: Office
    owner: Owner
    sales: list[Receipt]
    void: Receipt
    refund: Receipt
    closed: TillSession
    open: TillSession
    other: Signer
    """Of another centre."""

    def change(self, sets: str, number: int, *values: Any) -> str:
        """Change a receipt of series A; its label."""
        assert (
            self.owner.do(
                f"update receipt set {sets} where series = 'A' and number = ?", *values, number
            )
            == 1
        )
        return self.label(number)

    def label(self, number: int) -> str:
        """The label of a number of series A as it was."""
        return chain.label("LA0101", 2026, "A", number)

    def key(self, number: int) -> Any:
        """The id of a receipt of series A."""
        return self.owner.read("select id from receipt where series = 'A' and number = ?", number)[
            0
        ]["id"]

    def till(self, till: TillSession) -> Any:
        """A till's id as its column holds it."""
        return till.id.hex if self.owner.is_sqlite else till.id

    def remove(self, number: int, *, with_event: bool) -> None:
        """Take a receipt out of series A with all that hangs on it."""
        key = self.key(number)
        for table, column in LINK_TABLES:
            assert self.owner.do(f"delete from {table} where {column} = ?", key)
        self.owner.do("delete from ledger_posting where id = ?", key)
        self.owner.do("delete from receipt where id = ?", key)
        if with_event:
            assert self.owner.do(
                "delete from event where subject_kind = 'receipt' and subject_id = ?",
                str(self.sales[number - 1].id),
            )

    def rebuild(self, sign: Callable[[Row], tuple[str, str, str]] | None = None) -> None:
        """Link series A anew, with right hashes in rows, head and events."""
        before = "0" * 64
        for row in self.owner.read("select * from receipt where series = 'A' order by number"):
            linked = chain.link(before, row["body"])
            row["hash"] = linked
            key_id, signature, sealed = (
                sign(row) if sign else (row["key_id"], row["signature"], row["seal"])
            )
            self.change(
                "prev_hash = ?, hash = ?, key_id = ?, signature = ?, seal = ?",
                row["number"], before, linked, key_id, signature, sealed,
            )  # fmt: skip
            subject = str(uuid.UUID(str(row["id"])))
            for event in self.owner.read(
                "select id, data from event where subject_id = ? and verb <> 'print'", subject
            ):
                data = (
                    event["data"] if isinstance(event["data"], dict) else json.loads(event["data"])
                )
                self.owner.do(
                    "update event set data = ? where id = ?",
                    json.dumps({**data, "hash": linked}), event["id"],
                )  # fmt: skip
            before = linked
        self.owner.do("update receipt_series set head_hash = ? where series = 'A'", before)

    def found(self) -> list[str]:
        """What `check` says of the money, in the midst of the transaction."""
        scope = Scope("centre", centre_id=self.office.centre.id)
        with ScopedSession(self.owner.connection, info={"scope": scope}) as session:
            return [said for rule in verifying.RULES for said in rule(session)]


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    """Five sales (the third by QR), the last one voided, one refunded; one till is closed with
    a difference, the other is open with cash brought in."""
    with clock.use(lambda: NOON):
        office = an_office()
        closed = office.open_till()
        paid = Payment("qr", reference="QR-0003")
        first = [office.sale(), office.sale(), office.sale(payment=paid)]
        refund = office.refund(first[1])
        office.close_till(closed, 219_000)
        still_open = office.open_till()
        sales = [*first, office.sale(), office.sale()]
        void = office.void(sales[4])
        with office.inside():
            tills.move_cash(still_open.id, 50_000, "ເອົາເງິນທອນມາ")
        a_user("third")
        other = a_centre("LA0102")
        with centre_scope(other.id), unit_of_work() as work:
            signer = keys.signer_for(work, other)
    engine = database.owner_engine()
    with engine.connect() as connection:
        owner = Owner(connection)
        yield Scene(office, owner, sales, void, refund, closed, still_open, signer)
    engine.dispose()


def _body(scene: Scene) -> str:
    return scene.change("body = replace(body, '\"quantity\":1', '\"quantity\":2')", 3)


def _amount(scene: Scene) -> str:
    return scene.change("amount_kip = amount_kip - 1000, change_kip = change_kip + 1000", 2)


def _line(scene: Scene) -> str:
    scene.owner.do(
        "update receipt_line set unit_kip = 19000, gross_kip = 19000, amount_kip = 19000"
        " where receipt_id = ?",
        scene.key(2),
    )
    return scene.label(2)


def _line_words(scene: Scene) -> str:
    scene.owner.do("update receipt_line set legal_basis = 'x' where receipt_id = ?", scene.key(4))
    return scene.label(4)


def _line_removed(scene: Scene) -> str:
    scene.owner.do("delete from receipt_line where receipt_id = ?", scene.key(4))
    return scene.label(4)


def _account(scene: Scene) -> str:
    scene.owner.do(
        "update ledger_entry set credit_account = 'centre' where posting_id = ?", scene.key(1)
    )
    return scene.label(1)


def _refunds_account(scene: Scene) -> str:
    scene.owner.do(
        "update ledger_entry set credit_account = 'bank' where posting_id ="
        " (select id from receipt where series = 'B')"
    )
    return scene.refund.label


def _entry_added(scene: Scene) -> str:
    scene.owner.do("update ledger_posting set amount_kip = 20001 where id = ?", scene.key(1))
    centre = scene.office.centre.id
    scene.owner.put("ledger_entry", {
        "centre_id": centre, "posting_id": scene.key(1), "position": 9, "amount_kip": 1,
        "debit_account": "fund", "credit_account": "treasury",
    })  # fmt: skip
    return scene.label(1)


def _posting_removed(scene: Scene) -> str:
    scene.owner.do("delete from ledger_entry where posting_id = ?", scene.key(1))
    scene.owner.do("delete from ledger_posting where id = ?", scene.key(1))
    return scene.label(1)


def _row_removed(scene: Scene) -> str:
    scene.remove(3, with_event=True)
    return f"{scene.label(4)}: follows number 2"


def _tail_removed(scene: Scene) -> str:
    last = scene.owner.read("select * from receipt where series = 'A' and number = 5")[0]
    scene.remove(6, with_event=False)
    scene.owner.do(
        "update receipt_series set last_no = 5, head_hash = ?, total_kip = total_kip + 20000"
        " where series = 'A'",
        last["hash"],
    )
    return f"{scene.void.label}: was written and is missing"


def _forged(scene: Scene) -> str:
    """A receipt of yesterday's money by somebody without the key."""
    row = scene.owner.read("select * from receipt where series = 'A' and number = 4")[0]
    head = scene.owner.read("select * from receipt_series where series = 'A'")[0]
    source, label = row["id"], chain.label("LA0101", 2026, "A", 7)
    text = row["body"].replace(row["label"], label).replace('"number":4', '"number":7')
    key = "f" * 32 if scene.owner.is_sqlite else "f" * 8 + "-ffff-ffff-ffff-" + "f" * 12
    owner = scene.owner
    owner.do("drop index uq_receipt_paid_once")
    for table, column in (*LINK_TABLES, ("ledger_posting", "id")):
        for copied in owner.read(f"select * from {table} where {column} = ?", source):
            owner.put(table, {**copied, column: key})
    linked = chain.link(head["head_hash"], text)
    owner.put("receipt", {
        **row, "id": key, "number": 7, "label": label, "public_code": "forged", "body": text,
        "prev_hash": head["head_hash"], "hash": linked, "key_id": "", "signature": "", "seal": "",
    })  # fmt: skip
    owner.do(
        "update receipt_series set last_no = 7, head_hash = ?, total_kip = total_kip + 20000"
        " where series = 'A'",
        linked,
    )
    return f"{label}: no such key"


def _numbers_swapped(scene: Scene) -> str:
    for number, other in ((2, 99), (3, 2), (99, 3)):
        scene.owner.do(
            "update receipt set number = ?, label = ? where series = 'A' and number = ?",
            other, scene.label(other), number,
        )  # fmt: skip
    return f"{scene.label(2)}: the row says another"


def _rebuilt_without_the_key(scene: Scene) -> str:
    scene.change("payer_name = 'x', body = replace(body, ?, 'x')", 2, scene.sales[1].payer_name)
    scene.rebuild()
    return f"{scene.label(2)}: the signature is not the centre's"


def _rebuilt_with_anothers_key(scene: Scene) -> str:
    signer = scene.other

    def sign(row: Row) -> tuple[str, str, str]:
        issued = row["issued_at"]
        if isinstance(issued, str):
            issued = datetime.fromisoformat(f"{issued}+00:00")
        return (
            signer.key_id,
            base64.b64encode(signer.sign(bytes.fromhex(row["hash"]))).decode(),
            seal.sealed(
                signer, centre_id=row["centre_id"], fiscal_year=2026, series="A",
                number=row["number"], amount_kip=row["amount_kip"], issued_at=issued,
                receipt_hash=row["hash"],
            ),
        )  # fmt: skip

    scene.change("payer_name = 'x', body = replace(body, ?, 'x')", 2, scene.sales[1].payer_name)
    scene.rebuild(sign)
    return f"{scene.label(2)}: signed with the key of another centre"


def _closed_till(sets: str) -> Callable[[Scene], str]:
    def tamper(scene: Scene) -> str:
        assert scene.owner.do(
            f"update till_session set {sets} where id = ?", scene.till(scene.closed)
        )
        return f"till {scene.closed.id}"

    return tamper


def _counted_everywhere(scene: Scene) -> str:
    """Till and count alike, and the close booked to fit: the missing thousand is gone."""
    till = scene.till(scene.closed)
    scene.owner.do("update till_session set counted_kip = 220000 where id = ?", till)
    scene.owner.do(
        "update till_count set counted_kip = 220000, notes = ? where till_session_id = ?",
        '{"100000": 2, "20000": 1}', till,
    )  # fmt: skip
    close = scene.owner.read(
        "select id from ledger_posting where kind = 'close' and till_session_id = ?", till
    )[0]["id"]
    scene.owner.do(
        "delete from ledger_entry where posting_id = ? and debit_account = 'difference'", close
    )
    scene.owner.do("update ledger_entry set amount_kip = 220000 where posting_id = ?", close)
    return f"till {scene.closed.id}"


def _movement(scene: Scene) -> str:
    """Less was brought in than was told: the drawer could lose the rest unseen."""
    moved = scene.owner.read("select id from ledger_posting where kind = 'movement'")[0]["id"]
    scene.owner.do("update ledger_posting set amount_kip = 40000 where id = ?", moved)
    scene.owner.do("update ledger_entry set amount_kip = 40000 where posting_id = ?", moved)
    return f"till {scene.open.id}"


def _floats_account(scene: Scene) -> str:
    scene.owner.do(
        "update ledger_entry set credit_account = 'fund' where posting_id = (select id"
        " from ledger_posting where kind = 'float' and till_session_id = ?)",
        scene.till(scene.open),
    )
    return f"till {scene.open.id}"


def _till_removed(scene: Scene) -> str:
    scene.owner.do("delete from till_session where id = ?", scene.till(scene.closed))
    return f"till {scene.closed.id}"


def _event_removed(scene: Scene) -> str:
    scene.owner.do(
        "delete from event where subject_id = ? and verb = 'issue'", str(scene.sales[1].id)
    )
    return scene.label(2)


def _tills_event_removed(scene: Scene) -> str:
    scene.owner.do(
        "delete from event where subject_id = ? and verb = 'move_cash'", str(scene.open.id)
    )
    return f"till {scene.open.id}"


def _assessment(scene: Scene) -> str:
    key = scene.owner.read("select assessment_id from receipt where series = 'A' and number = 4")
    one = key[0]["assessment_id"]
    scene.owner.do("update assessment set total_kip = 19000 where id = ?", one)
    scene.owner.do(
        "update assessment_line set unit_kip = 19000, gross_kip = 19000, amount_kip = 19000"
        " where assessment_id = ?",
        one,
    )
    return scene.label(4)


def _assessments_law(scene: Scene) -> str:
    key = scene.owner.read("select assessment_id from receipt where series = 'A' and number = 4")
    scene.owner.do(
        "update assessment_line set legal_basis = 'x' where assessment_id = ?",
        key[0]["assessment_id"],
    )
    return scene.label(4)


def _exemption(scene: Scene) -> str:
    key = scene.owner.read("select assessment_id from receipt where series = 'A' and number = 4")
    scene.owner.do(
        "update assessment set exemption_code = 'POOR', exemption_paper = 'No 1' where id = ?",
        key[0]["assessment_id"],
    )
    return scene.label(4)


def _public_key(scene: Scene) -> str:
    scene.owner.do("update signing_key set public_key = ?", base64.b64encode(b"k" * 32).decode())
    return scene.label(1)


def _total(scene: Scene) -> str:
    scene.owner.do("update receipt_series set total_kip = total_kip - 1 where series = 'A'")
    return "2026-A: ends with"


TAMPERINGS: dict[str, Callable[[Scene], str]] = {
    "one byte of the text": _body,
    "the amount": _amount,
    "the payer": lambda s: s.change("payer_name = 'x'", 2),
    "the cashier": lambda s: s.change("cashier_id = ?", 2, s.office.manager.id),
    "the cashier's name": lambda s: s.change("cashier_name = 'x'", 2),
    "the method": lambda s: s.change(
        "method = 'transfer', payment_reference = 'FT-1', tendered_kip = 0, change_kip = 0", 2
    ),
    "the payment's reference": lambda s: s.change("payment_reference = 'QR-0004'", 3),
    "the cash handed over": lambda s: s.change("tendered_kip = 20000, change_kip = 0", 2),
    "the reason of a void": lambda s: s.change("reason = 'another'", 6),
    "who approved a void": lambda s: s.change(
        "approved_by_id = (select id from user_account where username = 'third')", 6
    ),
    "the day": lambda s: s.change("day = ?", 2, "2026-11-22"),
    "the moment": lambda s: s.change("issued_at = ?", 2, "2026-11-22 05:00:00.000000"),
    "the key's name": lambda s: s.change("key_id = 'AAAAAAAA'", 2),
    "no key's name": lambda s: s.change("key_id = '', signature = ''", 2),
    "the signature": lambda s: s.change("signature = ?", 2, base64.b64encode(b"s" * 64).decode()),
    "the seal": lambda s: s.change("seal = ?", 2, s.sales[0].seal),
    "the public code": lambda s: s.change("public_code = 'x'", 2),
    "the hash": lambda s: s.change("hash = ?", 2, "a" * 64),
    "a line's amount": _line,
    "a line's law": _line_words,
    "a line removed": _line_removed,
    "a booking's account": _account,
    "a refund's booking": _refunds_account,
    "a booking added": _entry_added,
    "a posting removed": _posting_removed,
    "a receipt in the middle removed": _row_removed,
    "the last receipt removed, the head set back": _tail_removed,
    "a receipt forged without the key": _forged,
    "the numbers of two receipts exchanged": _numbers_swapped,
    "the chain made anew without the key": _rebuilt_without_the_key,
    "the chain made anew with another centre's key": _rebuilt_with_anothers_key,
    "the total": _total,
    "the public key": _public_key,
    "the assessment": _assessment,
    "the law of the assessment": _assessments_law,
    "an exemption of the assessment": _exemption,
    "the event of a receipt removed": _event_removed,
    "what was counted": _closed_till("counted_kip = 220000"),
    "what was counted, with its bookings": _counted_everywhere,
    "what was expected": _closed_till("expected_kip = 219000"),
    "the float": _closed_till("float_kip = 0"),
    "the reason of a difference": _closed_till("difference_reason = 'another'"),
    "who signed off": _closed_till("signed_off_by_id = null"),
    "the day of a till": _closed_till("day = '2026-11-22'"),
    "cash brought in": _movement,
    "where a float came from": _floats_account,
    "the event of a till removed": _tills_event_removed,
    "a till removed": _till_removed,
}


def test_every_tampering_is_found_and_said_where(scene: Scene) -> None:
    assert scene.found() == []
    scene.owner.connection.rollback()
    missed = []
    for what, tamper in TAMPERINGS.items():
        scene.owner.begin()
        where = tamper(scene)
        found = scene.found()
        if not any(where in said for said in found):
            missed.append((what, where, found))
        scene.owner.connection.rollback()
    assert missed == []
