"""One centre's invented history, day by day: tickets, applications, receipts, tills."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from odsc_counter.accounts.models import User
from odsc_counter.applications import lifecycle as files
from odsc_counter.applications.models import Application, ApplicationPaper, Handover
from odsc_counter.applications.tracking import ALPHABET, NUMBER_LENGTH, with_check
from odsc_counter.catalogue.fee_rules import KIP, ONE_OF
from odsc_counter.catalogue.models import FeeLine, Letterhead, ServiceGroup, ServiceVersion
from odsc_counter.catalogue.routing import papers_for
from odsc_counter.demo.answers import invented_answers
from odsc_counter.demo.applicants import Applicants
from odsc_counter.demo.book import Book, Life
from odsc_counter.demo.case import Case
from odsc_counter.demo.hall import AFTERNOON, CLOSES, LUNCH, OPENS, Turn, cut_at, service_day
from odsc_counter.demo.money import Desk, Payment
from odsc_counter.demo.tickets import Place, TicketWriter
from odsc_counter.demo.traits import note_who_came
from odsc_counter.demo.treasury import Evenings
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.receipts.keys import Signer
from odsc_counter.tickets import lifecycle as queue
from odsc_counter.tickets.models import Counter, DeskSpell

APPLIES_SHARE = 0.55
SENT_BACK_EVERY = 17
"""Every so many files, the office asks the citizen for a correction."""
INCOMPLETE_SHARE = 0.14
POPULAR = {
    "MOPS-04": 9, "MOPS-01": 7, "MOPS-02": 6, "MOHA-01": 6, "MOHA-03": 3, "MOHA-11": 4,
    "MOF-02": 6, "MPWT-07": 5, "MPWT-03": 3, "MOIC-01": 3, "MOJ-01": 4, "MOES-02": 3,
}  # fmt: skip


ABSENT_SHARE = 0.08
"""A clerk is ill or away on some days, and the counter stays closed."""
MIDNIGHT = 24 * 3600
SHORT, LONG = 6.0, 19.0
"""The shortest and longest that a service takes on average, in minutes."""


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

    @property
    def minutes(self) -> float:
        """How long serving takes on average: each service its own, the same everywhere."""
        code = self.version.service.code
        return random.Random(code).uniform(SHORT, LONG)  # noqa: S311 - invented, no secret


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


def _spans(turns: list[Turn], place: int) -> list[tuple[int, int]]:
    """When somebody was called to or stood at a counter; who still does, all day."""
    spans = []
    for turn in turns:
        is_there = turn.outcome in queue.AT_COUNTER
        if turn.counter == place and turn.called is not None and turn.outcome != "on_hold":
            left = turn.ended if turn.moved is None else turn.moved
            spans.append((turn.called, MIDNIGHT if left is None and is_there else left or 0))
        if turn.again is not None and turn.again.counter == place:
            spans.append((turn.again.called, turn.ended or MIDNIGHT))
    return spans


def _stretches(spans: list[tuple[int, int]]) -> list[tuple[str, int, int]]:
    """The day of one desk: open, a break at noon, open again; in seconds after midnight."""
    noon = max([LUNCH, *(left for called, left in spans if called < LUNCH)])
    home = max([CLOSES + 900, *(left for _called, left in spans)])
    back = max(noon, AFTERNOON)
    return [("open", OPENS, noon), ("break", noon, back), ("open", back, home)]


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
    working_days: Callable[[date, date], int]
    holder_on: Callable[[int, date], int]
    people_a_day: int
    signer: Signer
    first_counter: int = 0
    """The first counter that is manned today; the ones before are left to the visitor."""
    last: date = date.max
    """The last day that is written."""
    by_hand_share: float = 0.0
    """The share of numbers whose times are written down by hand, for the day that comes next."""
    desk: Desk = field(init=False)
    evenings: Evenings = field(init=False)
    paces: list[float] = field(init=False)
    """How long each clerk takes against the others."""
    applicants: Applicants = field(init=False)

    def __post_init__(self) -> None:
        self.applicants = Applicants(self.book, self.rng, self.centre.unit_id)
        self.paces = [self.rng.uniform(0.8, 1.25) for _clerk in self.staff.clerks]
        self.desk = Desk(
            self.centre,
            self.staff.cashier,
            self.staff.manager,
            self.letterhead,
            self.book,
            self.rng,
            self.signer,
        )
        self.evenings = Evenings(
            self.centre, self.staff.manager, self.staff.cashier, self.rng, self.now, self.last
        )

    @property
    def district(self) -> str:
        """Code of a district where its people live."""
        unit = self.centre.unit
        return unit.code if unit.level == 2 else f"{unit.code}01"

    def day(self, day: date) -> dict[int, datetime | None]:
        """Write one day; returns who sits at this moment, by index of counter (today alone).

        The value is since when they are on a break; None while they work.
        """
        today = day == clock.local(self.now).date()
        manned = self._manned(today)
        turns = service_day(
            self.rng,
            people=max(8, round(self.people_a_day * self.rng.uniform(0.8, 1.2))),
            counters=len(manned),
            services=len(self.offers),
            weights=[offer.weight for offer in self.offers],
            minutes=[offer.minutes for offer in self.offers],
            paces=[self.paces[index] for index in manned],
        )
        midnight = clock.start_of_day(day)
        if today:
            turns = cut_at(turns, int((self.now - midnight).total_seconds()))
        intakes: list[_Intake] = []
        at_counter: set[int] = set()
        writer = TicketWriter(self.book, self.rng, day, midnight, self.by_hand_share)
        seated = self._desks(day, midnight, manned, turns)
        for turn in turns:
            intake = self._ticket(writer, turn, manned)
            if intake is not None:
                intakes.append(intake)
            counter = turn.again.counter if turn.again else turn.counter
            if turn.outcome in queue.AT_COUNTER and counter is not None:
                at_counter.add(manned[counter - 1])
        payments = [
            payment
            for intake in sorted(intakes, key=lambda intake: intake.at)
            if (payment := self._application(day, intake)) is not None
        ]
        note_who_came(self.book, self.centre.code, day, len(intakes))
        self.evenings.morning(day)
        self.desk.day(day, payments, self.now)
        self.book.write()
        self.evenings.evening(day)
        return {**seated, **dict.fromkeys(at_counter)}

    def _manned(self, today: bool) -> list[int]:
        """The counters, by index, at which somebody works that day: two at least."""
        if today:
            return list(range(self.first_counter, len(self.counters)))
        absent = [self.rng.random() < ABSENT_SHARE for _counter in self.counters]
        return [index for index in range(len(self.counters)) if index < 2 or not absent[index]]

    def _place(self, counter: int | None, manned: list[int]) -> Place | None:
        if counter is None:
            return None
        index = manned[counter - 1]
        return Place(self.counters[index].id, self.staff.clerks[index])

    def _ticket(self, writer: TicketWriter, turn: Turn, manned: list[int]) -> _Intake | None:
        offer = self.offers[turn.service]
        place = self._place(turn.counter, manned)
        second = None
        if turn.next_service is not None or turn.moved is not None:
            other = self.rng.choice(self.offers)
            second = (other.version.service_id, other.group)
        again = self._place(turn.again.counter if turn.again else None, manned)
        ticket = writer.write(turn, offer.version.service_id, offer.group, place, second, again)
        sent_on = turn.moved is not None
        if place and not sent_on and turn.outcome == "completed" and self._files():
            middle = ((turn.started or 0) + (turn.ended or 0)) // 2
            filed = writer.midnight + timedelta(seconds=middle)
            return _Intake(filed, offer, ticket, place.clerk)
        return None

    def _files(self) -> bool:
        return self.rng.random() < APPLIES_SHARE

    def _desks(
        self, day: date, midnight: datetime, manned: list[int], turns: list[Turn]
    ) -> dict[int, datetime | None]:
        """Who sits where from opening to closing, with a meal at noon; today until now.

        Nobody leaves for the meal or goes home while a person stands at their counter.
        """
        now = int((self.now - midnight).total_seconds())
        seated: dict[int, datetime | None] = {}
        for place, index in enumerate(manned, start=1):
            counter, clerk = self.counters[index], self.staff.clerks[index]
            for kind, begins, ends in _stretches(_spans(turns, place)):
                if begins >= min(now, ends):
                    continue
                began = midnight + timedelta(seconds=begins)
                is_running = ends > now
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
                    ended_at=None if is_running else midnight + timedelta(seconds=ends),
                )
        return seated

    def _application(self, day: date, intake: _Intake) -> Payment | None:
        book, rng, version = self.book, self.rng, intake.offer.version
        actor = (intake.clerk.id, intake.clerk.name_lo)
        person = self.applicants.next_one(intake.at, actor)
        name_lo = person["full_name"]
        number = book.number("application", str(day.year))
        label = f"{self.centre.code}-{day.year % 100:02}-{number:05}"
        row = book.add(
            Application,
            id=book.new_id(intake.at),
            year=day.year,
            number=number,
            label=label,
            tracking_code=with_check("".join(rng.choices(ALPHABET, k=NUMBER_LENGTH - 1))),
            service_id=version.service_id,
            service_version_id=version.id,
            ministry_id=version.ministry_id,
            person_id=person["id"],
            ticket_id=intake.ticket["id"],
            submitted_at=intake.at,
            submitted_on=day,
            channel="counter",
            answers=invented_answers(version.form, day, self.district, rng),
            due_on=None,
            promised_on=None,
            stopped_on=None,
            due_before_stop=None,
            decided_at=None,
            decided_on=None,
            decision_reason="",
            result_number="",
            ready_on=None,
            collected_on=None,
            taken_by_id=intake.clerk.id,
        )
        life = Life(book, "application", row["id"])
        papers = papers_for(version, row["answers"])
        required = [paper for paper in papers if paper.is_required and not paper.alternative]
        missing = bool(required) and rng.random() < INCOMPLETE_SHARE
        verb, state = (
            ("submit_incomplete", files.INCOMPLETE) if missing else ("submit", files.SUBMITTED)
        )
        if not missing:
            row["due_on"] = self.add_working_days(day, version.processing_days)
        row["promised_on"] = row["due_on"]
        life.step(verb, state, intake.at, day, actor, data={"label": label})
        case = Case(book, row, version, self.working_days, self.add_working_days, self.holder_on)
        case.plan(intake.at, day, actor)
        case.lies_with("citizen" if missing else "counter", intake.at, day)
        counted_from: date | None = day
        if missing:
            counted_from = self._supply(row, life, case, day, version, actor)
        late = required[-1] if missing else None
        for paper in papers:
            book.add(
                ApplicationPaper,
                application_id=row["id"],
                document_type_id=paper.document_type_id,
                position=paper.position,
                is_present=counted_from is not None or paper is not late,
                times_asked=int(paper is late),
                kind=paper.kind,
                is_required=paper.is_required,
                alternative=paper.alternative,
                origin="citizen",
                held_in_id=None,
            )
        if counted_from is not None:
            self._decide(row, life, case, counted_from, version)
            self._collect(row, life, case, name_lo)
        case.write()
        row.update(state=life.state, version=life.version)
        payable = [
            line
            for line in intake.offer.fees
            if line.part == ONE_OF and line.amount and line.currency == KIP
        ]
        if missing or not payable:
            return None
        paid = intake.at + timedelta(seconds=rng.randrange(40, 200))
        return Payment(paid, row, name_lo, version, rng.choice(payable))

    def _supply(
        self,
        row: dict[str, Any],
        life: Life,
        case: Case,
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
        row["promised_on"] = row["due_on"]
        life.step("supply_papers", files.SUBMITTED, at, brought, actor)
        case.lies_with("counter", at, brought)
        return brought

    def _decide(
        self,
        row: dict[str, Any],
        life: Life,
        case: Case,
        counted_from: date,
        version: ServiceVersion,
    ) -> None:
        """The office takes the file up, most often on the next morning, and decides."""
        rng = self.rng
        officer = (self.staff.manager.id, self.staff.manager.name_lo)
        pace = rng.lognormvariate(-0.25, 0.45)
        days = max(1, math.ceil(version.processing_days * pace))
        decided_on = self.add_working_days(counted_from, days)
        taken_on = self.add_working_days(counted_from, min(days, rng.choice((1, 1, 1, 2))))
        taken = clock.start_of_day(taken_on) + timedelta(hours=8, minutes=rng.randrange(100))
        decided = clock.start_of_day(decided_on) + timedelta(hours=13, minutes=rng.randrange(170))
        if taken > self.now:
            return
        life.step("take_up", files.UNDER_REVIEW, taken, taken_on, officer)
        stages = case.stages
        case.begin(stages[0], taken, taken_on, officer)
        span = self.working_days(taken_on, decided_on)
        for place, (stage, following) in enumerate(pairwise(stages), start=1):
            passed_on = self.add_working_days(taken_on, span * place // len(stages))
            passed = clock.start_of_day(passed_on) + timedelta(hours=10, minutes=20 * place)
            if passed > self.now:
                return
            case.finish(stage, "pass", passed, passed_on, officer, life)
            case.begin(following, passed, passed_on, officer)
        if row["number"] % SENT_BACK_EVERY == 0 and decided <= self.now:
            decided = self._send_back(row, life, case, decided, decided_on, officer)
            decided_on = clock.local(decided).date()
        if decided > self.now:
            return
        refused = rng.random() < 0.04
        row.update(decided_at=decided, decided_on=decided_on)
        if refused:
            row["decision_reason"] = "ຂໍ້ມູນໃນເອກະສານບໍ່ກົງກັນ"
        verb, state = ("reject", files.REJECTED) if refused else ("approve", files.APPROVED)
        case.finish(stages[-1], "refuse" if refused else "pass", decided, decided_on, officer, life)
        life.step(verb, state, decided, decided_on, officer)
        case.lies_with("counter", decided, decided_on)

    def _send_back(
        self,
        row: dict[str, Any],
        life: Life,
        case: Case,
        at: datetime,
        day: date,
        officer: tuple[int | None, str],
    ) -> datetime:
        """The last office asks the citizen for a correction; returns when it decides then."""
        stage = case.stages[-1]
        said = {"reason": "ຂໍ້ມູນໃນແບບຟອມຍັງບໍ່ຄົບ", "papers": []}
        case.send_back(stage, at, day, officer)
        life.step("send_back", files.INCOMPLETE, at, day, officer, data=said)
        before = row["due_on"]
        row.update(stopped_on=day, due_before_stop=before, due_on=None)
        back_on = self.add_working_days(day, 2 + row["number"] % 4)
        back = clock.start_of_day(back_on) + timedelta(hours=9, minutes=30)
        decided_on = self.add_working_days(back_on, 1)
        if back <= self.now:
            clerk = self.staff.clerks[0]
            actor = (clerk.id, clerk.name_lo)
            due_on = self.add_working_days(before, self.working_days(day, back_on))
            row.update(stopped_on=None, due_before_stop=None, due_on=due_on)
            life.step("supply_correction", files.UNDER_REVIEW, back, back_on, actor)
            case.resume(stage, back, back_on, actor)
        return clock.start_of_day(decided_on) + timedelta(hours=14)

    def _collect(self, row: dict[str, Any], life: Life, case: Case, name: str) -> None:
        """The result comes to the counter, and most people come for it within days."""
        decided_on, rng = row["decided_on"], self.rng
        if decided_on is None:
            return
        clerk = rng.choice(self.staff.clerks)
        actor = (clerk.id, clerk.name_lo)
        ready_on = self.add_working_days(decided_on, 1)
        ready = clock.start_of_day(ready_on) + timedelta(hours=8, minutes=rng.randrange(30))
        if life.state == files.APPROVED and ready <= self.now:
            row.update(ready_on=ready_on, result_number=f"{row['number']:04}/{self.centre.code}")
            life.step("make_ready", files.READY, ready, ready_on, actor)
        collected_on = self.add_working_days(ready_on, rng.randrange(0, 6))
        at = clock.start_of_day(collected_on) + timedelta(hours=9, minutes=rng.randrange(140))
        if at > self.now or rng.random() >= 0.85:
            return
        row["collected_on"] = collected_on
        life.step("collect", files.COLLECTED, at, collected_on, actor)
        case.let_go(at, collected_on)
        self.book.add(
            Handover,
            application_id=row["id"],
            taker="applicant",
            taker_name=name,
            proof=rng.choice(("slip", "slip", "id_card", "family_book")),
            paper_reference=f"{collected_on:%m}/{row['number']}",
            handed_at=at,
            handed_by_id=clerk.id,
        )
