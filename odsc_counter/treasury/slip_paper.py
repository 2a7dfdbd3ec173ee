"""A deposit on A5 paper, for the file beside the bank's own slip."""

from collections.abc import Mapping
from io import BytesIO

from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from odsc_counter.applications.official_paper import PLAIN, OfficialPaper, Words, languages_of
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.ledger.accounts import BANK, CENTRE, QR, SAFE, TREASURY
from odsc_counter.places.models import Centre
from odsc_counter.platform import pdf
from odsc_counter.platform.lao import Language, format_date, kip_in_words
from odsc_counter.platform.money import format_kip
from odsc_counter.treasury.models import Deposit

MARGIN = 11 * mm
WIDTH = A5[0] - 2 * MARGIN
WORDS: Words = {
    "deposit_title": {"lo": "ໃບມອບເງິນເຂົ້າຄັງເງິນ", "en": "Deposit with the treasury"},
    "settlement_title": {"lo": "ໃບມອບເງິນສ່ວນແບ່ງ", "en": "Share paid out"},
    "amount": {"lo": "ຈຳນວນເງິນ", "en": "Amount"},
    "words": {"lo": "ເປັນຕົວໜັງສື", "en": "In words"},
    "from": {"lo": "ເງິນຈາກ", "en": "Money from"},
    "to": {"lo": "ມອບໃຫ້", "en": "Paid to"},
    "bank": {"lo": "ທະນາຄານ ຫຼື ຄັງເງິນ", "en": "Bank or treasury office"},
    "account": {"lo": "ເລກບັນຊີ", "en": "Account"},
    "reference": {"lo": "ເລກທີເອກະສານ", "en": "Reference"},
    "on": {"lo": "ວັນທີ", "en": "Date"},
    "by": {"lo": "ຜູ້ນຳເງິນໄປມອບ", "en": "Brought by"},
    "gives": {"lo": "ຜູ້ມອບ", "en": "Given by"},
    "takes": {"lo": "ຜູ້ຮັບ", "en": "Received by"},
    SAFE: {"lo": "ຕູ້ເຊັບຂອງສູນ", "en": "Safe of the centre"},
    BANK: {"lo": "ບັນຊີທະນາຄານຂອງສູນ", "en": "Bank account of the centre"},
    QR: {"lo": "ບັນຊີ Lao QR", "en": "Lao QR account"},
    TREASURY: {"lo": "ຄັງເງິນແຫ່ງຊາດ", "en": "National treasury"},
    CENTRE: {"lo": "ສ່ວນແບ່ງຂອງສູນ", "en": "Share of the centre"},
}


def slip_pdf(
    centre: Centre, deposit: Deposit, names: Mapping[str, str], language: str = "both"
) -> bytes:
    """A deposit as a PDF. `names`: accounts of ministries by account. `language`: lo, en, both."""
    languages = languages_of(language)
    buffer = BytesIO()
    paper = _Slip(WORDS, languages, size=9, width=WIDTH)
    title = f"{deposit.kind}_title"
    pdf.document(
        buffer,
        A5,
        f"{WORDS[title][languages[0]]} {deposit.slip_reference}",
        languages[0],
        paper.story(centre, deposit, names, title),
        margin=MARGIN,
        footer=lambda page: f"{centre.code} · {deposit.slip_reference} · {page}",
    )
    return buffer.getvalue()


class _Slip(OfficialPaper):
    def story(
        self, centre: Centre, deposit: Deposit, names: Mapping[str, str], title: str
    ) -> list[Flowable]:
        """The whole sheet."""

        def account(key: str, code: Language) -> str:
            return WORDS[key][code] if key in WORDS else names.get(key, key)

        half = WIDTH / 2
        day = deposit.deposited_on
        return [
            *self.head(
                catalogue.letterhead_on(day), centre, deposit.slip_reference,
                deposit.recorded_at, title,
            ),
            self.facts(
                [
                    ("on", self.said(lambda code: format_date(day, code, "long"))),
                    ("amount", self.text(format_kip(deposit.amount_kip, self.first), "bold")),
                    ("words", self.said(lambda code: kip_in_words(deposit.amount_kip, code))),
                    ("from", self.said(lambda code: account(deposit.from_account, code))),
                    ("to", self.said(lambda code: account(deposit.to_account, code))),
                    ("bank", deposit.bank),
                    ("account", deposit.bank_account),
                    ("reference", deposit.slip_reference),
                    ("by", deposit.deposited_by),
                ],
                WIDTH,
            ),
            Spacer(0, 8 * mm),
            Table(
                [
                    [self.word("gives", "centred"), self.word("takes", "centred")],
                    [Spacer(0, 18 * mm), Spacer(0, 18 * mm)],
                    [self.text(deposit.deposited_by, "centred"), ""],
                ],
                colWidths=[half, half],
                style=PLAIN,
            ),
        ]  # fmt: skip
