"""What must hold of every published report, read again for `check` and `reports verify`."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.reports.content import Values
from odsc_counter.reports.models import PUBLISH, ReportDecision
from odsc_counter.reports.periods import Period
from odsc_counter.returns.content import hash_of
from odsc_counter.returns.models import MonthlyReturn

Found = tuple[str, str]
"""The unit's code, and what is wrong."""
Return = tuple[str, str, int]
"""A return by its centre's code, its month and its version."""


def faults() -> Iterator[Found]:
    """Yield every breach in the reports of all units; nothing when all is well.

    Each version's hash is that of its text, the text says what the row says, two people made it,
    versions run from 1 and name the hash of the one before, its returns are there as they were
    signed, and its sums are those of its centres.
    """
    with reference_scope(), reading() as session:
        units = dict(session.execute(select(Unit.id, Unit.code)).tuples().all())
        centres = dict(session.execute(select(Centre.id, Centre.code)).tuples().all())
        nation = session.scalar(select(Unit.id).where(Unit.level == 0))
    if nation is None:
        return
    with area_scope(nation), reading() as session:
        signed: dict[Return, str] = {
            (centres[centre_id], f"{month:%Y-%m}", version): content_hash
            for centre_id, month, version, content_hash in session.execute(
                select(
                    MonthlyReturn.centre_id,
                    MonthlyReturn.month,
                    MonthlyReturn.version,
                    MonthlyReturn.content_hash,
                )
            )
        }
        before: dict[tuple[Any, ...], ReportDecision] = {}
        for row in session.scalars(
            select(ReportDecision)
            .where(ReportDecision.verdict == PUBLISH)
            .order_by(
                ReportDecision.place_id,
                ReportDecision.first_month,
                ReportDecision.last_month,
                ReportDecision.version,
            )
            .execution_options(yield_per=50)
        ):
            key = (row.place_id, row.first_month, row.last_month)
            label = f"report {Period(row.first_month, row.last_month).code} version {row.version}"
            for what in _of_row(units[row.place_id], row, before.get(key), signed):
                yield units[row.place_id], f"{label}: {what}"
            before[key] = row


def _of_row(
    code: str, row: ReportDecision, before: ReportDecision | None, signed: dict[Return, str]
) -> Iterator[str]:
    text = row.content or ""
    if hash_of(text) != row.content_hash:
        yield "the hash is not that of what was published"
    if row.decided_by_id == row.drafted_by_id:
        yield "published by who drafted it"
    number, content_hash = (
        (before.version, before.content_hash) if before is not None else (0, None)
    )  # fmt: skip
    if ((row.version or 0) - 1, row.previous_hash) != (number, content_hash):
        yield "does not follow the version before"
    try:
        content: Values = json.loads(text)
        told = {
            "unit": content["unit"]["code"],
            "first month": content["period"]["first"],
            "last month": content["period"]["last"],
            "version": content["version"],
            "previous hash": content["previous"],
            "drafted by": content["drafted_by"]["id"],
            "published by": content["published_by"]["id"],
        }
        yield from _of_sums(content, signed)
    except (ValueError, KeyError, TypeError):
        yield "what was published can't be read"
        return
    wanted = {
        "unit": code,
        "first month": f"{row.first_month:%Y-%m}",
        "last month": f"{row.last_month:%Y-%m}",
        "version": row.version,
        "previous hash": row.previous_hash,
        "drafted by": row.drafted_by_id,
        "published by": row.decided_by_id,
    }
    for name in wanted:
        if told[name] != wanted[name]:
            yield f"{name} is {wanted[name]}, what was published says {told[name]}"


def _of_sums(content: Values, signed: dict[Return, str]) -> Iterator[str]:
    for one in content["sources"]:
        known = signed.get((one["centre"], one["month"], one["version"]))
        if known != one["hash"]:
            yield f"the return {one['centre']} {one['month']} is not as it was signed"
    told = [one["figures"] for one in content["centres"] if one["figures"] is not None]
    for name, number in (content["figures"] or {}).items():
        if number != sum(one[name] for one in told):
            yield f"{name} is not the sum of the centres"
