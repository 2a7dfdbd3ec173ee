"""Gap-free numbers: a counter row that is bumped in the transaction that uses the number.

Not a database sequence (gaps on rollback), not max+1 (duplicates under load).
"""

from sqlalchemy import String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from odsc_counter.platform.columns import Base, CentreOwned
from odsc_counter.platform.tenancy import Scope


class NumberSeries(CentreOwned, Base):
    """The last number taken of a series within its period."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    last_no: Mapped[int]


def take_number(session: Session, series: str, period: str, first: int = 1) -> int:
    """The next number of a series: `first`, then one more each time, without gap or double.

    `period` is when the series starts anew: a business day for tickets, a year for
    receipts. The row stays locked until the transaction ends, so take the number as the
    last step but one. Another `first` takes effect when the next period begins.
    """
    scope: Scope = session.info["scope"]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(NumberSeries).values(
        centre_id=scope.centre_id, series=series, period=period, last_no=first
    )
    statement = statement.on_conflict_do_update(
        index_elements=["centre_id", "series", "period"],
        set_={"last_no": NumberSeries.last_no + 1},
    )
    number: int = session.execute(statement.returning(NumberSeries.last_no)).scalar_one()
    return number
