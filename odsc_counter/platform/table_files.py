"""Tables that people bring as files: CSV or XLSX, read into rows of text.

CSV is taken in UTF-8, with its mark or without, and in UTF-16 with its mark, as spreadsheets
save "Unicode text". Other encodings are refused rather than guessed: a Lao name read in a wrong
one would be stored as rubbish. Of a workbook the first sheet is read; a formula counts as the
value that the spreadsheet last computed for it, never as anything that is run here.
"""

import codecs
import csv
import io
import zipfile
from datetime import datetime

from openpyxl import load_workbook

UNPACKED = 50 * 1024 * 1024
"""Bytes that a workbook may have when its parts are unpacked."""
WIDEST = 200
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class NotATable(ValueError):
    """The bytes are no table that can be read."""


def rows_of(content: bytes, most: int) -> list[list[str]]:
    """The first `most` rows of a CSV or XLSX file; which of them it is shows in its bytes.

    Raises NotATable.
    """
    found = _workbook(content, most) if content[:2] == b"PK" else _csv(content)
    return found[:most]


def _csv(content: bytes) -> list[list[str]]:
    encoding = next((name for mark, name in MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
        if "\0" in text:
            raise NotATable
        # The busiest of the first lines is surer to hold cells than a title is.
        longest = max(text.splitlines()[:20] or [""], key=lambda line: sum(map(line.count, ",;\t")))
        dialect = csv.Sniffer().sniff(longest, ",;\t")
        return list(csv.reader(io.StringIO(text), dialect))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotATable from error


def _workbook(content: bytes, most: int) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED:
                raise NotATable
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=most, max_col=WIDEST, values_only=True)
        return [[_cell(cell) for cell in row] for row in rows]
    except NotATable:
        raise
    except Exception as error:  # whatever a reader of foreign files meets in them
        raise NotATable from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
