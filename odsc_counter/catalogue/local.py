"""Services that one centre may offer alone, because a body of its province or district said so."""

import uuid
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.catalogue.models import (
    SOURCED,
    DocumentType,
    FeeLine,
    Ministry,
    OfferedService,
    Service,
    ServiceGroup,
    ServicePaper,
    ServiceVersion,
)
from odsc_counter.catalogue.register import Decision, add_standing
from odsc_counter.catalogue.versions import BASE, FEE_NAMES
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.money import LARGEST_KIP
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.work import Work, unit_of_work

CATEGORY = "local"
AFTER_THE_NATIONS = 10_000
"""Where the position of centres' own services begins: they stand after the nation's."""


@dataclass(frozen=True)
class LocalService:
    """What a decision allows a centre to offer."""

    decision_number: str
    decision_on: date
    decided_by: str
    name_lo: str
    name_en: str
    ministry_code: str
    group_id: uuid.UUID
    processing_days: int
    document_type_ids: tuple[int, ...] = ()
    """The papers that it asks for, in their order."""
    fee_kip: int | None = None
    """None where no fee is taken."""
    legal_basis: str = ""
    """The act that sets the fee; a fee without one can't be written down."""


def authorise(centre: Centre, local: LocalService) -> Service:
    """Add a service of the centre's own and offer it from today.

    Its code is the centre's with a running number. No other centre sees it; the nation's
    office sees it as a local deviation. Without the number of the decision, its day and the
    body the database takes neither the service nor, so, a fee for it. Raises InvalidInput,
    NotFound (ministry, group or paper unknown).
    """
    today = clock.today()
    words = {
        name: lao_normalize(getattr(local, name)).replace("\n", " ")
        for name in ("decision_number", "decided_by", "name_lo", "name_en", "legal_basis")
    }
    _refuse_wrong(local, words, today)
    with unit_of_work() as work:
        ministry_id = _ministry(work, local.ministry_code, today)
        _refuse_unknown(work, local)
        number = take_number(work.session, "local_service", "all")
        service = Service(
            owner_centre_id=centre.id,
            code=f"{centre.code}-L{number:02}",
            category=CATEGORY,
            position=AFTER_THE_NATIONS + number,
            decision_number=words["decision_number"],
            decision_on=local.decision_on,
            decided_by=words["decided_by"],
        )
        work.session.add(service)
        work.session.flush()
        _add_version(work, service, local, words, ministry_id, today)
        work.record(
            "authorised",
            subject_kind="service",
            subject_id=service.code,
            data={
                "document_number": service.decision_number,
                "decided_by": service.decided_by,
                "decision_on": local.decision_on.isoformat(),
                "fee_kip": local.fee_kip,
                "legal_basis": words["legal_basis"],
            },
        )
        offer = OfferedService(service_id=service.id, group_id=local.group_id, offered_from=today)
        work.session.add(offer)
        add_standing(
            work,
            "offer",
            offer,
            [],
            Decision(today, words["decided_by"], words["decision_number"]),
        )
    return service


def _add_version(
    work: Work,
    service: Service,
    local: LocalService,
    words: dict[str, str],
    ministry_id: int,
    today: date,
) -> None:
    source = f"{words['decision_number']}, {local.decision_on:%d/%m/%Y}, {words['decided_by']}"
    version = ServiceVersion(
        owner_centre_id=service.owner_centre_id,
        service_id=service.id,
        valid_from=today,
        ministry_id=ministry_id,
        name_lo=words["name_lo"],
        name_en=words["name_en"],
        processing_days=local.processing_days,
        standing=SOURCED,
        source=source,
    )
    work.session.add(version)
    work.session.flush()
    work.session.add_all(
        ServicePaper(version_id=version.id, document_type_id=kind, position=position)
        for position, kind in enumerate(local.document_type_ids, start=1)
    )
    if local.fee_kip is not None:
        work.session.add(
            FeeLine(
                owner_centre_id=service.owner_centre_id,
                service_id=service.id,
                code=BASE,
                name_en=FEE_NAMES[0],
                name_lo=FEE_NAMES[1],
                amount=local.fee_kip,
                legal_basis=words["legal_basis"],
                act_on=local.decision_on,
                standing=SOURCED,
                source=source,
                valid_from=today,
            )
        )
    work.session.flush()


def _ministry(work: Work, code: str, day: date) -> int:
    ministry = work.session.scalars(select(Ministry).where(Ministry.code == code)).one_or_none()
    if ministry is None or (ministry.valid_to is not None and ministry.valid_to <= day):
        raise NotFound
    return ministry.id


def _refuse_unknown(work: Work, local: LocalService) -> None:
    group = select(ServiceGroup.id).where(ServiceGroup.id == local.group_id)
    wanted = set(local.document_type_ids)
    papers = select(DocumentType.id).where(DocumentType.id.in_(wanted))
    if work.session.scalar(group) is None or set(work.session.scalars(papers)) != wanted:
        raise NotFound


def _refuse_wrong(local: LocalService, words: dict[str, str], today: date) -> None:
    wrong = {}
    for name in ("name_lo", "name_en"):
        if not words[name]:
            wrong[name] = _("Please write the name.")
    if not words["decision_number"]:
        wrong["decision_number"] = _("Write the number of the document.")
    if not words["decided_by"]:
        wrong["decided_by"] = _("Write who decided.")
    if local.decision_on > today:
        wrong["decision_on"] = _("This day has not come yet.")
    if not 1 <= local.processing_days <= 365:
        wrong["processing_days"] = _("Write a number from 1 to 365.")
    if local.fee_kip is not None:
        if not 0 <= local.fee_kip <= LARGEST_KIP:
            wrong["amount"] = _("A fee can't be below zero.")
        if not words["legal_basis"]:
            wrong["legal_basis"] = _("Please name the act that sets the fee.")
    if wrong:
        raise InvalidInput(wrong)
