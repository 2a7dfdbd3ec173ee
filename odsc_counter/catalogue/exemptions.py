"""Who pays less or nothing: the nation's office keeps the classes; each change is a new version."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.catalogue.fee_models import ExemptionClass
from odsc_counter.catalogue.fee_rules import WHOLE, Reduction
from odsc_counter.catalogue.models import CONFIRMED, Service
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work

LONGEST = {"name_en": 160, "name_lo": 160, "paper_en": 160, "paper_lo": 160, "legal_basis": 400}
FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class ClassOfPeople:
    """What an act says about a class of people."""

    code: str
    name_lo: str
    name_en: str
    basis_points: int
    paper_lo: str
    paper_en: str
    legal_basis: str
    act_on: date | None
    valid_from: date
    services: tuple[str, ...] = ()
    """Codes of the services to which it applies; none: to all."""


def keep_class(people: ClassOfPeople) -> ExemptionClass:
    """Add a class, or give the one with this code a new version from its day on.

    The version before ends on that day; what was assessed under it stays. Raises InvalidInput.
    """
    words = {name: lao_normalize(getattr(people, name)).replace("\n", " ") for name in LONGEST}
    code = people.code.strip().upper()
    with unit_of_work() as work:
        before = _open_version(work, code)
        _refuse_wrong(work, people, code, words, before)
        position = before.position if before is not None else _next_position(work)
        if before is not None:
            before.valid_to = people.valid_from
        made = ExemptionClass(
            code=code,
            position=position,
            basis_points=people.basis_points,
            services=list(people.services),
            act_on=people.act_on,
            standing=CONFIRMED,
            valid_from=people.valid_from,
            recorded_by=current_actor().name,
            **words,
        )
        work.session.add(made)
        work.session.flush()
        work.record_national(
            "kept",
            subject_kind="exemption_class",
            subject_id=code,
            version=made.id,
            before=before.id if before is not None else None,
            basis_points=made.basis_points,
            services=made.services,
            legal_basis=made.legal_basis,
            act_on=people.act_on.isoformat() if people.act_on else None,
            valid_from=people.valid_from.isoformat(),
        )
    return made


def end_class(class_id: int, last_day: date) -> ExemptionClass:
    """Let a class hold no longer after a day. Raises NotFound, InvalidInput."""
    with unit_of_work() as work:
        found = work.session.scalars(
            select(ExemptionClass).where(ExemptionClass.id == class_id).with_for_update()
        ).one_or_none()
        if found is None or found.valid_to is not None:
            raise NotFound
        end = last_day + timedelta(days=1)
        if last_day < clock.today() - timedelta(days=1) or end < found.valid_from:
            raise InvalidInput({"last_day": _("This day has passed.")})
        found.valid_to = end
        work.record_national(
            "ended",
            subject_kind="exemption_class",
            subject_id=found.code,
            version=found.id,
            last_day=last_day.isoformat(),
        )
    return found


def as_reduction(found: ExemptionClass, paper: str) -> Reduction:
    """The class as the computation takes it, with the paper that was seen."""
    return Reduction(found.code, found.basis_points, found.name_en, found.name_lo, paper)


def _open_version(work: Work, code: str) -> ExemptionClass | None:
    return work.session.scalars(
        select(ExemptionClass)
        .where(ExemptionClass.code == code, ExemptionClass.valid_to.is_(None))
        .with_for_update()
    ).one_or_none()


def _next_position(work: Work) -> int:
    positions = work.session.scalars(select(ExemptionClass.position)).all()
    return max(positions, default=0) + 1


def _refuse_wrong(
    work: Work,
    people: ClassOfPeople,
    code: str,
    words: dict[str, str],
    before: ExemptionClass | None,
) -> None:
    today = clock.today()
    wrong = {
        name: _("Use at most %(number)s characters.", number=longest)
        for name, longest in LONGEST.items()
        if len(words[name]) > longest
    }
    wrong |= {name: _("Required.") for name in LONGEST if not words[name]}
    if not (2 <= len(code) <= 20 and code.replace("-", "").isalnum() and code.isascii()):
        wrong["code"] = _("2 to 20 Latin letters and digits.")
    if not 1 <= people.basis_points <= WHOLE:
        wrong["percent"] = _("Write a percentage above 0 and up to 100.")
    if people.act_on is None:
        wrong["act_on"] = _("Write the date of the act.")
    elif people.act_on > today:
        wrong["act_on"] = _("This day has not come yet.")
    if people.valid_from < today:
        wrong["valid_from"] = _("Not before today.")
    elif people.valid_from > today + FURTHEST:
        wrong["valid_from"] = _("At most a year ahead.")
    elif before is not None and people.valid_from <= before.valid_from:
        wrong["valid_from"] = _(
            "Not before the last change, %(day)s.", day=f"{before.valid_from:%d/%m/%Y}"
        )
    known = set(work.session.scalars(select(Service.code).where(Service.code.in_(people.services))))
    if known != set(people.services):
        wrong["services"] = _("There is no service with this code.")
    if wrong:
        raise InvalidInput(wrong)
