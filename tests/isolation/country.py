"""A small country for the walk over all routes: four centres, one person of each role."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from odsc_counter.accounts.models import ApiToken, RoleGrant, User, UserSession
from odsc_counter.accounts.permissions import PLACES
from odsc_counter.accounts.sessions import COOKIE_KEY, hashed, new_token
from odsc_counter.actions import guidelines
from odsc_counter.applications import operations as applications
from odsc_counter.applications import pre_registration
from odsc_counter.applications import queries as files
from odsc_counter.applications.tracking import with_check
from odsc_counter.catalogue import deviations, local, proposals
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import Letterhead, MonitoringBody, Service, ServiceGroup
from odsc_counter.monitoring.figures import first_of_month
from odsc_counter.people.details import Details
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import centre_by_code
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import (
    Actor,
    acting_as,
    area_scope,
    centre_scope,
    reference_scope,
)
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.receipts import operations as receipts
from odsc_counter.receipts import printing
from odsc_counter.receipts.fees import Charge
from odsc_counter.returns import operations as signing
from odsc_counter.returns import queries as returns
from odsc_counter.returns.content import month_before
from odsc_counter.tickets import appointments, displays, notices, profiles, slot_plans, slots
from odsc_counter.tickets import operations as tickets
from odsc_counter.tills import operations as tills
from odsc_counter.transmittals import operations as transmittals
from odsc_counter.transmittals import queries as bundles
from odsc_counter.transmittals.models import OUT
from odsc_counter.transmittals.sides import Side
from odsc_counter.treasury import booking, closing, depositing
from odsc_counter.treasury.models import Deposit
from tests.applications.files import a_scan
from tests.flags.flagged import a_flag
from tests.messages.outbox import a_message
from tests.reconciliation.bank import a_matched_line
from tests.world import LONG_AGO, a_centre, a_ministry, a_service, a_unit, a_user, counters_of

OURS, SIBLING, ELSEWHERE, PARENT, NOWHERE = "LA0101", "LA0102", "LA0201", "LA01", "LA9999"


@dataclass
class Office:
    """A centre with the keys of its things, by the names that routes and forms give them."""

    centre: Centre
    keys: dict[str, object] = field(default_factory=dict)


@dataclass
class Country:
    """Everything that the walk needs."""

    app: Flask
    offices: dict[str, Office]
    people: dict[str, User]
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def ours(self) -> Office:
        """The centre whose people knock at all doors."""
        return self.offices[OURS]

    @contextmanager
    def signed_in(self, role: str | None, entered: str | None = None) -> Iterator[FlaskClient]:
        """A browser in which the person of this role sits; nobody for None.

        `entered`: the centre that they, an auditor, have entered with a reason.
        """
        client = self.app.test_client()
        if role is not None:
            token = new_token()
            now = clock.now()
            with self.app.app_context(), reference_scope(), unit_of_work() as work:
                work.session.add(UserSession(
                    token_hash=hashed(token), user_id=self.people[role].id, created_at=now,
                    last_seen_at=now + timedelta(hours=1), second_factor_at=now, origin="",
                    agent="", entered_reason="audit",
                    entered_centre_id=self.offices[entered].centre.id if entered else None,
                ))  # fmt: skip
            with client.session_transaction() as session:
                session[COOKIE_KEY] = token
        yield client

    def bearer(self, role: str | None) -> dict[str, str]:
        """The header of a program that acts for the person of this role."""
        if role is None:
            return {}
        if role not in self.tokens:
            token = self.tokens[role] = new_token()
            with reference_scope(), unit_of_work() as work:
                work.session.add(ApiToken(
                    token_hash=hashed(token), user_id=self.people[role].id,
                    created_at=clock.now(),
                ))  # fmt: skip
        return {"Authorization": f"Bearer {self.tokens[role]}"}


def _collected(centre: Centre, service: Service, clerk: User) -> uuid.UUID:
    """A file whose result was handed over, with the signature in a book."""
    officer = a_user(f"officer-{centre.code}".lower(), ministry_officer=centre)
    with reference_scope(), unit_of_work() as work:
        grant = work.session.scalars(select(RoleGrant).where(RoleGrant.user_id == officer.id)).one()
        grant.ministry_id = a_ministry().id
    with centre_scope(centre.id):
        with acting_as(Actor(clerk.name_lo, clerk.id)):
            made = applications.take(
                centre, service.id, full_name=f"Taker of {centre.code}", papers_present=set()
            )
        with acting_as(Actor(officer.name_lo, officer.id)):
            applications.take_up(centre, made.id)
            applications.pass_step(centre, files.steps(made.id)[0].id)
        with acting_as(Actor(clerk.name_lo, clerk.id)):
            applications.collect(centre, made.id, applications.Taker(paper_reference="3/17"))
    return made.id


def _an_office(code: str, counters: int) -> Office:
    centre = a_centre(code, counters)
    service = a_service(centre, papers=0)
    clerk = a_user(f"clerk-{code}".lower(), counter_staff=centre)
    cashier = a_user(f"cash-{code}".lower(), cashier=centre)
    number = counters_of(centre)[-1]
    with acting_as(Actor(clerk.name_lo, clerk.id)), centre_scope(centre.id):
        served = tickets.issue(centre, service.id)
        waiting = tickets.issue(centre, service.id)
        tickets.claim_counter(number.id, clerk.id)
        tickets.call_next(centre, number.id, clerk.id)
        tickets.start(served.id)
        (plan, *_others) = slot_plans.add_plans(
            service.id, range(5), slot_plans.Hours(480, 960, 60, 5), LONG_AGO
        )
        day = slots.bookable_days(centre, service.id, clock.today())[-1].day
        slot = slots.slots_of_day(centre, day)[0]
        booked = appointments.book(centre, slot.plan_id, slot.at, phone="020 5551 2345")
        made = applications.take(
            centre,
            service.id,
            full_name=f"Person of {code}",
            papers_present=set(),
            ticket_id=served.id,
        )
        scan = a_scan(centre, made.id)
        draft = pre_registration.register(
            centre, service.id, Details(f"Person at home in {code}", phone="020 5551 9999"), {}
        )
        line = catalogue.fee_lines_on(service.id, clock.today())[0]
        assessment = receipts.assess(centre, made.id, [Charge(line.id)])
        step = files.steps(made.id)[0].id
        bundle = transmittals.make(
            centre, Side(True, frozenset()), OUT, made.ministry_id, [made.id]
        )
        on_way = bundles.items(bundle.id)[0].item.id
        delivery = a_message(made)
    with acting_as(Actor(cashier.name_lo, cashier.id)), centre_scope(centre.id):
        till = tills.open_till(centre, cashier, 100_000)
        receipt = receipts.issue(
            centre, assessment.id, cashier, receipts.Payment(tendered_kip=20_000)
        )
        document = printing.print_day(receipt.day, "both")
        matched = a_matched_line(centre, cashier, service.id, line.id, reference=f"FT-{code}")
        deposit = _a_deposit(centre, clerk, cashier)
        closing.close_day(centre, clock.today() - timedelta(days=1), cashier)
        notice = notices.add_notice(text_lo="ແຈ້ງການ")
        device = f"{centre.id:032x}"
        displays.beat(device, "board")
        with reading() as session:
            group = session.query(ServiceGroup).one()
        profile = profiles.save_profile(
            None,
            name_lo=f"ໜ້າທີ່ {code}",
            name_en="",
            rules=[profiles.NewRule(1, group_id=group.id)],
            helps_others=False,
        )
        deviation = deviations.write_down(
            centre,
            deviations.LocalAmount(
                fee_line_id=line.id,
                amount_kip=1_000,
                decision_number="2/ຈມ",
                decision_on=LONG_AGO,
                decided_by="ເຈົ້າເມືອງ",
                reason=f"ສະເພາະ {code}",
                valid_from=clock.today() + timedelta(days=30),
            ),
        )
        own = local.authorise(
            centre,
            local.LocalService(
                decision_number="1/ຈມ",
                decision_on=LONG_AGO,
                decided_by="ເຈົ້າເມືອງ",
                name_lo=f"ບໍລິການ {code}",
                name_en=f"Service of {code}",
                ministry_code="MOPS",
                group_id=group.id,
                processing_days=1,
                fee_kip=5_000,
                legal_basis="1/ຈມ",
            ),
        )
    with reference_scope(), reading() as session:
        grant = session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == clerk.id)).one()
    keys: dict[str, object] = {
        "local_code": own.code,
        "deviation": deviation.id,
        "ticket": waiting.id,
        "served_ticket": served.id,
        "ticket_code": waiting.public_code,
        "appointment": booked.id,
        "appointment_code": booked.public_code,
        "slot": slot.key,
        "slot_plan": plan.id,
        "application": made.id,
        "person": made.person_id,
        "application_code": made.tracking_code,
        "step": step,
        "scan": scan.id,
        "draft": draft.id,
        "draft_code": draft.code,
        "collected": _collected(centre, service, clerk),
        "transmittal_code": bundle.code,
        "transmittal_item": on_way,
        "delivery": delivery.id,
        "assessment": assessment.id,
        "receipt": receipt.id,
        "receipt_document": document,
        "receipt_code": receipt.public_code,
        "till": till.id,
        "statement": matched.statement_id,
        "statement_line": matched.line_id,
        "bank_match": matched.match_id,
        "deposit": deposit.id,
        "counter": number.id,
        "counter_number": number.number,
        "group": group.id,
        "profile": profile.id,
        "letter": "A",
        "user": clerk.id,
        "grant": grant,
        "notice": notice.id,
        "device": device,
        "service": service.id,
        "service_code": service.code,
        "fee_line": line.id,
        "flag": a_flag(a_unit(code)).id,
        # Of a province's own centre it would reach ours too: that key is another province's.
        "guideline": _a_guideline(a_unit("LA02" if code == PARENT else code)),
        "return_centre": _a_return(code),
    }
    return Office(centre, keys)


def _a_deposit(centre: Centre, giver: User, cashier: User) -> Deposit:
    """Money for change in the safe, and a little of the takings brought to the treasury."""
    with acting_as(Actor(giver.name_lo, giver.id)):
        booking.fund(centre, 500_000, "money for change", cashier)
    slip = depositing.Slip("Bank", "0000", f"SLIP {centre.code}", clock.today(), "Somebody")
    return depositing.deposit(centre, "cash:safe", 1_000, slip)


def _a_proposal(author: User, office: Office) -> None:
    """Something that the nation's office is asked to review."""
    with reference_scope(), acting_as(Actor(author.name_lo, author.id)):
        version = catalogue.service_on(office.keys["service"], clock.today())  # type: ignore[arg-type]  # an id
        proposals.submit(
            proposals.draft(
                version.service_id,
                proposals.Wording(
                    name_lo="ໃໝ່",
                    name_en="New",
                    ministry_id=version.ministry_id,
                    processing_days=2,
                    document_type_ids=(),
                    effective_on=clock.today(),
                    reason="Clearer",
                    basis="Decision 1",
                ),
            ).id
        )


def _a_return(code: str) -> str:
    """The signed return of last month; its address names the centre."""
    with reference_scope():
        centre = centre_by_code(code)
    manager = a_user(f"signer-{code}".lower(), centre_manager=centre)
    month = month_before(first_of_month(clock.today()))
    with centre_scope(centre.id), acting_as(Actor(manager.name_lo, manager.id)):
        draft, _pending = returns.draft_of(centre, month)
        comments = {finding.key: "ບໍ່ມີຂໍ້ມູນ" for finding in draft.findings}
        signing.sign(centre, month, signing.Said(comments), draft.hash)
    return centre.code


def _a_guideline(unit: Unit) -> uuid.UUID:
    """A guideline of the unit's own committee: for its centre alone."""
    with area_scope(unit.id):
        return guidelines.issue(
            unit, guidelines.Wording(unit.code, "ຄຳແນະນຳ", "ເນື້ອໃນ", clock.today())
        ).id


MISSING: dict[str, object] = {
    "appointment": uuid.UUID(int=8),
    "appointment_code": "AAAAAAAAAAAAAAAA",
    "slot": f"{uuid.UUID(int=9)}@2026-01-01T01:00:00+00:00",
    "slot_plan": uuid.UUID(int=9),
    "ticket": uuid.UUID(int=1),
    "served_ticket": uuid.UUID(int=14),
    "ticket_code": "AAAAAAAAAAAAAAAA",
    "application": uuid.UUID(int=2),
    "person": uuid.UUID(int=13),
    "application_code": "AAAAAAAAAAAA",
    "step": uuid.UUID(int=12),
    "scan": uuid.UUID(int=16),
    "draft": uuid.UUID(int=18),
    "draft_code": with_check("AAAAAAAAA"),
    "collected": uuid.UUID(int=15),
    "transmittal_code": "AAAAAAAAAAAA",
    "transmittal_item": uuid.UUID(int=13),
    "delivery": uuid.UUID(int=17),
    "assessment": uuid.UUID(int=3),
    "receipt": uuid.UUID(int=4),
    "receipt_document": uuid.UUID(int=19),
    "receipt_code": "AAAAAAAAAAAAAAAA",
    "till": uuid.UUID(int=5),
    "statement": uuid.UUID(int=19),
    "statement_line": uuid.UUID(int=20),
    "bank_match": uuid.UUID(int=21),
    "deposit": uuid.UUID(int=19),
    "counter": uuid.UUID(int=6),
    "counter_number": 98,
    "group": uuid.UUID(int=7),
    "deviation": 999_999,
    "notice": uuid.UUID(int=10),
    "device": "0" * 32,
    "profile": uuid.UUID(int=11),
    "user": 999_999,
    "grant": 999_999,
    "local_code": "LA0101-L99",
    "flag": uuid.UUID(int=22),
    "guideline": uuid.UUID(int=23),
    "return_centre": "LA0199",
}
"""For each kind of key that belongs to one centre: one that nobody has."""


def a_country(app: Flask) -> Country:
    """Four centres at work, and one person of each role whose place is ours or above it."""
    with reference_scope(), unit_of_work() as work:
        lines = {
            f"line{number}_{language}": "State" for number in (1, 2) for language in ("lo", "en")
        }
        work.session.add(Letterhead(valid_from=LONG_AGO, **lines))
        work.session.add(MonitoringBody(valid_from=LONG_AGO, name_en="Body", name_lo="ອົງການ"))
    offices = {
        code: _an_office(code, counters)
        for code, counters in ((OURS, 2), (SIBLING, 3), (ELSEWHERE, 3), (PARENT, 3))
    }
    units = {"district": a_unit(OURS), "province": a_unit("LA01"), "nation": a_unit("LA")}
    people = {}
    for role, places in PLACES.items():
        at = next(iter(places)) if len(places) == 1 else "nation"
        place = offices[OURS].centre if at == "centre" else units[at]
        people[role] = a_user(f"the-{role}".replace("_", "-"), **{role: place})
    _a_proposal(people["moha_analyst"], offices[OURS])
    return Country(app, offices, people)
