"""What is in force where: the nearest unit upward that has set a rule, else the rule's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.flags.models import FlagRule
from odsc_counter.flags.rules import RULES, Rule
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import reading, unit_of_work

LONGEST_ANSWER = 60
"""Working days."""


@dataclass(frozen=True)
class InForce:
    """A rule as it holds in a unit."""

    rule: Rule
    is_on: bool
    threshold: int
    answer_days: int
    set_in: Unit | None = None
    """The unit that has set it so; None: nobody has."""
    set_at: datetime | None = None
    set_by_id: int | None = None


Settings = Mapping[tuple[int, str], FlagRule]
"""All rows there are, by unit and rule."""


def all_settings(session: Session) -> Settings:
    """What units have set. One statement; a few rows."""
    return {(row.unit_id, row.rule): row for row in session.scalars(select(FlagRule))}


def in_force(unit: Unit, rule: Rule, settings: Settings) -> InForce:
    """How a rule holds in a unit: as the nearest unit upward has set it."""
    one: Unit | None = unit
    while one is not None:
        row = settings.get((one.id, rule.code))
        if row is not None:
            return InForce(
                rule, row.is_on, row.threshold, row.answer_days, one, row.set_at, row.set_by_id
            )
        one = one.parent if one.parent_id is not None else None
    standard = rule.standards[unit.level]
    return InForce(rule, True, standard.threshold, standard.answer_days)


@dataclass(frozen=True)
class SetHere:
    """A rule on the page of a unit: what holds there, and what would without the unit's own."""

    now: InForce
    above: InForce
    is_own: bool


def rules_of(unit: Unit) -> list[SetHere]:
    """Every rule as it holds in a unit, and as it stands above it."""
    with reading() as session:
        settings = all_settings(session)
    found = []
    for rule in RULES.values():
        others = {key: row for key, row in settings.items() if key[0] != unit.id}
        now = in_force(unit, rule, settings)
        found.append(SetHere(now, in_force(unit, rule, others), (unit.id, rule.code) in settings))
    return found


def set_rule(unit: Unit, code: str, *, is_on: bool, threshold: int, answer_days: int) -> FlagRule:
    """Set a rule for a unit and all below it that have set nothing else.

    Raises NotFound (no such rule), InvalidInput.
    """
    rule = _rule(code)
    wrong = {}
    if not rule.least <= threshold <= rule.most:
        wrong["threshold"] = _("Between %(least)s and %(most)s.", least=rule.least, most=rule.most)
    if not 1 <= answer_days <= LONGEST_ANSWER:
        wrong["answer_days"] = _("Between %(least)s and %(most)s.", least=1, most=LONGEST_ANSWER)
    if wrong:
        raise InvalidInput(wrong)
    with unit_of_work() as work:
        row = work.session.get(FlagRule, (unit.id, code))
        before = {} if row is None else _told(row)
        if row is None:
            row = FlagRule(unit_id=unit.id, rule=code)
            work.session.add(row)
        row.is_on, row.threshold, row.answer_days = is_on, threshold, answer_days
        row.set_at, row.set_by_id = clock.now(), current_actor().user_id
        work.record_in_area(
            "set",
            subject_kind="flag_rule",
            subject_id=code,
            data={**_told(row), "before": before},
        )
    return row


def return_to_above(unit: Unit, code: str) -> None:
    """Let what stands above a unit hold again. Raises NotFound when the unit has set nothing."""
    _rule(code)
    with unit_of_work() as work:
        row = work.session.get(FlagRule, (unit.id, code))
        if row is None:
            raise NotFound
        work.record_in_area(
            "return_to_above",
            subject_kind="flag_rule",
            subject_id=code,
            data={"before": _told(row)},
        )
        work.session.delete(row)


def _rule(code: str) -> Rule:
    if code not in RULES:
        raise NotFound
    return RULES[code]


def _told(row: FlagRule) -> dict[str, object]:
    return {"is_on": row.is_on, "threshold": row.threshold, "answer_days": row.answer_days}
