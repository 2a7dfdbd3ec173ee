"""Which papers lie where, and which are on their way: read only, in the scope of one centre."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select

from odsc_counter.applications.lifecycle import (
    APPROVED,
    AT_WORK,
    PENDING,
    REJECTED,
    SUBMITTED,
    UNDER_REVIEW,
)
from odsc_counter.applications.models import Application, ApplicationPaper, ApplicationStep
from odsc_counter.applications.tracking import read_code
from odsc_counter.catalogue.models import Ministry
from odsc_counter.places import queries as places
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.work import reading
from odsc_counter.transmittals.lifecycle import MISSING, OPEN, RECEIVED
from odsc_counter.transmittals.models import (
    BACK,
    OUT,
    Transmittal,
    TransmittalItem,
    TransmittalReceipt,
)

MOST = 100
"""As many rows as a list shows."""
LATE_AFTER = 3
"""Working days after which a bundle that nobody has confirmed is called late."""


@dataclass(frozen=True)
class ItemRow:
    """A file in a bundle."""

    item: TransmittalItem
    application: Application


@dataclass(frozen=True)
class BundleRow:
    """A bundle in a list."""

    bundle: Transmittal
    receipt: TransmittalReceipt | None
    files: int
    missing: int
    is_late: bool


@dataclass(frozen=True)
class Travel:
    """One way of a file's paper."""

    bundle: Transmittal
    item: TransmittalItem
    receipt: TransmittalReceipt | None


def lying(
    direction: str, ministry_id: int, only: Collection[uuid.UUID] | None = None
) -> list[Application]:
    """The files whose papers lie where a bundle starts, the most urgent first.

    out: at the counter, while an office of the ministry waits for them or works on them. back:
    with the ministry, or decided by it without a record of how the paper got there. `only`:
    among these.
    """
    statements = [_for_office(ministry_id)] if direction == OUT else _with_office(ministry_id)
    found: dict[uuid.UUID, Application] = {}
    with reading() as session:
        for statement in statements:
            if only is not None:
                statement = statement.where(Application.id.in_(only))
            rows = session.scalars(
                statement.order_by(Application.due_on, Application.number).limit(MOST)
            )
            found |= {row.id: row for row in rows}
    return sorted(found.values(), key=lambda row: (row.due_on or date.max, row.year, row.number))


def ministries_waiting() -> list[tuple[Ministry, int]]:
    """For which ministries papers lie at the counter, and how many."""
    with reading() as session:
        rows = session.execute(
            select(ApplicationStep.ministry_id, func.count(Application.id.distinct()))
            .join(Application, _same_file())
            .where(_waits(), _lies_at_counter())
            .group_by(ApplicationStep.ministry_id)
        )
        counts = {ministry_id: int(count) for ministry_id, count in rows}
        ministries = session.scalars(
            select(Ministry).where(Ministry.id.in_(counts)).order_by(Ministry.code)
        )
        return [(ministry, counts[ministry.id]) for ministry in ministries]


def by_code(text: str) -> Transmittal:
    """The bundle with the code of its QR, or with its number as printed. Raises NotFound."""
    with reading() as session:
        found = session.scalars(
            select(Transmittal).where(
                or_(Transmittal.code == read_code(text), Transmittal.label == text.strip().upper())
            )
        ).one_or_none()
    if found is None:
        raise NotFound
    return found


def items(transmittal_id: uuid.UUID) -> list[ItemRow]:
    """The files of a bundle in their printed order."""
    with reading() as session:
        rows = session.execute(
            select(TransmittalItem, Application)
            .join(Application, _item_of_file())
            .where(TransmittalItem.transmittal_id == transmittal_id)
            .order_by(TransmittalItem.position)
            .execution_options(populate_existing=True)
        )
        return [ItemRow(item, application) for item, application in rows]


def item(item_id: uuid.UUID) -> tuple[Transmittal, ItemRow]:
    """One file of a bundle, with the bundle. Raises NotFound."""
    with reading() as session:
        found = session.execute(
            select(Transmittal, TransmittalItem, Application)
            .join(TransmittalItem, _in_bundle())
            .join(Application, _item_of_file())
            .where(TransmittalItem.id == item_id)
            .execution_options(populate_existing=True)
        ).one_or_none()
    if found is None:
        raise NotFound
    bundle, row, application = found
    return bundle, ItemRow(row, application)


def receipt_of(transmittal_id: uuid.UUID) -> TransmittalReceipt | None:
    """Who confirmed a bundle, and when; None while it is on its way."""
    with reading() as session:
        return session.scalars(
            select(TransmittalReceipt).where(TransmittalReceipt.transmittal_id == transmittal_id)
        ).one_or_none()


def papers_in(transmittal_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many papers each file of a bundle holds, by application."""
    with reading() as session:
        rows = session.execute(
            select(ApplicationPaper.application_id, func.count())
            .join(
                TransmittalItem,
                and_(
                    TransmittalItem.centre_id == ApplicationPaper.centre_id,
                    TransmittalItem.application_id == ApplicationPaper.application_id,
                ),
            )
            .where(TransmittalItem.transmittal_id == transmittal_id, ApplicationPaper.is_present)
            .group_by(ApplicationPaper.application_id)
        )
        return {application_id: int(count) for application_id, count in rows}


def bundles(show: str, day: date, ministries: Collection[int] | None = None) -> list[BundleRow]:
    """Bundles: `open` (nobody confirmed them), `late` of those, `missing`, else the newest.

    `ministries`: theirs alone. Open ones come oldest first.
    """
    conditions: list[ColumnElement[bool]] = []
    order: ColumnElement[Any] = Transmittal.made_at.desc()
    if show in ("open", "late"):
        conditions.append(TransmittalReceipt.transmittal_id.is_(None))
        order = Transmittal.made_at.asc()
    elif show == "missing":
        conditions.append(_count(TransmittalItem.state == MISSING) > 0)
    if ministries is not None:
        conditions.append(Transmittal.ministry_id.in_(ministries))
    calendar = places.working_calendar()
    with reading() as session:
        found = session.execute(
            select(
                Transmittal,
                TransmittalReceipt,
                _count(),
                _count(TransmittalItem.state == MISSING),
            )
            .outerjoin(TransmittalReceipt, _receipt_of_bundle())
            .where(*conditions)
            .order_by(order)
            .limit(MOST)
        )
        rows = [
            BundleRow(
                bundle,
                receipt,
                files,
                missing,
                receipt is None and calendar.working_days(bundle.made_on, day) > LATE_AFTER,
            )
            for bundle, receipt, files, missing in found
        ]
    return [row for row in rows if row.is_late or show != "late"]


def travels(application_id: uuid.UUID) -> list[Travel]:
    """All ways of a file's paper, the oldest first."""
    with reading() as session:
        rows = session.execute(
            select(Transmittal, TransmittalItem, TransmittalReceipt)
            .join(TransmittalItem, _in_bundle())
            .outerjoin(TransmittalReceipt, _receipt_of_bundle())
            .where(TransmittalItem.application_id == application_id)
            .order_by(Transmittal.made_at)
        )
        return [Travel(bundle, row, receipt) for bundle, row, receipt in rows]


def _for_office(ministry_id: int) -> Select[Application]:
    waiting = exists().where(
        _same_file(), ApplicationStep.ministry_id == ministry_id, _step_waits()
    )
    return select(Application).where(
        Application.state.in_((SUBMITTED, UNDER_REVIEW)), waiting, _lies_at_counter()
    )


def _with_office(ministry_id: int) -> list[Select[Application]]:
    of_ministry = Transmittal.ministry_id == ministry_id
    sent_there = (
        select(TransmittalItem.application_id)
        .join(Transmittal, _in_bundle())
        .where(
            TransmittalItem.centre_id == Application.centre_id,
            TransmittalItem.state == RECEIVED,
            Transmittal.direction == OUT,
            of_ministry,
        )
    )
    return [
        select(Application).where(
            Application.id.in_(sent_there),
            ~_is_open(),
            _moved(OUT, of_ministry) > _moved(BACK, of_ministry),
        ),
        select(Application).where(
            Application.state.in_((APPROVED, REJECTED)),
            Application.ministry_id == ministry_id,
            _lies_at_counter(),
            _moved(BACK, of_ministry) == 0,
        ),
    ]


def _waits() -> ColumnElement[bool]:
    return and_(Application.state.in_((SUBMITTED, UNDER_REVIEW)), _step_waits())


def _step_waits() -> ColumnElement[bool]:
    return or_(
        and_(
            Application.state == SUBMITTED,
            ApplicationStep.state == PENDING,
            ApplicationStep.stage == 1,
        ),
        and_(Application.state == UNDER_REVIEW, ApplicationStep.state == AT_WORK),
    )


def _is_open() -> ColumnElement[bool]:
    """The paper is on its way, or missing."""
    return exists().where(_item_of_file(), TransmittalItem.state.in_(OPEN))


def _lies_at_counter() -> ColumnElement[bool]:
    """The paper never left, or came back as often as it went out."""
    # Most files never travelled: one look into the index tells, and the rest is not asked.
    return or_(
        ~exists().where(_item_of_file()),
        and_(~_is_open(), _moved(OUT) == _moved(BACK)),
    )


def _moved(direction: str, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """How often a file's paper came to the end of such a way."""
    return (
        select(func.count())
        .select_from(TransmittalItem)
        .join(Transmittal, _in_bundle())
        .where(
            _item_of_file(),
            TransmittalItem.state == RECEIVED,
            Transmittal.direction == direction,
            *conditions,
        )
        .correlate(Application)
        .scalar_subquery()
    )


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(TransmittalItem)
        .where(_in_bundle(), *conditions)
        .correlate(Transmittal)
        .scalar_subquery()
    )


def _same_file() -> ColumnElement[bool]:
    return and_(
        ApplicationStep.centre_id == Application.centre_id,
        ApplicationStep.application_id == Application.id,
    )


def _item_of_file() -> ColumnElement[bool]:
    return and_(
        TransmittalItem.centre_id == Application.centre_id,
        TransmittalItem.application_id == Application.id,
    )


def _in_bundle() -> ColumnElement[bool]:
    return and_(
        TransmittalItem.centre_id == Transmittal.centre_id,
        TransmittalItem.transmittal_id == Transmittal.id,
    )


def _receipt_of_bundle() -> ColumnElement[bool]:
    return and_(
        TransmittalReceipt.centre_id == Transmittal.centre_id,
        TransmittalReceipt.transmittal_id == Transmittal.id,
    )
