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
from odsc_counter.demo.hall import AFTERNOON, CLOSES, LUNCH, OPENS, Turn, cut_at, service_day
from odsc_counter.demo.money import Desk, Payment
from odsc_counter.demo.people import a_name
from odsc_counter.demo.tickets import Place, TicketWriter
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.lao import search_key
from odsc_counter.tickets import lifecycle as queue
from odsc_counter.tickets.models import Counter, DeskSpell

APPLIES_SHARE = 0.55
INCOMPLETE_SHARE = 0.14
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

    def day(self, day: date) -> dict[int, datetime | None]:
        """Write one day; returns who sits at this moment, by index of counter (today alone).

        The value is since when they are on a break; None while they work.
        """
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
        at_counter: set[int] = set()
        writer = TicketWriter(self.book, self.rng, day, midnight)
        seated = self._desks(day, midnight, skipped)
        for turn in turns:
            intake = self._ticket(writer, turn, skipped)
            if intake is not None:
                intakes.append(intake)
            if turn.outcome in queue.AT_COUNTER and turn.counter is not None:
                at_counter.add(turn.counter + skipped - 1)
        payments = [
            payment
            for intake in sorted(intakes, key=lambda intake: intake.at)
            if (payment := self._application(day, intake)) is not None
        ]
        self.desk.day(day, payments, self.now)
        self.book.write()
        return {**seated, **dict.fromkeys(at_counter)}

    def _ticket(self, writer: TicketWriter, turn: Turn, skipped: int) -> _Intake | None:
        offer = self.offers[turn.service]
        place = None
        if turn.counter is not None:
            index = turn.counter + skipped - 1
            place = Place(self.counters[index].id, self.staff.clerks[index])
        second = None
        if turn.next_service is not None:
            other = self.rng.choice(self.offers)
            second = (other.version.service_id, other.group)
        ticket = writer.write(turn, offer.version.service_id, offer.group, place, second)
        if place and turn.outcome == "completed" and self.rng.random() < APPLIES_SHARE:
            middle = ((turn.started or 0) + (turn.ended or 0)) // 2
            filed = writer.midnight + timedelta(seconds=middle)
            return _Intake(filed, offer, ticket, place.clerk)
        return None

    def _desks(self, day: date, midnight: datetime, skipped: int) -> dict[int, datetime | None]:
        """The clerks sit from opening to closing, with a meal at noon; today until now."""
        until = min(int((self.now - midnight).total_seconds()), CLOSES + 900)
        seated: dict[int, datetime | None] = {}
        for index in range(skipped, len(self.counters)):
            counter, clerk = self.counters[index], self.staff.clerks[index]
            for kind, begins, ends in (
                ("open", OPENS, LUNCH),
                ("break", LUNCH, AFTERNOON),
                ("open", AFTERNOON, CLOSES + 900),
            ):
                if begins >= until:
                    break
                is_running = ends > until and until < CLOSES + 900
                began = midnight + timedelta(seconds=begins)
                ended = midnight + timedelta(seconds=min(ends, until))
                if is_running:
                    seated[index] = began if kind == "break" else None
                self.book.add(
                    DeskSpell,
                    id=self.book.new_id(began),
                    counter_id=counter.id,
                    clerk_id=clerk.id,
                    day=day,
                    kind=kind,
                    reason="meal" if kind == "break" else None,
                    began_at=began,
                    ended_at=None if is_running else ended,
                )
        return seated

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
