"""Invented values of receipts, of both formats that papers are made from."""

import base64
import hashlib
from typing import Any

from odsc_counter.platform.lao import kip_in_words
from odsc_counter.receipts.paper_content import Paper, Proof

NAME = "ທ້າວ ຄຳພູ ວົງສະຫວັນ"
LONG_NAME = "ນາງ ປຸ້ຍຝ້າຍ ບຸນທະວີສຸກວິໄລພອນສະຫວັນ ພູ່ໄຊຍະເສນາຈັນທະລາ ກຸ່ມນ້ຳງື່ມ ຊູ້ປີ້"
SERVICE = "ການຂຶ້ນທະບຽນວິສາຫະກິດບຸກຄົນ ຂະໜາດນ້ອຍ ແລະ ອອກໃບອະນຸຍາດດຳເນີນທຸລະກິດຮ້ານຄ້າຢູ່ບ້ານ"
SEAL = base64.b32encode(b"".join(hashlib.sha256(bytes((n,))).digest() for n in range(3))[:92])
PROOF = Proof(SEAL.decode().rstrip("="), "K7Q2-9F3D", hashlib.sha256(b"receipt").hexdigest())
ACT_LO = "ດຳລັດວ່າດ້ວຍຄ່າທຳນຽມ ແລະ ຄ່າບໍລິການ ເລກທີ 003/ນຍ, ລົງວັນທີ 26/12/2012"


def a_line(number: int = 1, *, reduction_kip: int = 0, quantity: int = 2) -> dict[str, Any]:
    """A fee of 20,000 kip a piece and a little more with each number."""
    unit = 20_000 + 1_000 * number
    gross = unit * quantity
    computation: dict[str, Any] = {
        "rule": "per_unit",
        "schedule": {"act": ACT_LO, "article": "12", "act_on": "2012-12-26"},
        "words": {
            "lo": f"{quantity} ສະບັບ ຄູນ {unit} ກີບ",
            "en": f"{quantity} copies at {unit} kip each",
        },
    }
    if reduction_kip:
        computation["reduction"] = {"class": "poor", "basis_points": 1250, "paper": "seen"}
    return {
        "amount_kip": gross - reduction_kip,
        "computation": computation,
        "gross_kip": gross,
        "legal_basis": ACT_LO,
        "ministry": {"code": "MOIC", "en": "Industry and Commerce", "lo": "ອຸດສາຫະກຳ ແລະ ການຄ້າ"},
        "name": {"en": f"Registration of a small enterprise {number}", "lo": f"{SERVICE} {number}"},
        "quantity": quantity,
        "reduction_kip": reduction_kip,
        "service_code": "MOIC-01",
        "standing": "confirmed",
        "unit_kip": unit,
    }


def a_sale(
    *,
    lines: int = 1,
    method: str = "cash",
    exempt: bool = False,
    name: str = NAME,
    number: int = 123,
) -> dict[str, Any]:
    """A sale of format 2."""
    fees = [a_line(place, reduction_kip=5_000 * exempt) for place in range(1, lines + 1)]
    total = sum(line["amount_kip"] for line in fees)
    return {
        "amount_kip": total,
        "amount_words": {"en": kip_in_words(total, "en"), "lo": kip_in_words(total, "lo")},
        "application": "LA0101-2026-MOIC-000045",
        "cashier": {"en": "Ms Bounmy Keomany", "lo": "ນາງ ບຸນມີ ແກ້ວມະນີ"},
        "centre": {
            "code": "LA0101",
            "en": "One-Door Service Centre of Chanthabouly District",
            "lo": "ສູນບໍລິການຜ່ານປະຕູດຽວ ເມືອງຈັນທະບູລີ",
            "phone": "021 123456",
            "unit": {"en": "Chanthabouly District", "lo": "ເມືອງຈັນທະບູລີ"},
        },
        "change_kip": 8_000 if method == "cash" else 0,
        "counter": "3",
        "day": "2026-11-23",
        "exemption": {
            "name": {"en": "Poor household", "lo": "ຄອບຄົວທຸກຍາກ"},
            "paper": "ໃບຢັ້ງຢືນຄອບຄົວທຸກຍາກ ເລກທີ 45/ບນ",
        }
        if exempt
        else None,
        "fiscal_year": 2026,
        "format": 2,
        "illustrative": False,
        "issued_at": "2026-11-23T05:04:00.000000+00:00",
        "kind": "sale",
        "label": f"LA0101-2026-A-{number:06}-7",
        "letterhead": {
            "en": [
                "Lao People's Democratic Republic",
                "Peace Independence Democracy Unity Prosperity",
            ],
            "lo": [
                "ສາທາລະນະລັດ ປະຊາທິປະໄຕ ປະຊາຊົນລາວ",
                "ສັນຕິພາບ ເອກະລາດ ປະຊາທິປະໄຕ ເອກະພາບ ວັດທະນະຖາວອນ",
            ],
        },
        "lines": fees,
        "method": method,
        "number": number,
        "payer": name,
        "payment_reference": "" if method == "cash" else "BCEL-20261123-0045871",
        "public_code": "ABCDEFGHJKLM",
        "series": "A",
        "service": {"en": "Registration", "lo": SERVICE},
        "tendered_kip": total + 8_000 if method == "cash" else 0,
        "till_session": "0193a1b2",
    }


def _reversed(sale: dict[str, Any], kind: str) -> dict[str, Any]:
    lines = [
        {
            **line,
            **{key: -line[key] for key in ("amount_kip", "gross_kip", "reduction_kip", "unit_kip")},
        }
        for line in sale["lines"]
    ]
    return {
        **sale,
        "amount_kip": -sale["amount_kip"],
        "approver": {"en": "Mr Somphone Vongphachan", "lo": "ທ່ານ ສົມພອນ ວົງພະຈັນ"},
        "change_kip": 0,
        "kind": kind,
        "lines": lines,
        "reason": "ຊຳລະຊ້ຳສອງເທື່ອຍ້ອນຜູ້ຍື່ນໄດ້ໂອນເງິນຜ່ານທະນາຄານກ່ອນແລ້ວ",
        "reverses": {"day": sale["day"], "label": sale["label"]},
        "tendered_kip": 0,
    }


def a_void() -> dict[str, Any]:
    """A void of format 2."""
    return {**_reversed(a_sale(), "void"), "label": "LA0101-2026-A-000124-5"}


def a_refund() -> dict[str, Any]:
    """A refund of format 2, in its own series."""
    refund = _reversed(a_sale(lines=2, method="transfer", name=LONG_NAME), "refund")
    return {**refund, "label": "LA0101-2026-B-000007-1", "series": "B"}


def an_old_sale() -> dict[str, Any]:
    """A sale of format 1."""
    sale = {**a_sale(), "format": 1, "illustrative": True, "label": "LA0101-2026-000123"}
    for key in ("counter", "exemption", "payment_reference", "series"):
        del sale[key]
    kept = ("amount_kip", "legal_basis", "ministry", "name", "quantity")
    kept += ("service_code", "standing", "unit_kip")
    sale["lines"] = [{key: line[key] for key in kept} for line in sale["lines"]]
    return sale


def an_old_void() -> dict[str, Any]:
    """A void of format 1."""
    sale = an_old_sale()
    lines = [
        {**line, "unit_kip": -line["unit_kip"], "amount_kip": -line["amount_kip"]}
        for line in sale["lines"]
    ]
    return {
        **sale,
        "amount_kip": -sale["amount_kip"],
        "approver": {"en": "Mr Somphone", "lo": "ທ່ານ ສົມພອນ"},
        "kind": "void",
        "label": "LA0101-2026-000124",
        "lines": lines,
        "reason": "ຊຳລະຊ້ຳ",
        "voids": {"day": sale["day"], "label": sale["label"]},
    }


def a_paper(values: dict[str, Any], *marks: str) -> Paper:
    """The values as a paper that can be checked."""
    return Paper(values, PROOF, marks)
