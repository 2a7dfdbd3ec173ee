"""What all official papers of a file have in common: letterhead, two languages, columns.

Papers know their words themselves and not from the pages' translations: one sheet may speak
both languages at once. Lao leads; English follows small, or stands on a paper of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape  # only writes: no document is parsed here

from reportlab.platypus import Flowable, Paragraph, Table
from werkzeug.wrappers import Response

from odsc_counter.catalogue.models import Letterhead
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock, pdf
from odsc_counter.platform.lao import Language, format_date

Words = dict[str, dict[str, str]]
SMALL = 0.8
"""How high English is beside Lao that says the same."""

PLAIN: list[Any] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
]
"""A table that is seen by its columns alone."""


def languages_of(asked: str) -> tuple[Language, ...]:
    """The languages of a paper: lo, en, or anything else for both, Lao first."""
    return (asked,) if asked in ("lo", "en") else ("lo", "en")  # type: ignore[return-value]  # checked


def inline_pdf(content: bytes, name: str) -> Response:
    """The answer that shows a PDF, to be looked at and printed."""
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


class OfficialPaper:
    """One kind of paper in one or two languages, `width` points between its margins."""

    def __init__(
        self, words: Words, languages: tuple[Language, ...], *, size: float, width: float
    ) -> None:
        self.words = words
        self.languages = languages
        self.size = size
        self.width = width
        self.styles = pdf.styles_for(size)

    @property
    def first(self) -> Language:
        """The language that leads."""
        return self.languages[0]

    def text(self, text: str, style: str = "body") -> Paragraph:
        """Plain text, whatever letters it has."""
        return Paragraph(escape(text), getattr(self.styles, style))

    def said(self, make: Callable[[Language], str], style: str = "body") -> Paragraph:
        """What `make` says in each language, the second one small; once where both agree."""
        first, *others = dict.fromkeys(make(language) for language in self.languages)
        chosen = getattr(self.styles, style)
        markup = escape(first)
        second = f'name="{pdf.REGULAR}" size="{chosen.fontSize * SMALL:.1f}" color="#4A4A4A"'
        for other in others:
            markup += f" <font {second}>{escape(other)}</font>"
        return Paragraph(markup, chosen)

    def word(self, key: str, style: str = "body", **values: object) -> Paragraph:
        """One of the paper's words or sentences."""
        return self.said(lambda language: self.words[key][language] % values, style)

    def head(
        self,
        letterhead: Letterhead,
        centre: Centre,
        number: str,
        at: datetime,
        title: str,
    ) -> list[Flowable]:
        """State lines, centre, number, place and date, and the title."""
        first = self.first
        lines = (
            (letterhead.line1_lo, letterhead.line2_lo)
            if first == "lo"
            else (letterhead.line1_en, letterhead.line2_en)
        )
        local = clock.local(at)
        link = ", ວັນທີ " if first == "lo" else ", "
        unit = centre.unit.name_lo if first == "lo" else centre.unit.name_en
        word = "ເລກທີ" if first == "lo" else "No."
        made = pdf.Letterhead(
            state_lines=lines,
            body_lines=[centre.name(first)],
            number=f"{word} {number}",
            place_and_date=f"{unit}{link}{format_date(local.date(), first, 'long')}",
        )
        return [*made.flowables(self.width, self.styles), self.word(title, "title")]

    def facts(
        self, rows: Iterable[tuple[str, Paragraph | str | Sequence[Paragraph]]], width: float
    ) -> Table:
        """Names and values in two columns, `width` points in all."""
        return Table(
            [
                [self.word(key, "small"), self.text(value) if isinstance(value, str) else value]
                for key, value in rows
            ],
            colWidths=[width * 0.36, width * 0.64],
            style=PLAIN,
        )
