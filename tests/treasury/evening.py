"""A cash office at the end of its day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from odsc_counter import checking
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.receipts.models import Receipt
from odsc_counter.receipts.operations import Payment
from odsc_counter.tills.models import TillSession
from odsc_counter.treasury import booking, closing, depositing
from odsc_counter.treasury.booking import Move
from odsc_counter.treasury.depositing import Slip
from odsc_counter.treasury.models import DailyClose, Deposit
from tests.receipts.office import Office, an_office
from tests.world import a_user

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def at(day: date) -> Any:
    """Noon of a day in Vientiane, as long as the block lasts."""
    return clock.use(lambda: NOON + (day - MONDAY))


def after(days: int) -> date:
    """The day so many days after the Monday."""
    return MONDAY + timedelta(days=days)


@dataclass
class Evening:
    """An office with a lead clerk, and the verbs of its evenings."""

    office: Office
    lead: Any

    def takings(self, *payments: Payment, float_kip: int = 200_000) -> list[Receipt]:
        """A till, sales of 20.000 kip each, and the till signed off."""
        till: TillSession = self.office.open_till(float_kip)
        sales = [self.office.sale(payment=payment) for payment in payments]
        cash = sum(sale.amount_kip for sale in sales if sale.method == "cash")
        self.office.close_till(till, float_kip + cash)
        return sales

    def close(self, day: date, closer: Any = None) -> DailyClose:
        """The close of a day, by the manager unless told."""
        with self.office.inside(closer or self.office.manager):
            return closing.close_day(self.office.centre, day, closer or self.office.manager)

    def fund(self, amount_kip: int = 500_000) -> Any:
        """Money for change."""
        with self.office.inside(self.office.manager):
            return booking.fund(self.office.centre, amount_kip, "ເງິນທອນ ປະຈຳປີ", self.lead)

    def correct(self, day: date, move: Move, second: Any = None) -> Any:
        """A correction of a closed day."""
        with self.office.inside(self.office.manager):
            return booking.correct(self.office.centre, day, move, "ຈົດຜິດບັນຊີ", second or self.lead)

    def deposit(
        self, amount_kip: int, reference: str = "BCEL-1", *, source: str = "cash:safe",
        on: date = MONDAY, to: str = "treasury",
    ) -> Deposit:  # fmt: skip
        """Cash from the safe to the treasury unless told."""
        slip = Slip("BCEL", "010-12-00-123456", reference, on, "ນ. ລັດດາ")
        with self.office.inside():
            return depositing.deposit(self.office.centre, source, amount_kip, slip, to=to)


def an_evening(code: str = "LA0101") -> Evening:
    """An office on the Monday, with nothing done yet."""
    office = an_office(code)
    lead = a_user(f"lead-{code}".lower(), language="en", lead_clerk=office.centre)
    return Evening(office, lead)


def breaches() -> list[str]:
    """What `odsc-counter check` finds; figures of the monitoring are counted by the whole app."""
    with reference_scope():
        return [
            f"{breach.rule}: {breach.what}"
            for breach in checking.check()
            if breach.rule != "figures_equal_a_recount"
        ]


CASH = Payment(tendered_kip=20_000)


def transfer(reference: str) -> Payment:
    """A sale that is paid through the bank."""
    return Payment("transfer", reference=reference)
