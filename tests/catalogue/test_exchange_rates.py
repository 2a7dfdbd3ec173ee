"""Official rates: entered for a day, never changed, and refused once they are too old."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from odsc_counter.catalogue import exchange_rates, fee_queries
from odsc_counter.catalogue.fee_models import ExchangeRate
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.tenancy import Actor, acting_as, reference_scope
from odsc_counter.platform.work import unit_of_work


@pytest.fixture(autouse=True)
def _office(database: Database) -> object:
    with reference_scope(), acting_as(Actor("Administrator", None)):
        yield


def test_the_newest_day_counts_and_of_it_the_last_entry() -> None:
    today = clock.today()
    exchange_rates.enter_rate("USD", today, 21_700, "BOL notice 1")
    exchange_rates.enter_rate("USD", today - timedelta(days=1), 21_000, "BOL notice 0")
    exchange_rates.enter_rate("USD", today, 21_770, "BOL notice 1, corrected")
    found = fee_queries.rate_on("USD", today)
    assert found is not None
    assert (found.kip, found.recorded_by) == (21_770, "Administrator")
    assert len(fee_queries.rates()) == 3


def test_a_rate_is_good_for_so_many_days_and_no_longer() -> None:
    today = clock.today()
    exchange_rates.enter_rate("USD", today - timedelta(days=7), 21_700, "BOL", good_for_days=7)
    assert fee_queries.rate_on("USD", today) is not None
    assert fee_queries.rate_on("USD", today + timedelta(days=1)) is None
    assert fee_queries.rate_on("USD", today - timedelta(days=8)) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"day": 1}, "day"),
        ({"kip": 0}, "kip"),
        ({"good_for_days": 32}, "good_for_days"),
        ({"source": " "}, "source"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, object], field: str) -> None:
    today = clock.today()
    given = {"currency": "USD", "day": 0, "kip": 21_700, "source": "BOL", **change}
    with pytest.raises(InvalidInput) as refused:
        exchange_rates.enter_rate(
            str(given["currency"]),
            today + timedelta(days=int(str(given["day"]))),
            int(str(given["kip"])),
            str(given["source"]),
            good_for_days=int(str(given.get("good_for_days", 7))),
        )
    assert set(refused.value.fields) == {field}


def test_a_rate_can_not_be_changed_or_removed() -> None:
    exchange_rates.enter_rate("USD", clock.today(), 21_700, "BOL")
    for statement in (sa.update(ExchangeRate).values(kip=1), sa.delete(ExchangeRate)):
        with pytest.raises(sa.exc.DBAPIError), unit_of_work() as work:
            work.session.execute(statement)
