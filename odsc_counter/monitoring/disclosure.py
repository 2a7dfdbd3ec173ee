"""Which counts of a publication must be withheld so that no small one can be had back.

Knows trees of counts and nothing else: no database, no web, no words for people.

What is published is made of *trees*: a total, its parts, their parts. Trees may share their root
(the nation's files by province, and by ministry and service); nothing else is added up anywhere,
so that each part is in one sum only. This is what makes the choice exact and short. Cross tables,
in which a part is in two sums, need integer programs (Fischetti and Salazar, "Solving the cell
suppression problem on tabular data with linear constraints", Management Science 47, 2001).

**The guarantee.** Let a count be small when it is 1 to `below` - 1. For each small count in a
publication, whoever knows everything that is published, which counts are withheld, that a count
of a published sum that is withheld alone in its line is not nought, and this program,
can't exclude any value from 1 to `below` - 1; and from the sums alone not `below` either, so that
the sums don't even tell that it is small. The terms are those of Hundepool and others,
"Statistical Disclosure Control" (Wiley 2012), chapter 4: primary and secondary suppression,
feasibility intervals, protection level.

**How.** Below a published total all small parts are withheld, and with them others, until there
are at least two and they add up to `below` + their number - 1 or more. The sum of what is withheld
in a line can be had by subtraction. Each of `k` withheld parts with the sum `S` can therefore be
anything from 1 (the others take the rest) to S - (k - 1) (the others are 1 each), which is `below`
or more. Below a part that is withheld nothing is told, noughts neither, so nothing narrows it. When
the parts of a line can't reach the sum, the whole line is withheld, noughts too: each part is then
anything from 0 to the total, which is not small. A small root takes all of its trees with it; that
it is withheld tells that it is small, and nothing tells which of the small values it has.

Which parts go along is drawn by lot, those with little to lose more often. Were it always the
smallest, whoever knows the rule could say: the part that went along can't be larger than any that
was published, so the small one can't be smaller than the rest. By lot, every value from 1 to
`below` - 1 leads to the same publication with some chance: put 1 into all other withheld parts of
the line but one, and the rest into that one.

**What it does not cover.** What somebody knows besides: a person who knows all but one of the
people counted; that one measure can't be larger than another one (who is decided was received
once). Measures that add up to one another must be one tree.
"""

import random
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Branch:
    """A count, and the counts that it is the sum of; none: it is not told apart any further."""

    key: Hashable
    value: int
    parts: tuple["Branch", ...] = ()

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError(f"{self.key!r} is below nought")
        if self.parts and sum(part.value for part in self.parts) != self.value:
            raise ValueError(f"{self.key!r} is not the sum of its parts")

    def all_keys(self) -> Iterator[Hashable]:
        """Its own key and those of everything below it."""
        yield self.key
        for part in self.parts:
            yield from part.all_keys()


def withheld(trees: Sequence[Branch], below: int, lots: random.Random) -> frozenset[Hashable]:
    """The keys of the counts that must not be published, so that the guarantee above holds.

    `trees` are all trees of one measure: they share their root. `below`: a count is small when
    it is at least 1 and less than this. `lots` must be such as nobody can foresee
    (`secrets.SystemRandom`). Raises ValueError when the trees have different roots, or when
    `below` is less than 2.
    """
    if below < 2:
        raise ValueError("without a small count there is nothing to withhold")
    if len({(tree.key, tree.value) for tree in trees}) != 1:
        raise ValueError("trees of one measure share their root")
    if _is_small(trees[0], below):
        return frozenset(key for tree in trees for key in tree.all_keys())
    return frozenset(key for tree in trees for key in _below(tree, below, lots))


def rate(part: int | None, complement: int | None) -> float | None:
    """The share of `part` in both together, only where both are published.

    A rate beside its denominator tells the numerator, and beside the numerator the complement.
    None also when there is nothing that it could be a share of.
    """
    if part is None or complement is None or not part + complement:
        return None
    return part / (part + complement)


def _is_small(branch: Branch, below: int) -> bool:
    return 0 < branch.value < below


def _below(published: Branch, below: int, lots: random.Random) -> Iterator[Hashable]:
    taken = _taken(published.parts, below, lots)
    for part in published.parts:
        if part in taken:
            yield from part.all_keys()
        else:
            yield from _below(part, below, lots)


def _taken(parts: Sequence[Branch], below: int, lots: random.Random) -> Sequence[Branch]:
    """Those of a published total's parts that are withheld."""
    taken = [part for part in parts if _is_small(part, below)]
    if not taken:
        return ()
    others = [part for part in parts if part.value >= below]
    while len(taken) < 2 or sum(part.value for part in taken) < below + len(taken) - 1:
        if not others:
            return parts
        (chosen,) = lots.choices(others, [1 / part.value for part in others])
        others.remove(chosen)
        taken.append(chosen)
    return taken
