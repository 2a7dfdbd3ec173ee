"""What is done with a cashier's drawer: open, move cash, count, sign off, hand over.

Every function is one transaction in the scope of one centre; the drawer's row is held while it
is changed, so that no receipt slips in after the sum. The money's way stands in the ledger.
"""

import uuid
from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.accounts.queries import may_at_centre
from odsc_counter.ledger.accounts import CLOSE, DIFFERENCE, FLOAT, MOVEMENT, SAFE, TILL
from odsc_counter.ledger.models import LedgerPosting
from odsc_counter.ledger.postings import Transfer, post
from odsc_counter.ledger.queries import drawer_kip
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.money import LARGEST_KIP
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tills import denominations
from odsc_counter.tills.errors import (
    DifferenceUnexplained,
    HandedOverAlready,
    MayNotSignOff,
    MovementReasonMissing,
    NoOpenTill,
    NotCountedYet,
    NotSoMuchInDrawer,
    NotYourTill,
    SecondPersonNeeded,
    TillAlreadyOpen,
    TillOfEarlierDay,
)
from odsc_counter.tills.lifecycle import COUNTED, LIFECYCLE, OPEN
from odsc_counter.tills.models import TillCount, TillSession


def open_till(
    centre: Centre,
    cashier: User,
    float_kip: int,
    *,
    counter_id: uuid.UUID | None = None,
) -> TillSession:
    """Open a cashier's till with the float that they counted into the drawer, in kip.

    The float comes from the safe. Raises TillAlreadyOpen (the database holds one open till a
    cashier), InvalidInput.
    """
    _refuse_unlikely("float_kip", float_kip)
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        till = TillSession(
            cashier_id=cashier.id,
            counter_id=counter_id,
            day=day,
            opened_at=now,
            float_kip=float_kip,
        )
        _begin(work, till)
        if float_kip:
            post(
                work, FLOAT, [Transfer(TILL, SAFE, float_kip)], day=day, at=now,
                till_session_id=till.id,
            )  # fmt: skip
    return till


def move_cash(till_id: uuid.UUID, amount_kip: int, reason: str) -> LedgerPosting:
    """Bring cash from the safe into a drawer (above nought) or out of it to the safe (below).

    `amount_kip` is in kip. Raises NotFound, NotYourTill, NoOpenTill, InvalidInput,
    MovementReasonMissing, NotSoMuchInDrawer.
    """
    if not 0 < abs(amount_kip) <= LARGEST_KIP:
        raise InvalidInput({"amount": f"1-{LARGEST_KIP}"})
    why = lao_normalize(reason)
    if not 5 <= len(why) <= 300:
        raise MovementReasonMissing
    with unit_of_work() as work:
        till = locked(work.session, till_id)
        if till.cashier_id != current_actor().user_id:
            raise NotYourTill
        if till.state != OPEN:
            raise NoOpenTill
        if amount_kip < 0 and drawer_kip(work.session, till.id) < -amount_kip:
            raise NotSoMuchInDrawer
        way = (
            Transfer(TILL, SAFE, amount_kip)
            if amount_kip > 0
            else Transfer(SAFE, TILL, -amount_kip)
        )
        posting = post(work, MOVEMENT, [way], day=till.day, till_session_id=till.id, memo=why)
        work.record(
            "move_cash",
            subject_kind="till_session",
            subject_id=str(till.id),
            day=till.day,
            data={"amount_kip": amount_kip, "reason": why, "posting": str(posting.id)},
        )
    return posting


def count_till(
    till_id: uuid.UUID, notes: Mapping[int, int], *, may_count_for_others: bool = False
) -> TillSession:
    """Count a drawer note by note; only now say what should be there. A recount is a new count.

    `notes` is how many of each note. `may_count_for_others`: who signs off tills counts in a
    cashier's stead, and another person then signs off. Raises NotFound, NotYourTill,
    AlreadyChanged (signed off before), InvalidInput.
    """
    counted = denominations.worth(notes)
    with unit_of_work() as work:
        till = locked(work.session, till_id)
        if till.cashier_id != current_actor().user_id and not may_count_for_others:
            raise NotYourTill
        expected = drawer_kip(work.session, till.id)
        now = clock.now()
        verb = "recount" if till.state == COUNTED else "count"
        seq = work.session.scalars(
            select(func.count()).where(TillCount.till_session_id == till.id)
        ).one()
        till.counted_at = now
        till.counted_kip = counted
        till.expected_kip = expected
        work.change(
            till,
            LIFECYCLE,
            verb,
            day=till.day,
            counted_kip=counted,
            expected_kip=expected,
            difference_kip=counted - expected,
        )
        work.session.add(
            TillCount(
                till_session_id=till.id,
                seq=seq + 1,
                counted_at=now,
                counted_by_id=current_actor().user_id,
                notes={str(note): count for note, count in notes.items() if count},
                counted_kip=counted,
                expected_kip=expected,
            )
        )
        work.session.flush()
    return till


def sign_off(till_id: uuid.UUID, second: User, reason: str = "") -> TillSession:
    """A second person confirms the count: the money goes to the safe, the difference is booked.

    `second` has just signed in on the same page, or is who acts. `reason` explains a difference.
    Raises NotFound, NotCountedYet, AlreadyChanged, SecondPersonNeeded, MayNotSignOff,
    DifferenceUnexplained.
    """
    why = lao_normalize(reason)
    with unit_of_work() as work:
        till = locked(work.session, till_id)
        if till.state == OPEN:
            raise NotCountedYet
        last = last_count(work.session, till.id)
        if second.id in (till.cashier_id, last.counted_by_id):
            raise SecondPersonNeeded
        now = clock.now()
        if not may_at_centre(second, "till.sign_off", clock.today()):
            raise MayNotSignOff
        counted, expected = last.counted_kip, last.expected_kip
        if counted != expected and not 5 <= len(why) <= 300:
            raise DifferenceUnexplained
        till.difference_reason = why if counted != expected else ""
        till.closed_at = now
        till.signed_off_by_id = second.id
        work.change(
            till,
            LIFECYCLE,
            "sign_off",
            day=till.day,
            counted_kip=counted,
            difference_kip=counted - expected,
            signed_off_by=second.username,
            reason=till.difference_reason,
        )
        moved = [Transfer(SAFE, TILL, counted)] if counted else []
        if counted < expected:
            moved.append(Transfer(DIFFERENCE, TILL, expected - counted))
        elif counted > expected:
            moved.append(Transfer(TILL, DIFFERENCE, counted - expected))
        if moved:
            post(
                work, CLOSE, moved, day=till.day, at=now, till_session_id=till.id,
                memo=till.difference_reason,
            )  # fmt: skip
    return till


def take_over(
    centre: Centre, till_id: uuid.UUID, cashier: User, *, counter_id: uuid.UUID | None = None
) -> TillSession:
    """Open one's own till with the money of a drawer that its cashier has counted and another
    person has signed off: a hand-over in mid-day.

    The float is what was counted. Raises NotFound, NotCountedYet, HandedOverAlready,
    TillAlreadyOpen, TillOfEarlierDay.
    """
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        former = locked(work.session, till_id)
        if former.closed_at is None:
            raise NotCountedYet
        if former.day != day:
            raise TillOfEarlierDay
        taken = work.session.scalars(
            select(TillSession.id).where(TillSession.taken_over_from_id == former.id)
        ).first()
        if taken is not None:
            raise HandedOverAlready
        till = TillSession(
            cashier_id=cashier.id,
            counter_id=counter_id,
            day=day,
            opened_at=now,
            float_kip=former.counted_kip or 0,
            taken_over_from_id=former.id,
        )
        _begin(work, till)
        if till.float_kip:
            post(
                work, FLOAT, [Transfer(TILL, SAFE, till.float_kip)], day=day, at=now,
                till_session_id=till.id,
            )  # fmt: skip
    return till


def locked(session: Session, till_id: uuid.UUID) -> TillSession:
    """A till, held until the transaction ends. Raises NotFound."""
    till = session.scalars(
        select(TillSession)
        .where(TillSession.id == till_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if till is None:
        raise NotFound
    return till


def open_till_of(session: Session, cashier_id: int, day: date) -> TillSession:
    """The cashier's open till of the day, held until the transaction ends.

    Raises NoOpenTill, TillOfEarlierDay.
    """
    till = session.scalars(
        select(TillSession)
        .where(TillSession.cashier_id == cashier_id, TillSession.state == OPEN)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if till is None:
        raise NoOpenTill
    if till.day != day:
        raise TillOfEarlierDay
    return till


def last_count(session: Session, till_id: uuid.UUID) -> TillCount:
    """The count of a till that holds. Raises NotCountedYet."""
    found = session.scalars(
        select(TillCount)
        .where(TillCount.till_session_id == till_id)
        .order_by(TillCount.seq.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotCountedYet
    return found


def _begin(work: Work, till: TillSession) -> None:
    try:
        work.begin(
            till,
            LIFECYCLE,
            "open",
            day=till.day,
            float_kip=till.float_kip,
            taken_over_from=str(till.taken_over_from_id or ""),
        )
    except IntegrityError as error:
        raise TillAlreadyOpen from error


def _refuse_unlikely(field: str, amount_kip: int) -> None:
    if not 0 <= amount_kip <= LARGEST_KIP:
        raise InvalidInput({field: f"0-{LARGEST_KIP}"})
