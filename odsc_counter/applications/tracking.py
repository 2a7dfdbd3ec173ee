"""Codes that a citizen copies from paper: random, and no letter taken for another."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L."""

LENGTH = 12
"""31 letters, 12 places: 59 bits, beyond guessing."""


def new_code() -> str:
    """A fresh code, from the operating system's own randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(text: str) -> str:
    """A code as stored, from what a person typed: any letter case, with blanks or hyphens."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def spaced(code: str) -> str:
    """A code in groups of four, as people read it out."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
