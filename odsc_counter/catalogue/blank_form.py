"""A service's form on paper, to be filled in by hand: A4, in Lao with English beneath or alone."""

from io import BytesIO
from xml.sax.saxutils import escape  # only writes: no document is parsed here

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from odsc_counter.catalogue.form_fields import CHOICE, LONG, Field, fields_of
from odsc_counter.catalogue.models import Letterhead, ServiceVersion
from odsc_counter.platform import pdf
from odsc_counter.platform.lao import Language

SIZE = 10.5
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
LINE = 9 * mm
BOX = 3.4 * mm

# As on other papers: what is printed doesn't change with the pages' translations.
WORDS: dict[str, dict[Language, str]] = {
    "title": {"lo": "ແບບຟອມຄຳຮ້ອງ", "en": "Application form"},
    "applicant": {"lo": "ຜູ້ຍື່ນຄຳຮ້ອງ", "en": "Applicant"},
    "name": {"lo": "ຊື່ ແລະ ນາມສະກຸນ", "en": "Full name"},
    "phone": {"lo": "ເບີໂທ", "en": "Phone number"},
    "id_number": {"lo": "ເລກບັດປະຈຳຕົວ ຫຼື ສຳມະໂນຄົວ", "en": "ID card or family book number"},
    "birth_date": {"lo": "ວັນເດືອນປີເກີດ", "en": "Date of birth"},
    "province": {"lo": "ແຂວງ", "en": "Province"},
    "district": {"lo": "ເມືອງ", "en": "District"},
    "village": {"lo": "ບ້ານ", "en": "Village"},
    "number": {"lo": "ເລກທີ", "en": "Number"},
    "date": {"lo": "ລົງວັນທີ", "en": "Date of issue"},
    "issuer": {"lo": "ອອກໂດຍ", "en": "Issued by"},
    "asked": {"lo": "ຂໍ້ມູນຂອງການບໍລິການ", "en": "What the service asks"},
    "papers": {"lo": "ເອກະສານທີ່ຕ້ອງຕິດຄັດມາ", "en": "Papers to bring"},
    "some": {"lo": "ສະເພາະບາງກໍລະນີ", "en": "in some cases only"},
    "one_of": {"lo": "ມີອັນໃດໜຶ່ງກໍພໍ", "en": "one of these is enough"},
    "true": {
        "lo": "ຂ້າພະເຈົ້າຢັ້ງຢືນວ່າຂໍ້ມູນຂ້າງເທິງເປັນຄວາມຈິງ.",
        "en": "I confirm that the above is true.",
    },
    "place": {
        "lo": "ທີ່ ............................ ວັນທີ ...... / ...... / ............",
        "en": "Place and date ........................................",
    },
    "signature": {"lo": "ລາຍເຊັນ", "en": "Signature"},
    "optional": {"lo": "ຖ້າມີ", "en": "optional"},
    "example": {
        "lo": "ຕົວຢ່າງ: ຍັງບໍ່ໄດ້ຢືນຢັນ.",
        "en": "Example: not confirmed.",
    },
}


def blank_form(version: ServiceVersion, letterhead: Letterhead, language: Language) -> bytes:
    """The form of a version as a PDF to print, in one language. Changes nothing."""
    return _Form(version, letterhead, language).made()


class _Square(Flowable):
    """A box to tick: the fonts have no sign for it."""

    width = height = BOX

    def draw(self) -> None:
        """Draw it."""
        self.canv.setLineWidth(0.7)
        self.canv.rect(0, 0.4 * mm, BOX - 0.6, BOX - 0.6)


class _Form:
    def __init__(self, version: ServiceVersion, head: Letterhead, language: Language) -> None:
        self._version = version
        self._head = head
        self._language = language
        self._styles = pdf.styles_for(SIZE)

    def made(self) -> bytes:
        buffer = BytesIO()
        version, language = self._version, self._language
        pdf.document(
            buffer,
            A4,
            f"{self._word('title')}: {version.name(language)}",
            language,
            [
                *self._top(),
                self._heading(self._word("applicant")),
                self._lines(("name", "id_number", "phone", "province", "district", "village")),
                self._heading(self._word("asked")),
                *(self._question(field) for field in fields_of(version.form)),
                *self._papers(),
                *self._end(),
            ],
            margin=MARGIN,
            footer=lambda page: f"{version.service.code} · {page}",
        )
        return buffer.getvalue()

    def _word(self, key: str) -> str:
        return WORDS[key][self._language]

    def _text(self, text: str, style: str = "body") -> Paragraph:
        return Paragraph(escape(text), getattr(self._styles, style))

    def _heading(self, text: str) -> Flowable:
        return KeepTogether([Spacer(0, 3 * mm), self._text(text, "bold"), Spacer(0, 1 * mm)])

    def _top(self) -> list[Flowable]:
        head, version = self._head, self._version
        lines = (
            [head.line1_lo, head.line2_lo]
            if self._language == "lo"
            else [head.line1_en, head.line2_en]
        )
        letterhead = pdf.Letterhead(
            state_lines=lines,
            body_lines=[version.ministry.name(self._language)],
            number=version.service.code,
        )
        parts: list[Flowable] = [
            *letterhead.flowables(WIDTH, self._styles),
            self._text(self._word("title"), "title"),
            self._text(version.name(self._language), "centred"),
        ]
        if version.standing == "illustrative":
            parts.append(self._text(self._word("example"), "centred"))
        return parts

    def _lines(self, keys: tuple[str, ...] | list[str]) -> Table:
        return self._ruled([self._word("name" if key == "full_name" else key) for key in keys])

    def _ruled(self, labels: list[str], height: float = LINE) -> Table:
        """A label and a line to write on, for each."""
        return Table(
            [[self._text(label), ""] for label in labels],
            colWidths=[WIDTH * 0.42, WIDTH * 0.58],
            rowHeights=height,
            style=[
                ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                ("LINEBELOW", (1, 0), (1, -1), 0.5, "grey"),
            ],
        )

    def _ticks(self, names: list[str], columns: int) -> Table:
        """A box to tick before each name."""
        cells: list[Flowable | str] = []
        for name in names:
            cells += [_Square(), self._text(name)]
        cells += [""] * (-len(cells) % (2 * columns))
        step = 2 * columns
        return Table(
            [cells[start : start + step] for start in range(0, len(cells), step)],
            colWidths=[6 * mm, WIDTH / columns - 6 * mm] * columns,
            style=[
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ],
        )

    def _question(self, field: Field) -> Flowable:
        label = field.label(self._language)
        if not field.is_required:
            label = f"{label} ({self._word('optional')})"
        if field.parts:
            parts = ["province", *field.parts] if "district" in field.parts else field.parts
            return KeepTogether([Spacer(0, 2 * mm), self._text(label), self._lines(parts)])
        if field.kind == CHOICE:
            names = [name for _value, name in field.choices(self._language)]
            return KeepTogether([Spacer(0, 2 * mm), self._text(label), self._ticks(names, 2)])
        if field.kind == LONG:
            return self._ruled([label, "", ""])
        unit = field.unit(self._language)
        return self._ruled([f"{label} ({unit})" if unit else label])

    def _papers(self) -> list[Flowable]:
        if not self._version.papers:
            return []
        names = []
        for paper in self._version.papers:
            notes = [self._word("some")] if paper.condition else []
            notes += [self._word("one_of")] if paper.alternative else []
            note = f" ({', '.join(notes)})" if notes else ""
            name = paper.document_type.name(self._language)
            names.append(f"{name}{note}")
        return [self._heading(self._word("papers")), self._ticks(names, 1)]

    def _end(self) -> list[Flowable]:
        place = [
            self._text(self._word("place"), "right"),
            self._text(self._word("signature"), "right"),
        ]
        return [
            KeepTogether(
                [Spacer(0, 5 * mm), self._text(self._word("true")), *place, Spacer(0, 18 * mm)]
            )
        ]
