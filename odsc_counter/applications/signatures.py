"""A signature written on the screen: strokes of a pen as points, checked and drawn again.

Points lie in a box of WIDTH by HEIGHT whole units, the left upper corner being the origin. A
picture would say no more, and a line of points is drawn sharp on every page and paper.
"""

import json
from typing import Any

from flask_babel import gettext as _

from odsc_counter.platform.errors import InvalidInput

WIDTH, HEIGHT = 600, 200
MOST_LETTERS = 24_000
"""Of the text that a browser sends: refused before it is read."""
MOST_STROKES = 60
MOST_POINTS = 2_000
FEWEST_POINTS = 8
"""Less is a slip of the finger, not a signature."""

Stroke = list[list[int]]


def read_signature(sent: str) -> list[Any]:
    """The strokes that a browser sent as JSON; none for an empty text.

    Raises InvalidInput for anything else than strokes of points within the box, for too many,
    and for less than a signature.
    """
    if not sent.strip():
        return []
    strokes = _parsed(sent) if len(sent) <= MOST_LETTERS else None
    if strokes is None:
        raise InvalidInput({"signature": _("The signature can't be read. Please sign again.")})
    if not strokes:
        return []
    if sum(len(stroke) for stroke in strokes) < FEWEST_POINTS:
        raise InvalidInput({"signature": _("This is too short for a signature.")})
    return strokes


def path(strokes: list[Any]) -> str:
    """The strokes as the data of an SVG path; a lone point becomes a dot."""
    said = []
    for stroke in strokes:
        (x, y), *others = stroke
        said.append(f"M{x} {y}")
        said += [f"L{a} {b}" for a, b in others] or [f"L{x} {y}"]
    return "".join(said)


def _parsed(sent: str) -> list[Stroke] | None:
    try:
        strokes = json.loads(sent)
    except (ValueError, RecursionError):
        return None
    if not isinstance(strokes, list) or len(strokes) > MOST_STROKES:
        return None
    points = 0
    for stroke in strokes:
        if not isinstance(stroke, list) or not stroke:
            return None
        points += len(stroke)
        if points > MOST_POINTS or not all(_is_point(point) for point in stroke):
            return None
    return strokes


def _is_point(point: object) -> bool:
    if not isinstance(point, list) or len(point) != 2:
        return False
    # type() and not isinstance: True would pass for a number.
    return all(type(part) is int for part in point) and (
        0 <= point[0] <= WIDTH and 0 <= point[1] <= HEIGHT
    )
