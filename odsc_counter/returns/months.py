"""The month that an address names, as 2026-10."""

from datetime import date, datetime

from odsc_counter.platform.errors import NotFound

OLDEST_YEAR = 2000


def month_of(text: str) -> date:
    """The first day of a month of an address. Raises NotFound."""
    try:
        asked = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError as error:
        raise NotFound from error
    if asked.year <= OLDEST_YEAR or f"{asked:%Y-%m}" != text:
        raise NotFound
    return asked
