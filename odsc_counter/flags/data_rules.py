"""Rules that hold a centre against its own history, or ask whether its figures can be trusted.

Days on which centres don't work count for none of them. A day without figures is absent: it is
never taken for nought, and never makes a week look quiet.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median

from odsc_counter.flags.facts import DayOf, Figures, Situation
from odsc_counter.returns.rules import is_far

ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)
FORTNIGHT = timedelta(days=14)
MONTH = timedelta(days=30)

COMPARED = ("visits", "applications", "revenue_kip")
"""What may change suddenly. Numbers go with visits; served and voided have rules of their own."""
WEEKS_BEFORE = 8
LEAST_WEEKS = 6
"""With figures of fewer weeks before nothing is called sudden."""
LEAST_DAYS = 3
"""A week with fewer days that have figures is not compared: it had holidays, or was silent."""
LEAST_PEOPLE = 20
"""A difference of fewer visits or applications in a week is no change, however small the centre."""
LEAST_KIP = 500_000

LEAST_TICKETS = 50
"""With fewer numbers in a fortnight a share of them says too little."""
TOO_FAST_SECONDS = 60
"""Nobody is served in less on average; who completes numbers so fast only clears the screen."""


def sudden_change(centre: Figures, threshold: int) -> Iterator[Situation]:
    """A week far from the centre's own eight weeks before, weekday by weekday.

    What is usual on a weekday is the median of that weekday in the weeks before. A week is the sum
    of its days against the sum of what is usual on them, so that holidays and weekdays weigh
    nothing. The last week has changed when it lies more than 3.5 robust standard deviations from
    the weeks before (median absolute deviation; Iglewicz and Hoaglin, 1993), differs by the
    threshold in percent, and by more than chance moves in a small centre.
    """
    weeks = _weeks(centre)
    found: dict[str, int] = {}
    largest = 0
    for name in COMPARED:
        change = _change(name, weeks)
        if change is None:
            continue
        now, usual = change
        percent = round(100 * (now - usual) / usual)
        if abs(percent) >= threshold:
            found |= {name: now, f"{name}_usual": usual, f"{name}_change": percent}
            largest = max(largest, abs(percent))
    if found:
        yield Situation(centre.code, {"measured": largest, "allowed": threshold, **found})


def _weeks(centre: Figures) -> list[dict[date, DayOf]]:
    """The open days with figures of the last seven days, then of each week before."""
    weeks = []
    for number in range(WEEKS_BEFORE + 1):
        end = centre.today - number * WEEK
        weeks.append(
            {
                day: centre.days[day]
                for day in centre.open_days
                if end - WEEK <= day < end and day in centre.days
            }
        )
    return weeks


def _change(name: str, weeks: list[dict[date, DayOf]]) -> tuple[int, int] | None:
    """A figure of the last week and what is usual on its days; None where it hasn't changed."""
    last, *before = weeks
    whole = [week for week in before if len(week) >= LEAST_DAYS]
    if len(last) < LEAST_DAYS or len(whole) < LEAST_WEEKS:
        return None
    by_weekday: dict[int, list[int]] = defaultdict(list)
    for week in whole:
        for day, figures in week.items():
            by_weekday[day.weekday()].append(getattr(figures, name))
    usual = {weekday: median(values) for weekday, values in by_weekday.items()}

    def summed(week: dict[date, DayOf]) -> tuple[int, float]:
        known = {day: figures for day, figures in week.items() if day.weekday() in usual}
        return (
            sum(getattr(figures, name) for figures in known.values()),
            sum(usual[day.weekday()] for day in known),
        )

    now, expected = summed(last)
    least = LEAST_KIP if name == "revenue_kip" else LEAST_PEOPLE
    if expected <= 0 or abs(now - expected) < least:
        return None
    others = [told / wanted for told, wanted in map(summed, whole) if wanted > 0]
    if len(others) < LEAST_WEEKS or not is_far(now / expected, others):
        return None
    return now, round(expected)


def days_missing(centre: Figures, threshold: int) -> Iterator[Situation]:
    """Open days of the last thirty without figures, between days that have some.

    Before its first day a centre hadn't begun; after its last it is silent, which is another rule.
    """
    told = [day for day in centre.days if day < centre.today]
    if not told:
        return
    first, last = max(min(told), centre.today - MONTH), max(told)
    missing = sum(first <= day < last and day not in centre.days for day in centre.open_days)
    due = sum(first <= day <= last for day in centre.open_days)
    if missing >= threshold:
        yield Situation(centre.code, {"measured": missing, "allowed": threshold, "days_due": due})


def unreliable_times(centre: Figures, threshold: int) -> Iterator[Situation]:
    """Times of the last fortnight that can't be true or were not taken when it happened.

    Four shares, of which the largest counts, for one number may be in several: numbers written by
    hand, services that only the end of the day closed, people served on days on which serving took
    less than a minute on average, and numbers issued at hours at which no centre is open. The last
    is kept by months and is of yesterday's month.
    """
    days = [day for on, day in centre.days.items() if centre.today - FORTNIGHT <= on < centre.today]
    tickets = sum(day.tickets for day in days)
    if tickets < LEAST_TICKETS:
        return
    fast = [day for day in days if day.timed and day.serve_seconds < TOO_FAST_SECONDS * day.timed]
    parts = {
        "unreliable": (sum(day.unreliable for day in days), tickets),
        "closed": (sum(day.closed for day in days), sum(day.asked for day in days)),
        "too_fast": (sum(day.timed for day in fast), sum(day.timed for day in days)),
        "off_hours": (centre.arrivals_off_hours, centre.arrivals),
    }
    shares = {
        name: 100 * part // whole for name, (part, whole) in parts.items() if whole >= LEAST_TICKETS
    }
    measured = max(shares.values(), default=0)
    if measured >= threshold:
        yield Situation(
            centre.code,
            {
                "measured": measured,
                "allowed": threshold,
                "tickets": tickets,
                **{name: parts[name][0] for name, share in shares.items() if share},
                **{f"{name}_share": share for name, share in shares.items() if share},
            },
        )
