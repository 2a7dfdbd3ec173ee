"""What is done about the catalogue: what a centre offers, and what an administrator confirms."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from odsc_counter.catalogue.fee_rules import Tariff, faults
from odsc_counter.catalogue.models import (
    CONFIRMED,
    ILLUSTRATIVE,
    FeeLine,
    OfferedService,
    Service,
    ServiceGroup,
    ServiceVersion,
)
from odsc_counter.catalogue.register import begin_offer
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.events import Event, subscribe
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import centre_scope, current_actor
from odsc_counter.platform.work import Work, unit_of_work

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class UsualGroup:
    """A group that a new centre starts with, and the categories that wait under its letter."""

    letter: str
    name_en: str
    name_lo: str
    categories: frozenset[str]


USUAL_GROUPS = (
    UsualGroup("A", "Civil registration", "ທະບຽນພົນລະເມືອງ", frozenset({"civil_registration"})),
    UsualGroup(
        "B",
        "Identity, residence and passports",
        "ບັດປະຈຳຕົວ, ທີ່ຢູ່ ແລະ ໜັງສືຜ່ານແດນ",
        frozenset({"identity_residence", "foreign_affairs"}),
    ),
    UsualGroup(
        "C",
        "Business and licences",
        "ທຸລະກິດ ແລະ ໃບອະນຸຍາດ",
        frozenset({"business", "culture_tourism", "agriculture", "technology"}),
    ),
    UsualGroup(
        "D", "Land and construction", "ທີ່ດິນ ແລະ ການກໍ່ສ້າງ", frozenset({"land", "construction"})
    ),
    UsualGroup(
        "E",
        "Vehicles and taxes",
        "ພາຫະນະ ແລະ ພາສີ-ອາກອນ",
        frozenset({"transport", "tax_finance"}),
    ),
    UsualGroup("F", "Other services", "ບໍລິການອື່ນໆ", frozenset()),
)
"""The last group takes every category that no other names."""


class LetterTaken(DomainError):
    """Another group of the centre has this letter."""

    slug = "letter-taken"
    message = _("Another group already has this letter.")


class NothingToConfirm(DomainError):
    """The row no longer holds, or somebody confirmed it already."""

    slug = "nothing-to-confirm"
    message = _("This was confirmed already, or it no longer holds.")


class NeedsDecision(DomainError):
    """A service that is, or was, offered is stopped or taken up again in the register alone."""

    slug = "needs-decision"
    message = _("Write in the register of services who decided this, from when and why.")


def set_up_default_offer(centre: Centre) -> None:
    """Give a centre the usual groups with every service now in the catalogue.

    Offered from the day on which the centre opened. Does nothing at a centre that has groups.
    Sets the centre's scope itself.
    """
    with centre_scope(centre.id):
        _give_usual_offer(centre.opened_on)


def _give_usual_offer(since: date) -> None:
    with unit_of_work() as work:
        session = work.session
        if session.scalars(select(ServiceGroup.id).limit(1)).first() is not None:
            return
        by_category = {}
        for position, usual in enumerate(USUAL_GROUPS, start=1):
            group = ServiceGroup(
                letter=usual.letter,
                name_en=usual.name_en,
                name_lo=usual.name_lo,
                position=position,
            )
            session.add(group)
            by_category.update(dict.fromkeys(usual.categories, group))
        session.flush()
        services = session.scalars(
            select(Service)
            .join(ServiceVersion, ServiceVersion.service_id == Service.id)
            .where(ServiceVersion.valid_to.is_(None))
            .order_by(Service.position)
        ).unique()
        count = 0
        for service in services:
            offer = OfferedService(
                service_id=service.id,
                group_id=by_category.get(service.category, group).id,
                offered_from=since,
            )
            session.add(offer)
            begin_offer(work, offer)
            count += 1
        work.record(
            "set_up",
            subject_kind="offer",
            subject_id="usual",
            data={"groups": len(USUAL_GROUPS), "services": count},
        )


@subscribe
def equip_new_centre(work: Work, event: Event) -> None:
    """A centre that has been opened starts with the usual offer."""
    if event.subject_kind == "centre" and event.verb == "opened":
        _give_usual_offer(event.day)


def add_group(letter: str, name_lo: str, name_en: str) -> ServiceGroup:
    """Add a service group with a ticket letter of its own. Raises LetterTaken, InvalidInput."""
    letter = letter.strip().upper()
    name_lo, name_en = lao_normalize(name_lo), " ".join(name_en.split())
    wrong = {}
    if len(letter) != 1 or letter not in LETTERS:
        wrong["letter"] = str(_("Please give one letter from A to Z."))
    if not name_lo:
        wrong["name_lo"] = str(_("Please write the name."))
    if not name_en:
        wrong["name_en"] = str(_("Please write the name."))
    if wrong:
        raise InvalidInput(wrong)
    with unit_of_work() as work:
        present = list(work.session.scalars(select(ServiceGroup)))
        if any(group.letter == letter for group in present):
            raise LetterTaken
        group = ServiceGroup(
            letter=letter,
            name_lo=name_lo,
            name_en=name_en,
            position=max((group.position for group in present), default=0) + 1,
        )
        work.session.add(group)
        work.session.flush()
        work.record(
            "added",
            subject_kind="service_group",
            subject_id=letter,
            data={"name_lo": name_lo, "name_en": name_en},
        )
    return group


def rename_group(letter: str, name_lo: str, name_en: str) -> ServiceGroup:
    """Change a group's names; its letter stays, for the numbers already given out."""
    name_lo, name_en = lao_normalize(name_lo), " ".join(name_en.split())
    if not name_lo or not name_en:
        raise InvalidInput({"name_lo": str(_("Please write the name."))})
    with unit_of_work() as work:
        group = work.session.scalars(
            select(ServiceGroup).where(ServiceGroup.letter == letter)
        ).one_or_none()
        if group is None:
            raise NotFound
        before = {"name_lo": group.name_lo, "name_en": group.name_en}
        group.name_lo, group.name_en = name_lo, name_en
        if before != {"name_lo": name_lo, "name_en": name_en}:
            work.record(
                "renamed",
                subject_kind="service_group",
                subject_id=letter,
                data={"before": before, "name_lo": name_lo, "name_en": name_en},
            )
    return group


WIDTHS = range(2, 5)


def set_numbers(letter: str, *, first_number: int, number_width: int, position: int) -> None:
    """Say where a group's numbers begin each day, how many digits they show, and its order.

    A new beginning holds from the next day, or today where no number was given yet; the
    letter stays, for the numbers already given out. Groups of the same `position` stand in
    the order of their letters. Raises NotFound and InvalidInput.
    """
    wrong = {}
    if number_width not in WIDTHS:
        wrong["number_width"] = str(_("From 2 to 4 digits."))
    elif not 1 <= first_number < 10**number_width:
        wrong["first_number"] = str(_("The first number must have room in so many digits."))
    if not 1 <= position <= len(LETTERS):
        wrong["position"] = str(_("From 1 to 26."))
    if wrong:
        raise InvalidInput(wrong)
    with unit_of_work() as work:
        group = work.session.scalars(
            select(ServiceGroup).where(ServiceGroup.letter == letter)
        ).one_or_none()
        if group is None:
            raise NotFound
        values = {
            "first_number": first_number,
            "number_width": number_width,
            "position": position,
        }
        changes = {
            name: {"from": getattr(group, name), "to": value}
            for name, value in values.items()
            if getattr(group, name) != value
        }
        for name, value in values.items():
            setattr(group, name, value)
        if changes:
            work.record(
                "numbered",
                subject_kind="service_group",
                subject_id=letter,
                data={"letter": letter, "changes": changes},
            )


def set_offer(choices: Mapping[int, uuid.UUID | None]) -> int:
    """Begin to offer services under the given groups from today, or move them to those groups.

    Services that aren't named, or are named with None, stay as they are. Returns how many
    changed. Raises NotFound for a service or group that the centre can't choose, and
    NeedsDecision for a service that the register says is suspended or withdrawn.
    """
    wanted = {service_id: group for service_id, group in choices.items() if group is not None}
    today = clock.today()
    with unit_of_work() as work:
        session = work.session
        groups = {group.id: group for group in session.scalars(select(ServiceGroup))}
        services = {
            service.id: service
            for service in session.scalars(select(Service).where(Service.id.in_(list(choices))))
        }
        offers = {
            offer.service_id: offer
            for offer in session.scalars(
                select(OfferedService).where(OfferedService.service_id.in_(list(wanted)))
            )
        }
        if not services.keys() >= choices.keys() or not groups.keys() >= set(wanted.values()):
            raise NotFound
        changed = 0
        for service_id, group_id in wanted.items():
            offer = offers.get(service_id)
            if offer is None:
                offer = OfferedService(service_id=service_id, group_id=group_id, offered_from=today)
                session.add(offer)
                begin_offer(work, offer)
            elif offer.group_id == group_id:
                continue
            elif not _is_offered(offer, today):
                raise NeedsDecision
            else:
                offer.group_id = group_id
                work.record(
                    "moved",
                    subject_kind="service",
                    subject_id=services[service_id].code,
                    data={"letter": groups[group_id].letter},
                )
            changed += 1
    return changed


def _is_offered(offer: OfferedService, day: date) -> bool:
    return offer.offered_from <= day and (offer.offered_until is None or offer.offered_until > day)


def offer_service(service_id: int, group_id: uuid.UUID) -> None:
    """Offer a service from today under a group's letter (also: move it to that group)."""
    set_offer({service_id: group_id})


def confirm_version(version_id: int) -> ServiceVersion:
    """Confirm days and papers of the version in force. Raises NotFound, NothingToConfirm."""
    with unit_of_work() as work:
        version = work.session.scalars(
            select(ServiceVersion)
            .where(ServiceVersion.id == version_id)
            .with_for_update(of=ServiceVersion)
        ).one_or_none()
        if version is None:
            raise NotFound
        if version.standing == CONFIRMED or version.valid_to is not None:
            raise NothingToConfirm
        before, version.standing = version.standing, CONFIRMED
        version.confirmed_at = clock.now()
        version.confirmed_by = current_actor().name
        work.record_national(
            "confirmed",
            subject_kind="service_version",
            subject_id=version.service.code,
            version=version.id,
            before=before,
            processing_days=version.processing_days,
            papers=[paper.document_type.code for paper in version.papers],
        )
    return version


def confirm_fee_line(
    line_id: int,
    *,
    amount: int | None,
    legal_basis: str,
    act_on: date | None,
    article: str = "",
) -> FeeLine:
    """Confirm a fee from the act in force, which is named with its date.

    What papers say may differ from the line (`amount`, the act): then the line ends
    today and a confirmed one begins, so that receipts of earlier days keep their words.
    `amount` is in whole units of the line's currency; None where the rule has none. Another rule
    needs a new fee (see fee_editing). Raises NotFound, NothingToConfirm, and InvalidInput without
    an act or its date.
    """
    legal_basis, article = lao_normalize(legal_basis), " ".join(article.split())
    today = clock.today()
    with unit_of_work() as work:
        line = work.session.scalars(
            select(FeeLine).where(FeeLine.id == line_id).with_for_update()
        ).one_or_none()
        if line is None:
            raise NotFound
        if line.standing == CONFIRMED or line.valid_to is not None:
            raise NothingToConfirm
        wrong = {}
        if amount is not None and amount < 0:
            wrong["amount"] = str(_("A fee can't be below zero."))
        elif "amount" in faults(Tariff(line.rule, amount, line.currency), line.part):
            wrong["amount"] = str(_("This rule needs an amount; steps and percentages have none."))
        if not legal_basis or (line.standing == ILLUSTRATIVE and legal_basis == line.legal_basis):
            wrong["legal_basis"] = str(_("Please name the act that sets the fee."))
        if act_on is None:
            wrong["act_on"] = str(_("Write the date of the act."))
        elif act_on > today:
            wrong["act_on"] = str(_("This day has not come yet."))
        if wrong:
            raise InvalidInput(wrong)
        service = work.session.get_one(Service, line.service_id)
        before = {
            "amount": line.amount,
            "legal_basis": line.legal_basis,
            "standing": line.standing,
        }
        told = (amount, legal_basis, article, act_on)
        same_words = told == (line.amount, line.legal_basis, line.article, line.act_on)
        if not same_words and line.valid_from < today:
            line.valid_to = today
            line = FeeLine(
                service_id=line.service_id,
                code=line.code,
                name_en=line.name_en,
                name_lo=line.name_lo,
                currency=line.currency,
                rule=line.rule,
                part=line.part,
                terms=line.terms,
                shares=line.shares,
                source=line.source,
                valid_from=today,
            )
            work.session.add(line)
        line.amount, line.legal_basis, line.article, line.act_on = told
        line.standing = CONFIRMED
        line.confirmed_at = clock.now()
        line.confirmed_by = current_actor().name
        work.session.flush()
        work.record_national(
            "confirmed",
            subject_kind="fee_line",
            subject_id=f"{service.code} {line.code}",
            line=line.id,
            before=before,
            amount=line.amount,
            currency=line.currency,
            legal_basis=line.legal_basis,
            article=line.article,
            act_on=act_on.isoformat() if act_on else None,
        )
    return line
