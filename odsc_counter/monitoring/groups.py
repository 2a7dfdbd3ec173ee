"""Counts who came, keeps the cells of it true, and compares them with a new count.

A month is counted when it is over. A cell that moved while a person stood at the counter would
say of that person what the records keep apart.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from odsc_counter.monitoring.group_models import CentreMonthGroup
from odsc_counter.monitoring.load_rollups import Compared
from odsc_counter.traits.models import TRAITS, WhoCame

GROUP_FIGURES = ("people",)


@dataclass(frozen=True)
class GroupFigures:
    """One cell as it was counted."""

    people: int


def count_groups(session: Session, month: date) -> dict[tuple[str, str], GroupFigures]:
    """How many people gave each answer in a month, by trait and answer; one statement."""
    columns = [getattr(WhoCame, trait) for trait in TRAITS]
    counted: Counter[tuple[str, str]] = Counter()
    for *said, people in session.execute(
        select(*columns, func.count()).where(WhoCame.month == month).group_by(*columns)
    ):
        for trait, answer in zip(TRAITS, said, strict=True):
            counted[trait, answer or ""] += people
    return {key: GroupFigures(people) for key, people in counted.items()}


def replace_groups(session: Session, month: date, today: date) -> None:
    """Write the cells of a month anew once it is over, `today` being the centre's own day."""
    if not _is_over(month, today):
        return
    cells, counted = _cells(session, month), count_groups(session, month)
    for key in cells.keys() - counted.keys():
        session.delete(cells[key])
    for (trait, answer), figures in counted.items():
        cell = cells.get((trait, answer))
        if cell is None:
            session.add(
                CentreMonthGroup(month=month, trait=trait, answer=answer, people=figures.people)
            )
        else:
            cell.people = figures.people


def groups_compared(session: Session, month: date, today: date) -> Iterator[Compared]:
    """Every cell of a month that is over beside a new count of it."""
    if not _is_over(month, today):
        return
    cells, counted = _cells(session, month), count_groups(session, month)
    for trait, answer in sorted(cells.keys() | counted.keys()):
        yield (
            "centre_month_group",
            f"{month:%Y-%m} {trait} {answer or 'not said'}",
            GROUP_FIGURES,
            cells.get((trait, answer)),
            counted.get((trait, answer)),
        )


def _is_over(month: date, today: date) -> bool:
    return month < today.replace(day=1)


def _cells(session: Session, month: date) -> dict[tuple[str, str], CentreMonthGroup]:
    return {
        (cell.trait, cell.answer): cell
        for cell in session.scalars(select(CentreMonthGroup).where(CentreMonthGroup.month == month))
    }
