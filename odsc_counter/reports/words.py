"""The words of a report's paper that its page doesn't have."""

from odsc_counter.applications.official_paper import Words

WORDS: Words = {
    "title": {
        "lo": "ບົດລາຍງານການບໍລິການຜ່ານປະຕູດຽວ",
        "en": "Report on the One-Door-Service Centres",
    },
    "draft": {
        "lo": "ຮ່າງ: ຍັງບໍ່ທັນເຜີຍແຜ່, ຕົວເລກອາດຈະປ່ຽນແປງ",
        "en": "Draft: not published, figures may change",
    },
    "draft_mark": {"lo": "ຮ່າງ", "en": "DRAFT"},
    "period": {"lo": "ໄລຍະ", "en": "Period"},
    "coverage": {"lo": "ຄວາມຄົບຖ້ວນ", "en": "Coverage"},
    "returns": {"lo": "ລາຍງານທີ່ອະນຸມັດແລ້ວ", "en": "Returns approved"},
    "of": {"lo": "%(number)s ໃນ %(all)s", "en": "%(number)s of %(all)s"},
    "version": {"lo": "ສະບັບທີ", "en": "Version"},
    "reason": {"lo": "ເຫດຜົນຂອງສະບັບນີ້", "en": "Reason for this version"},
    "drafted_by": {"lo": "ຜູ້ຮ່າງ", "en": "Drafted by"},
    "published_by": {"lo": "ຜູ້ເຜີຍແຜ່", "en": "Published by"},
    "hash": {"lo": "ລະຫັດຢັ້ງຢືນ (SHA-256)", "en": "Hash (SHA-256)"},
    "missing": {"lo": "ສູນທີ່ລາຍງານບໍ່ຄົບ", "en": "Centres that are not complete"},
    "missing_means": {
        "lo": "ສິ່ງທີ່ສູນເຫຼົ່ານີ້ຍັງບໍ່ທັນລາຍງານ ແມ່ນຂາດໃນທຸກຕົວເລກ, ບໍ່ແມ່ນ 0.",
        "en": "What these centres did not sign is absent in all figures, and not nought.",
    },
    "map": {"lo": "ແຜນທີ່: %(indicator)s", "en": "Map: %(indicator)s"},
    "from": {"lo": "%(number)s ຂຶ້ນໄປ", "en": "%(number)s and more"},
    "absent": {"lo": "ບໍ່ມີລາຍງານ", "en": "No return"},
    "no_centre": {"lo": "ຍັງບໍ່ມີສູນ", "en": "No centre yet"},
    "few": {"lo": "* ໜ້ອຍກວ່າ 30 ກໍລະນີ", "en": "* Fewer than 30 cases"},
    "boundaries": {
        "lo": "ເສັ້ນຂອບເຂດ: ກົມແຜນທີ່ແຫ່ງຊາດ, OCHA ROAP; geoBoundaries (Runfola et al. 2020), "
        "CC BY 3.0 IGO, ດັດແປງໃຫ້ງ່າຍ.",
        "en": "Boundaries: National Geographic Department of Lao PDR, OCHA ROAP; geoBoundaries "
        "(Runfola et al. 2020), CC BY 3.0 IGO, simplified.",
    },
    "charts": {"lo": "ເສັ້ນສະແດງ", "en": "Charts"},
    "methods": {"lo": "ວິທີການນັບ", "en": "How it was counted"},
    "indicators": {"lo": "ຄວາມໝາຍຂອງຕົວຊີ້ວັດ", "en": "What the indicators mean"},
    "over": {"lo": "ນັບຈາກ: %(text)s", "en": "Counted over: %(text)s"},
    "leaves_out": {"lo": "ບໍ່ນັບ: %(text)s", "en": "Left out: %(text)s"},
    "footer": {
        "lo": "%(code)s · ສະບັບທີ %(version)s · %(hash)s · ໜ້າ %(page)s",
        "en": "%(code)s · version %(version)s · %(hash)s · page %(page)s",
    },
}
