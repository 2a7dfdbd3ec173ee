"""The dated rows of an edition: versions of services and fee lines, closed and opened anew."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from odsc_counter.catalogue.edition_content import Content, ContentBook, named_ministry
from odsc_counter.catalogue.fee_rules import FIXED, KIP, ONE_OF, Tariff, faults
from odsc_counter.catalogue.models import (
    CONFIRMED,
    DocumentType,
    FeeLine,
    Ministry,
    Service,
    ServicePaper,
    ServiceStep,
    ServiceVersion,
)
from odsc_counter.places.edition import Edition, LoadSummary, day_or_year, put
from odsc_counter.platform.lao import lao_normalize

BASE = "BASE"
PAPER_COLUMNS = (
    "document_type_id",
    "position",
    "kind",
    "is_required",
    "alternative",
    "condition",
)
STEP_COLUMNS = (
    "code",
    "position",
    "stage",
    "name_en",
    "name_lo",
    "level",
    "working_days",
    "decides",
    "condition",
)
WORDS = (
    "name_en",
    "name_lo",
    "processing_days",
    "description_en",
    "description_lo",
    "legal_basis_en",
    "legal_basis_lo",
    "applicants_en",
    "applicants_lo",
    "result_en",
    "result_lo",
    "form",
)
"""What a version says; papers and steps are rows of their own."""
TARIFF = ("rule", "amount", "currency", "terms", "shares")
FEE_NAMES = ("Fee", "ຄ່າທຳນຽມ")


class _Succession:
    """Who takes over from whom."""

    def __init__(self, ministries: Iterable[Ministry]) -> None:
        self._by_id = {ministry.id: ministry for ministry in ministries}

    def successor(self, ministry: Ministry) -> Ministry | None:
        """Who takes the ministry's services over; None while it has no end or no heir."""
        if ministry.valid_to is None or ministry.successor_id is None:
            return None
        return self._by_id[ministry.successor_id]

    def on(self, ministry: Ministry, day: date) -> Ministry:
        """Who holds on a day what once was this ministry's."""
        heir = self.successor(ministry)
        while heir is not None and ministry.valid_to is not None and ministry.valid_to <= day:
            ministry, heir = heir, self.successor(heir)
        return ministry


def load_services(
    session: Session,
    edition: Edition,
    summary: LoadSummary,
    ministries: dict[str, Ministry],
    documents: dict[str, DocumentType],
    is_first: bool,
) -> dict[str, Service]:
    """Services with their versions; returns the services by code."""
    succession = _Succession(ministries.values())
    services = {service.code: service for service in session.scalars(select(Service))}
    open_versions = {
        version.service_id: version
        for version in session.scalars(
            select(ServiceVersion)
            .where(ServiceVersion.valid_to.is_(None), ServiceVersion.owner_centre_id.is_(None))
            .options(selectinload(ServiceVersion.steps))
        )
    }
    rows = edition.rows("service_catalogue.csv")
    for position, row in enumerate(rows, start=1):
        code = row["code"]
        services[code] = put(
            session,
            summary,
            services.get(code),
            lambda code=code: Service(code=code),  # type: ignore[misc]  # bound per row
            category=row["category"],
            position=position,
        )
    session.flush()
    begins = edition.catalogue_begins if is_first else edition.holds_from
    book = ContentBook(edition, documents)
    for row in rows:
        service = services[row["code"]]
        content = book.content(
            row["code"], [code for code in row["required_documents"].split("|") if code]
        )
        wanted: dict[str, Any] = {
            "name_en": row["name_en"],
            "name_lo": lao_normalize(row["name_lo"]),
            "processing_days": int(row["processing_days"]),
            "standing": row["standing"],
            "source": row["source"],
            **content.words,
        }
        version = open_versions.get(service.id)
        ministry = ministries[row["ministry"]]
        if version is None:
            version = _new_version(
                session,
                service,
                begins,
                succession.on(ministry, begins),
                content.papers,
                _steps_on(begins, content, ministries, succession),
                wanted,
            )
            summary.added["service_version"] += 1
            _hand_over(session, summary, version, succession)
            continue
        version = _hand_over(session, summary, version, succession)
        day = max(edition.holds_from, version.valid_from)
        holder = succession.on(ministry, day)
        steps = _steps_on(day, content, ministries, succession)
        moved = succession.on(version.ministry, day).id != holder.id
        if not (
            _differs(version, wanted)
            or moved
            or _papers_of(version) != content.papers
            or _steps_of(version, succession, day) != steps
        ):
            version.source = wanted["source"]
        elif version.standing == CONFIRMED or version.valid_from >= edition.holds_from:
            summary.kept.append(f"service {row['code']}")
        else:
            version.valid_to = edition.holds_from
            fresh = _new_version(
                session, service, edition.holds_from, holder, content.papers, steps, wanted
            )
            summary.changed["service_version"] += 1
            _hand_over(session, summary, fresh, succession)
    for own in session.scalars(
        select(ServiceVersion)
        .where(ServiceVersion.valid_to.is_(None), ServiceVersion.owner_centre_id.is_not(None))
        .options(selectinload(ServiceVersion.steps))
    ).all():
        _hand_over(session, summary, own, succession)
    listed = {services[row["code"]].id for row in rows}
    codes = {service.id: service.code for service in services.values()}
    for service_id, version in open_versions.items():
        if service_id not in listed and version.valid_to is None:
            _end(version, edition, summary, f"service {codes[service_id]}")
    session.flush()
    return services


def _differs(row: ServiceVersion | FeeLine, wanted: dict[str, Any]) -> bool:
    """Whether a paper would read otherwise. Words on the source alone are no difference."""
    return any(
        getattr(row, name) != value
        for name, value in wanted.items()
        if name != "source" and not (name == "standing" and row.standing == CONFIRMED)
    )


def _papers_of(version: ServiceVersion) -> list[dict[str, Any]]:
    return [{name: getattr(paper, name) for name in PAPER_COLUMNS} for paper in version.papers]


def _steps_of(version: ServiceVersion, succession: _Succession, day: date) -> list[dict[str, Any]]:
    """The version's steps, with whoever holds them on the day."""
    return [
        {name: getattr(step, name) for name in STEP_COLUMNS}
        | {"ministry_id": succession.on(step.ministry, day).id}
        for step in version.steps
    ]


def _steps_on(
    day: date, content: Content, ministries: dict[str, Ministry], succession: _Succession
) -> list[dict[str, Any]]:
    """The steps that the edition wants, with whoever holds them on the day."""
    return [
        {name: step[name] for name in STEP_COLUMNS}
        | {"ministry_id": succession.on(named_ministry(step, ministries), day).id}
        for step in content.steps
    ]


def _new_version(
    session: Session,
    service: Service,
    valid_from: date,
    ministry: Ministry,
    papers: list[dict[str, Any]],
    steps: list[dict[str, Any]],
    values: dict[str, Any],
) -> ServiceVersion:
    version = ServiceVersion(service=service, ministry=ministry, valid_from=valid_from, **values)
    version.papers = [ServicePaper(**paper) for paper in papers]
    version.steps = [
        ServiceStep(ministry=session.get_one(Ministry, step["ministry_id"]), **step)
        for step in steps
    ]
    session.add(version)
    return version


def _hand_over(
    session: Session, summary: LoadSummary, version: ServiceVersion, succession: _Succession
) -> ServiceVersion:
    """Give the service to the successor on the day its ministry ended; the last version."""
    heir = succession.successor(version.ministry)
    while heir is not None:
        ended_on = version.ministry.valid_to
        if ended_on is None or ended_on <= version.valid_from:
            break
        version.valid_to = ended_on
        version = _new_version(
            session,
            version.service,
            ended_on,
            heir,
            _papers_of(version),
            _steps_of(version, succession, ended_on),
            {
                name: getattr(version, name)
                for name in (
                    *WORDS,
                    "standing",
                    "source",
                    "confirmed_at",
                    "confirmed_by",
                    "owner_centre_id",
                )
            },
        )
        summary.added["service_version"] += 1
        heir = succession.successor(heir)
    return version


def load_fees(
    session: Session,
    edition: Edition,
    summary: LoadSummary,
    services: dict[str, Service],
    is_first: bool,
) -> None:
    """Fee lines: those of the file of fees; a service without a base fee there has one BASE."""
    open_lines = {
        (line.service_id, line.code): line
        for line in session.scalars(
            select(FeeLine).where(FeeLine.valid_to.is_(None), FeeLine.owner_centre_id.is_(None))
        )
    }
    codes = {service.id: service.code for service in services.values()}
    begins = edition.catalogue_begins if is_first else edition.holds_from
    wanted = _wanted_fees(edition, services)
    for key, (values, since) in wanted.items():
        start = max(begins, since or begins)
        line = open_lines.get(key)
        if line is None:
            session.add(FeeLine(service_id=key[0], code=key[1], valid_from=start, **values))
            summary.added["fee_line"] += 1
        elif not _differs(line, values):
            line.source = values["source"]
        elif line.standing == CONFIRMED or line.valid_from >= start:
            summary.kept.append(f"fee {codes[key[0]]} {key[1]}")
        else:
            line.valid_to = start
            session.add(FeeLine(service_id=key[0], code=key[1], valid_from=start, **values))
            summary.changed["fee_line"] += 1
    for key, line in open_lines.items():
        if key not in wanted:
            _end(line, edition, summary, f"fee {codes[key[0]]} {key[1]}")
    session.flush()


def _wanted_fees(
    edition: Edition, services: dict[str, Service]
) -> dict[tuple[int, str], tuple[dict[str, Any], date | None]]:
    wanted: dict[tuple[int, str], tuple[dict[str, Any], date | None]] = {}
    has_base = set()
    for row in edition.rows("fee_tiers.csv"):
        if row["part"] == ONE_OF:
            has_base.add(row["service_code"])
        wanted[services[row["service_code"]].id, row["tier"]] = (
            {
                "name_en": row["name_en"],
                "name_lo": lao_normalize(row["name_lo"]),
                "amount": int(row["amount"]) if row["amount"] else None,
                "currency": row["currency"],
                "rule": row["rule"],
                "part": row["part"],
                "terms": json.loads(row["terms"] or "{}"),
                "shares": json.loads(row["shares"] or "[]"),
                "legal_basis": row["legal_basis"],
                "article": row["article"],
                "act_on": day_or_year(row["act_on"]),
                "standing": row["standing"],
                "source": row["source"],
            },
            day_or_year(row["valid_from"]),
        )
    for row in edition.rows("service_catalogue.csv"):
        if row["code"] in has_base:
            continue
        wanted[services[row["code"]].id, BASE] = (
            {
                "name_en": FEE_NAMES[0],
                "name_lo": FEE_NAMES[1],
                "amount": int(row["fee_lak"]) if row["fee_lak"] else None,
                "currency": KIP,
                "rule": FIXED,
                "part": ONE_OF,
                "terms": {},
                "shares": [],
                "legal_basis": row["fee_legal_basis"],
                "article": "",
                "act_on": day_or_year(row["fee_act_on"]),
                "standing": row["fee_standing"],
                "source": row["source"],
            },
            None,
        )
    for values, _since in wanted.values():
        tariff = Tariff(*(values[name] for name in TARIFF))
        # An amount that is not known yet is none; every other fault is the edition's.
        if set(faults(tariff, values["part"])) - {"amount"}:
            raise ValueError(f"a fee that can't be computed: {values['name_en']}")
    return wanted


def _end(row: ServiceVersion | FeeLine, edition: Edition, summary: LoadSummary, what: str) -> None:
    """End what the edition no longer has; what was confirmed stays and is reported."""
    if row.standing == CONFIRMED:
        summary.kept.append(what)
        return
    row.valid_to = max(edition.holds_from, row.valid_from)
    summary.ended[row.__tablename__] += 1
