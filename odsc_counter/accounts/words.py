"""What roles, records and doings are called on pages: the dictionary of the audit trail.

Upper rooms write events under their own verbs; this room only knows how to say them. A verb
that nobody put in here is shown as it was written.
"""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.accounts import permissions

ROLES: dict[str, LazyString] = {
    "lead_clerk": _("Lead clerk"),
    permissions.COUNTER_STAFF: _("Counter staff"),
    permissions.CASHIER: _("Cashier"),
    permissions.CENTRE_MANAGER: _("Centre manager"),
    permissions.MINISTRY_OFFICER: _("Ministry officer"),
    permissions.DISTRICT_COORDINATOR: _("District coordinator"),
    permissions.PROVINCE_COORDINATOR: _("Province coordinator"),
    permissions.COMMITTEE_MEMBER: _("Committee member"),
    permissions.MOHA_ANALYST: _("Analyst of the Ministry of Home Affairs"),
    permissions.NATIONAL_ADMINISTRATOR: _("National administrator"),
    permissions.AUDITOR: _("Auditor"),
}

KINDS: dict[str, LazyString] = {
    "ticket": _("Queue ticket"),
    "counter": _("Counter"),
    "visit": _("Visit"),
    "application": _("Application"),
    "person": _("Applicant"),
    "assessment": _("Fee assessment"),
    "receipt": _("Receipt"),
    "till_session": _("Till session"),
    "offer": _("Services offered"),
    "service": _("Service"),
    "service_group": _("Group of services"),
    "kiosk": _("Kiosk"),
    "service_version": _("Rules of a service"),
    "fee_line": _("Fee"),
    "reference_data": _("Reference data"),
    "user_account": _("Account"),
    "centre": _("Centre"),
    "route": _("Page"),
    "installation": _("Installation"),
}

_VERBS: dict[tuple[str, str], LazyString] = {
    ("ticket", "issue"): _("Ticket issued"),
    ("ticket", "call"): _("Called"),
    ("ticket", "recall"): _("Called again"),
    ("ticket", "start"): _("Service started"),
    ("ticket", "complete"): _("Service completed"),
    ("ticket", "no_show"): _("Did not come when called"),
    ("ticket", "cancel"): _("Ticket cancelled"),
    ("ticket", "close_day"): _("Ended with the day"),
    ("kiosk", "set_up"): _("Device made a kiosk"),
    ("counter", "open"): _("Counter opened"),
    ("counter", "close"): _("Counter closed"),
    ("counter", "claim"): _("Sat down at the counter"),
    ("counter", "release"): _("Left the counter"),
    ("counter", "set_up"): _("Counter set up"),
    ("application", "submit"): _("Application received"),
    ("application", "submit_incomplete"): _("Application received, papers missing"),
    ("application", "supply_papers"): _("Missing papers supplied"),
    ("application", "receive_papers"): _("Papers received"),
    ("application", "approve"): _("Approved"),
    ("application", "reject"): _("Rejected"),
    ("application", "collect"): _("Handed over"),
    ("application", "withdraw"): _("Withdrawn"),
    ("person", "update_contact"): _("Contact details changed"),
    ("assessment", "assess"): _("Fee assessed"),
    ("receipt", "issue"): _("Receipt issued"),
    ("receipt", "void"): _("Receipt voided"),
    ("receipt", "print"): _("Receipt printed"),
    ("till_session", "open"): _("Till opened"),
    ("till_session", "close"): _("Till closed"),
    ("offer", "set_up"): _("Usual services set up"),
    ("service", "offer"): _("Service offered"),
    ("service", "stop"): _("Service no longer offered"),
    ("service", "move"): _("Service moved to another group"),
    ("service_group", "added"): _("Group of services added"),
    ("service_group", "renamed"): _("Group of services renamed"),
    ("service_version", "confirmed"): _("Rules of a service confirmed"),
    ("fee_line", "confirmed"): _("Fee confirmed"),
    ("fee_line", "changed"): _("Fee changed"),
    ("reference_data", "loaded"): _("Reference data loaded"),
    ("centre", "opened"): _("Centre opened"),
    ("centre", "changed"): _("Centre's details changed"),
    ("centre", "closed"): _("Centre closed"),
    ("centre", "centre_entered"): _("Auditor entered the centre"),
    ("centre", "centre_left"): _("Auditor left the centre"),
    ("route", "refused"): _("Access refused"),
    ("installation", "demonstration"): _("Demonstration made"),
    ("user_account", "user_created"): _("Account created"),
    ("user_account", "user_disabled"): _("Account disabled"),
    ("user_account", "user_enabled"): _("Account opened again"),
    ("user_account", "role_granted"): _("Role granted"),
    ("user_account", "role_ended"): _("Role ended"),
    ("user_account", "link_issued"): _("One-time link made"),
    ("user_account", "password_set"): _("Password set"),
    ("user_account", "signed_in"): _("Signed in"),
    ("user_account", "signed_out"): _("Signed out"),
    ("user_account", "sign_in_failed"): _("Sign-in failed"),
    ("user_account", "session_ended"): _("Sign-in on another device ended"),
    ("user_account", "wrong_code"): _("Wrong code of the second step"),
    ("user_account", "second_factor_on"): _("Second step switched on"),
    ("user_account", "second_factor_off"): _("Second step switched off"),
    ("user_account", "second_factor_reset"): _("Second step reset"),
    ("user_account", "recovery_codes_made"): _("Recovery codes made"),
    ("user_account", "recovery_code_used"): _("Recovery code used"),
    ("user_account", "token_created"): _("Access for a program created"),
    ("user_account", "token_revoked"): _("Access for a program ended"),
}

DETAILS: dict[str, LazyString] = {
    "reason": _("Reason"),
    "role": _("Role"),
    "username": _("Username"),
    "permission": _("Permission"),
    "place": _("Place"),
    "letter": _("Group"),
    "copy": _("Copy"),
    "counter": _("Counter"),
    "priority_reason": _("Priority"),
    "channel": _("Where it was taken"),
    "opened_on": _("Opened on"),
    "name_lo": _("Name in Lao"),
    "name_en": _("Name in English"),
    "amount_kip": _("Amount in kip"),
    "float_kip": _("Opening balance in kip"),
    "counted_kip": _("Counted in kip"),
    "expected_kip": _("Expected in kip"),
    "difference_kip": _("Difference in kip"),
    "cash_kip": _("Cash in kip"),
    "tendered_kip": _("Received in kip"),
    "change_kip": _("Change in kip"),
    "application": _("Application"),
    "quantity": _("Quantity"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "edition": _("Edition"),
}


def doing(kind: str, verb: str) -> str:
    """What was done, for people."""
    known = _VERBS.get((kind, verb))
    return str(known) if known is not None else f"{kind}: {verb}"


def verbs() -> list[tuple[str, str]]:
    """Every doing as `kind.verb` and its words, for a filter."""
    return [(f"{kind}.{verb}", str(words)) for (kind, verb), words in _VERBS.items()]


def is_known(kind: str, verb: str) -> bool:
    """Whether the dictionary has words for the doing."""
    return (kind, verb) in _VERBS


def role(name: str) -> str:
    """What a role is called."""
    return str(ROLES[name]) if name in ROLES else name


def subject(row: Any) -> str:
    """How the record is called that an event is about: its own number where it has one."""
    for name in ("label", "number", "code"):
        value = row.data.get(name)
        if isinstance(value, str | int):
            return str(value)
    return "" if len(row.subject_id) == 36 else str(row.subject_id)


MACHINES = {
    "hall": _("Somebody not signed in"),
    "system": _("The system"),
    "command line": _("The command line"),
    "demonstration": _("The demonstration"),
}


def actor(row: Any) -> str:
    """Who did it: a person by the name of that day, or a machine."""
    if row.actor_id is not None:
        return str(row.actor_name)
    return str(MACHINES.get(row.actor_name, row.actor_name))


def details(data: dict[str, Any]) -> list[tuple[str, str]]:
    """What an event says beyond its verb: name and value, those that mean something here."""
    said = []
    for name, label in DETAILS.items():
        value = data.get(name)
        if value is None or value == "" or isinstance(value, dict | list):
            continue
        said.append((str(label), role(str(value)) if name == "role" else str(value)))
    return said
