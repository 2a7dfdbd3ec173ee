"""Invented names and the accounts of the demonstration. Any likeness is chance."""

import random
from dataclasses import dataclass

from odsc_counter.accounts import permissions as roles

GIVEN = (
    ("ສົມພອນ", "Somphone"), ("ສົມໃຈ", "Somchai"), ("ບຸນມີ", "Bounmy"), ("ຄຳຫຼ້າ", "Khamla"),
    ("ວັນນາ", "Vanna"), ("ນ້ອຍ", "Noy"), ("ແກ້ວຕາ", "Keota"), ("ສີສະຫວາດ", "Sisavath"),
    ("ພອນສະຫວັນ", "Phonsavanh"), ("ດາວອນ", "Davone"), ("ມະນີວອນ", "Manivone"),
    ("ສຸກສະຫວັນ", "Souksavanh"), ("ທອງໃບ", "Thongbay"), ("ຈັນທະລາ", "Chanthala"),
    ("ບົວພາ", "Bouapha"), ("ລັດດາ", "Ladda"), ("ໄພວັນ", "Phaivanh"), ("ສຸພາພອນ", "Souphaphone"),
    ("ອານຸສອນ", "Anousone"), ("ວິໄລພອນ", "Vilayphone"), ("ຄຳພູ", "Khamphou"), ("ສີດາ", "Sida"),
)  # fmt: skip
SURNAMES = (
    ("ວົງສາ", "Vongsa"), ("ພົມມະຈັນ", "Phommachanh"), ("ສີຫາລາດ", "Sihalath"),
    ("ແກ້ວມະນີ", "Keomany"), ("ໄຊຍະວົງ", "Xayavong"), ("ອິນທະວົງ", "Inthavong"),
    ("ສຸວັນນະວົງ", "Souvannavong"), ("ຈັນທະວົງ", "Chanthavong"), ("ພິມມະສອນ", "Phimmasone"),
    ("ບຸບຜາ", "Boupha"), ("ຫຼວງລາດ", "Luanglath"), ("ສີສຸພັນ", "Sisouphanh"),
    ("ຄຳພິລາ", "Khamphila"), ("ດວງປະເສີດ", "Douangpaseuth"),
)  # fmt: skip

PASSWORD = "odsc-demo-centre"  # noqa: S105 - public, works in a demonstration alone


def a_name(rng: random.Random) -> tuple[str, str]:
    """An invented person's name, in Lao and in English."""
    given, surname = rng.choice(GIVEN), rng.choice(SURNAMES)
    return f"{given[0]} {surname[0]}", f"{given[1]} {surname[1]}"


@dataclass(frozen=True)
class Account:
    """An account that the README names."""

    username: str
    name_lo: str
    name_en: str
    roles: tuple[str, ...]
    place: str
    """Code of the centre, or of the unit for roles above a centre."""
    ministry: str | None = None


def _staff(prefix: str, centre: str, names: tuple[tuple[str, str], ...]) -> tuple[Account, ...]:
    clerk, second, lead, cashier, manager, officer = names
    return (
        Account(f"{prefix}.clerk", *clerk, (roles.COUNTER_STAFF, roles.CASHIER), centre),
        Account(f"{prefix}.clerk2", *second, (roles.COUNTER_STAFF,), centre),
        Account(f"{prefix}.lead", *lead, (roles.LEAD_CLERK,), centre),
        Account(f"{prefix}.cashier", *cashier, (roles.CASHIER,), centre),
        Account(f"{prefix}.manager", *manager, (roles.CENTRE_MANAGER,), centre),
        Account(f"{prefix}.officer", *officer, (roles.MINISTRY_OFFICER,), centre, "MOPS"),
    )


ACCOUNTS = (
    *_staff("chanthabuly", "LA0101", (
        ("ທ. ສົມພອນ ວົງສາ", "Somphone Vongsa"),
        ("ນ. ມະນີວອນ ແກ້ວມະນີ", "Manivone Keomany"),
        ("ທ. ສຸກສະຫວັນ ໄຊຍະວົງ", "Souksavanh Xayavong"),
        ("ນ. ລັດດາ ສີຫາລາດ", "Ladda Sihalath"),
        ("ທ. ບຸນມີ ພົມມະຈັນ", "Bounmy Phommachanh"),
        ("ທ. ໄພວັນ ອິນທະວົງ", "Phaivanh Inthavong"),
    )),
    *(
        Account(f"chanthabuly.{desk}", *names, (roles.MINISTRY_OFFICER,), "LA0101", ministry)
        for desk, names, ministry in (
            ("works", ("ທ. ແສງເພັດ ອິນທະວົງ", "Sengphet Inthavong"), "MPWT"),
            ("land", ("ນ. ມາລີ ພິມມະສອນ", "Maly Phimmasone"), "MAE"),
            ("culture", ("ນ. ແກ້ວຕາ ສຸວັນນະວົງ", "Keota Souvannavong"), "MCT"),
        )
    ),
    *_staff("pek", "LA0901", (
        ("ນ. ດາວອນ ບຸບຜາ", "Davone Boupha"),
        ("ທ. ທອງໃບ ຄຳພິລາ", "Thongbay Khamphila"),
        ("ນ. ວັນນາ ດວງປະເສີດ", "Vanna Douangpaseuth"),
        ("ນ. ບົວພາ ຈັນທະວົງ", "Bouapha Chanthavong"),
        ("ທ. ຄຳພູ ໄຊຍະວົງ", "Khamphou Xayavong"),
        ("ນ. ສີດາ ຫຼວງລາດ", "Sida Luanglath"),
    )),
    Account(
        "chanthabuly.coordinator", "ທ. ອານຸສອນ ພິມມະສອນ", "Anousone Phimmasone",
        (roles.DISTRICT_COORDINATOR,), "LA0101",
    ),
    Account(
        "chanthabuly.secretary", "ນ. ສຸພາພອນ ສີຫາລາດ", "Souphaphone Sihalath",
        (roles.COMMITTEE_SECRETARY,), "LA0101",
    ),
    Account(
        "capital.secretary", "ທ. ຄຳຫຼ້າ ແກ້ວມະນີ", "Khamla Keomany",
        (roles.COMMITTEE_SECRETARY,), "LA01",
    ),
    Account(
        "national.secretary", "ນ. ນ້ອຍ ບຸບຜາ", "Noy Boupha",
        (roles.COMMITTEE_SECRETARY,), "LA",
    ),
    Account(
        "capital.coordinator", "ນ. ວິໄລພອນ ສຸວັນນະວົງ", "Vilayphone Souvannavong",
        (roles.PROVINCE_COORDINATOR,), "LA01",
    ),
    Account(
        "capital.member", "ທ. ສີສະຫວາດ ສີສຸພັນ", "Sisavath Sisouphanh",
        (roles.COMMITTEE_MEMBER,), "LA01", "MAE",
    ),
    Account(
        "moha.analyst", "ນ. ຈັນທະລາ ດວງປະເສີດ", "Chanthala Douangpaseuth",
        (roles.MOHA_ANALYST,), "LA",
    ),
    Account(
        "national.admin", "ທ. ພອນສະຫວັນ ວົງສາ", "Phonsavanh Vongsa",
        (roles.NATIONAL_ADMINISTRATOR,), "LA",
    ),
    Account("auditor", "ນ. ສຸກສະຫວັນ ບຸບຜາ", "Souksavanh Boupha", (roles.AUDITOR,), "LA"),
)  # fmt: skip
