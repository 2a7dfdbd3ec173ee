"""Published months, as everybody may read them."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from odsc_counter.monitoring.open_content import hash_of
from odsc_counter.monitoring.open_models import OpenMonth
from odsc_counter.platform.work import reading


@dataclass(frozen=True)
class Publication:
    """One month as it was published."""

    month: date
    published_at: datetime
    content_hash: str
    content: dict[str, Any]


def published_months() -> list[date]:
    """The months that are published, each by its first day, oldest first."""
    with reading() as session:
        return list(session.scalars(select(OpenMonth.month).order_by(OpenMonth.month)))


def publications(first: date | None = None, last: date | None = None) -> list[Publication]:
    """The months from first to last (each by its first day), oldest first; all without bounds."""
    statement = select(OpenMonth).order_by(OpenMonth.month)
    if first is not None:
        statement = statement.where(OpenMonth.month >= first)
    if last is not None:
        statement = statement.where(OpenMonth.month <= last)
    with reading() as session:
        return [
            Publication(row.month, row.published_at, row.content_hash, json.loads(row.content))
            for row in session.scalars(statement)
        ]


def faults() -> list[str]:
    """The published months whose text is no longer what its hash was made of."""
    with reading() as session:
        return [
            f"the open data of {row.month:%Y-%m} was changed"
            for row in session.scalars(select(OpenMonth).order_by(OpenMonth.month))
            if hash_of(row.content) != row.content_hash
        ]
