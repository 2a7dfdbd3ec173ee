"""The protocol of a hand-over on A5 paper: what was handed to whom, with the signature."""

from io import BytesIO

from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from odsc_counter.accounts.models import User
from odsc_counter.applications import signatures
from odsc_counter.applications.models import Application, Handover
from odsc_counter.applications.official_paper import PLAIN, OfficialPaper, Words, languages_of
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock, pdf
from odsc_counter.platform.lao import Language, format_date

MARGIN = 10 * mm
WIDTH = A5[0] - 2 * MARGIN
WORDS: Words = {
    "title": {"lo": "ບົດບັນທຶກມອບຮັບຜົນ", "en": "Protocol of hand-over"},
    "refused_title": {"lo": "ບົດບັນທຶກມອບຄຳປະຕິເສດ", "en": "Protocol of a refusal handed over"},
    "applicant": {"lo": "ຜູ້ຍື່ນຄຳຮ້ອງ", "en": "Applicant"},
    "service": {"lo": "ບໍລິການ", "en": "Service"},
    "result": {"lo": "ເລກທີຂອງເອກະສານ", "en": "Number on the document"},
    "reason": {"lo": "ເຫດຜົນຂອງການປະຕິເສດ", "en": "Reason of the refusal"},
    "handed": {"lo": "ວັນທີມອບ", "en": "Handed over"},
    "taker": {"lo": "ຜູ້ຮັບ", "en": "Received by"},
    "applicant_role": {"lo": "ຜູ້ຍື່ນຄຳຮ້ອງເອງ", "en": "the applicant"},
    "representative_role": {"lo": "ຜູ້ຕາງໜ້າ", "en": "a representative"},
    "proof": {"lo": "ຫຼັກຖານທີ່ສະແດງ", "en": "Shown"},
    "slip": {"lo": "ໃບຮັບຄຳຮ້ອງ", "en": "Slip of the application"},
    "id_card": {"lo": "ບັດປະຈຳຕົວ", "en": "ID card"},
    "family_book": {"lo": "ສຳມະໂນຄົວ", "en": "Family book"},
    "signed_on_paper": {"lo": "ລາຍເຊັນຢູ່", "en": "Signed on paper"},
    "words": {
        "lo": "ຂ້າພະເຈົ້າໄດ້ຮັບຜົນຂອງຄຳຮ້ອງຂ້າງເທິງຄົບຖ້ວນແລ້ວ.",
        "en": "I have received the result of this application.",
    },
    "taker_signs": {"lo": "ລາຍເຊັນຜູ້ຮັບ", "en": "Signature of the receiver"},
    "clerk_signs": {"lo": "ລາຍເຊັນຜູ້ມອບ", "en": "Signature of the giver"},
}


def handover_pdf(
    centre: Centre,
    application: Application,
    handover: Handover,
    clerk: User | None,
    language: str = "both",
) -> bytes:
    """The protocol as a PDF. `language` is lo, en or both."""
    languages = languages_of(language)
    buffer = BytesIO()
    pdf.document(
        buffer,
        A5,
        f"{WORDS['title'][languages[0]]} {application.label}",
        languages[0],
        _Protocol(centre, application, handover, clerk, languages).story(),
        margin=MARGIN,
        footer=lambda page: f"{application.label} · {page}",
    )
    return buffer.getvalue()


class Signature(Flowable):
    """The strokes of a signature, `width` points wide."""

    def __init__(self, strokes: list[list[list[int]]], width: float) -> None:
        super().__init__()
        self.strokes = strokes
        self.width = width
        self.height = width * signatures.HEIGHT / signatures.WIDTH

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """The space it takes, whatever there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw every stroke as one line with round ends."""
        scale = self.width / signatures.WIDTH
        self.canv.saveState()
        self.canv.setLineWidth(1.2)
        self.canv.setLineCap(1)
        self.canv.setLineJoin(1)
        path = self.canv.beginPath()
        for (x, y), *others in self.strokes:
            path.moveTo(x * scale, self.height - y * scale)
            for a, b in others or [[x, y]]:
                path.lineTo(a * scale, self.height - b * scale)
        self.canv.drawPath(path, stroke=1, fill=0)
        self.canv.restoreState()


class _Protocol(OfficialPaper):
    def __init__(
        self,
        centre: Centre,
        application: Application,
        handover: Handover,
        clerk: User | None,
        languages: tuple[Language, ...],
    ) -> None:
        super().__init__(WORDS, languages, size=9, width=WIDTH)
        self._centre = centre
        self._application = application
        self._handover = handover
        self._clerk = clerk

    def story(self) -> list[Flowable]:
        """The whole sheet."""
        application, handover = self._application, self._handover
        letterhead = catalogue.letterhead_on(clock.local(handover.handed_at).date())
        title = "refused_title" if application.decision_reason else "title"
        return [
            *self.head(letterhead, self._centre, application.label, handover.handed_at, title),
            self.facts(self._rows(), WIDTH),
            Spacer(0, 4 * mm),
            self.word("words"),
            Spacer(0, 5 * mm),
            KeepTogether([self._signs()]),
        ]

    def _rows(self) -> list[tuple[str, Paragraph | str]]:
        application, handover = self._application, self._handover
        at = clock.local(handover.handed_at)
        rows: list[tuple[str, Paragraph | str]] = [
            ("applicant", application.person.full_name),
            ("service", self.said(application.version_taken.name)),
        ]
        if application.result_number:
            rows.append(("result", application.result_number))
        if application.decision_reason:
            rows.append(("reason", application.decision_reason))
        rows += [
            (
                "handed",
                self.said(lambda code: f"{format_date(at.date(), code, 'long')} {at:%H:%M}"),
            ),
            (
                "taker",
                self.said(
                    lambda code: f"{handover.taker_name} ({WORDS[f'{handover.taker}_role'][code]})",
                    "bold",
                ),
            ),
            ("proof", self.word(handover.proof)),
        ]
        if handover.paper_reference:
            rows.append(("signed_on_paper", handover.paper_reference))
        return rows

    def _signs(self) -> Table:
        half = WIDTH / 2
        signed: Flowable = Spacer(0, 22 * mm)
        if self._handover.signature:
            signed = Signature(self._handover.signature, half - 6 * mm)
        clerk = self.said(self._clerk.name) if self._clerk else ""
        return Table(
            [
                [self.word("taker_signs", "small"), self.word("clerk_signs", "small")],
                [signed, ""],
                [self.text(self._handover.taker_name), clerk],
            ],
            colWidths=[half, half],
            style=PLAIN,
        )
