"""The way between flags and the page of figures: from a flag to its period, and back by a count."""

from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import ngettext

from odsc_counter.accounts.access import signed_in
from odsc_counter.flags import queries
from odsc_counter.flags.models import Flag
from odsc_counter.flags.queries import DATA, Filters
from odsc_counter.flags.rules import RULES
from odsc_counter.monitoring.remarks import Remark, remark_with
from odsc_counter.places.models import Unit
from odsc_counter.platform.money import format_number
from odsc_counter.platform.periods import CHOSEN, Period

ONE_DAY = timedelta(days=1)
CHANGES = {"visits": "visits", "applications": "applications", "revenue_kip": "revenue"}
"""Indicators of what may change suddenly."""


def install() -> None:
    """Let the page of figures say how many flags doubt them. Safe to call again."""
    remark_with(data_flags)


def data_flags(unit: Unit) -> Remark | None:
    """How many flags of data quality live in the area in force; None for none, or no right to."""
    if not signed_in().may_in_area("flag.view", unit.code):
        return None
    count = queries.counts(Filters(rule=DATA))["live"]
    if not count:
        return None
    return Remark(
        ngettext(
            "%(count)s open flag doubts these figures.",
            "%(count)s open flags doubt these figures.",
            count,
            count=format_number(count),
        ),
        url_for("flags.index", unit=unit.code, rule=DATA),
    )


def figures_of(flag: Flag, place: Unit) -> str | None:
    """Where the figures stand that a flag speaks of, in its days; None where there are none."""
    rule = RULES.get(flag.rule)
    if rule is None or not rule.shows or not signed_in().may_in_area("area.figures", place.code):
        return None
    shown = rule.shows
    changes = {name: abs(flag.figures.get(f"{name}_change", 0)) for name in CHANGES}
    if any(changes.values()):
        shown = CHANGES[max(changes, key=lambda name: changes[name])]
    period = Period(
        CHOSEN, flag.last_seen_on - rule.looks_back * ONE_DAY, flag.last_seen_on - ONE_DAY
    )
    asked: dict[str, Any] = {"show": shown, **period.address}
    return url_for("monitoring.figures", unit=place.code, **asked)
