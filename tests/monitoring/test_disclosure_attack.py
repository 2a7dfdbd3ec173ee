"""No small count can be had back from what is published: whoever tries all sums is told nothing."""

import random
from collections.abc import Hashable, Iterable

import pytest

from odsc_counter.monitoring.disclosure import Branch, rate, withheld
from tests.monitoring.attacking import NO_END, Published, intervals, small_keys

BELOW = 5


def a_tree(key: str, *parts: Branch) -> Branch:
    return Branch(key, sum(part.value for part in parts), parts)


def by_place(*counts: int) -> Branch:
    return a_tree("LA", *(Branch(f"LA{n:02}", count) for n, count in enumerate(counts, 1)))


def by_service(*ministries: Iterable[int]) -> Branch:
    return a_tree(
        "LA",
        *(
            a_tree(f"M{m}", *(Branch(f"M{m}-{n}", count) for n, count in enumerate(counts)))
            for m, counts in enumerate(ministries)
        ),
    )


def attacked(
    trees: list[Branch], hidden: Iterable[Hashable], below: int = BELOW, least: int = 0
) -> dict[Hashable, tuple[int, int]]:
    published = Published()
    for tree in trees:
        published.add_tree(tree, hidden)
    return intervals(published, small_keys(trees, below), least)


def assert_holds(trees: list[Branch], lots: random.Random, below: int = BELOW) -> None:
    hidden = withheld(trees, below, lots)
    small = small_keys(trees, below)
    assert small <= hidden
    for key, (low, high) in attacked(trees, hidden, below).items():
        assert low <= 1 and high >= below, (key, low, high, trees)
    # The attacker may also hold that nothing withheld in a published total's line is nought,
    # unless the whole line is withheld, for then noughts are withheld too.
    for tree in trees:
        assert_lines(tree, hidden, below)


def assert_lines(branch: Branch, hidden: Iterable[Hashable], below: int) -> None:
    taken = [part for part in branch.parts if part.key in hidden]
    if branch.key not in hidden and taken and len(taken) < len(branch.parts):
        assert all(part.value for part in taken)
        line = a_tree(str(branch.key), *(Branch(part.key, part.value) for part in branch.parts))
        told = attacked([line], hidden, below, least=1)
        assert all(low <= 1 and high >= below for low, high in told.values())
    for part in branch.parts:
        assert_lines(part, hidden, below)


ADVERSARIAL = {
    "one count that is not nought": [by_place(0, 3, 0), by_service([0, 3], [0])],
    "one large count that is not nought": [by_place(0, 30, 0), by_service([0, 30], [0])],
    "all ones": [by_place(*[1] * 18), by_service([1] * 9, [1] * 9)],
    "one province": [by_place(7), by_service([4, 3])],
    "one service in a ministry": [by_place(50, 20), by_service([60], [3], [7])],
    "one small count among large ones": [by_place(3, 40, 50), by_service([3, 40], [50])],
    "two small counts of a total that is not": [by_place(2, 3), by_service([2], [3])],
    "the least total that is published": [by_place(4, 1), by_service([1, 1, 1, 1, 1])],
    "two small counts that can only be the largest": [by_place(4, 4, 30), by_service([38])],
    "a small ministry of many ones": [by_place(20, 20), by_service([1, 1, 1, 0], [37, 0])],
    "nothing at all": [by_place(0, 0), by_service([0], [0, 0])],
}


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_no_small_count_is_had_back_from_a_hard_country(name: str) -> None:
    for seed in range(5):
        assert_holds(ADVERSARIAL[name], random.Random(seed))


def a_country(rng: random.Random) -> list[Branch]:
    """Files by province and by service, with the same sum; many of them small."""
    services = [
        [rng.choice((0, 0, 1, 2, 3, 4, 5, 6, 9, 40, 300)) for _ in range(rng.randrange(1, 6))]
        for _ in range(rng.randrange(1, 6))
    ]
    total = sum(map(sum, services))
    places = [0] * rng.randrange(1, 10)
    favoured = [rng.random() ** 4 for _ in places]
    for number in rng.choices(range(len(places)), favoured, k=total):
        places[number] += 1
    return [by_place(*places), by_service(*services)]


@pytest.mark.parametrize("below", [2, 3, 5, 10])
def test_no_small_count_is_had_back_from_random_countries(below: int) -> None:
    rng = random.Random(below)
    for _ in range(25):
        assert_holds(a_country(rng), rng, below)


def test_the_attack_succeeds_where_only_the_small_counts_are_withheld() -> None:
    trees = ADVERSARIAL["one small count among large ones"]
    told = attacked(trees, small_keys(trees, BELOW))
    assert told == {"LA01": (3, 3), "M0-0": (3, 3)}
    rng, bared = random.Random(7), 0
    for _ in range(20):
        trees = a_country(rng)
        told = attacked(trees, small_keys(trees, BELOW))
        bared += sum(low == high for low, high in told.values())
    assert bared > 10


def test_the_attack_succeeds_where_the_part_below_a_withheld_total_is_told() -> None:
    trees = [by_service([1, 1, 1, 30], [40, 40], [2])]
    hidden = withheld(trees, BELOW, random.Random(1)) - {"M2-0"}
    assert attacked(trees, hidden)["M2"] == (2, 2)


def test_a_small_nation_tells_nothing() -> None:
    trees = [by_place(1, 2, 0), by_service([3], [0])]
    hidden = withheld(trees, BELOW, random.Random(1))
    assert hidden == {key for tree in trees for key in tree.all_keys()}
    assert all(told == (0, NO_END) for told in attacked(trees, hidden).values())


def test_what_goes_along_does_not_follow_from_the_counts() -> None:
    """Whoever knows the program can't say that what went along is the next smallest."""
    trees = [by_place(3, 20, 21, 22, 23)]
    chosen = {withheld(trees, BELOW, random.Random(seed)) for seed in range(100)}
    assert chosen == {frozenset({"LA01", f"LA0{other}"}) for other in range(2, 6)}


def test_whoever_knows_the_program_can_exclude_no_small_value() -> None:
    """Every country that has the same sums may lead to the same publication.

    All ways to put 12 into three provinces and the fourth's 20 are tried, with many lots each.
    """
    true = by_place(3, 7, 2, 20)
    hidden = withheld([true], BELOW, random.Random(3))
    seen = {
        key: {
            filled[place]
            for filled in _fillings(12, 3)
            if any(
                withheld([by_place(*filled, 20)], BELOW, random.Random(seed)) == hidden
                for seed in range(60)
            )
        }
        for place, key in enumerate(("LA01", "LA02", "LA03"))
    }
    assert hidden == {"LA01", "LA02", "LA03"}
    assert all(values >= set(range(1, BELOW)) for values in seen.values()), seen


def _fillings(total: int, places: int) -> list[tuple[int, ...]]:
    if places == 1:
        return [(total,)]
    return [
        (first, *rest)
        for first in range(total + 1)
        for rest in _fillings(total - first, places - 1)
    ]


def test_nothing_more_than_needed_is_withheld() -> None:
    assert not withheld([by_place(0, 5, 40), by_service([45])], BELOW, random.Random(1))
    assert len(withheld([by_place(3, 40, 50)], BELOW, random.Random(1))) == 2
    assert withheld([by_place(4, 3, 50)], BELOW, random.Random(1)) == {"LA01", "LA02"}


def test_trees_that_are_not_one_measure_are_refused() -> None:
    with pytest.raises(ValueError, match="share their root"):
        withheld([by_place(7), by_service([8])], BELOW, random.Random(1))
    with pytest.raises(ValueError, match="not the sum"):
        Branch("LA", 3, (Branch("LA01", 2),))
    with pytest.raises(ValueError, match="below nought"):
        Branch("LA", -1)
    with pytest.raises(ValueError, match="nothing to withhold"):
        withheld([by_place(7)], 1, random.Random(1))


def test_a_rate_needs_both_of_its_counts() -> None:
    assert rate(30, 10) == 0.75
    assert rate(None, 10) is None and rate(30, None) is None and rate(0, 0) is None
