"""The published fees of a centre as a sheet for the wall: A3 or A4, Lao alone or with English."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Literal
from xml.sax.saxutils import escape  # only writes: no document is parsed here

from reportlab.lib.pagesizes import A3, A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from odsc_counter.catalogue import fee_queries, fee_words, queries
from odsc_counter.catalogue.fee_models import ExemptionClass, FeeDeviation
from odsc_counter.catalogue.fee_rules import EXTRA, FINE, ONE_OF
from odsc_counter.catalogue.models import ILLUSTRATIVE, FeeLine
from odsc_counter.catalogue.queries import OfferedRow
from odsc_counter.places.models import Centre
from odsc_counter.platform import pdf
from odsc_counter.platform.lao import Language, format_date
from odsc_counter.platform.money import format_kip

Size = Literal["A3", "A4"]
Languages = tuple[Language, ...]
LAO: Languages = ("lo",)
BOTH: Languages = ("lo", "en")
SIZES = {"A3": (A3, 13.0), "A4": (A4, 9.5)}
MARGIN = 13 * mm
PARTS = (ONE_OF, EXTRA, FINE)

# As on other papers: what is printed doesn't change with the pages' translations.
WORDS: dict[str, dict[Language, str]] = {
    "title": {"lo": "ຄ່າທຳນຽມ ແລະ ຄ່າບໍລິການ", "en": "Fees and service charges"},
    "service": {"lo": "ການບໍລິການ", "en": "Service"},
    "fee": {"lo": "ຄ່າທຳນຽມ", "en": "Fee"},
    "act": {"lo": "ນິຕິກຳ ແລະ ມາດຕາ", "en": "Act and article"},
    "no_fee": {"lo": "ບໍ່ທັນປະກາດຄ່າທຳນຽມ", "en": "No fee is published"},
    "example": {"lo": "ຕົວຢ່າງ, ຍັງບໍ່ຢືນຢັນ", "en": "Example, not confirmed"},
    "days": {"lo": "ພາຍໃນ %d ວັນລັດຖະການ", "en": "within %d working days"},
    "day": {"lo": "ພາຍໃນ 1 ວັນລັດຖະການ", "en": "within 1 working day"},
    "of": {"lo": "ລົງວັນທີ", "en": "of"},
    "less": {"lo": "ຜູ້ທີ່ໄດ້ຮັບການຫຼຸດ ຫຼື ຍົກເວັ້ນ", "en": "Who pays less or nothing"},
    "share": {"lo": "ຫຼຸດ", "en": "Less"},
    "paper": {"lo": "ເອກະສານທີ່ຕ້ອງສະແດງ", "en": "Paper to show"},
    "some": {"lo": "ສະເພາະ", "en": "only for"},
    "free": {"lo": "ຍົກເວັ້ນທັງໝົດ", "en": "nothing to pay"},
    "local": {"lo": "ຕາມຂໍ້ຕົກລົງທ້ອງຖິ່ນ", "en": "by the local decision"},
    "published": {"lo": "ລາຄາປະກາດທົ່ວປະເທດ", "en": "published for the country"},
    "on": {"lo": "ນຳໃຊ້ໃນວັນທີ", "en": "As of"},
    "receipt": {
        "lo": "ຈ່າຍເງິນຢູ່ບ່ອນຮັບເງິນເທົ່ານັ້ນ ແລະ ຂໍໃບຮັບເງິນທຸກຄັ້ງ.",
        "en": "Pay at the cash desk alone and ask for your receipt.",
    },
    "scan": {"lo": "ສະແກນເພື່ອເບິ່ງລາຄາມື້ນີ້", "en": "Scan for today's fees"},
}


def fee_poster(centre: Centre, day: date, size: Size, languages: Languages, address: str) -> bytes:
    """The poster of what the centre in scope offers on a day, as PDF. Changes nothing.

    `address`: the public page of the fees, to which the QR code leads.
    """
    return _Poster(centre, day, size, languages, address).made()


class _Poster:
    def __init__(
        self, centre: Centre, day: date, size: Size, languages: Languages, address: str
    ) -> None:
        self.centre, self.day, self.languages, self.address = centre, day, languages, address
        self.page, self.size = SIZES[size]
        self.width = self.page[0] - 2 * MARGIN
        self.styles = pdf.styles_for(self.size)
        self.rows = queries.offered_services(day)
        self.local = fee_queries.deviations_on(
            [line.id for row in self.rows for line in row.fee_lines], day
        )

    def made(self) -> bytes:
        buffer = BytesIO()
        title = WORDS["title"]["lo"]
        pdf.document(
            buffer,
            self.page,
            f"{title}: {self.centre.name_lo}",
            "lo",
            [*self._top(), self._table(), *self._exemptions(), *self._end()],
            margin=MARGIN,
            footer=lambda page: f"{self.centre.name_lo} · {self.day:%d/%m/%Y} · {page}",
        )
        return buffer.getvalue()

    def _said(self, text: str, style: str = "body") -> Paragraph:
        return Paragraph(escape(text), getattr(self.styles, style))

    def _lines(self, texts: Iterable[tuple[Language, str]], style: str = "body") -> list[Flowable]:
        """A text in each language: Lao in the style, English small beneath."""
        return [
            self._said(text, style if language == "lo" else "small")
            for language, text in texts
            if text
        ]

    def _word(self, key: str, style: str = "body") -> list[Flowable]:
        return self._lines(((one, WORDS[key][one]) for one in self.languages), style)

    def _top(self) -> list[Flowable]:
        head = queries.letterhead_on(self.day)
        states = [head.line1_lo, head.line2_lo]
        if "en" in self.languages:
            states += [head.line1_en, head.line2_en]
        letterhead = pdf.Letterhead(
            state_lines=states,
            body_lines=[self.centre.name(one) for one in self.languages],
            place_and_date=f"{WORDS['on']['lo']} {format_date(self.day, 'lo', 'long')}",
        )
        code = pdf.QRCode(self.address, 26 * mm)
        titles = [self._said(WORDS["title"][one], "title") for one in self.languages]
        return [
            *letterhead.flowables(self.width, self.styles),
            Table(
                [
                    [
                        [*titles, *self._word("receipt", "centred")],
                        [code, *self._word("scan", "small")],
                    ]
                ],
                colWidths=[self.width - 34 * mm, 34 * mm],
                style=[("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("ALIGN", (1, 0), (1, 0), "CENTER")],
            ),
            Spacer(0, 2 * mm),
        ]

    def _table(self) -> Table:
        """All services by ministry; the head is repeated on each page."""
        cells: list[list[object]] = [[self._word(key, "bold") for key in ("service", "fee", "act")]]
        style = TableStyle(pdf.table_style(self.size).getCommands())
        ordered = sorted(self.rows, key=lambda row: row.version.ministry.code)
        for _code, group in groupby(ordered, key=lambda row: row.version.ministry.code):
            rows = list(group)
            at = len(cells)
            ministry = rows[0].version.ministry
            cells.append(
                [self._lines(((one, ministry.name(one)) for one in self.languages), "bold"), "", ""]
            )
            style.add("SPAN", (0, at), (-1, at))
            style.add("BACKGROUND", (0, at), (-1, at), "#E8EDF3")
            # A ministry's name never stands alone at the foot of a page.
            style.add("NOSPLIT", (0, at), (-1, at + 1))
            for row in rows:
                cells += self._service(row)
        return Table(
            cells,
            colWidths=[self.width * 0.36, self.width * 0.36, self.width * 0.28],
            repeatRows=1,
            style=style,
        )

    def _service(self, row: OfferedRow) -> list[list[object]]:
        """The rows of one service: one for each act, so that long lists break between them."""
        version = row.version
        days = version.processing_days
        named = self._lines(((one, version.name(one)) for one in self.languages), "bold")
        within = (
            (one, WORDS["days"][one] % days if days != 1 else WORDS["day"][one])
            for one in self.languages
        )
        named += [self._said(text, "small") for _one, text in within]
        if not row.fee_lines:
            return [[named, self._word("no_fee"), ""]]
        lines = sorted(row.fee_lines, key=lambda line: PARTS.index(line.part))
        cells: list[list[object]] = []
        for _act, group in groupby(lines, key=lambda line: (line.legal_basis, line.article)):
            same = list(group)
            for start in range(0, len(same), 8):
                some = same[start : start + 8]
                fees = [part for line in some for part in self._fee(line, len(lines) > 1)]
                cells.append([named, fees, self._act(some[0]) if start == 0 else ""])
                named = []
        return cells

    def _fee(self, line: FeeLine, is_one_of_several: bool) -> list[Flowable]:
        local = self.local.get(line.id)
        parts: list[Flowable] = []
        for one in self.languages:
            rule = fee_words.rule_in_words(line.tariff, one)
            if local is not None:
                rule = [format_kip(local.amount_kip, one), self._decided(local, line, one)]
            named = f"{line.name(one)}: " if is_one_of_several else ""
            texts = [f"{named}{rule[0]}", *rule[1:]] if len(rule) == 1 or local else [named, *rule]
            style = "body" if one == "lo" else "small"
            parts += [self._said(text, style) for text in texts if text]
        return parts

    def _decided(self, local: FeeDeviation, line: FeeLine, language: Language) -> str:
        words = fee_words.rule_in_words(line.tariff, language)[0]
        return (
            f"{WORDS['local'][language]} {local.decision_number},"
            f" {WORDS['of'][language]} {local.decision_on:%d/%m/%Y}"
            f" ({WORDS['published'][language]}: {words})"
        )

    def _act(self, line: FeeLine) -> list[Flowable]:
        if line.standing == ILLUSTRATIVE:
            return self._word("example", "small")
        dated = f"{WORDS['of']['lo']} {line.act_on:%d/%m/%Y}" if line.act_on else ""
        parts = [part for part in (line.legal_basis, line.article, dated) if part]
        return [self._said(", ".join(parts), "small")]

    def _exemptions(self) -> list[Flowable]:
        classes = fee_queries.exemptions_on(self.day)
        if not classes:
            return []
        cells: list[list[object]] = [
            [self._word(key, "bold") for key in ("less", "share", "paper")],
        ]
        cells += [[self._people(one), self._share(one), self._paper(one)] for one in classes]
        table = Table(
            cells,
            colWidths=[self.width * 0.4, self.width * 0.2, self.width * 0.4],
            repeatRows=1,
            style=pdf.table_style(self.size),
        )
        return [Spacer(0, 5 * mm), table]

    def _people(self, one: ExemptionClass) -> list[Flowable]:
        parts = self._lines(((said, one.name(said)) for said in self.languages), "bold")
        if one.services:
            codes = ", ".join(one.services)
            parts.append(self._said(f"{WORDS['some']['lo']} {codes}", "small"))
        return parts

    def _share(self, one: ExemptionClass) -> list[Flowable]:
        if one.basis_points == 10_000:
            return self._word("free")
        return [self._said(fee_words.percent(one.basis_points))]

    def _paper(self, one: ExemptionClass) -> list[Flowable]:
        parts = self._lines((said, one.paper(said)) for said in self.languages)
        if one.standing == ILLUSTRATIVE:
            return [*parts, *self._word("example", "small")]
        act = f"{one.legal_basis}, {WORDS['of']['lo']} {one.act_on:%d/%m/%Y}" if one.act_on else ""
        return [*parts, self._said(act, "small")]

    def _end(self) -> list[Flowable]:
        if not self.centre.phone:
            return []
        return [
            KeepTogether([Spacer(0, 4 * mm), self._said(f"ໂທ: {self.centre.phone}", "centred")])
        ]
