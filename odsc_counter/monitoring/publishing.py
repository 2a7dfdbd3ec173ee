"""Publishing a month as open data: drawn from the rollups, small counts withheld, kept for ever."""

import logging
import secrets
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from odsc_counter.monitoring import open_drawing
from odsc_counter.monitoring.figures import first_of_month, first_of_next_month
from odsc_counter.monitoring.open_content import FiguresDisagree, canonical, content_of, hash_of
from odsc_counter.monitoring.open_models import OpenMonth
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.tenancy import current_actor, reference_scope
from odsc_counter.platform.work import reading, unit_of_work

logger = logging.getLogger("odsc_counter.publishing")

FROM_DAY = 10
"""The program publishes a month on its own from this day of the next one on: the centres' returns
are due on the 7th, and what comes late is mostly there."""
ONE_DAY = timedelta(days=1)


class MonthNotOver(DomainError):
    """Only months that are over are published."""

    slug = "month-not-over"
    message = _("The month is not over yet.")


class NothingCounted(DomainError):
    """No centre has figures of the month."""

    slug = "nothing-counted"
    message = _("No centre has figures of this month.")


class NotSettled(DomainError):
    """Records of the month have changed and are not counted yet."""

    slug = "not-settled"
    message = _("Some figures of the month are still being counted. Try again in a minute.")


class SumsDiffer(DomainError):
    """Provinces and services disagree: the rollups are broken, which a rebuild mends."""

    slug = "sums-differ"
    message = _("Provinces and services don't come to the same sum. Run: odsc-counter rebuild")


def publish(month: date, below: int) -> bool:
    """Publish the month that begins on `month`; False when it is published already.

    Counts from 1 to `below` - 1 are withheld, with others that would give them away. Raises
    MonthNotOver, NothingCounted, NotSettled or SumsDiffer, and then publishes nothing.
    """
    if month in _published():
        return False
    if first_of_next_month(month) > clock.today():
        raise MonthNotOver
    drawn = open_drawing.drawn(month)
    if not drawn.is_settled:
        raise NotSettled
    if not drawn.nation.counted:
        raise NothingCounted
    try:
        content = content_of(
            month, drawn.nation, drawn.provinces, drawn.ministries, below, secrets.SystemRandom()
        )
    except FiguresDisagree as error:
        raise SumsDiffer from error
    text = canonical(content)
    actor = current_actor()
    row = OpenMonth(
        month=month,
        content=text,
        content_hash=hash_of(text),
        published_at=clock.now(),
        published_by_id=actor.user_id,
        published_by_name=actor.name,
    )
    try:
        with reference_scope(), unit_of_work() as work:
            work.session.add(row)
            work.session.flush()
            work.record_national(
                "publish",
                subject_kind="open_month",
                subject_id=f"{month:%Y-%m}",
                content_hash=row.content_hash,
                small_below=below,
            )
    except IntegrityError:
        # Another process was quicker: what it published stands.
        return False
    return True


def publish_due(below: int) -> list[date]:
    """Publish every month that has figures and is due by today; gives those that were published.

    What is still being counted waits for the next time.
    """
    today = clock.today()
    reached = today if today.day >= FROM_DAY else first_of_month(today) - ONE_DAY
    done = []
    for month in sorted(open_drawing.months_before(first_of_month(reached)) - _published()):
        try:
            if publish(month, below):
                done.append(month)
        except (NotSettled, SumsDiffer) as error:
            # Another month may be sound.
            logger.warning(
                "a month was not published", extra={"month": f"{month:%Y-%m}: {error.slug}"}
            )
    return done


def _published() -> set[date]:
    with reference_scope(), reading() as session:
        return set(session.scalars(select(OpenMonth.month)))
