"""What a return says: its canonical text, its hash, and how two of them differ."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

FORMAT = 1
"""Of `content`; a later one is read beside it, and never instead of it."""
LEVELS = ("village", "district", "province", "nation")


@dataclass(frozen=True)
class Difference:
    """A figure that is another one now. None: it has no row there."""

    kind: str
    """figure, service or office: what the figure is of."""
    of: str
    """The service's code, or the ministry's and the office's level; empty for the centre."""
    name: str
    before: int | None
    now: int | None


def canonical(values: Mapping[str, Any]) -> str:
    """The one text of a return: sorted names, no blanks, Lao as it is."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def drawn_hash(values: Mapping[str, Any]) -> str:
    """What the figures of a draft come to: who signs has seen these and no others."""
    return hash_of(
        canonical({name: values[name] for name in ("figures", "services", "offices", "findings")})
    )


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Each figure in which two returns (or a return and a draft) are not the same."""
    return [
        *_of_one("figure", "", before["figures"], now["figures"]),
        *_of_many("service", _by_code(before["services"]), _by_code(now["services"])),
        *_of_many("office", _by_office(before["offices"]), _by_office(now["offices"])),
    ]


def _of_many(
    kind: str, before: dict[str, Mapping[str, int]], now: dict[str, Mapping[str, int]]
) -> Iterator[Difference]:
    for of in sorted(before.keys() | now.keys()):
        yield from _of_one(kind, of, before.get(of), now.get(of))


def _of_one(
    kind: str, of: str, before: Mapping[str, int] | None, now: Mapping[str, int] | None
) -> Iterator[Difference]:
    names = dict.fromkeys((*(before or {}), *(now or {})))
    for name in names:
        was = None if before is None else before.get(name)
        is_now = None if now is None else now.get(name)
        # A row that is only there on one side says nothing by its noughts.
        if was != is_now and (was or is_now):
            yield Difference(kind, of, name, was, is_now)


def _by_code(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, int]]:
    return {row["code"]: row["figures"] for row in rows}


def _by_office(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, int]]:
    return {" ".join((row["ministry"], row["level"])): row["figures"] for row in rows}


def month_before(month: date) -> date:
    """The first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def year_before(month: date) -> date:
    """The first day of the same month a year earlier."""
    return month.replace(year=month.year - 1)
