"""What people look at of tills. Read only, in the scope of one centre."""

import uuid
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from odsc_counter.ledger.accounts import MOVEMENT
from odsc_counter.ledger.models import LedgerEntry, LedgerPosting
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.work import reading
from odsc_counter.tills.lifecycle import CLOSED, OPEN
from odsc_counter.tills.models import TillCount, TillSession


def till(till_id: uuid.UUID) -> TillSession:
    """A till. Raises NotFound."""
    with reading() as session:
        found = session.scalars(select(TillSession).where(TillSession.id == till_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_till(cashier_id: int) -> TillSession | None:
    """The cashier's open till; None when closed."""
    with reading() as session:
        return session.scalars(
            select(TillSession).where(
                TillSession.cashier_id == cashier_id, TillSession.state == OPEN
            )
        ).one_or_none()


def last_counted_till(cashier_id: int) -> TillSession | None:
    """The till that the cashier counted last, signed off or not."""
    with reading() as session:
        return session.scalars(
            select(TillSession)
            .where(TillSession.cashier_id == cashier_id, TillSession.state != OPEN)
            .order_by(TillSession.opened_at.desc())
            .limit(1)
        ).one_or_none()


def tills_of(day: date) -> list[TillSession]:
    """All tills of a day, in the order of their opening."""
    with reading() as session:
        return list(
            session.scalars(
                select(TillSession)
                .where(TillSession.day == day)
                .order_by(TillSession.opened_at, TillSession.id)
            )
        )


def unfinished() -> list[TillSession]:
    """Tills that are open or wait for the second person, the oldest first."""
    with reading() as session:
        return list(
            session.scalars(
                select(TillSession)
                .where(TillSession.state != CLOSED)
                .order_by(TillSession.opened_at, TillSession.id)
            )
        )


def to_take_over(day: date, cashier_id: int) -> list[TillSession]:
    """Signed off drawers of the day, of other cashiers, that nobody has taken over."""
    later = aliased(TillSession)
    with reading() as session:
        return list(
            session.scalars(
                select(TillSession)
                .where(
                    TillSession.day == day,
                    TillSession.state == CLOSED,
                    TillSession.cashier_id != cashier_id,
                    TillSession.counted_kip > 0,
                    ~exists().where(
                        later.centre_id == TillSession.centre_id,
                        later.taken_over_from_id == TillSession.id,
                    ),
                )
                .order_by(TillSession.closed_at.desc())
            )
        )


def events_of(till_id: uuid.UUID) -> list[Event]:
    """All that happened to a till, oldest first."""
    with reading() as session:
        return list(
            session.scalars(
                select(Event)
                .where(Event.subject_kind == "till_session", Event.subject_id == str(till_id))
                .order_by(Event.at, Event.id)
            )
        )


def counts(till_id: uuid.UUID) -> list[TillCount]:
    """Every count of a till, the first one first."""
    with reading() as session:
        return list(
            session.scalars(
                select(TillCount)
                .where(TillCount.till_session_id == till_id)
                .order_by(TillCount.seq)
            )
        )


def movements(till_id: uuid.UUID) -> list[tuple[LedgerPosting, LedgerEntry]]:
    """Cash that was put into a drawer or taken out of it, in order."""
    with reading() as session:
        found = session.execute(
            select(LedgerPosting, LedgerEntry)
            .join(
                LedgerEntry,
                (LedgerEntry.centre_id == LedgerPosting.centre_id)
                & (LedgerEntry.posting_id == LedgerPosting.id),
            )
            .where(LedgerPosting.till_session_id == till_id, LedgerPosting.kind == MOVEMENT)
            .order_by(LedgerPosting.posted_at, LedgerPosting.id)
        )
        return [(posting, entry) for posting, entry in found]
