"""Codes that a citizen copies from paper, and the tracking number that is read over the phone.

No letter is taken for another. A tracking number ends with a check character: the pure system
of ISO/IEC 7064 with one check character, with modulus 31 and radix 3. The alphabet has a prime
number of letters and 3 is a primitive root of it, so every single wrong letter and every swap
of two letters, neighbours or not, is caught.
"""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from odsc_counter.applications.models import Application
from odsc_counter.platform.lao import european_digits

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L."""

LENGTH = 12
"""31 letters, 12 places: 59 bits, beyond guessing. Tracking numbers of earlier releases, too."""

NUMBER_LENGTH = 10
"""Nine random letters (44 bits) and the check character: three groups of three or four."""

_RADIX = 3
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def new_code(length: int = LENGTH) -> str:
    """A fresh code, from the operating system's own randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def with_check(letters: str) -> str:
    """The letters with their check character at the end."""
    total = 0
    for letter in letters:
        total = (total + _VALUES[letter]) * _RADIX % len(ALPHABET)
    return letters + ALPHABET[(1 - total) % len(ALPHABET)]


def unused_number(
    session: Session, column: InstrumentedAttribute[str] = Application.tracking_code
) -> str:
    """A fresh number that nothing of the centre has in the column: no file, unless told."""
    while True:
        number = with_check(new_code(NUMBER_LENGTH - 1))
        if session.scalars(select(column).where(column == number)).first() is None:
            return number


def read_code(text: str) -> str:
    """A code as stored, from what a person typed: any letter case, with blanks or hyphens.

    Lao digits count as the European ones.
    """
    return "".join(letter for letter in european_digits(text).upper() if letter.isalnum())


def is_mistyped(number: str) -> bool:
    """Whether a number, as `read_code` gives it, can't be any file's: a letter is wrong.

    Numbers of earlier releases have no check character; of them only the length and the
    letters can be wrong.
    """
    if any(letter not in _VALUES for letter in number):
        return True
    if len(number) == NUMBER_LENGTH:
        return with_check(number[:-1]) != number
    return len(number) != LENGTH


def spaced(code: str) -> str:
    """A code in groups as people read it out: K7Q-M4T-XP9V, and longer ones in fours."""
    if len(code) == NUMBER_LENGTH:
        return f"{code[:3]}-{code[3:6]}-{code[6:]}"
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
