"""A centre's own amount for a published fee: only by a decision, and in everybody's sight.

Nobody at a counter types an amount. A manager writes down what a body of the district or province
decided; from its day on the assessments apply it and name it, and the nation's office sees it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.catalogue.fee_models import FeeDeviation
from odsc_counter.catalogue.fee_rules import FIXED, KIP, PER_UNIT, Deviation
from odsc_counter.catalogue.models import FeeLine, Service
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.money import LARGEST_KIP
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import unit_of_work

LONGEST = {"decision_number": 80, "decided_by": 200, "reason": 300}
FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class LocalAmount:
    """What was decided about one published fee."""

    fee_line_id: int
    amount_kip: int
    decision_number: str
    decision_on: date
    decided_by: str
    reason: str
    valid_from: date
    last_day: date | None = None


def may_deviate(line: FeeLine) -> bool:
    """Whether a body of a district may set another amount: plain amounts in kip alone."""
    return (
        line.rule in (FIXED, PER_UNIT)
        and line.currency == KIP
        and line.amount is not None
        and line.owner_centre_id is None
    )


def write_down(centre: Centre, local: LocalAmount) -> FeeDeviation:
    """Write down a decision that deviates from a published fee.

    It begins today or later. Raises NotFound (the line does not hold today or takes no other
    amount), InvalidInput.
    """
    words = {name: lao_normalize(getattr(local, name)).replace("\n", " ") for name in LONGEST}
    today = clock.today()
    with unit_of_work() as work:
        line = work.session.get(FeeLine, local.fee_line_id)
        if line is None or not may_deviate(line) or not _holds(line, today):
            raise NotFound
        _refuse_wrong(local, words, line, today)
        made = FeeDeviation(
            owner_centre_id=centre.id,
            fee_line_id=line.id,
            amount_kip=local.amount_kip,
            decision_on=local.decision_on,
            valid_from=local.valid_from,
            valid_to=local.last_day + timedelta(days=1) if local.last_day else None,
            recorded_at=clock.now(),
            recorded_by=current_actor().name,
            **words,
        )
        work.session.add(made)
        work.session.flush()
        work.record(
            "deviated",
            subject_kind="fee_deviation",
            subject_id=str(made.id),
            data={
                "service": work.session.get_one(Service, line.service_id).code,
                "fee_line": line.id,
                "published_kip": line.amount,
                "amount_kip": made.amount_kip,
                "decision_on": made.decision_on.isoformat(),
                "valid_from": made.valid_from.isoformat(),
                **words,
            },
        )
    return made


def end(centre: Centre, deviation_id: int) -> FeeDeviation:
    """Charge the published amount again, from today on. Raises NotFound."""
    today = clock.today()
    with unit_of_work() as work:
        found = work.session.scalars(
            select(FeeDeviation)
            .where(FeeDeviation.id == deviation_id, FeeDeviation.owner_centre_id == centre.id)
            .with_for_update(of=FeeDeviation)
        ).one_or_none()
        if found is None or (found.valid_to is not None and found.valid_to <= today):
            raise NotFound
        found.valid_to = max(today, found.valid_from)
        work.record(
            "ended",
            subject_kind="fee_deviation",
            subject_id=str(found.id),
            data={"valid_to": found.valid_to.isoformat()},
        )
    return found


def as_deviation(found: FeeDeviation) -> Deviation:
    """The decision as the computation takes it."""
    return Deviation(found.amount_kip, found.decision_number, found.decision_on, found.decided_by)


def _holds(line: FeeLine, day: date) -> bool:
    return line.valid_from <= day and (line.valid_to is None or line.valid_to > day)


def _refuse_wrong(local: LocalAmount, words: dict[str, str], line: FeeLine, today: date) -> None:
    wrong = {
        name: _("Use at most %(number)s characters.", number=longest)
        for name, longest in LONGEST.items()
        if len(words[name]) > longest
    }
    if not words["decision_number"]:
        wrong["decision_number"] = _("Write the number of the document.")
    if not words["decided_by"]:
        wrong["decided_by"] = _("Write who decided.")
    if not words["reason"]:
        wrong["reason"] = _("Write the reason.")
    if not 0 <= local.amount_kip <= LARGEST_KIP:
        wrong["amount"] = _("A fee can't be below zero.")
    elif local.amount_kip == line.amount:
        wrong["amount"] = _("This is the published amount.")
    if local.decision_on > today:
        wrong["decision_on"] = _("This day has not come yet.")
    if local.valid_from < max(today, local.decision_on):
        wrong["valid_from"] = _("Not before today.")
    elif local.valid_from > today + FURTHEST:
        wrong["valid_from"] = _("At most a year ahead.")
    if local.last_day is not None and local.last_day < local.valid_from:
        wrong["last_day"] = _("Not before the first day.")
    if wrong:
        raise InvalidInput(wrong)
