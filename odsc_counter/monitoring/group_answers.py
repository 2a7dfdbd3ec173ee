"""Who came to a centre or an area in a period: counts and shares by trait, months that are over.

In an area small counts are hidden. What is hidden can't be had from the total either: at least two
answers are hidden together, and together they stand for no fewer than `FEWEST` people.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from odsc_counter.monitoring.figures import first_of_next_month
from odsc_counter.monitoring.group_models import CentreMonthGroup
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import centres_in
from odsc_counter.platform.periods import Period
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.traits.models import TRAITS

FEWEST = 5
"""Fewer people than so many are not told of an area."""
NOT_SAID = ""


@dataclass(frozen=True)
class Group:
    """Those who gave one answer. `people` is None where it is hidden."""

    answer: str
    people: int | None
    share: float | None
    """Of all who were asked; None where hidden."""


@dataclass(frozen=True)
class Told:
    """Who came in the months from `first` to `last`, both by their first day."""

    first: date | None
    """None where no month of the period is over."""
    last: date | None
    people: int | None
    """Who were asked; None where nobody was, or too few to tell."""
    is_hidden: bool
    """Whether somebody was asked and too few to tell."""
    centres: int
    """Centres that asked somebody."""
    of_centres: int
    """Centres that worked in these months."""
    traits: dict[str, list[Group]]
    """By trait, every answer in order, "not said" last; empty where `people` is None."""


def centre_told(period: Period, today: date) -> Told:
    """Who came to the centre of the session: every count as it is."""
    months = _months(period, today)
    return _told(months, hides=False, of_centres=1)


def area_told(unit: Unit, period: Period, today: date) -> Told:
    """Who came to the centres of the area of the session, small counts hidden."""
    months = _months(period, today)
    with reference_scope():
        known = [one for one in centres_in(unit) if months and _worked(one, *months)]
    return _told(months, hides=True, of_centres=len(known))


def hidden(counts: Mapping[str, int]) -> set[str]:
    """Which of the counts of one trait must not be told beside their total.

    All below `FEWEST`, nought too: that nobody is in a group is told of everybody. Then the next
    smallest, until those hidden are at least two and stand for `FEWEST` people or for none.
    """
    by_size = sorted(counts, key=lambda answer: counts[answer])
    out = [answer for answer in by_size if counts[answer] < FEWEST]
    if not out:
        return set()
    for answer in by_size[len(out) :]:
        together = sum(counts[one] for one in out)
        if len(out) > 1 and (together == 0 or together >= FEWEST):
            break
        out.append(answer)
    return set(out)


def _months(period: Period, today: date) -> tuple[date, date] | None:
    """The first and the last month of the period that are over by today, if any is."""
    this_month = today.replace(day=1)
    first = period.first.replace(day=1)
    last = min(period.last.replace(day=1), _before(this_month))
    return (first, last) if first <= last else None


def _worked(centre: Centre, first: date, last: date) -> bool:
    has_begun = centre.opened_on < first_of_next_month(last)
    return has_begun and (centre.closed_on is None or centre.closed_on > first)


def _before(month: date) -> date:
    return date.fromordinal(month.toordinal() - 1).replace(day=1)


def _told(months: tuple[date, date] | None, *, hides: bool, of_centres: int) -> Told:
    if months is None:
        return Told(None, None, None, False, 0, of_centres, {})
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    within = CentreMonthGroup.month.between(*months)
    with reading() as session:
        for trait, answer, people in session.execute(
            select(
                CentreMonthGroup.trait, CentreMonthGroup.answer, func.sum(CentreMonthGroup.people)
            )
            .where(within)
            .group_by(CentreMonthGroup.trait, CentreMonthGroup.answer)
        ):
            counted[trait][answer] = int(people)
        centres = session.scalar(
            select(func.count(func.distinct(CentreMonthGroup.centre_id))).where(within)
        )
    total = max((answers.total() for answers in counted.values()), default=0)
    too_few = hides and 0 < total < FEWEST
    traits = {}
    if total and not too_few:
        traits = {trait: _groups(trait, counted[trait], total, hides) for trait in TRAITS}
    return Told(
        *months,
        people=total if traits else None,
        is_hidden=too_few,
        centres=int(centres or 0),
        of_centres=of_centres,
        traits=traits,
    )


def _groups(trait: str, counted: Mapping[str, int], total: int, hides: bool) -> list[Group]:
    counts = {answer: counted.get(answer, 0) for answer in (*TRAITS[trait], NOT_SAID)}
    out = hidden(counts) if hides else set()
    return [
        Group(answer, None, None) if answer in out else Group(answer, people, people / total)
        for answer, people in counts.items()
    ]
