"""The Z-report on A4 paper, made from the frozen text of its close and nothing else."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    Spacer,
    Table,
)

from odsc_counter.applications.official_paper import PLAIN, OfficialPaper, Words, languages_of
from odsc_counter.ledger.accounts import METHODS
from odsc_counter.platform import clock, pdf
from odsc_counter.platform.lao import Language, format_date
from odsc_counter.platform.money import format_number
from odsc_counter.receipts.models import KINDS
from odsc_counter.treasury.models import DailyClose

MARGIN = 15 * mm
WIDTH = A4[0] - 2 * MARGIN
QR_SIZE = 32 * mm
SIZE = 9

WORDS: Words = {
    "title": {"lo": "ບົດລາຍງານປິດບັນຊີປະຈຳວັນ (Z)", "en": "Daily close (Z-report)"},
    "number": {"lo": "ເລກທີ", "en": "No."},
    "day": {"lo": "ປະຈຳວັນທີ", "en": "Day"},
    "closed_at": {"lo": "ປິດເມື່ອ", "en": "Closed at"},
    "closed_by": {"lo": "ຜູ້ປິດ", "en": "Closed by"},
    "verified": {"lo": "ການກວດສອບລະບົບຕໍ່ເນື່ອງ", "en": "Chain of receipts"},
    "whole": {
        "lo": "ກວດແລ້ວ %(count)s ໃບ, ຄົບຖ້ວນ",
        "en": "%(count)s receipts verified, whole",
    },
    "faults": {
        "lo": "ກວດແລ້ວ %(count)s ໃບ, ພົບຂໍ້ຜິດພາດ %(faults)s ຂໍ້",
        "en": "%(count)s receipts verified, %(faults)s faults found",
    },
    "prints": {"lo": "ສຳເນົາໃບຮັບເງິນທີ່ພິມ", "en": "Copies of receipts printed"},
    "methods": {"lo": "ລາຍຮັບຕາມວິທີຊຳລະ", "en": "By method of payment"},
    "method": {"lo": "ວິທີຊຳລະ", "en": "Paid by"},
    "cash": {"lo": "ເງິນສົດ", "en": "Cash"},
    "transfer": {"lo": "ໂອນຜ່ານທະນາຄານ", "en": "Bank transfer"},
    "qr": {"lo": "Lao QR", "en": "Lao QR"},
    "sale": {"lo": "ຮັບເງິນ", "en": "Sales"},
    "void": {"lo": "ຍົກເລີກ", "en": "Voids"},
    "refund": {"lo": "ຄືນເງິນ", "en": "Refunds"},
    "net": {"lo": "ສຸດທິ", "en": "Net"},
    "total": {"lo": "ລວມ", "en": "Total"},
    "services": {"lo": "ລາຍຮັບຕາມບໍລິການ", "en": "By service"},
    "service": {"lo": "ບໍລິການ", "en": "Service"},
    "count": {"lo": "ຈຳນວນ", "en": "Number"},
    "amount": {"lo": "ຈຳນວນເງິນ (ກີບ)", "en": "Amount (kip)"},
    "ministries": {"lo": "ລາຍຮັບຕາມກະຊວງ", "en": "By ministry"},
    "ministry": {"lo": "ກະຊວງ", "en": "Ministry"},
    "series": {"lo": "ເລກທີໃບຮັບເງິນ", "en": "Numbers of receipts"},
    "chain": {"lo": "ຊຸດ", "en": "Series"},
    "first": {"lo": "ໃບທຳອິດ", "en": "First"},
    "last": {"lo": "ໃບສຸດທ້າຍ", "en": "Last"},
    "perpetual": {"lo": "ຍອດສະສົມ (ກີບ)", "en": "Perpetual total (kip)"},
    "taken_back": {"lo": "ໃບຍົກເລີກ ແລະ ຄືນເງິນ", "en": "Voids and refunds"},
    "of": {"lo": "ຂອງໃບຮັບເງິນ", "en": "Of receipt"},
    "reductions": {"lo": "ການຍົກເວັ້ນ ແລະ ຫຼຸດຜ່ອນ", "en": "Exemptions and reductions"},
    "class": {"lo": "ປະເພດ", "en": "Class"},
    "no_class": {"lo": "ບໍ່ລະບຸປະເພດ", "en": "No class"},
    "free": {"lo": "ບໍ່ເສຍຄ່າ", "en": "free of charge"},
    "tills": {"lo": "ການນັບເງິນສົດ", "en": "Cash counted"},
    "cashier": {"lo": "ຜູ້ເກັບເງິນ", "en": "Cashier"},
    "expected": {"lo": "ຕາມບັນຊີ", "en": "Expected"},
    "counted": {"lo": "ນັບໄດ້", "en": "Counted"},
    "difference": {"lo": "ສ່ວນຕ່າງ", "en": "Difference"},
    "reason": {"lo": "ເຫດຜົນ", "en": "Reason"},
    "deposits": {"lo": "ເງິນທີ່ມອບ ຫຼື ຝາກ", "en": "Deposits and settlements"},
    "reference": {"lo": "ເລກທີເອກະສານ", "en": "Reference"},
    "corrections": {"lo": "ການແກ້ໄຂວັນທີ່ປິດແລ້ວ", "en": "Corrections of closed days"},
    "of_day": {"lo": "ແກ້ໄຂວັນທີ", "en": "Of day"},
    "balances": {"lo": "ຍອດເຫຼືອທ້າຍວັນ", "en": "Balances at the end of the day"},
    "safe": {"lo": "ຕູ້ເຊັບ", "en": "Safe"},
    "bank": {"lo": "ທະນາຄານ", "en": "Bank"},
    "fund": {"lo": "ກອງທຶນເງິນທອນ", "en": "Change fund"},
    "treasury": {"lo": "ຄັງເງິນ", "en": "Treasury"},
    "share": {"lo": "ສ່ວນແບ່ງຂອງສູນ", "en": "Share of the centre"},
    "owed": {"lo": "ຄ້າງມອບຄັງເງິນ", "en": "Owed to the treasury"},
    "hash": {"lo": "ລະຫັດຢັ້ງຢືນ (SHA-256)", "en": "Hash (SHA-256)"},
    "cashier_signs": {"lo": "ຜູ້ເກັບເງິນ", "en": "Cashier"},
    "manager_signs": {"lo": "ຫົວໜ້າສູນ", "en": "Manager of the centre"},
    "nothing": {"lo": "ບໍ່ມີລາຍຮັບໃນວັນນີ້", "en": "No money came in on this day"},
    "copy": {"lo": "ສຳເນົາ", "en": "COPY"},
}
ACCOUNTS = {
    "cash:safe": "safe", "bank": "bank", "qr": "qr", "fund": "fund", "treasury": "treasury",
    "centre": "share", "difference": "difference",
}  # fmt: skip
"""What the accounts of the ledger are called on the paper."""
BALANCES = (("safe", "cash:safe", 1), ("bank", "bank", 1), ("qr", "qr", 1), ("fund", "fund", -1),
            ("owed", "treasury", -1))  # fmt: skip
"""The accounts that a Z-report shows, and the sign with which people read them."""


def report_pdf(close: DailyClose, language: str = "both", *, copy: int | None = None) -> bytes:
    """The Z-report as a PDF. Changes nothing.

    `language` is lo, en or both. `copy` is the number of a recorded print: 0 the original, n
    for COPY n; without it the paper is marked COPY.
    """
    mark = ""
    if copy is None:
        mark = " / ".join(WORDS["copy"].values())
    elif copy > 0:
        mark = " / ".join(f"{word} {copy}" for word in WORDS["copy"].values())
    return _Report(close, languages_of(language), mark).made()


class _Report(OfficialPaper):
    def __init__(self, close: DailyClose, languages: tuple[Language, ...], mark: str) -> None:
        super().__init__(WORDS, languages, size=SIZE, width=WIDTH)
        self._close = close
        self._values: dict[str, Any] = json.loads(close.body)
        self._figures: dict[str, Any] = self._values["figures"]
        self._mark = mark

    @property
    def _label(self) -> str:
        return f"Z {self._values['centre']['code']}-{self._values['z_number']:06}"

    def made(self) -> bytes:
        buffer = BytesIO()
        pdf.document(
            buffer,
            A4,
            f"{WORDS['title'][self.first]} {self._label}",
            self.first,
            [
                *self._top(),
                *self._methods(),
                *self._series(),
                *self._named("services", "service", self._figures["services"]),
                *self._named("ministries", "ministry", self._figures["ministries"]),
                *self._taken_back(),
                *self._reductions(),
                *self._tills(),
                *self._deposits(),
                *self._corrections(),
                KeepTogether(self._bottom()),
            ],
            margin=MARGIN,
            footer=lambda page: f"{self._label} · {page}",
            on_page=self._draw_mark,
        )
        return buffer.getvalue()

    def _top(self) -> list[Flowable]:
        values = self._values
        closed = clock.local(datetime.fromisoformat(values["closed_at"]))
        link = ", ວັນທີ " if self.first == "lo" else ", "
        unit = values["centre"]["unit"][self.first]
        head = pdf.Letterhead(
            state_lines=[line for code in self.languages for line in values["letterhead"][code]],
            body_lines=list(dict.fromkeys(values["centre"][code] for code in self.languages)),
            number=f"{WORDS['number'][self.first]} {self._label}",
            place_and_date=f"{unit}{link}{format_date(closed.date(), self.first, 'long')}",
        )
        checked = values["verified"]
        told = {"count": checked["receipts"], "faults": checked["total"]}
        state = "faults" if checked["total"] else "whole"
        day = date.fromisoformat(values["day"])
        return [
            *head.flowables(WIDTH, self.styles),
            self.word("title", "title"),
            self.facts(
                [
                    ("day", self.said(lambda code: format_date(day, code, "long"), "bold")),
                    ("closed_at", f"{closed:%d/%m/%Y %H:%M}"),
                    ("closed_by", self.said(lambda code: values["closed_by"][code])),
                    ("verified", self.word(state, "bold" if checked["total"] else "body", **told)),
                    ("prints", format_number(values["prints"]["copies"])),
                ],
                WIDTH,
            ),
            *(self.text(fault, "small") for fault in checked["faults"]),
        ]

    def _methods(self) -> list[Flowable]:
        by_method = self._figures["methods"]
        rows = [
            [
                self.word(method),
                *(self._sum(by_method[method][kind]) for kind in KINDS),
                self._number(sum(by_method[method][kind]["kip"] for kind in KINDS)),
            ]
            for method in METHODS
        ]
        kinds = self._figures["kinds"]
        rows.append(
            [
                self.word("total", "bold"),
                *(self._sum(kinds[kind], "right_bold") for kind in KINDS),
                self._number(self._figures["net_kip"], "right_bold"),
            ]
        )
        return self._table(
            "methods", ["method", *KINDS, "net"], rows, (0.24, 0.19, 0.19, 0.19, 0.19), total=1
        )

    def _series(self) -> list[Flowable]:
        rows = [
            [
                self.text(f"{row['fiscal_year']}-{row['series']}"),
                self.text(row["first"] or "–"),
                self.text(row["last"] or "–"),
                self._number(row["count"]),
                self._number(row["total_kip"]),
            ]
            for row in self._figures["series"]
        ]
        return self._table(
            "series", ["chain", "first", "last", "count", "perpetual"], rows,
            (0.12, 0.29, 0.29, 0.1, 0.2), left=3,
        )  # fmt: skip

    def _named(self, title: str, key: str, found: Sequence[dict[str, Any]]) -> list[Flowable]:
        rows = [
            [
                self.said(lambda code, row=row: row["name"][code]),  # type: ignore[misc]  # bound per row
                self._number(row["sale"]) if "sale" in row else "",
                self._number(row["kip"]),
            ]
            for row in found
        ]
        heads = [key, "sale" if key == "service" else "", "amount"]
        return self._table(title, heads, rows, (0.62, 0.14, 0.24))

    def _taken_back(self) -> list[Flowable]:
        rows = [
            [
                [self.text(row["label"]), self.word(row["kind"], "small")],
                self.text(f"{row['of']} ({self._day(row['of_day'])})"),
                self.text(row["reason"]),
                self._number(row["kip"]),
            ]
            for row in self._figures["taken_back"]
        ]
        return self._table(
            "taken_back", ["number", "of", "reason", "amount"], rows, (0.26, 0.32, 0.24, 0.18),
            left=3,
        )  # fmt: skip

    def _reductions(self) -> list[Flowable]:
        rows: list[list[Any]] = []
        for row in self._figures["reductions"]:
            name = row["name"] if row["code"] else WORDS["no_class"]
            rows.append(
                [
                    self.said(lambda code, name=name: name[code]),  # type: ignore[misc]  # bound per row
                    self._number(row["count"]),
                    self._number(row["kip"]),
                ]
            )
        for row in self._values["exempted"]:
            rows.append(
                [
                    self.said(
                        lambda code, row=row: f"{row['name'][code]} ({WORDS['free'][code]})"  # type: ignore[misc]  # bound per row
                    ),
                    self._number(row["count"]),
                    "",
                ]
            )
        return self._table("reductions", ["class", "count", "amount"], rows, (0.62, 0.14, 0.24))

    def _tills(self) -> list[Flowable]:
        rows = [
            [
                self._person(row["cashier"]),
                self._number(row["expected_kip"] or 0),
                self._number(row["counted_kip"] or 0),
                self._number(row["difference_kip"]),
                self.text(row["reason"]),
            ]
            for row in self._figures["tills"]
        ]
        return self._table(
            "tills", ["cashier", "expected", "counted", "difference", "reason"], rows,
            (0.3, 0.17, 0.17, 0.14, 0.22), right=(1, 2, 3),
        )  # fmt: skip

    def _deposits(self) -> list[Flowable]:
        rows = [
            [
                self.text(row["reference"]),
                self.text(row["bank"]),
                self._way(row["from"], row["to"]),
                self._number(row["kip"]),
            ]
            for row in self._figures["deposits"]
        ]
        return self._table(
            "deposits", ["reference", "bank", "", "amount"], rows, (0.26, 0.28, 0.26, 0.2), left=3
        )

    def _corrections(self) -> list[Flowable]:
        rows = [
            [
                self.text(self._day(row["of_day"])),
                self._way(row["credit"], row["debit"]),
                [self.text(row["reason"]), self._person(row["approved_by"], "small")],
                self._number(row["kip"]),
            ]
            for row in self._figures["corrections"]
        ]
        return self._table(
            "corrections", ["of_day", "", "reason", "amount"], rows, (0.16, 0.3, 0.34, 0.2), left=3
        )

    def _bottom(self) -> list[Flowable]:
        balances = self._figures["balances"]
        shown = [
            (key, self._number(sign * balances.get(account, 0))) for key, account, sign in BALANCES
        ]
        values = self._values
        code = f"Z|{values['centre']['code']}|{values['z_number']}|{values['day']}"
        signs = Table(
            [
                [self.word("cashier_signs", "centred"), self.word("manager_signs", "centred")],
                [Spacer(0, 18 * mm), Spacer(0, 18 * mm)],
            ],
            colWidths=[WIDTH / 2, WIDTH / 2],
            style=PLAIN,
        )
        half = Table(
            [[self.word(key), number] for key, number in shown],
            colWidths=[WIDTH * 0.36, WIDTH * 0.24],
            style=PLAIN,
        )
        return [
            self.word("balances", "heading"),
            Table(
                [[half, pdf.QRCode(f"{code}|{self._close.hash}", QR_SIZE)]],
                colWidths=[WIDTH - QR_SIZE, QR_SIZE],
                style=PLAIN,
            ),
            self.word("hash", "small"),
            Paragraph(self._close.hash, pdf.paragraph_style("hash", 7.5)),
            Spacer(0, 5 * mm),
            signs,
        ]

    def _table(
        self,
        title: str,
        heads: Sequence[str],
        rows: list[list[Any]],
        shares: Sequence[float],
        *,
        total: int = 0,
        left: int = 1,
        right: Sequence[int] | None = None,
    ) -> list[Flowable]:
        """A heading and a table; nothing where there are no rows."""
        if not rows:
            return []
        numbers = range(left, len(heads)) if right is None else right
        head = [
            self.word(key, "right_bold" if place in numbers else "bold") if key else ""
            for place, key in enumerate(heads)
        ]
        heading = self.word(title, "heading")
        # Kept with the whole table it would leave half a page empty before a long one.
        heading.keepWithNext = 0
        return [
            CondPageBreak(32 * mm),
            heading,
            Table(
                [head, *rows],
                colWidths=[WIDTH * share for share in shares],
                style=pdf.table_style(SIZE, total_rows=total),
                repeatRows=1,
            ),
        ]

    def _number(self, number: int, style: str = "right") -> Paragraph:
        return self.text(format_number(number), style)

    def _sum(self, part: dict[str, int], style: str = "right") -> Paragraph:
        return self.text(f"{format_number(part['count'])} · {format_number(part['kip'])}", style)

    def _person(self, key: int | None, style: str = "body") -> Paragraph:
        people = self._values["people"]
        named = people.get(str(key), {"lo": "", "en": ""})
        return self.said(lambda code: named[code], style)

    def _way(self, source: str, target: str) -> Paragraph:
        """From which account to which; a ministry's by its code."""

        def name(account: str, code: Language) -> str:
            word = ACCOUNTS.get(account)
            return WORDS[word][code] if word else account.removeprefix("ministry:")

        return self.said(lambda code: f"{name(source, code)} → {name(target, code)}")

    def _day(self, text: str) -> str:
        return f"{date.fromisoformat(text):%d/%m/%Y}"

    def _draw_mark(self, canvas: Canvas, _template: BaseDocTemplate) -> None:
        if not self._mark:
            return
        canvas.setFont(pdf.BOLD, 40)
        canvas.setFillGray(0.85)
        canvas.translate(A4[0] / 2, A4[1] / 2)
        canvas.rotate(35)
        canvas.drawCentredString(0, 0, self._mark)
