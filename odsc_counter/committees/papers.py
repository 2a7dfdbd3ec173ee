"""Papers on the table of a meeting: kept, looked at and withdrawn; and whether they are whole."""

import uuid
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select

from odsc_counter.actions.models import ActionNote
from odsc_counter.applications.scan_files import KeptFile
from odsc_counter.committees.errors import PapersClosed
from odsc_counter.committees.lifecycle import HELD, IN_SESSION, INVITED, PLANNED
from odsc_counter.committees.meetings import locked
from odsc_counter.committees.models import AgendaItem, Meeting, MeetingPaper
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.file_store import current_store
from odsc_counter.platform.tenancy import area_scope, current_actor, reference_scope
from odsc_counter.platform.work import Work, reading, unit_of_work

MAY_CHANGE = (PLANNED, INVITED, IN_SESSION, HELD)
"""Signed minutes name the papers of the meeting, so these stay then."""


def add(
    unit: Unit, meeting_id: uuid.UUID, file: KeptFile, item_id: uuid.UUID | None = None
) -> MeetingPaper:
    """Lay a kept file on the table, of the meeting or of one point of its agenda.

    Raises NotFound, PapersClosed.
    """
    with unit_of_work() as work:
        meeting = _changeable(work, unit, meeting_id)
        if item_id is not None:
            item = work.session.get(AgendaItem, (unit.id, item_id))
            if item is None or item.meeting_id != meeting.id or item.withdrawn_at is not None:
                raise NotFound
        paper = MeetingPaper(
            place_id=unit.id,
            id=uuid.uuid4(),
            meeting_id=meeting.id,
            agenda_item_id=item_id,
            name=file.name or file.sha256[:12],
            file_hash=file.sha256,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            added_at=clock.now(),
            added_by_name=current_actor().name,
        )
        work.session.add(paper)
        work.session.flush()
        _record(work, "add", meeting, paper)
    return paper


def withdraw(unit: Unit, meeting_id: uuid.UUID, paper_id: uuid.UUID) -> None:
    """Take a paper off the table; row and file stay. Raises NotFound, PapersClosed."""
    with unit_of_work() as work:
        meeting = _changeable(work, unit, meeting_id)
        paper = work.session.get(MeetingPaper, (unit.id, paper_id), with_for_update=True)
        if paper is None or paper.meeting_id != meeting.id or paper.withdrawn_at is not None:
            raise NotFound
        paper.withdrawn_at = clock.now()
        work.session.flush()
        _record(work, "withdraw", meeting, paper)


def paper(unit: Unit, meeting_id: uuid.UUID, paper_id: uuid.UUID) -> MeetingPaper:
    """A paper that lies on the table of this unit's meeting. Raises NotFound."""
    with reading() as session:
        found = session.get(MeetingPaper, (unit.id, paper_id))
    if found is None or found.meeting_id != meeting_id or found.withdrawn_at is not None:
        raise NotFound
    return found


def faults() -> Iterator[tuple[str, str]]:
    """Every file of a unit's office that is gone or changed: the unit's code, and what is wrong.

    Papers of meetings, withdrawn or not, and evidence of action items.
    """
    store = current_store().of_units
    codes, kept = _kept()
    for place_id, digests in sorted(kept.items()):
        for digest in sorted(digests):
            fault = store.fault(place_id, digest)
            if fault is not None:
                yield codes[place_id], f"its file {digest} is {fault}"


def sweep() -> int:
    """Remove the old files of all units' offices that no record names. Gives their number."""
    store = current_store().of_units
    swept = store.sweep_unfinished()
    codes, kept = _kept()
    for place_id in codes:
        swept += store.sweep_unknown(place_id, kept.get(place_id, set()))
    return swept


def _kept() -> tuple[dict[int, str], dict[int, set[str]]]:
    """The codes of all units, and the files that records of each one name."""
    with reference_scope(), reading() as session:
        rows = session.execute(select(Unit.id, Unit.code, Unit.level).order_by(Unit.id)).all()
    kept: dict[int, set[str]] = defaultdict(set)
    for nation in [row.id for row in rows if row.level == 0]:
        with area_scope(nation), reading() as session:
            named = (
                select(MeetingPaper.place_id, MeetingPaper.file_hash),
                select(ActionNote.place_id, ActionNote.file_hash).where(ActionNote.file_hash != ""),
            )
            for statement in named:
                for place_id, digest in session.execute(statement):
                    kept[place_id].add(digest)
    return {row.id: row.code for row in rows}, kept


def _changeable(work: Work, unit: Unit, meeting_id: uuid.UUID) -> Meeting:
    meeting = locked(work, unit, meeting_id)
    if meeting.state not in MAY_CHANGE:
        raise PapersClosed
    return meeting


def _record(work: Work, verb: str, meeting: Meeting, paper: MeetingPaper) -> None:
    work.record_in_area(
        verb,
        subject_kind="meeting_paper",
        subject_id=str(paper.id),
        data={"meeting": f"{meeting.number}/{meeting.year}", "name": paper.name},
    )
