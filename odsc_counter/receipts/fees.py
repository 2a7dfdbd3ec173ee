"""Which published fees may be charged today, and what they come to. Nobody types an amount."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from odsc_counter.accounts.sessions import is_demonstration
from odsc_counter.catalogue import fee_queries, fee_rules, fee_words
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.deviations import as_deviation
from odsc_counter.catalogue.exchange_rates import as_rate
from odsc_counter.catalogue.exemptions import as_reduction
from odsc_counter.catalogue.fee_models import ExchangeRate, ExemptionClass, FeeDeviation
from odsc_counter.catalogue.fee_rules import EXTRA, FINE, KIP, MINISTRY, ONE_OF, Computed, Inputs
from odsc_counter.catalogue.models import ILLUSTRATIVE, FeeLine, ServiceVersion
from odsc_counter.ledger import accounts
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.receipts.errors import (
    AmountNotFixed,
    ExemptionRefused,
    FeeRefused,
    IllustrativeFee,
    NoExchangeRate,
    NoLegalBasis,
    UndatedAct,
    WrongFees,
)

PLAIN = "BASE"
"""The code of a service's only fee; other codes are steps whose name must be printed."""
LONGEST_PAPER = 160
UNFIT = {
    "quantity": _("Write a quantity from 1 to 999."),
    "measure": _("Write the measure that the fee goes by, in whole numbers."),
    "value": _("Write the declared value in whole kip."),
    "days": _("Write how many days late it is."),
    "rate": _("No official rate of these days is recorded."),
    "rule": _("This fee depends on a declared value and can't be computed yet."),
}
"""What is said where an input is missing or beyond reason."""


@dataclass(frozen=True)
class Charge:
    """One published fee as the counter charges it: the line and what is known of the case."""

    fee_line_id: int
    quantity: int = 1
    measure: int | None = None
    value_kip: int | None = None
    days_late: int | None = None


@dataclass(frozen=True)
class Exemption:
    """The class of people that somebody belongs to, and the paper with its number."""

    code: str
    paper: str


@dataclass(frozen=True)
class Offer:
    """A line of the schedule on a day, with the rate and the local decision that go with it."""

    line: FeeLine
    rate: ExchangeRate | None
    deviation: FeeDeviation | None
    refusal: FeeRefused | None
    """Why it can't be charged here and now; None when it can."""

    def rule_in_words(self, language: str) -> list[str]:
        """The rule as it is applied here."""
        tariff = self.line.tariff
        if self.deviation is not None:
            tariff = replace(tariff, amount=self.deviation.amount_kip)
        return fee_words.rule_in_words(tariff, "en" if language == "en" else "lo")

    @property
    def needs(self) -> str | None:
        """What the counter is asked for: quantity, measure, value or days."""
        return fee_rules.needs(self.line.rule)

    def unit(self, language: str) -> str:
        """In what the measure or quantity is counted."""
        return str(self.line.terms.get("unit", {}).get(language, ""))


def offers(service_id: int, day: date) -> list[Offer]:
    """The lines of a service's schedule on a day: base fees, extras, fines."""
    lines = catalogue.fee_lines_on(service_id, day)
    local = fee_queries.deviations_on([line.id for line in lines], day)
    rates = {
        currency: fee_queries.rate_on(currency, day)
        for currency in {line.currency for line in lines} - {KIP}
    }
    parts = (ONE_OF, EXTRA, FINE)
    return [
        Offer(line, rates.get(line.currency), local.get(line.id), refusal(line, rates))
        for line in sorted(lines, key=lambda line: parts.index(line.part))
    ]


def refusal(
    line: FeeLine, rates: dict[str, ExchangeRate | None] | None = None
) -> FeeRefused | None:
    """Why a fee line can't be charged here and now; None when it can.

    A line that is an example needs no act (none is known yet) but a demonstration.
    """
    if line.standing == ILLUSTRATIVE and not is_demonstration():
        return IllustrativeFee()
    if line.standing != ILLUSTRATIVE and not line.legal_basis.strip():
        return NoLegalBasis()
    if line.standing != ILLUSTRATIVE and line.act_on is None:
        return UndatedAct()
    if fee_rules.faults(line.tariff, line.part):
        return AmountNotFixed()
    if line.currency != KIP:
        rate = (rates or {}).get(line.currency)
        if rate is None or (rate.standing == ILLUSTRATIVE and not is_demonstration()):
            return NoExchangeRate()
    return None


def refuse_examples(standings: Iterable[str]) -> None:
    """Raise IllustrativeFee for an example amount outside a demonstration."""
    if ILLUSTRATIVE in standings and not is_demonstration():
        raise IllustrativeFee


def chosen(offered: Sequence[Offer], charges: Sequence[Charge]) -> list[tuple[Offer, Charge]]:
    """The lines that are charged, base fee first.

    Raises NotFound (a line that is not of the day's schedule), FeeRefused, and WrongFees unless
    there is exactly one base fee, no line twice and of each kind of extra at most one.
    """
    by_id = {offer.line.id: offer for offer in offered}
    if any(charge.fee_line_id not in by_id for charge in charges):
        raise NotFound
    picked = [(by_id[charge.fee_line_id], charge) for charge in charges]
    for offer, _charge in picked:
        if offer.refusal is not None:
            raise offer.refusal
    lines = [offer.line for offer, _charge in picked]
    kinds = [line.terms["one"] for line in lines if "one" in line.terms]
    has_base = any(offer.line.part == ONE_OF for offer in offered)
    if (
        not lines
        or sum(line.part == ONE_OF for line in lines) != has_base
        or len({line.id for line in lines}) != len(lines)
        or len(set(kinds)) != len(kinds)
    ):
        raise WrongFees
    return sorted(picked, key=lambda one: offered.index(one[0]))


def exemption_for(claim: Exemption, service_code: str, day: date) -> ExemptionClass:
    """The class that somebody claims, if it holds for the service. Raises as it is refused.

    Raises ExemptionRefused, IllustrativeFee, and InvalidInput where no paper was seen.
    """
    found = next(
        (one for one in fee_queries.exemptions_on(day, service_code) if one.code == claim.code),
        None,
    )
    if found is None:
        raise ExemptionRefused
    refuse_examples([found.standing])
    if not 2 <= len(claim.paper) <= LONGEST_PAPER:
        raise InvalidInput(
            {
                "exemption_paper": str(
                    _("Write the paper seen with its number, in 2 to 160 characters.")
                )
            }
        )
    return found


def exemptions_offered(service_code: str, day: date) -> list[ExemptionClass]:
    """The classes that may be claimed for a service here and now."""
    return [
        one
        for one in fee_queries.exemptions_on(day, service_code)
        if one.standing != ILLUSTRATIVE or is_demonstration()
    ]


@dataclass(frozen=True)
class Due:
    """One line of what is owed."""

    line: FeeLine
    fee: Computed


def due(
    picked: Sequence[tuple[Offer, Charge]],
    exemption: ExemptionClass | None,
    paper: str,
    ministry_code: str,
) -> list[Due]:
    """What the chosen lines come to; a fine's percentage is of the lines before reductions.

    Raises InvalidInput naming what is missing or beyond reason.
    """
    owed: list[Due] = []
    base_kip = 0
    for offer, charge in picked:
        line = offer.line
        reduced = exemption is not None and line.part == ONE_OF
        given = Inputs(
            quantity=charge.quantity,
            measure=charge.measure,
            value_kip=charge.value_kip,
            days_late=charge.days_late,
            base_kip=base_kip,
            rate=as_rate(offer.rate) if offer.rate is not None else None,
            reduction=as_reduction(exemption, paper) if reduced and exemption else None,
            deviation=as_deviation(offer.deviation) if offer.deviation is not None else None,
        )
        try:
            computed = fee_rules.compute(line.tariff, given)
        except fee_rules.Unfit as error:
            raise InvalidInput({error.what: str(UNFIT[error.what])}) from error
        if line.part == FINE and computed.gross_kip == 0:
            raise InvalidInput({"days": str(_("No fine is due for so few days."))})
        if line.part == ONE_OF:
            base_kip += computed.gross_kip
        owed.append(Due(line, explained(line, computed, ministry_code)))
    return owed


def explained(line: FeeLine, computed: Computed, ministry_code: str) -> Computed:
    """With the version of the schedule, the words, and the accounts of who keeps what."""
    schedule: dict[str, Any] = {
        "fee_line": line.id,
        "code": line.code,
        "valid_from": line.valid_from.isoformat(),
        "act": line.legal_basis,
        "article": line.article,
        "act_on": line.act_on.isoformat() if line.act_on else None,
    }
    words = fee_words.said(computed.computation, computed.gross_kip)
    shares = [
        {
            **share,
            "to": accounts.ministry(ministry_code) if share["to"] == MINISTRY else share["to"],
        }
        for share in computed.shares
    ]
    return replace(
        computed,
        shares=shares,
        computation={**computed.computation, "schedule": schedule, "words": words},
    )


def printed_name(version: ServiceVersion, line: FeeLine, language: str) -> str:
    """What a receipt calls the fee: the service, and the step where there are several."""
    if line.code == PLAIN:
        return version.name(language)
    return f"{version.name(language)}: {line.name(language)}"


def printed_act(line: FeeLine) -> str:
    """The act with its article and date, as receipts name it."""
    parts = [line.legal_basis, line.article]
    return ", ".join(part for part in parts if part)[:400]
