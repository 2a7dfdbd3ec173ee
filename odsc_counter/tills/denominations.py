"""The notes that a drawer is counted by.

Notes of the Bank of the Lao PDR in circulation; coins are not in use.
"""

from collections.abc import Mapping

from odsc_counter.platform.errors import InvalidInput

NOTES = (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500)
"""Kip, from the largest to the smallest."""

MOST_NOTES = 100_000
"""No drawer holds more of one note: a slip of the finger."""


def worth(notes: Mapping[int, int]) -> int:
    """What counted notes come to in kip. Raises InvalidInput for unknown notes or odd counts."""
    for note, count in notes.items():
        if note not in NOTES or not 0 <= count <= MOST_NOTES:
            raise InvalidInput({f"note_{note}": f"0-{MOST_NOTES}"})
    return sum(note * count for note, count in notes.items())


def fewest(amount_kip: int) -> dict[int, int]:
    """The fewest notes that come to an amount; what no note can pay is left out."""
    counts = {}
    for note in NOTES:
        counts[note], amount_kip = divmod(amount_kip, note)
    return {note: count for note, count in counts.items() if count}
