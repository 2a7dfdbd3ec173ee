"""Who came on an invented day: some are asked, and some of them keep an answer to themselves."""

import random
import uuid
from datetime import date

from odsc_counter.demo.book import Book
from odsc_counter.traits.models import TRAITS, WhoCame

ASKED_SHARE = 0.7
NOT_SAID_SHARE = {"sex": 0.01, "age": 0.04, "disability": 0.12, "language": 0.05, "distance": 0.03}
WEIGHTS: dict[str, tuple[float, ...]] = {
    "sex": (46, 54),
    "age": (7, 34, 31, 19, 9),
    "disability": (3, 97),
    "distance": (48, 33, 15, 4),
}
"""How often an answer is given, in the order of TRAITS. Languages differ from centre to centre."""


def note_who_came(book: Book, centre_code: str, day: date, files: int) -> None:
    """Gather the rows of those who were asked on a day, of so many who filed.

    Draws from a generator of its own: the rest of the history stays as it was without it.
    """
    rng = random.Random(f"who came {centre_code} {day}")  # noqa: S311 - invented, no secret
    of_centre = random.Random(f"languages {centre_code}")  # noqa: S311 - as above
    languages = (60, *(of_centre.uniform(0, 40) for _language in TRAITS["language"][1:]))
    weights = {**WEIGHTS, "language": languages}
    for _file in range(files):
        if rng.random() < ASKED_SHARE:
            book.add(
                WhoCame,
                month=day.replace(day=1),
                id=uuid.UUID(int=rng.getrandbits(128), version=4),
                **{
                    trait: None
                    if rng.random() < NOT_SAID_SHARE[trait]
                    else rng.choices(answers, weights[trait])[0]
                    for trait, answers in TRAITS.items()
                },
            )
