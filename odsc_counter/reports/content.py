"""What a report says, formed from signed returns alone: sums, coverage, comparison, changes.

Nothing here reads or draws. Only counts and sums are added; whoever shows a rate forms it from
the sums (`figures.py`). A centre without a signed return has None, which is never nought.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from odsc_counter.monitoring.figures import MONTH_FIGURES, SERVICE_FIGURES
from odsc_counter.places.models import Centre, Unit
from odsc_counter.reports.periods import Period, months_between
from odsc_counter.returns.content import canonical, hash_of
from odsc_counter.returns.drawing import OFFICE_FIGURES
from odsc_counter.returns.queries import OfficialReturn
from odsc_counter.returns.standing import is_due_from

FORMAT = 1
"""Of `content`; a later one is read beside it, and never instead of it."""
FIGURES = (*MONTH_FIGURES, "due_days")
COMPLETE, PARTIAL, ABSENT = "complete", "partial", "absent"
Values = dict[str, Any]
Both = dict[str, str]
"""A text in both languages, by `lo` and `en`."""


@dataclass(frozen=True)
class Area:
    """What a report is of, and what its rows are called."""

    unit: Unit
    children: Sequence[Unit]
    """The units right below it."""
    centres: Sequence[Centre]
    ministries: Mapping[str, Both]
    services: Mapping[str, Both]


def drawn(area: Area, period: Period, returns: Sequence[OfficialReturn]) -> Values:
    """The figures of a report. `returns`: those of its period, of the one before and its course.

    The same returns give the same values, whenever they are drawn.
    """
    within = _within(returns, period.first, period.last)
    centres = [_centre(one, area, period, within) for one in _due(area, period)]
    return {
        "unit": _unit(area.unit),
        "period": _span(period),
        "coverage": coverage(centres),
        "figures": summed(one.content["figures"] for one in within),
        "centres": centres,
        "parts": _parts(area, centres),
        "course": [
            _month(area, month, returns)
            for month in months_between(period.course_first, period.last)
        ],
        "ministries": _ministries(area, within),
        "services": _services(area, within),
        "offices": _offices(area, within),
        "before": _before(area, period, returns, centres),
        "corrections": [
            {
                "centre": one.code,
                "month": _text(one.month),
                "version": one.version,
                "signed_at": one.content["signed_at"],
                "reason": one.content["reason"],
            }
            for one in within
            if one.version > 1
        ],
        "sources": [
            {"centre": one.code, "month": _text(one.month), "version": one.version,
             "hash": one.hash}
            for one in within
        ],
    }  # fmt: skip


def drawn_hash(values: Values) -> str:
    """What a draft's figures come to: whoever publishes has seen these and no others."""
    return hash_of(canonical(values))


def summed(
    many: Iterable[Mapping[str, int]], names: Sequence[str] = FIGURES
) -> dict[str, int] | None:
    """Sums under these names; None where nobody has said anything."""
    total: dict[str, int] | None = None
    for one in many:
        total = {name: (total or {}).get(name, 0) + one.get(name, 0) for name in names}
    return total


def coverage(centres: Sequence[Values]) -> Values:
    """How many centres were to speak, and how many spoke for all their months, or for some."""
    standings = [one["standing"] for one in centres]
    return {
        "centres": len(centres),
        "complete": standings.count(COMPLETE),
        "partial": standings.count(PARTIAL),
        "absent": standings.count(ABSENT),
        "months_due": sum(len(one["due"]) for one in centres),
        "months_signed": sum(len(one["signed"]) for one in centres),
    }


def changes(before: Values, now: Values) -> Values:
    """What a version says otherwise than the one before: returns, and sums."""
    was = {(one["centre"], one["month"]): one["version"] for one in before["sources"]}
    is_now = {(one["centre"], one["month"]): one["version"] for one in now["sources"]}
    old, new = before["figures"] or {}, now["figures"] or {}
    return {
        "returns": [
            {"centre": key[0], "month": key[1], "before": was.get(key), "now": is_now.get(key)}
            for key in sorted(was.keys() | is_now.keys())
            if was.get(key) != is_now.get(key)
        ],
        "figures_before": before["figures"],
        "figures": sorted(
            name for name in old.keys() | new.keys() if old.get(name) != new.get(name)
        ),
        "complete_before": before["coverage"]["complete"],
    }


def _within(returns: Sequence[OfficialReturn], first: date, last: date) -> list[OfficialReturn]:
    return [one for one in returns if first <= one.month <= last]


def _text(month: date) -> str:
    return f"{month:%Y-%m}"


def _span(period: Period) -> Values:
    return {"kind": period.kind, "code": period.code, "first": _text(period.first),
            "last": _text(period.last)}  # fmt: skip


def _unit(unit: Unit) -> Values:
    name = {"lo": unit.name_lo, "en": unit.name_en}
    return {"code": unit.code, "kind": unit.kind, "level": unit.level, "name": name}


def _due(area: Area, period: Period) -> list[Centre]:
    return [
        one for one in area.centres if any(is_due_from(one, month) for month in period.months)
    ]  # fmt: skip


def _centre(
    centre: Centre, area: Area, period: Period, within: Sequence[OfficialReturn]
) -> Values:  # fmt: skip
    own = [one for one in within if one.centre_id == centre.id]
    due = [_text(month) for month in period.months if is_due_from(centre, month)]
    signed = [_text(one.month) for one in own]
    standing = COMPLETE if set(due) <= set(signed) else PARTIAL if signed else ABSENT
    return {
        "code": centre.code,
        "name": {"lo": centre.name_lo, "en": centre.name_en},
        "part": _part_of(centre, area),
        "standing": standing,
        "due": due,
        "signed": signed,
        "figures": summed(one.content["figures"] for one in own),
    }


def _part_of(centre: Centre, area: Area) -> str:
    """A province's own centre lies in the province, and in none of its districts."""
    code = centre.unit.code
    found = [unit.code for unit in area.children if code.startswith(unit.code)]
    return found[0] if found else area.unit.code


def _parts(area: Area, centres: Sequence[Values]) -> list[Values]:
    """The units right below the area, and the area's own centres; none of a district."""
    parts = []
    for unit in (area.unit, *area.children) if area.children else ():
        own = [one for one in centres if one["part"] == unit.code]
        if unit is area.unit and not own:
            continue
        told = [one["figures"] for one in own if one["figures"] is not None]
        parts.append({**_unit(unit), "coverage": coverage(own), "figures": summed(told)})
    return parts


def _month(area: Area, month: date, returns: Sequence[OfficialReturn]) -> Values:
    own = _within(returns, month, month)
    return {
        "month": _text(month),
        "due": sum(is_due_from(one, month) for one in area.centres),
        "signed": len(own),
        "figures": summed(one.content["figures"] for one in own),
    }


def _ministries(area: Area, within: Sequence[OfficialReturn]) -> list[Values]:
    rows: dict[str, list[Mapping[str, int]]] = defaultdict(list)
    for one in within:
        for service in one.content["services"]:
            rows[service["ministry"]].append(service["figures"])
    return [
        {"code": code, "name": _named(area.ministries, code),
         "figures": summed(rows[code], SERVICE_FIGURES)}
        for code in sorted(rows)
    ]  # fmt: skip


def _services(area: Area, within: Sequence[OfficialReturn]) -> list[Values]:
    """Every service that was asked for, by its code."""
    rows: dict[tuple[str, str], list[Mapping[str, int]]] = defaultdict(list)
    for one in within:
        for service in one.content["services"]:
            rows[service["code"], service["ministry"]].append(service["figures"])
    return [
        {"code": code, "ministry": ministry, "name": _named(area.services, code),
         "figures": summed(rows[code, ministry], SERVICE_FIGURES)}
        for code, ministry in sorted(rows)
    ]  # fmt: skip


def _offices(area: Area, within: Sequence[OfficialReturn]) -> list[Values]:
    rows: dict[tuple[str, str], list[Mapping[str, int]]] = defaultdict(list)
    for one in within:
        for office in one.content["offices"]:
            rows[office["ministry"], office["level"]].append(office["figures"])
    return [
        {"ministry": ministry, "level": level, "name": _named(area.ministries, ministry),
         "figures": summed(rows[ministry, level], OFFICE_FIGURES)}
        for ministry, level in sorted(rows)
    ]  # fmt: skip


def _named(names: Mapping[str, Both], code: str) -> Both:
    return dict(names.get(code, {"lo": code, "en": code}))


def _before(
    area: Area, period: Period, returns: Sequence[OfficialReturn], centres: Sequence[Values]
) -> Values:
    """The period before, and both periods of the centres that are complete in both.

    Who is late in one of them would else look like a rise or a fall.
    """
    before = period.before
    within = _within(returns, before.first, before.last)
    then = [_centre(one, area, before, within) for one in _due(area, before)]
    whole = {one["code"]: one["figures"] for one in then if one["standing"] == COMPLETE}
    both = [
        (one["figures"], whole[one["code"]])
        for one in centres
        if one["standing"] == COMPLETE and one["code"] in whole
    ]
    return {
        "period": _span(before),
        "coverage": coverage(then),
        "same_centres": len(both),
        "figures": summed(then_was for _now, then_was in both),
        "figures_now": summed(now for now, _then in both),
    }
