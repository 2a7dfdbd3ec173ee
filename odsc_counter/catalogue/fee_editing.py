"""A new version of a published fee from a day on: the one before ends, and old papers keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.catalogue.fee_rules import Tariff, faults
from odsc_counter.catalogue.models import CONFIRMED, FeeLine
from odsc_counter.catalogue.queries import service_by_code
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import unit_of_work

FURTHEST = timedelta(days=366)
LONGEST = {"name_en": 160, "name_lo": 160, "legal_basis": 400}


@dataclass(frozen=True)
class NewFee:
    """What an act says about one fee of a service."""

    code: str
    name_lo: str
    name_en: str
    part: str
    rule: str
    amount: int | None
    currency: str
    legal_basis: str
    article: str
    act_on: date | None
    valid_from: date
    terms: Mapping[str, Any] = field(default_factory=dict)
    shares: Sequence[Mapping[str, Any]] = ()


def publish(service_code: str, fee: NewFee) -> FeeLine:
    """Publish a fee of a national service from a day on, today at the earliest.

    A line of the same code that holds then ends on that day. Raises NotFound, InvalidInput.
    """
    service = service_by_code(service_code)
    if service.owner_centre_id is not None:
        raise NotFound
    words = {name: lao_normalize(getattr(fee, name)).replace("\n", " ") for name in LONGEST}
    code = fee.code.strip().upper()
    with unit_of_work() as work:
        before = work.session.scalars(
            select(FeeLine)
            .where(
                FeeLine.service_id == service.id,
                FeeLine.code == code,
                FeeLine.valid_to.is_(None),
            )
            .with_for_update()
        ).one_or_none()
        _refuse_wrong(fee, code, words, before)
        if before is not None:
            before.valid_to = fee.valid_from
        made = FeeLine(
            service_id=service.id,
            code=code,
            amount=fee.amount,
            currency=fee.currency,
            rule=fee.rule,
            part=fee.part,
            terms=dict(fee.terms),
            shares=[dict(share) for share in fee.shares],
            article=" ".join(fee.article.split()),
            act_on=fee.act_on,
            standing=CONFIRMED,
            valid_from=fee.valid_from,
            confirmed_at=clock.now(),
            confirmed_by=current_actor().name,
            **words,
        )
        work.session.add(made)
        work.session.flush()
        work.record_national(
            "published",
            subject_kind="fee_line",
            subject_id=f"{service.code} {code}",
            line=made.id,
            before=before.id if before is not None else None,
            amount=made.amount,
            currency=made.currency,
            rule=made.rule,
            part=made.part,
            terms=made.terms,
            shares=made.shares,
            legal_basis=made.legal_basis,
            article=made.article,
            act_on=fee.act_on.isoformat() if fee.act_on else None,
            valid_from=fee.valid_from.isoformat(),
        )
    return made


def end_line(service_code: str, line_id: int, last_day: date) -> FeeLine:
    """Let a line hold no longer after a day. Raises NotFound, InvalidInput."""
    service = service_by_code(service_code)
    with unit_of_work() as work:
        line = work.session.scalars(
            select(FeeLine)
            .where(
                FeeLine.id == line_id,
                FeeLine.service_id == service.id,
                FeeLine.owner_centre_id.is_(None),
            )
            .with_for_update()
        ).one_or_none()
        if line is None or line.valid_to is not None:
            raise NotFound
        if last_day < clock.today() - timedelta(days=1):
            raise InvalidInput({"last_day": _("This day has passed.")})
        line.valid_to = max(last_day + timedelta(days=1), line.valid_from)
        work.record_national(
            "ended",
            subject_kind="fee_line",
            subject_id=f"{service.code} {line.code}",
            line=line.id,
            last_day=last_day.isoformat(),
        )
    return line


def _refuse_wrong(fee: NewFee, code: str, words: dict[str, str], before: FeeLine | None) -> None:
    today = clock.today()
    wrong = {
        name: _("Use at most %(number)s characters.", number=longest)
        for name, longest in LONGEST.items()
        if len(words[name]) > longest
    }
    wrong |= {
        name: _("Please write the name.") for name in ("name_en", "name_lo") if not words[name]
    }
    if not words["legal_basis"]:
        wrong["legal_basis"] = _("Please name the act that sets the fee.")
    if len(fee.article) > 80:
        wrong["article"] = _("Use at most %(number)s characters.", number=80)
    if fee.act_on is None:
        wrong["act_on"] = _("Write the date of the act.")
    elif fee.act_on > today:
        wrong["act_on"] = _("This day has not come yet.")
    if not (1 <= len(code) <= 8 and code.isascii() and code.isalnum()):
        wrong["code"] = _("1 to 8 Latin letters and digits.")
    if fee.valid_from < today:
        wrong["valid_from"] = _("Not before today.")
    elif fee.valid_from > today + FURTHEST:
        wrong["valid_from"] = _("At most a year ahead.")
    elif before is not None and fee.valid_from <= before.valid_from:
        wrong["valid_from"] = _(
            "Not before the last change, %(day)s.", day=f"{before.valid_from:%d/%m/%Y}"
        )
    said = {
        "rule": _("Choose one of the list."),
        "part": _("A fine needs a rule of a fine, and nothing else may have one."),
        "amount": _("This rule needs an amount; steps and percentages have none."),
        "steps": _("Write each step on a line, with rising ends: 110 = 15.000"),
        "basis_points": _("Write a percentage above 0 and up to 100."),
        "currency": _("A percentage is computed in kip."),
        "maximum": _("The highest amount must not be below the lowest."),
        "grace_days": _("Write a number of days."),
        "shares": _("The shares must come to 100 percent."),
    }
    tariff = Tariff(fee.rule, fee.amount, fee.currency, fee.terms, fee.shares)
    wrong |= {name: said[name] for name in faults(tariff, fee.part)}
    if wrong:
        raise InvalidInput(wrong)
