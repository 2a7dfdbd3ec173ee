"""Guidelines: issued with the minutes of a committee, read and acknowledged centre by centre."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.actions.models import Guideline, GuidelineAcknowledgement
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, NotFound
from odsc_counter.platform.tenancy import centre_area, current_actor
from odsc_counter.platform.work import reading, unit_of_work


@dataclass(frozen=True)
class Wording:
    """What a guideline says."""

    label: str
    title_lo: str
    text_lo: str
    acknowledge_by: date
    title_en: str = ""
    text_en: str = ""
    replaces_id: uuid.UUID | None = None


@dataclass(frozen=True)
class ForCentre:
    """A guideline as a centre sees it."""

    guideline: Guideline
    issuer: Unit
    acknowledged_at: datetime | None
    replaced_by: Guideline | None

    @property
    def is_waiting(self) -> bool:
        """Whether the centre must still acknowledge it."""
        return self.acknowledged_at is None and self.replaced_by is None


@dataclass(frozen=True)
class Progress:
    """How far a guideline has come among the centres of an area."""

    guideline: Guideline
    issuer: Unit
    centres: int
    acknowledged: int
    replaced_by: Guideline | None


def issue(unit: Unit, wording: Wording) -> Guideline:
    """Issue a guideline to all centres within a unit; joins the transaction of the sign-off.

    Raises NotFound when it would replace what another unit has issued.
    """
    with unit_of_work() as work:
        if wording.replaces_id is not None:
            earlier = work.session.get(Guideline, wording.replaces_id)
            if earlier is None or earlier.unit_id != unit.id:
                raise NotFound
        guideline = Guideline(
            id=uuid.uuid4(),
            unit_id=unit.id,
            issued_on=clock.today(),
            issued_by_id=current_actor().user_id,
            **vars(wording),
        )
        work.session.add(guideline)
        work.session.flush()
        work.record_in_area(
            "issue",
            subject_kind="guideline",
            subject_id=str(guideline.id),
            data={"label": wording.label, "title": wording.title_lo},
        )
    return guideline


def for_centre(centre: Centre) -> list[ForCentre]:
    """The guidelines of the centre's own unit and of all units above it, the newest first."""
    with reading() as session:
        found = list(
            session.scalars(
                select(Guideline)
                .where(_above(centre))
                .order_by(Guideline.issued_on.desc(), Guideline.label)
            )
        )
        taken = dict(
            session.execute(
                select(
                    GuidelineAcknowledgement.guideline_id,
                    GuidelineAcknowledgement.acknowledged_at,
                )
            )
            .tuples()
            .all()
        )
        issuers = _units(session, found)
    by_replaced = {one.replaces_id: one for one in found if one.replaces_id}
    return [
        ForCentre(one, issuers[one.unit_id], taken.get(one.id), by_replaced.get(one.id))
        for one in found
    ]


def one_for_centre(centre: Centre, guideline_id: uuid.UUID) -> ForCentre:
    """One guideline that is for the centre. Raises NotFound for one of another area."""
    for found in for_centre(centre):
        if found.guideline.id == guideline_id:
            return found
    raise NotFound


def acknowledge(centre: Centre, guideline_id: uuid.UUID) -> None:
    """Say that the centre has read it; a second time changes nothing.

    Raises NotFound, and AlreadyChanged for one that a later guideline has replaced.
    """
    found = one_for_centre(centre, guideline_id)
    if found.acknowledged_at is None and found.replaced_by is not None:
        raise AlreadyChanged
    try:
        with unit_of_work() as work:
            if work.session.get(GuidelineAcknowledgement, (centre.id, guideline_id)) is not None:
                return
            work.session.add(
                GuidelineAcknowledgement(guideline_id=guideline_id, acknowledged_at=clock.now())
            )
            work.session.flush()
            work.record(
                "acknowledge",
                subject_kind="guideline",
                subject_id=str(guideline_id),
                data={"label": found.guideline.label},
            )
    except IntegrityError:
        return  # another click of the same moment was first, and left its event


def waiting_for(centre: Centre) -> int:
    """How many guidelines the centre has not acknowledged yet."""
    return sum(one.is_waiting for one in for_centre(centre))


def progress(unit: Unit) -> list[Progress]:
    """The guidelines that reach an area's centres, and how many of these have acknowledged."""
    with reading() as session:
        found = list(
            session.scalars(
                select(Guideline)
                .join(Unit, Unit.id == Guideline.unit_id)
                .where(_reaches(unit))
                .order_by(Guideline.issued_on.desc(), Guideline.label)
            )
        )
        issuers = _units(session, found)
        acknowledged = dict(
            session.execute(
                select(GuidelineAcknowledgement.guideline_id, func.count())
                .join(Centre, Centre.id == GuidelineAcknowledgement.centre_id)
                .where(_is_open())
                .group_by(GuidelineAcknowledgement.guideline_id)
            )
            .tuples()
            .all()
        )
        reached = {
            area: _open_centres(session, area)
            for area in {_narrower(unit, issuers[one.unit_id]).id for one in found}
        }
    by_replaced = {one.replaces_id: one for one in found if one.replaces_id}
    return [
        Progress(
            one,
            issuers[one.unit_id],
            len(reached[_narrower(unit, issuers[one.unit_id]).id]),
            acknowledged.get(one.id, 0),
            by_replaced.get(one.id),
        )
        for one in found
    ]


def centres_of(
    unit: Unit, guideline_id: uuid.UUID
) -> tuple[Progress, list[tuple[Centre, datetime | None]]]:
    """Each centre of an area that a guideline is for, with the moment it was acknowledged."""
    found = next((one for one in progress(unit) if one.guideline.id == guideline_id), None)
    if found is None:
        raise NotFound
    with reading() as session:
        centres = _open_centres(session, _narrower(unit, found.issuer).id)
        taken = dict(
            session.execute(
                select(
                    GuidelineAcknowledgement.centre_id,
                    GuidelineAcknowledgement.acknowledged_at,
                ).where(GuidelineAcknowledgement.guideline_id == guideline_id)
            )
            .tuples()
            .all()
        )
    return found, [(centre, taken.get(centre.id)) for centre in centres]


def _above(centre: Centre) -> ColumnElement[bool]:
    return Guideline.unit_id.in_(
        select(centre_area.c.area_id).where(centre_area.c.covered_id == centre.id)
    )


def _reaches(unit: Unit) -> ColumnElement[bool]:
    """Guidelines of the unit, of those above it and of those within it."""
    above = [unit.code[:length] for length in range(2, len(unit.code), 2)]
    return Unit.code.startswith(unit.code) | Unit.code.in_(above)


def _narrower(unit: Unit, issuer: Unit) -> Unit:
    return issuer if len(issuer.code) > len(unit.code) else unit


def _open_centres(session: Session, area_id: int) -> list[Centre]:
    return list(
        session.scalars(
            select(Centre)
            .join(centre_area, centre_area.c.covered_id == Centre.id)
            .where(centre_area.c.area_id == area_id, _is_open())
            .order_by(Centre.code)
        )
    )


def _is_open() -> ColumnElement[bool]:
    return Centre.closed_on.is_(None) | (Centre.closed_on > clock.today())


def _units(session: Session, found: list[Guideline]) -> dict[int, Unit]:
    ids = {one.unit_id for one in found}
    return {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
