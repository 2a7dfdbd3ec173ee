"""What rooms above have to say on an area's page of figures, which knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from odsc_counter.places.models import Unit


@dataclass(frozen=True)
class Remark:
    """A sentence about an area's figures, and the page that says more."""

    text: str
    address: str


Teller = Callable[[Unit], Remark | None]

_tellers: list[Teller] = []


def remark_with(teller: Teller) -> None:
    """Ask this one too whenever the page is shown, in the area's scope. Safe to call again."""
    if teller not in _tellers:
        _tellers.append(teller)


def remarks_on(unit: Unit) -> list[Remark]:
    """What is to be said of an area's figures to the person who is signed in."""
    return [remark for teller in _tellers if (remark := teller(unit)) is not None]
