"""Gap-free numbers: a counter row that is bumped in the transaction that uses the number.

Not a database sequence (gaps on rollback), not max+1 (duplicates under load).
"""

from sqlalchemy import String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from odsc_counter.platform.columns import AreaOwned, Base, CentreOwned
from odsc_counter.platform.tenancy import Scope


class _Series:
    """The last number taken of a series within its period."""

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    last_no: Mapped[int]


class NumberSeries(_Series, CentreOwned, Base):
    """A centre's series."""

    __tablename__ = "number_series"


class AreaNumberSeries(_Series, AreaOwned, Base):
    """A series of a unit's office or committee."""

    __tablename__ = "area_number_series"


def take_number(session: Session, series: str, period: str, first: int = 1) -> int:
    """The next number of a series: `first`, then one more each time, without gap or double.

    The series is that of the session's centre, or of the unit whose office works.
    `period` is when the series starts anew: a business day for tickets, a year for
    receipts. The row stays locked until the transaction ends, so take the number as the
    last step but one. Another `first` takes effect when the next period begins.
    """
    scope: Scope = session.info["scope"]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    kind: type[NumberSeries] | type[AreaNumberSeries] = NumberSeries
    owner = {"centre_id": scope.centre_id}
    if scope.kind == "area":
        kind, owner = AreaNumberSeries, {"place_id": scope.area_id}
    statement = insert(kind).values(series=series, period=period, last_no=first, **owner)
    statement = statement.on_conflict_do_update(
        index_elements=[*owner, "series", "period"], set_={"last_no": kind.last_no + 1}
    )
    number: int = session.execute(statement.returning(kind.last_no)).scalar_one()
    return number
