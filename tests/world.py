"""Builders: each makes the smallest world that a test needs, in the database in use.

centre = a_centre("LA0101")
clerk = a_user("clerk", counter_staff=centre)
service = a_service(centre, "MOPS-04", fee=20_000)
"""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.catalogue.models import (
    DocumentType,
    FeeLine,
    Ministry,
    OfferedService,
    Service,
    ServiceGroup,
    ServicePaper,
    ServiceVersion,
)
from odsc_counter.catalogue.register_models import ServiceStanding
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.tenancy import centre_area, centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets.hall_models import HallRules
from odsc_counter.tickets.models import Counter

LONG_AGO = date(2020, 1, 1)
NAMES = {0: ("Lao PDR", "ສປປ ລາວ"), 1: ("Province", "ແຂວງ"), 2: ("District", "ເມືອງ")}
KINDS = {0: "nation", 1: "province", 2: "district"}


def a_unit(code: str) -> Unit:
    """The unit with this code, with all units above it: LA, LA01, LA0101."""
    with reference_scope():
        with reading() as session:
            unit = session.scalars(select(Unit).where(Unit.code == code)).one_or_none()
        if unit is not None:
            return unit
        parent = a_unit(code[:-2]) if len(code) > 2 else None
        level = len(code) // 2 - 1
        name_en, name_lo = NAMES[level]
        unit = Unit(
            code=code,
            level=level,
            kind=KINDS[level],
            parent_id=parent.id if parent else None,
            name_en=f"{name_en} {code}",
            name_lo=f"{name_lo} {code}",
        )
        with unit_of_work() as work:
            work.session.add(unit)
        return unit


EASY_RULES = {"no_show_calls": 1, "call_gap_seconds": 0, "ordinary_per_priority": 0}
"""One call makes a no-show, at once, and priority always goes first."""


def a_centre(code: str = "LA0101", counters: int = 2, **rules: Any) -> Centre:
    """A centre in the unit of that code, with numbered counters.

    Its hall goes by the easy rules unless `rules` say otherwise.
    """
    unit = a_unit(code)
    with reference_scope(), unit_of_work() as work:
        centre = Centre(
            code=code,
            unit_id=unit.id,
            name_en=f"Centre {code}",
            name_lo=f"ສູນ {code}",
            opened_on=LONG_AGO,
        )
        work.session.add(centre)
        work.session.flush()
        for length in range(2, len(code) + 1, 2):
            area = work.session.scalars(select(Unit).where(Unit.code == code[:length])).one()
            work.session.execute(centre_area.insert().values(area_id=area.id, covered_id=centre.id))
    with centre_scope(centre.id), unit_of_work() as work:
        work.session.add(HallRules(**{**EASY_RULES, **rules}))
        for number in range(1, counters + 1):
            work.session.add(Counter(number=number))
    return centre


def counters_of(centre: Centre) -> list[Counter]:
    """The centre's counters by number."""
    with centre_scope(centre.id), reading() as session:
        return list(session.scalars(select(Counter).order_by(Counter.number)))


def a_ministry(code: str = "MOPS") -> Ministry:
    """The ministry with this code."""
    with reference_scope():
        with reading() as session:
            found = session.scalars(select(Ministry).where(Ministry.code == code)).one_or_none()
        if found is not None:
            return found
        ministry = Ministry(code=code, name_en=f"Ministry {code}", name_lo=f"ກະຊວງ {code}")
        with unit_of_work() as work:
            work.session.add(ministry)
        return ministry


def a_service(
    centre: Centre | None = None,
    code: str = "MOPS-04",
    *,
    fee: int | None = 20_000,
    letter: str = "A",
    days: int = 1,
    papers: int = 2,
    legal_basis: str = "Test ordinance 1/PO",
    standing: str = "sourced",
) -> Service:
    """A service of the catalogue with papers and a fee, offered by the centre."""
    ministry = a_ministry(code.split("-")[0])
    with reference_scope(), unit_of_work() as work:
        service = work.session.scalars(select(Service).where(Service.code == code)).one_or_none()
        if service is None:
            service = Service(code=code, category="identity_residence")
            work.session.add(service)
            work.session.flush()
            version = ServiceVersion(
                service_id=service.id,
                valid_from=LONG_AGO,
                ministry_id=ministry.id,
                name_en=f"Service {code}",
                name_lo=f"ບໍລິການ {code}",
                processing_days=days,
                standing=standing,
            )
            work.session.add(version)
            work.session.flush()
            for position in range(papers):
                kind = DocumentType(
                    code=f"{code}{position}"[-12:], name_en=f"Paper {position}", name_lo="ເອກະສານ"
                )
                work.session.add(kind)
                work.session.flush()
                work.session.add(
                    ServicePaper(version_id=version.id, document_type_id=kind.id, position=position)
                )
            work.session.add(
                FeeLine(
                    service_id=service.id,
                    code="BASE",
                    name_en="Fee",
                    name_lo="ຄ່າທຳນຽມ",
                    amount=fee,
                    legal_basis=legal_basis,
                    act_on=LONG_AGO,
                    standing=standing,
                    valid_from=LONG_AGO,
                )
            )
    if centre is not None:
        with centre_scope(centre.id), unit_of_work() as work:
            group = work.session.scalars(
                select(ServiceGroup).where(ServiceGroup.letter == letter)
            ).one_or_none()
            if group is None:
                group = ServiceGroup(
                    letter=letter, name_en=f"Group {letter}", name_lo=f"ກຸ່ມ {letter}"
                )
                work.session.add(group)
                work.session.flush()
            offer = OfferedService(service_id=service.id, group_id=group.id, offered_from=LONG_AGO)
            work.session.add(offer)
            # Without an event: what a test counts are the events of its own deeds.
            work.session.add(
                ServiceStanding(
                    service_id=service.id,
                    seq=1,
                    verb="offer",
                    state="offered",
                    since=LONG_AGO,
                    decided_by="",
                    recorded_at=datetime.now(UTC),
                    recorded_by="world",
                )
            )
    return service


def a_user(username: str | None = None, *, language: str = "lo", **roles: Any) -> User:
    """An account without password. `roles`: role name = Centre or Unit where it is held."""
    username = username or f"user-{uuid.uuid4().hex[:8]}"
    with reference_scope(), unit_of_work() as work:
        user = User(
            username=username,
            name_lo=f"ທ. {username}",
            name_en=username,
            language=language,
            created_at=datetime.now(UTC),
        )
        work.session.add(user)
        work.session.flush()
        for role, place in roles.items():
            is_centre = isinstance(place, Centre)
            work.session.add(
                RoleGrant(
                    user_id=user.id,
                    role=role,
                    at_centre_id=place.id if is_centre else None,
                    at_unit_id=None if is_centre else place.id,
                    granted_on=LONG_AGO,
                )
            )
    return user
