"""What all papers of a committee have in common: its head, the meeting, the agenda, tables."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from odsc_counter.applications.long_paper import LongPaper
from odsc_counter.committees import pack_words as words
from odsc_counter.platform import pdf
from odsc_counter.platform.lao import Language, format_date

MARGIN = 15 * mm
WIDTH = A4[0] - 2 * MARGIN
SIZE = 9.5
NUMBERING = 9 * mm
ROWS = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 1),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
]
"""A list: rows without lines."""
Values = dict[str, Any]


class CommitteePaper(LongPaper):
    """A paper in one language, from values such as `pack_content.invitation` gives."""

    def __init__(self, content: Values, language: Language) -> None:
        super().__init__(words.WORDS, language, size=SIZE, width=WIDTH)
        self.content = content
        self.meeting: Values = content["meeting"]
        self.committee = words.committee(content, language)

    def own(self, both: dict[str, str]) -> str:
        """A text of the content in the paper's language."""
        return both[self.first]

    def top(self, title: str, at: datetime) -> list[Flowable]:
        """The letterhead of the committee, place and date, and the title."""
        place = words.place(self.content["unit"], self.first)
        link = ", ວັນທີ " if self.first == "lo" else ", "
        head = pdf.Letterhead(
            state_lines=self.content["letterhead"][self.first],
            body_lines=[self.committee],
            number=f"{self.tell('number')} {self.meeting['label']}",
            place_and_date=f"{place}{link}{format_date(at.date(), self.first, 'long')}",
        )
        return [*head.flowables(WIDTH, self.styles), self.word(title, "title")]

    def what_when_where(self) -> list[tuple[str, Paragraph | str | Sequence[Paragraph]]]:
        """The rows that tell of the meeting."""
        starts = datetime.fromisoformat(self.meeting["starts_at"])
        ends = datetime.fromisoformat(self.meeting["ends_at"])
        hours = self.tell("hours", begins=f"{starts:%H:%M}", ends=f"{ends:%H:%M}")
        return [
            ("subject", self.text(self.own(self.meeting["title"]), "bold")),
            ("when", f"{format_date(starts.date(), self.first, 'full')}, {hours}"),
            ("venue", self.meeting["venue"]),
        ]

    def numbered(self, texts: Sequence[str]) -> Table:
        """A numbered list; goes on over pages."""
        return Table(
            [[self.text(f"{number}."), self.text(text)] for number, text in enumerate(texts, 1)],
            colWidths=[NUMBERING, WIDTH - NUMBERING],
            style=ROWS,
        )

    def agenda(self) -> list[Flowable]:
        """The points of the agenda."""
        points = [self.own(item["title"]) for item in self.content["agenda"]]
        return [
            *self.heading("agenda"),
            self.numbered(points) if points else self.word("no_agenda"),
        ]

    def written(
        self,
        title: str,
        story: Sequence[Flowable],
        made_at: datetime,
        footer: Callable[[int], str] | None = None,
    ) -> bytes:
        """The paper as PDF: the same story and moment give the same bytes."""
        buffer = BytesIO()
        pdf.document(
            buffer,
            A4,
            f"{self.tell(title)} {self.meeting['label']}",
            self.first,
            story,
            margin=MARGIN,
            author=self.committee,
            footer=footer,
            made_at=made_at,
        )
        return buffer.getvalue()


def day(iso: str) -> str:
    """A day as tables have it: 23/11/2026."""
    return format_date(date.fromisoformat(iso), "lo")


class _Invitation(CommitteePaper):
    def made(self, at: datetime) -> bytes:
        people = [
            f"{self.own(one['name'])}, {self.own(one['post'])}" for one in self.content["members"]
        ]
        story = [
            *self.top("invitation", at),
            *([self.word("to", "heading"), self.numbered(people)] if people else []),
            Spacer(0, SIZE),
            self.word("please", committee=self.committee),
            Spacer(0, SIZE * 0.5),
            self.facts(self.what_when_where(), WIDTH),
            *self.agenda(),
            Spacer(0, 8 * mm),
            self.word("signs", "right_bold"),
        ]
        return self.written("invitation", story, at)


def invitation_pdf(content: Values, at: datetime, language: Language = "lo") -> bytes:
    """The invitation to a meeting as PDF, written at this local moment.

    `content` is that of `pack_content.invitation`.
    """
    return _Invitation(content, language).made(at)
