"""Column types and mixins that all tables are made of."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    Numeric,
    String,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from uuid_utils.compat import uuid7

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> uuid.UUID:
    """A new key: UUID version 7 (RFC 9562), so that rows lie in order of birth."""
    return uuid7()


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Takes and gives aware datetimes; naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables. Reference tables are the nation's; tables of `CentreOwned` a centre's."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        date: Date,
        str: String,
        uuid.UUID: Uuid,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        Decimal: Numeric(18, 6),
    }


Kip = BigInteger
"""Amounts of money: whole kip in 64 bits."""


class CentreOwned:
    """A row that belongs to one centre: the centre comes first in every key.

    The session fills `centre_id` from its scope and refuses any other value.
    """

    @declared_attr
    def centre_id(cls) -> Mapped[int]:
        """The owner."""
        return mapped_column(ForeignKey("centre.id"), primary_key=True, sort_order=-20)


class CentreEntity(CentreOwned):
    """A centre's thing with a key of its own."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-19)


def centre_fk(column: str, target: str, **options: Any) -> ForeignKeyConstraint:
    """A foreign key within one centre: `centre_fk("ticket_id", "ticket")`."""
    return ForeignKeyConstraint(
        ["centre_id", column], [f"{target}.centre_id", f"{target}.id"], **options
    )


class AreaOwned:
    """A row that belongs to a district, a province or the nation: a unit's office, not a centre.

    `place_id` is the unit that the row lies in. Offices of that unit and of every unit that
    contains it see the row; nobody else does. The session fills it from its scope unless told,
    and refuses a unit outside of that scope.
    """

    @declared_attr
    def place_id(cls) -> Mapped[int]:
        """The unit that the row lies in."""
        return mapped_column(ForeignKey("unit.id"), primary_key=True, sort_order=-20)


class AreaEntity(AreaOwned):
    """A thing of a unit's office with a key of its own."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-19)


def area_fk(column: str, target: str, *, place: str = "place_id") -> ForeignKeyConstraint:
    """A foreign key within one unit: `area_fk("meeting_id", "meeting")`.

    `place` is the column with the unit of the row that is meant, where it may be another one.
    """
    return ForeignKeyConstraint([place, column], [f"{target}.place_id", f"{target}.id"])


class OpenToAreas:
    """Reference data of which an office of a unit writes rows too: what it tells everybody."""


class LocallyOwned:
    """A row of the nation's reference data, or one that a single centre has added for itself.

    `owner_centre_id` is None for the nation's. A centre's session sees the nation's rows and
    its own, and writes its own alone; the nation sees all.
    """

    @declared_attr
    def owner_centre_id(cls) -> Mapped[int | None]:
        """The centre whose own row this is; None for the nation's."""
        return mapped_column(ForeignKey("centre.id"), sort_order=90)


class Rollup(CentreOwned):
    """Counts and sums of one centre: the only rows that an area or the nation may read."""


class AppendOnly:
    """Rows of these tables are never changed or removed, not even with plain SQL.

    Triggers on both databases refuse it; on PostgreSQL the grant is missing too.
    """


class Stateful:
    """A thing with a lifecycle. Only `Work.begin` and `Work.change` set its state.

    `version` guards every change (compare and set in the database) and numbers the
    thing's events.
    """

    state: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}
