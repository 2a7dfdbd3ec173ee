"""Passwords: how they are kept (Argon2id), and which ones are too easy to guess.

Length alone is asked for, and that it isn't one that everybody tries first. The weak ones are
recognised by how they are made, not by a list of leaked ones, which no hall could download.
"""

import re
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import InvalidInput

SHORTEST = 10
LONGEST = 128
"""More would only be work for the hash."""

_hasher = PasswordHasher()
# Each hash takes 64 MiB: two at once, however many people sign in at eight o'clock.
_turn = threading.BoundedSemaphore(2)

WEAK_WORDS = frozenset(
    """
    password passwort passw pass pwd welcome hello admin administrator root user guest test demo
    login signin letmein secret changeme default qwerty qwertyuiop asdfgh asdfghjkl zxcvbn
    zxcvbnm qazwsx iloveyou love sunshine princess monkey dragon football master superman
    computer internet summer winter spring autumn monday friday january december
    lao laos laopdr pdr vientiane viengchan savannakhet pakse champasak luang prabang
    luangprabang moha odsc odsp counter centre center ticket queue receipt clerk cashier
    manager auditor onedoor service sabaidee sabaydee beerlao champa nakhon
    ລະຫັດຜ່ານ ລະຫັດ ສະບາຍດີ ວຽງຈັນ ປະເທດລາວ ລາວ ສປປລາວ ສູນບໍລິການ ບໍລິການ ປະຕູດຽວ
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_ROWS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qazwsxedcrfvtgbyhnujmikolp",
    "໐໑໒໓໔໕໖໗໘໙໐໑໒໓໔໕໖໗໘໙", "ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮ",
)  # fmt: skip
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


class WeakPassword(InvalidInput):
    """The new password is too short, too long, or one that everybody tries first."""

    slug = "weak-password"


def normalised(password: str) -> str:
    """One spelling, whichever keyboard wrote it: Lao vowels come in more than one form."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Argon2id with a salt of its own."""
    with _turn:
        return _hasher.hash(normalised(password))


@cache
def _nobodys_hash() -> str:
    return hash_password("nobody has this password")


def verify(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was kept. It takes as long when there is none."""
    against = kept or _nobodys_hash()
    if len(password) > LONGEST:
        password = ""
    try:
        with _turn:
            _hasher.verify(against, normalised(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(kept)


def refuse_weak(password: str, username: str) -> None:
    """Raise WeakPassword unless the password may be used by this person."""
    text = normalised(password)
    if len(text) < SHORTEST:
        raise WeakPassword({"password": str(_("Use at least 10 characters."))})
    if len(text) > LONGEST:
        raise WeakPassword({"password": str(_("Use at most 128 characters."))})
    if is_easy(text, username):
        raise WeakPassword(
            {
                "password": str(
                    _("This password is too easy to guess. Three or four words make a good one.")
                )
            }
        )


def is_easy(password: str, username: str) -> bool:
    """Whether the password is among those that are tried first."""
    text = password.casefold()
    bare = re.sub(r"[\W_]", "", text, flags=re.UNICODE) or text
    # What the person typed beside the pattern counts; under five characters is too little.
    parts = {text, bare, bare.translate(_LOOKALIKES)}
    return any(_left(part, username.casefold()) < 5 for part in parts) or len(set(text)) < 4


def _left(text: str, username: str) -> int:
    """How many characters remain once words, rows of keys, years and repeats are taken out."""
    repeated = re.fullmatch(r"(.{1,8}?)\1+", text)
    if repeated:
        return 0
    names = {part for part in re.split(r"[\W_]", username) if len(part) >= 4}
    plain = re.sub(r"[\W_]", "", username)
    for word in sorted({*WEAK_WORDS, *names, plain} - {""}, key=len, reverse=True):
        text = text.replace(word, " ")
    text = re.sub(r"(.)\1{2,}", " ", text)
    text = re.sub(r"(19|20|25)\d\d", " ", text)
    for length in range(8, 2, -1):
        for row in _ROWS:
            for start in range(len(row) - length + 1):
                piece = row[start : start + length]
                text = text.replace(piece, " ").replace(piece[::-1], " ")
    return len(text.replace(" ", ""))
