"""A transmittal on A4 paper: it goes along with the files and is signed at both ends."""

from io import BytesIO
from typing import Any

from flask import url_for
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from odsc_counter.applications import lifecycle as files
from odsc_counter.applications.official_paper import PLAIN, OfficialPaper, Words, languages_of
from odsc_counter.applications.tracking import spaced
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock, pdf
from odsc_counter.platform.lao import Language, format_date
from odsc_counter.platform.money import format_number
from odsc_counter.transmittals import lifecycle, queries
from odsc_counter.transmittals.models import BACK, OUT, Transmittal

MARGIN = 15 * mm
WIDTH = A4[0] - 2 * MARGIN
QR_SIZE = 30 * mm

WORDS: Words = {
    "title": {"lo": "ໃບນຳສົ່ງເອກະສານ", "en": "Transmittal of files"},
    "from": {"lo": "ຈາກ", "en": "From"},
    "to": {"lo": "ເຖິງ", "en": "To"},
    "counter": {"lo": "ຊ່ອງບໍລິການ, %(name)s", "en": "Counter, %(name)s"},
    "sent": {"lo": "ສົ່ງວັນທີ", "en": "Sent"},
    "files": {"lo": "ຈຳນວນສຳນວນ", "en": "Number of files"},
    "code": {"lo": "ລະຫັດ", "en": "Code"},
    "scan": {
        "lo": "ສະແກນເພື່ອຢືນຢັນການຮັບ",
        "en": "Scan to confirm what came",
    },
    "position": {"lo": "ລ/ດ", "en": "No."},
    "label": {"lo": "ເລກທີຄຳຮ້ອງ", "en": "Application"},
    "applicant": {"lo": "ຜູ້ຍື່ນຄຳຮ້ອງ", "en": "Applicant"},
    "service": {"lo": "ບໍລິການ", "en": "Service"},
    "papers": {"lo": "ເອກະສານ", "en": "Papers"},
    "result": {"lo": "ຜົນ", "en": "Result"},
    "came": {"lo": "ໄດ້ຮັບ", "en": "Came"},
    "giver": {"lo": "ຜູ້ມອບ", "en": "Given by"},
    "taker": {"lo": "ຜູ້ຮັບ", "en": "Received by"},
    "name": {"lo": "ຊື່", "en": "Name"},
    "day": {"lo": "ວັນທີ ເວລາ", "en": "Date and time"},
    files.APPROVED: {"lo": "ອະນຸມັດ", "en": "Approved"},
    files.READY: {"lo": "ອະນຸມັດ", "en": "Approved"},
    files.COLLECTED: {"lo": "ມອບແລ້ວ", "en": "Handed over"},
    files.REJECTED: {"lo": "ປະຕິເສດ", "en": "Rejected"},
    "undecided": {"lo": "ຍັງດຳເນີນການ", "en": "Not decided"},
    lifecycle.RECEIVED: {"lo": "ໄດ້ຮັບ", "en": "Came"},
    lifecycle.MISSING: {"lo": "ບໍ່ມາ", "en": "Did not come"},
    lifecycle.STAYED: {"lo": "ບໍ່ໄດ້ອອກໄປ", "en": "Never left"},
    lifecycle.ON_WAY: {"lo": "", "en": ""},
}


def transmittal_pdf(centre: Centre, bundle: Transmittal, language: str = "both") -> bytes:
    """The paper of a bundle. Once it is confirmed, it says what came.

    `language` is lo, en or both. Needs a request, for the address in the QR code.
    """
    languages = languages_of(language)
    buffer = BytesIO()
    pdf.document(
        buffer,
        A4,
        f"{WORDS['title'][languages[0]]} {bundle.label}",
        languages[0],
        _Paper(centre, bundle, languages).story(),
        margin=MARGIN,
        footer=lambda page: f"{bundle.label} · {page}",
    )
    return buffer.getvalue()


class _Paper(OfficialPaper):
    def __init__(
        self, centre: Centre, bundle: Transmittal, languages: tuple[Language, ...]
    ) -> None:
        super().__init__(WORDS, languages, size=10, width=WIDTH)
        self._centre = centre
        self._bundle = bundle
        self._rows = queries.items(bundle.id)
        self._receipt = queries.receipt_of(bundle.id)

    def story(self) -> list[Flowable]:
        """The whole paper."""
        bundle = self._bundle
        letterhead = catalogue.letterhead_on(bundle.made_on)
        return [
            *self.head(letterhead, self._centre, bundle.label, bundle.made_at, "title"),
            self._about(),
            Spacer(0, 4 * mm),
            self._files(),
            Spacer(0, 6 * mm),
            KeepTogether(self._signs()),
        ]

    def _about(self) -> Table:
        bundle = self._bundle
        left = WIDTH - QR_SIZE - 4 * mm
        counter = self.said(
            lambda language: WORDS["counter"][language] % {"name": self._centre.name(language)},
            "bold",
        )
        office = self.said(bundle.ministry.name, "bold")
        giver, taker = (counter, office) if bundle.direction == OUT else (office, counter)
        local = clock.local(bundle.made_at)
        rows = [
            ("from", giver),
            ("to", taker),
            (
                "sent",
                self.said(
                    lambda language: f"{format_date(local.date(), language, 'long')} {local:%H:%M}"
                ),
            ),
            ("files", self.text(format_number(len(self._rows)), "bold")),
            ("code", self.text(spaced(bundle.code), "bold")),
        ]
        address = url_for("transmittals.detail", code=bundle.code, _external=True)
        return Table(
            [[self.facts(rows, left), [pdf.QRCode(address, QR_SIZE), self.word("scan", "small")]]],
            colWidths=[left + 4 * mm, QR_SIZE],
            style=PLAIN,
        )

    def _files(self) -> Table:
        is_back = self._bundle.direction == BACK
        papers = queries.papers_in(self._bundle.id)
        columns = ("position", "label", "applicant", "service", "papers")
        columns = (*columns, *(("result",) if is_back else ()), "came")
        rows: list[list[Any]] = [[self.word(key, "bold") for key in columns]]
        for row in self._rows:
            application = row.application
            cells: list[Any] = [
                self.text(str(row.item.position), "right"),
                self.text(application.label),
                self.text(application.person.full_name),
                self.text(application.version_taken.name(self.first)),
                self.text(str(papers.get(application.id, 0)), "right"),
            ]
            if is_back:
                state = application.state
                cells.append(self._lead(state if state in WORDS else "undecided"))
            cells.append(self._lead(row.item.state) if self._receipt else "")
            rows.append(cells)
        shares = (
            (0.06, 0.18, 0.22, 0.25, 0.1, 0.1, 0.09)
            if is_back
            else (0.06, 0.2, 0.25, 0.27, 0.11, 0.11)
        )
        style = pdf.table_style(10)
        style.add("GRID", (0, 0), (-1, -1), 0.4, pdf.LINE)
        return Table(rows, colWidths=[WIDTH * share for share in shares], style=style, repeatRows=1)

    def _lead(self, key: str) -> Paragraph:
        """A word in the leading language alone: the columns of the table are narrow."""
        return self.text(WORDS[key][self.first])

    def _signs(self) -> list[Flowable]:
        bundle, receipt = self._bundle, self._receipt
        given = clock.local(bundle.made_at)
        giver = bundle.made_by.name(self.first) if bundle.made_by else ""
        taker, taken = "", ""
        if receipt is not None:
            taker = receipt.received_by.name(self.first) if receipt.received_by else ""
            taken = f"{clock.local(receipt.received_at):%d/%m/%Y %H:%M}"
        dots = "." * 34

        def line(key: str, said: str) -> str:
            return f"{WORDS[key][self.first]}: {said or dots}"

        half = WIDTH / 2
        return [
            Table(
                [
                    [self.word("giver", "bold"), self.word("taker", "bold")],
                    [Spacer(0, 20 * mm), ""],
                    [self.text(line("name", giver)), self.text(line("name", taker))],
                    [
                        self.text(line("day", f"{given:%d/%m/%Y %H:%M}")),
                        self.text(line("day", taken)),
                    ],
                ],
                colWidths=[half, half],
                style=PLAIN,
            )
        ]
