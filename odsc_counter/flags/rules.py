"""The rules by which figures raise a flag: plain data and pure functions, no database, no words.

What they look at stands in `facts`; those that hold a centre against itself, or look at whether its
figures can be trusted, in `data_rules`.

A rule looks at one centre's figures and finds situations that reach the threshold that is in
force there. What a rule measures rests on whole days that are over, except files, tills and
results, which count as they are now.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from odsc_counter.flags import data_rules
from odsc_counter.flags.facts import DayOf, Figures, Situation

DAYS, PERCENT, COUNT = "days", "percent", "count"

NATION, PROVINCE, DISTRICT = 0, 1, 2
"""Levels of units, as `Unit.level` has them."""

LEAST_VOIDS = 5
"""Fewer voids in a week are no spike, however quiet the weeks before were."""
LEAST_JUDGED = 20
"""A day with fewer people called says too little of the waits and breaks the run of days."""
BAD_DAYS = 3
"""So many open days running must miss the target."""


@dataclass(frozen=True)
class Standard:
    """What a rule allows, and in how many working days an office must answer."""

    threshold: int
    answer_days: int


@dataclass(frozen=True)
class Rule:
    """One rule. `standards` holds unless a unit has set something else."""

    code: str
    unit: str
    """What the threshold counts: days, percent or a count."""
    least: int
    most: int
    standards: Mapping[int, Standard]
    """By the level of the unit: where the centre belongs to a district, a province."""
    find: Callable[[Figures, int], Iterator[Situation]]
    less_is_worse: bool = False
    looks_back: int = 0
    """Days before the one on which it is found that the figures are of; 0: as they are now."""
    shows: str = ""
    """The indicator that says the same on the page of figures, in those days; empty for none."""
    is_of_data: bool = False
    """Whether it says that figures are not to be trusted, rather than that work goes badly."""

    def is_worse(self, now: Mapping[str, int], before: Mapping[str, int]) -> bool:
        """Whether a situation is worse than it was."""
        if self.less_is_worse:
            return now["measured"] < before["measured"]
        return now["measured"] > before["measured"]


def _slow_offices(centre: Figures, threshold: int) -> Iterator[Situation]:
    for office in centre.offices:
        # A file may be both, so that the two can't be added.
        late = max(office.overdue, office.over_standard)
        if late >= threshold:
            yield Situation(
                f"{centre.code}/{office.ministry_code}/{office.level}",
                {
                    "measured": late,
                    "allowed": threshold,
                    "overdue": office.overdue,
                    "over_standard": office.over_standard,
                    "files_open": office.files_open,
                    "held_longest": office.held_longest,
                },
                office.ministry_id,
                office.level,
            )


def _silence(centre: Figures, threshold: int) -> Iterator[Situation]:
    if centre.today in centre.days:
        return
    silent = 0
    for day in centre.open_days:
        if day in centre.days:
            break
        silent += 1
    if silent >= threshold:
        yield Situation(centre.code, {"measured": silent, "allowed": threshold})


def _voids(centre: Figures, threshold: int) -> Iterator[Situation]:
    week = timedelta(days=7)
    first = centre.today - week
    last_week = [one for day, one in centre.days.items() if first <= day < centre.today]
    before = [one for day, one in centre.days.items() if first - 4 * week <= day < first]
    receipts, voids = sum(d.receipts for d in last_week), sum(d.voids for d in last_week)
    receipts_before = sum(d.receipts for d in before)
    voids_before = sum(d.voids for d in before)
    if voids < LEAST_VOIDS or not receipts_before:
        return
    # After weeks without one, the voids are compared with a single one.
    expected = max(1.0, receipts * voids_before / receipts_before)
    measured = round(100 * voids / expected)
    if measured >= threshold:
        yield Situation(
            centre.code,
            {
                "measured": measured,
                "allowed": threshold,
                "voids": voids,
                "receipts": receipts,
                "voids_before": voids_before,
                "receipts_before": receipts_before,
            },
        )


def _waits(centre: Figures, threshold: int) -> Iterator[Situation]:
    run = [centre.days.get(day, DayOf()) for day in centre.open_days[:BAD_DAYS]]
    if len(run) < BAD_DAYS or any(day.judged < LEAST_JUDGED for day in run):
        return
    if all(100 * day.in_target < threshold * day.judged for day in run):
        judged, in_target = sum(d.judged for d in run), sum(d.in_target for d in run)
        yield Situation(
            centre.code,
            {
                "measured": 100 * in_target // judged,
                "allowed": threshold,
                "judged": judged,
                "in_target": in_target,
                "days": BAD_DAYS,
            },
        )


def _counted(name: str, *more: str) -> Callable[[Figures, int], Iterator[Situation]]:
    def find(centre: Figures, threshold: int) -> Iterator[Situation]:
        measured = getattr(centre, name)
        if measured >= threshold:
            extra = {one: getattr(centre, one) for one in more}
            yield Situation(centre.code, {"measured": measured, "allowed": threshold, **extra})

    return find


def _standards(threshold: tuple[int, int], answer_days: int) -> dict[int, Standard]:
    """Of a district and of a province; the nation's own is the province's."""
    district, province = threshold
    return {
        DISTRICT: Standard(district, answer_days),
        PROVINCE: Standard(province, answer_days),
        NATION: Standard(province, answer_days),
    }


_ALL = (
    #    code               unit     least most  standards                 how it is found
    Rule("office_slow", COUNT, 1, 1000, _standards((5, 10), 3), _slow_offices),
    Rule(
        "silent_centre",
        DAYS,
        1,
        20,
        _standards((2, 2), 2),
        _silence,
        looks_back=data_rules.MONTH.days,
        shows="tickets",
        is_of_data=True,
    ),
    Rule(
        "waits_over_target",
        PERCENT,
        1,
        100,
        _standards((70, 70), 3),
        _waits,
        less_is_worse=True,
        looks_back=7,
        shows="service_level",
    ),
    Rule(
        "voids_spike",
        PERCENT,
        110,
        1000,
        _standards((200, 200), 3),
        _voids,
        looks_back=7,
        shows="void_rate",
    ),
    Rule("till_left_open", COUNT, 1, 100, _standards((1, 1), 2), _counted("tills_left_open")),
    Rule("fee_deviation", COUNT, 1, 1000, _standards((1, 1), 10), _counted("local_amounts")),
    Rule(
        "uncollected",
        COUNT,
        1,
        10_000,
        _standards((300, 600), 10),
        _counted("uncollected", "uncollected_days"),
    ),
    Rule(
        "sudden_change",
        PERCENT,
        10,
        1000,
        _standards((40, 40), 5),
        data_rules.sudden_change,
        looks_back=data_rules.WEEK.days,
        shows="visits",
    ),
    Rule(
        "days_missing",
        DAYS,
        1,
        20,
        _standards((2, 2), 3),
        data_rules.days_missing,
        looks_back=data_rules.MONTH.days,
        shows="tickets",
        is_of_data=True,
    ),
    Rule(
        "unreliable_times",
        PERCENT,
        1,
        100,
        _standards((20, 20), 5),
        data_rules.unreliable_times,
        looks_back=data_rules.FORTNIGHT.days,
        shows="serving_average",
        is_of_data=True,
    ),
)
RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}
DATA_RULES = frozenset(rule.code for rule in _ALL if rule.is_of_data)
"""Those of data quality."""
