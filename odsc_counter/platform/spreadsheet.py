"""Tables as files that spreadsheets open: CSV and XLSX, in which no text is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | None
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the beginning of a formula when they open a CSV file."""
CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48
"""Columns are as wide as their longest text, up to so many letters."""


def harmless(cell: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula; numbers stay as they are."""
    if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA):
        return f"'{cell}"
    return cell


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as CSV in UTF-8; an empty field where nothing is known."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([harmless(column) for column in columns])
    for row in rows:
        writer.writerow(["" if cell is None else harmless(cell) for cell in row])
    # Spreadsheets take the mark as the sign of UTF-8.
    return ("\ufeff" + text.getvalue()).encode()


def as_xlsx(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    formats: Sequence[str] = (),
) -> bytes:
    """A table as an XLSX workbook of one sheet, its first row fixed.

    `formats` are the number formats of the columns, as spreadsheets write them (`0.0 %`);
    an empty one is the general format.
    """
    return as_workbook([Sheet(title, columns, rows, formats)])


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook, as `as_xlsx` takes it."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    formats: Sequence[str] = ()


def as_workbook(sheets: Iterable[Sheet], made_at: datetime | None = None) -> bytes:
    """Tables as an XLSX workbook, a sheet each.

    `made_at` is the moment that the file tells as its own: with it, the same tables give the
    same bytes, whenever they are written.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        if made_at is not None:
            book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None)})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for one in sheets:
            kinds = [book.add_format({"num_format": kind} if kind else {}) for kind in one.formats]
            _fill(book.add_worksheet(_sheet_name(one.title)), one, head, kinds)
    return file.getvalue()


def _fill(sheet: Worksheet, table: Sheet, head: object, kinds: list[object]) -> None:
    sheet.freeze_panes(1, 0)
    widths = [min(len(column), 18) for column in table.columns]
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column, head)
    for number, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            _write(sheet, number, place, cell, kinds[place] if kinds else None)
            if isinstance(cell, str):
                widths[place] = max(widths[place], len(cell))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(width + 2, WIDEST))


def _write(sheet: Worksheet, row: int, place: int, cell: Cell, kind: object) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, place, cell)
    else:
        sheet.write_number(row, place, cell, kind)


def _sheet_name(title: str) -> str:
    """A name that spreadsheets accept: no brackets, slashes or colons, at most 31 letters."""
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:31]
