"""Each rule of the anomaly list: one case that it names, and one that it leaves alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from odsc_counter.accounts.models import RoleGrant
from odsc_counter.applications import operations as applications
from odsc_counter.applications import queries as files
from odsc_counter.applications.models import Application
from odsc_counter.catalogue.models import FeeLine
from odsc_counter.ledger.accounts import QR_METHOD
from odsc_counter.platform import clock
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.database import Database
from odsc_counter.platform.periods import CHOSEN, Period
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts import printing
from odsc_counter.receipts.models import Assessment, Receipt
from odsc_counter.reconciliation import anomalies
from odsc_counter.reconciliation.anomalies import Finding
from odsc_counter.tickets import operations as tickets
from tests.pages import a_request
from tests.receipts.office import NOON, Office, an_office
from tests.reconciliation.bank import TODAY, a_csv, a_line, take, transfer
from tests.world import a_ministry, a_user, counters_of

FEE = 20_000


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.use(lambda: NOON), a_request():
        yield


@pytest.fixture
def office(database: Database) -> Office:
    return an_office(fee=FEE)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with clock.use(lambda: moment):
        yield


def found(office: Office, key: str, *, today: date = TODAY, **more: Any) -> Finding:
    period = Period(CHOSEN, TODAY - timedelta(days=30), today)
    with office.inside(office.manager):
        looked = anomalies.look(period, today, **more)
    assert [one.rule.key for one in looked.findings] == [rule.key for rule in anomalies.RULES]
    (finding,) = (one for one in looked.findings if one.rule.key == key)
    assert {case.person_id for case in finding.cases} - {None} <= set(looked.people)
    return finding


def labels(finding: Finding) -> list[list[str]]:
    return [[link.label for link in case.links] for case in finding.cases]


def test_a_cashier_who_voids_much_and_one_who_does_not(office: Office) -> None:
    office.open_till()
    voids = [office.void(office.sale()) for _number in range(2)]
    assert found(office, "void_rate").cases == []
    voids.append(office.void(office.sale()))
    finding = found(office, "void_rate")
    (case,) = finding.cases
    assert {link.label for link in case.links} == {void.label for void in voids}
    assert (case.person_id, case.is_small) == (office.cashier.id, True)
    assert "3 of 3" in case.why
    assert "100.0 %" in finding.note


def test_late_voids_and_refunds(office: Office) -> None:
    till = office.open_till()
    soon, late, evening, old = (office.sale() for _number in range(4))
    with at(NOON + timedelta(minutes=59)):
        office.void(soon)
    with at(NOON + timedelta(minutes=60)):
        after_an_hour = office.void(late)
    with at(NOON + timedelta(hours=5)):
        after_the_day = office.void(evening)
    office.close_till(till, 200_000 + FEE)
    assert labels(found(office, "late_reversal")) == [[after_the_day.label], [after_an_hour.label]]
    with at(NOON + timedelta(days=8)):
        office.open_till()
        refund = office.refund(old)
    finding = found(office, "late_reversal", today=TODAY + timedelta(days=8))
    assert labels(finding)[0] == [refund.label]
    assert "8 days" in finding.cases[0].why


def exempt(office: Office, application: Application) -> None:
    with office.inside(), unit_of_work() as work:
        work.session.add(Assessment(
            id=new_id(), application_id=application.id, total_kip=0, assessed_at=clock.now(),
            assessed_by_id=office.cashier.id, exemption_code="POOR",
            exemption_name_en="Poor household", exemption_name_lo="ຄອບຄົວທຸກ",
            exemption_paper="Certificate 12",
        ))  # fmt: skip


def test_exemptions_per_person(office: Office) -> None:
    exempted = [office.application() for _number in range(3)]
    for application in exempted[:2]:
        exempt(office, application)
    assert found(office, "exemptions").cases == []
    exempt(office, exempted[2])
    (case,) = found(office, "exemptions").cases
    assert {link.label for link in case.links} == {one.label for one in exempted}
    assert case.person_id == office.cashier.id


def served(office: Office) -> Any:
    """A ticket that is being served."""
    clerk = a_user("clerk", counter_staff=office.centre)
    counter = counters_of(office.centre)[0]
    with office.inside(clerk):
        ticket = tickets.issue(office.centre, office.service.id)
        tickets.claim_counter(counter.id, clerk.id)
        tickets.call_next(office.centre, counter.id, clerk.id)
        tickets.start(ticket.id)
    return ticket


def test_a_receipt_without_a_ticket(office: Office) -> None:
    office.open_till()
    ticket = served(office)
    office.sale(assessment=office.assessed(office.application(ticket_id=ticket.id)))
    office.sale(assessment=office.assessed(office.application(channel="post")))
    assert found(office, "no_ticket").cases == []
    sale = office.sale()
    assert labels(found(office, "no_ticket")) == [[sale.label]]


def test_money_for_what_is_free(office: Office) -> None:
    office.open_till()
    sale = office.sale()
    assert found(office, "free_service").cases == []
    with reference_scope(), unit_of_work() as work:
        work.session.scalars(select(FeeLine)).one().amount = 0
    assert labels(found(office, "free_service")) == [[sale.label]]


def grant(office: Office, application: Application) -> None:
    officer = a_user(ministry_officer=office.centre)
    with reference_scope(), unit_of_work() as work:
        held = work.session.scalars(select(RoleGrant).where(RoleGrant.user_id == officer.id)).one()
        held.ministry_id = a_ministry().id
    with centre_scope(office.centre.id), acting_as(Actor(officer.name_lo, officer.id)):
        applications.take_up(office.centre, application.id)
        applications.pass_step(office.centre, files.steps(application.id)[0].id)


def test_a_file_granted_without_a_receipt(office: Office) -> None:
    office.open_till()
    paid, exempted, unpaid, voided = (office.application() for _number in range(4))
    office.sale(assessment=office.assessed(paid))
    exempt(office, exempted)
    office.void(office.sale(assessment=office.assessed(voided)))
    for application in (paid, exempted, unpaid, voided):
        grant(office, application)
    finding = found(office, "no_receipt")
    assert sorted(labels(finding)) == sorted([[unpaid.label], [voided.label]])
    assert "4 files" in finding.note
    assert "gap of 2" in finding.note


def test_tills_that_differ_by_much_and_by_little(office: Office) -> None:
    office.close_till(office.open_till(), 200_000 - 49_000)
    assert found(office, "till_difference").cases == []
    office.close_till(office.open_till(), 200_000 + 1_000)
    (case,) = found(office, "till_difference").cases
    assert (case.person_id, case.amount_kip, len(case.links)) == (office.cashier.id, -48_000, 2)


def test_a_till_that_nobody_signed_off(office: Office) -> None:
    till = office.open_till()
    assert found(office, "till_open").cases == []
    tomorrow = TODAY + timedelta(days=1)
    (case,) = found(office, "till_open", today=tomorrow).cases
    assert case.links[0].key == {"till": till.id}
    office.close_till(till, 200_000)
    assert found(office, "till_open", today=tomorrow).cases == []


def test_a_receipt_that_is_printed_again_and_again(office: Office) -> None:
    office.open_till()
    sale = office.sale()

    def print_it(times: int) -> None:
        for _number in range(times):
            with office.inside():
                printing.print_paper(sale.id, "lo")

    print_it(3)
    assert found(office, "copies").cases == []
    print_it(1)
    assert labels(found(office, "copies")) == [[sale.label]]


def test_a_payment_that_no_statement_shows(office: Office) -> None:
    office.open_till()
    shown, missing = transfer(office, "FT1001"), transfer(office, "QR1001", QR_METHOD)
    office.void(transfer(office, "FT1002"))
    office.sale()
    take(office, a_csv(a_line(TODAY, "FT1001", FEE)))
    assert found(office, "no_line", today=TODAY + timedelta(days=4)).cases == []
    later = found(office, "no_line", today=TODAY + timedelta(days=5))
    assert labels(later) == [[missing.label]]
    assert shown.label not in str(later)


def test_one_payment_on_two_receipts(office: Office) -> None:
    office.open_till()
    first = transfer(office, "FT1001")
    transfer(office, "FT1002")
    assert found(office, "reference_twice").cases == []
    office.void(first)
    second = transfer(office, "FT1001")
    (case,) = found(office, "reference_twice").cases
    assert {link.label for link in case.links} == {first.label, second.label}
    assert "1 of them voided" in case.why


def test_sales_outside_the_hours(office: Office) -> None:
    def sale(moment: datetime) -> Receipt:
        with at(moment):
            till = office.open_till()
            made = office.sale()
            office.close_till(till, 200_000 + FEE)
        return made

    sale(NOON)
    sale(NOON - timedelta(hours=4, minutes=30))
    assert found(office, "odd_hours").cases == []
    early = sale(NOON - timedelta(hours=4, minutes=31))
    late = sale(NOON + timedelta(hours=5))
    saturday = sale(NOON + timedelta(days=5))
    finding = found(office, "odd_hours", today=TODAY + timedelta(days=5))
    assert labels(finding) == [[saturday.label], [late.label], [early.label]]


def test_of_many_cases_some_are_shown_and_the_rest_is_told(office: Office) -> None:
    office.open_till()
    for _number in range(3):
        office.sale()
    finding = found(office, "no_ticket", most=2)
    assert (len(finding.cases), finding.has_more) == (2, True)
    assert not found(office, "no_ticket", most=3).has_more


def test_a_long_period_is_cut_to_its_last_days() -> None:
    long = Period(CHOSEN, date(2020, 1, 1), TODAY)
    assert (TODAY - anomalies.bounded(long).first).days == 91
    assert (TODAY - anomalies.bounded(long, anomalies.LONGEST_IN_FILE).first).days == 365
    short = Period(CHOSEN, TODAY, TODAY)
    assert anomalies.bounded(short) is short
