"""The words of the slips, in both languages at once."""

from odsc_counter.applications.official_paper import Words

SLIP: Words = {
    "original": {"lo": "ເອົາສະບັບແທ້ມາ", "en": "bring the original"},
    "one_of": {"lo": "ມີອັນໃດໜຶ່ງກໍພໍ", "en": "one of several is enough"},
    "title": {"lo": "ໃບຮັບຄຳຮ້ອງ", "en": "Acknowledgement of application"},
    "code": {"lo": "ລະຫັດຕິດຕາມ", "en": "Tracking code"},
    "applicant": {"lo": "ຜູ້ຍື່ນຄຳຮ້ອງ", "en": "Applicant"},
    "service": {"lo": "ບໍລິການ", "en": "Service"},
    "ministry": {"lo": "ຂະແໜງການ", "en": "Ministry"},
    "taken": {"lo": "ວັນທີຮັບ", "en": "Date taken"},
    "promised": {"lo": "ນັດຮັບຜົນ", "en": "Promised for"},
    "when_complete": {
        "lo": "ຈະນັດວັນ ເມື່ອເອກະສານຄົບຖ້ວນ",
        "en": "A day is promised when all papers are there",
    },
    "handed_in": {"lo": "ເອກະສານທີ່ໄດ້ຮັບແລ້ວ", "en": "Papers handed in"},
    "no_papers": {
        "lo": "ບໍລິການນີ້ບໍ່ຕ້ອງການເອກະສານ.",
        "en": "This service asks for no papers.",
    },
    "none_yet": {"lo": "ຍັງບໍ່ທັນມີ", "en": "None yet"},
    "owed": {"lo": "ເອກະສານທີ່ຍັງຂາດ", "en": "Papers still owed"},
    "corrections": {"lo": "ສິ່ງທີ່ຕ້ອງແກ້ໄຂ", "en": "To be put right"},
    "fee": {"lo": "ຄ່າທຳນຽມທີ່ປະກາດ", "en": "Fee as published"},
    "no_fee": {
        "lo": "ບໍ່ມີຄ່າທຳນຽມທີ່ປະກາດໄວ້",
        "en": "No fee is published",
    },
    "example": {"lo": "ຕົວຢ່າງ, ຍັງບໍ່ໄດ້ຢືນຢັນ", "en": "Example, not confirmed"},
    "receipt": {
        "lo": "ຈ່າຍເງິນຢູ່ສູນເທົ່ານັ້ນ ແລະ ຮັບໃບຮັບເງິນທຸກຄັ້ງ.",
        "en": "Pay at the centre alone, and always take a receipt.",
    },
    "ask": {"lo": "ສອບຖາມໄດ້ທີ່", "en": "Where to ask"},
    "phone": {"lo": "ໂທ %(phone)s", "en": "phone %(phone)s"},
    "complain": {"lo": "ສິດຮ້ອງທຸກ", "en": "Right to complain"},
    "complaint": {
        "lo": "ຖ້າກາຍວັນນັດ, ຖືກປະຕິເສດ ຫຼື ຖືກເກັບເງິນໂດຍບໍ່ມີໃບຮັບເງິນ ທ່ານມີສິດຮ້ອງທຸກຕໍ່ຫົວໜ້າສູນ ຫຼື %(body)s.",
        "en": "If it is late, refused, or money was taken without a receipt, you may complain to"
        " the manager of the centre or to: %(body)s.",
    },
    "scan": {
        "lo": "ສະແກນເພື່ອຕິດຕາມຄຳຮ້ອງ",
        "en": "Scan to follow",
    },
    "taker": {"lo": "ຜູ້ຮັບຄຳຮ້ອງ", "en": "Taken by"},
    "bring_title": {"lo": "ເອກະສານທີ່ຕ້ອງນຳມາ", "en": "What to bring"},
    "none_owed": {"lo": "ບໍ່ມີເອກະສານທີ່ຍັງຂາດ.", "en": "No paper is owed."},
    "bring_how": {
        "lo": "ນຳເອກະສານເຫຼົ່ານີ້ມາພ້ອມກັບໃບນີ້. ຄຳຮ້ອງຂອງທ່ານຍັງຮັກສາເລກເກົ່າໄວ້.",
        "en": "Bring these papers and this sheet. Your application keeps its number.",
    },
}
