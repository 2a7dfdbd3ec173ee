"""What the nation keeps of all centres' chains, and the one number that stands for a day.

The root of a Merkle tree (RFC 6962's, SHA-256) over a day's anchors can be published: whoever
rebuilds a centre's chain later, its anchors included, can't bring the root back.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.treasury.models import CLOSES, ChainAnchor


@dataclass(frozen=True)
class Anchored:
    """An anchor with the centre that it is of."""

    centre: Centre
    anchor: ChainAnchor

    @property
    def text(self) -> str:
        """The leaf of the tree, as it is printed and hashed."""
        row = self.anchor
        return (
            f"{self.centre.code}|{row.day.isoformat()}|{row.fiscal_year}-{row.series}"
            f"|{row.last_no}|{row.head_hash}|{row.total_kip}|{row.z_number}|{row.z_hash}"
        )


@dataclass(frozen=True)
class NationalDay:
    """All anchors of one day."""

    day: date
    rows: list[Anchored]
    not_closed: list[Centre]
    """Centres that were open on that day and sent no close of it."""

    @property
    def root(self) -> str:
        """The Merkle root over the anchors in order, in hexadecimal; of none: of nothing."""
        return merkle_root([row.text.encode() for row in self.rows])

    @property
    def centres(self) -> int:
        """How many centres closed the day."""
        return sum(row.anchor.series == CLOSES for row in self.rows)


def national_day(day: date) -> NationalDay:
    """The anchors of a day of all centres, by centre, year and series. Raises NotFound."""
    with reference_scope(), reading() as session:
        nation = session.scalars(select(Unit).where(Unit.level == 0)).one_or_none()
        centres = {
            centre.id: centre for centre in session.scalars(select(Centre).order_by(Centre.code))
        }
    if nation is None:
        raise NotFound
    with area_scope(nation.id), reading() as session:
        anchors = session.scalars(select(ChainAnchor).where(ChainAnchor.day == day)).all()
    rows = [Anchored(centres[row.centre_id], row) for row in anchors]
    rows.sort(key=lambda row: (row.centre.code, row.anchor.fiscal_year, row.anchor.series))
    closed = {row.centre.id for row in rows}
    return NationalDay(
        day,
        rows,
        [
            centre
            for centre in centres.values()
            if centre.id not in closed
            and centre.opened_on <= day
            and (centre.closed_on is None or centre.closed_on > day)
        ],
    )


def last_day() -> date | None:
    """The newest day that any centre has closed."""
    with reference_scope(), reading() as session:
        nation = session.scalars(select(Unit).where(Unit.level == 0)).one_or_none()
    if nation is None:
        raise NotFound
    with area_scope(nation.id), reading() as session:
        return session.scalar(select(func.max(ChainAnchor.day)))


def merkle_root(leaves: Sequence[bytes]) -> str:
    """The root hash of RFC 6962: leaves and nodes are hashed apart, an odd one moves up."""
    return _root([hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]).hex()


def _root(hashes: list[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + hashes[place] + hashes[place + 1]).digest()
            for place in range(0, len(hashes) - 1, 2)
        ]
        hashes = pairs + hashes[len(pairs) * 2 :]
    return hashes[0]
