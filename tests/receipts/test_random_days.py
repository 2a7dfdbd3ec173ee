"""Random days of several cashiers: whatever they do, and try, every kip is accounted for.

A state machine (Hypothesis) drives one cash office beside a reckoning of its own: what each drawer
must hold, which lines of which sale can still go back. What was refused has changed no row. After
each step numbers, books and drawers are looked at; at the end every rule of `odsc-counter check`
for money.
"""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from odsc_counter.accounts.models import User
from odsc_counter.ledger import accounts
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.ledger.queries import drawer_kip, trial_balance
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.events import Event
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.receipts import chain, operations, queries, verifying
from odsc_counter.receipts.models import (
    Assessment,
    AssessmentLine,
    Receipt,
    ReceiptLine,
    ReceiptSeries,
)
from odsc_counter.receipts.operations import Payment
from odsc_counter.tills import operations as tills
from odsc_counter.tills.denominations import fewest
from odsc_counter.tills.models import TillCount, TillSession
from tests.receipts.office import NOON, Office, an_office
from tests.world import a_user

CASHIERS = 3
WHO = st.integers(0, CASHIERS - 1)
ANY = st.integers(0, 99)
TABLES = (
    Assessment, AssessmentLine, Event, LedgerEntry, LedgerPosting, Receipt, ReceiptLine,
    ReceiptSeries, TillCount, TillSession,
)  # fmt: skip
_codes = (
    f"LA{province:02}{district:02}"
    for province, district in itertools.product(range(1, 19), range(1, 90))
)


@dataclass
class Drawer:
    """A till as the reckoning knows it."""

    id: uuid.UUID
    cashier: int
    day: date
    kip: int
    state: str = "open"
    counted: int = 0
    was_taken_over: bool = False


@dataclass
class Sale:
    """A sale as the reckoning knows it."""

    receipt: Receipt
    left: dict[int, int]
    """What each line came to that has not gone back."""
    is_whole: bool = True


@dataclass
class Reckoning:
    """What the money must come to, counted without looking at the books."""

    drawers: list[Drawer] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    written: dict[str, int] = field(default_factory=lambda: {"A": 0, "B": 0})
    safe: int = 0
    banked: int = 0
    owed: int = 0
    difference: int = 0


class OfficeMachine(RuleBasedStateMachine):
    """One cash office, its people, and the reckoning beside it."""

    office: Office

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.sums = Reckoning()
        self.references = itertools.count(1)

    @initialize()
    def open_the_office(self) -> None:
        code = next(_codes)
        self.office = an_office(code)
        centre = self.office.centre
        self.cashiers: list[User] = [
            a_user(f"c{number}-{code}".lower(), counter_staff=centre, cashier=centre)
            for number in range(CASHIERS)
        ]
        for who in range(CASHIERS - 1):
            self.open_till(who, 100_000)
        self.managers = [self.office.manager, a_user(f"m2-{code}".lower(), centre_manager=centre)]

    @property
    def today(self) -> date:
        return clock.business_day(self.now)

    def _open(self, who: int) -> Drawer | None:
        return next(
            (one for one in self.sums.drawers if one.cashier == who and one.state == "open"), None
        )

    def _works(self, who: int) -> Drawer | None:
        """The cashier's drawer, if it is of today."""
        drawer = self._open(who)
        return drawer if drawer is not None and drawer.day == self.today else None

    def _do(self, user: User, deed: Callable[[], Any], *, works: bool) -> Any:
        """Do it now; where it must not work it is refused and leaves no trace."""
        with clock.use(lambda: self.now), self.office.inside(user):
            before = self._counts()
            refusal = None
            try:
                done = deed()
            except DomainError as error:
                refusal, done = error, None
            assert (refusal is None) == works, refusal or "this should have been refused"
            if refusal is not None:
                assert self._counts() == before
        return done

    def _counts(self) -> list[Any]:
        with reading() as session:
            heads = session.execute(
                select(ReceiptSeries.series, ReceiptSeries.last_no, ReceiptSeries.head_hash)
                .order_by(ReceiptSeries.fiscal_year, ReceiptSeries.series)
            ).all()  # fmt: skip
            states = session.execute(
                select(TillSession.id, TillSession.state, TillSession.version).order_by(
                    TillSession.id
                )
            ).all()
            return [
                heads,
                states,
                *(
                    session.scalars(select(func.count()).select_from(table)).one()
                    for table in TABLES
                ),
            ]

    @rule(choice=ANY)
    def time_passes(self, choice: int) -> None:
        """Minutes mostly, sometimes to the next morning with all tills left open."""
        self.now += timedelta(days=1) if choice > 80 else timedelta(minutes=7)

    @rule(who=WHO, kip=st.sampled_from([0, 100_000, 235_500]))
    def open_till(self, who: int, kip: int) -> None:
        """A new till; one of yesterday must be counted first."""
        user = self.cashiers[who]
        till = self._do(
            user,
            lambda: tills.open_till(self.office.centre, user, kip),
            works=self._open(who) is None,
        )
        if till is not None:
            self.sums.drawers.append(Drawer(till.id, who, self.today, kip))
            self.sums.safe -= kip

    def _assessment(self, amounts: list[int]) -> Assessment:
        """Several fees at once, each shared otherwise."""
        with clock.use(lambda: self.now):
            application = self.office.application()
            line = self.office.fee_line()
            with self.office.inside(), unit_of_work() as work:
                assessment = Assessment(
                    application_id=application.id,
                    total_kip=sum(amounts),
                    assessed_at=self.now,
                    assessed_by_id=self.office.cashier.id,
                )
                work.session.add(assessment)
                work.session.flush()
                for position, amount in enumerate(amounts, start=1):
                    third = amount // 3
                    work.session.add(
                        AssessmentLine(
                            assessment_id=assessment.id,
                            position=position,
                            fee_line_id=line.id,
                            ministry_id=application.ministry_id,
                            service_code=self.office.service.code,
                            name_en=f"Fee {position}",
                            name_lo=f"ຄ່າທຳນຽມ {position}",
                            legal_basis="Test ordinance 1/PO",
                            standing="sourced",
                            quantity=1,
                            unit_kip=amount + 500,
                            gross_kip=amount + 500,
                            reduction_kip=500,
                            amount_kip=amount,
                            computation={"rule": "fixed"},
                            shares=[
                                {"to": "treasury", "kip": amount - third},
                                {"to": accounts.ministry("MOPS"), "kip": third},
                            ],
                        )
                    )
        return assessment

    @rule(
        who=WHO,
        amounts=st.lists(st.sampled_from([5_000, 20_000, 33_500]), min_size=1, max_size=4),
        method=st.sampled_from(["cash", "cash", "transfer", "qr"]),
        spoiled=st.sampled_from([None, None, None, "little", "reference", "again", "other"]),
    )
    def sell(self, who: int, amounts: list[int], method: str, spoiled: str | None) -> None:
        user, drawer = self.cashiers[who], self._works(who)
        assessment = self._assessment(amounts)
        payment = Payment("cash", sum(amounts) + 4_500)
        if method != "cash":
            payment = Payment(method, reference=f"REF-{next(self.references):05}")
        works = drawer is not None
        if spoiled == "little":
            payment, works = Payment("cash", sum(amounts) - 500), False
        elif spoiled == "reference":
            payment, works = Payment("qr", reference="x"), False
        elif spoiled == "again":
            self._pay_twice(user)
        elif spoiled == "other" and method != "cash":
            used = [one for one in self.sums.sales if one.receipt.method == method]
            if used:
                payment = Payment(method, reference=used[-1].receipt.payment_reference.lower())
                works = works and queries_void(self.office, used[-1].receipt)
        receipt = self._do(
            user,
            lambda: operations.issue(self.office.centre, assessment.id, user, payment),
            works=works,
        )
        if receipt is not None and drawer is not None:
            self.sums.sales.append(Sale(receipt, dict(enumerate(amounts, start=1))))
            self.sums.written["A"] += 1
            self._moved(drawer, payment.method, sum(amounts))

    def _pay_twice(self, user: User) -> None:
        if self.sums.sales:
            assessment = self.sums.sales[-1].receipt.assessment_id
            self._do(
                user,
                lambda: operations.issue(
                    self.office.centre, assessment, user, Payment("cash", 900_000)
                ),
                works=False,
            )

    def _moved(self, drawer: Drawer, method: str, kip: int) -> None:
        self.sums.owed += kip
        if method == "cash":
            drawer.kip += kip
        else:
            self.sums.banked += kip

    @rule(
        who=WHO, choice=ANY, spoiled=st.sampled_from([None, None, None, "self", "cashier", "why"])
    )
    def void(self, who: int, choice: int, spoiled: str | None) -> None:
        if not self.sums.sales:
            return
        user, drawer = self.cashiers[who], self._works(who)
        sale = self.sums.sales[-1 - choice % min(3, len(self.sums.sales))]
        approver = {"self": user, "cashier": self.cashiers[who - 1]}.get(
            spoiled or "", self.office.manager
        )
        amount = sum(sale.left.values())
        works = (
            spoiled is None
            and drawer is not None
            and sale.is_whole
            and sale.receipt.day == self.today
            and (sale.receipt.method != "cash" or drawer.kip >= amount)
        )
        made = self._do(
            user,
            lambda: operations.void(
                self.office.centre, sale.receipt.id, user, approver,
                "why" if spoiled == "why" else "ຊຳລະຊ້ຳ",
            ),
            works=works,
        )  # fmt: skip
        if made is not None and drawer is not None:
            sale.left, sale.is_whole = {}, False
            self.sums.written["A"] += 1
            self._moved(drawer, sale.receipt.method, -amount)

    @rule(
        who=WHO,
        choice=ANY,
        lines=st.sampled_from([None, {1}, {2}, {1, 3}, {9}]),
        method=st.sampled_from(["cash", "cash", "transfer"]),
        spoiled=st.sampled_from([None, None, None, "self", "reference"]),
    )
    def refund(
        self, who: int, choice: int, lines: set[int] | None, method: str, spoiled: str | None
    ) -> None:
        if not self.sums.sales:
            return
        user, drawer = self.cashiers[who], self._works(who)
        sale = self.sums.sales[choice % len(self.sums.sales)]
        payment = Payment(method, reference="" if method == "cash" else f"BACK-{choice}")
        if spoiled == "reference":
            payment = Payment("transfer")
        back = {
            position: kip
            for position, kip in sale.left.items()
            if lines is None or position in lines
        }
        amount = sum(back.values())
        works = (
            spoiled is None
            and drawer is not None
            and bool(back)
            and (method != "cash" or drawer.kip >= amount)
        )
        made = self._do(
            user,
            lambda: operations.refund(
                self.office.centre, sale.receipt.id, user,
                user if spoiled == "self" else self.office.manager, "ຖອນຄຳຮ້ອງ",
                positions=lines, payment=payment,
            ),
            works=works,
        )  # fmt: skip
        if made is not None and drawer is not None:
            sale.left = {line: kip for line, kip in sale.left.items() if line not in back}
            sale.is_whole = False
            self.sums.written["B"] += 1
            self._moved(drawer, method, -amount)

    @rule(who=WHO, by=WHO, kip=st.sampled_from([50_000, -20_000, -400_000]), choice=ANY)
    def move_cash(self, who: int, by: int, kip: int, choice: int) -> None:
        drawer = self._open(who)
        if drawer is None:
            return
        by = who if choice % 3 else by  # mostly one's own
        moved = self._do(
            self.cashiers[by],
            lambda: tills.move_cash(drawer.id, kip, "ເອົາເງິນທອນ"),
            works=by == who and drawer.kip + kip >= 0,
        )
        if moved is not None:
            drawer.kip += kip
            self.sums.safe -= kip

    @rule(who=WHO, by=WHO, off=st.sampled_from([0, 0, -500, 1_000]), choice=ANY)
    def count(self, who: int, by: int, off: int, choice: int) -> None:
        """Count, or count again; mostly one's own."""
        mine = [one for one in self.sums.drawers if one.cashier == who]
        if not mine:
            return
        drawer, by = mine[-1], who if choice % 4 else by
        counted = max(0, drawer.kip + off)
        done = self._do(
            self.cashiers[by],
            lambda: tills.count_till(drawer.id, fewest(counted)),
            works=by == who and drawer.state != "closed",
        )
        if done is not None:
            drawer.state, drawer.counted = "counted", counted

    @rule(
        choice=ANY,
        spoiled=st.sampled_from([None, None, None, "cashier", "other", "no reason"]),
    )
    def sign_off(self, choice: int, spoiled: str | None) -> None:
        waiting = [one for one in self.sums.drawers if one.state != "closed"]
        if not waiting:
            return
        drawer = waiting[choice % len(waiting)]
        second = self.managers[choice % 2]
        if spoiled == "cashier":
            second = self.cashiers[drawer.cashier]
        elif spoiled == "other":
            second = self.cashiers[drawer.cashier - 1]
        is_off = drawer.counted != drawer.kip
        works = (
            drawer.state == "counted"
            and spoiled not in ("cashier", "other")
            and not (is_off and spoiled == "no reason")
        )
        reason = "" if spoiled == "no reason" else "ທອນເງິນຜິດ"
        done = self._do(second, lambda: tills.sign_off(drawer.id, second, reason), works=works)
        if done is not None:
            self.sums.safe += drawer.counted
            self.sums.difference += drawer.kip - drawer.counted
            drawer.state, drawer.kip = "closed", 0

    @rule(who=WHO, choice=ANY)
    def take_over(self, who: int, choice: int) -> None:
        if not self.sums.drawers:
            return
        former, user = self.sums.drawers[-1 - choice % len(self.sums.drawers)], self.cashiers[who]
        done = self._do(
            user,
            lambda: tills.take_over(self.office.centre, former.id, user),
            works=former.state == "closed"
            and former.day == self.today
            and not former.was_taken_over
            and self._open(who) is None,
        )
        if done is not None:
            former.was_taken_over = True
            self.sums.drawers.append(Drawer(done.id, who, self.today, former.counted))
            self.sums.safe -= former.counted

    @invariant()
    def every_kip_is_accounted_for(self) -> None:
        if not hasattr(self, "office"):
            return
        with self.office.inside(), reading() as session:
            self._numbers_have_no_gap(session)
            for drawer in self.sums.drawers:
                assert drawer_kip(session, drawer.id) == drawer.kip
            postings = session.execute(
                select(LedgerPosting.id, LedgerPosting.amount_kip, func.sum(LedgerEntry.amount_kip))
                .join(
                    LedgerEntry,
                    (LedgerEntry.centre_id == LedgerPosting.centre_id)
                    & (LedgerEntry.posting_id == LedgerPosting.id),
                )
                .group_by(LedgerPosting.id, LedgerPosting.amount_kip)
            ).all()
            assert all(amount == summed for _id, amount, summed in postings)
            assert len(postings) == session.scalar(select(func.count()).select_from(LedgerPosting))
            balance = trial_balance()
        assert sum(balance.values()) == 0
        assert balance.get(accounts.TILL, 0) == sum(one.kip for one in self.sums.drawers)
        assert balance.get(accounts.SAFE, 0) == self.sums.safe
        assert balance.get(accounts.DIFFERENCE, 0) == self.sums.difference
        assert balance.get(accounts.BANK, 0) + balance.get(accounts.QR, 0) == self.sums.banked
        owed = balance.get(accounts.TREASURY, 0) + balance.get(accounts.ministry("MOPS"), 0)
        assert owed == -self.sums.owed

    def _numbers_have_no_gap(self, session: Any) -> None:
        for series, count in self.sums.written.items():
            found = session.execute(
                select(Receipt.number, Receipt.label)
                .where(Receipt.series == series)
                .order_by(Receipt.number)
            ).all()
            assert [number for number, _label in found] == list(range(1, count + 1))
            for number, label in found:
                assert label == chain.label(self.office.centre.code, NOON.year, series, number)
                assert not chain.is_mistyped(label)

    def teardown(self) -> None:
        if not hasattr(self, "office"):
            return
        with clock.use(lambda: self.now), self.office.inside(), reading() as session:
            found = [said for rule in verifying.RULES for said in rule(session)]
        assert found == [], found


def queries_void(office: Office, receipt: Receipt) -> bool:
    """Whether a sale was voided, so that its payment's number is free again."""
    with office.inside():
        return queries.void_of(receipt.id) is not None


@pytest.mark.parametrize("examples", [6])
def test_every_kip_is_accounted_for_whatever_is_done(database: Database, examples: int) -> None:
    run_state_machine_as_test(
        OfficeMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            # Without shrinking: a failure says what happened, and in minutes, not in an hour.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
