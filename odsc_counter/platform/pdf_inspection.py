"""A program of its own that looks into a PDF: bytes on standard input, findings as JSON.

It runs with little time and memory, because what it reads was made by somebody else.
"""

import io
import json
import logging
import resource
import sys
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

SECONDS = 15
MEMORY = 1 << 30
MOST_OBJECTS = 50_000
ACTIVE_KEYS = {"/JS", "/EF", "/EmbeddedFiles", "/JavaScript", "/RichMediaContent", "/XFA"}
ACTIVE_VALUES = {
    ("/S", "/JavaScript"), ("/S", "/Launch"), ("/S", "/ImportData"), ("/S", "/SubmitForm"),
    ("/S", "/GoToR"), ("/S", "/GoToE"), ("/S", "/Rendition"), ("/S", "/RichMediaExecute"),
    ("/Type", "/EmbeddedFile"), ("/Type", "/Filespec"), ("/Subtype", "/RichMedia"),
    ("/Subtype", "/FileAttachment"), ("/Subtype", "/Screen"), ("/Subtype", "/Movie"),
}  # fmt: skip
"""Programs, commands and further files (ISO 32000-2, 12.6 and 7.11)."""


def inspected(content: bytes) -> dict[str, int | bool]:
    """Pages, and whether it is locked or active. Raises what pypdf raises at a damaged file."""
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        return {"locked": True}
    if any(_is_active(one) for one in _dictionaries(reader)):
        return {"active": True}
    return {"pages": len(reader.pages)}


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, also those that no page leads to."""
    yield from _within(reader.trailer)
    numbers = {
        (number, generation)
        for generation, places in reader.xref.items()
        for number in places
        if number and reader.xref_free_entry.get(generation, {}).get(number) is not True
    }
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise ValueError("too many objects")
    for number, generation in sorted(numbers):
        yield from _within(reader.get_object(IndirectObject(number, generation, reader)))


def _within(thing: Any) -> Iterator[DictionaryObject]:
    """The dictionaries of one object; what it points at is an object of its own."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            waiting += list.__iter__(one)


def _is_active(one: DictionaryObject) -> bool:
    if not ACTIVE_KEYS.isdisjoint(one):
        return True
    return any(one.get(key) == value for key, value in ACTIVE_VALUES if key in one)


def main() -> None:
    """Say what standard input holds; exit with 1 for what is no whole PDF."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable()  # pypdf tells of every untidiness
    try:
        found = inspected(sys.stdin.buffer.read())
    except DependencyError:
        found = {"locked": True}  # a cipher that needs a library: encrypted at any rate
    except Exception:
        sys.exit(1)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
