"""From the seal on a paper to the receipt on record. Answers whoever holds the paper."""

from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select

from odsc_counter.accounts import throttle
from odsc_counter.accounts.throttle import Attempt, Ladder
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.tenancy import centre_scope, current_actor
from odsc_counter.platform.work import reading
from odsc_counter.receipts import seal
from odsc_counter.receipts.key_models import SigningKey
from odsc_counter.receipts.keys import raw
from odsc_counter.receipts.models import Receipt
from odsc_counter.receipts.seal import Sealed

BY_ADDRESS = Ladder(60, 30, 900, timedelta(hours=1))
"""Many phones share one address of a mobile network."""


class NotOurSeal(DomainError):
    """No centre made this seal: the signature, the key or the key's time is wrong."""

    slug = "not-our-seal"
    status = 404
    message = _(
        "This seal is not ours. No centre has signed it like this: the paper may be forged,"
        " or the code was not read completely. Ask at the centre."
    )


class NoSuchReceipt(DomainError):
    """The centre's own key sealed it, and yet the books know nothing of it."""

    slug = "sealed-without-receipt"
    status = 404
    message = _(
        "The signature is right, but there is no such receipt on record. Tell the centre and"
        " keep the paper."
    )


class RecordDiffers(DomainError):
    """The receipt on record is another one than was sealed."""

    slug = "record-differs-from-seal"
    message = _(
        "The signature is right, but the receipt on record says something else than the paper."
        " Tell the centre and keep the paper."
    )


def receipt_of(text: str) -> tuple[Centre, str]:
    """The centre and the public code of the receipt that was sealed.

    Raises NotASeal, NotOurSeal, NoSuchReceipt, RecordDiffers, and TooManyAttempts where an
    address has sent many seals that are none.
    """
    found = seal.opened(text)
    attempt = _by_address()
    throttle.refuse_waiting(attempt)
    try:
        centre = _sealed_by(found)
        return centre, _on_record(found, centre).public_code
    except (NotOurSeal, NoSuchReceipt):
        throttle.reserve(attempt)
        raise


def _sealed_by(found: Sealed) -> Centre:
    with reading() as session:
        key = session.get(SigningKey, found.key_id)
    if key is None or not seal.is_by(
        found, centre_id=key.at_centre_id, public_key=raw(key), retired_at=key.retired_at
    ):
        raise NotOurSeal
    return key.centre


def _on_record(found: Sealed, centre: Centre) -> Receipt:
    with centre_scope(centre.id), reading() as session:
        receipt = session.scalars(select(Receipt).where(*_number(found))).one_or_none()
    if receipt is None:
        raise NoSuchReceipt
    if not _says_the_same(receipt, found):
        raise RecordDiffers
    return receipt


def _number(found: Sealed) -> list[ColumnElement[bool]]:
    """What makes a receipt's number unique within its centre."""
    return [
        Receipt.fiscal_year == found.fiscal_year,
        Receipt.series == found.series,
        Receipt.number == found.number,
    ]


def _says_the_same(receipt: Receipt, found: Sealed) -> bool:
    minute = receipt.issued_at.replace(second=0, microsecond=0)
    return (receipt.amount_kip, minute) == (
        found.amount_kip,
        found.issued_at,
    ) and receipt.hash.startswith(found.hash_prefix)


def _by_address() -> Attempt:
    return Attempt(f"seal-from:{current_actor().origin[:64]}", BY_ADDRESS)
