"""What two people write into the books together: corrections of closed days, the change fund.

Every function is one transaction in the scope of one centre.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.accounts.queries import may_at_centre
from odsc_counter.catalogue.models import Ministry
from odsc_counter.ledger.accounts import (
    BANK,
    CENTRE,
    CORRECTION,
    DIFFERENCE,
    FUND,
    FUNDING,
    QR,
    SAFE,
    TREASURY,
    ministry,
)
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.ledger.postings import Transfer, post
from odsc_counter.ledger.queries import balance
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.lao import language_now, lao_normalize
from odsc_counter.platform.money import LARGEST_KIP, format_kip
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, reading, unit_of_work
from odsc_counter.treasury import days, turns
from odsc_counter.treasury.errors import (
    DayStillOpen,
    MayNotAgree,
    NotSoMuchOwed,
    NotSoMuchThere,
    ReasonNeeded,
    SameAccounts,
    SamePersonAgain,
)
from odsc_counter.treasury.figures import approved
from odsc_counter.treasury.models import LedgerApproval

CORRECTABLE = (SAFE, BANK, QR, TREASURY, CENTRE, DIFFERENCE, FUND)
"""Accounts that a correction moves money between; drawers are counted and signed off instead."""


@dataclass(frozen=True)
class Move:
    """Money that a correction moves: from the credited to the debited account, in kip."""

    debit: str
    credit: str
    amount_kip: int


def correct(
    centre: Centre, corrects_day: date, move: Move, reason: str, second: User
) -> LedgerPosting:
    """Set right what a closed day says, by a posting of today that names the day.

    `second` has just signed in on the same page. Raises DayStillOpen, SameAccounts,
    InvalidInput, ReasonNeeded, SamePersonAgain, MayNotAgree.
    """
    why = _reason(reason)
    _refuse_unlikely(move.amount_kip)
    with unit_of_work() as work:
        session = work.session
        known = {*CORRECTABLE, *ministry_accounts(session)}
        if move.debit == move.credit or not {move.debit, move.credit} <= known:
            raise SameAccounts
        _refuse_alone(second, "books.approve")
        day = days.booking_day(session, _today(centre))
        if corrects_day >= day or not days.is_closed(session, corrects_day):
            raise DayStillOpen
        posting = post(
            work, CORRECTION, [Transfer(move.debit, move.credit, move.amount_kip)],
            day=day, memo=why, corrects_day=corrects_day,
        )  # fmt: skip
        _approve(work, posting, second)
        work.record(
            "correct",
            subject_kind="ledger_posting",
            subject_id=str(posting.id),
            day=day,
            data={
                "of_day": corrects_day.isoformat(),
                "debit": move.debit,
                "credit": move.credit,
                "amount_kip": move.amount_kip,
                "reason": why,
                "approved_by": second.username,
            },
        )
    return posting


def fund(centre: Centre, amount_kip: int, reason: str, second: User) -> LedgerPosting:
    """Note that the centre was given money for change (above nought) or gave it back (below).

    The money lies in the safe. Raises InvalidInput, ReasonNeeded, SamePersonAgain, MayNotAgree,
    NotSoMuchThere, NotSoMuchOwed.
    """
    why = _reason(reason)
    _refuse_unlikely(abs(amount_kip))
    with unit_of_work() as work:
        session = work.session
        _refuse_alone(second, "fund.approve")
        turns.hold(session)
        if amount_kip < 0:
            refuse_too_much(session, SAFE, FUND, -amount_kip)
        day = days.booking_day(session, _today(centre))
        way = (
            Transfer(SAFE, FUND, amount_kip)
            if amount_kip > 0
            else Transfer(FUND, SAFE, -amount_kip)
        )
        posting = post(work, FUNDING, [way], day=day, memo=why)
        _approve(work, posting, second)
        work.record(
            "give" if amount_kip > 0 else "take_back",
            subject_kind="change_fund",
            subject_id=str(posting.id),
            day=day,
            data={"amount_kip": amount_kip, "reason": why, "approved_by": second.username},
        )
    return posting


def refuse_too_much(session: Session, source: str, owed_to: str, amount_kip: int) -> None:
    """Raise NotSoMuchThere or NotSoMuchOwed where the books hold less than the amount."""
    there = balance(session, source)
    if there < amount_kip:
        raise NotSoMuchThere(balance=format_kip(there, language_now()))
    owed = -balance(session, owed_to)
    if owed < amount_kip:
        raise NotSoMuchOwed(balance=format_kip(owed, language_now()))


def ministry_accounts(session: Session) -> dict[str, Ministry]:
    """The accounts of the ministries that the books of this centre know, by account."""
    known = set(session.scalars(select(LedgerEntry.credit_account).distinct()))
    known |= set(session.scalars(select(LedgerEntry.debit_account).distinct()))
    return {
        ministry(row.code): row
        for row in session.scalars(select(Ministry).order_by(Ministry.code))
        if ministry(row.code) in known
    }


def corrections_of(day: date) -> list[tuple[LedgerPosting, LedgerEntry, LedgerApproval]]:
    """Corrections that speak of a day, whenever they were made."""
    with reading() as session:
        return approved(
            session, LedgerPosting.kind == CORRECTION, LedgerPosting.corrects_day == day
        )


def funding() -> list[tuple[LedgerPosting, LedgerEntry, LedgerApproval]]:
    """All that was given for change or taken back, the newest first."""
    with reading() as session:
        return approved(session, LedgerPosting.kind == FUNDING)[::-1]


def _approve(work: Work, posting: LedgerPosting, second: User) -> None:
    work.session.add(
        LedgerApproval(
            posting_id=posting.id,
            posted_by_id=posting.posted_by_id,
            approved_by_id=second.id,
        )
    )
    work.session.flush()


def _refuse_alone(second: User, permission: str) -> None:
    if second.id == current_actor().user_id or current_actor().user_id is None:
        raise SamePersonAgain
    if not may_at_centre(second, permission, clock.today()):
        raise MayNotAgree


def _reason(reason: str) -> str:
    why = lao_normalize(reason)
    if not 5 <= len(why) <= 300:
        raise ReasonNeeded
    return why


def _refuse_unlikely(amount_kip: int) -> None:
    if not 0 < amount_kip <= LARGEST_KIP:
        raise InvalidInput({"amount": f"1-{LARGEST_KIP}"})


def _today(centre: Centre) -> date:
    return clock.business_day(clock.now(), centre.day_starts_minute)
