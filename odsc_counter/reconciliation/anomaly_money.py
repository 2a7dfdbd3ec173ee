"""Rules about receipts: taken back, without a queue, at odd hours, by payments used twice."""

import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from odsc_counter.applications.models import Application
from odsc_counter.catalogue.models import FeeLine
from odsc_counter.platform import clock
from odsc_counter.platform.events import Event
from odsc_counter.receipts.models import REFUND, SALE, VOID, Receipt, ReceiptLine
from odsc_counter.reconciliation import queries
from odsc_counter.reconciliation.anomaly_parts import (
    Case,
    Found,
    Frame,
    Link,
    latest,
    limit,
    percent,
    receipt_link,
    stands_out,
)
from odsc_counter.reconciliation.models import BankStatementLine
from odsc_counter.tickets.models import ServiceLeg

TAKEN_BACK = Receipt.kind != literal(SALE, literal_execute=True)
"""Written as it is, so that SQLite too goes by the index of these rows (as NOT_CASH)."""
IS_PRINT = Event.verb == literal("print", literal_execute=True)


def void_rates(session: Session, frame: Frame) -> Found:
    """Cashiers who void far more than the centre does."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: {SALE: 0, VOID: 0, REFUND: 0})
    for cashier, kind, count in session.execute(
        select(Receipt.cashier_id, Receipt.kind, func.count())
        .where(Receipt.day.between(frame.first, frame.last))
        .group_by(Receipt.cashier_id, Receipt.kind)
    ):
        counts[cashier][kind] = count
    sales = sum(count[SALE] for count in counts.values())
    voids = sum(count[VOID] for count in counts.values())
    out = {
        cashier: count
        for cashier, count in counts.items()
        if stands_out(count[VOID], count[SALE], voids, sales, "void_percent")
    }
    examples = _voids_of(session, frame, list(out))
    cases = [
        Case(
            latest(examples[cashier]),
            _(
                "%(voids)s of %(sales)s receipts voided: %(share)s",
                voids=count[VOID],
                sales=count[SALE],
                share=percent(count[VOID], count[SALE]),
            ),
            person_id=cashier,
            is_small=count[SALE] < limit("few"),
        )
        for cashier, count in sorted(out.items(), key=lambda item: -item[1][VOID] / item[1][SALE])
    ]
    note = _(
        "The whole centre: %(voids)s of %(sales)s receipts voided, %(share)s.",
        voids=voids,
        sales=sales,
        share=percent(voids, sales),
    )
    return Found(cases, note)


def _voids_of(session: Session, frame: Frame, cashiers: list[int]) -> dict[int, list[Link]]:
    found: dict[int, list[Link]] = defaultdict(list)
    if cashiers:
        for cashier, label, key in session.execute(
            select(Receipt.cashier_id, Receipt.label, Receipt.id)
            .where(
                TAKEN_BACK,
                Receipt.kind == VOID,
                Receipt.day.between(frame.first, frame.last),
                Receipt.cashier_id.in_(cashiers),
            )
            .order_by(Receipt.issued_at.desc())
            .limit(500)
        ):
            found[cashier].append(receipt_link(label, key))
    return found


def late_reversals(session: Session, frame: Frame) -> Found:
    """Voids and refunds after the day's end, or long after the sale."""
    sale = aliased(Receipt)
    rows = session.execute(
        select(
            Receipt.id, Receipt.label, Receipt.kind, Receipt.day, Receipt.issued_at,
            Receipt.amount_kip, Receipt.cashier_id, sale.issued_at, sale.day,
        )
        .join(
            sale,
            (sale.centre_id == Receipt.centre_id) & (sale.id == Receipt.reverses_id),
        )
        .where(TAKEN_BACK, Receipt.day.between(frame.first, frame.last))
        .order_by(Receipt.issued_at.desc())
        .limit(5000)
    )  # fmt: skip
    cases = []
    for key, label, kind, day, at, amount, cashier, sold_at, sold_on in rows:
        minutes = int((at - sold_at).total_seconds()) // 60
        days = (day - sold_on).days
        reasons = []
        if _is_outside(at):
            reasons.append(_("at %(time)s, after the day's end", time=_clock(at)))
        if kind == VOID and minutes >= limit("void_minutes"):
            reasons.append(_("%(minutes)s minutes after the sale", minutes=minutes))
        if kind == REFUND and days >= limit("refund_days"):
            reasons.append(_("%(days)s days after the sale", days=days))
        if reasons:
            what = _("Void") if kind == VOID else _("Refund")
            why = f"{what}: {', '.join(reasons)}"
            cases.append(Case((receipt_link(label, key),), why, day, cashier, amount))
    return Found(cases[: frame.most + 1])


def without_ticket(session: Session, frame: Frame) -> Found:
    """Receipts for files that were taken at the counter without a number from the queue."""
    rows = session.execute(
        select(Receipt.id, Receipt.label, Receipt.day, Receipt.cashier_id, Receipt.amount_kip,
               Application.label)
        .join(
            Application,
            (Application.centre_id == Receipt.centre_id)
            & (Application.id == Receipt.application_id),
        )
        .where(
            Receipt.kind == SALE,
            Receipt.day.between(frame.first, frame.last),
            Application.channel == "counter",
            or_(
                Application.ticket_id.is_(None),
                ~exists().where(
                    ServiceLeg.centre_id == Application.centre_id,
                    ServiceLeg.ticket_id == Application.ticket_id,
                    ServiceLeg.service_id == Application.service_id,
                ),
            ),
        )
        .order_by(Receipt.day.desc())
        .limit(frame.most + 1)
    )  # fmt: skip
    cases = [
        Case(
            (receipt_link(label, key),),
            _("File %(label)s: nobody was called for it", label=file),
            day,
            cashier,
            amount,
        )
        for key, label, day, cashier, amount, file in rows
    ]
    return Found(cases)


def money_for_free(session: Session, frame: Frame) -> Found:
    """Money taken for what the schedule says is free of charge."""
    rows = session.execute(
        select(Receipt.id, Receipt.label, Receipt.day, Receipt.cashier_id,
               ReceiptLine.amount_kip, ReceiptLine.service_code)
        .join(
            ReceiptLine,
            (ReceiptLine.centre_id == Receipt.centre_id) & (ReceiptLine.receipt_id == Receipt.id),
        )
        .join(FeeLine, FeeLine.id == ReceiptLine.fee_line_id)
        .where(
            Receipt.kind == SALE,
            Receipt.day.between(frame.first, frame.last),
            FeeLine.amount == 0,
            ReceiptLine.amount_kip > 0,
        )
        .order_by(Receipt.day.desc())
        .limit(frame.most + 1)
    )  # fmt: skip
    cases = [
        Case(
            (receipt_link(label, key),),
            _("The schedule has no fee for %(code)s", code=code),
            day,
            cashier,
            amount,
        )
        for key, label, day, cashier, amount, code in rows
    ]
    return Found(cases)


def often_copied(session: Session, frame: Frame) -> Found:
    """Receipts of which many copies were printed."""
    counts = dict(
        session.execute(
            select(Event.subject_id, func.count())
            .where(
                IS_PRINT,
                Event.subject_kind == "receipt",
                Event.at >= frame.begins,
                Event.at < frame.ends,
            )
            .group_by(Event.subject_id)
            .having(func.count() > limit("copies"))
            .order_by(func.count().desc())
            .limit(frame.most + 1)
        )
        .tuples()
        .all()
    )
    rows = session.execute(
        select(Receipt.id, Receipt.label, Receipt.day, Receipt.cashier_id, Receipt.amount_kip)
        .where(Receipt.id.in_([uuid.UUID(key) for key in counts]))
        .order_by(Receipt.day.desc())
    )
    cases = [
        Case(
            (receipt_link(label, key),),
            _("Printed %(times)s times", times=counts[str(key)]),
            day,
            cashier,
            amount,
        )
        for key, label, day, cashier, amount in rows
    ]
    return Found(cases)


def without_statement(session: Session, frame: Frame) -> Found:
    """Bank and QR payments that no statement speaks of after some days."""
    before = frame.today - timedelta(days=limit("line_days"))
    rows = session.execute(
        select(Receipt.id, Receipt.label, Receipt.day, Receipt.cashier_id, Receipt.amount_kip)
        .where(
            queries.NOT_CASH,
            Receipt.day.between(frame.first, min(frame.last, before)),
            ~queries.is_matched(),
            ~queries.cancels(),
        )
        .order_by(Receipt.day)
        .limit(frame.most + 1)
    )
    cases = [
        Case(
            (receipt_link(label, key),),
            _("%(days)s days without a line in a statement", days=(frame.today - day).days),
            day,
            cashier,
            amount,
        )
        for key, label, day, cashier, amount in rows
    ]
    newest = session.scalars(select(func.max(BankStatementLine.day))).one()
    note = (
        _("The newest line of a statement is of %(day)s.", day=f"{newest:%d/%m/%Y}")
        if newest
        else _("No statement was uploaded yet.")
    )
    return Found(cases, note)


def used_twice(session: Session, frame: Frame) -> Found:
    """Numbers of payments that stand on several receipts."""
    since = frame.first - timedelta(days=limit("reference_days"))
    of_payments = (
        queries.NOT_CASH,
        Receipt.kind == SALE,
        Receipt.method.in_(queries.METHODS),
        Receipt.day.between(since, frame.last),
    )
    twice = session.scalars(
        select(Receipt.payment_reference)
        .where(*of_payments)
        .group_by(Receipt.payment_reference)
        .having(and_(func.count() > 1, func.max(Receipt.day) >= frame.first))
        .order_by(func.max(Receipt.day).desc())
        .limit(frame.most + 1)
    ).all()
    receipts: dict[str, list[Any]] = defaultdict(list)
    if twice:
        for row in session.execute(
            select(
                Receipt.payment_reference, Receipt.id, Receipt.label, Receipt.day,
                Receipt.cashier_id, Receipt.amount_kip, queries.is_voided(),
            )
            .where(*of_payments, Receipt.payment_reference.in_(twice))
            .order_by(Receipt.day.desc(), Receipt.label.desc())
        ):  # fmt: skip
            receipts[row[0]].append(row)
    cases = []
    for reference in twice:
        rows = receipts[reference]
        voided = sum(bool(row[6]) for row in rows)
        why = _(
            "Payment %(reference)s on %(count)s receipts, %(voided)s of them voided",
            reference=reference,
            count=len(rows),
            voided=voided,
        )
        links = latest(receipt_link(row[2], row[1]) for row in rows)
        cases.append(Case(links, why, rows[0][3], rows[0][4], rows[0][5]))
    return Found(cases)


def outside_hours(session: Session, frame: Frame) -> Found:
    """Sales on closed days, or before or after the hours of the counters."""
    conditions = []
    for day, first, last in session.execute(
        select(Receipt.day, func.min(Receipt.issued_at), func.max(Receipt.issued_at))
        .where(Receipt.kind == SALE, Receipt.day.between(frame.first, frame.last))
        .group_by(Receipt.day)
        .order_by(Receipt.day.desc())
    ):
        begins, ends = _hours(day)
        if not frame.is_open_day(day):
            conditions.append(Receipt.day == day)
        elif first < begins or last >= ends:
            conditions.append(
                (Receipt.day == day) & ((Receipt.issued_at < begins) | (Receipt.issued_at >= ends))
            )
    if not conditions:
        return Found()
    rows = session.execute(
        select(Receipt.id, Receipt.label, Receipt.day, Receipt.issued_at, Receipt.cashier_id,
               Receipt.amount_kip)
        .where(Receipt.kind == SALE, or_(*conditions[: frame.most]))
        .order_by(Receipt.issued_at.desc())
        .limit(frame.most + 1)
    )  # fmt: skip
    cases = [
        Case(
            (receipt_link(label, key),),
            _("Sold at %(time)s", time=_clock(at))
            if frame.is_open_day(day)
            else _("Sold at %(time)s on a closed day", time=_clock(at)),
            day,
            cashier,
            amount,
        )
        for key, label, day, at, cashier, amount in rows
    ]
    return Found(cases)


def _hours(day: date) -> tuple[datetime, datetime]:
    midnight = clock.start_of_day(day)
    return (
        midnight + timedelta(minutes=limit("day_begins")),
        midnight + timedelta(minutes=limit("day_ends")),
    )


def _is_outside(at: datetime) -> bool:
    return at >= _hours(clock.local(at).date())[1]


def _clock(at: datetime) -> str:
    return f"{clock.local(at):%H:%M}"
