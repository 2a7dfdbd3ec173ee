"""Records of a centre made by hand, each with its event, and a count of them in plain Python."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from odsc_counter.applications import lifecycle as application_life
from odsc_counter.applications.models import Application, Holding
from odsc_counter.catalogue.models import FeeLine, Letterhead, Service, ServiceGroup, ServiceVersion
from odsc_counter.monitoring.figures import DayFigures, ServiceFigures
from odsc_counter.people.models import Person
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.receipts import operations as receipts
from odsc_counter.receipts.fees import Charge
from odsc_counter.receipts.models import Receipt, ReceiptLine
from odsc_counter.tickets.acting import act, locked_ticket
from odsc_counter.tickets.issuing import Label, create
from odsc_counter.tickets.models import ServiceLeg, Ticket, Visit
from odsc_counter.tickets.timeline import Step
from odsc_counter.tills import operations as tills
from odsc_counter.tills.models import TillSession
from tests.world import a_user, counters_of

MORNING = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
"""Nine o'clock in Vientiane on a Monday."""


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be this moment within the block."""
    with clock.use(lambda: moment):
        yield


def a_letterhead() -> None:
    """The header of papers, without which no receipt is written."""
    with reference_scope(), unit_of_work() as work:
        if work.session.scalars(select(Letterhead)).first() is None:
            lines = {f"line{line}_{lang}": "-" for line in (1, 2) for lang in ("en", "lo")}
            work.session.add(Letterhead(**lines, valid_from=date(2000, 1, 1)))


class Hall:
    """One centre with a clerk for each counter, a cashier and a manager."""

    def __init__(self, centre: Centre, *services: Service) -> None:
        self.centre = centre
        self.services = services
        self.counters = counters_of(centre)
        self.clerks = [a_user().id for _ in self.counters]
        self.cashier, self.manager = a_user(), a_user(centre_manager=centre)
        a_letterhead()

    def _group(self, session: Any) -> uuid.UUID:
        return session.scalars(select(ServiceGroup.id).order_by(ServiceGroup.letter)).first()

    def issue(self, service: Service | None = None) -> Ticket:
        """A number is taken now."""
        service = service or self.services[0]
        with centre_scope(self.centre.id), unit_of_work() as work:
            session, day, now = work.session, clock.today(), clock.now()
            number = take_number(session, "ticket:A", day.isoformat())
            label = Label("A", number, f"A{number:03}")
            data = {
                "label": label.text,
                "service_id": service.id,
                "group_id": str(self._group(session)),
                "channel": "kiosk",
                "files": 1,
            }
            return create(work, Step("issue", now, data), day=day, label=label, language="lo")

    def move(self, ticket: Ticket, verb: str, counter: int = 0) -> Ticket:
        """A step of the ticket's life happens now."""
        with centre_scope(self.centre.id), unit_of_work() as work:
            ticket = locked_ticket(work, ticket.id)
            here = self.counters[counter].id if verb == "call" else None
            data = {"clerk_id": self.clerks[counter]} if verb == "call" else {}
            act(work, ticket, verb, clock.now(), counter_id=here, **data)
        return ticket

    def apply(self, service: Service | None = None, days: int = 1, verb: str = "submit") -> Any:
        """A file is taken now, due after so many days."""
        service = service or self.services[0]
        with reference_scope(), reading() as session:
            version = session.scalars(
                select(ServiceVersion).where(ServiceVersion.service_id == service.id)
            ).one()
        with centre_scope(self.centre.id), unit_of_work() as work:
            session, day = work.session, clock.today()
            person = Person(full_name="ທ. ບຸນ", name_key="bun", created_at=clock.now())
            session.add(person)
            session.flush()
            number = take_number(session, "application", str(day.year))
            file = Application(
                year=day.year,
                number=number,
                label=f"{number}",
                tracking_code=uuid.uuid4().hex,
                service_id=service.id,
                service_version_id=version.id,
                ministry_id=version.ministry_id,
                person_id=person.id,
                submitted_at=clock.now(),
                submitted_on=day,
                due_on=day + timedelta(days=days) if verb == "submit" else None,
            )
            work.begin(file, application_life.LIFECYCLE, verb, day=day)
        return file

    def decide(self, file: Application, verb: str = "approve") -> None:
        """The ministry's officer decides now."""
        with centre_scope(self.centre.id), unit_of_work() as work:
            file = work.session.get_one(Application, (file.centre_id, file.id))
            if verb in ("approve", "reject"):
                work.change(file, application_life.LIFECYCLE, "take_up")
                file.decided_at, file.decided_on = clock.now(), clock.today()
            work.change(file, application_life.LIFECYCLE, verb)

    def send_back(self, file: Application) -> None:
        """The file goes to the citizen for a paper, and comes back the same day."""
        with centre_scope(self.centre.id), unit_of_work() as work:
            now, day = clock.now(), clock.today()
            work.session.add(
                Holding(
                    application_id=file.id, holder="citizen", began_at=now, began_on=day,
                    ended_at=now, ended_on=day, working_days=0,
                )
            )  # fmt: skip
            work.session.flush()
            work.record("return", subject_kind="application", subject_id=str(file.id), day=day)

    def correct_decision_day(self, file: Application, day: date) -> None:
        """The day of a decision was written down wrongly and is put right now."""
        with centre_scope(self.centre.id), unit_of_work() as work:
            file = work.session.get_one(Application, (file.centre_id, file.id))
            before, file.decided_on = file.decided_on, day
            work.session.flush()
            for counted in (before, day):
                work.record(
                    "correct",
                    subject_kind="application",
                    subject_id=str(file.id),
                    day=counted,
                )

    def open_till(self) -> None:
        """The cashier counts the float and opens the drawer now."""
        with centre_scope(self.centre.id):
            tills.open_till(self.centre, self.cashier, 100_000)

    def _till_of_today(self) -> None:
        with centre_scope(self.centre.id), reading() as session:
            till = session.scalars(select(TillSession).where(TillSession.state == "open")).first()
        if till is not None and till.day == clock.today():
            return
        if till is not None:
            with centre_scope(self.centre.id), acting_as(Actor("cashier", self.cashier.id)):
                tills.count_till(till.id, {})
        self.open_till()

    def pay(self, file: Application) -> Receipt:
        """The published fee of a file is paid now."""
        self._till_of_today()
        with reference_scope(), reading() as session:
            fee = session.scalars(
                select(FeeLine).where(FeeLine.service_id == file.service_id)
            ).one()
        with centre_scope(self.centre.id):
            assessment = receipts.assess(self.centre, file.id, [Charge(fee.id)])
            return receipts.issue(
                self.centre,
                assessment.id,
                self.cashier,
                receipts.Payment(tendered_kip=assessment.total_kip),
            )

    def void(self, sale: Receipt) -> Receipt:
        """A sale is taken back now."""
        self._till_of_today()
        with centre_scope(self.centre.id):
            return receipts.void(self.centre, sale.id, self.cashier, self.manager, "wrong amount")


def counted_by_hand(centre: Centre) -> tuple[dict[date, Any], dict[tuple[date, int], Any]]:
    """The figures of all days and of all months and services, counted record by record."""
    days: dict[date, DayFigures] = defaultdict(DayFigures)
    services: dict[tuple[date, int], ServiceFigures] = defaultdict(ServiceFigures)
    with centre_scope(centre.id), reading() as session:
        for visit in session.scalars(select(Visit)):
            days[visit.day].visits += 1
        for ticket in session.scalars(select(Ticket)):
            days[ticket.day].tickets += 1
            days[ticket.day].unreliable += ticket.times_unreliable
            legs = session.scalars(select(ServiceLeg).where(ServiceLeg.ticket_id == ticket.id))
            for leg in legs:
                if leg.queued_at is not None and leg.outcome != "undone":
                    service = services[leg.day.replace(day=1), leg.service_id]
                    for told in (service, days[leg.day]):
                        _count_leg(told, leg, is_reliable=not ticket.times_unreliable)
        owed = {
            one.application_id
            for one in session.scalars(select(Holding))
            if one.holder == "citizen"
        }
        for file in session.scalars(select(Application)):
            service = services[file.submitted_on.replace(day=1), file.service_id]
            for told in (service, days[file.submitted_on]):
                told.applications += 1
                told.complete += file.id not in owed
            if file.decided_on is not None:
                service = services[file.decided_on.replace(day=1), file.service_id]
                for told in (service, days[file.decided_on]):
                    told.decided += 1
                    told.decided_on_time += file.decided_on <= file.due_on
                    told.decided_days += sum(
                        (file.submitted_on + timedelta(days=later)).weekday() < 5
                        for later in range(1, (file.decided_on - file.submitted_on).days + 1)
                    )
            if file.collected_on is not None:
                service = services[file.collected_on.replace(day=1), file.service_id]
                for told in (service, days[file.collected_on]):
                    told.collected += 1
                    told.collect_days += (file.collected_on - file.ready_on).days
        for one in session.scalars(select(Holding).where(Holding.holder == "citizen")):
            file = session.get_one(Application, (centre.id, one.application_id))
            service = services[one.began_on.replace(day=1), file.service_id]
            for told in (service, days[one.began_on]):
                told.sent_back += 1
        for receipt in session.scalars(select(Receipt)):
            day = days[receipt.day]
            day.receipts += receipt.kind == "sale"
            day.voids += receipt.kind == "void"
            day.refunds += receipt.kind == "refund"
            file = session.get_one(Application, (centre.id, receipt.application_id))
            lines = session.scalars(select(ReceiptLine).where(ReceiptLine.receipt_id == receipt.id))
            for line in lines:
                service = services[receipt.day.replace(day=1), file.service_id]
                for told in (service, day):
                    told.revenue_kip += line.amount_kip
                    if receipt.kind == "sale":
                        told.fee_lines += 1
                        told.reduced_lines += line.reduction_kip > 0
                        told.reduction_kip += line.reduction_kip
                        told.local_lines += "deviation" in line.computation
        for till in session.scalars(select(TillSession)):
            days[till.day].tickets += 0
    return (
        {day: asdict(figures) for day, figures in days.items()},
        {key: asdict(figures) for key, figures in services.items()},
    )


def _count_leg(day: ServiceFigures, leg: ServiceLeg, *, is_reliable: bool) -> None:
    outcomes = {
        "completed": "served",
        "no_show": "no_shows",
        "cancelled": "cancelled",
        "walked_out": "walked_out",
        "closed": "closed",
    }
    day.asked += 1
    day.ended += leg.outcome is not None
    if leg.outcome in outcomes:
        name = outcomes[leg.outcome]
        setattr(day, name, getattr(day, name) + 1)
    was_called = leg.first_called_at is not None and leg.outcome not in (None, "closed")
    left = leg.outcome == "walked_out"
    day.called += was_called
    if not is_reliable:
        return
    day.judged += was_called or left
    if was_called:
        seconds = leg.waiting_seconds
        day.in_target += seconds <= 1800 and not left
        day.waited += 1
        day.wait_seconds += seconds
        bounds = ((300, "0_5"), (900, "5_15"), (1800, "15_30"), (3600, "30_60"))
        name = next((name for top, name in bounds if seconds <= top), "60_up")
        setattr(day, f"wait_{name}", getattr(day, f"wait_{name}") + 1)
    if leg.outcome == "completed":
        day.timed += 1
        day.serve_seconds += leg.serving_seconds
