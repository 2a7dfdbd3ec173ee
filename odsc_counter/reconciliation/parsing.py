"""A bank's statement as a file: its columns by their headings, its lines with what is wrong.

Banks put titles above the table and sums below it, write amounts signed or in two columns, and
dates the Lao way. What is unclear is refused with words for the person who brought the file.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import gettext as _

from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.lao import european_digits, lao_normalize, search_key
from odsc_counter.platform.money import NotAnAmount, parse_kip
from odsc_counter.platform.table_files import NotATable, rows_of

MOST = 2000
"""Lines of one statement."""
TITLES = 20
"""So many rows may stand above the headings."""
OLDEST = date(2015, 1, 1)

DATE, REFERENCE, AMOUNT, CREDIT, DEBIT, TEXT = (
    "date", "reference", "amount", "credit", "debit", "text",
)  # fmt: skip
HEADINGS: dict[str, tuple[str, ...]] = {
    DATE: ("date", "day", "transaction date", "posting date", "booking date", "value date",
           "ວັນທີ", "ວັນ", "ວັນເດືອນປີ", "ວັນທີເຮັດທຸລະກຳ", "ວັນທີທຸລະກຳ", "ວັນທີບັນທຶກ"),
    REFERENCE: ("reference", "ref", "ref no", "reference no", "reference number", "transaction id",
                "transaction no", "transaction reference", "trace no", "bill number",
                "ເລກອ້າງອີງ", "ເລກທີອ້າງອີງ", "ອ້າງອີງ", "ເລກທີທຸລະກຳ", "ລະຫັດທຸລະກຳ", "ເລກທີ"),
    AMOUNT: ("amount", "amount lak", "amount kip", "transaction amount", "sum",
             "ຈຳນວນເງິນ", "ຈຳນວນ", "ຈຳນວນເງິນກີບ", "ມູນຄ່າ"),
    CREDIT: ("credit", "credit amount", "deposit", "paid in", "money in", "in", "cr",
             "ເງິນເຂົ້າ", "ຍອດເຂົ້າ", "ຝາກ", "ມີ", "ເຄຣດິດ", "ຮັບ"),
    DEBIT: ("debit", "debit amount", "withdrawal", "paid out", "money out", "out", "dr",
            "ເງິນອອກ", "ຍອດອອກ", "ຖອນ", "ໜີ້", "ເດບິດ", "ຈ່າຍ"),
    TEXT: ("text", "description", "details", "detail", "remark", "remarks", "narrative",
           "particulars",
           "ລາຍລະອຽດ", "ລາຍການ", "ເນື້ອໃນ", "ໝາຍເຫດ", "ຄຳອະທິບາຍ"),
}  # fmt: skip
"""What the columns are called, in the order in which they are looked for."""

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]\d.*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]\d.*)?")
_CURRENCY = re.compile(r"lak|kip|ກີບ|₭", re.IGNORECASE)
_NO_FRACTION = re.compile(r"[.,]00?$")
_NOTHING = re.compile(r"[-–—0.,\s]*")
_BRACKETS = re.compile(r"\((.*)\)")


@dataclass(frozen=True)
class Line:
    """One line of the statement; `day` and `amount_kip` are set where nothing is wrong."""

    number: int
    """The row of the file, counted from one."""
    day: date | None
    amount_kip: int | None
    reference: str
    text: str
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Parsed:
    """A statement that was read."""

    file_hash: str
    columns: dict[str, str]
    """Which heading was taken for what."""
    lines: list[Line]

    @property
    def is_good(self) -> bool:
        """Whether it can be taken."""
        return not any(line.errors for line in self.lines)


def parse(content: bytes, today: date) -> Parsed:
    """Read a statement. Changes nothing.

    Raises InvalidInput, said under `table`, for a file that is no table, has no headings that
    are known, no line, or more than MOST lines.
    """
    try:
        rows = rows_of(content, TITLES + MOST + 200)
    except NotATable as error:
        message = _("This is no statement: choose a CSV file in UTF-8 or an XLSX file.")
        raise InvalidInput({"table": str(message)}) from error
    top, places = _headings(rows)
    lines = []
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        cells = {
            name: lao_normalize(row[place][:1000]) if place < len(row) else ""
            for name, place in places.items()
        }
        line = _line(number, cells, today)
        if line is None:
            continue
        if any(cell.strip() for cell in row[len(rows[top]) :]):
            # An amount with commas that nobody put into quotes would be read as its beginning.
            line.errors.append(str(_("This row has more cells than there are headings.")))
        lines.append(line)
    if not lines:
        raise InvalidInput({"table": str(_("The statement has no lines with money."))})
    if len(lines) > MOST:
        raise InvalidInput({"table": str(_("At most %(most)s lines at once.", most=MOST))})
    columns = {name: rows[top][place].strip() for name, place in places.items()}
    return Parsed(hashlib.sha256(content).hexdigest(), columns, lines)


def normal_reference(text: str) -> str:
    """A payment's number as it is compared: letters and figures alone, in capitals."""
    return "".join(letter for letter in european_digits(text).upper() if letter.isalnum())


def fingerprints(account: str, method: str, lines: Sequence[Line]) -> list[str]:
    """What makes each line the same in another statement of the account.

    Equal lines of one file are told apart by their order, so that two equal payments stay two.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for line in lines:
        told = (
            method, search_key(account), str(line.day), str(line.amount_kip),
            normal_reference(line.reference), search_key(line.text),
        )  # fmt: skip
        seen[told] += 1
        found.append(hashlib.sha256("\n".join((*told, str(seen[told]))).encode()).hexdigest())
    return found


def _headings(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The row of the headings, and the place of each column that is known."""
    for top, row in enumerate(rows[:TITLES]):
        keys = [_heading_key(cell) for cell in row]
        places = {}
        for name, words in HEADINGS.items():
            wanted = [_heading_key(word) for word in words]
            place = next((keys.index(word) for word in wanted if word in keys), None)
            if place is not None:
                places[name] = place
        if DATE in places and (AMOUNT in places or CREDIT in places):
            if CREDIT in places:
                places.pop(AMOUNT, None)
            return top, places
    message = _(
        "The headings of the columns are missing: date, and amount or money in and out, each in"
        " Lao or English."
    )
    raise InvalidInput({"table": str(message)})


def _heading_key(cell: str) -> str:
    plain = re.sub(r"\([^)]*\)|[.:_/#*-]", " ", cell)
    return " ".join(search_key(plain).split())


def _line(number: int, cells: dict[str, str], today: date) -> Line | None:
    """A row of the table; None where it moves no money and names no day with an amount."""
    sums = [cells.get(name, "") for name in (AMOUNT, CREDIT, DEBIT)]
    if all(_NOTHING.fullmatch(european_digits(_CURRENCY.sub("", text))) for text in sums):
        return None
    errors = []
    day = _day(cells[DATE])
    if day is None:
        errors.append(str(_("The date can't be read: “%(text)s”.", text=cells[DATE][:40])))
    elif not OLDEST <= day <= today + timedelta(days=1):
        errors.append(str(_("This date can't be right: %(day)s.", day=f"{day:%d/%m/%Y}")))
    amount = None
    try:
        amount = _amount(*sums)
    except NotAnAmount as error:
        message = _("“%(text)s” is no amount of whole kip.", text=str(error)[:40])
        errors.append(str(message))
    reference = cells.get(REFERENCE, "")
    if len(reference) > 80:
        errors.append(str(_("The reference is longer than 80 letters.")))
    return Line(number, day, amount, reference, cells.get(TEXT, "")[:300], errors)


def _day(text: str) -> date | None:
    written = european_digits(text.strip())
    try:
        if found := _DAY_FIRST.fullmatch(written):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _YEAR_FIRST.fullmatch(written):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return None


def _amount(signed: str, money_in: str, money_out: str) -> int:
    """Kip into the account, below nought out of it. Raises NotAnAmount."""
    amount = _signed(signed) + _signed(money_in) - abs(_signed(money_out))
    if amount == 0:
        raise NotAnAmount(signed or money_in or money_out)
    return amount


def _signed(text: str) -> int:
    figures = european_digits(_CURRENCY.sub("", text)).replace("\u2212", "-").strip()
    if _NOTHING.fullmatch(figures):
        return 0
    sign = 1
    if found := _BRACKETS.fullmatch(figures):
        figures, sign = found[1], -1
    elif figures[:1] in "+-" or figures[-1:] in "+-":
        sign = -1 if "-" in (figures[:1], figures[-1:]) else 1
        figures = figures.strip("+-")
    try:
        return sign * parse_kip(_NO_FRACTION.sub("", figures.strip()))
    except NotAnAmount as error:
        raise NotAnAmount(text) from error
