"""What people do with scans of papers: add them, strike out a mistaken one.

Every function is one transaction in the scope of one centre, and writes its event.
"""

import uuid

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from odsc_counter.applications import queries
from odsc_counter.applications.lifecycle import OPEN
from odsc_counter.applications.models import ApplicationPaper
from odsc_counter.applications.scan_files import KeptFile
from odsc_counter.applications.scan_models import PaperScan
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import ScopedSession, current_actor
from odsc_counter.platform.work import Work, unit_of_work

MOST_PER_PAPER = 20
SHORTEST_REASON, LONGEST_REASON = 5, 300


class TooManyScans(DomainError):
    """A paper has more scans than anybody reads."""

    slug = "too-many-scans"
    status = 409
    message = _l("This paper has %(most)s scans already. Strike out one that is not needed.")


class NoMoreScans(DomainError):
    """The file is decided or ended: its papers are what they were then."""

    slug = "no-more-scans"
    status = 409
    message = _l("This application is decided or ended, so no scan can be added.")


def add_scan(
    centre: Centre, application_id: uuid.UUID, document_type_id: int, file: KeptFile
) -> PaperScan:
    """Note a stored file as a scan of one of the application's papers.

    The same file on the same paper is one scan, however often and by whomever it is sent.
    Whether the paper itself was brought is another matter. Raises NotFound (the application,
    or the paper is none of its own), NoMoreScans (neither incomplete nor running), TooManyScans.
    """
    with unit_of_work() as work:
        if queries.locked(work.session, application_id).state not in OPEN:
            raise NoMoreScans
        _require_paper(work.session, application_id, document_type_id)
        of_paper = (
            PaperScan.application_id == application_id,
            PaperScan.document_type_id == document_type_id,
            PaperScan.struck_at.is_(None),
        )
        known = work.session.scalars(
            select(PaperScan).where(*of_paper, PaperScan.sha256 == file.sha256)
        ).one_or_none()
        if known is not None:
            return known
        count = select(func.count()).select_from(PaperScan).where(*of_paper)
        if work.session.scalars(count).one() >= MOST_PER_PAPER:
            raise TooManyScans(most=MOST_PER_PAPER)
        scan = PaperScan(
            application_id=application_id,
            document_type_id=document_type_id,
            sha256=file.sha256,
            thumbnail_sha256=file.thumbnail_sha256,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            pages=file.pages,
            original_name=file.name,
            added_at=clock.now(),
            added_by_id=current_actor().user_id,
        )
        work.session.add(scan)
        work.session.flush()
        _record(work, centre, "add_scan", scan)
    return scan


def strike_scan(centre: Centre, scan_id: uuid.UUID, reason: str) -> PaperScan:
    """Strike out a mistaken scan; it stays on record with who, when and why.

    Raises NotFound, AlreadyChanged (struck out before), InvalidInput (reason under 5 or over
    300 characters).
    """
    reason = lao_normalize(reason).replace("\n", " ")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidInput({"reason": _("Write the reason, in 5 to 300 characters.")})
    with unit_of_work() as work:
        scan = work.session.scalars(
            select(PaperScan).where(PaperScan.id == scan_id).with_for_update()
        ).one_or_none()
        if scan is None:
            raise NotFound
        if scan.struck_at is not None:
            raise AlreadyChanged
        scan.struck_at = clock.now()
        scan.struck_by_id = current_actor().user_id
        scan.struck_reason = reason
        work.session.flush()
        _record(work, centre, "strike_scan", scan, reason=reason)
    return scan


def _require_paper(session: ScopedSession, application_id: uuid.UUID, kind: int) -> None:
    found = session.scalars(
        select(ApplicationPaper.document_type_id).where(
            ApplicationPaper.application_id == application_id,
            ApplicationPaper.document_type_id == kind,
        )
    ).one_or_none()
    if found is None:
        raise NotFound


def _record(work: Work, centre: Centre, verb: str, scan: PaperScan, **more: str) -> None:
    work.record(
        verb,
        subject_kind="application",
        subject_id=str(scan.application_id),
        day=clock.business_day(clock.now(), centre.day_starts_minute),
        data={
            "scan": str(scan.id),
            "paper": scan.document_type_id,
            "sha256": scan.sha256,
            **more,
        },
    )
