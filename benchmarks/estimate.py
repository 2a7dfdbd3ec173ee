"""How good the wait estimate is: a backtest on invented halls against two naive reckonings.

    python -m benchmarks.estimate [--centres 6] [--days 60] [--seed 1] [--database URL]

Every number of every day is asked for again at the moment when it was taken, with only what
was known then: the days before, and that day up to that second. Compared with the average
serving time of the same weeks times the people ahead, and with that over the open counters.
Days without two weeks of history before them are left out. A few minutes.
"""

import argparse
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from odsc_counter import demo, schema
from odsc_counter.app import create_app
from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.config import Settings
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, current_database
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets.capacity import Spell
from odsc_counter.tickets.estimate import LEARNS_FROM_DAYS, MOST_LEGS, rounded
from odsc_counter.tickets.forecast import Model
from odsc_counter.tickets.order import rules_of
from odsc_counter.tickets.pace import Leg
from odsc_counter.tickets.recent_events import hall_of, legs_between, midnights, spells_between
from odsc_counter.tickets.replay import Watch

FIRST_AFTER_DAYS = 14
AHEAD = ((0, 0), (1, 2), (3, 5), (6, 10), (11, 999))


@dataclass(frozen=True)
class Answer:
    """One person: what was said, and what came of it. Minutes."""

    true: float
    middle: float
    low: int
    high: int
    naive: float
    per_counter: float
    ahead: int

    @property
    def is_held(self) -> bool:
        """Whether the wait was within the range that people are told."""
        return self.low <= self.true <= self.high


@dataclass
class Result:
    """All people who were answered, and how many were not."""

    answers: list[Answer] = field(default_factory=list)
    unanswered: int = 0


def backtest(session_day: date, model: Model, legs: list[Leg], spells: list[Spell]) -> Result:
    """Ask again for everybody who took a number on a day and was called."""
    result = Result()
    serving = [leg.busy for leg in legs if leg.day < session_day and leg.called and leg.busy]
    average = sum(serving) / len(serving) / 60
    of_day = [leg for leg in legs if leg.day == session_day]
    spells_of_day = [spell for spell in spells if spell.day == session_day]
    midnight = midnights(of_day)[session_day]
    for leg, situation in Watch(model.hall, model.pace, midnight).arrivals(of_day, spells_of_day):
        if leg.called is None:
            continue
        found = model.forecast(situation)
        if found is None:
            result.unanswered += 1
            continue
        told = rounded(found.low, found.high)
        counters = max(1, len(situation.counters))
        result.answers.append(
            Answer(
                (leg.called - leg.queued) / 60,
                found.middle / 60,
                told.low_minutes,
                told.high_minutes,
                average * situation.ahead,
                average * situation.ahead / counters,
                situation.ahead,
            )
        )
    return result


def centres() -> list[Centre]:
    """All centres of the database in use."""
    with reference_scope(), reading() as session:
        return list(session.scalars(select(Centre).order_by(Centre.code)))


def of_centre(centre: Centre) -> Iterator[Result]:
    """The backtest of every day of a centre that has enough days before it."""
    with centre_scope(centre.id), reading() as session:
        hall = hall_of(session, rules_of(session))
        legs = legs_between(session, date.min, date.max)
        spells = spells_between(session, date.min, date.max)
    days = sorted({leg.day for leg in legs})
    for day in days:
        if (day - days[0]).days < FIRST_AFTER_DAYS:
            continue
        first = day - timedelta(days=LEARNS_FROM_DAYS)
        known = [leg for leg in legs if first <= leg.day < day][:MOST_LEGS]
        model = Model(
            hall, known, [one for one in spells if first <= one.day < day], midnights(known)
        )
        if model.pace.is_known:
            window = [leg for leg in legs if first <= leg.day <= day]
            yield backtest(day, model, window, spells)


def table(answers: list[Answer]) -> Iterator[str]:
    """The figures, one line a way of reckoning."""
    ways = {
        "the estimate's middle": [one.middle for one in answers],
        "average x people ahead": [one.naive for one in answers],
        "… over the counters taken": [one.per_counter for one in answers],
    }
    yield "| | mean error | median error | 90 % of errors up to |"
    yield "|---|---|---|---|"
    for name, told in ways.items():
        errors = [abs(said - one.true) for said, one in zip(told, answers, strict=True)]
        ninety = statistics.quantiles(errors, n=10)[-1]
        yield (
            f"| {name} | {statistics.mean(errors):.1f} min | {statistics.median(errors):.1f} min"
            f" | {ninety:.1f} min |"
        )


def ranges(answers: list[Answer]) -> Iterator[str]:
    """How wide the ranges are and how many hold, by people ahead."""
    yield (
        "| people ahead | asked | true wait, median | range holds | width, mean | median"
        " | mean error | … over the counters taken |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for low, high in (*AHEAD, (0, 10**6)):
        some = [one for one in answers if low <= one.ahead <= high]
        if not some:
            continue
        widths = [one.high - one.low for one in some]
        name = {(0, 0): "0", (11, 999): "11 and more", (0, 10**6): "all"}.get(
            (low, high), f"{low}-{high}"
        )
        yield (
            f"| {name} | {len(some)} | {statistics.median(one.true for one in some):.0f} min"
            f" | {sum(one.is_held for one in some) / len(some):.0%}"
            f" | {statistics.mean(widths):.0f} min | {statistics.median(widths):.0f} min"
            f" | {statistics.mean(abs(one.middle - one.true) for one in some):.1f} min"
            f" | {statistics.mean(abs(one.per_counter - one.true) for one in some):.1f} min |"
        )


def main() -> None:
    """Build the halls, ask again, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--centres", type=int, default=6)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 10, 30))
    parser.add_argument("--database", help="a database that holds a demonstration already")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = chosen.database or f"sqlite:///{Path(folder) / 'odsc.db'}"
        settings = Settings(
            instance=Path(folder),
            database_url=address,
            owner_database_url=address,
            secret_key="of a benchmark",
        )
        database = Database(address)
        if not chosen.database:
            engine = database.owner_engine()
            schema.migrate(engine)
            engine.dispose()
        app = create_app(settings)
        if not chosen.database:
            with app.app_context():
                build(chosen)
        everybody: list[Answer] = []
        unanswered = 0
        by_centre: dict[str, list[Answer]] = defaultdict(list)
        for centre in centres():
            for result in of_centre(centre):
                everybody += result.answers
                by_centre[centre.code] += result.answers
                unanswered += result.unanswered
        current_database().dispose()
    print(f"{len(everybody)} numbers of {len(by_centre)} centres; {unanswered} without an estimate")
    print(*table(everybody), "", *ranges(everybody), sep="\n")
    queued = [one for one in everybody if one.ahead]
    print("", f"Of these, {len(queued)} had somebody ahead:", *table(queued), sep="\n")


def build(chosen: argparse.Namespace) -> None:
    """A fresh demonstration in the database in use."""
    evening = clock.start_of_day(chosen.until) + timedelta(hours=20)
    with clock.use(lambda: evening), reference_scope(), acting_as(Actor("benchmark")):
        load_reference_data()
        demo.build(
            centres=chosen.centres,
            days=chosen.days,
            seed=chosen.seed,
            until=chosen.until,
            small_below=5,
            progress=lambda done, of: None,
        )


if __name__ == "__main__":
    main()
