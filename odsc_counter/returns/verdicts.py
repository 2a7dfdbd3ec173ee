"""What the coordinator said of a centre's own returns: the one crossing of this room.

A review lies with the unit in which the centre stands, so a centre's session can't see it. The
centre reads it through the scope of that very unit, the rows about itself and no others, and
writes nothing there.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from odsc_counter.places.models import Centre
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import reading
from odsc_counter.returns.models import ReturnReview

Verdicts = dict[tuple[date, int], ReturnReview]
"""By month and version."""


def on(centre: Centre, months: Collection[date]) -> Verdicts:
    """The verdicts on a centre's returns of these months."""
    with area_scope(centre.unit_id), reading() as session:
        rows = session.scalars(
            select(ReturnReview).where(
                ReturnReview.place_id == centre.unit_id,
                ReturnReview.about_centre_id == centre.id,
                ReturnReview.month.in_(months),
            )
        ).all()
    return {(row.month, row.version): row for row in rows}
