"""What must hold of every return, read again for `odsc-counter check` and `returns verify`."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.returns.content import hash_of
from odsc_counter.returns.models import MonthlyReturn, ReturnReview

Found = tuple[str, str]
"""The centre's code, and what is wrong."""


def faults() -> Iterator[Found]:
    """Yield every breach in the nation's returns; nothing when all is well.

    Each version's hash is that of its text, the text says what the row says, versions run from 1
    and name the hash of the one before, and each verdict is on the hash of its version.
    """
    with reference_scope(), reading() as session:
        codes = dict(session.execute(select(Centre.id, Centre.code)).tuples().all())
        nation = session.scalar(select(Unit.id).where(Unit.level == 0))
    if nation is None:
        return
    with area_scope(nation), reading() as session:
        reviews: dict[tuple[int, Any, int], list[ReturnReview]] = {}
        for review in session.scalars(select(ReturnReview)):
            key = (review.about_centre_id, review.month, review.version)
            reviews.setdefault(key, []).append(review)
        before: MonthlyReturn | None = None
        rows = session.scalars(
            select(MonthlyReturn)
            .order_by(MonthlyReturn.centre_id, MonthlyReturn.month, MonthlyReturn.version)
            .execution_options(yield_per=200)
        )
        for row in rows:
            if before is not None and (before.centre_id, before.month) != (
                row.centre_id, row.month,
            ):  # fmt: skip
                before = None
            code = codes[row.centre_id]
            said = reviews.pop((row.centre_id, row.month, row.version), [])
            for what in (*_of_row(code, row, before), *_of_reviews(row, said)):
                yield code, f"return {row.month:%Y-%m} version {row.version}: {what}"
            before = row
        for (centre_id, month, version), _left in reviews.items():
            yield codes[centre_id], f"return {month:%Y-%m} version {version}: a word on nothing"


def _of_row(code: str, row: MonthlyReturn, before: MonthlyReturn | None) -> Iterator[str]:
    if hash_of(row.content) != row.content_hash:
        yield "the hash is not that of what was signed"
    try:
        content = json.loads(row.content)
        said = {name: content[name] for name in ("centre", "month", "version", "previous")}
        signer = content["signed_by"]["id"]
    except (ValueError, KeyError, TypeError):
        yield "what was signed can't be read"
        return
    wanted = {
        "centre": code,
        "month": f"{row.month:%Y-%m}",
        "version": row.version,
        "previous": row.previous_hash,
    }
    for name in wanted:
        if said[name] != wanted[name]:
            yield f"{name} is {wanted[name]}, what was signed says {said[name]}"
    if signer != row.signed_by_id:
        yield "the signer is not who signed"
    follows = (before.version, before.content_hash) if before is not None else (0, None)
    if (row.version - 1, row.previous_hash) != follows:
        yield "does not follow the version before"


def _of_reviews(row: MonthlyReturn, reviews: list[ReturnReview]) -> Iterator[str]:
    if len(reviews) > 1:
        yield f"{len(reviews)} words were said on it"
    for review in reviews:
        if review.return_hash != row.content_hash:
            yield "the word is on another text"
        if review.reviewed_by_id == row.signed_by_id:
            yield "approved by who signed it"
