"""An attacker of published figures: what can each withheld count be, given all that is published?

Knows the sums of a publication, which counts are withheld, and that no count is below nought; asks
an integer program (HiGHS, by way of SciPy) for the least and the most that each can be. `Published`
is filled from trees that a test made, or from the answers of the public doors.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from odsc_counter.monitoring.disclosure import Branch

NO_END = 10_000_000
"""More than any count of ours: whoever could be as large is not bounded at all."""


@dataclass
class Published:
    """Counts as everybody sees them; None: withheld."""

    values: dict[Hashable, int | None] = field(default_factory=dict)
    sums: list[tuple[Hashable, list[Hashable]]] = field(default_factory=list)
    """A total, and the parts that it is known to be the sum of."""

    def add_tree(self, tree: Branch, hidden: Iterable[Hashable]) -> None:
        """A tree of true counts, less what is withheld."""
        self.values[tree.key] = None if tree.key in hidden else tree.value
        if tree.parts:
            self.sums.append((tree.key, [part.key for part in tree.parts]))
        for part in tree.parts:
            self.add_tree(part, hidden)


def intervals(
    published: Published, wanted: Iterable[Hashable], least: int = 0
) -> dict[Hashable, tuple[int, int]]:
    """The least and the most that each of these counts can be.

    `least`: what the attacker believes every withheld count to be at least.
    """
    keys = list(published.values)
    place = {key: number for number, key in enumerate(keys)}
    low = np.array([least if value is None else value for value in published.values.values()])
    high = np.array([NO_END if value is None else value for value in published.values.values()])
    lines = lil_array((max(1, len(published.sums)), len(keys)))
    for number, (total, parts) in enumerate(published.sums):
        lines[number, place[total]] = 1
        for part in parts:
            lines[number, place[part]] = -1
    within = LinearConstraint(lines.tocsr(), 0, 0)

    def extreme(key: Hashable, sign: int) -> int:
        aim = np.zeros(len(keys))
        aim[place[key]] = sign
        found = milp(
            aim, constraints=within, bounds=Bounds(low, high), integrality=np.ones(len(keys))
        )
        assert found.success, found.message
        return round(sign * found.fun)

    return {key: (extreme(key, 1), extreme(key, -1)) for key in wanted}


def small_keys(trees: Sequence[Branch], below: int) -> set[Hashable]:
    """The keys of all small counts in some trees."""
    found = set()
    for tree in trees:
        if 0 < tree.value < below:
            found.add(tree.key)
        found |= small_keys(tree.parts, below)
    return found
