"""A report on A4 paper, drawn from its content and nothing else.

A published version comes out the same, to the last byte, whenever it is asked for.
"""

from datetime import datetime
from io import BytesIO
from typing import Any

from flask_babel import force_locale
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    Spacer,
)
from reportlab.platypus import Table as Grid

from odsc_counter.applications.long_paper import LongPaper
from odsc_counter.platform import clock, pdf
from odsc_counter.platform.lao import Language, format_date
from odsc_counter.platform.pdf.charts import BLUE, Named, named_bars
from odsc_counter.platform.pdf.styles import LINE, MUTED
from odsc_counter.reports import drawings, figures, wording
from odsc_counter.reports.content import Values
from odsc_counter.reports.tables import Table, tables
from odsc_counter.reports.words import WORDS

MARGIN = 15 * mm
WIDTH = A4[0] - 2 * MARGIN
SIZE = 9.5
HASH_SHOWN = 16
"""How many letters of the hash stand at the foot of each page; all of them on the first."""
MAPPED = "service_level"
BARS = ("service_level", "on_time_rate")
BEGUN = ("tickets", "applications")
TILES = ("tickets", "service_level", "wait_average", "applications", "on_time_rate", "revenue")
PALE = HexColor(0xE6E6E6)


def report_pdf(content: Values, content_hash: str | None, language: Language) -> bytes:
    """A report as PDF in one language; without a hash it is marked as a draft."""
    with force_locale(language):
        return _Report(content, content_hash, language).made()


class _Report(LongPaper):
    def __init__(self, content: Values, content_hash: str | None, language: Language) -> None:
        super().__init__(WORDS, language, size=SIZE, width=WIDTH)
        self._content = content
        self._hash = content_hash
        self._by_code = figures.by_code(content, language)
        self._tables = tables(content, language)
        self._large = pdf.paragraph_style("large", 14, fontName=pdf.BOLD, leading=20)
        self._name = pdf.paragraph_style("name", 7.5, textColor=MUTED)
        self._lead = pdf.paragraph_style("lead", 11.5, fontName=pdf.BOLD)
        self._code = f"{content['unit']['code']} {content['period']['code']}"

    def made(self) -> bytes:
        content = self._content
        at = content["published_at"] or content["drafted_at"]
        buffer = BytesIO()
        pdf.document(
            buffer,
            A4,
            f"{self.tell('title')}, {wording.place(content)}, {wording.span(content['period'])}",
            self.first,
            [
                *self._cover(),
                PageBreak(),
                *self._charts(),
                *[one for table in self._tables if not table.in_file for one in self._drawn(table)],
                *self._methods(),
            ],
            margin=MARGIN,
            author=wording.place(content),
            footer=self._footer,
            on_page=None if self._hash else self._mark,
            made_at=datetime.fromisoformat(at),
        )
        return buffer.getvalue()

    def _footer(self, page: int) -> str:
        shown = self._hash[:HASH_SHOWN] if self._hash else self.tell("draft_mark")
        return self.tell(
            "footer", code=self._code, version=self._content["version"], hash=shown, page=page
        )

    def _mark(self, canvas: Canvas, _template: BaseDocTemplate) -> None:
        """Large and pale across a draft's pages, beneath the text."""
        drawing: Any = canvas
        drawing.setFillColor(PALE)
        drawing.setFont(pdf.BOLD, 96)
        drawing.translate(A4[0] / 2, A4[1] / 2)
        drawing.rotate(50)
        drawing.drawCentredString(0, -30, self.tell("draft_mark"))

    def _cover(self) -> list[Flowable]:
        content = self._content
        at = clock.local(datetime.fromisoformat(content["published_at"] or content["drafted_at"]))
        link = ", ວັນທີ " if self.first == "lo" else ", "
        place = wording.place(content)
        head = pdf.Letterhead(
            state_lines=content["letterhead"][self.first],
            body_lines=[place],
            place_and_date=f"{place}{link}{format_date(at.date(), self.first, 'long')}",
        )
        return [
            *head.flowables(WIDTH, self.styles),
            self.text(f"{self.tell('title')}, {wording.span(content['period'])}", "title"),
            *([] if self._hash else [self.word("draft", "centred")]),
            Paragraph(wording.headline(content, self.first), self._lead),
            Paragraph(f"{self.tell('coverage')}: {wording.coverage(content)}", self._lead),
            Spacer(0, 3 * mm),
            self._tiles(),
            Spacer(0, 3 * mm),
            self.facts(self._facts(), WIDTH),
            *self._map(),
        ]

    def _facts(self) -> list[tuple[str, Paragraph | str]]:
        content = self._content
        covered = content["coverage"]
        signed = self.tell("of", number=covered["months_signed"], all=covered["months_due"])
        rows: list[tuple[str, Paragraph | str]] = [
            ("returns", signed),
            ("version", str(content["version"])),
        ]
        if content["reason"]:
            rows.append(("reason", content["reason"]))
        rows.append(("drafted_by", content["drafted_by"]["name"]))
        if self._hash:
            rows += [
                ("published_by", content["published_by"]["name"]),
                ("hash", self.text(self._hash, "small")),
            ]
        return rows

    def _tiles(self) -> Grid:
        """Key figures in large letters over their names, side by side."""
        each = 3
        cells = [
            [
                Paragraph(figures.said(self._by_code[code], self._content["figures"]), self._large),
                Paragraph(str(self._by_code[code].label), self._name),
            ]
            for code in TILES
        ]
        return Grid(
            [cells[place : place + each] for place in range(0, len(cells), each)],
            colWidths=[WIDTH / each] * each,
            style=[
                ("BOX", (0, 0), (-1, -1), 0.4, LINE),
                ("INNERGRID", (0, 0), (-1, -1), 0.4, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ],
        )

    def _map(self) -> list[Flowable]:
        drawn = drawings.map_of(self._content)
        if drawn is None:
            return []
        indicator = self._by_code[MAPPED]
        words = {
            "from": WORDS["from"][self.first],
            "map-few": self.tell("few"),
            "map-absent": self.tell("absent"),
            "map-no-centre": self.tell("no_centre"),
        }
        height = 92 * mm
        made = drawings.shaded_map(
            self._content, drawn, indicator, words, width=WIDTH, height=height
        )
        return [
            KeepTogether(
                [
                    self.text(self.tell("map", indicator=indicator.label), "heading"),
                    made,
                    self.word("boundaries", "small"),
                ]
            )
        ]

    def _charts(self) -> list[Flowable]:
        missing = wording.missing(self._content, self.first)
        story: list[Flowable] = []
        if missing:
            story += [*self.heading("missing"), self.word("missing_means")]
            story += [self.text(f"– {one}", "small") for one in missing]
        if self._content["figures"] is None:
            return story
        counts = [self._by_code[code] for code in BEGUN]
        names = ", ".join(str(one.label) for one in counts)
        bars = drawings.course_bars(self._content, counts, WIDTH)
        story += [CondPageBreak(70 * mm), KeepTogether([self.text(names, "heading"), bars])]
        for code in BARS:
            if self._content["parts"]:
                story += [*self.heading_of(str(self._by_code[code].label)), self._bars(code)]
        return story

    def _bars(self, code: str) -> Grid:
        indicator = self._by_code[code]
        return named_bars(
            [
                Named(
                    Paragraph(one["name"][self.first], self.cell),
                    figures.value(indicator, one["figures"]),
                    figures.said(indicator, one["figures"])
                    if one["figures"] is not None
                    else self.tell("absent"),
                )
                for one in self._content["parts"]
                if one["coverage"]["centres"]
            ],
            WIDTH,
            self.number_cell,
            colour=BLUE,
            top=1,
        )

    def _drawn(self, table: Table) -> list[Flowable]:
        """A table as the page has it."""
        heading = self.heading_of(table.title)
        note = [Spacer(0, 1 * mm), self.text(table.note, "small")] if table.note else []
        if not table.rows:
            return [*heading, self.text(table.empty)]
        numbers = next((place for place, one in enumerate(table.heads) if one.kind == "number"), 99)
        rows: list[list[Any]] = []
        for name, own in table.groups:
            if name and own:
                rows.append([self.text(name, "bold"), *[""] * (len(table.heads) - 1)])
            shown = own[: table.shown] if table.shown else own
            rows += [self._cells(table, table.read(row)) for row in shown]
        heads = [one.label for one in table.heads]
        return [*heading, self.table_of(heads, rows, table.shares, numbers=numbers), *note]

    def _cells(self, table: Table, said: list[str]) -> list[Any]:
        return [
            self.numbers(text) if column.kind == "number" else self.lines(text)
            for column, text in zip(table.heads, said, strict=True)
        ]

    def _methods(self) -> list[Flowable]:
        story = [
            *self.heading("methods"),
            *[self.text(f"– {one}") for one in wording.methods(self._content)],
            *self.heading("indicators"),
        ]
        for one in self._by_code.values():
            more = [str(one.meaning)]
            if one.over:
                more.append(self.tell("over", text=one.over))
            if one.leaves_out:
                more.append(self.tell("leaves_out", text=one.leaves_out))
            story.append(
                KeepTogether([self.text(str(one.label), "bold"), self.text(" ".join(more))])
            )
        return story
