"""Whether drawers are as they were opened, counted and signed off: rules of `odsc-counter check`.

A difference says which till, and what is wrong with it.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.ledger.accounts import CLOSE, DIFFERENCE, FLOAT, MOVEMENT, SAFE, TILL
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.platform.events import Event
from odsc_counter.tills.lifecycle import CLOSED, OPEN
from odsc_counter.tills.models import TillCount, TillSession

OF_EARLIER_RELEASES = "close"
"""The verb of releases that asked for no second person; the books of their tills were made new."""

Booked = tuple[str, str, str, int]
"""Kind of posting, debited account, credited account, kip."""


def drawers_equal_the_books(session: Session) -> Iterator[str]:
    """A till's count is what its books said, and a till that is signed off is empty."""
    side = case(
        (LedgerEntry.debit_account == TILL, LedgerEntry.amount_kip),
        (LedgerEntry.credit_account == TILL, -LedgerEntry.amount_kip),
        else_=0,
    )
    balances: dict[uuid.UUID, int] = {
        till: int(kip)
        for till, kip in session.execute(
            select(LedgerPosting.till_session_id, func.sum(side))
            .join(
                LedgerEntry,
                (LedgerEntry.centre_id == LedgerPosting.centre_id)
                & (LedgerEntry.posting_id == LedgerPosting.id),
            )
            .where(LedgerPosting.till_session_id.is_not(None))
            .group_by(LedgerPosting.till_session_id)
        )
        if till is not None
    }
    last: dict[uuid.UUID, TillCount] = {}
    for count in session.scalars(select(TillCount).order_by(TillCount.seq)):
        if sum(int(note) * held for note, held in count.notes.items()) != count.counted_kip:
            yield f"till {count.till_session_id}: count {count.seq} is not what its notes come to"
        last[count.till_session_id] = count
    for till in session.scalars(select(TillSession)):
        yield from _drawer_faults(till, balances.get(till.id, 0), last.get(till.id))


def _drawer_faults(till: TillSession, balance: int, last: TillCount | None) -> Iterable[str]:
    if till.state == CLOSED and balance != 0:
        yield f"till {till.id}: signed off, and the books hold {balance} kip in it"
    if till.state not in (OPEN, CLOSED) and balance != till.expected_kip:
        yield f"till {till.id}: expected {till.expected_kip} kip, the books say {balance}"
    if last is not None and (last.counted_kip, last.expected_kip) != (
        till.counted_kip,
        till.expected_kip,
    ):
        yield f"till {till.id}: its last count is another"


@dataclass
class _Told:
    """What the events of a till say, one after the other."""

    day: object = None
    float_kip: int | None = None
    counts: list[tuple[int, int]] = field(default_factory=list)
    """Counted and expected, of each count."""
    second: str = ""
    reason: str = ""
    booked: list[Booked] = field(default_factory=list)

    def hear(self, event: Event) -> None:
        """Take in one event."""
        data = event.data
        if event.verb == "open":
            self.day, self.float_kip = event.day, data["float_kip"]
            self._move(FLOAT, TILL, SAFE, data["float_kip"])
        elif event.verb in ("count", "recount"):
            self.counts.append((data["counted_kip"], data["expected_kip"]))
        elif event.verb == "move_cash":
            self._move(MOVEMENT, TILL, SAFE, data["amount_kip"])
        elif event.verb == "sign_off":
            self.second, self.reason = data["signed_off_by"], data["reason"]
            self._move(CLOSE, SAFE, TILL, data["counted_kip"])
            self._move(CLOSE, TILL, DIFFERENCE, data["difference_kip"])

    def _move(self, kind: str, debit: str, credit: str, kip: int) -> None:
        if kip > 0:
            self.booked.append((kind, debit, credit, kip))
        elif kip < 0:
            self.booked.append((kind, credit, debit, -kip))


def drawers_are_as_events_tell(session: Session) -> Iterator[str]:
    """A till's float, counts, second person and bookings are those that its events tell."""
    events: dict[str, list[Event]] = defaultdict(list)
    for event in session.scalars(
        select(Event).where(Event.subject_kind == "till_session").order_by(Event.at, Event.seq)
    ):
        events[event.subject_id].append(event)
    booked: dict[uuid.UUID | None, list[Booked]] = defaultdict(list)
    for till_id, kind, debit, credit, kip in session.execute(
        select(
            LedgerPosting.till_session_id,
            LedgerPosting.kind,
            LedgerEntry.debit_account,
            LedgerEntry.credit_account,
            LedgerEntry.amount_kip,
        )
        .join(
            LedgerEntry,
            (LedgerEntry.centre_id == LedgerPosting.centre_id)
            & (LedgerEntry.posting_id == LedgerPosting.id),
        )
        .where(LedgerPosting.kind.in_((FLOAT, MOVEMENT, CLOSE)))
    ):
        booked[till_id].append((kind, debit, credit, kip))
    counts: dict[uuid.UUID, list[tuple[int, int]]] = defaultdict(list)
    for count in session.scalars(select(TillCount).order_by(TillCount.seq)):
        counts[count.till_session_id].append((count.counted_kip, count.expected_kip))
    names = {user.id: user.username for user in session.scalars(select(User))}
    for till in session.scalars(select(TillSession)):
        of_till = events.pop(str(till.id), [])
        if any(event.verb == OF_EARLIER_RELEASES for event in of_till):
            continue
        told = _Told()
        for event in of_till:
            told.hear(event)
        second = names.get(till.signed_off_by_id or 0, "")
        yield from _faults(till, told, second, counts[till.id], booked[till.id])
    for subject in events:
        yield f"till {subject}: was opened and is missing"


def _faults(
    till: TillSession,
    told: _Told,
    second: str,
    counts: Sequence[tuple[int, int]],
    booked: Sequence[Booked],
) -> Iterator[str]:
    if (till.day, till.float_kip) != (told.day, told.float_kip):
        yield f"till {till.id}: was opened on another day or with another float"
    if list(counts) != told.counts:
        yield f"till {till.id}: its counts are others than were told"
    if (second, till.difference_reason) != (told.second, told.reason):
        yield f"till {till.id}: was signed off by another person or for another reason"
    if sorted(booked) != sorted(told.booked):
        yield f"till {till.id}: float, movements or close are booked otherwise than was told"


RULES = (drawers_equal_the_books, drawers_are_as_events_tell)
