"""What a centre sees is the same whatever other centres do.

A random trace of two centres' steps is run, and then again in a fresh centre with the other
centre's steps left out. Everything that the first centre could observe must be equal:
answers, numbers, positions, boards, refusals. No list of attacks is needed, so it finds the
leak that nobody thought of.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from odsc_counter.accounts.models import User
from odsc_counter.applications import lists as application_lists
from odsc_counter.applications import operations as applications
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import OfferedService, ServiceGroup
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock, numbering
from odsc_counter.platform.columns import Base, CentreOwned
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.receipts import operations as receipts
from odsc_counter.receipts import queries as receipt_queries
from odsc_counter.receipts.fees import Charge
from odsc_counter.receipts.models import Receipt
from odsc_counter.tickets import calls, counter_queries, in_line, issuing
from odsc_counter.tickets import operations as tickets
from odsc_counter.tickets import queries as ticket_queries
from odsc_counter.tickets.models import Counter
from odsc_counter.tills import operations as tills
from odsc_counter.tills.models import TillSession
from tests.world import LONG_AGO, a_service, a_unit, a_user

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TICKET_VERBS = ("start", "complete", "no_show", "recall", "cancel")
TICKET_STEPS = ("issue", "urgent", "claim", "call", "release", "close_day", *TICKET_VERBS)
MONEY_STEPS = ("apply", "withdraw", "assess", "till", "pay", "close_till")


@dataclass(frozen=True)
class Step:
    """One thing that somebody does in one of the two halls."""

    ours: bool
    verb: str
    which: int
    """Which counter, clerk, ticket or application, modulo how many there are."""
    reach: bool
    """With an id of the other hall: must be answered as an id that nobody has."""


def steps(verbs: tuple[str, ...]) -> st.SearchStrategy[list[Step]]:
    # Weighted to what fills the halls, or nothing would be there to leak.
    likely = st.sampled_from([*verbs, *verbs[:4], *verbs[:2]])
    one = st.builds(Step, st.booleans(), likely, st.integers(0, 3), st.sampled_from([0, 0, 0, 1]))
    return st.lists(one, min_size=4, max_size=14)


@dataclass
class Played:
    """A hall while a trace is played in it: the keys it knows, in order of birth."""

    centre: Centre
    counters: list[uuid.UUID]
    clerks: list[User]
    """Its own: whoever works in two halls is told, as they must be, where they still sit."""
    tickets: list[uuid.UUID] = field(default_factory=list)
    applications: list[uuid.UUID] = field(default_factory=list)
    assessments: list[uuid.UUID] = field(default_factory=list)
    tills: list[uuid.UUID] = field(default_factory=list)
    seen: list[Any] = field(default_factory=list)


@dataclass
class Stage:
    """What all halls share: the service and the unit."""

    unit_id: int
    service_id: int
    fee_line_id: int
    halls: int = 0

    def hall(self) -> Played:
        """A fresh centre with two counters that offers the service."""
        self.halls += 1
        with reference_scope(), unit_of_work() as work:
            centre = Centre(
                code=f"LA0101-{self.halls}", unit_id=self.unit_id, name_en="Hall", name_lo="ສູນ",
                opened_on=LONG_AGO,
            )  # fmt: skip
            work.session.add(centre)
        with centre_scope(centre.id), unit_of_work() as work:
            counters = [Counter(number=1), Counter(number=2)]
            group = ServiceGroup(letter="A", name_en="A", name_lo="A")
            work.session.add_all([*counters, group])
            work.session.flush()
            work.session.add(OfferedService(
                service_id=self.service_id, group_id=group.id, offered_from=LONG_AGO
            ))  # fmt: skip
        clerks = [a_user(f"clerk{self.halls}-{number}") for number in range(2)]
        return Played(centre, [counter.id for counter in counters], clerks)


@pytest.fixture(scope="module")
def stage(shared_database: Database) -> Stage:
    service = a_service(code="MOPS-04", fee=20_000, papers=0)
    with reference_scope():
        line = catalogue.fee_lines_on(service.id, MORNING.date())[0]
    return Stage(a_unit("LA0101").id, service.id, line.id)


def _pick(keys: list[uuid.UUID], others: list[uuid.UUID], step: Step) -> uuid.UUID:
    """A key of our own, or one that isn't ours: a foreign one where there is a foreign hall."""
    pool = others if step.reach else keys
    return pool[step.which % len(pool)] if pool else uuid.UUID(int=step.which)


def _do(stage: Stage, hall: Played, other: Played | None, step: Step) -> Any:
    """Do one step in a hall's scope; what comes back is what its people get to see."""
    clerk = hall.clerks[step.which % 2]
    centre = hall.centre

    def mine(name: str) -> uuid.UUID:
        return _pick(getattr(hall, name), getattr(other, name) if other else [], step)

    def position(ticket: Any) -> tuple[Any, ...]:
        return ticket.label, ticket.state, in_line.position(ticket)

    match step.verb:
        case "issue" | "urgent":
            reason = "elderly" if step.verb == "urgent" else None
            ticket = tickets.issue(centre, stage.service_id, priority_reason=reason)
            hall.tickets.append(ticket.id)
            return position(ticket)
        case "claim":
            return tickets.claim_counter(mine("counters"), clerk.id).number
        case "release":
            return tickets.release_counter(mine("counters"), clerk.id).number
        case "call":
            called = tickets.call_next(centre, mine("counters"), clerk.id)
            return called and position(called)
        case "close_day":
            return tickets.close_day(centre, clock.today())
        case "apply":
            made = applications.take(
                centre, stage.service_id, full_name=f"Person {step.which}", papers_present=set()
            )
            hall.applications.append(made.id)
            return made.label.replace(centre.code, ""), made.state, made.due_on
        case "withdraw":
            return applications.withdraw(centre, mine("applications"), "no longer needed").state
        case "assess":
            owed = receipts.assess(centre, mine("applications"), [Charge(stage.fee_line_id)])
            hall.assessments.append(owed.id)
            return owed.total_kip
        case "till":
            till = tills.open_till(centre, clerk, 50_000)
            hall.tills.append(till.id)
            return till.state
        case "pay":
            paid = receipts.issue(
                centre, mine("assessments"), clerk, receipts.Payment(tendered_kip=20_000)
            )
            return paid.number, paid.amount_kip
        case "close_till":
            closed = tills.count_till(mine("tills"), {50_000: 1})
            return closed.state, closed.expected_kip
        case verb:
            return position(getattr(tickets, verb)(mine("tickets")))


def _views(hall: Played) -> list[Any]:
    """All that the hall's pages could show now, without keys."""
    board = calls.board(hall.centre)
    with reading() as session:
        rows = {
            mapper.class_.__name__: session.scalar(select(func.count()).select_from(mapper.class_))
            for mapper in Base.registry.mappers
            if issubclass(mapper.class_, CentreOwned)
        }
        events = session.execute(
            select(Event.verb, Event.from_state, Event.to_state, Event.seq).order_by(
                Event.at, Event.subject_kind, Event.verb, Event.seq
            )
        ).all()
        paid = session.scalar(select(func.sum(Receipt.amount_kip)))
        open_tills = session.scalar(select(func.count()).where(TillSession.state == "open"))
    return [
        [(call.ticket, call.counter) for call in board.calls],
        board.waiting,
        [row.ticket.label for row in ticket_queries.waiting()],
        [(row.counter.number, row.clerk and row.clerk.username.split("-")[1],
          row.ticket and row.ticket.label)
         for row in counter_queries.counters()],
        # Without the minute, which goes on for all halls alike.
        ticket_queries.queue_mark(hall.centre).split("/", 1)[1],
        rows,
        events,
        paid,
        open_tills,
        application_lists.listing(application_lists.Filters()).total,
        receipt_queries.listing(None, "").total,
    ]  # fmt: skip


def _play(stage: Stage, trace: list[Step], *, alone: bool) -> list[Any]:
    ours = stage.hall()
    theirs = None if alone else stage.hall()
    for number, step in enumerate(trace):
        hall, other = (ours, theirs) if step.ours else (theirs, ours)
        if hall is None:
            continue
        at = MORNING + timedelta(minutes=number)
        with (
            clock.use(lambda at=at: at),  # type: ignore[misc]  # its own minute, bound now
            acting_as(Actor("test", hall.clerks[step.which % 2].id)),
            centre_scope(hall.centre.id),
        ):
            try:
                hall.seen.append(_do(stage, hall, other, step))
            except DomainError as refusal:
                hall.seen.append((type(refusal).__name__, str(refusal.details)))
            hall.seen.append(calls.board(hall.centre).waiting)
    evening = MORNING + timedelta(hours=1)
    with clock.use(lambda: evening), centre_scope(ours.centre.id):
        return [*ours.seen, *_views(ours)]


def _holds(stage: Stage, trace: list[Step]) -> None:
    assert _play(stage, trace, alone=False) == _play(stage, trace, alone=True)


PLAIN = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@PLAIN
@given(trace=steps(TICKET_STEPS))
def test_a_hall_does_not_notice_another_halls_queue(stage: Stage, trace: list[Step]) -> None:
    _holds(stage, trace)


@PLAIN
@given(trace=steps(MONEY_STEPS))
def test_a_hall_does_not_notice_another_halls_files_and_money(
    stage: Stage, trace: list[Step]
) -> None:
    _holds(stage, trace)


_numbers_of_all: dict[tuple[str, str], int] = {}


def _planted_shared_series(_session: Any, series: str, period: str, _first: int = 1) -> int:
    """A fault on purpose: one counter for all centres together."""
    _numbers_of_all[series, period] = _numbers_of_all.get((series, period), 0) + 1
    return _numbers_of_all[series, period]


def test_a_planted_leak_is_noticed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above must be able to fail: numbers shared by all centres are found."""
    monkeypatch.setattr(issuing, "take_number", _planted_shared_series)
    trace = [Step(False, "issue", 0, False), Step(True, "issue", 0, False)]
    with pytest.raises(AssertionError):
        _holds(stage, trace)
    assert numbering.take_number is not _planted_shared_series
