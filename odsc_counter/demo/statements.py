"""What the bank would say of an invented month: most payments, some of them unclear, some not."""

import random
from datetime import date, timedelta

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.places.models import Centre
from odsc_counter.platform import spreadsheet
from odsc_counter.platform.tenancy import Actor, acting_as
from odsc_counter.platform.work import reading
from odsc_counter.receipts.models import QR, SALE, TRANSFER, VOID, Receipt
from odsc_counter.reconciliation import operations

ACCOUNTS = {TRANSFER: "ທຄຕລ 010-12-00-00123456", QR: "Lao QR 2026-0101"}
HEADINGS = ("ວັນທີ", "ເລກອ້າງອີງ", "ລາຍລະອຽດ", "ເງິນເຂົ້າ", "ເງິນອອກ")
REACHES_BACK = timedelta(days=30)
LEFT_OUT, MISTYPED, STRANGE = 19, 13, 23
"""One payment of so many is missing, has another number, or is followed by a stranger's."""


def upload_statements(centre: Centre, manager: User, last: date, rng: random.Random) -> None:
    """Take a statement of each account; the last two days have not come yet."""
    for method, account in ACCOUNTS.items():
        lines = _lines(method, last - REACHES_BACK, last - timedelta(days=2), rng)
        if lines:
            with acting_as(Actor(manager.name_lo, manager.id)):
                operations.take(
                    centre,
                    spreadsheet.as_csv(HEADINGS, lines),
                    file_name=f"statement-{method}-{last:%Y%m%d}.csv",
                    account=account,
                    method=method,
                )


def _lines(
    method: str, first: date, last: date, rng: random.Random
) -> list[tuple[str, str, str, int | None, int | None]]:
    with reading() as session:
        paid = session.execute(
            select(
                Receipt.id, Receipt.reverses_id, Receipt.kind, Receipt.day, Receipt.amount_kip,
                Receipt.payment_reference,
            )
            .where(Receipt.method == method, Receipt.day.between(first, last))
            .order_by(Receipt.issued_at, Receipt.number)
        ).all()  # fmt: skip
    voided = {row.reverses_id for row in paid if row.kind == VOID}
    lines: list[tuple[str, str, str, int | None, int | None]] = []
    for place, row in enumerate(paid, start=1):
        if row.kind != SALE or row.id in voided or place % LEFT_OUT == 0:
            continue
        reference = row.payment_reference
        if place % MISTYPED == 0:
            reference = reference[:-2] + reference[:-3:-1]
        day = f"{row.day:%d/%m/%Y}"
        lines.append((day, reference, "ຊຳລະຄ່າທຳນຽມ", row.amount_kip, None))
        if place % STRANGE == 0:
            number = f"{rng.randrange(10**11):011}"
            lines.append((day, number, "ບໍ່ລະບຸ", rng.randrange(1, 40) * 5_000, None))
    return lines
