"""The one place that tells the time: UTC inside, Asia/Vientiane for people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

VIENTIANE = ZoneInfo("Asia/Vientiane")

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - rebound by `use`


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _source()


def local(at: datetime) -> datetime:
    """The same instant as a wall clock in Vientiane shows it."""
    return at.astimezone(VIENTIANE)


def today() -> date:
    """The calendar date in Vientiane at this moment."""
    return local(now()).date()


def business_day(at: datetime, day_starts_minute: int = 0) -> date:
    """The centre's own day that an instant belongs to.

    `day_starts_minute` is the minute after local midnight at which the centre's day
    begins: 0 for nearly all; 240 for a centre that works until after midnight.
    """
    return (local(at) - timedelta(minutes=day_starts_minute)).date()


def start_of_day(day: date, day_starts_minute: int = 0) -> datetime:
    """The instant (UTC) at which a centre's day begins."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=VIENTIANE)
    return (midnight + timedelta(minutes=day_starts_minute)).astimezone(UTC)


@contextmanager
def use(source: Callable[[], datetime]) -> Iterator[None]:
    """Tell the time from another source for a while (tests, rehearsals)."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
