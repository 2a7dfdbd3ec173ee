"""What a fee comes to: pure arithmetic in whole numbers, without database, clock or web.

Amounts are whole kip. Percentages are basis points (one hundredth of a percent). Whatever does
not come out even is rounded half up to the whole kip, once, after minimum and maximum are known
to be whole; a reduction is rounded the same way and never exceeds the fee.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from odsc_counter.platform.money import LARGEST_KIP

FIXED = "fixed"
PER_UNIT = "per_unit"
STEPPED = "stepped"
PERCENT = "percent"
FINE_DAY = "fine_day"
FINE_PERCENT = "fine_percent"
RULES = (FIXED, PER_UNIT, STEPPED, PERCENT, FINE_DAY, FINE_PERCENT)

ONE_OF = "one_of"
EXTRA = "extra"
FINE = "fine"
PARTS = (ONE_OF, EXTRA, FINE)
"""Exactly one of the first is charged; extras and fines come on top."""

TREASURY = "treasury"
MINISTRY = "ministry"
CENTRE = "centre"
KEEPERS = (TREASURY, MINISTRY, CENTRE)

KIP = "LAK"
WHOLE = 10_000
"""Basis points of the whole."""
LARGEST_QUANTITY = 999
LARGEST_MEASURE = 10**9
LARGEST_DAYS = 36_500
LARGEST_VALUE = 10**13
"""Kip: no declared value is larger."""


class Unfit(ValueError):
    """What was given does not fit the rule. `what` names the input, or `rule` or `rate`."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Tariff:
    """What the schedule says about one line."""

    rule: str
    amount: int | None
    """Per time, unit or day, in whole units of the currency; None for steps and percentages."""
    currency: str = KIP
    terms: Mapping[str, Any] = field(default_factory=dict)
    """`steps` [{up_to, amount}], `basis_points`, `minimum`, `maximum`, `grace_days`, `per_day`,
    `unit` {lo, en}, `one` (of the extras that share this word at most one is charged),
    `answer` (the question of the form that holds the measure or value)."""
    shares: Sequence[Mapping[str, Any]] = ()
    """Who keeps what: [{to, basis_points}]; empty: all goes to the treasury."""


@dataclass(frozen=True)
class Rate:
    """The official rate of a day."""

    currency: str
    kip: int
    """Whole kip for one unit of the currency."""
    day: date
    source: str


@dataclass(frozen=True)
class Reduction:
    """What a class of people need not pay, and the paper that was seen."""

    code: str
    basis_points: int
    name_en: str
    name_lo: str
    paper: str


@dataclass(frozen=True)
class Deviation:
    """Another amount at one centre, and the decision that allows it."""

    amount_kip: int
    decision: str
    decision_on: date
    decided_by: str


@dataclass(frozen=True)
class Inputs:
    """What is known of the case; which of it a rule needs is said by `needs`."""

    quantity: int = 1
    measure: int | None = None
    value_kip: int | None = None
    days_late: int | None = None
    base_kip: int = 0
    """What the lines come to of which a fine is a percentage."""
    rate: Rate | None = None
    reduction: Reduction | None = None
    deviation: Deviation | None = None


@dataclass(frozen=True)
class Computed:
    """A fee, and how it came about."""

    unit_kip: int
    quantity: int
    gross_kip: int
    reduction_kip: int
    amount_kip: int
    shares: list[dict[str, Any]]
    computation: dict[str, Any]


def needs(rule: str) -> str | None:
    """Which input a rule asks of the counter: quantity, measure, value, days; None of its own."""
    return {
        FIXED: "quantity",
        PER_UNIT: "quantity",
        STEPPED: "measure",
        PERCENT: "value",
        FINE_DAY: "days",
        FINE_PERCENT: "days",
    }.get(rule)


def faults(tariff: Tariff, part: str) -> list[str]:
    """What is wrong with a line of the schedule: names of its parts, none for a sound one."""
    wrong: list[str] = []
    terms = tariff.terms
    if tariff.rule not in RULES:
        wrong.append("rule")
    if part not in PARTS or (part == FINE) != (tariff.rule in (FINE_DAY, FINE_PERCENT)):
        wrong.append("part")
    by_amount = tariff.rule in (FIXED, PER_UNIT, FINE_DAY)
    if by_amount != (tariff.amount is not None) or not _is_amount(tariff.amount or 0):
        wrong.append("amount")
    if tariff.rule == STEPPED and not _steps_are_sound(terms.get("steps")):
        wrong.append("steps")
    if tariff.rule in (PERCENT, FINE_PERCENT):
        points = terms.get("basis_points")
        if not isinstance(points, int) or not 1 <= points <= WHOLE:
            wrong.append("basis_points")
        if tariff.currency != KIP:
            wrong.append("currency")
    lowest, highest = terms.get("minimum", 0), terms.get("maximum", LARGEST_KIP)
    if not (_is_amount(lowest) and _is_amount(highest) and lowest <= highest):
        wrong.append("maximum")
    if not 0 <= terms.get("grace_days", 0) <= LARGEST_DAYS:
        wrong.append("grace_days")
    if tariff.shares and (
        sum(share["basis_points"] for share in tariff.shares) != WHOLE
        or any(share["to"] not in KEEPERS for share in tariff.shares)
        or any(share["basis_points"] < 0 for share in tariff.shares)
    ):
        wrong.append("shares")
    return wrong


def compute(tariff: Tariff, given: Inputs) -> Computed:
    """What a line comes to in a case. The same input gives the same output.

    Raises Unfit naming what is missing or beyond reason.
    """
    if given.quantity < 1 or given.quantity > LARGEST_QUANTITY:
        raise Unfit("quantity")
    unit, quantity, told = _gross(tariff, given)
    gross = unit * quantity
    if gross > LARGEST_KIP:
        raise Unfit("quantity")
    reduction = given.reduction
    off = min(gross, part_of(gross, reduction.basis_points)) if reduction is not None else 0
    computation: dict[str, Any] = {"rule": tariff.rule, **told}
    if tariff.currency != KIP and given.deviation is None and given.rate is not None:
        computation["rate"] = {
            "currency": given.rate.currency,
            "kip": given.rate.kip,
            "day": given.rate.day.isoformat(),
            "source": given.rate.source,
        }
    if reduction is not None:
        computation["reduction"] = {
            "class": reduction.code,
            "basis_points": reduction.basis_points,
            "name": {"lo": reduction.name_lo, "en": reduction.name_en},
            "paper": reduction.paper,
        }
    return Computed(
        unit, quantity, gross, off, gross - off, split(gross - off, tariff.shares), computation
    )


def part_of(amount_kip: int, basis_points: int) -> int:
    """So many basis points of an amount, rounded half up to whole kip."""
    return (amount_kip * basis_points + WHOLE // 2) // WHOLE


def split(amount_kip: int, shares: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who keeps what of an amount, to the kip: what is left over goes to the largest remainders.

    Of equal remainders the first named gets it. Nobody is named who keeps nothing.
    """
    if not shares:
        return [{"to": TREASURY, "kip": amount_kip}]
    parts = [divmod(amount_kip * share["basis_points"], WHOLE) for share in shares]
    left = amount_kip - sum(whole for whole, _rest in parts)
    by_rest = sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))
    lucky = set(by_rest[:left])
    kept = [
        {"to": share["to"], "kip": whole + (place in lucky)}
        for place, (share, (whole, _rest)) in enumerate(zip(shares, parts, strict=True))
    ]
    return [share for share in kept if share["kip"]] or [{"to": kept[0]["to"], "kip": 0}]


def step_for(steps: Sequence[Mapping[str, Any]], measure: int) -> Mapping[str, Any]:
    """The step into which a measure falls: the first whose end is not below it. Raises Unfit."""
    for step in steps:
        if step["up_to"] is None or measure <= step["up_to"]:
            return step
    raise Unfit("measure")


def _gross(tariff: Tariff, given: Inputs) -> tuple[int, int, dict[str, Any]]:
    """Unit and quantity in kip, and what went into them."""
    if tariff.rule in (FIXED, PER_UNIT):
        return _by_quantity(tariff, given)
    if given.quantity != 1:
        raise Unfit("quantity")
    if tariff.rule == STEPPED:
        return _by_step(tariff, given)
    if tariff.rule == PERCENT:
        return _by_value(tariff, given)
    if tariff.rule in (FINE_DAY, FINE_PERCENT):
        return _by_lateness(tariff, given)
    raise Unfit("rule")


def _by_quantity(tariff: Tariff, given: Inputs) -> tuple[int, int, dict[str, Any]]:
    if tariff.amount is None:
        raise Unfit("rule")
    told: dict[str, Any] = {"amount": tariff.amount, "currency": tariff.currency}
    told |= {"quantity": given.quantity, "unit": dict(tariff.terms.get("unit", {}))}
    local = given.deviation
    if local is None:
        return _in_kip(tariff, tariff.amount, given.rate), given.quantity, told
    told["deviation"] = {
        "amount_kip": local.amount_kip,
        "decision": local.decision,
        "decision_on": local.decision_on.isoformat(),
        "decided_by": local.decided_by,
    }
    return local.amount_kip, given.quantity, told


def _by_step(tariff: Tariff, given: Inputs) -> tuple[int, int, dict[str, Any]]:
    measure = _within(given.measure, LARGEST_MEASURE, "measure")
    steps = tariff.terms.get("steps") or ()
    step = step_for(steps, measure)
    told = {
        "measure": measure,
        "unit": dict(tariff.terms.get("unit", {})),
        "up_to": step["up_to"],
        "amount": step["amount"],
        "currency": tariff.currency,
    }
    return _in_kip(tariff, step["amount"], given.rate), 1, told


def _by_value(tariff: Tariff, given: Inputs) -> tuple[int, int, dict[str, Any]]:
    value = _within(given.value_kip, LARGEST_VALUE, "value")
    points = tariff.terms.get("basis_points")
    if not points:
        raise Unfit("rule")
    told = {"value_kip": value, "basis_points": points, **_limits(tariff)}
    return _limited(part_of(value, points), tariff), 1, told


def _by_lateness(tariff: Tariff, given: Inputs) -> tuple[int, int, dict[str, Any]]:
    late = _within(given.days_late, LARGEST_DAYS, "days")
    grace = tariff.terms.get("grace_days", 0)
    days = max(0, late - grace)
    told = {"days_late": late, "grace_days": grace, "days": days, **_limits(tariff)}
    if tariff.rule == FINE_DAY:
        if tariff.amount is None:
            raise Unfit("rule")
        daily = _in_kip(tariff, tariff.amount, given.rate)
        told |= {"amount": tariff.amount, "currency": tariff.currency}
        fine = daily * days
    else:
        points, per_day = tariff.terms.get("basis_points"), bool(tariff.terms.get("per_day"))
        if not points:
            raise Unfit("rule")
        told |= {"basis_points": points, "per_day": per_day, "base_kip": given.base_kip}
        times = days if per_day else min(1, days)
        fine = part_of(given.base_kip, points * times)
    return (_limited(fine, tariff) if days else 0), 1, told


def _in_kip(tariff: Tariff, amount: int, rate: Rate | None) -> int:
    if tariff.currency == KIP:
        return amount
    if rate is None or rate.currency != tariff.currency:
        raise Unfit("rate")
    return amount * rate.kip


def _limits(tariff: Tariff) -> dict[str, int]:
    return {name: tariff.terms[name] for name in ("minimum", "maximum") if name in tariff.terms}


def _limited(amount_kip: int, tariff: Tariff) -> int:
    lowest: int = tariff.terms.get("minimum", 0)
    highest: int | None = tariff.terms.get("maximum")
    return max(lowest, amount_kip if highest is None else min(amount_kip, highest))


def _within(given: int | None, largest: int, what: str) -> int:
    if given is None or not 0 <= given <= largest:
        raise Unfit(what)
    return given


def _is_amount(amount: object) -> bool:
    return isinstance(amount, int) and 0 <= amount <= LARGEST_KIP


def _steps_are_sound(steps: Any) -> bool:
    """Ends rise, the last step has none or is the highest measure that is taken."""
    if not steps or not all(_is_amount(step["amount"]) for step in steps):
        return False
    ends = [step["up_to"] for step in steps]
    if any(end is None for end in ends[:-1]):
        return False
    known = [end for end in ends if end is not None]
    return all(first < second for first, second in pairwise(known))
