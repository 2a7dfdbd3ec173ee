"""The words of receipts on paper, in each language of the paper.

They do not pass through the pages' translations: a receipt printed in two languages needs both
at once, and an old one must not change with a new translation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from odsc_counter.platform.lao import Language

WORDS: dict[str, dict[Language, str]] = {
    "sale": {"lo": "ໃບຮັບເງິນ", "en": "Receipt"},
    "void": {"lo": "ໃບຍົກເລີກການຮັບເງິນ", "en": "Void receipt"},
    "refund": {"lo": "ໃບຄືນເງິນ", "en": "Refund"},
    "many": {"lo": "ໃບຮັບເງິນຫຼາຍໃບ", "en": "Receipts"},
    "number": {"lo": "ເລກທີ", "en": "No."},
    "payer": {"lo": "ຮັບເງິນຈາກ", "en": "Received from"},
    "payee": {"lo": "ຄືນເງິນໃຫ້", "en": "Returned to"},
    "application": {"lo": "ເລກທີຄຳຮ້ອງ", "en": "Application"},
    "exemption": {"lo": "ຍົກເວັ້ນ ຫຼື ຫຼຸດຜ່ອນ", "en": "Exemption or reduction"},
    "paper_seen": {"lo": "ເອກະສານທີ່ໄດ້ເຫັນ", "en": "paper seen"},
    "fee": {"lo": "ລາຍການ", "en": "Fee"},
    "quantity": {"lo": "ຈຳນວນ", "en": "Quantity"},
    "unit": {"lo": "ລາຄາ", "en": "Price"},
    "amount": {"lo": "ຈຳນວນເງິນ", "en": "Amount"},
    "before": {"lo": "ລວມກ່ອນຫຼຸດ", "en": "Before reductions"},
    "reduction": {"lo": "ສ່ວນຫຼຸດ", "en": "Reduction"},
    "total": {"lo": "ລວມທັງໝົດ", "en": "Total"},
    "basis": {"lo": "ອີງຕາມ", "en": "Pursuant to"},
    "article": {"lo": "ມາດຕາ", "en": "Article"},
    "no_basis": {"lo": "ຕົວຢ່າງ, ຍັງບໍ່ໄດ້ຢືນຢັນ", "en": "Example, not confirmed"},
    "words": {"lo": "ເປັນຕົວໜັງສື", "en": "In words"},
    "paid_by": {"lo": "ຊຳລະດ້ວຍ", "en": "Paid by"},
    "returned_by": {"lo": "ຄືນດ້ວຍ", "en": "Returned by"},
    "cash": {"lo": "ເງິນສົດ", "en": "cash"},
    "transfer": {"lo": "ການໂອນຜ່ານທະນາຄານ", "en": "bank transfer"},
    "qr": {"lo": "Lao QR", "en": "Lao QR"},
    "reference": {"lo": "ເລກອ້າງອີງ", "en": "Reference"},
    "tendered": {"lo": "ເງິນສົດທີ່ຮັບ", "en": "Cash received"},
    "change": {"lo": "ເງິນທອນ", "en": "Change"},
    "cashier": {"lo": "ຜູ້ເກັບເງິນ", "en": "Cashier"},
    "counter": {"lo": "ຊ່ອງບໍລິການ", "en": "Counter"},
    "approver": {"lo": "ຜູ້ອະນຸມັດ", "en": "Approved by"},
    "receiver": {"lo": "ຜູ້ຮັບເງິນຄືນ", "en": "Money received by"},
    "voids": {"lo": "ຍົກເລີກໃບຮັບເງິນເລກທີ", "en": "Voids receipt"},
    "refunds": {"lo": "ຄືນເງິນຂອງໃບຮັບເງິນເລກທີ", "en": "Refunds receipt"},
    "reason": {"lo": "ເຫດຜົນ", "en": "Reason"},
    "check": {"lo": "ສະແກນ QR ເພື່ອກວດສອບເອກະສານນີ້", "en": "Scan to check this paper"},
    "code": {"lo": "ລະຫັດ", "en": "Code"},
    "key": {"lo": "ກະແຈ", "en": "Key"},
    "hash": {"lo": "ລະຫັດຢັ້ງຢືນ", "en": "Hash"},
    "demonstration": {
        "lo": "ຕົວຢ່າງ: ຄ່າທຳນຽມນີ້ຍັງບໍ່ໄດ້ຢືນຢັນ. ບໍ່ແມ່ນໃບຮັບເງິນແທ້.",
        "en": "Demonstration: this fee is not confirmed. Not a real receipt.",
    },
    "example": {"lo": "ຕົວຢ່າງ", "en": "EXAMPLE"},
    "copy": {"lo": "ສຳເນົາ", "en": "COPY"},
    "was_voided": {"lo": "ຖືກຍົກເລີກແລ້ວ", "en": "VOIDED"},
}


@dataclass(frozen=True)
class Speech:
    """How a paper speaks: in Lao, in English, or in both."""

    languages: tuple[Language, ...]

    @property
    def first(self) -> Language:
        """The language where there is room for one."""
        return self.languages[0]

    def both(self, make: Callable[[Language], str], link: str = " / ") -> str:
        """What is said in each language of the paper; once where both say the same."""
        said = [make(language) for language in self.languages]
        return link.join(dict.fromkeys(text for text in said if text))

    def word(self, key: str, link: str = " / ") -> str:
        """A word of the table."""
        return self.both(lambda language: WORDS[key][language], link)

    def names(self, named: Mapping[Any, str]) -> list[str]:
        """A name in each language of the paper, for a line each; once where it is the same."""
        return list(dict.fromkeys(named[code] for code in self.languages if named.get(code)))

    def name(self, named: Mapping[Any, str], link: str = " / ") -> str:
        """A name that is there in both languages."""
        return self.both(lambda language: named.get(language, ""), link)


def speech(language: str) -> Speech:
    """`language` is lo or en; anything else is both."""
    if language == "lo":
        return Speech(("lo",))
    return Speech(("en",)) if language == "en" else Speech(("lo", "en"))


def marks_of(copy: int | None, *, is_voided: bool, is_example: bool) -> tuple[str, ...]:
    """What must strike the eye, always in both languages.

    `copy`: 0 for the original, n for COPY n; None where nobody recorded a print: COPY.
    """
    both = Speech(("lo", "en"))
    marks = []
    if copy is None:
        marks.append(both.word("copy"))
    elif copy > 0:
        marks.append(both.both(lambda language: f"{WORDS['copy'][language]} {copy}"))
    if is_voided:
        marks.append(both.word("was_voided"))
    if is_example:
        marks.append(both.word("example"))
    return tuple(marks)
