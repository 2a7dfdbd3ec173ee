"""What people look at of scans. Read only, in the scope of one centre."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.applications.models import ApplicationPaper
from odsc_counter.applications.scan_models import PaperScan
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.work import reading


@dataclass(frozen=True)
class PaperWithScans:
    """A paper of an application with its scans, oldest first; struck ones apart."""

    paper: ApplicationPaper
    scans: list[PaperScan]
    struck: list[PaperScan]


@dataclass(frozen=True)
class ScansOfApplication:
    """All scans of an application, and what the people are called who added or struck them."""

    papers: list[PaperWithScans]
    people: dict[int, User]


def of_application(application_id: uuid.UUID) -> ScansOfApplication:
    """The papers of an application, each with its scans, in the service's order."""
    scans: dict[int, list[PaperScan]] = defaultdict(list)
    with reading() as session:
        for scan in session.scalars(
            select(PaperScan)
            .where(PaperScan.application_id == application_id)
            .order_by(PaperScan.added_at, PaperScan.id)
        ):
            scans[scan.document_type_id].append(scan)
        papers = session.scalars(
            select(ApplicationPaper)
            .where(ApplicationPaper.application_id == application_id)
            .order_by(ApplicationPaper.position)
        ).all()
        everyone = [scan for kept in scans.values() for scan in kept]
        ids = {scan.added_by_id for scan in everyone} | {scan.struck_by_id for scan in everyone}
        found = session.scalars(select(User).where(User.id.in_(ids - {None})))
        people = {user.id: user for user in found}
    return ScansOfApplication(
        [
            PaperWithScans(
                paper,
                [one for one in scans[paper.document_type_id] if one.struck_at is None],
                [one for one in scans[paper.document_type_id] if one.struck_at is not None],
            )
            for paper in papers
        ],
        people,
    )


def scan(scan_id: uuid.UUID) -> PaperScan:
    """One scan, struck out or not. Raises NotFound."""
    with reading() as session:
        found = session.scalars(select(PaperScan).where(PaperScan.id == scan_id)).one_or_none()
    if found is None:
        raise NotFound
    return found
