"""A receipt on A5 paper, made from the receipt's canonical text and nothing else."""

import json
import uuid
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any, Literal
from xml.sax.saxutils import escape  # only writes: no document is parsed here

from flask import url_for
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Paragraph, Spacer, Table

from odsc_counter.applications.tracking import spaced
from odsc_counter.platform import clock, pdf
from odsc_counter.platform.lao import Language, format_date
from odsc_counter.platform.money import format_kip, format_number
from odsc_counter.receipts import queries
from odsc_counter.receipts.models import SALE

PaperLanguage = Literal["lo", "en", "both"]
MARGIN = 11 * mm
WIDTH = A5[0] - 2 * MARGIN
QR_SIZE = 25 * mm

# The words of the paper do not pass through the pages' translations: a receipt printed in
# two languages needs both at once, and an old one must not change with a new translation.
WORDS: dict[str, dict[str, str]] = {
    "title": {"lo": "ໃບຮັບເງິນ", "en": "Receipt"},
    "void_title": {"lo": "ໃບຍົກເລີກການຮັບເງິນ", "en": "Void receipt"},
    "number": {"lo": "ເລກທີ", "en": "No."},
    "payer": {"lo": "ຮັບເງິນຈາກ", "en": "Received from"},
    "payee": {"lo": "ຄືນເງິນໃຫ້", "en": "Returned to"},
    "application": {"lo": "ເລກທີຄຳຮ້ອງ", "en": "Application"},
    "fee": {"lo": "ລາຍການ", "en": "Fee"},
    "quantity": {"lo": "ຈຳນວນ", "en": "Quantity"},
    "unit": {"lo": "ລາຄາ", "en": "Price"},
    "amount": {"lo": "ຈຳນວນເງິນ", "en": "Amount"},
    "total": {"lo": "ລວມທັງໝົດ", "en": "Total"},
    "basis": {"lo": "ອີງຕາມ", "en": "Pursuant to"},
    "no_basis": {
        "lo": "ຕົວຢ່າງ, ຍັງບໍ່ໄດ້ຢືນຢັນ",
        "en": "Example, not confirmed",
    },
    "words": {"lo": "ເປັນຕົວໜັງສື", "en": "In words"},
    "cash": {"lo": "ເງິນສົດທີ່ຮັບ", "en": "Cash received"},
    "change": {"lo": "ເງິນທອນ", "en": "Change"},
    "cashier": {"lo": "ຜູ້ເກັບເງິນ", "en": "Cashier"},
    "approver": {"lo": "ຜູ້ອະນຸມັດ", "en": "Approved by"},
    "voids": {"lo": "ຍົກເລີກໃບຮັບເງິນເລກທີ", "en": "Voids receipt no."},
    "reason": {"lo": "ເຫດຜົນ", "en": "Reason"},
    "check": {
        "lo": "ສະແກນ QR ເພື່ອກວດສອບໃບຮັບເງິນນີ້",
        "en": "Scan to check this receipt",
    },
    "code": {"lo": "ລະຫັດ", "en": "Code"},
    "demonstration": {
        "lo": "ຕົວຢ່າງ: ຄ່າທຳນຽມນີ້ຍັງບໍ່ໄດ້ຢືນຢັນ. ບໍ່ແມ່ນໃບຮັບເງິນແທ້.",
        "en": "Demonstration: this fee is not confirmed. Not a real receipt.",
    },
    "copy": {"lo": "ສຳເນົາ", "en": "COPY"},
    "was_voided": {"lo": "ຖືກຍົກເລີກແລ້ວ", "en": "VOIDED"},
}


def receipt_pdf(receipt_id: uuid.UUID, language: str = "both", *, copy: int | None = None) -> bytes:
    """The receipt as a PDF on one A5 page or more. Changes nothing.

    `language` is lo, en or both. `copy` is the number that `operations.print_paper` gave: 0
    for the original, n for COPY n; without it the paper is marked COPY, for nobody recorded
    a print. Needs a request, for the address in the QR code. Raises NotFound.
    """
    receipt = queries.receipt(receipt_id)
    values: dict[str, Any] = json.loads(receipt.body)
    address = url_for(
        "receipts.check",
        centre=values["centre"]["code"],
        code=receipt.public_code,
        _external=True,
    )
    marks = []
    if copy is None:
        marks.append(" / ".join(WORDS["copy"].values()))
    elif copy > 0:
        marks.append(" / ".join(f"{word} {copy}" for word in WORDS["copy"].values()))
    if queries.void_of(receipt.id) is not None:
        marks.append(" / ".join(WORDS["was_voided"].values()))
    chosen: PaperLanguage = language if language in ("lo", "en") else "both"  # type: ignore[assignment]  # checked
    return _Paper(values, chosen, marks, address).made()


def _reversed(values: dict[str, Any]) -> dict[str, str]:
    """Which sale is taken back; texts of format 1 call it otherwise."""
    found: dict[str, str] = values.get("reverses") or values["voids"]
    return found


class _Paper:
    def __init__(
        self, values: dict[str, Any], language: PaperLanguage, marks: list[str], address: str
    ) -> None:
        self._values = values
        self._languages: tuple[Language, ...] = ("lo", "en") if language == "both" else (language,)
        self._marks = marks
        self._address = address
        self._styles = pdf.styles_for(8.5)
        self._is_void = values["kind"] != SALE

    def made(self) -> bytes:
        buffer = BytesIO()
        label = self._values["label"]
        pdf.document(
            buffer,
            A5,
            f"{WORDS['title'][self._languages[0]]} {label}",
            self._languages[0],
            [
                *self._head(),
                *self._facts(),
                self._lines(),
                Spacer(0, 2 * mm),
                *self._sum(),
                Spacer(0, 3 * mm),
                self._foot(),
            ],
            margin=MARGIN,
            footer=lambda page: f"{label} · {page}",
            on_page=self._mark,
        )
        return buffer.getvalue()

    def _both(self, make: Callable[[Language], str], link: str = " / ") -> str:
        """What is said in each language of the paper; once where both say the same."""
        said = [make(language) for language in self._languages]
        return link.join(dict.fromkeys(text for text in said if text))

    def _word(self, key: str, link: str = " / ") -> str:
        return self._both(lambda language: WORDS[key][language], link)

    def _text(self, text: str, style: str = "body") -> Paragraph:
        return Paragraph(escape(text), getattr(self._styles, style))

    def _head(self) -> list[Flowable]:
        values = self._values
        state = [line for code in self._languages for line in values["letterhead"][code]]
        centre = values["centre"]
        head = pdf.Letterhead(
            state_lines=state,
            body_lines=list(dict.fromkeys(centre[code] for code in self._languages)),
            number=f"{WORDS['number'][self._languages[0]]} {values['label']}",
            place_and_date=self._place_and_date(self._languages[0]),
        )
        title = self._word("void_title" if self._is_void else "title")
        parts: list[Flowable] = [
            *head.flowables(WIDTH, self._styles),
            self._text(title, "title"),
        ]
        if values["illustrative"]:
            parts += [
                self._text(WORDS["demonstration"][code], "centred") for code in self._languages
            ]
            parts.append(Spacer(0, 1.5 * mm))
        return parts

    def _place_and_date(self, language: Language) -> str:
        issued = clock.local(datetime.fromisoformat(self._values["issued_at"]))
        day = format_date(date.fromisoformat(self._values["day"]), language, "long")
        unit = self._values["centre"]["unit"][language]
        link = ", ວັນທີ " if language == "lo" else ", "
        return f"{unit}{link}{day} {issued:%H:%M}"

    def _facts(self) -> list[Flowable]:
        values = self._values
        rows = [("payee" if self._is_void else "payer", values["payer"])]
        if self._is_void:
            day = format_date(date.fromisoformat(_reversed(values)["day"]), "lo")
            rows.append(("voids", f"{_reversed(values)['label']} ({day})"))
            rows.append(("reason", values["reason"]))
        rows.append(("application", values["application"]))
        return [
            Table(
                [[self._text(self._word(key), "small"), self._text(text)] for key, text in rows],
                colWidths=[WIDTH * 0.36, WIDTH * 0.64],
                style=_PLAIN,
            ),
            Spacer(0, 2 * mm),
        ]

    def _lines(self) -> Table:
        head = [
            self._text(self._word("fee"), "bold"),
            *(
                self._text(self._word(key, " "), "right_bold")
                for key in ("quantity", "unit", "amount")
            ),
        ]
        rows: list[list[Any]] = [head]
        for line in self._values["lines"]:
            cell = [self._text(self._both(lambda code, line=line: line["name"][code]))]  # type: ignore[misc]  # bound per row
            cell.append(self._text(self._basis(line), "small"))
            rows.append(
                [
                    cell,
                    self._text(format_number(line["quantity"]), "right"),
                    self._text(format_number(line["unit_kip"]), "right"),
                    self._text(format_number(line["amount_kip"]), "right"),
                ]
            )
        total = format_kip(self._values["amount_kip"], self._languages[0])
        rows.append(
            [self._text(self._word("total"), "bold"), self._text(total, "right_bold"), "", ""]
        )
        style = pdf.table_style(8.5, total_rows=1)
        style.add("SPAN", (1, -1), (3, -1))
        return Table(
            rows,
            colWidths=[WIDTH * share for share in (0.5, 0.12, 0.18, 0.2)],
            style=style,
            repeatRows=1,
        )

    def _basis(self, line: dict[str, Any]) -> str:
        ministry = self._both(lambda code: line["ministry"][code])
        if line["legal_basis"]:
            return f"{ministry}. {self._word('basis')}: {line['legal_basis']}"
        return f"{ministry}. {self._word('no_basis')}"

    def _sum(self) -> list[Flowable]:
        values = self._values
        said = [
            self._text(f"{WORDS['words'][code]}: {values['amount_words'][code]}")
            for code in self._languages
        ]
        if self._is_void:
            return [*said]
        paid = ", ".join(
            f"{self._word(key)}: {format_number(values[field])}"
            for key, field in (("cash", "tendered_kip"), ("change", "change_kip"))
        )
        return [*said, self._text(paid, "small")]

    def _foot(self) -> Table:
        values = self._values
        people = [self._text(self._word("cashier"), "small"), Spacer(0, 10 * mm)]
        people.append(self._text(self._both(lambda code: values["cashier"][code]), "bold"))
        if self._is_void:
            people.append(self._text(self._word("approver"), "small"))
            people.append(self._text(self._both(lambda code: values["approver"][code]), "bold"))
        code = f"{WORDS['code'][self._languages[0]]} {spaced(values['public_code'])}"
        check = [self._text(self._word("check", ". "), "small"), self._text(code, "small")]
        return Table(
            [[pdf.QRCode(self._address, QR_SIZE), check, people]],
            colWidths=[QR_SIZE + 2 * mm, WIDTH * 0.36, WIDTH * 0.64 - QR_SIZE - 2 * mm],
            style=[*_PLAIN, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("NOSPLIT", (0, 0), (-1, -1))],
        )

    def _mark(self, canvas: Canvas, _template: BaseDocTemplate) -> None:
        """What must strike the eye: across the page, light enough to read through."""
        if not self._marks:
            return
        canvas.setFont(pdf.BOLD, 30)
        canvas.setFillGray(0.82)
        canvas.translate(A5[0] / 2, A5[1] / 2)
        canvas.rotate(35)
        for place, mark in enumerate(self._marks):
            canvas.drawCentredString(0, -place * 42, mark)


_PLAIN: list[Any] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
]
