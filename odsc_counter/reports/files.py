"""A report's tables as files: one of them as CSV, all of them as the annex in XLSX."""

from datetime import datetime

from odsc_counter.platform import spreadsheet
from odsc_counter.platform.lao import Language
from odsc_counter.platform.spreadsheet import Sheet
from odsc_counter.reports.content import Values
from odsc_counter.reports.tables import Table, tables


def table_csv(table: Table) -> bytes:
    """A table as CSV, unrounded; an empty field where nothing is known."""
    rows = ([cell.raw for cell in row] for row in table.rows)
    return spreadsheet.as_csv([column.label for column in table.columns], rows)


def annex(content: Values, language: Language) -> bytes:
    """All tables as a workbook; of a published report always the same bytes."""
    at = content["published_at"]
    return spreadsheet.as_workbook(
        [
            Sheet(
                f"{place} {table.title}",  # two titles may agree in their first 31 letters
                [column.label for column in table.columns],
                [[cell.raw for cell in row] for row in table.rows],
                [column.format for column in table.columns],
            )
            for place, table in enumerate(tables(content, language), start=1)
        ],
        made_at=datetime.fromisoformat(at) if at else None,
    )
