"""Rows gathered by table and written in bulk: a country's history is too much for one by one."""

import random
import uuid
from collections import defaultdict
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, insert, update
from sqlalchemy.orm import Session

from odsc_counter.platform.columns import Base
from odsc_counter.platform.events import Event
from odsc_counter.platform.numbering import NumberSeries


class Book:
    """One centre's rows on their way into the database; the same seed writes the same."""

    def __init__(self, session: Session, centre_id: int, rng: random.Random) -> None:
        self.session = session
        self._centre_id = centre_id
        self._rng = rng
        self._rows: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self._order: list[type[Base]] = []
        self._numbers: dict[tuple[str, str], int] = defaultdict(int)
        self._bumped: set[tuple[str, str]] = set()
        self._written: set[tuple[str, str]] = set()

    def new_id(self, at: datetime) -> uuid.UUID:
        """A UUID version 7 (RFC 9562) of that moment from the seeded generator."""
        value = int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62
        value |= self._rng.getrandbits(12) << 64 | self._rng.getrandbits(62)
        return uuid.UUID(int=value)

    def number(self, series: str, period: str) -> int:
        """The next number of a series."""
        self._numbers[series, period] += 1
        self._bumped.add((series, period))
        return self._numbers[series, period]

    def add(self, model: type[Base], **values: Any) -> dict[str, Any]:
        """Gather a row; parents before their children. The row may be filled until `write`."""
        if model not in self._order:
            self._order.append(model)
        row = {"centre_id": self._centre_id, **values}
        self._rows[model].append(row)
        return row

    def event(
        self,
        verb: str,
        *,
        kind: str,
        subject: uuid.UUID,
        at: datetime,
        day: date,
        actor: tuple[int | None, str],
        seq: int | None = None,
        before: str | None = None,
        after: str | None = None,
        counter_id: uuid.UUID | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """Gather one event."""
        self.add(
            Event,
            id=self.new_id(at),
            at=at,
            day=day,
            verb=verb,
            subject_kind=kind,
            subject_id=str(subject),
            seq=seq,
            from_state=before,
            to_state=after,
            counter_id=counter_id,
            actor_id=actor[0],
            actor_name=actor[1],
            origin="127.0.0.1",
            request_id="demonstration",
            data=data or {},
        )

    def write(self) -> None:
        """Write what was gathered: first the series that its numbers were taken from."""
        for series, period in sorted(self._bumped):
            last = self._numbers[series, period]
            if (series, period) in self._written:
                self.session.execute(
                    update(NumberSeries)
                    .where(NumberSeries.series == series, NumberSeries.period == period)
                    .values(last_no=last)
                )
            else:
                self.session.add(NumberSeries(series=series, period=period, last_no=last))
                self._written.add((series, period))
        self._bumped.clear()
        self.session.flush()
        for model in self._order:
            if self._rows[model]:
                # The table and not the class: the mapper would number every version 1.
                self.session.execute(insert(cast(Table, model.__table__)), self._rows[model])
                self._rows[model] = []


class Life:
    """The events of one thing with a lifecycle, counted as its version."""

    def __init__(self, book: Book, kind: str, subject: uuid.UUID) -> None:
        self._book = book
        self._kind = kind
        self._subject = subject
        self.version = 0
        self.state: str | None = None

    def step(
        self,
        verb: str,
        after: str,
        at: datetime,
        day: date,
        actor: tuple[int | None, str],
        **more: Any,
    ) -> None:
        """One verb of the lifecycle."""
        self.version += 1
        self._book.event(
            verb,
            kind=self._kind,
            subject=self._subject,
            at=at,
            day=day,
            actor=actor,
            seq=self.version,
            before=self.state,
            after=after,
            **more,
        )
        self.state = after
