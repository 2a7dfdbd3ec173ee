"""The slips of a file on A5 paper: what was taken and is promised, and what to bring.

Made from the file as it is now; printing again leaves no trace, since nothing is paid on it.
"""

from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from typing import Any

from flask import url_for
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Paragraph, Spacer, Table

from odsc_counter.applications.models import ApplicationPaper
from odsc_counter.applications.official_paper import PLAIN, OfficialPaper, languages_of
from odsc_counter.applications.slip_words import SLIP
from odsc_counter.applications.slips import Slip
from odsc_counter.applications.tracking import spaced
from odsc_counter.catalogue import fee_words
from odsc_counter.catalogue.models import ILLUSTRATIVE, ORIGINAL, FeeLine
from odsc_counter.places.models import Centre
from odsc_counter.platform import pdf
from odsc_counter.platform.lao import Language, format_date

MARGIN = 10 * mm
WIDTH = A5[0] - 2 * MARGIN
QR_SIZE = 30 * mm
LARGE = 13
"""Points of the list of what to bring: read by people who rarely read."""
MOST_FEES = 3
"""More published lines than this are said as a range."""


def slips_pdf(centre: Centre, slips: Sequence[Slip], language: str = "both") -> bytes:
    """The acknowledgement of each file; one that waits for the citizen brings its list along.

    `language` is lo, en or both. Needs a request, for the address in the QR code.
    """
    return _made(centre, slips, language, "title", _slip_and_list)


def bring_pdf(centre: Centre, slip: Slip, language: str = "both") -> bytes:
    """The list of what to bring, in large letters."""
    return _made(centre, [slip], language, "bring_title", _list)


def _made(
    centre: Centre,
    slips: Sequence[Slip],
    language: str,
    title: str,
    sheets: Callable[[Centre, Slip, tuple[Language, ...]], list[list[Flowable]]],
) -> bytes:
    languages = languages_of(language)
    story: list[Flowable] = []
    for slip in slips:
        for sheet in sheets(centre, slip, languages):
            story += [*([PageBreak()] if story else []), *sheet]
    buffer = BytesIO()
    label = slips[0].application.label if len(slips) == 1 else centre.name(languages[0])
    pdf.document(
        buffer,
        A5,
        f"{SLIP[title][languages[0]]} {label}",
        languages[0],
        story,
        margin=MARGIN,
        footer=lambda page: f"{label} · {page}",
    )
    return buffer.getvalue()


def _slip_and_list(
    centre: Centre, slip: Slip, languages: tuple[Language, ...]
) -> list[list[Flowable]]:
    sheets = [_Acknowledgement(centre, slip, languages).story()]
    return sheets + _list(centre, slip, languages) if slip.is_incomplete else sheets


def _list(centre: Centre, slip: Slip, languages: tuple[Language, ...]) -> list[list[Flowable]]:
    return [_BringList(centre, slip, languages).story()]


def _name(paper: ApplicationPaper, language: Language) -> str:
    """The usual name says whether a copy is meant; what differs in this file is added."""
    notes = []
    if paper.kind != paper.document_type.kind and paper.kind == ORIGINAL:
        notes.append(SLIP["original"][language])
    if paper.alternative:
        notes.append(SLIP["one_of"][language])
    name = paper.document_type.name(language)
    return f"{name} ({', '.join(notes)})" if notes else name


class _Box(Flowable):
    """An empty box to tick with a pen; the typeface has none."""

    def __init__(self, size: float) -> None:
        super().__init__()
        self.width = self.height = size

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setLineWidth(0.8)
        self.canv.rect(0, 0, self.width * 0.8, self.height * 0.8)


class _Sheet(OfficialPaper):
    def __init__(
        self, centre: Centre, slip: Slip, languages: tuple[Language, ...], size: float
    ) -> None:
        super().__init__(SLIP, languages, size=size, width=WIDTH)
        self.centre = centre
        self.slip = slip
        self.application = slip.application

    def top(self, title: str) -> list[Flowable]:
        return self.head(
            self.slip.letterhead,
            self.centre,
            self.application.label,
            self.application.submitted_at,
            title,
        )

    def named(self, paper: ApplicationPaper, style: str = "body") -> Flowable:
        """A paper by its name, and how it is asked for."""
        return self.said(partial(_name, paper), style)

    def list_of(
        self, title: str, papers: Sequence[ApplicationPaper], *, boxed: bool = False
    ) -> Table:
        """A title and the papers below it, numbered; with a box to tick where they are owed.

        One table, which a page may end anywhere but right below the title.
        """
        size = self.size
        style = "bold" if boxed else "body"
        rows: list[list[Any]] = [[self.word(title, "bold"), "", ""]]
        rows += [
            [_Box(size) if boxed else "", self.text(f"{number}."), self.named(paper, style)]
            for number, paper in enumerate(papers, start=1)
        ]
        mark = size * 1.6 if boxed else 0
        return Table(
            rows,
            colWidths=[mark, size * 2.2, WIDTH - mark - size * 2.2],
            style=[*PLAIN, ("SPAN", (0, 0), (-1, 0)), ("NOSPLIT", (0, 0), (-1, 1))],
            spaceBefore=size * 0.7,
        )

    def ask(self) -> list[Flowable]:
        """Where to ask."""
        phone = self.centre.phone.replace(" ", "\u00a0")

        def where(language: Language) -> str:
            said = self.centre.name(language)
            return f"{said}, {SLIP['phone'][language] % {'phone': phone}}" if phone else said

        return [self.facts([("ask", self.said(where))], WIDTH)]


class _Acknowledgement(_Sheet):
    def __init__(self, centre: Centre, slip: Slip, languages: tuple[Language, ...]) -> None:
        super().__init__(centre, slip, languages, 8.5)

    def story(self) -> list[Flowable]:
        """The whole sheet."""
        return [
            *self.top("title"),
            self._file(),
            *self._papers(),
            *self._fee(),
            Spacer(0, 1.5 * mm),
            *self.ask(),
            self.facts([("complain", self._complaint()), *self._clerk()], WIDTH),
        ]

    def _file(self) -> Table:
        application, version = self.application, self.application.version_taken
        left = WIDTH - QR_SIZE - 3 * mm
        rows = [
            ("code", self.text(spaced(application.tracking_code), "bold")),
            ("applicant", self.text(application.person.full_name, "bold")),
            ("service", self.said(version.name)),
            ("ministry", self.said(self.slip.ministry.name)),
            ("taken", self._day("submitted_on")),
            ("promised", self._promised()),
        ]
        code = [
            pdf.QRCode(url_for(
                "applications.follow", code=application.tracking_code, _external=True
            ), QR_SIZE),
            self.word("scan", "small"),
        ]  # fmt: skip
        return Table(
            [[self.facts(rows, left), code]], colWidths=[left + 3 * mm, QR_SIZE], style=PLAIN
        )

    def _day(self, field: str, style: str = "body") -> Paragraph:
        day = getattr(self.application, field)
        return self.said(lambda language: format_date(day, language, "long"), style)

    def _promised(self) -> Paragraph:
        # The day that counts now: a clock that stood has moved it on.
        if self.application.due_on is not None:
            return self._day("due_on", "bold")
        if self.slip.is_incomplete or self.application.promised_on is None:
            return self.word("when_complete")
        return self._day("promised_on", "bold")

    def _papers(self) -> list[Flowable]:
        if not self.slip.papers:
            return [Spacer(0, 1.5 * mm), self.word("no_papers")]
        parts: list[Flowable] = []
        if self.slip.owed:
            parts.append(self.list_of("owed", self.slip.owed, boxed=True))
        if self.slip.handed_in:
            parts.append(self.list_of("handed_in", self.slip.handed_in))
        else:
            parts += [self.word("handed_in", "heading"), self.word("none_yet")]
        return parts

    def _fee(self) -> list[Flowable]:
        fees = self.slip.fees
        parts: list[Flowable] = [self.word("fee", "heading")]
        if not fees:
            parts.append(self.word("no_fee"))
        elif len(fees) <= MOST_FEES:
            parts += [self._fee_line(fee) for fee in fees]
        else:
            parts.append(self.said(lambda language: fee_words.lines_in_short(fees, language)))
        if any(fee.standing == ILLUSTRATIVE for fee in fees):
            parts.append(self.word("example", "small"))
        if any(fee.amount != 0 for fee in fees):
            parts.append(self.word("receipt", "small"))
        return parts

    def _fee_line(self, fee: FeeLine) -> Paragraph:
        def amount(language: Language) -> str:
            said = "; ".join(fee_words.rule_in_words(fee.tariff, language))
            named = f"{fee.name(language)}: {said}"
            is_act = fee.legal_basis and fee.standing != ILLUSTRATIVE
            return f"{named} ({fee.legal_basis})" if is_act else named

        return self.said(amount)

    def _complaint(self) -> Paragraph:
        body = self.slip.body
        return self.said(
            lambda language: (
                SLIP["complaint"][language]
                % {"body": body.name_lo if language == "lo" else body.name_en}
            ),
            "body",
        )

    def _clerk(self) -> list[tuple[str, Paragraph]]:
        clerk = self.slip.taken_by
        return [("taker", self.said(clerk.name))] if clerk else []


class _BringList(_Sheet):
    def __init__(self, centre: Centre, slip: Slip, languages: tuple[Language, ...]) -> None:
        super().__init__(centre, slip, languages, 9)
        self._large = OfficialPaper(SLIP, languages, size=LARGE, width=WIDTH)

    def story(self) -> list[Flowable]:
        """The whole sheet."""
        large = self._large
        parts: list[Flowable] = [
            *self.top("bring_title"),
            large.text(self.application.person.full_name, "bold"),
            large.said(self.application.version_taken.name),
            Spacer(0, 3 * mm),
        ]
        rows = [
            [
                _Box(LARGE * 1.2),
                large.text(f"{number}."),
                large.said(partial(_name, paper), "bold"),
            ]
            for number, paper in enumerate(self.slip.owed, start=1)
        ]
        if rows:
            columns = [LARGE * 2, LARGE * 2.2, WIDTH - LARGE * 4.2]
            style = [*PLAIN, ("BOTTOMPADDING", (0, 0), (-1, -1), LARGE * 0.4)]
            parts.append(Table(rows, colWidths=columns, style=style))
        elif not self.slip.corrections:
            parts.append(large.word("none_owed"))
        if self.slip.corrections:
            parts.append(large.word("corrections", "heading"))
            parts += [large.text(words) for words in self.slip.corrections]
        return [
            *parts,
            Spacer(0, 4 * mm),
            large.word("bring_how"),
            Spacer(0, 3 * mm),
            *self.ask(),
            self.facts(
                [("code", self.text(spaced(self.application.tracking_code), "bold"))], WIDTH
            ),
        ]
