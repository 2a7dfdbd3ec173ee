"""Numbers and hashes of receipts: each names the one before, so none is changed or lost unseen.

The scheme of fiscal software (NF525 in France), with values hashed and not ids, and a signature
over each hash. Pure functions, and the row that is held while a receipt is written.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_11_10

from odsc_counter.platform.tenancy import Scope
from odsc_counter.receipts.models import GENESIS, ReceiptSeries

SIGNED_BEFORE = b"odsc-counter receipt\n"


def link(prev_hash: str, body: str) -> str:
    """The hash of a receipt: SHA-256 over the hash before and the canonical text, in hex."""
    return hashlib.sha256(prev_hash.encode("ascii") + body.encode("utf-8")).hexdigest()


def signed_text(linked: str) -> bytes:
    """What a centre signs of a receipt. The words before the hash set it apart from seals."""
    return SIGNED_BEFORE + bytes.fromhex(linked)


def label(centre_code: str, fiscal_year: int, series: str, number: int) -> str:
    """A receipt's number as printed, its check digit last: LA0101-2026-A-000123-4.

    The check digit is ISO/IEC 7064 MOD 11-10 over all before it, letters counted as in base 36:
    one wrong digit and two neighbours exchanged are seen when a number is typed in.
    """
    plain = f"{centre_code}-{fiscal_year}-{series}-{number:06}"
    return f"{plain}-{check_digit(plain)}"


def check_digit(plain: str) -> str:
    """The check digit of a number without one; hyphens and blanks don't count."""
    digits = "".join(str(int(letter, 36)) for letter in plain if letter.isalnum())
    return str(mod_11_10.calc_check_digit(digits))


def is_mistyped(text: str) -> bool:
    """Whether a number with check digit, as a person typed it, can't be any receipt's."""
    letters = "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())
    return len(letters) < 2 or check_digit(letters[:-1]) != letters[-1]


@dataclass(frozen=True)
class Head:
    """Where a chain ends: the row of its series, held by this transaction."""

    row: ReceiptSeries

    @property
    def next_number(self) -> int:
        """The number of the next receipt."""
        return self.row.last_no + 1

    @property
    def hash(self) -> str:
        """The hash that the next receipt names."""
        return self.row.head_hash

    def move_on(self, new_hash: str, amount_kip: int) -> None:
        """Note that the next receipt is written."""
        self.row.last_no += 1
        self.row.head_hash = new_hash
        self.row.total_kip += amount_kip


def held(session: Session, fiscal_year: int, series: str) -> Head:
    """The head of a chain, held until the transaction ends. Its first use makes it."""
    scope: Scope = session.info["scope"]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    mine = (ReceiptSeries.fiscal_year == fiscal_year) & (ReceiptSeries.series == series)
    statement = (
        select(ReceiptSeries)
        .where(mine)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = session.scalars(statement).one_or_none()
    if row is None:
        session.execute(
            insert(ReceiptSeries)
            .values(
                centre_id=scope.centre_id,
                fiscal_year=fiscal_year,
                series=series,
                last_no=0,
                head_hash=GENESIS,
                total_kip=0,
            )
            .on_conflict_do_nothing()
        )
        row = session.scalars(statement).one()
    return Head(row)
