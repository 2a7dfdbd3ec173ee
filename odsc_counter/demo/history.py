"""One centre's invented history, day by day: tickets, applications, receipts, tills."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from odsc_counter.accounts.models import User
from odsc_counter.applications import lifecycle as files
from odsc_counter.applications.models import Application, ApplicationPaper, Person
from odsc_counter.catalogue.models import FeeLine, Letterhead, ServiceGroup, ServiceVersion
from odsc_counter.demo.book import Book, Life
from odsc_counter.demo.hall import Turn, cut_at, service_day
from odsc_counter.demo.money import Desk, Payment
from odsc_counter.demo.people import a_name
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.lao import search_key
from odsc_counter.tickets import lifecycle as queue
from odsc_counter.tickets.models import PRIORITY_REASONS, Counter, Ticket, Visit

APPLIES_SHARE = 0.55
INCOMPLETE_SHARE = 0.14
HALL = (None, "hall")
SYLLABLES = "23456789abcdefghjkmnpqrstuvwxyz"
POPULAR = {
    "MOPS-04": 9, "MOPS-01": 7, "MOPS-02": 6, "MOHA-01": 6, "MOHA-03": 3, "MOHA-11": 4,
    "MOF-02": 6, "MPWT-07": 5, "MPWT-03": 3, "MOIC-01": 3, "MOJ-01": 4, "MOES-02": 3,
}  # fmt: skip


@dataclass
class Offer:
    """A service as the centre offers it."""

    version: ServiceVersion
    group: ServiceGroup
    fees: list[FeeLine]

    @property
    def weight(self) -> float:
        """How often people come for it."""
        return POPULAR.get(self.version.service.code, 1)


@dataclass
class Staff:
    """Who works at the centre."""

    clerks: list[User]
    """One for each counter, in the counters' order."""
    cashier: User
    manager: User


@dataclass
class _Intake:
    """An application that somebody filed at the counter."""

    at: datetime
    offer: Offer
    ticket: dict[str, Any]
    clerk: User


@dataclass
class History:
    """Writes the days of one centre."""

    centre: Centre
    offers: list[Offer]
    staff: Staff
    counters: list[Counter]
    letterhead: Letterhead
    book: Book
    rng: random.Random
    now: datetime
    add_working_days: Callable[[date, int], date]
    people_a_day: int
    first_counter: int = 0
    """The first counter that is manned today; the ones before are left to the visitor."""
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(
            self.centre,
            self.staff.cashier,
            self.staff.manager,
            self.letterhead,
            self.book,
            self.rng,
        )

    def day(self, day: date) -> dict[int, dict[str, Any]]:
        """Write one day; returns the open tickets by index of counter (today alone has any)."""
        today = day == clock.local(self.now).date()
        skipped = self.first_counter if today else 0
        turns = service_day(
            self.rng,
            people=max(8, round(self.people_a_day * self.rng.uniform(0.8, 1.2))),
            counters=len(self.counters) - skipped,
            services=len(self.offers),
            weights=[offer.weight for offer in self.offers],
        )
        midnight = clock.start_of_day(day)
        if today:
            turns = cut_at(turns, int((self.now - midnight).total_seconds()))
        intakes: list[_Intake] = []
        at_counter: dict[int, dict[str, Any]] = {}
        for turn in turns:
            ticket, intake = self._ticket(day, midnight, turn, skipped)
            if intake is not None:
                intakes.append(intake)
            if turn.outcome in queue.AT_COUNTER and turn.counter is not None:
                at_counter[turn.counter + skipped - 1] = ticket
        payments = [
            payment
            for intake in sorted(intakes, key=lambda intake: intake.at)
            if (payment := self._application(day, intake)) is not None
        ]
        self.desk.day(day, payments, self.now)
        self.book.write()
        return at_counter

    def _ticket(
        self, day: date, midnight: datetime, turn: Turn, skipped: int
    ) -> tuple[dict[str, Any], _Intake | None]:
        def at(seconds: int | None) -> datetime | None:
            return None if seconds is None else midnight + timedelta(seconds=seconds)

        offer = self.offers[turn.service]
        group = offer.group
        arrived = midnight + timedelta(seconds=turn.arrived)
        reason = self.rng.choice(PRIORITY_REASONS) if turn.priority else None
        visit = self.book.add(
            Visit,
            id=self.book.new_id(arrived),
            arrived_at=arrived,
            day=day,
            language="lo",
            channel="kiosk",
        )
        number = self.book.number(f"ticket:{group.letter}", day.isoformat())
        label = f"{group.letter}{number:0{group.number_width}}"
        index = None if turn.counter is None else turn.counter + skipped - 1
        clerk = None if index is None else self.staff.clerks[index]
        counter_id = None if index is None else self.counters[index].id
        calls = (turn.called is not None) + (turn.recalled is not None)
        ticket = self.book.add(
            Ticket,
            id=self.book.new_id(arrived),
            visit_id=visit["id"],
            day=day,
            letter=group.letter,
            number=number,
            label=label,
            public_code="".join(self.rng.choices(SYLLABLES, k=16)),
            group_id=group.id,
            service_id=offer.version.service_id,
            priority=int(turn.priority),
            priority_reason=reason,
            language="lo",
            issued_at=arrived,
            called_at=at(turn.recalled or turn.called),
            first_called_at=at(turn.called),
            started_at=at(turn.started),
            ended_at=at(turn.ended),
            call_count=calls,
            counter_id=counter_id,
            clerk_id=clerk.id if clerk else None,
        )
        life = Life(self.book, "ticket", ticket["id"])
        actor = (clerk.id, clerk.name_lo) if clerk else HALL
        life.step("issue", queue.WAITING, arrived, day, HALL, data={"label": label})
        steps = (
            ("call", queue.CALLED, turn.called),
            ("recall", queue.CALLED, turn.recalled),
            ("start", queue.SERVING, turn.started),
        )
        for verb, state, seconds in steps:
            if seconds is not None:
                moment = midnight + timedelta(seconds=seconds)
                life.step(verb, state, moment, day, actor, counter_id=counter_id)
        ending = {"completed": "complete", "no_show": "no_show", "cancelled": "cancel"}
        if turn.ended is not None:
            moment = midnight + timedelta(seconds=turn.ended)
            life.step(ending[turn.outcome], turn.outcome, moment, day, actor, counter_id=counter_id)
        ticket.update(state=life.state, version=life.version)
        intake = None
        if clerk and turn.outcome == "completed" and self.rng.random() < APPLIES_SHARE:
            filed = midnight + timedelta(seconds=((turn.started or 0) + (turn.ended or 0)) // 2)
            intake = _Intake(filed, offer, ticket, clerk)
        return ticket, intake

    def _application(self, day: date, intake: _Intake) -> Payment | None:
        book, rng, version = self.book, self.rng, intake.offer.version
        name_lo, _name_en = a_name(rng)
        actor = (intake.clerk.id, intake.clerk.name_lo)
        person = book.add(
            Person,
            id=book.new_id(intake.at),
            full_name=name_lo,
            name_key=search_key(name_lo),
            phone=f"020 5{rng.randrange(10**7):07}",
            id_number=f"{rng.randrange(10**9):09}",
            village="",
            created_at=intake.at,
        )
        number = book.number("application", str(day.year))
        label = f"{self.centre.code}-{day.year % 100:02}-{number:05}"
        row = book.add(
            Application,
            id=book.new_id(intake.at),
            year=day.year,
            number=number,
            label=label,
            tracking_code="".join(rng.choices(SYLLABLES, k=10)),
            service_id=version.service_id,
            service_version_id=version.id,
            ministry_id=version.ministry_id,
            person_id=person["id"],
            ticket_id=intake.ticket["id"],
            submitted_at=intake.at,
            submitted_on=day,
            due_on=None,
            decided_at=None,
            decided_on=None,
            decision_reason="",
            taken_by_id=intake.clerk.id,
        )
        life = Life(book, "application", row["id"])
        missing = bool(version.papers) and rng.random() < INCOMPLETE_SHARE
        verb, state = (
            ("submit_incomplete", files.INCOMPLETE) if missing else ("submit", files.SUBMITTED)
        )
        if not missing:
            row["due_on"] = self.add_working_days(day, version.processing_days)
        life.step(verb, state, intake.at, day, actor, data={"label": label})
        counted_from: date | None = day
        if missing:
            counted_from = self._supply(row, life, day, version, actor)
        for paper in version.papers:
            book.add(
                ApplicationPaper,
                application_id=row["id"],
                document_type_id=paper.document_type_id,
                position=paper.position,
                is_present=counted_from is not None
                or paper.position != version.papers[-1].position,
            )
        if counted_from is not None:
            self._decide(row, life, counted_from, version)
        row.update(state=life.state, version=life.version)
        payable = [line for line in intake.offer.fees if line.amount and line.currency == "LAK"]
        if missing or not payable:
            return None
        paid = intake.at + timedelta(seconds=rng.randrange(40, 200))
        return Payment(paid, row, name_lo, version, rng.choice(payable))

    def _supply(
        self,
        row: dict[str, Any],
        life: Life,
        day: date,
        version: ServiceVersion,
        actor: tuple[int | None, str],
    ) -> date | None:
        """Most people bring the missing paper within days; returns the day they did."""
        brought = self.add_working_days(day, self.rng.randrange(1, 6))
        at = clock.start_of_day(brought) + timedelta(hours=9, minutes=self.rng.randrange(180))
        if self.rng.random() > 0.7 or at > self.now:
            return None
        row["due_on"] = self.add_working_days(brought, version.processing_days)
        life.step("supply_papers", files.SUBMITTED, at, brought, actor)
        return brought

    def _decide(
        self, row: dict[str, Any], life: Life, counted_from: date, version: ServiceVersion
    ) -> None:
        rng = self.rng
        pace = rng.lognormvariate(-0.25, 0.45)
        decided_on = self.add_working_days(
            counted_from, max(1, math.ceil(version.processing_days * pace))
        )
        at = clock.start_of_day(decided_on) + timedelta(hours=13, minutes=rng.randrange(170))
        if at > self.now:
            return
        manager = (self.staff.manager.id, self.staff.manager.name_lo)
        refused = rng.random() < 0.04
        row.update(decided_at=at, decided_on=decided_on)
        if refused:
            row["decision_reason"] = "ຂໍ້ມູນໃນເອກະສານບໍ່ກົງກັນ"
        verb, state = ("reject", files.REJECTED) if refused else ("approve", files.APPROVED)
        life.step(verb, state, at, decided_on, manager)
        collected_on = self.add_working_days(decided_on, rng.randrange(1, 7))
        at = clock.start_of_day(collected_on) + timedelta(hours=8, minutes=rng.randrange(200))
        if at <= self.now and rng.random() < 0.85:
            clerk = rng.choice(self.staff.clerks)
            life.step("collect", files.COLLECTED, at, collected_on, (clerk.id, clerk.name_lo))
