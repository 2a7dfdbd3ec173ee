"""The invented cash desk gives back no more than lies in its drawer."""

import random
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from odsc_counter.demo import money
from odsc_counter.demo.money import FLOAT_KIP, Desk, Payment
from odsc_counter.receipts.models import CASH, TRANSFER

DAY = date(2026, 10, 9)
MORNING = datetime(2026, 10, 9, 2)
LATE = MORNING + timedelta(hours=20)


class Drawer(Desk):
    """A desk whose receipts are written nowhere; keeps what moved the drawer."""

    moved: list[tuple[datetime, int]]

    def _sale(self, at: Any, day: Any, session: Any, pay: Payment) -> dict[str, Any]:
        sale = {"id": len(self.moved), "amount_kip": int(pay.fee.amount or 0), "method": TRANSFER}
        self.moved.append((at, 0))
        return sale

    def _back(self, at: Any, day: Any, session: Any, sale: Any, kind: str) -> dict[str, Any]:
        self.moved.append((at, -sale["amount_kip"]))
        return {"amount_kip": -sale["amount_kip"], "method": CASH, "reverses_id": sale["id"]}


def a_drawer(monkeypatch: pytest.MonkeyPatch, earlier: int, amount: int) -> tuple[Drawer, int]:
    """A day of sales by transfer, each beside a refund of so much; and the cash that it moved."""
    monkeypatch.setattr(money, "REFUND_SHARE", 1.0)
    monkeypatch.setattr(money, "VOID_SHARE", 0.0)
    nobody: Any = None
    desk = Drawer(nobody, nobody, nobody, nobody, nobody, random.Random(1), nobody)
    desk.moved = []
    desk.earlier = [{"id": n, "amount_kip": amount, "method": TRANSFER} for n in range(earlier)]
    fee: Any = SimpleNamespace(amount=50_000)
    payments = [
        Payment(MORNING + timedelta(minutes=n), {}, "", nobody, fee) for n in range(earlier)
    ]
    return desk, desk._deeds(DAY, {}, payments, LATE)


def test_refunds_in_cash_end_where_the_drawer_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, cash = a_drawer(monkeypatch, earlier=6, amount=60_000)
    assert cash == -180_000
    assert FLOAT_KIP + cash >= money.LEFT_KIP
    assert sum(kip for _at, kip in desk.moved) == cash


def test_what_the_drawer_holds_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    _desk, cash = a_drawer(monkeypatch, earlier=3, amount=60_000)
    assert cash == -180_000
