"""Bringing money to whom it is owed: the treasury, a ministry, the centre's own account."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from odsc_counter.ledger.accounts import CENTRE, DEPOSIT, SETTLEMENT, TREASURY
from odsc_counter.ledger.postings import Transfer, post
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.money import LARGEST_KIP
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.treasury import days, turns
from odsc_counter.treasury.booking import ministry_accounts, refuse_too_much
from odsc_counter.treasury.errors import DateUnclear, ReferenceTaken
from odsc_counter.treasury.models import SOURCES, Deposit

OLDEST = timedelta(days=366)
"""A slip that is older than that bears a mistyped year."""


@dataclass(frozen=True)
class Slip:
    """What stands on the bank's or the treasury's paper, and who brought the money."""

    bank: str
    account: str
    reference: str
    on: date
    by: str


def deposit(
    centre: Centre, source: str, amount_kip: int, slip: Slip, *, to: str = TREASURY
) -> Deposit:
    """Note that money went from the safe, the bank or Lao QR to whom it is owed.

    `source` is one of `models.SOURCES`, `to` the treasury (a deposit), `centre` or a
    ministry's account (a settlement). Raises InvalidInput, DateUnclear, NotSoMuchThere,
    NotSoMuchOwed, ReferenceTaken.
    """
    now = clock.now()
    today = clock.business_day(now, centre.day_starts_minute)
    cleaned = _clean(slip, today)
    if not 0 < amount_kip <= LARGEST_KIP:
        raise InvalidInput({"amount": f"1-{LARGEST_KIP}"})
    with unit_of_work() as work:
        session = work.session
        if source not in SOURCES:
            raise InvalidInput({"source": ", ".join(SOURCES)})
        if to not in (TREASURY, CENTRE, *ministry_accounts(session)):
            raise InvalidInput({"to": TREASURY})
        turns.hold(session)
        refuse_too_much(session, source, to, amount_kip)
        taken = select(Deposit.id).where(Deposit.slip_reference == cleaned.reference)
        if session.scalars(taken).first() is not None:
            raise ReferenceTaken
        made = Deposit(
            id=new_id(),
            kind=DEPOSIT if to == TREASURY else SETTLEMENT,
            from_account=source,
            to_account=to,
            amount_kip=amount_kip,
            bank=cleaned.bank,
            bank_account=cleaned.account,
            slip_reference=cleaned.reference,
            deposited_on=cleaned.on,
            deposited_by=cleaned.by,
            recorded_at=now,
            recorded_by_id=current_actor().user_id,
        )
        post(
            work, made.kind, [Transfer(to, source, amount_kip)],
            day=days.booking_day(session, today), at=now, posting_id=made.id,
            memo=cleaned.reference,
        )  # fmt: skip
        session.add(made)
        try:
            session.flush()
        except IntegrityError as error:
            raise ReferenceTaken from error
        work.record(
            made.kind,
            subject_kind="deposit",
            subject_id=str(made.id),
            day=today,
            data={
                "amount_kip": amount_kip,
                "from": source,
                "to": to,
                "reference": cleaned.reference,
            },
        )
    return made


def found(deposit_id: uuid.UUID) -> Deposit:
    """A deposit. Raises NotFound."""
    with reading() as session:
        row = session.scalars(select(Deposit).where(Deposit.id == deposit_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def listing(limit: int = 50) -> list[Deposit]:
    """The last deposits and settlements, the newest first."""
    with reading() as session:
        return list(
            session.scalars(
                select(Deposit).order_by(Deposit.recorded_at.desc(), Deposit.id.desc()).limit(limit)
            )
        )


def _clean(slip: Slip, today: date) -> Slip:
    cleaned = Slip(
        lao_normalize(slip.bank),
        " ".join(slip.account.split()),
        " ".join(slip.reference.split()).upper(),
        slip.on,
        lao_normalize(slip.by),
    )
    for field, text, least, most in (
        ("bank", cleaned.bank, 2, 120),
        ("account", cleaned.account, 4, 60),
        ("reference", cleaned.reference, 3, 60),
        ("by", cleaned.by, 2, 160),
    ):
        if not least <= len(text) <= most:
            raise InvalidInput({field: f"{least}-{most}"})
    if not today - OLDEST <= cleaned.on <= today:
        raise DateUnclear
    return cleaned
