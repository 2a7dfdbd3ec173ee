"""The seal in a receipt's QR code: 28 bytes of what it says and the centre's signature.

Pure functions, so that whoever has the public keys can verify a seal without a database. The
layout is written down in docs/receipts.md for other programs: it changes with `VERSION` alone.
"""

import base64
import binascii
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import lazy_gettext as _

from odsc_counter.platform.errors import DomainError
from odsc_counter.receipts import keys
from odsc_counter.receipts.key_files import Signer

VERSION = 1
SIGNED_BEFORE = b"odsc-counter seal\n"
"""Set before the summary when it is signed: no other text that a centre signs is a seal."""

LAYOUT = struct.Struct(">B4sHBc3s7sI5s")
"""Version, key, centre, year, series, number, amount, minute, hash: 28 bytes, big-endian."""

HASH_BYTES = 32
SIGNATURE_BYTES = 64
LETTERS = -(-(LAYOUT.size + SIGNATURE_BYTES) * 8 // 5)
"""148 letters of base32 for 92 bytes."""

LONGEST_TEXT = 600
"""Letters that an address with a seal may have, blanks and all."""

FIRST_YEAR = 2000
LAST_MINUTE = 7999 * 366 * 24 * 60
"""Far beyond any receipt, and still a date that can be written down."""
GRACE = timedelta(minutes=10)
"""A receipt that was begun just before its key was retired is dated a moment after."""

_ADDRESS = re.compile(r".*/R/", re.DOTALL)
_BLANKS = re.compile(r"[\s\u200b\ufeff-]+")
_SERIES = re.compile(r"[A-Z]")


class NotASeal(DomainError):
    """The text is no seal, whoever may have written it."""

    slug = "not-a-seal"
    status = 422
    message = _("This is not the text of a receipt's QR code, or a part of it is missing.")


@dataclass(frozen=True)
class Sealed:
    """What a seal says. Only `verify` tells whether it is true."""

    key_id: str
    centre_id: int
    fiscal_year: int
    series: str
    number: int
    amount_kip: int
    """Below zero where money was given back."""
    issued_at: datetime
    """The minute in which it was issued."""
    hash_prefix: str
    """The first ten hexadecimal digits of the receipt's hash."""
    summary: bytes
    signature: bytes


def sealed(
    signer: Signer,
    *,
    centre_id: int,
    fiscal_year: int,
    series: str,
    number: int,
    amount_kip: int,
    issued_at: datetime,
    receipt_hash: str,
) -> str:
    """The seal of a receipt: 148 letters A-Z and digits 2-7.

    `receipt_hash`: its SHA-256 in hexadecimal digits. Raises ValueError for what does not fit.
    """
    digest = bytes.fromhex(receipt_hash)
    if issued_at.tzinfo is None or not _SERIES.fullmatch(series) or len(digest) != HASH_BYTES:
        raise ValueError("a seal needs an aware time, a series of one letter and a SHA-256")
    try:
        summary = LAYOUT.pack(
            VERSION,
            bytes.fromhex(signer.key_id),
            centre_id,
            fiscal_year - FIRST_YEAR,
            series.encode("ascii"),
            number.to_bytes(3, "big"),
            amount_kip.to_bytes(7, "big", signed=True),
            int(issued_at.timestamp()) // 60,
            digest[:5],
        )
    except (struct.error, OverflowError) as error:
        raise ValueError(f"a seal can't hold this: {error}") from error
    return _written(summary + signer.sign(SIGNED_BEFORE + summary))


def address(origin: str, text: str) -> str:
    """What the QR code holds, all in its alphanumeric mode: HTTPS://HOST/R/SEAL.

    `origin`: scheme and host (and port) of the public pages, `https://odsc.gov.la`.
    """
    return f"{origin.rstrip('/').upper()}/R/{text}"


def opened(text: str) -> Sealed:
    """Read a seal, or the whole text of the QR code, also in small letters and with blanks.

    Raises NotASeal. Says nothing of whether the signature is right.
    """
    packed = _unwritten(text)
    summary, signature = packed[: LAYOUT.size], packed[LAYOUT.size :]
    version, key, centre_id, year, series, number, amount, minute, prefix = LAYOUT.unpack(summary)
    if version != VERSION or not b"A" <= series <= b"Z" or minute > LAST_MINUTE:
        raise NotASeal
    return Sealed(
        key_id=key.hex().upper(),
        centre_id=centre_id,
        fiscal_year=FIRST_YEAR + year,
        series=series.decode("ascii"),
        number=int.from_bytes(number, "big"),
        amount_kip=int.from_bytes(amount, "big", signed=True),
        issued_at=datetime.fromtimestamp(minute * 60, UTC),
        hash_prefix=prefix.hex(),
        summary=summary,
        signature=signature,
    )


def verify(found: Sealed, public_key: bytes) -> bool:
    """Whether the seal was made with the private half of this key."""
    return keys.verify(public_key, SIGNED_BEFORE + found.summary, found.signature)


def is_by(found: Sealed, *, centre_id: int, public_key: bytes, retired_at: datetime | None) -> bool:
    """Whether a centre sealed this, with a key of its own, while that key was in force.

    A key that was lost or stolen is retired: what it seals afterwards counts for nothing.
    """
    if found.centre_id != centre_id:
        return False
    if retired_at is not None and found.issued_at > retired_at + GRACE:
        return False
    return verify(found, public_key)


def _unwritten(text: str) -> bytes:
    if len(text) > LONGEST_TEXT:
        raise NotASeal
    letters = _BLANKS.sub("", _ADDRESS.sub("", text.upper()))
    try:
        packed = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError) as error:
        raise NotASeal from error
    # The last letter has bits to spare: only one way to write a seal is right.
    if len(letters) != LETTERS or _written(packed) != letters:
        raise NotASeal
    return packed


def _written(packed: bytes) -> str:
    return base64.b32encode(packed).decode("ascii").rstrip("=")
