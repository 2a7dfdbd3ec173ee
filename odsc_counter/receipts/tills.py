"""A cashier's drawer: opened with a counted float, closed by a blind count."""

import uuid
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.money import LARGEST_KIP
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts.errors import (
    NoOpenTill,
    NotYourTill,
    TillAlreadyOpen,
    TillOfEarlierDay,
)
from odsc_counter.receipts.ledger import CASH_ACCOUNT
from odsc_counter.receipts.lifecycle import LIFECYCLE, OPEN
from odsc_counter.receipts.models import LedgerEntry, Receipt, TillSession


def open_till(centre: Centre, cashier: User, float_kip: int) -> TillSession:
    """Open a cashier's till with the float that they counted into the drawer, in kip.

    Raises TillAlreadyOpen (the database holds one open till a cashier), InvalidInput.
    """
    _refuse_unlikely("float_kip", float_kip)
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        till = TillSession(cashier_id=cashier.id, day=day, opened_at=now, float_kip=float_kip)
        try:
            work.begin(till, LIFECYCLE, "open", day=day, float_kip=float_kip)
        except IntegrityError as error:
            raise TillAlreadyOpen from error
    return till


def close_till(till_id: uuid.UUID, counted_kip: int) -> TillSession:
    """Close a till with what its cashier counted, in kip; only now say what should be there.

    The difference (counted less expected) stands in the event. Raises NotFound, NotYourTill,
    AlreadyChanged (closed before), InvalidInput.
    """
    _refuse_unlikely("counted_kip", counted_kip)
    with unit_of_work() as work:
        # Held against receipts that are being written: none slips in after the sum.
        till = work.session.scalars(
            select(TillSession)
            .where(TillSession.id == till_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()
        if till is None:
            raise NotFound
        if till.cashier_id != current_actor().user_id:
            raise NotYourTill
        expected = expected_kip(work.session, till)
        till.closed_at = clock.now()
        till.counted_kip = counted_kip
        till.expected_kip = expected
        work.change(
            till,
            LIFECYCLE,
            "close",
            day=till.day,
            counted_kip=counted_kip,
            expected_kip=expected,
            difference_kip=counted_kip - expected,
        )
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


def expected_kip(session: Session, till: TillSession) -> int:
    """What the ledger says is in the drawer: the float and all cash in, less all cash out."""
    moved = session.scalars(
        select(func.coalesce(func.sum(LedgerEntry.debit_kip - LedgerEntry.credit_kip), 0))
        .join(
            Receipt,
            (Receipt.centre_id == LedgerEntry.centre_id) & (Receipt.id == LedgerEntry.receipt_id),
        )
        .where(Receipt.till_session_id == till.id, LedgerEntry.account == CASH_ACCOUNT)
    ).one()
    return till.float_kip + int(moved)


def _refuse_unlikely(field: str, amount_kip: int) -> None:
    if not 0 <= amount_kip <= LARGEST_KIP:
        raise InvalidInput({field: f"0-{LARGEST_KIP}"})
