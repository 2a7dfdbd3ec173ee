"""The cashier's side of an invented day: till, assessments, receipts, the odd void."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import update

from odsc_counter.accounts.models import User
from odsc_counter.catalogue.models import FeeLine, Letterhead, ServiceVersion
from odsc_counter.demo.book import Book, Life
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.receipts import body, ledger
from odsc_counter.receipts import lifecycle as till
from odsc_counter.receipts.models import (
    CASH,
    SALE,
    VOID,
    Assessment,
    AssessmentLine,
    LedgerEntry,
    Receipt,
    ReceiptLine,
    TillSession,
)

VOID_SHARE = 0.012
FLOAT_KIP = 200_000
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
class Desk:
    """The centre's cash desk; one cashier in these days."""

    centre: Centre
    cashier: User
    manager: User
    letterhead: Letterhead
    book: Book
    rng: random.Random

    def day(self, day: date, payments: list[Payment], now: datetime) -> None:
        """Write the day's till and all that went through it."""
        payments = [payment for payment in payments if payment.at <= now]
        if not payments:
            return
        actor = (self.cashier.id, self.cashier.name_lo)
        opened = clock.start_of_day(day) + timedelta(hours=7, minutes=50)
        session = self.book.add(
            TillSession,
            id=self.book.new_id(opened),
            cashier_id=self.cashier.id,
            day=day,
            opened_at=opened,
            float_kip=FLOAT_KIP,
            closed_at=None,
            counted_kip=None,
            expected_kip=None,
            state=till.OPEN,
            version=1,
        )
        life = Life(self.book, "till_session", session["id"])
        life.step("open", till.OPEN, opened, day, actor, data={"float_kip": FLOAT_KIP})
        deeds: list[tuple[datetime, Payment, bool]] = [(pay.at, pay, False) for pay in payments]
        for pay in payments:
            undone = pay.at + timedelta(minutes=self.rng.randrange(5, 30))
            if self.rng.random() < VOID_SHARE and undone <= now:
                deeds.append((undone, pay, True))
        sales: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}
        drawer = FLOAT_KIP
        for at, pay, undo in sorted(deeds, key=lambda deed: (deed[0], deed[2])):
            if undo:
                drawer += self._void(at, day, session, sales[id(pay)], pay.version.ministry.code)[
                    "amount_kip"
                ]
            else:
                sales[id(pay)] = self._sale(at, day, session, pay)
                drawer += sales[id(pay)][0]["amount_kip"]
        closed = max(
            clock.start_of_day(day) + timedelta(hours=16, minutes=20),
            max(at for at, _pay, _undo in deeds) + timedelta(minutes=10),
        )
        if closed > now:
            self.book.write()
            return
        off = self.rng.choice((-5_000, -1_000, 1_000)) if self.rng.random() < 0.05 else 0
        life.step(
            "close", till.CLOSED, closed, day, actor,
            data={"counted_kip": drawer + off, "expected_kip": drawer},
        )  # fmt: skip
        # Receipts are only taken by an open till, so it is closed after they are written.
        self.book.write()
        self.book.session.execute(
            update(TillSession)
            .where(TillSession.id == session["id"])
            .values(
                state=life.state, version=life.version, closed_at=closed,
                counted_kip=drawer + off, expected_kip=drawer,
            )
        )  # fmt: skip

    def _sale(
        self, at: datetime, day: date, session: dict[str, Any], pay: Payment
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        amount = int(pay.fee.amount or 0)
        assessed = at - timedelta(seconds=30)
        assessment = self.book.add(
            Assessment,
            id=self.book.new_id(assessed),
            application_id=pay.application["id"],
            total_kip=amount,
            assessed_at=assessed,
            assessed_by_id=self.cashier.id,
        )
        plain = pay.fee.code == "BASE"
        line = {
            "position": 0,
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
            "amount_kip": amount,
        }
        self.book.add(AssessmentLine, assessment_id=assessment["id"], **line)
        actor = (self.cashier.id, self.cashier.name_lo)
        self.book.event(
            "assess", kind="assessment", subject=assessment["id"], at=assessed, day=day,
            actor=actor, data={"total_kip": amount, "application": pay.application["label"]},
        )  # fmt: skip
        note = self.rng.choice(NOTES)
        tendered = -(-amount // note) * note
        receipt = self._receipt(
            at, day, session, kind=SALE, assessment_id=assessment["id"],
            application_id=pay.application["id"], payer=pay.payer, amount=amount,
            tendered=tendered,
        )  # fmt: skip
        values = body.sale_values(
            centre=self.centre,
            letterhead=self.letterhead,
            application=SimpleNamespace(  # type: ignore[arg-type]  # has what the body reads
                label=pay.application["label"],
                person=SimpleNamespace(full_name=pay.payer),
                version_taken=pay.version,
            ),
            cashier=self.cashier,
            lines=[body.line_values(SimpleNamespace(**line), pay.version.ministry)],  # type: ignore[arg-type]  # likewise
        )
        receipt["body"] = body.numbered(values, SimpleNamespace(**receipt))  # type: ignore[arg-type]  # likewise
        self._lines(receipt, [line], at, day, pay.version.ministry.code)
        return receipt, line

    def _void(
        self,
        at: datetime,
        day: date,
        session: dict[str, Any],
        sale: tuple[dict[str, Any], dict[str, Any]],
        ministry: str,
    ) -> dict[str, Any]:
        sold, line = sale
        reason = "ຊຳລະຊ້ຳ"
        receipt = self._receipt(
            at, day, session, kind=VOID, assessment_id=sold["assessment_id"],
            application_id=sold["application_id"], payer=sold["payer_name"],
            amount=-sold["amount_kip"], tendered=0, voids_id=sold["id"], reason=reason,
            approved_by_id=self.manager.id,
        )  # fmt: skip
        values = body.void_values(
            SimpleNamespace(**sold),  # type: ignore[arg-type]  # has what the body reads
            self.letterhead,
            self.cashier,
            self.manager,
            reason,
        )
        receipt["body"] = body.numbered(values, SimpleNamespace(**receipt))  # type: ignore[arg-type]  # likewise
        turned = {**line, "unit_kip": -line["unit_kip"], "amount_kip": -line["amount_kip"]}
        self._lines(receipt, [turned], at, day, ministry)
        return receipt

    def _receipt(
        self,
        at: datetime,
        day: date,
        session: dict[str, Any],
        *,
        payer: str,
        amount: int,
        tendered: int,
        **more: Any,
    ) -> dict[str, Any]:
        number = self.book.number("receipt", str(day.year))
        values: dict[str, Any] = {
            "voids_id": None,
            "reason": "",
            "approved_by_id": None,
            **more,
        }
        return self.book.add(
            Receipt,
            id=self.book.new_id(at),
            fiscal_year=day.year,
            number=number,
            label=f"{self.centre.code}-{day.year}-{number:06}",
            public_code="".join(self.rng.choices(SYLLABLES, k=16)),
            till_session_id=session["id"],
            cashier_id=self.cashier.id,
            cashier_name=self.cashier.name_lo,
            payer_name=payer,
            amount_kip=amount,
            method=CASH,
            tendered_kip=tendered,
            change_kip=max(0, tendered - amount) if amount >= 0 else 0,
            issued_at=at,
            day=day,
            **values,
        )

    def _lines(
        self,
        receipt: dict[str, Any],
        lines: list[dict[str, Any]],
        at: datetime,
        day: date,
        ministry: str,
    ) -> None:
        for line in lines:
            self.book.add(ReceiptLine, receipt_id=receipt["id"], **line)
            amount = line["amount_kip"]
            revenue = ledger.revenue_account(ministry)
            for account, debit in ((ledger.CASH_ACCOUNT, amount), (revenue, -amount)):
                self.book.add(
                    LedgerEntry,
                    id=self.book.new_id(at),
                    receipt_id=receipt["id"],
                    account=account,
                    debit_kip=max(0, debit),
                    credit_kip=max(0, -debit),
                    day=day,
                )
        self.book.event(
            "issue" if receipt["kind"] == SALE else "void",
            kind="receipt", subject=receipt["id"], at=at, day=day, seq=1,
            actor=(self.cashier.id, self.cashier.name_lo),
            data={"label": receipt["label"], "amount_kip": receipt["amount_kip"]},
        )  # fmt: skip
