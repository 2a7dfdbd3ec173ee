"""Fees in words, Lao and English: the rule as it is published, and a computation in one line.

A computation is kept with both languages on assessments and receipts, so these words are not
texts of a page: they don't change with its translations.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from odsc_counter.catalogue.fee_rules import (
    FINE_DAY,
    FINE_PERCENT,
    FIXED,
    KIP,
    ONE_OF,
    PER_UNIT,
    PERCENT,
    STEPPED,
    Tariff,
)
from odsc_counter.catalogue.models import FeeLine
from odsc_counter.platform.lao import Language
from odsc_counter.platform.money import format_kip, format_number

Said = dict[Language, str]
LANGUAGES: tuple[Language, Language] = ("lo", "en")

FREE: Said = {"lo": "ບໍ່ເສຍຄ່າ", "en": "Free of charge"}
BY_VALUE: Said = {"lo": "ຂຶ້ນກັບມູນຄ່າ", "en": "Depends on the value"}
PIECE: Said = {"lo": "ໜ່ວຍ", "en": "piece"}


def percent(basis_points: int) -> str:
    """150 basis points as 1,5%."""
    whole, rest = divmod(basis_points, 100)
    digits = f"{rest:02}".rstrip("0")
    return f"{whole},{digits}%" if digits else f"{whole}%"


def money(amount: int, currency: str, language: Language) -> str:
    """An amount of the schedule: 25.000 kip, 60 USD."""
    if currency == KIP:
        return format_kip(amount, language)
    return f"{format_number(amount)} {currency}"


def rule_in_words(tariff: Tariff, language: Language) -> list[str]:
    """The published rule: one line, or one for each step."""
    terms, amount = tariff.terms, tariff.amount
    lao = language == "lo"
    if tariff.rule == STEPPED:
        return [*_steps(tariff, language)]
    if tariff.rule == PERCENT and terms.get("basis_points"):
        share = percent(terms["basis_points"])
        first = f"{share} ຂອງມູນຄ່າທີ່ແຈ້ງ" if lao else f"{share} of the declared value"
        return [_with_limits(first, terms, language)]
    if tariff.rule == FINE_PERCENT and terms.get("basis_points"):
        share = percent(terms["basis_points"])
        if terms.get("per_day"):
            first = f"{share} ຂອງຄ່າທຳນຽມ ຕໍ່ມື້ທີ່ຊ້າ" if lao else f"{share} of the fee for each day late"
        else:
            first = f"{share} ຂອງຄ່າທຳນຽມ ຖ້າຊ້າ" if lao else f"{share} of the fee when late"
        return [_with_limits(first + _grace(terms, language), terms, language)]
    if amount is None:
        return [BY_VALUE[language]]
    told = money(amount, tariff.currency, language)
    if tariff.rule == FINE_DAY:
        first = f"{told} ຕໍ່ມື້ທີ່ຊ້າ" if lao else f"{told} for each day late"
        return [_with_limits(first + _grace(terms, language), terms, language)]
    if amount == 0:
        return [FREE[language]]
    if tariff.rule == PER_UNIT:
        unit = terms.get("unit", {}).get(language) or PIECE[language]
        told = f"{told} ຕໍ່{unit}" if lao else f"{told} per {unit}"
    if tariff.currency != KIP:
        told += " (ຈ່າຍເປັນກີບ ຕາມອັດຕາທາງການ)" if lao else " (paid in kip at the official rate)"
    return [told]


def computation_in_words(computation: Mapping[str, Any], gross_kip: int, language: Language) -> str:
    """How an amount came about, in one line."""
    rule = {
        FIXED: _quantity,
        PER_UNIT: _quantity,
        STEPPED: _step,
        PERCENT: _value,
        FINE_DAY: _late,
        FINE_PERCENT: _late,
    }[computation["rule"]](computation, language)
    lao = language == "lo"
    parts = [rule]
    if "rate" in computation:
        rate = computation["rate"]
        day = date.fromisoformat(rate["day"])
        one = f"1 {rate['currency']} = {format_kip(rate['kip'], language)}"
        parts.append(f"{one} ({'ວັນທີ' if lao else 'rate of'} {day:%d/%m/%Y})")
    if "deviation" in computation:
        local = computation["deviation"]
        day = date.fromisoformat(local["decision_on"])
        parts.append(
            f"ຕາມຂໍ້ຕົກລົງທ້ອງຖິ່ນ {local['decision']}, ລົງວັນທີ {day:%d/%m/%Y}"
            if lao
            else f"by the local decision {local['decision']} of {day:%d/%m/%Y}"
        )
    if "reduction" in computation:
        off = computation["reduction"]
        share, name = percent(off["basis_points"]), off["name"][language]
        parts.append(
            f"ຫຼຸດ {share} ຂອງ {format_kip(gross_kip, language)} ({name})"
            if lao
            else f"less {share} of {format_kip(gross_kip, language)} ({name})"
        )
    return "; ".join(parts)


def said(computation: Mapping[str, Any], gross_kip: int) -> Said:
    """A computation in both languages."""
    return {one: computation_in_words(computation, gross_kip, one) for one in LANGUAGES}


def _quantity(told: Mapping[str, Any], language: Language) -> str:
    local = told.get("deviation")
    one = (
        format_kip(local["amount_kip"], language)
        if local
        else money(told["amount"], told["currency"], language)
    )
    if told["quantity"] == 1:
        return one
    unit = told["unit"].get(language, "")
    return f"{format_number(told['quantity'])} {unit} × {one}".replace("  ", " ")


def _step(told: Mapping[str, Any], language: Language) -> str:
    unit = told["unit"].get(language, "")
    measure = f"{format_number(told['measure'])} {unit}".strip()
    amount = money(told["amount"], told["currency"], language)
    return f"{measure}: {amount}"


def _value(told: Mapping[str, Any], language: Language) -> str:
    value, share = format_kip(told["value_kip"], language), percent(told["basis_points"])
    first = f"{share} ຂອງ {value}" if language == "lo" else f"{share} of {value}"
    return _with_limits(first, told, language)


def _late(told: Mapping[str, Any], language: Language) -> str:
    lao, days = language == "lo", format_number(told["days"])
    if told["rule"] == FINE_DAY:
        one = money(told["amount"], told["currency"], language)
        first = f"ຊ້າ {days} ມື້ × {one}" if lao else f"{days} days late × {one}"
    else:
        share = percent(told["basis_points"])
        base = format_kip(told["base_kip"], language)
        each = " × " + share if told["per_day"] else ""
        if lao:
            first = f"ຊ້າ {days} ມື້{each} ຂອງ {base}" if each else f"ຊ້າ: {share} ຂອງ {base}"
        else:
            first = f"{days} days late{each} of {base}" if each else f"late: {share} of {base}"
    return _with_limits(first + _grace(told, language), told, language)


def _grace(terms: Mapping[str, Any], language: Language) -> str:
    days = terms.get("grace_days", 0)
    if not days:
        return ""
    return f" (ຫຼັງຈາກ {days} ມື້)" if language == "lo" else f" (after {days} days)"


def _with_limits(text: str, terms: Mapping[str, Any], language: Language) -> str:
    words = (
        (("minimum", "ຢ່າງໜ້ອຍ"), ("maximum", "ບໍ່ເກີນ"))
        if language == "lo"
        else (("minimum", "at least"), ("maximum", "at most"))
    )
    limits = [
        f"{word} {format_kip(terms[name], language)}" for name, word in words if terms.get(name)
    ]
    return ", ".join([text, *limits])


def _steps(tariff: Tariff, language: Language) -> list[str]:
    unit = tariff.terms.get("unit", {}).get(language, "")
    lines, last = [], None
    for step in tariff.terms.get("steps", ()):
        amount = money(step["amount"], tariff.currency, language)
        if step["up_to"] is None:
            begins = f"{format_number(last or 0)} {unit}".strip()
            words = f"ເກີນ {begins}" if language == "lo" else f"over {begins}"
        else:
            ends = f"{format_number(step['up_to'])} {unit}".strip()
            words = f"ບໍ່ເກີນ {ends}" if language == "lo" else f"up to {ends}"
        lines.append(f"{words}: {amount}")
        last = step["up_to"]
    return lines


def lines_in_short(lines: Sequence[FeeLine], language: Language) -> str:
    """The base fees of a service in a few words: one rule, or from the lowest to the highest.

    Extras and fines are left out: who wants them is told at the counter. Empty without a fee.
    """
    base = [line.tariff for line in lines if line.part == ONE_OF]
    if not base:
        return ""
    if len(base) == 1:
        rule = rule_in_words(base[0], language)
        return rule[0] if len(rule) == 1 else _range(*_ends_of(base), language)
    if any(tariff.amount is None and tariff.rule != STEPPED for tariff in base):
        return BY_VALUE[language]
    return _range(*_ends_of(base), language)


def _ends_of(tariffs: Sequence[Tariff]) -> tuple[tuple[int, str], tuple[int, str]]:
    """The lowest and the highest amount that occur, each with its currency."""
    amounts = [
        (amount, tariff.currency)
        for tariff in tariffs
        for amount in (
            [step["amount"] for step in tariff.terms.get("steps", ())]
            if tariff.rule == STEPPED
            else [tariff.amount or 0]
        )
    ]
    return min(amounts), max(amounts)


def _range(lowest: tuple[int, str], highest: tuple[int, str], language: Language) -> str:
    first, last = money(*lowest, language), money(*highest, language)
    if lowest == highest:
        return first
    return f"{first} ຫາ {last}" if language == "lo" else f"{first} to {last}"
