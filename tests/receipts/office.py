"""The smallest cash office that the tests of this room need."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.applications import operations as applications
from odsc_counter.applications.models import Application
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import FeeLine, Letterhead, Service
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.receipts import operations
from odsc_counter.receipts.fees import Charge
from odsc_counter.receipts.models import Assessment, Receipt
from odsc_counter.receipts.operations import Payment
from odsc_counter.tills import operations as tills
from odsc_counter.tills.denominations import fewest
from odsc_counter.tills.models import TillSession
from tests.world import LONG_AGO, a_centre, a_service, a_user

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""12:00 in Vientiane, a Monday."""

NAME = "ທ້າວ ຄຳພູ ວົງສະຫວັນ"


def a_letterhead() -> None:
    """The state's header lines, from long ago on."""
    with reference_scope(), unit_of_work() as work:
        found = work.session.scalars(select(Letterhead)).first()
        if found is None:
            work.session.add(
                Letterhead(
                    line1_lo="ສາທາລະນະລັດ ປະຊາທິປະໄຕ ປະຊາຊົນລາວ",
                    line2_lo="ສັນຕິພາບ ເອກະລາດ ປະຊາທິປະໄຕ ເອກະພາບ ວັດທະນະຖາວອນ",
                    line1_en="Lao People's Democratic Republic",
                    line2_en="Peace Independence Democracy Unity Prosperity",
                    valid_from=LONG_AGO,
                )
            )


@dataclass
class Office:
    """A centre with a cashier, a manager and one service; every verb acts in their names."""

    centre: Centre
    cashier: User
    manager: User
    service: Service
    papers: set[int] = field(default_factory=set)

    def inside(self, user: User | None = None) -> Any:
        """Act in the centre, as the cashier unless told."""
        return _inside(self.centre, user or self.cashier)

    def application(self, name: str = NAME, **more: Any) -> Application:
        """An application with all its papers."""
        with self.inside():
            return applications.take(
                self.centre, self.service.id, full_name=name, papers_present=self.papers, **more
            )

    def fee_line(self) -> FeeLine:
        """The service's fee line."""
        with self.inside(), reading() as session:
            return session.scalars(
                select(FeeLine).where(FeeLine.service_id == self.service.id)
            ).one()

    def assessed(self, application: Application | None = None, quantity: int = 1) -> Assessment:
        """An assessment of an application, a new one unless told."""
        application = application or self.application()
        line = self.fee_line()
        with self.inside():
            return operations.assess(
                self.centre, application.id, [Charge(line.id, quantity=quantity)]
            )

    def open_till(self, float_kip: int = 200_000, user: User | None = None) -> Any:
        """An open till."""
        with self.inside(user):
            return tills.open_till(self.centre, user or self.cashier, float_kip)

    def sale(
        self,
        tendered: int = 50_000,
        assessment: Assessment | None = None,
        *,
        payment: Payment | None = None,
        user: User | None = None,
    ) -> Receipt:
        """A receipt for a new application unless an assessment is given; cash unless told."""
        assessment = assessment or self.assessed()
        cashier = user or self.cashier
        with self.inside(user):
            return operations.issue(
                self.centre, assessment.id, cashier, payment or Payment(tendered_kip=tendered)
            )

    def void(
        self, receipt: Receipt, reason: str = "ຊຳລະຊ້ຳ", approver: User | None = None
    ) -> Receipt:
        """The void of a receipt."""
        with self.inside():
            return operations.void(
                self.centre, receipt.id, self.cashier, approver or self.manager, reason
            )

    def refund(self, receipt: Receipt, reason: str = "ຖອນຄຳຮ້ອງ", **more: Any) -> Receipt:
        """The refund of a receipt, whole and in cash unless told."""
        with self.inside():
            return operations.refund(
                self.centre, receipt.id, self.cashier, self.manager, reason, **more
            )

    def count(self, till: TillSession, counted_kip: int) -> TillSession:
        """A cashier's count of a drawer, in the fewest notes."""
        with self.inside():
            return tills.count_till(till.id, fewest(counted_kip))

    def close_till(
        self, till: TillSession, counted_kip: int, reason: str = "ທອນເງິນຜິດ"
    ) -> TillSession:
        """A drawer counted and signed off by the manager."""
        self.count(till, counted_kip)
        with self.inside(self.manager):
            return tills.sign_off(till.id, self.manager, reason)


@contextmanager
def _inside(centre: Centre, user: User) -> Iterator[None]:
    with centre_scope(centre.id), acting_as(Actor(user.name_lo, user.id)):
        yield


def an_office(code: str = "LA0101", *, fee: int | None = 20_000, **service: Any) -> Office:
    """A centre that takes money for one service."""
    a_letterhead()
    centre = a_centre(code)
    made = a_service(centre, fee=fee, **service)
    cashier = a_user(f"cashier-{code}".lower(), language="en", counter_staff=centre, cashier=centre)
    manager = a_user(f"manager-{code}".lower(), language="en", centre_manager=centre)
    office = Office(centre, cashier, manager, made)
    with office.inside(), reading():
        version = catalogue.service_on(made.id, date(2026, 11, 23))
        office.papers = {paper.document_type_id for paper in version.papers}
    return office


def both_at_once(first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """Run two actions at the same moment; what each returned or raised."""
    outcomes: list[object] = []
    start = threading.Barrier(2)

    def run(action: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes.append(action())
        except DomainError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=(action,)) for action in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes
