"""The table of permissions, turned round: every role, and all that it may do."""

import pytest

from odsc_counter.accounts.access import Grant, SignedIn, contains
from odsc_counter.accounts.models import User, UserSession
from odsc_counter.accounts.permissions import (
    AUDITOR,
    NEEDS_SECOND_FACTOR,
    PERMISSIONS,
    PLACES,
    ROLES,
)

MAY = {
    "counter_staff": """
        guideline.view ticket.view ticket.issue ticket.call ticket.serve ticket.enter_paper
        counter.claim
        appointment.book application.view application.take application.remark
        application.make_ready fee.assess receipt.view person.view person.edit
        message.view offer.view
        transmittal.view transmittal.make transmittal.receive
    """,
    "lead_clerk": """
        guideline.view ticket.view ticket.issue ticket.call ticket.serve ticket.enter_paper
        counter.claim
        appointment.book application.view application.take application.remark
        application.make_ready application.expire fee.assess receipt.view
        ticket.call_chosen ticket.move hall.view person.view person.edit
        message.view message.retry offer.view
        transmittal.view transmittal.make transmittal.receive
        till.view till.sign_off treasury.view fund.approve books.approve return.view
    """,
    "cashier": """
        guideline.view ticket.view application.view fee.assess till.use till.view
        receipt.view receipt.issue receipt.void
        receipt.refund treasury.view deposit.make fund.approve
    """,
    "centre_manager": """
        guideline.view guideline.acknowledge return.view return.sign who_came.view
        ticket.view ticket.issue ticket.call_chosen ticket.move ticket.enter_paper
        ticket.close_day counter.set_up hall.view hall.set_up appointment.book
        appointment.set_up application.view application.remark application.expire till.view
        receipt.view receipt.approve_void offer.view offer.set_up user.manage audit.view
        transmittal.view person.view person.edit person.merge message.view message.retry
        escalation.set_up
        till.sign_off fee.deviate statement.view statement.match anomaly.view treasury.view
        day.close deposit.make fund.change fund.approve books.view books.correct books.approve
    """,
    "ministry_officer": """
        guideline.view application.view application.decide application.assign application.remark
        application.make_ready transmittal.view transmittal.make transmittal.receive
    """,
    "district_coordinator": """
        area.files area.sharing area.workload
        area.figures area.returns area.reports report.draft report.publish
        return.review flag.view resolution.view action.view flag.act
        flag.set_up
        committee.attend action.report
    """,
    "province_coordinator": """
        area.files area.sharing area.workload
        area.figures area.returns area.reports report.draft report.publish
        return.review flag.view resolution.view action.view flag.act
        flag.set_up
        committee.attend action.report
    """,
    "committee_member": """
        area.files area.sharing area.workload
        area.figures area.returns area.reports flag.view resolution.view action.view
        committee.attend action.report
    """,
    "committee_secretary": """
        area.workload
        area.figures area.returns area.reports report.publish area.sharing
        flag.view resolution.view action.view flag.act
        committee.attend committee.run action.report action.accept
    """,
    "moha_analyst": """
        area.sharing area.workload
        area.figures area.returns area.reports report.draft report.publish
        flag.view resolution.view action.view
        flag.act flag.set_up committee.attend action.report national.summary catalogue.propose
    """,
    "national_administrator": """
        area.sharing area.workload
        area.figures area.returns area.reports flag.view flag.set_up resolution.view action.view
        national.summary
        national.audit national.users
        national.catalogue national.centres catalogue.propose catalogue.review
        national.fees
    """,
    "auditor": """
        ticket.view hall.view application.view till.view receipt.view audit.view who_came.view
        transmittal.view person.view message.view offer.view return.view area.workload
        area.figures area.returns area.reports
        area.sharing flag.view resolution.view action.view area.audit guideline.view
        centre.enter national.summary national.audit
        statement.view anomaly.view treasury.view books.view
    """,
}


def test_the_table_names_every_role() -> None:
    assert set(MAY) == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", PERMISSIONS)
def test_a_role_holds_a_permission_just_when_the_table_says_so(role: str, permission: str) -> None:
    assert (role in PERMISSIONS[permission].roles) == (permission in MAY[role].split())


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_no_permission_that_its_places_can_never_use(role: str) -> None:
    for permission in MAY[role].split():
        reach = PERMISSIONS[permission].reach
        if reach == "centre":
            assert PLACES[role] == {"centre"} or role == AUDITOR
        elif reach == "seat":
            assert PLACES[role] & {"district", "province", "nation"}
        elif reach == "nation":
            assert "nation" in PLACES[role]
        else:
            assert PLACES[role] & {"district", "province", "nation"}


def test_roles_above_one_centre_or_over_voided_money_need_a_second_step() -> None:
    approves = PERMISSIONS["receipt.approve_void"].roles
    national = {role for role in ROLES if PLACES[role] == {"nation"}}
    assert approves | national | {AUDITOR} == NEEDS_SECOND_FACTOR


def test_no_one_role_both_voids_money_and_approves_it() -> None:
    assert not PERMISSIONS["receipt.void"].roles & PERMISSIONS["receipt.approve_void"].roles


def person(*grants: Grant, entered: int | None = None) -> SignedIn:
    return SignedIn(User(), grants, session=UserSession(entered_centre_id=entered))


def test_a_centre_permission_reaches_that_centre_alone() -> None:
    clerk = person(Grant("counter_staff", 1, None, None, None))
    assert clerk.may_in_centre("ticket.call", 1)
    assert not clerk.may_in_centre("ticket.call", 2)
    assert not clerk.may_in_centre("audit.view", 1)


def test_a_role_over_an_area_opens_no_centre_in_it() -> None:
    auditor = person(Grant("auditor", None, 9, "LA01", None))
    assert not auditor.may_in_centre("audit.view", 1)
    assert not auditor.reaches_centre(1)


def test_an_auditor_reads_the_centre_that_was_entered_and_no_other() -> None:
    auditor = person(Grant("auditor", None, 9, "LA01", None), entered=1)
    assert auditor.may_in_centre("audit.view", 1)
    assert not auditor.may_in_centre("ticket.call", 1)
    assert not auditor.may_in_centre("audit.view", 2)


@pytest.mark.parametrize(
    ("held", "asked", "reached"),
    [
        ("LA01", "LA0101", True),
        ("LA01", "LA01", True),
        ("LA", "LA0101", True),
        ("LA0101", "LA01", False),
        ("LA01", "LA02", False),
        ("LA0101", "LA0102", False),
    ],
)
def test_an_area_reaches_itself_and_what_lies_in_it(held: str, asked: str, reached: bool) -> None:
    coordinator = person(Grant("province_coordinator", None, 9, held, None))
    assert coordinator.may_in_area("area.workload", asked) is reached
    assert contains(held, asked) is reached
    assert coordinator.may_at_seat("flag.act", asked) is (held == asked)


def test_a_national_permission_needs_a_role_for_the_whole_nation() -> None:
    assert person(Grant("auditor", None, 1, "LA", None)).may_for_nation("national.audit")
    assert not person(Grant("auditor", None, 9, "LA01", None)).may_for_nation("national.audit")
