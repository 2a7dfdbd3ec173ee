"""What people write beside a decision, checked once for all verbs."""

from flask_babel import gettext as _

from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.lao import lao_normalize

SHORTEST, LONGEST = 5, 300


def reason_words(text: str) -> str:
    """A reason that somebody will be told. Raises InvalidInput under 5 or over 300 letters."""
    reason = lao_normalize(text)
    if not SHORTEST <= len(reason) <= LONGEST:
        raise InvalidInput({"reason": _("Write the reason, in 5 to 300 characters.")})
    return reason


def optional_words(text: str) -> str:
    """Words that may be left out. Raises InvalidInput over 300 letters."""
    words = lao_normalize(text)
    if len(words) > LONGEST:
        raise InvalidInput({"words": _("Use at most %(number)s characters.", number=LONGEST)})
    return words
