"""Text that is looked for within text, as SQL's LIKE wants it."""

ESCAPE = "\\"


def part_of(text: str) -> str:
    """The LIKE pattern for any text that contains this one; for `escape=ESCAPE`."""
    for letter in (ESCAPE, "%", "_"):
        text = text.replace(letter, ESCAPE + letter)
    return f"%{text}%"
