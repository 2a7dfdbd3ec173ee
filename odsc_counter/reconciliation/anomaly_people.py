"""Rules about who decides and who holds a drawer: exemptions, files without a fee, tills."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session, aliased

from odsc_counter.applications.lifecycle import APPROVED, COLLECTED, READY
from odsc_counter.applications.models import Application
from odsc_counter.catalogue.models import FeeLine
from odsc_counter.platform.money import format_number
from odsc_counter.receipts.models import SALE, VOID, Assessment, AssessmentLine, Receipt
from odsc_counter.reconciliation.anomaly_parts import (
    Case,
    Found,
    Frame,
    Link,
    file_link,
    latest,
    limit,
    percent,
    stands_out,
    till_link,
)
from odsc_counter.tills.lifecycle import CLOSED, COUNTED
from odsc_counter.tills.models import TillSession

GRANTED = (APPROVED, READY, COLLECTED)


def exemptions(session: Session, frame: Frame) -> Found:
    """People who exempt or reduce far more than the centre does."""
    within = (Assessment.assessed_at >= frame.begins, Assessment.assessed_at < frame.ends)
    counts = {
        person: (total, int(exempt))
        for person, total, exempt in session.execute(
            select(
                Assessment.assessed_by_id,
                func.count(),
                func.sum(case((Assessment.exemption_code != "", 1), else_=0)),
            )
            .where(*within)
            .group_by(Assessment.assessed_by_id)
        )
    }
    total = sum(count for count, _exempt in counts.values())
    exempt = sum(count for _total, count in counts.values())
    out = {
        person: count
        for person, count in counts.items()
        if stands_out(count[1], count[0], exempt, total, "exempt_percent")
    }
    links, reduced = _exempted(session, within, list(out)) if out else ({}, {})
    cases = [
        Case(
            latest(links.get(person, ())),
            _(
                "%(exempt)s of %(total)s assessments exempted or reduced: %(share)s",
                exempt=count[1],
                total=count[0],
                share=percent(count[1], count[0]),
            ),
            person_id=person,
            amount_kip=reduced.get(person),
            is_small=count[0] < limit("few"),
        )
        for person, count in sorted(out.items(), key=lambda item: -item[1][1] / item[1][0])
    ]
    note = _(
        "The whole centre: %(exempt)s of %(total)s assessments, %(share)s.",
        exempt=exempt,
        total=total,
        share=percent(exempt, total),
    )
    return Found(cases, note)


def _exempted(
    session: Session, within: tuple[Any, ...], people: list[int | None]
) -> tuple[dict[int | None, list[Link]], dict[int | None, int]]:
    """The files behind exemptions by person, the newest first, and the kip that they came to."""
    links: dict[int | None, list[Link]] = defaultdict(list)
    reduced: dict[int | None, int] = defaultdict(int)
    lines = (
        select(func.coalesce(func.sum(AssessmentLine.reduction_kip), 0))
        .where(
            AssessmentLine.centre_id == Assessment.centre_id,
            AssessmentLine.assessment_id == Assessment.id,
        )
        .correlate(Assessment)
        .scalar_subquery()
    )
    for person, key, label, kip in session.execute(
        select(Assessment.assessed_by_id, Application.id, Application.label, lines)
        .join(
            Application,
            (Application.centre_id == Assessment.centre_id)
            & (Application.id == Assessment.application_id),
        )
        .where(*within, Assessment.exemption_code != "")
        .order_by(Assessment.assessed_at.desc())
        .limit(2000)
    ):
        if person in people:
            links[person].append(file_link(label, key))
            reduced[person] += int(kip)
    return links, reduced


def granted_without_fee(session: Session, frame: Frame) -> Found:
    """Files that were granted, of services with a fee, without a receipt that stands."""
    void = aliased(Receipt)
    has_fee = exists().where(
        FeeLine.service_id == Application.service_id,
        FeeLine.legal_basis != "",
        FeeLine.amount.is_(None) | (FeeLine.amount > 0),
        FeeLine.valid_from <= Application.submitted_on,
        FeeLine.valid_to.is_(None) | (FeeLine.valid_to > Application.submitted_on),
    )
    is_paid = exists().where(
        Receipt.centre_id == Application.centre_id,
        Receipt.application_id == Application.id,
        Receipt.kind == SALE,
        ~exists().where(
            void.centre_id == Receipt.centre_id,
            void.reverses_id == Receipt.id,
            void.kind == VOID,
        ),
    )
    owes_nothing = exists().where(
        Assessment.centre_id == Application.centre_id,
        Assessment.application_id == Application.id,
        Assessment.total_kip == 0,
    )
    within = (
        Application.decided_on.between(frame.first, frame.last),
        Application.state.in_(GRANTED),
        has_fee,
    )
    granted = session.scalars(select(func.count()).select_from(Application).where(*within)).one()
    # Counted in the same breath: both databases look up each file once.
    rows = session.execute(
        select(
            Application.id, Application.label, Application.decided_on, Application.taken_by_id,
            Application.state, func.count().over(),
        )
        .where(*within, ~is_paid, ~owes_nothing)
        .order_by(Application.decided_on.desc())
        .limit(frame.most + 1)
    ).all()  # fmt: skip
    gap = rows[0][5] if rows else 0
    cases = [
        Case(
            (file_link(label, key),),
            _("Granted and handed over, no receipt")
            if state == COLLECTED
            else _("Granted, no receipt"),
            day,
            person,
        )
        for key, label, day, person, state, _all in rows
    ]
    note = _(
        "%(granted)s files with a fee granted, %(settled)s of them paid or exempt:"
        " a gap of %(gap)s.",
        granted=granted,
        settled=granted - gap,
        gap=gap,
    )
    return Found(cases, note)


def till_differences(session: Session, frame: Frame) -> Found:
    """Cashiers whose drawers differ from the books often or by much."""
    tills: dict[int, list[tuple[Any, date, int]]] = defaultdict(list)
    for cashier, key, day, counted, expected in session.execute(
        select(
            TillSession.cashier_id,
            TillSession.id,
            TillSession.day,
            TillSession.counted_kip,
            TillSession.expected_kip,
        )
        .where(
            TillSession.day.between(frame.first, frame.last),
            TillSession.counted_kip != TillSession.expected_kip,
        )
        .order_by(TillSession.day.desc())
        .limit(5000)
    ):
        tills[cashier].append((key, day, (counted or 0) - (expected or 0)))
    cases = []
    for cashier, rows in tills.items():
        off = sum(abs(difference) for _key, _day, difference in rows)
        if len(rows) >= limit("till_times") or off >= limit("till_kip"):
            why = _(
                "%(count)s tills differ, by %(kip)s kip in all",
                count=len(rows),
                kip=format_number(off),
            )
            links = latest(till_link(f"{day:%d/%m/%Y}", key) for key, day, _difference in rows)
            net = sum(difference for _key, _day, difference in rows)
            cases.append(Case(links, why, rows[0][1], cashier, net))
    return Found(sorted(cases, key=lambda one: abs(one.amount_kip or 0), reverse=True))


def not_signed_off(session: Session, frame: Frame) -> Found:
    """Tills of earlier days that nobody counted or signed off."""
    before = frame.today - timedelta(days=limit("till_days"))
    rows = session.execute(
        select(
            TillSession.id, TillSession.day, TillSession.cashier_id, TillSession.state,
            TillSession.counted_kip,
        )
        .where(
            TillSession.day.between(frame.first, min(frame.last, before)),
            TillSession.state != CLOSED,
        )
        .order_by(TillSession.day)
        .limit(frame.most + 1)
    )  # fmt: skip
    cases = [
        Case(
            (till_link(f"{day:%d/%m/%Y}", key),),
            _("Counted, not signed off") if state == COUNTED else _("Not even counted"),
            day,
            cashier,
            counted,
        )
        for key, day, cashier, state, counted in rows
    ]
    return Found(cases)
