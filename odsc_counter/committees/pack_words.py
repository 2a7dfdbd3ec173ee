"""The words of a committee's papers: print doesn't change with the pages' translations."""

from typing import Any

from odsc_counter.applications.official_paper import Words
from odsc_counter.platform.lao import Language
from odsc_counter.platform.money import format_number

UNKNOWN = "–"

WORDS: Words = {
    "pack": {"lo": "ເອກະສານປະກອບກອງປະຊຸມ", "en": "Meeting pack"},
    "invitation": {"lo": "ໜັງສືເຊີນປະຊຸມ", "en": "Invitation to a meeting"},
    "number": {"lo": "ເລກທີ", "en": "No."},
    "subject": {"lo": "ເລື່ອງ", "en": "Subject"},
    "when": {"lo": "ວັນ ແລະ ເວລາ", "en": "Date and time"},
    "venue": {"lo": "ສະຖານທີ່", "en": "Venue"},
    "to": {"lo": "ຮຽນ", "en": "To"},
    "please": {
        "lo": "%(committee)s ຂໍຮຽນເຊີນທ່ານເຂົ້າຮ່ວມກອງປະຊຸມຕາມລາຍລະອຽດລຸ່ມນີ້:",
        "en": "%(committee)s invites you to the meeting described below:",
    },
    "hours": {"lo": "ເວລາ %(begins)s – %(ends)s ໂມງ", "en": "%(begins)s – %(ends)s"},
    "figures_of": {"lo": "ຕົວເລກ ນະ ເວລາ", "en": "Figures as of"},
    "edition": {"lo": "ສະບັບທີ", "en": "Edition"},
    "frozen_by": {"lo": "ຜູ້ຈັດທຳ", "en": "Made by"},
    "hash": {"lo": "ລະຫັດຢັ້ງຢືນ (SHA-256)", "en": "Hash (SHA-256)"},
    "footer": {
        "lo": "ຕົວເລກ ນະ ເວລາ %(at)s · ສະບັບທີ %(edition)s · %(hash)s · ໜ້າ %(page)s",
        "en": "Figures as of %(at)s · edition %(edition)s · %(hash)s · page %(page)s",
    },
    "agenda": {"lo": "ວາລະກອງປະຊຸມ", "en": "Agenda"},
    "no_agenda": {"lo": "ຍັງບໍ່ມີວາລະກອງປະຊຸມ.", "en": "There is no agenda yet."},
    "papers": {"lo": "ເອກະສານຄັດຕິດ", "en": "Papers attached"},
    "no_papers": {"lo": "ບໍ່ມີເອກະສານຄັດຕິດ.", "en": "No papers are attached."},
    "paper": {"lo": "ຊື່ເອກະສານ", "en": "Paper"},
    "size": {"lo": "ຂະໜາດ", "en": "Size"},
    "key_figures": {"lo": "ຕົວເລກຫຼັກ", "en": "Key figures"},
    "figure": {"lo": "ຕົວເລກ", "en": "Figure"},
    "this_month": {"lo": "ເດືອນນີ້", "en": "In the month"},
    "month_before": {"lo": "ເດືອນກ່ອນ", "en": "Month before"},
    "change": {"lo": "ປ່ຽນແປງ", "en": "Change"},
    "points": {"lo": "%(number)s ຈຸດ", "en": "%(number)s points"},
    "compared": {"lo": "ທຽບໃສ່ເດືອນ %(before)s.", "en": "Compared with %(before)s."},
    "present": {"lo": "ສະພາບຂອງສູນໃນປັດຈຸບັນ", "en": "The centres now"},
    "of_month": {
        "lo": "ຜົນງານຂອງສູນປະຈຳເດືອນ %(month)s",
        "en": "The centres in %(month)s",
    },
    "small_before": {
        "lo": "ຕົວເລກນ້ອຍທາງລຸ່ມແມ່ນຂອງເດືອນ %(before)s.",
        "en": "The small figures below are those of %(before)s.",
    },
    "no_centres": {
        "lo": "ຍັງບໍ່ມີສູນບໍລິການໃນເຂດນີ້.",
        "en": "No centre has opened in this area yet.",
    },
    "centre": {"lo": "ສູນ", "en": "Centre"},
    "centres": {"lo": "ຈຳນວນສູນ", "en": "Centres"},
    "reporting": {"lo": "ສູນທີ່ມີຕົວເລກໃນມື້ນີ້", "en": "Centres with figures today"},
    "total": {"lo": "ລວມ", "en": "Total"},
    "standing": {"lo": "ສະຖານະ", "en": "State"},
    "files_open": {"lo": "ສຳນວນທີ່ເປີດຢູ່", "en": "Files open"},
    "files_overdue": {"lo": "ສຳນວນກາຍກຳນົດ", "en": "Overdue"},
    "waiting": {"lo": "ກຳລັງລໍຖ້າ", "en": "Waiting"},
    "files_due_soon": {"lo": "ໃກ້ຮອດກຳນົດ", "en": "Due soon"},
    "files_incomplete": {"lo": "ລໍເອກະສານເພີ່ມ", "en": "Incomplete"},
    "uncollected": {"lo": "ຍັງບໍ່ມາຮັບຜົນ", "en": "Not collected"},
    "tills_left_open": {"lo": "ລິ້ນຊັກບໍ່ປິດ", "en": "Tills left open"},
    "offices": {
        "lo": "ສຳນວນທີ່ຢູ່ຫ້ອງການຂະແໜງການ",
        "en": "Files with the ministries' offices",
    },
    "no_offices": {
        "lo": "ບໍ່ມີສຳນວນຢູ່ຫ້ອງການຂະແໜງການ.",
        "en": "No file lies with a ministry's office.",
    },
    "ministry": {"lo": "ກະຊວງ", "en": "Ministry"},
    "office_files_open": {"lo": "ສຳນວນ", "en": "Files"},
    "office_due_soon": {"lo": "ໃກ້ຮອດກຳນົດ", "en": "Due soon"},
    "office_overdue": {"lo": "ກາຍກຳນົດ", "en": "Overdue"},
    "office_over_standard": {"lo": "ເກີນມາດຕະຖານ", "en": "Over standard"},
    "held": {"lo": "ສະເລ່ຍ (ວັນ)", "en": "Average days"},
    "longest": {"lo": "ດົນສຸດ (ວັນ)", "en": "Longest, days"},
    "tickets_today": {"lo": "ບັດຄິວມື້ນີ້", "en": "Numbers today"},
    "tickets": {"lo": "ບັດຄິວ", "en": "Queue numbers"},
    "within_target": {"lo": "ລໍຖ້າບໍ່ເກີນ 30 ນາທີ", "en": "Waits up to 30 min"},
    "applications": {"lo": "ສຳນວນທີ່ຮັບ", "en": "Files taken"},
    "decided": {"lo": "ສຳນວນທີ່ຕັດສິນ", "en": "Files decided"},
    "on_time": {"lo": "ທັນກຳນົດ", "en": "On time"},
    "receipts": {"lo": "ໃບຮັບເງິນ", "en": "Receipts"},
    "voids": {"lo": "ຍົກເລີກ", "en": "Voids"},
    "revenue_kip": {"lo": "ລາຍຮັບ (ກີບ)", "en": "Revenue (kip)"},
    "chart_overdue": {"lo": "ສຳນວນກາຍກຳນົດໃນປັດຈຸບັນ", "en": "Files overdue now"},
    "chart_target": {
        "lo": "ສ່ວນຮ້ອຍທີ່ລໍຖ້າບໍ່ເກີນ 30 ນາທີ, ເດືອນ %(month)s",
        "en": "Share that waited up to 30 minutes, %(month)s",
    },
    "chart_files": {
        "lo": "ສຳນວນທີ່ຮັບ ແລະ ຕັດສິນໃນແຕ່ລະເດືອນ",
        "en": "Files taken and decided each month",
    },
    "flags": {"lo": "ບັນຫາທີ່ຄະນະກຳມະການຕ້ອງຕອບ", "en": "Flags to be answered"},
    "no_flags": {"lo": "ບໍ່ມີບັນຫາທີ່ຄ້າງຢູ່.", "en": "No flag is open."},
    "flag": {"lo": "ບັນຫາ", "en": "Flag"},
    "course": {"lo": "ຄວາມຄືບໜ້າ", "en": "Course"},
    "raised": {"lo": "ແຈ້ງວັນທີ %(day)s", "en": "Raised %(day)s"},
    "answer_due": {"lo": "ຕ້ອງຕອບພາຍໃນວັນທີ %(day)s", "en": "Answer due %(day)s"},
    "promised": {"lo": "ຈະແກ້ໄຂພາຍໃນວັນທີ %(day)s", "en": "To be put right by %(day)s"},
    "snoozed": {"lo": "ເລື່ອນໄປຮອດວັນທີ %(day)s", "en": "Put off until %(day)s"},
    "subsided": {"lo": "ສະພາບດີຂຶ້ນແຕ່ວັນທີ %(day)s", "en": "No longer found since %(day)s"},
    "answered": {"lo": "ຄຳຕອບ: %(text)s", "en": "Answer: %(text)s"},
    "actions_overdue": {"lo": "ວຽກທີ່ຕ້ອງປະຕິບັດ ກາຍກຳນົດ", "en": "Action items overdue"},
    "actions_open": {
        "lo": "ວຽກທີ່ຕ້ອງປະຕິບັດ ຍັງບໍ່ເຖິງກຳນົດ",
        "en": "Action items not due yet",
    },
    "no_actions": {
        "lo": "ບໍ່ມີວຽກທີ່ຕ້ອງປະຕິບັດຄ້າງຢູ່.",
        "en": "No action item is open.",
    },
    "task": {"lo": "ວຽກ", "en": "Task"},
    "office": {"lo": "ຜູ້ຮັບຜິດຊອບ", "en": "Responsible"},
    "due": {"lo": "ກຳນົດ", "en": "Due"},
    "resolutions": {
        "lo": "ມະຕິນັບແຕ່ກອງປະຊຸມຄັ້ງກ່ອນ",
        "en": "Resolutions since the last meeting",
    },
    "no_resolutions": {
        "lo": "ບໍ່ມີມະຕິນັບແຕ່ກອງປະຊຸມຄັ້ງກ່ອນ.",
        "en": "There are no resolutions since the last meeting.",
    },
    "resolution": {"lo": "ມະຕິ", "en": "Resolution"},
    "state": {"lo": "ສະຖານະ", "en": "State"},
    "of_resolution": {"lo": "ມະຕິເລກທີ %(label)s", "en": "Resolution %(label)s"},
    "tasks": {"lo": "ວຽກທີ່ສຳເລັດ", "en": "Tasks done"},
    "signs": {"lo": "ເລຂາຄະນະກຳມະການ", "en": "Secretary of the committee"},
}

STANDINGS: Words = {
    "working": {"lo": "ເປີດບໍລິການ", "en": "working"},
    "silent": {"lo": "ງຽບຫາຍ", "en": "silent"},
    "closed": {"lo": "ວັນພັກ", "en": "day off"},
    "absent": {"lo": "ຍັງບໍ່ເຄີຍລາຍງານ", "en": "no figures yet"},
    "left": {"lo": "ປິດແລ້ວ", "en": "closed down"},
}
"""How a centre stands, as the page of the workload tells it apart."""

STATES: Words = {
    "proposed": {"lo": "ສະເໜີ", "en": "proposed"},
    "confirmed": {"lo": "ຮັບຮອງຕາມການສະເໜີ", "en": "confirmed as proposed"},
    "amended": {"lo": "ຮັບຮອງໂດຍມີການດັດແກ້", "en": "confirmed with amendments"},
    "deferred": {"lo": "ເລື່ອນອອກໄປ", "en": "deferred"},
    "rejected": {"lo": "ບໍ່ຮັບຮອງ", "en": "rejected"},
    "reported": {"lo": "ລາຍງານແລ້ວ, ລໍຖ້າຮັບຮອງ", "en": "reported, to be accepted"},
}
"""Of resolutions, and of an action item that waits for the secretary."""

LEVELS: Words = {
    "village": {"lo": "ບ້ານ", "en": "Village"},
    "district": {"lo": "ຫ້ອງການຂັ້ນເມືອງ", "en": "District office"},
    "province": {"lo": "ພະແນກຂັ້ນແຂວງ", "en": "Provincial department"},
    "nation": {"lo": "ກະຊວງ", "en": "Ministry"},
}
"""Of which level a ministry's office is."""

COMMITTEES: Words = {
    "nation": {
        "lo": "ຄະນະຊີ້ນຳການບໍລິການຜ່ານປະຕູດຽວ ຂັ້ນສູນກາງ",
        "en": "National Steering Committee for One-Door Services",
    },
    "capital": {
        "lo": "ຄະນະກຳມະການປະສານງານການບໍລິການຜ່ານປະຕູດຽວ %(place)s",
        "en": "Coordination Committee for One-Door Services, %(place)s",
    },
}
"""What a committee is called that has not been given a name."""

PLACES: Words = {
    "province": {"lo": "ແຂວງ%(name)s", "en": "%(name)s Province"},
    "district": {"lo": "ເມືອງ%(name)s", "en": "%(name)s District"},
}


def place(unit: dict[str, Any], language: Language) -> str:
    """A unit with its rank, from the content of a pack."""
    name: str = unit["name"][language]
    return PLACES[unit["kind"]][language] % {"name": name} if unit["kind"] in PLACES else name


def committee(content: dict[str, Any], language: Language) -> str:
    """The committee's name; what such a committee is called where it has none."""
    if content["committee"] is not None:
        name: str = content["committee"][language]
        return name
    kind = "nation" if content["unit"]["kind"] == "nation" else "capital"
    return COMMITTEES[kind][language] % {"place": place(content["unit"], language)}


def number(value: int | None) -> str:
    """A count; a dash where nothing is known."""
    return UNKNOWN if value is None else format_number(value)


def percent(part: int, whole: int) -> str:
    """A share with one decimal, as the pages have it; a dash where there is nothing to share."""
    if not whole:
        return UNKNOWN
    return f"{part / whole * 100:.1f}%".replace(".", ",")


def average(total: int, count: int) -> str:
    """A mean with one decimal; a dash of nothing."""
    return f"{total / count:.1f}".replace(".", ",") if count else UNKNOWN


def signed(value: float) -> str:
    """A change with its sign and one decimal."""
    return f"{value:+.1f}".replace(".", ",")


def size(count: int) -> str:
    """A file's size in kilobytes, at least one."""
    return f"{format_number(max(1, round(count / 1000)))} KB"
