"""Which papers a file needs, which the centre has already, and which the citizen still owes."""

import uuid
from collections.abc import Iterable
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from odsc_counter.applications.lifecycle import EXPIRED, REJECTED, WITHDRAWN
from odsc_counter.applications.models import Application, ApplicationPaper
from odsc_counter.catalogue.models import Service, ServicePaper
from odsc_counter.platform.work import reading

FROM_CITIZEN, HELD, MADE = "citizen", "held", "made"
ENDED_WITHOUT = (REJECTED, WITHDRAWN, EXPIRED)
"""States in which a file makes no document."""


def owed(papers: Iterable[ApplicationPaper]) -> list[ApplicationPaper]:
    """The papers without which the file can't go on; of alternatives, all while none is there."""
    papers = list(papers)
    satisfied = {paper.alternative for paper in papers if paper.is_present} - {""}
    return [
        paper
        for paper in papers
        if paper.is_required and not paper.is_present and paper.alternative not in satisfied
    ]


def needed_papers(
    session: Session,
    application_id: uuid.UUID,
    person_id: uuid.UUID,
    asked: list[ServicePaper],
    brought: set[int],
    day: date,
) -> list[ApplicationPaper]:
    """The papers of a new file: brought, held by the centre, made by it, or owed."""
    have: dict[int, tuple[str, uuid.UUID | None]] = {**_have(session, person_id, asked, day)}
    papers = []
    for paper in asked:
        kind = paper.document_type_id
        origin, file = have.get(kind, (FROM_CITIZEN, None))
        if kind in brought:
            origin, file = FROM_CITIZEN, None
        papers.append(
            ApplicationPaper(
                application_id=application_id,
                document_type_id=kind,
                position=paper.position,
                is_present=kind in brought or file is not None,
                times_asked=0,
                kind=paper.kind,
                is_required=paper.is_required,
                alternative=paper.alternative,
                origin=origin,
                held_in_id=file,
            )
        )
    for missing in owed(papers):
        missing.times_asked = 1
    return papers


def already_here(
    person_id: uuid.UUID, asked: list[ServicePaper], day: date
) -> dict[int, tuple[str, str]]:
    """Of the papers of a service, which need not be asked of a person, by kind of paper.

    Each with HELD or MADE and the number of the file in which it lies or that makes it.
    """
    with reading() as session:
        have = _have(session, person_id, asked, day)
        files = {file for _origin, file in have.values()}
        labels = dict(
            session.execute(
                select(Application.id, Application.label).where(Application.id.in_(files))
            )
            .tuples()
            .all()
        )
    return {kind: (origin, labels[file]) for kind, (origin, file) in have.items()}


def _have(
    session: Session, person_id: uuid.UUID, asked: list[ServicePaper], day: date
) -> dict[int, tuple[str, uuid.UUID]]:
    """What is held comes before what is made: it is there already."""
    return {
        **{kind: (MADE, file) for kind, file in _made(session, person_id, asked).items()},
        **{kind: (HELD, file) for kind, file in _held(session, person_id, asked, day).items()},
    }


def _held(
    session: Session, person_id: uuid.UUID, asked: list[ServicePaper], day: date
) -> dict[int, uuid.UUID]:
    """Papers that the person handed in with an earlier file and that still serve."""
    months = {
        paper.document_type_id: paper.document_type.reusable_months
        for paper in asked
        if paper.document_type.reusable_months and paper.kind != "shown"
    }
    if not months:
        return {}
    rows = session.execute(
        select(ApplicationPaper.document_type_id, Application.id, Application.submitted_on)
        .join(
            Application,
            and_(
                Application.centre_id == ApplicationPaper.centre_id,
                Application.id == ApplicationPaper.application_id,
            ),
        )
        .where(
            Application.person_id == person_id,
            ApplicationPaper.document_type_id.in_(months),
            ApplicationPaper.is_present,
            ApplicationPaper.origin == FROM_CITIZEN,
            Application.submitted_on >= _months_before(day, max(months.values())),
        )
        .order_by(Application.submitted_on, Application.id)
    )
    return {kind: file for kind, file, on in rows if on >= _months_before(day, months[kind])}


def _made(
    session: Session, person_id: uuid.UUID, asked: list[ServicePaper]
) -> dict[int, uuid.UUID]:
    """Papers that another file of the person makes, or has made within their life."""
    makers = {
        paper.document_type.made_by: paper
        for paper in asked
        if paper.document_type.made_by and paper.document_type.reusable_months
    }
    if not makers:
        return {}
    rows = session.execute(
        select(Service.code, Application.id, Application.decided_on, Application.submitted_on)
        .join(Service, Service.id == Application.service_id)
        .where(
            Application.person_id == person_id,
            Service.code.in_(makers),
            Application.state.not_in(ENDED_WITHOUT),
        )
        .order_by(Application.submitted_on, Application.id)
    )
    return {makers[code].document_type_id: file for code, file, _decided, _on in rows}


def _months_before(day: date, months: int) -> date:
    """The first day that still lies within so many months before a day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))
