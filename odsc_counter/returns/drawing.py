"""What a return is drawn from: a centre's rollups of one month, as they are now."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import Ministry, Service, ServiceVersion
from odsc_counter.monitoring.figures import MONTH_FIGURES, SERVICE_FIGURES, first_of_next_month
from odsc_counter.monitoring.load_models import CentreMonthOffice
from odsc_counter.monitoring.models import CentreMonth, CentreMonthService
from odsc_counter.places.models import Centre
from odsc_counter.places.queries import WorkingCalendar

ONE_DAY = timedelta(days=1)
OFFICE_FIGURES = ("let_go", "let_go_days", "let_go_late", "returned")
Key = tuple[int, date]
"""A centre's key and the first day of a month."""


@dataclass
class Drawn:
    """One centre's figures of one month. `as_of` is None where nobody has said anything."""

    figures: dict[str, int]
    """Under the names of MonthFigures, and `due_days`."""
    services: list[dict[str, Any]] = field(default_factory=list)
    offices: list[dict[str, Any]] = field(default_factory=list)
    as_of: datetime | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The part of a return's content that is drawn."""
        return {"figures": self.figures, "services": self.services, "offices": self.offices}


def last_of_month(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return first_of_next_month(month) - ONE_DAY


def due_days(centre: Centre, month: date, calendar: WorkingCalendar) -> list[date]:
    """The days of a month on which a centre was to work: open days while it existed."""
    first, last = max(month, centre.opened_on), last_of_month(month)
    if centre.closed_on is not None:
        last = min(last, centre.closed_on - ONE_DAY)
    span = (first + ONE_DAY * number for number in range((last - first).days + 1))
    return [day for day in span if calendar.is_open_day(day)]


def draw(
    session: Session, centres: Iterable[Centre], months: Collection[date], calendar: WorkingCalendar
) -> dict[Key, Drawn]:
    """The figures of each centre and month; of a month without any, noughts and no `as_of`.

    Reads the session's own rollups: a centre's or an area's. The same statements, however many
    centres and months.
    """
    drawn = {
        (centre.id, month): Drawn(
            {
                **dict.fromkeys(MONTH_FIGURES, 0),
                "due_days": len(due_days(centre, month, calendar)),
            }
        )
        for centre in centres
        for month in months
    }
    for row in session.execute(
        select(
            CentreMonth.centre_id, CentreMonth.month, CentreMonth.computed_at,
            *(getattr(CentreMonth, name) for name in MONTH_FIGURES),
        ).where(CentreMonth.month.in_(months))
    ):  # fmt: skip
        if (one := drawn.get((row.centre_id, row.month))) is not None:
            one.figures |= {name: int(getattr(row, name)) for name in MONTH_FIGURES}
            one.as_of = row.computed_at
    _add_services(session, months, drawn)
    _add_offices(session, months, drawn)
    return drawn


def _add_services(session: Session, months: Collection[date], drawn: dict[Key, Drawn]) -> None:
    codes: dict[int, str] = dict(
        session.execute(select(Service.id, Service.code)).tuples().all()
    )  # fmt: skip
    ministries: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for service_id, since, code in session.execute(
        select(ServiceVersion.service_id, ServiceVersion.valid_from, Ministry.code)
        .join(Ministry, Ministry.id == ServiceVersion.ministry_id)
        .order_by(ServiceVersion.valid_from, ServiceVersion.id)
    ):
        ministries[service_id].append((since, code))
    for row in session.execute(
        select(
            CentreMonthService.centre_id, CentreMonthService.month, CentreMonthService.service_id,
            *(getattr(CentreMonthService, name) for name in SERVICE_FIGURES),
        ).where(CentreMonthService.month.in_(months))
    ):  # fmt: skip
        if (one := drawn.get((row.centre_id, row.month))) is not None:
            one.services.append(
                {
                    "code": codes.get(row.service_id, str(row.service_id)),
                    "ministry": _ministry_on(ministries[row.service_id], last_of_month(row.month)),
                    "figures": {name: int(getattr(row, name)) for name in SERVICE_FIGURES},
                }
            )
    for one in drawn.values():
        one.services.sort(key=lambda service: str(service["code"]))


def _ministry_on(versions: list[tuple[date, str]], day: date) -> str:
    """Whose service it was on a day; of one that came later, whose it was at first."""
    so_far = [code for since, code in versions if since <= day]
    return (so_far or [code for _since, code in versions[:1]] or [""])[-1]


def _add_offices(session: Session, months: Collection[date], drawn: dict[Key, Drawn]) -> None:
    for row in session.execute(
        select(
            CentreMonthOffice.centre_id, CentreMonthOffice.month, CentreMonthOffice.level,
            Ministry.code,
            *(getattr(CentreMonthOffice, name) for name in OFFICE_FIGURES),
        )
        .join(Ministry, Ministry.id == CentreMonthOffice.ministry_id)
        .where(CentreMonthOffice.month.in_(months))
    ):  # fmt: skip
        if (one := drawn.get((row.centre_id, row.month))) is not None:
            one.offices.append(
                {
                    "ministry": row.code,
                    "level": row.level,
                    "figures": {name: int(getattr(row, name)) for name in OFFICE_FIGURES},
                }
            )
    for one in drawn.values():
        one.offices.sort(key=lambda office: (str(office["ministry"]), str(office["level"])))
