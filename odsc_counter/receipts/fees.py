"""Which published fee may be charged today, and what it comes to. Nobody types an amount."""

from collections.abc import Iterable
from datetime import date

from odsc_counter.accounts.sessions import is_demonstration
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import ILLUSTRATIVE, FeeLine, ServiceVersion
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.money import LARGEST_KIP
from odsc_counter.receipts.errors import (
    AmountNotFixed,
    FeeRefused,
    IllustrativeFee,
    NoExchangeRate,
    NoLegalBasis,
)

LARGEST_QUANTITY = 999
PLAIN = "BASE"
"""The code of a service's only fee; other codes are steps whose name must be printed."""


def refusal(line: FeeLine) -> FeeRefused | None:
    """Why a fee line can't be charged here and now; None when it can.

    A line that is an example needs no act (none is known yet) but a demonstration.
    """
    if line.standing == ILLUSTRATIVE and not is_demonstration():
        return IllustrativeFee()
    if line.standing != ILLUSTRATIVE and not line.legal_basis.strip():
        return NoLegalBasis()
    if line.amount is None:
        return AmountNotFixed()
    if line.currency != "LAK":
        return NoExchangeRate()
    return None


def refuse_examples(standings: Iterable[str]) -> None:
    """Raise IllustrativeFee for an example amount outside a demonstration."""
    if ILLUSTRATIVE in standings and not is_demonstration():
        raise IllustrativeFee


def chosen_line(service_id: int, fee_line_id: int, day: date) -> FeeLine:
    """The line of the service's schedule in force on the day. Raises NotFound or FeeRefused."""
    for line in catalogue.fee_lines_on(service_id, day):
        if line.id == fee_line_id:
            refused = refusal(line)
            if refused is not None:
                raise refused
            return line
    raise NotFound


def product(unit_kip: int, quantity: int) -> int:
    """The amount in kip. Raises InvalidInput for a quantity below one or beyond reason."""
    if not 1 <= quantity <= LARGEST_QUANTITY or unit_kip * quantity > LARGEST_KIP:
        raise InvalidInput({"quantity": f"1-{LARGEST_QUANTITY}"})
    return unit_kip * quantity


def printed_name(version: ServiceVersion, line: FeeLine, language: str) -> str:
    """What a receipt calls the fee: the service, and the step where there are several."""
    if line.code == PLAIN:
        return version.name(language)
    return f"{version.name(language)}: {line.name(language)}"
