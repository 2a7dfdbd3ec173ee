"""The cashier's side of an invented day: till, assessments, receipts, the odd void or refund."""

import base64
import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.catalogue import fee_rules
from odsc_counter.catalogue.models import FeeLine, Letterhead, ServiceVersion
from odsc_counter.demo.book import Book, Life
from odsc_counter.ledger import accounts, postings
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.receipts import body, chain, fees, seal
from odsc_counter.receipts.keys import Signer
from odsc_counter.receipts.models import (
    CASH,
    GENESIS,
    QR,
    REFUND,
    SALE,
    SERIES_OF,
    TRANSFER,
    VOID,
    Assessment,
    AssessmentLine,
    Receipt,
    ReceiptLine,
    ReceiptSeries,
)
from odsc_counter.tills import lifecycle as till
from odsc_counter.tills.denominations import fewest
from odsc_counter.tills.models import TillCount, TillSession

VOID_SHARE = 0.012
REFUND_SHARE = 0.004
METHODS = (CASH,) * 17 + (TRANSFER, QR, QR)
FLOAT_KIP = 200_000
LEFT_KIP = 10_000
"""What stays in the drawer at least, so that the count is never below nought."""
NOTES = (10_000, 20_000, 50_000, 100_000)
SYLLABLES = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass
class Payment:
    """Somebody pays for an application."""

    at: datetime
    application: dict[str, Any]
    payer: str
    version: ServiceVersion
    fee: FeeLine


@dataclass
class Chains:
    """Where the chains of a centre end while its receipts are gathered."""

    heads: dict[tuple[int, str], tuple[int, str, int]] = field(default_factory=dict)
    written: set[tuple[int, str]] = field(default_factory=set)

    def head(self, year: int, series: str) -> tuple[int, str, int]:
        """Last number, last hash, total."""
        return self.heads.get((year, series), (0, GENESIS, 0))

    def write(self, session: Session) -> None:
        """Write the rows of the series: before their receipts, which must not be ahead."""
        for (year, series), (number, head, total) in self.heads.items():
            values = {"last_no": number, "head_hash": head, "total_kip": total}
            if (year, series) in self.written:
                session.execute(
                    update(ReceiptSeries)
                    .where(
                        ReceiptSeries.fiscal_year == year,
                        ReceiptSeries.series == series,
                        ReceiptSeries.last_no != number,
                    )
                    .values(**values)
                )
            else:
                session.add(ReceiptSeries(fiscal_year=year, series=series, **values))
                self.written.add((year, series))
        session.flush()


def _can_give(sale: dict[str, Any], cash: int) -> bool:
    """Whether the drawer holds enough to give a sale back, as the product demands it."""
    return bool(sale["method"] != CASH or FLOAT_KIP + cash - sale["amount_kip"] >= LEFT_KIP)


@dataclass
class Desk:
    """The centre's cash desk; one cashier in these days."""

    centre: Centre
    cashier: User
    manager: User
    letterhead: Letterhead
    book: Book
    rng: random.Random
    signer: Signer
    chains: Chains = field(default_factory=Chains)
    earlier: list[dict[str, Any]] = field(default_factory=list)
    """Sales of days before, of which one is refunded now and then."""

    def day(self, day: date, payments: list[Payment], now: datetime) -> None:
        """Write the day's till and all that went through it."""
        payments = [payment for payment in payments if payment.at <= now]
        if not payments:
            return
        opened = clock.start_of_day(day) + timedelta(hours=7, minutes=50)
        session = self._open(day, opened)
        life = Life(self.book, "till_session", session["id"])
        life.step("open", till.OPEN, opened, day, self._actor, data={"float_kip": FLOAT_KIP})
        drawer = FLOAT_KIP + self._deeds(day, session, payments, now)
        last = max([payment.at for payment in payments])
        closed = max(
            clock.start_of_day(day) + timedelta(hours=16, minutes=20),
            last + timedelta(minutes=40),
        )
        if closed > now:
            self._write()
            return
        off = self.rng.choice((-5_000, -1_000, 1_000)) if self.rng.random() < 0.05 else 0
        self._close(day, session, life, closed, drawer, off)

    @property
    def _actor(self) -> tuple[int, str]:
        return (self.cashier.id, self.cashier.name_lo)

    def _open(self, day: date, opened: datetime) -> dict[str, Any]:
        session = self.book.add(
            TillSession,
            id=self.book.new_id(opened),
            cashier_id=self.cashier.id,
            counter_id=None,
            day=day,
            opened_at=opened,
            float_kip=FLOAT_KIP,
            taken_over_from_id=None,
            counted_at=None,
            counted_kip=None,
            expected_kip=None,
            difference_reason="",
            closed_at=None,
            signed_off_by_id=None,
            state=till.OPEN,
            version=1,
        )
        self._post(
            accounts.FLOAT,
            [postings.Transfer(accounts.TILL, accounts.SAFE, FLOAT_KIP)],
            opened,
            day,
            session,
        )
        return session

    def _deeds(
        self, day: date, session: dict[str, Any], payments: list[Payment], now: datetime
    ) -> int:
        """Sales and what is taken back, in the order of their moments; the cash that they moved."""
        deeds: list[tuple[datetime, int, Payment]] = [(pay.at, 0, pay) for pay in payments]
        for pay in payments:
            undone = pay.at + timedelta(minutes=self.rng.randrange(5, 30))
            if self.rng.random() < VOID_SHARE and undone <= now:
                deeds.append((undone, 1, pay))
        sales: dict[int, dict[str, Any]] = {}
        cash, voided = 0, set()
        for at, undo, pay in sorted(deeds, key=lambda deed: deed[:2]):
            if undo:
                if not _can_give(sales[id(pay)], cash):
                    continue
                made = self._back(at, day, session, sales[id(pay)], VOID)
                voided.add(made["reverses_id"])
            else:
                made = sales[id(pay)] = self._sale(at, day, session, pay)
                if self.earlier and self.rng.random() < REFUND_SHARE:
                    old = self.earlier[self.rng.randrange(len(self.earlier))]
                    # However it was paid, it goes back in cash.
                    if _can_give({**old, "method": CASH}, cash):
                        self.earlier.remove(old)
                        given = self._back(at + timedelta(seconds=40), day, session, old, REFUND)
                        cash += given["amount_kip"]
            cash += made["amount_kip"] if made["method"] == CASH else 0
        self.earlier = [sale for sale in sales.values() if sale["id"] not in voided][-20:]
        return cash

    def _close(
        self,
        day: date,
        session: dict[str, Any],
        life: Life,
        closed: datetime,
        drawer: int,
        off: int,
    ) -> None:
        counted, reason = drawer + off, "ທອນເງິນຜິດ" if off else ""
        signed = closed + timedelta(minutes=5)
        life.step(
            "count", till.COUNTED, closed, day, self._actor,
            data={"counted_kip": counted, "expected_kip": drawer, "difference_kip": off},
        )  # fmt: skip
        life.step(
            "sign_off", till.CLOSED, signed, day, self._actor,
            data={"counted_kip": counted, "difference_kip": off,
                  "signed_off_by": self.manager.username, "reason": reason},
        )  # fmt: skip
        # Receipts are only taken by an open till, so it is closed after they are written.
        self._write()
        notes = fewest(counted)
        self.book.add(
            TillCount,
            till_session_id=session["id"],
            seq=1,
            counted_at=closed,
            counted_by_id=self.cashier.id,
            notes={str(note): count for note, count in notes.items()},
            counted_kip=counted,
            expected_kip=drawer,
        )
        moved = [postings.Transfer(accounts.SAFE, accounts.TILL, counted)]
        if off:
            sides = (accounts.TILL, accounts.DIFFERENCE)
            debit, credit = sides if off > 0 else sides[::-1]
            moved.append(postings.Transfer(debit, credit, abs(off)))
        self._post(accounts.CLOSE, moved, signed, day, session, memo=reason)
        self._write()
        self.book.session.execute(
            update(TillSession)
            .where(TillSession.id == session["id"])
            .values(
                state=life.state, version=life.version, closed_at=signed, counted_at=closed,
                counted_kip=counted, expected_kip=drawer, difference_reason=reason,
                signed_off_by_id=self.manager.id,
            )
        )  # fmt: skip

    def _write(self) -> None:
        self.chains.write(self.book.session)
        self.book.write()

    def _post(
        self,
        kind: str,
        moved: Sequence[postings.Transfer],
        at: datetime,
        day: date,
        session: dict[str, Any],
        *,
        posting_id: uuid.UUID | None = None,
        memo: str = "",
    ) -> None:
        posting = self.book.add(
            LedgerPosting,
            id=posting_id or self.book.new_id(at),
            kind=kind,
            till_session_id=session["id"],
            day=day,
            posted_at=at,
            posted_by_id=self.cashier.id,
            amount_kip=sum(move.amount_kip for move in moved),
            memo=memo,
            corrects_day=None,
        )
        for position, move in enumerate(moved, start=1):
            self.book.add(
                LedgerEntry,
                posting_id=posting["id"],
                position=position,
                debit_account=move.debit,
                credit_account=move.credit,
                amount_kip=move.amount_kip,
            )

    def _sale(
        self, at: datetime, day: date, session: dict[str, Any], pay: Payment
    ) -> dict[str, Any]:
        amount = int(pay.fee.amount or 0)
        assessed = at - timedelta(seconds=30)
        assessment = self.book.add(
            Assessment,
            id=self.book.new_id(assessed),
            application_id=pay.application["id"],
            total_kip=amount,
            assessed_at=assessed,
            assessed_by_id=self.cashier.id,
            exemption_code="",
            exemption_name_en="",
            exemption_name_lo="",
            exemption_paper="",
        )
        line = self._line(pay, amount)
        self.book.add(AssessmentLine, assessment_id=assessment["id"], **line)
        self.book.event(
            "assess", kind="assessment", subject=assessment["id"], at=assessed, day=day,
            actor=self._actor,
            data={"total_kip": amount, "application": pay.application["label"]},
        )  # fmt: skip
        method = self.rng.choice(METHODS)
        note = self.rng.choice(NOTES)
        tendered = -(-amount // note) * note if method == CASH else 0
        values = body.sale_values(
            centre=self.centre,
            counter="",
            letterhead=self.letterhead,
            application=SimpleNamespace(  # type: ignore[arg-type]  # has what the body reads
                label=pay.application["label"],
                person=SimpleNamespace(full_name=pay.payer),
                version_taken=pay.version,
            ),
            assessment=SimpleNamespace(**assessment),  # type: ignore[arg-type]  # likewise
            cashier=self.cashier,
            lines=[body.line_values(SimpleNamespace(**line), pay.version.ministry)],  # type: ignore[arg-type]  # likewise
        )
        return self._receipt(
            at, day, session, values, [line],
            kind=SALE,
            assessment_id=assessment["id"],
            application_id=pay.application["id"],
            payer_name=pay.payer,
            amount_kip=amount,
            method=method,
            payment_reference="" if method == CASH else f"{self.rng.randrange(10**11):011}",
            tendered_kip=tendered,
            change_kip=tendered - amount if method == CASH else 0,
        )  # fmt: skip

    def _line(self, pay: Payment, amount: int) -> dict[str, Any]:
        plain = pay.fee.code == "BASE"
        fee = fees.explained(
            pay.fee,
            fee_rules.compute(pay.fee.tariff, fee_rules.Inputs()),
            pay.version.ministry.code,
        )
        return {
            "position": 1,
            "fee_line_id": pay.fee.id,
            "ministry_id": pay.version.ministry_id,
            "service_code": pay.version.service.code,
            "name_en": pay.version.name_en
            if plain
            else f"{pay.version.name_en}: {pay.fee.name_en}",
            "name_lo": pay.version.name_lo
            if plain
            else f"{pay.version.name_lo}: {pay.fee.name_lo}",
            "legal_basis": pay.fee.legal_basis,
            "standing": pay.fee.standing,
            "quantity": 1,
            "unit_kip": amount,
            "gross_kip": amount,
            "reduction_kip": 0,
            "amount_kip": amount,
            "computation": fee.computation,
            "shares": fee.shares,
        }

    def _back(
        self, at: datetime, day: date, session: dict[str, Any], sale: dict[str, Any], kind: str
    ) -> dict[str, Any]:
        reason = "ຊຳລະຊ້ຳ" if kind == VOID else "ຖອນຄຳຮ້ອງຄືນ"
        lines = json.loads(sale["body"])["lines"]
        values = body.reversal_values(
            SimpleNamespace(**sale),  # type: ignore[arg-type]  # has what the body reads
            lines=[body.turned(line, line["position"]) for line in lines],
            counter="",
            letterhead=self.letterhead,
            cashier=self.cashier,
            approver=self.manager,
            reason=reason,
        )
        return self._receipt(
            at, day, session, values, sale["lines"],
            kind=kind,
            reverses_id=sale["id"],
            assessment_id=sale["assessment_id"],
            application_id=sale["application_id"],
            payer_name=sale["payer_name"],
            amount_kip=-sale["amount_kip"],
            method=sale["method"] if kind == VOID else CASH,
            reason=reason,
            approved_by_id=self.manager.id,
        )  # fmt: skip

    def _receipt(
        self,
        at: datetime,
        day: date,
        session: dict[str, Any],
        values: dict[str, Any],
        sources: list[dict[str, Any]],
        **columns: Any,
    ) -> dict[str, Any]:
        kind, year = columns["kind"], day.year
        series = SERIES_OF[kind]
        before, prev_hash, total = self.chains.head(year, series)
        number = before + 1
        row: dict[str, Any] = {
            "approved_by_id": None,
            "change_kip": 0,
            "payment_reference": "",
            "reason": "",
            "reverses_id": None,
            "tendered_kip": 0,
            **columns,
            "id": self.book.new_id(at),
            "fiscal_year": year,
            "series": series,
            "number": number,
            "label": chain.label(self.centre.code, year, series, number),
            "public_code": "".join(self.rng.choices(SYLLABLES, k=12)).upper(),
            "till_session_id": session["id"],
            "cashier_id": self.cashier.id,
            "cashier_name": self.cashier.name_lo,
            "issued_at": at,
            "day": day,
            "prev_hash": prev_hash,
            "key_id": self.signer.key_id,
        }
        lines = values["lines"]
        booked = postings.taken(
            row["method"],
            (postings.Share(share["to"], share["kip"]) for one in lines for share in one["shares"]),
        )
        text = body.numbered(values, SimpleNamespace(**row), booked)  # type: ignore[arg-type]  # has what the body reads
        linked = chain.link(prev_hash, text)
        signature = self.signer.sign(chain.signed_text(linked))
        row |= {
            "body": text,
            "hash": linked,
            "signature": base64.b64encode(signature).decode("ascii"),
            "seal": seal.sealed(
                self.signer, centre_id=self.centre.id, fiscal_year=year, series=series,
                number=number, amount_kip=row["amount_kip"], issued_at=at, receipt_hash=linked,
            ),
        }  # fmt: skip
        self.chains.heads[year, series] = number, linked, total + row["amount_kip"]
        self._post(
            accounts.RECEIPT, booked, at, day, session, posting_id=row["id"], memo=row["label"]
        )
        self.book.add(Receipt, **row)
        for line, source in zip(lines, sources, strict=True):
            taken = ("position", "quantity", "unit_kip", "gross_kip", "reduction_kip",
                     "amount_kip", "shares")  # fmt: skip
            self.book.add(
                ReceiptLine,
                receipt_id=row["id"],
                reverses_id=row["reverses_id"],
                reverses_position=line.get("reverses_position"),
                **{**source, **{name: line[name] for name in taken}},
            )
        told = {
            "label": row["label"], "amount_kip": row["amount_kip"], "method": row["method"],
            "hash": linked, "till_session": str(session["id"]),
            "application": values["application"],
        }  # fmt: skip
        if kind != SALE:
            told |= {"reverses": values["reverses"]["label"], "reason": row["reason"],
                     "approved_by": self.manager.name_en}  # fmt: skip
        self.book.event(
            "issue" if kind == SALE else kind,
            kind="receipt", subject=row["id"], at=at, day=day, seq=1, actor=self._actor,
            data=told,
        )  # fmt: skip
        return {**row, "lines": sources}
