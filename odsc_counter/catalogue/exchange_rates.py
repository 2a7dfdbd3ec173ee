"""Entering the official rate of a day. Nothing is changed: a correction is a new row."""

from datetime import date, timedelta

from flask_babel import gettext as _

from odsc_counter.catalogue.fee_models import GOOD_FOR_DAYS, ExchangeRate
from odsc_counter.catalogue.fee_rules import Rate
from odsc_counter.catalogue.models import CONFIRMED
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import unit_of_work

CURRENCIES = ("USD",)
LARGEST_RATE = 10_000_000
EARLIEST = timedelta(days=366)
LONGEST_GOOD_FOR = 31


def enter_rate(
    currency: str,
    day: date,
    kip: int,
    source: str,
    *,
    good_for_days: int = GOOD_FOR_DAYS,
    standing: str = CONFIRMED,
) -> ExchangeRate:
    """Enter the official rate of a day: whole kip for one unit, and where it was published.

    It may be used on the day and `good_for_days` days after it. What was assessed before keeps
    its own rate. Raises InvalidInput.
    """
    source = lao_normalize(source).replace("\n", " ")
    today = clock.today()
    wrong = {}
    if currency not in CURRENCIES:
        wrong["currency"] = _("Choose one of the list.")
    if day > today:
        wrong["day"] = _("This day has not come yet.")
    elif day < today - EARLIEST:
        wrong["day"] = _("At most a year ago.")
    if not 1 <= kip <= LARGEST_RATE:
        wrong["kip"] = _("Write a sensible rate in whole kip.")
    if not 0 <= good_for_days <= LONGEST_GOOD_FOR:
        wrong["good_for_days"] = _("From 0 to 31 days.")
    if not 3 <= len(source) <= 200:
        wrong["source"] = _("Write where the rate was published, in 3 to 200 characters.")
    if wrong:
        raise InvalidInput(wrong)
    with unit_of_work() as work:
        rate = ExchangeRate(
            currency=currency,
            day=day,
            kip=kip,
            good_for_days=good_for_days,
            source=source,
            standing=standing,
            recorded_at=clock.now(),
            recorded_by=current_actor().name,
        )
        work.session.add(rate)
        work.session.flush()
        work.record_national(
            "entered",
            subject_kind="exchange_rate",
            subject_id=f"{currency} {day.isoformat()}",
            rate=rate.id,
            kip=kip,
            good_for_days=good_for_days,
            source=source,
        )
    return rate


def as_rate(row: ExchangeRate) -> Rate:
    """The row as the computation takes it."""
    return Rate(row.currency, row.kip, row.day, row.source)
