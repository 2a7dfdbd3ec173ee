"""A return on A4 paper: figures, findings, signatures and hash, then the services.

It is made from what was signed alone, whatever has become of the records since.
"""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from flask_babel import force_locale
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from odsc_counter.applications.official_paper import PLAIN, OfficialPaper, Words
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock, pdf
from odsc_counter.platform.lao import Language, format_date, month_name
from odsc_counter.returns import sheets
from odsc_counter.returns import words as said
from odsc_counter.returns.models import APPROVE
from odsc_counter.returns.queries import Sheet
from odsc_counter.returns.standing import Version

MARGIN = 16 * mm
WIDTH = A4[0] - 2 * MARGIN
SIZE = 9
SERVICE_COLUMNS = ("asked", "served", "applications", "decided", "decided_on_time", "revenue_kip")
BLANK = "................................"

WORDS: Words = {
    "title": {"lo": "ລາຍງານປະຈຳເດືອນຂອງສູນ", "en": "Monthly return of the centre"},
    "month": {"lo": "ເດືອນ", "en": "Month"},
    "version": {"lo": "ສະບັບທີ", "en": "Version"},
    "reason": {"lo": "ເຫດຜົນຂອງສະບັບນີ້", "en": "Reason for this version"},
    "days": {"lo": "ວັນເປີດບໍລິການທີ່ມີຂໍ້ມູນ", "en": "Open days with figures"},
    "of": {"lo": "%(part)s ໃນ %(whole)s", "en": "%(part)s of %(whole)s"},
    "figure": {"lo": "ຕົວເລກ", "en": "Figure"},
    "this_month": {"lo": "ເດືອນນີ້", "en": "This month"},
    "month_before": {"lo": "ເດືອນກ່ອນ", "en": "Month before"},
    "year_before": {"lo": "ເດືອນດຽວກັນປີກ່ອນ", "en": "Same month last year"},
    "services": {"lo": "ຕາມການບໍລິການ", "en": "By service"},
    "service": {"lo": "ການບໍລິການ", "en": "Service"},
    "asked": {"lo": "ຂໍບໍລິການ", "en": "Asked for"},
    "served": {"lo": "ໃຫ້ບໍລິການ", "en": "Served"},
    "applications": {"lo": "ຄຳຮ້ອງ", "en": "Applications"},
    "decided": {"lo": "ຕົກລົງແລ້ວ", "en": "Decided"},
    "decided_on_time": {"lo": "ທັນກຳນົດ", "en": "On time"},
    "revenue_kip": {"lo": "ລາຍຮັບ (ກີບ)", "en": "Revenue (kip)"},
    "findings": {"lo": "ຜົນການກວດກາ ແລະ ຄຳອະທິບາຍ", "en": "Findings and explanations"},
    "no_findings": {"lo": "ບໍ່ພົບຂໍ້ຜິດປົກກະຕິ.", "en": "Nothing was found."},
    "no_comment": {"lo": "ບໍ່ມີຄຳອະທິບາຍ", "en": "No comment"},
    "note": {"lo": "ໝາຍເຫດ", "en": "Note"},
    "signed_by": {"lo": "ຫົວໜ້າສູນ", "en": "Centre manager"},
    "approved_by": {"lo": "ຜູ້ປະສານງານ", "en": "Coordinator"},
    "signed": {"lo": "ເຊັນວັນທີ %(at)s", "en": "Signed on %(at)s"},
    "approved": {"lo": "ອະນຸມັດວັນທີ %(at)s", "en": "Approved on %(at)s"},
    "sent_back": {"lo": "ສົ່ງກັບວັນທີ %(at)s", "en": "Sent back on %(at)s"},
    "waits": {"lo": "ຍັງລໍຖ້າການອະນຸມັດ", "en": "Not approved yet"},
    "as_of": {"lo": "ຕົວເລກນັບຮອດວັນທີ %(at)s", "en": "Figures as of %(at)s"},
}


def return_pdf(sheet: Sheet, version: Version, language: str) -> bytes:
    """One version as a PDF in one language."""
    first: Language = "en" if language == "en" else "lo"
    with force_locale(first):
        paper = _Return(sheet, version, first)
        buffer = BytesIO()
        pdf.document(
            buffer, A4, paper.name, first, paper.story(), margin=MARGIN,
            footer=lambda page: f"{paper.number} · {version.row.content_hash[:16]} · {page}",
        )  # fmt: skip
    return buffer.getvalue()


class _Return(OfficialPaper):
    def __init__(self, sheet: Sheet, version: Version, language: Language) -> None:
        super().__init__(WORDS, (language,), size=SIZE, width=WIDTH)
        self._sheet = sheet
        self._version = version
        self._content = version.content
        self._centre: Centre = sheet.standing.centre

    @property
    def number(self) -> str:
        """Centre, month and version."""
        return f"{self._content['centre']}/{self._content['month']}-{self._content['version']}"

    @property
    def name(self) -> str:
        """Title of the document."""
        return f"{WORDS['title'][self.first]} {self.number}"

    def story(self) -> list[Flowable]:
        """The whole paper."""
        return [
            *self.head(
                catalogue.letterhead_on(clock.local(self._version.row.signed_at).date()),
                self._centre, self.number, self._version.row.signed_at, "title",
            ),
            self._about(),
            Spacer(0, 3 * mm),
            *self._figures(),
            *self._findings(),
            Spacer(0, 6 * mm),
            KeepTogether(self._signs()),
            *self._services(),
        ]  # fmt: skip

    def _about(self) -> Table:
        month = self._sheet.standing.month
        figures = self._content["figures"]
        of = WORDS["of"][self.first]
        rows: list[tuple[str, str]] = [
            ("month", f"{month_name(month.month, self.first)} {month.year}"),
            ("version", str(self._content["version"])),
            ("days", of % {"part": figures["open_days"], "whole": figures["due_days"]}),
        ]
        if self._content["reason"]:
            rows.append(("reason", self._content["reason"]))
        return self.facts(rows, self.width)

    def _figures(self) -> list[Flowable]:
        flowables: list[Flowable] = []
        head = [
            self.word("figure", "bold"),
            *(
                self.word(key, "right_bold")
                for key in ("this_month", "month_before", "year_before")
            ),
        ]
        cells: list[list[Any]] = [head]
        for theme, lines in sheets.lines(self._content["figures"], self._content["compared"]):
            if lines[0].indicator.theme == "centres":
                continue  # the days with figures stand at the head
            cells.append([self.text(str(theme), "bold"), "", "", ""])
            for line in lines:
                unit = said.unit_of(line.indicator)
                name = ", ".join(part for part in (str(line.indicator.label), unit) if part)
                cells.append(
                    [
                        self.text(name),
                        self.text(line.now, "right_bold"),
                        self.text(line.month_before, "right"),
                        self.text(line.year_before, "right"),
                    ]
                )
        widths = [WIDTH * 0.46, *[WIDTH * 0.18] * 3]
        flowables.append(Table(cells, colWidths=widths, style=pdf.table_style(SIZE), repeatRows=1))
        if self._content["as_of"]:
            at = self._moment(self._content["as_of"])
            flowables.append(self.word("as_of", "small", at=at))
        return flowables

    def _findings(self) -> list[Flowable]:
        flowables: list[Flowable] = [self.word("findings", "heading")]
        found = sheets.explained(self._content)
        if not found:
            flowables.append(self.word("no_findings"))
        for place, one in enumerate(found, start=1):
            comment = one.comment or WORDS["no_comment"][self.first]
            flowables += [
                self.text(f"{place}. {said.finding(one.finding)}", "bold"),
                self.text(comment),
                Spacer(0, 1.5 * mm),
            ]
        if self._content["note"]:
            flowables += [self.word("note", "heading"), self.text(self._content["note"])]
        return flowables

    def _services(self) -> list[Flowable]:
        services = self._content["services"]
        if not services:
            return []
        cells: list[list[Any]] = [
            [
                self.word("service", "bold"),
                *(self.word(key, "right_bold") for key in SERVICE_COLUMNS),
            ]
        ]
        for service in services:
            figures: Mapping[str, int] = service["figures"]
            cells.append(
                [
                    self.text(service["code"]),
                    *(self.text(said.number(figures[name]), "right") for name in SERVICE_COLUMNS),
                ]
            )
        widths = [WIDTH * 0.16, *[WIDTH * 0.14] * len(SERVICE_COLUMNS)]
        return [
            self.word("services", "heading"),
            Table(cells, colWidths=widths, style=pdf.table_style(SIZE), repeatRows=1),
        ]

    def _signs(self) -> list[Flowable]:
        row, review = self._version.row, self._version.review
        half = WIDTH / 2
        if review is None:
            word, at, who, words = "waits", "", BLANK, ""
        else:
            word = "approved" if review.verdict == APPROVE else "sent_back"
            at, who, words = self._local(review.reviewed_at), review.reviewed_by_name, review.words
        return [
            Table(
                [
                    [self.word("signed_by", "centred"), self.word("approved_by", "centred")],
                    [Spacer(0, 14 * mm), ""],
                    [self.text(row.signed_by_name, "centred"), self.text(who, "centred")],
                    [
                        self.word("signed", "centred", at=self._local(row.signed_at)),
                        self.word(word, "centred", at=at),
                    ],
                    ["", self.text(words, "centred")],
                ],
                colWidths=[half, half],
                style=PLAIN,
            ),
            Spacer(0, 3 * mm),
            self.text(f"SHA-256 {row.content_hash}", "small"),
        ]

    def _moment(self, text: str) -> str:
        return self._local(datetime.fromisoformat(text))

    def _local(self, at: datetime) -> str:
        local = clock.local(at)
        return f"{format_date(local.date(), self.first, 'long')}, {local:%H:%M}"
