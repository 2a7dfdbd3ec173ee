"""A lifecycle as one table that a registrar could check: verb, from, to, permission."""

from collections.abc import Iterator
from dataclasses import dataclass

STAYS = "="
"""Target of a verb that leaves the state as it is."""
BEFORE = "<"
"""Target of a verb that goes back to where the last step came from."""


class NotAllowed(Exception):
    """The verb is not allowed in the present state."""

    def __init__(self, verb: str, state: str | None) -> None:
        super().__init__(f"{verb} is not allowed from {state}")
        self.verb = verb
        self.state = state


@dataclass(frozen=True)
class Step:
    """One line of the table. An empty `origins` set means: out of nothing (creation)."""

    verb: str
    origins: frozenset[str]
    target: str
    permission: str


class Lifecycle:
    """The whole table of one kind of thing."""

    def __init__(self, *rows: tuple[str, set[str], str, str]) -> None:
        self._steps = {
            verb: Step(verb, frozenset(origins), target, permission)
            for verb, origins, target, permission in rows
        }
        if len(self._steps) != len(rows):
            raise ValueError("a verb stands twice in the table")

    def __iter__(self) -> Iterator[Step]:
        return iter(self._steps.values())

    @property
    def states(self) -> frozenset[str]:
        """Every state that the table names."""
        targets = {step.target for step in self} - {STAYS, BEFORE}
        return frozenset(targets.union(*(step.origins for step in self)))

    @property
    def verbs(self) -> tuple[str, ...]:
        """Every verb, in the table's order."""
        return tuple(self._steps)

    def permission(self, verb: str) -> str:
        """The permission that a person needs for a verb."""
        return self._steps[verb].permission

    def allows(self, verb: str, state: str | None) -> bool:
        """Whether the verb may be done in this state (None: before creation)."""
        step = self._steps[verb]
        return state in step.origins if state is not None else not step.origins

    def target(self, verb: str, state: str | None, before: str | None = None) -> str:
        """The state after the verb. Raises NotAllowed.

        `before` is the state that the last step left: where a verb of target BEFORE leads to.
        """
        if not self.allows(verb, state):
            raise NotAllowed(verb, state)
        target = self._steps[verb].target
        if target == STAYS:
            target = state or ""
        elif target == BEFORE:
            target = before or ""
        if not target:
            raise NotAllowed(verb, state)
        return target
