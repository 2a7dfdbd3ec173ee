"""Reports of the demonstration: months are published, the newest quarter is drafted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.places.models import Unit
from odsc_counter.places.queries import unit_by_code
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import Actor, acting_as, area_scope, reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.reports import operations, queries
from odsc_counter.reports.gathering import gathered
from odsc_counter.reports.periods import periods_over

DRAFTS, PUBLISHES = "moha.analyst", "national.secretary"
DRAFTED_AFTER = timedelta(days=9, hours=9)
"""After the first midnight of the period's last day: its returns are approved by then."""
PUBLISHED_AFTER = timedelta(hours=5)
"""After it was drafted."""
MONTHS = 2


def publish_some(now: datetime) -> None:
    """The newest months of which a return is approved, published; the newest quarter, drafted."""
    with reference_scope():
        nation = unit_by_code("LA")
    over = periods_over(clock.local(now).date())
    for period in reversed(over["month"][:MONTHS]):
        if gathered(nation, period)["figures"] is None:
            continue
        drafted_at = min(now, clock.start_of_day(period.ends_on) + DRAFTED_AFTER)
        with _in_nation(nation, DRAFTS, drafted_at):
            draft = operations.draft(nation, period.code)
        with _in_nation(nation, PUBLISHES, min(now, drafted_at + PUBLISHED_AFTER)):
            seen = queries.shown(nation, draft.id, with_drafts=True).seen
            operations.publish(nation, draft.id, seen)
    with _in_nation(nation, DRAFTS, now):
        operations.draft(nation, over["quarter"][0].code)


@contextmanager
def _in_nation(nation: Unit, username: str, moment: datetime) -> Iterator[None]:
    with reference_scope(), reading() as session:
        user = session.scalars(select(User).where(User.username == username)).one()
    with (
        clock.use(lambda: moment),
        area_scope(nation.id),
        acting_as(Actor(user.name_lo, user.id)),
    ):
        yield
