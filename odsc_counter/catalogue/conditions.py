"""Conditions on the answers of a form, as data: who decides and which papers are asked for.

A condition is `{}` (always), `{"field": name, "is": "<=", "value": 400}`, or several under
`all` or `any`. A field that isn't answered fulfils nothing.
"""

import operator
from collections.abc import Callable, Iterator
from typing import Any

Condition = dict[str, Any]

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class BrokenCondition(ValueError):
    """It isn't a condition, or names a field that the form doesn't have."""


def holds(condition: Condition, answers: dict[str, Any]) -> bool:
    """Whether the answers fulfil the condition. Raises BrokenCondition for none."""
    if not condition:
        return True
    if "all" in condition:
        return all(holds(part, answers) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, answers) for part in condition["any"])
    try:
        compare = COMPARISONS[condition["is"]]
        answer = answers.get(condition["field"])
        return answer is not None and compare(answer, condition["value"])
    except (KeyError, TypeError) as error:
        raise BrokenCondition(str(condition)) from error


def parts(condition: Condition) -> Iterator[Condition]:
    """The comparisons of which a condition is made."""
    for word in ("all", "any"):
        if word in condition:
            for part in condition[word]:
                yield from parts(part)
            return
    if condition:
        yield condition


def check(condition: Condition, form: dict[str, Any]) -> None:
    """Raise BrokenCondition unless it compares fields of the form with values of their type."""
    fields = form.get("properties", {})
    for part in parts(condition):
        if set(part) != {"field", "is", "value"} or part["is"] not in COMPARISONS:
            raise BrokenCondition(str(part))
        field = fields.get(part["field"])
        if field is None:
            raise BrokenCondition(f"{part['field']}: no such field")
        if "enum" in field and part["value"] not in field["enum"]:
            raise BrokenCondition(f"{part['field']}: no such choice")
        if (field["type"] == "number") != isinstance(part["value"], int | float):
            raise BrokenCondition(f"{part['field']}: a number is compared with a number")
