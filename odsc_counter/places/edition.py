"""An edition of the reference data: a folder of files with a number and a date."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

SHIPPED = Path(__file__).parent.parent / "data"
"""The edition that comes with the program. Sources and licences: its `SOURCES.md`."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Edition:
    """Files of one edition. `holds_from` is the day from which its changes hold."""

    folder: Path
    number: int
    holds_from: date
    catalogue_begins: date
    """The day from which a catalogue loaded for the first time is taken to hold."""

    def rows(self, name: str) -> list[dict[str, str]]:
        """The lines of a CSV file of the edition."""
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def document(self, name: str) -> dict[str, Any]:
        """A JSON file of the edition."""
        content: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return content

    def digest(self) -> str:
        """A fingerprint of the contents: two editions with the same one are the same."""
        digest = hashlib.sha256()
        for path in sorted((*self.folder.glob("*.csv"), *self.folder.glob("*.json"))):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()


def read_edition(folder: Path = SHIPPED) -> Edition:
    """The edition in a folder. Raises OSError, KeyError or ValueError for a broken one."""
    about = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    return Edition(
        folder,
        int(about["number"]),
        date.fromisoformat(about["date"]),
        date.fromisoformat(about["catalogue_begins"]),
    )


@dataclass
class LoadSummary:
    """What loading an edition did, counted by kind of row."""

    edition: int
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    """Corrected in place, or closed with a new version opened."""
    ended: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    """Rows that differ from the edition and were left: an administrator confirmed them."""
    missing: list[str] = field(default_factory=list)
    """Codes that the edition no longer has and that can't end (units)."""

    @property
    def is_unchanged(self) -> bool:
        """Whether the edition brought nothing new."""
        return not (self.added or self.changed or self.ended)

    def __str__(self) -> str:
        counts = (
            f"{what} {' '.join(f'{kind}={number}' for kind, number in counter.items())}"
            for what, counter in (
                ("added", self.added),
                ("changed", self.changed),
                ("ended", self.ended),
            )
            if counter
        )
        left = (f"kept as confirmed: {', '.join(self.kept)}",) if self.kept else ()
        return f"edition {self.edition}: " + ("; ".join((*counts, *left)) or "nothing new")

    def as_data(self) -> dict[str, Any]:
        """The summary for the records."""
        return {
            "added": dict(self.added),
            "changed": dict(self.changed),
            "ended": dict(self.ended),
            "kept": self.kept,
            "missing": self.missing,
        }


def put(
    session: Session,
    summary: LoadSummary,
    existing: Row | None,
    make: Callable[[], Row],
    **values: Any,
) -> Row:
    """Add a row that isn't there, or bring the one that is to the edition's values."""
    row = existing
    if row is None:
        row = make()
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        summary.added[_kind(row)] += 1
        return row
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        summary.changed[_kind(row)] += 1
    return row


def _kind(row: object) -> str:
    name: str = row.__tablename__  # type: ignore[attr-defined]  # every row has a table
    return name


def day_or_year(text: str) -> date | None:
    """A date of a file: empty, a day, or a year alone (then its first day)."""
    if not text:
        return None
    return date(int(text), 1, 1) if len(text) == 4 else date.fromisoformat(text)
