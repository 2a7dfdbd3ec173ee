"""How invented days of money end: closed by the manager, the takings brought to the treasury."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from odsc_counter.accounts.models import User
from odsc_counter.ledger.accounts import FUND, FUNDING, SAFE, TREASURY
from odsc_counter.ledger.postings import Transfer, post
from odsc_counter.ledger.queries import balance
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import Actor, acting_as
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.treasury import closing, depositing
from odsc_counter.treasury.depositing import Slip
from odsc_counter.treasury.models import LedgerApproval

FUND_KIP = 1_000_000
FUND_MEMO = "ເງິນທອນ ຕາມໃບມອບຂອງຫ້ອງການ"
STEP_KIP = 10_000
LEAVES_UNCLOSED = 0.35
"""Share of the centres that have not closed their last working day."""
BANKS = (("BCEL", "010-12-00-"), ("LDB", "0301-"))


@dataclass
class Evenings:
    """What a manager and a cashier do after the last citizen has left."""

    centre: Centre
    manager: User
    cashier: User
    rng: random.Random
    now: datetime
    last: date
    """The last day of the history."""
    waits: int = field(init=False)
    """Days at the end that nobody has closed."""
    slips: int = 0
    funded: bool = False

    def __post_init__(self) -> None:
        self.waits = 2 if self.rng.random() < LEAVES_UNCLOSED else 1
        self.bank, prefix = self.rng.choice(BANKS)
        self.account = f"{prefix}{self.rng.randrange(10**6):06}"

    def morning(self, day: date) -> None:
        """The first day: the centre is given money for change."""
        if self.funded:
            return
        self.funded = True
        self._do(day, 7, 30, lambda: self._fund(day))

    def evening(self, day: date) -> None:
        """Bring the takings away every few days, and close the day unless it is too fresh."""
        if (self.last - day).days < self.waits:
            return
        if self.rng.random() < 0.5 and (self.last - day).days > self.waits:
            self._do(day, 16, 45, lambda: self._deposit(day), self.cashier)
        self._do(day, 18, 30, lambda: closing.close_day(self.centre, day, self.manager))

    def _fund(self, day: date) -> None:
        with unit_of_work() as work:
            # Past the operation: the accounts of these days held no roles yet.
            posting = post(work, FUNDING, [Transfer(SAFE, FUND, FUND_KIP)], day=day, memo=FUND_MEMO)
            work.session.add(
                LedgerApproval(
                    posting_id=posting.id,
                    posted_by_id=self.manager.id,
                    approved_by_id=self.cashier.id,
                )
            )
            work.record(
                "give",
                subject_kind="change_fund",
                subject_id=str(posting.id),
                day=day,
                data={"amount_kip": FUND_KIP, "reason": FUND_MEMO,
                      "approved_by": self.cashier.username},
            )  # fmt: skip

    def _deposit(self, day: date) -> None:
        with reading() as session:
            there = balance(session, SAFE) - FUND_KIP
            owed = -balance(session, TREASURY)
        amount = min(there, owed) // STEP_KIP * STEP_KIP
        if amount <= 0:
            return
        self.slips += 1
        slip = Slip(
            self.bank, self.account, f"{self.bank}-{day:%y%m%d}-{self.slips:03}", day,
            self.cashier.name_lo,
        )  # fmt: skip
        depositing.deposit(self.centre, SAFE, amount, slip)

    def _do(
        self, day: date, hour: int, minute: int, deed: Callable[[], object],
        user: User | None = None,
    ) -> None:  # fmt: skip
        at = clock.start_of_day(day) + timedelta(hours=hour, minutes=minute)
        actor = user or self.manager
        if at <= self.now:
            with clock.use(lambda: at), acting_as(Actor(actor.name_lo, actor.id)):
                deed()
