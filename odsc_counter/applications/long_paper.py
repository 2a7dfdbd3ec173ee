"""What papers of many pages have in common: headings, and tables that repeat their head."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape  # only writes: no document is parsed here

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, Table

from odsc_counter.applications.official_paper import OfficialPaper, Words
from odsc_counter.platform import pdf
from odsc_counter.platform.lao import Language
from odsc_counter.platform.pdf.charts import Numbers
from odsc_counter.platform.pdf.styles import MUTED

TABLE_SIZE = 8.0


class LongPaper(OfficialPaper):
    """A paper in one language that goes on over pages."""

    def __init__(self, words: Words, language: Language, *, size: float, width: float) -> None:
        super().__init__(words, (language,), size=size, width=width)
        self.cell = pdf.paragraph_style("cell", TABLE_SIZE)
        self.number_cell = pdf.paragraph_style("number", TABLE_SIZE, alignment=TA_RIGHT)
        self.small_number = pdf.paragraph_style(
            "small number", TABLE_SIZE * 0.85, alignment=TA_RIGHT, textColor=MUTED
        )
        self.small_cell = pdf.paragraph_style("small cell", TABLE_SIZE * 0.9, textColor=MUTED)

    def tell(self, key: str, **values: object) -> str:
        """One of the paper's words or sentences as plain text."""
        return self.words[key][self.first] % values

    def heading(self, key: str, **values: object) -> list[Flowable]:
        """A heading, one of the paper's words, that doesn't stand alone at the foot of a page."""
        return self.heading_of(self.tell(key, **values))

    def heading_of(self, text: str) -> list[Flowable]:
        """The same of any text."""
        heading = self.text(text, "heading")
        # Kept with what follows, a long table would move to the next page with it.
        heading.keepWithNext = False
        return [CondPageBreak(35 * mm), heading]

    def table(
        self,
        heads: Sequence[str],
        rows: list[list[Any]],
        shares: Sequence[float],
        *,
        numbers: int = 99,
        total: int = 0,
    ) -> Table:
        """A table with the paper's words as its heads; see `table_of`."""
        texts = [self.tell(key) if key else "" for key in heads]
        return self.table_of(texts, rows, shares, numbers=numbers, total=total)

    def table_of(
        self,
        heads: Sequence[str],
        rows: list[list[Any]],
        shares: Sequence[float],
        *,
        numbers: int = 99,
        total: int = 0,
    ) -> Table:
        """A table that repeats its head on every page. `numbers`: the first column of numbers."""
        head = [
            Paragraph(
                f"<b>{escape(text)}</b>" if text else "",
                self.cell if place < numbers else self.number_cell,
            )
            for place, text in enumerate(heads)
        ]
        return Table(
            [head, *rows],
            colWidths=[self.width * share for _head, share in zip(heads, shares, strict=True)],
            repeatRows=1,
            style=pdf.table_style(TABLE_SIZE, header_rows=1, total_rows=total),
        )

    def lines(self, first: str, *more: str) -> list[Paragraph]:
        """A cell of text: the first line as large as in other cells, the rest small and grey."""
        return [
            Paragraph(escape(first), self.cell),
            *(Paragraph(escape(line), self.small_cell) for line in more if line),
        ]

    def numbers(self, now: str, before: str | None = None) -> Numbers:
        """A cell with a number, and a smaller one below it."""
        return Numbers(now, before, self.number_cell, self.small_number)
