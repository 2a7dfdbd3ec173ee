"""Loading an edition of the reference data, the first time or over an older one.

What is unchanged stays. What changed is closed on the edition's date and opened anew, so that
an old paper keeps the words of its day. What an administrator confirmed is left and reported.
Codes that vanish end; nothing is deleted.
"""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.fee_models import ExemptionClass
from odsc_counter.catalogue.models import (
    ILLUSTRATIVE,
    DocumentType,
    Letterhead,
    Ministry,
    MonitoringBody,
    Service,
)
from odsc_counter.catalogue.versions import load_fees, load_services
from odsc_counter.places.edition import Edition, LoadSummary, day_or_year, put, read_edition
from odsc_counter.places.loading import load_holidays, load_units
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.events import NationalEvent
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work

ONE_LOAD_AT_A_TIME = 0x0D5C
"""Key of the advisory lock on PostgreSQL; SQLite has one writer anyway."""


class EditionNotNewer(DomainError):
    """Other contents than those loaded last, without a higher number and a later date."""

    slug = "edition-not-newer"


def load_reference_data(edition: Edition | None = None) -> LoadSummary:
    """Load an edition (the shipped one unless told) in one transaction; return what it did.

    Loading the same edition again changes nothing. Raises EditionNotNewer for other contents
    that don't come later than what is loaded. Needs no scope: it sets the reference scope.
    """
    edition = edition or read_edition()
    summary = LoadSummary(edition.number)
    with reference_scope(), unit_of_work() as work:
        session = work.session
        if session.get_bind().dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(ONE_LOAD_AT_A_TIME)))
        digest = edition.digest()
        _refuse_older(session, edition, digest)
        # No flush before each look-up: each kind is flushed once, in bulk.
        with session.no_autoflush:
            load_units(session, edition, summary)
            load_holidays(session, edition, summary)
            ministries = _load_ministries(session, edition, summary)
            _load_bodies(session, edition, summary)
            documents = _load_document_types(session, edition, summary)
            is_first = session.scalars(select(Service.id).limit(1)).first() is None
            services = load_services(session, edition, summary, ministries, documents, is_first)
            load_fees(session, edition, summary, services, is_first)
            _load_exemptions(session, edition, summary)
        work.record_national(
            "loaded",
            subject_kind="reference_data",
            subject_id=str(edition.number),
            date=edition.holds_from.isoformat(),
            digest=digest,
            **summary.as_data(),
        )
    return summary


def _refuse_older(session: Session, edition: Edition, digest: str) -> None:
    last = session.scalars(
        select(NationalEvent)
        .where(NationalEvent.subject_kind == "reference_data", NationalEvent.verb == "loaded")
        .order_by(NationalEvent.at.desc(), NationalEvent.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.data["digest"] == digest:
        return
    is_newer = edition.number > int(last.subject_id) and edition.holds_from.isoformat() > str(
        last.data["date"]
    )
    if not is_newer:
        raise EditionNotNewer


def _load_ministries(
    session: Session, edition: Edition, summary: LoadSummary
) -> dict[str, Ministry]:
    ministries = {ministry.code: ministry for ministry in session.scalars(select(Ministry))}
    rows = {row["code"]: row for row in edition.rows("ministries.csv")}
    for code, ministry in ministries.items():
        if code not in rows and ministry.valid_to is None:
            ministry.valid_to = edition.holds_from
            summary.ended["ministry"] += 1
    for code, row in rows.items():
        ministries[code] = put(
            session,
            summary,
            ministries.get(code),
            lambda code=code: Ministry(code=code),  # type: ignore[misc]  # bound per row
            name_en=row["name_en"],
            name_lo=lao_normalize(row["name_lo"]),
            abbreviation_lo=lao_normalize(row["abbr_lo"]),
            valid_from=day_or_year(row["valid_from"]),
            valid_to=day_or_year(row["valid_to"]),
            source=row["source"],
        )
    session.flush()  # a successor may stand further down in the file
    for code, row in rows.items():
        successor = row["successor_code"]
        ministries[code].successor_id = ministries[successor].id if successor else None
    return ministries


def _load_bodies(session: Session, edition: Edition, summary: LoadSummary) -> None:
    bodies = {body.valid_from: body for body in session.scalars(select(MonitoringBody))}
    for row in edition.rows("monitoring_bodies.csv"):
        since = date.fromisoformat(row["valid_from"])
        put(
            session,
            summary,
            bodies.get(since),
            lambda since=since: MonitoringBody(valid_from=since),  # type: ignore[misc]  # per row
            name_en=row["name_en"],
            name_lo=lao_normalize(row["name_lo"]),
            source=row["source"],
        )
    conventions = edition.document("conventions.json")
    since = date.fromisoformat(conventions["header_valid_from"])
    lines_lo = [lao_normalize(line) for line in conventions["header_lines_lo"]]
    lines_en = conventions["header_lines_en"]
    put(
        session,
        summary,
        session.scalars(select(Letterhead).where(Letterhead.valid_from == since)).one_or_none(),
        lambda: Letterhead(valid_from=since),
        line1_lo=lines_lo[0],
        line2_lo=lines_lo[1],
        line1_en=lines_en[0],
        line2_en=lines_en[1],
        source=conventions["header_note"],
    )


def _load_document_types(
    session: Session, edition: Edition, summary: LoadSummary
) -> dict[str, DocumentType]:
    documents = {kind.code: kind for kind in session.scalars(select(DocumentType))}
    for row in edition.rows("document_types.csv"):
        code = row["code"]
        documents[code] = put(
            session,
            summary,
            documents.get(code),
            lambda code=code: DocumentType(code=code),  # type: ignore[misc]  # bound per row
            name_en=row["name_en"],
            name_lo=lao_normalize(row["name_lo"]),
            kind=row["kind"],
            made_by=row["made_by"],
            reusable_months=int(row["reusable_months"]),
            confidence=row["confidence"],
        )
    session.flush()
    return documents


def _load_exemptions(session: Session, edition: Edition, summary: LoadSummary) -> None:
    """Classes of people who pay less. What the nation's office keeps itself is left to it."""
    present = {
        found.code: found
        for found in session.scalars(
            select(ExemptionClass).order_by(ExemptionClass.valid_from, ExemptionClass.id)
        )
    }
    rows = edition.rows("exemption_classes.csv")
    for position, row in enumerate(rows, start=1):
        code = row["code"]
        existing = present.get(code)
        if existing is not None and existing.standing != ILLUSTRATIVE:
            summary.kept.append(f"exemption {code}")
            continue
        put(
            session,
            summary,
            existing,
            lambda code=code: ExemptionClass(  # type: ignore[misc]  # bound per row
                code=code, valid_from=edition.catalogue_begins
            ),
            position=position,
            name_en=row["name_en"],
            name_lo=lao_normalize(row["name_lo"]),
            basis_points=int(row["basis_points"]),
            services=[code for code in row["services"].split("|") if code],
            paper_en=row["paper_en"],
            paper_lo=lao_normalize(row["paper_lo"]),
            legal_basis=row["legal_basis"],
            act_on=day_or_year(row["act_on"]),
            standing=row["standing"],
            source=row["source"],
        )
    session.flush()
