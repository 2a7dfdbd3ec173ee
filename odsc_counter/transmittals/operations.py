"""Sending papers in a bundle, confirming what came, and clearing up what did not.

Locks in one order: the files by id, then their steps, then the number series.
"""

import uuid
from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from odsc_counter.applications import operations as files
from odsc_counter.applications import queries as applications
from odsc_counter.applications.holdings import Moment
from odsc_counter.applications.lifecycle import APPROVED, SUBMITTED
from odsc_counter.applications.models import Application
from odsc_counter.applications.tracking import new_code
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.transmittals import queries
from odsc_counter.transmittals.errors import AlreadyReceived, NotLyingHere, OtherSide
from odsc_counter.transmittals.lifecycle import LIFECYCLE
from odsc_counter.transmittals.models import (
    BACK,
    OUT,
    Transmittal,
    TransmittalItem,
    TransmittalReceipt,
)
from odsc_counter.transmittals.sides import Side

MOST_FILES = 100
"""More do not fit into one hand."""


def make(
    centre: Centre, side: Side, direction: str, ministry_id: int, chosen: Collection[uuid.UUID]
) -> Transmittal:
    """Bundle files whose papers lie at one end, and send them to the other.

    Raises InvalidInput (none, or over 100), OtherSide, NotFound, NotLyingHere (with their
    numbers; also when somebody else has just bundled one of them).
    """
    ids = sorted(set(chosen))
    if not 1 <= len(ids) <= MOST_FILES or direction not in (OUT, BACK):
        raise InvalidInput({"files": _("Choose 1 to %(most)s files.", most=MOST_FILES)})
    applications.ministry(ministry_id)
    moment = Moment.now(centre)
    with unit_of_work() as work:
        # Another centre's file is not found, whoever asks; only then is it asked who does.
        bundled = _locked(work, ids)
        if not side.gives(direction, ministry_id):
            raise OtherSide
        fitting = {row.id for row in queries.lying(direction, ministry_id, only=ids)}
        others = [row.label for row in bundled if row.id not in fitting]
        if others:
            raise NotLyingHere(labels=", ".join(others))
        number = take_number(work.session, "transmittal", str(moment.day.year))
        made = Transmittal(
            year=moment.day.year,
            number=number,
            label=f"{centre.code}-{moment.day.year % 100:02}-T{number:04}",
            code=new_code(),
            direction=direction,
            ministry_id=ministry_id,
            made_at=moment.at,
            made_on=moment.day,
            made_by_id=current_actor().user_id,
        )
        work.session.add(made)
        work.session.flush()
        _send(work, made, sorted(bundled, key=lambda row: (row.year, row.number)), moment)
        work.record(
            "make",
            subject_kind="transmittal",
            subject_id=str(made.id),
            day=moment.day,
            data={"label": made.label, "direction": direction, "files": len(ids)},
        )
    return made


def receive(
    centre: Centre,
    side: Side,
    code: str,
    came: Collection[uuid.UUID],
    result_numbers: Mapping[uuid.UUID, str] | None = None,
) -> Transmittal:
    """Confirm a bundle: the items that came are received, all others are missing.

    An office takes up the files that nobody had taken up; at the counter the approved ones
    become ready, under the number on the document where one is given by item. Raises NotFound,
    OtherSide, AlreadyReceived, InvalidInput (a number over 60 letters).
    """
    moment = Moment.now(centre)
    with unit_of_work() as work:
        bundle = queries.by_code(code)
        rows = queries.items(bundle.id)
        if not set(came) <= {row.item.id for row in rows}:
            raise NotFound
        if not side.takes(bundle.direction, bundle.ministry_id):
            raise OtherSide
        _locked(work, sorted(row.application.id for row in rows))
        work.session.add(
            TransmittalReceipt(
                transmittal_id=bundle.id,
                received_at=moment.at,
                received_on=moment.day,
                received_by_id=current_actor().user_id,
            )
        )
        try:
            work.session.flush()
        except IntegrityError as error:
            raise AlreadyReceived from error
        numbers = result_numbers or {}
        for row in rows:
            is_here = row.item.id in came
            _move(work, row.item, "receive" if is_here else "miss", row.application, moment)
        for row in rows:
            if row.item.id in came:
                number = numbers.get(row.item.id, "")
                _arrived(centre, bundle, row.application.id, number)
        work.record(
            "receive",
            subject_kind="transmittal",
            subject_id=str(bundle.id),
            day=moment.day,
            data={"label": bundle.label, "files": len(set(came)), "missing": len(rows) - len(came)},
        )
    return bundle


def came_later(centre: Centre, side: Side, item_id: uuid.UUID) -> Transmittal:
    """A paper that was missing has come after all: the taker has it.

    Raises NotFound, OtherSide, AlreadyChanged.
    """
    return _clear_up(centre, side, item_id, "receive")


def stayed(centre: Centre, side: Side, item_id: uuid.UUID) -> Transmittal:
    """A paper that was missing never left: the giver has it, and may send it again.

    Raises NotFound, OtherSide, AlreadyChanged.
    """
    return _clear_up(centre, side, item_id, "find")


def _clear_up(centre: Centre, side: Side, item_id: uuid.UUID, verb: str) -> Transmittal:
    moment = Moment.now(centre)
    with unit_of_work() as work:
        bundle, row = queries.item(item_id)
        is_mine = side.takes if verb == "receive" else side.gives
        if not is_mine(bundle.direction, bundle.ministry_id):
            raise OtherSide
        if queries.receipt_of(bundle.id) is None:
            raise AlreadyChanged
        _locked(work, [row.application.id])
        _move(work, row.item, verb, row.application, moment)
        if verb == "receive":
            _arrived(centre, bundle, row.application.id, "")
    return bundle


def _locked(work: Work, ids: list[uuid.UUID]) -> list[Application]:
    """The files, held in one order until the transaction ends. Raises NotFound."""
    found = list(
        work.session.scalars(
            select(Application)
            .where(Application.id.in_(ids))
            .order_by(Application.id)
            .with_for_update(of=Application)
            .execution_options(populate_existing=True)
        )
    )
    if len(found) != len(set(ids)):
        raise NotFound
    return found


def _send(work: Work, made: Transmittal, bundled: list[Application], moment: Moment) -> None:
    for position, application in enumerate(bundled, start=1):
        item = TransmittalItem(
            transmittal_id=made.id, application_id=application.id, position=position
        )
        try:
            work.begin(
                item, LIFECYCLE, "send", day=moment.day, label=application.label, bundle=made.label
            )
        except IntegrityError as error:
            raise NotLyingHere(labels=application.label) from error


def _move(
    work: Work, item: TransmittalItem, verb: str, application: Application, moment: Moment
) -> None:
    work.change(item, LIFECYCLE, verb, day=moment.day, label=application.label)


def _arrived(centre: Centre, bundle: Transmittal, application_id: uuid.UUID, number: str) -> None:
    """What follows from a paper's coming, where its file has not gone on already."""
    state = applications.application(application_id).state
    if bundle.direction == OUT and state == SUBMITTED:
        files.take_up(centre, application_id)
    elif bundle.direction == BACK and state == APPROVED:
        files.make_ready(centre, application_id, number)
