"""Who may do what, and how far it reaches: the one table of permissions.

A role is held at a place: a centre, or an administrative unit. A permission is used in a
centre, in an area (a unit and all below it), at the seat of a unit (that very unit's own office
or committee, and not from above), or for the nation. Holding a role at a unit
never opens the people of a centre below it: the `centre` permissions come from a role at
that very centre, or, for an auditor, from having entered it with a reason.
"""

from dataclasses import dataclass

COUNTER_STAFF = "counter_staff"
LEAD_CLERK = "lead_clerk"
CASHIER = "cashier"
CENTRE_MANAGER = "centre_manager"
MINISTRY_OFFICER = "ministry_officer"
DISTRICT_COORDINATOR = "district_coordinator"
PROVINCE_COORDINATOR = "province_coordinator"
COMMITTEE_MEMBER = "committee_member"
COMMITTEE_SECRETARY = "committee_secretary"
MOHA_ANALYST = "moha_analyst"
NATIONAL_ADMINISTRATOR = "national_administrator"
AUDITOR = "auditor"

PLACES = {
    # role               held at
    COUNTER_STAFF: {"centre"},
    LEAD_CLERK: {"centre"},
    CASHIER: {"centre"},
    CENTRE_MANAGER: {"centre"},
    MINISTRY_OFFICER: {"centre"},
    DISTRICT_COORDINATOR: {"district"},
    PROVINCE_COORDINATOR: {"province"},
    COMMITTEE_MEMBER: {"district", "province", "nation"},
    COMMITTEE_SECRETARY: {"district", "province", "nation"},
    MOHA_ANALYST: {"nation"},
    NATIONAL_ADMINISTRATOR: {"nation"},
    AUDITOR: {"district", "province", "nation"},
}
ROLES = tuple(PLACES)

HAS_MINISTRY = {MINISTRY_OFFICER, COMMITTEE_MEMBER}
"""Roles that are held for a ministry; a committee member's seat may also stand for none."""

OFFICE_LEVELS = ("district", "province", "nation")
"""Of whom a ministry officer's office is; a step of another level is not theirs."""

NEEDS_SECOND_FACTOR = {CENTRE_MANAGER, MOHA_ANALYST, NATIONAL_ADMINISTRATOR, AUDITOR}
"""Roles above one centre, and those that approve the voiding of money."""


@dataclass(frozen=True)
class Permission:
    """One line of the table."""

    reach: str
    """centre, area, seat or nation: where the permission is used."""
    roles: frozenset[str]


def _row(reach: str, *roles: str) -> Permission:
    return Permission(reach, frozenset(roles))


_COORDINATION = (
    DISTRICT_COORDINATOR,
    PROVINCE_COORDINATOR,
    COMMITTEE_MEMBER,
    COMMITTEE_SECRETARY,
    MOHA_ANALYST,
    NATIONAL_ADMINISTRATOR,
    AUDITOR,
)
"""Who reads of an area what its offices work on: figures, flags, decisions, never a person."""

PERMISSIONS: dict[str, Permission] = {
    # permission            reach     roles
    "ticket.view": _row("centre", COUNTER_STAFF, LEAD_CLERK, CASHIER, CENTRE_MANAGER, AUDITOR),
    "ticket.issue": _row("centre", COUNTER_STAFF, LEAD_CLERK, CENTRE_MANAGER),
    "ticket.call": _row("centre", COUNTER_STAFF, LEAD_CLERK),
    "ticket.serve": _row("centre", COUNTER_STAFF, LEAD_CLERK),
    "ticket.call_chosen": _row("centre", LEAD_CLERK, CENTRE_MANAGER),
    "ticket.move": _row("centre", LEAD_CLERK, CENTRE_MANAGER),
    "ticket.enter_paper": _row("centre", COUNTER_STAFF, LEAD_CLERK, CENTRE_MANAGER),
    "ticket.close_day": _row("centre", CENTRE_MANAGER),
    "counter.claim": _row("centre", COUNTER_STAFF, LEAD_CLERK),
    "counter.set_up": _row("centre", CENTRE_MANAGER),
    "hall.view": _row("centre", LEAD_CLERK, CENTRE_MANAGER, AUDITOR),
    "hall.set_up": _row("centre", CENTRE_MANAGER),
    "appointment.book": _row("centre", COUNTER_STAFF, LEAD_CLERK, CENTRE_MANAGER),
    "appointment.set_up": _row("centre", CENTRE_MANAGER),
    "application.view": _row(
        "centre", COUNTER_STAFF, LEAD_CLERK, CASHIER, CENTRE_MANAGER, MINISTRY_OFFICER, AUDITOR
    ),
    "application.take": _row("centre", COUNTER_STAFF, LEAD_CLERK),
    "application.decide": _row("centre", MINISTRY_OFFICER),
    "application.assign": _row("centre", MINISTRY_OFFICER),
    "application.remark": _row(
        "centre", COUNTER_STAFF, LEAD_CLERK, CENTRE_MANAGER, MINISTRY_OFFICER
    ),
    "application.make_ready": _row("centre", COUNTER_STAFF, LEAD_CLERK, MINISTRY_OFFICER),
    "transmittal.view": _row(
        "centre", COUNTER_STAFF, LEAD_CLERK, CENTRE_MANAGER, MINISTRY_OFFICER, AUDITOR
    ),
    "transmittal.make": _row("centre", COUNTER_STAFF, LEAD_CLERK, MINISTRY_OFFICER),
    "transmittal.receive": _row("centre", COUNTER_STAFF, LEAD_CLERK, MINISTRY_OFFICER),
    "application.expire": _row("centre", LEAD_CLERK, CENTRE_MANAGER),
    "escalation.set_up": _row("centre", CENTRE_MANAGER),
    "person.view": _row("centre", COUNTER_STAFF, LEAD_CLERK, CENTRE_MANAGER, AUDITOR),
    "person.edit": _row("centre", COUNTER_STAFF, LEAD_CLERK, CENTRE_MANAGER),
    "person.merge": _row("centre", CENTRE_MANAGER),
    "message.view": _row("centre", COUNTER_STAFF, LEAD_CLERK, CENTRE_MANAGER, AUDITOR),
    "message.retry": _row("centre", LEAD_CLERK, CENTRE_MANAGER),
    "fee.assess": _row("centre", COUNTER_STAFF, LEAD_CLERK, CASHIER),
    "fee.deviate": _row("centre", CENTRE_MANAGER),
    "till.use": _row("centre", CASHIER),
    "till.view": _row("centre", CASHIER, LEAD_CLERK, CENTRE_MANAGER, AUDITOR),
    "till.sign_off": _row("centre", LEAD_CLERK, CENTRE_MANAGER),
    "receipt.view": _row("centre", COUNTER_STAFF, LEAD_CLERK, CASHIER, CENTRE_MANAGER, AUDITOR),
    "receipt.issue": _row("centre", CASHIER),
    "receipt.void": _row("centre", CASHIER),
    "receipt.refund": _row("centre", CASHIER),
    "receipt.approve_void": _row("centre", CENTRE_MANAGER),
    "statement.view": _row("centre", CENTRE_MANAGER, AUDITOR),
    "statement.match": _row("centre", CENTRE_MANAGER),
    "anomaly.view": _row("centre", CENTRE_MANAGER, AUDITOR),
    "treasury.view": _row("centre", CASHIER, LEAD_CLERK, CENTRE_MANAGER, AUDITOR),
    "day.close": _row("centre", CENTRE_MANAGER),
    "deposit.make": _row("centre", CASHIER, CENTRE_MANAGER),
    "fund.change": _row("centre", CENTRE_MANAGER),
    "fund.approve": _row("centre", CASHIER, LEAD_CLERK, CENTRE_MANAGER),
    "books.view": _row("centre", CENTRE_MANAGER, AUDITOR),
    "books.correct": _row("centre", CENTRE_MANAGER),
    "books.approve": _row("centre", LEAD_CLERK, CENTRE_MANAGER),
    "offer.view": _row("centre", COUNTER_STAFF, LEAD_CLERK, CENTRE_MANAGER, AUDITOR),
    "offer.set_up": _row("centre", CENTRE_MANAGER),
    "user.manage": _row("centre", CENTRE_MANAGER),
    "audit.view": _row("centre", CENTRE_MANAGER, AUDITOR),
    "guideline.view": _row(
        "centre", COUNTER_STAFF, LEAD_CLERK, CASHIER, CENTRE_MANAGER, MINISTRY_OFFICER, AUDITOR
    ),
    "guideline.acknowledge": _row("centre", CENTRE_MANAGER),
    "return.view": _row("centre", LEAD_CLERK, CENTRE_MANAGER, AUDITOR),
    "return.sign": _row("centre", CENTRE_MANAGER),
    "who_came.view": _row("centre", CENTRE_MANAGER, AUDITOR),
    "area.workload": _row("area", *_COORDINATION),
    "area.figures": _row("area", *_COORDINATION),
    "area.returns": _row("area", *_COORDINATION),
    # Of the centre's own unit; of its province where the district has nobody (returns.operations).
    "return.review": _row("area", DISTRICT_COORDINATOR, PROVINCE_COORDINATOR),
    "area.reports": _row("area", *_COORDINATION),
    # Two people make a report public: nobody publishes what they drafted (reports.operations).
    "report.draft": _row("seat", DISTRICT_COORDINATOR, PROVINCE_COORDINATOR, MOHA_ANALYST),
    "report.publish": _row(
        "seat", DISTRICT_COORDINATOR, PROVINCE_COORDINATOR, COMMITTEE_SECRETARY, MOHA_ANALYST
    ),
    "flag.view": _row("area", *_COORDINATION),
    "flag.act": _row(
        "seat", DISTRICT_COORDINATOR, PROVINCE_COORDINATOR, COMMITTEE_SECRETARY, MOHA_ANALYST
    ),
    "flag.set_up": _row(
        "seat", DISTRICT_COORDINATOR, PROVINCE_COORDINATOR, MOHA_ANALYST, NATIONAL_ADMINISTRATOR
    ),
    "committee.attend": _row(
        "seat",
        DISTRICT_COORDINATOR,
        PROVINCE_COORDINATOR,
        COMMITTEE_MEMBER,
        COMMITTEE_SECRETARY,
        MOHA_ANALYST,
    ),
    "committee.run": _row("seat", COMMITTEE_SECRETARY),
    "resolution.view": _row("area", *_COORDINATION),
    "action.view": _row("area", *_COORDINATION),
    "action.report": _row(
        "seat",
        DISTRICT_COORDINATOR,
        PROVINCE_COORDINATOR,
        COMMITTEE_MEMBER,
        COMMITTEE_SECRETARY,
        MOHA_ANALYST,
    ),
    "action.accept": _row("seat", COMMITTEE_SECRETARY),
    "area.audit": _row("area", AUDITOR),
    # What those who see it may see, view by view, is in coordination.sharing.
    "area.files": _row("area", DISTRICT_COORDINATOR, PROVINCE_COORDINATOR, COMMITTEE_MEMBER),
    "area.sharing": _row("area", *_COORDINATION),
    "centre.enter": _row("area", AUDITOR),
    "national.summary": _row("nation", MOHA_ANALYST, NATIONAL_ADMINISTRATOR, AUDITOR),
    "national.audit": _row("nation", NATIONAL_ADMINISTRATOR, AUDITOR),
    "national.users": _row("nation", NATIONAL_ADMINISTRATOR),
    "national.catalogue": _row("nation", NATIONAL_ADMINISTRATOR),
    "national.centres": _row("nation", NATIONAL_ADMINISTRATOR),
    "national.fees": _row("nation", NATIONAL_ADMINISTRATOR),
    "catalogue.propose": _row("nation", MOHA_ANALYST, NATIONAL_ADMINISTRATOR),
    "catalogue.review": _row("nation", NATIONAL_ADMINISTRATOR),
}
