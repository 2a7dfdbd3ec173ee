"""What a receipt says on paper of any size, read from its canonical values.

Formats 1 and 2 of the values are read; a paper of format 1 comes out as it did.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from odsc_counter.applications.tracking import spaced
from odsc_counter.platform import clock
from odsc_counter.platform.lao import Language, format_date
from odsc_counter.platform.money import format_kip, format_number
from odsc_counter.receipts.paper_words import WORDS, Speech

SALE, VOID, REFUND = "sale", "void", "refund"
CASH = "cash"
HASH_SHOWN = 16


@dataclass(frozen=True)
class Proof:
    """By what a paper can be checked: the text of its QR code, the key and the hash."""

    qr: str
    key_id: str = ""
    receipt_hash: str = ""


@dataclass(frozen=True)
class Paper:
    """All that one paper is made from."""

    values: dict[str, Any]
    proof: Proof
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class SaidLine:
    """A fee as the paper says it; amounts without the name of the currency."""

    names: tuple[str, ...]
    details: tuple[str, ...]
    quantity: str
    unit: str
    amount: str


@dataclass(frozen=True)
class Content:
    """The values of a receipt in the paper's words."""

    values: dict[str, Any]
    say: Speech

    @property
    def is_sale(self) -> bool:
        """Whether money was taken, and not given back."""
        return bool(self.values["kind"] == SALE)

    @property
    def title(self) -> str:
        """What kind of paper it is."""
        return self.say.word(self.values["kind"])

    @property
    def label(self) -> str:
        """The receipt's number."""
        return str(self.values["label"])

    @property
    def number(self) -> str:
        """The receipt's number and the word for it."""
        return f"{WORDS['number'][self.say.first]} {self.label}"

    @property
    def state(self) -> list[str]:
        """The State's name and motto."""
        letterhead = self.values["letterhead"]
        return [line for code in self.say.languages for line in letterhead[code] if line]

    @property
    def bodies(self) -> list[str]:
        """The unit that the centre belongs to, and the centre."""
        centre = self.values["centre"]
        unit = self.say.name(centre["unit"])
        return list(dict.fromkeys([unit, *self.say.names(centre)]))

    @property
    def place_and_date(self) -> str:
        """Where, on which day and at what time."""
        issued = clock.local(datetime.fromisoformat(self.values["issued_at"]))
        language = self.say.first
        day = format_date(date.fromisoformat(self.values["day"]), language, "long")
        link = ", ວັນທີ " if language == "lo" else ", "
        return f"{self.values['centre']['unit'][language]}{link}{day} {issued:%H:%M}"

    @property
    def day_and_time(self) -> str:
        """The day in figures, and the time."""
        issued = clock.local(datetime.fromisoformat(self.values["issued_at"]))
        return f"{date.fromisoformat(self.values['day']):%d/%m/%Y} {issued:%H:%M}"

    @property
    def warnings(self) -> list[str]:
        """That it is an example, where it is one."""
        if not self.values["illustrative"]:
            return []
        return [WORDS["demonstration"][code] for code in self.say.languages]

    def facts(self) -> list[tuple[str, str]]:
        """Who, for what, and what else belongs above the lines: pairs of word and text."""
        values, word = self.values, self.say.word
        facts = [(word("payer" if self.is_sale else "payee"), values["payer"])]
        if not self.is_sale:
            # Format 1 knew only voids, and named the sale so.
            reversed_ = values.get("reverses") or values["voids"]
            day = f"{date.fromisoformat(reversed_['day']):%d/%m/%Y}"
            key = "refunds" if values["kind"] == REFUND else "voids"
            facts += [
                (word(key), f"{reversed_['label']} ({day})"),
                (word("reason"), values["reason"]),
            ]
        facts.append((word("application"), values["application"]))
        if exemption := values.get("exemption"):
            seen = f"; {word('paper_seen')}: {exemption['paper']}" if exemption["paper"] else ""
            facts.append((word("exemption"), f"{self.say.name(exemption['name'])}{seen}"))
        return facts

    def lines(self) -> list[SaidLine]:
        """The fees."""
        return [
            SaidLine(
                names=tuple(self.say.names(line["name"])),
                details=tuple(self._details(line)),
                quantity=format_number(line["quantity"]),
                unit=format_number(line["unit_kip"]),
                amount=format_number(line["amount_kip"]),
            )
            for line in self.values["lines"]
        ]

    def sums(self) -> list[tuple[str, str]]:
        """What was reduced, where something was, and the total last."""
        reduced = sum(line.get("reduction_kip", 0) for line in self.values["lines"])
        total = self.values["amount_kip"]
        sums = []
        if reduced:
            sums += [
                (self.say.word("before"), format_number(total + reduced)),
                (self.say.word("reduction"), format_number(-reduced)),
            ]
        return [*sums, (self.say.word("total"), format_kip(total, self.say.first))]

    def in_words(self) -> list[str]:
        """The amount in words."""
        words = self.values["amount_words"]
        return [f"{WORDS['words'][code]}: {words[code]}" for code in self.say.languages]

    def payment(self) -> list[str]:
        """How the money came or went."""
        values, word = self.values, self.say.word
        method = values["method"]
        paid = [f"{word('paid_by' if self.is_sale else 'returned_by')}: {word(method)}"]
        if method != CASH:
            paid.append(f"{word('reference')}: {values['payment_reference']}")
        elif self.is_sale:
            paid += [
                f"{word('tendered')}: {format_number(values['tendered_kip'])}",
                f"{word('change')}: {format_number(values['change_kip'])}",
            ]
        return paid

    @property
    def cashier(self) -> list[str]:
        """Who took or gave the money."""
        return self.say.names(self.values["cashier"])

    @property
    def approver(self) -> list[str]:
        """Who approved that money was given back; nobody on a sale."""
        return [] if self.is_sale else self.say.names(self.values["approver"])

    @property
    def counter(self) -> str:
        """At which counter; nothing where none is known."""
        counter = self.values.get("counter")
        if not counter:
            return ""
        shown = self.say.name(counter) if isinstance(counter, dict) else str(counter)
        return f"{self.say.word('counter')} {shown}"

    @property
    def code(self) -> str:
        """The code by which the paper is found on the page that checks it."""
        return f"{self.say.word('code')} {spaced(self.values['public_code'])}"

    def proof(self, proof: Proof) -> list[str]:
        """The key and the beginning of the hash, where the receipt is signed."""
        parts = (("key", proof.key_id), ("hash", proof.receipt_hash[:HASH_SHOWN]))
        return [f"{self.say.word(key)} {part}" for key, part in parts if part]

    def _details(self, line: dict[str, Any]) -> Iterator[str]:
        yield f"{self.say.name(line['ministry'])}. {self._basis(line)}"
        computation = line.get("computation") or {}
        if said := self.say.name(computation.get("words") or {}):
            yield said
        if line.get("reduction_kip"):
            yield self._reduction(line["reduction_kip"], computation.get("reduction") or {})

    def _basis(self, line: dict[str, Any]) -> str:
        if not line["legal_basis"]:
            return self.say.word("no_basis")
        basis = f"{self.say.word('basis')}: {line['legal_basis']}"
        schedule = (line.get("computation") or {}).get("schedule") or {}
        article = str(schedule.get("article") or "")
        if article.isdecimal():
            article = self.say.both(lambda code: f"{WORDS['article'][code]} {article}")
        if not article or article in line["legal_basis"]:
            return basis
        return f"{basis}, {article}"

    def _reduction(self, kip: int, reduction: dict[str, Any]) -> str:
        share = reduction.get("basis_points")
        percent = f" {_percent(share)} %" if share else ""
        return f"{self.say.word('reduction')}{percent}: {format_number(-kip)}"


def title_of(paper: Paper, language: Language) -> str:
    """What a window shows as the name of the document."""
    return f"{WORDS[paper.values['kind']][language]} {paper.values['label']}"


def _percent(basis_points: int) -> str:
    """Hundredths of a percent with a comma: 1250 is 12,5."""
    whole, part = divmod(basis_points, 100)
    return f"{whole},{part:02}".rstrip("0").rstrip(",") if part else str(whole)
