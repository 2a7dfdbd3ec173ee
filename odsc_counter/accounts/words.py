"""What roles, records and doings are called on pages: the dictionary of the audit trail.

Upper rooms write events under their own verbs; this room only knows how to say them. A verb
that nobody put in here is shown as it was written.
"""

from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.accounts import permissions
from odsc_counter.places.queries import unit_by_code
from odsc_counter.places.wording import place
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound

ROLES: dict[str, LazyString] = {
    "lead_clerk": _("Lead clerk"),
    permissions.COUNTER_STAFF: _("Counter staff"),
    permissions.CASHIER: _("Cashier"),
    permissions.CENTRE_MANAGER: _("Centre manager"),
    permissions.MINISTRY_OFFICER: _("Ministry officer"),
    permissions.DISTRICT_COORDINATOR: _("District coordinator"),
    permissions.PROVINCE_COORDINATOR: _("Province coordinator"),
    permissions.COMMITTEE_MEMBER: _("Committee member"),
    permissions.COMMITTEE_SECRETARY: _("Committee secretary"),
    permissions.MOHA_ANALYST: _("Analyst of the Ministry of Home Affairs"),
    permissions.NATIONAL_ADMINISTRATOR: _("National administrator"),
    permissions.AUDITOR: _("Auditor"),
}

KINDS: dict[str, LazyString] = {
    "ticket": _("Queue ticket"),
    "counter": _("Counter"),
    "hall_rules": _("Rules of the hall"),
    "work_profile": _("Work profile"),
    "escalation_rule": _("Rules of escalation"),
    "centre_day": _("Day of the centre"),
    "shared_view": _("View across centres"),
    "visit": _("Visit"),
    "hall_notice": _("Notice"),
    "voice_clip": _("Recorded voice"),
    "display": _("Board or kiosk"),
    "appointment": _("Appointment"),
    "slot_plan": _("Hours for appointments"),
    "application": _("Application"),
    "pre_registration": _("File begun before the visit"),
    "application_step": _("Step of an application"),
    "transmittal": _("Transmittal"),
    "transmittal_item": _("File in a transmittal"),
    "person": _("Applicant"),
    "delivery": _("Text message"),
    "assessment": _("Fee assessment"),
    "receipt": _("Receipt"),
    "receipt_batch": _("Receipts printed together"),
    "till_session": _("Till session"),
    "daily_close": _("Close of a day"),
    "ledger_posting": _("Posting in the books"),
    "change_fund": _("Change fund"),
    "deposit": _("Deposit"),
    "books": _("Books"),
    "offer": _("Services offered"),
    "service": _("Service"),
    "offered_service": _("Register of services"),
    "change_proposal": _("Proposal to change a service"),
    "service_group": _("Group of services"),
    "kiosk": _("Kiosk"),
    "service_version": _("Rules of a service"),
    "fee_line": _("Fee"),
    "reference_data": _("Reference data"),
    "user_account": _("Account"),
    "centre": _("Centre"),
    "route": _("Page"),
    "installation": _("Installation"),
    "signing_key": _("Signing key"),
    "guideline": _("Guideline"),
    "monthly_return": _("Monthly return"),
    "open_month": _("Open data of a month"),
    "bank_statement": _("Bank statement"),
    "bank_match": _("Line of a statement and its receipt"),
}

_VERBS: dict[tuple[str, str], LazyString] = {
    ("guideline", "acknowledge"): _("Guideline acknowledged"),
    ("monthly_return", "sign"): _("Monthly return signed"),
    ("open_month", "publish"): _("Month published as open data"),
    ("ticket", "issue"): _("Ticket issued"),
    ("ticket", "serve_now"): _("Served without waiting"),
    ("ticket", "call"): _("Called"),
    ("ticket", "call_chosen"): _("Called out of turn"),
    ("ticket", "recall"): _("Called again"),
    ("ticket", "start"): _("Service started"),
    ("ticket", "hold"): _("Put on hold"),
    ("ticket", "resume"): _("Service resumed after the hold"),
    ("ticket", "come_back"): _("Back in the queue after the hold"),
    ("ticket", "put_back"): _("Put back into the queue"),
    ("ticket", "transfer"): _("Sent on"),
    ("ticket", "move"): _("Moved by the supervisor"),
    ("ticket", "add_service"): _("Further service added"),
    ("ticket", "prioritise"): _("Priority changed"),
    ("ticket", "print"): _("Ticket printed"),
    ("ticket", "next_service"): _("Went on with the next service"),
    ("ticket", "send_on"): _("Service completed, sent on to the next one"),
    ("ticket", "complete"): _("Service completed"),
    ("ticket", "no_show"): _("Did not come when called"),
    ("ticket", "walk_out"): _("Left without being served"),
    ("ticket", "cancel"): _("Ticket cancelled"),
    ("ticket", "close"): _("Closed by the supervisor"),
    ("ticket", "close_day"): _("Ended with the day"),
    ("ticket", "undo"): _("Last step taken back"),
    ("delivery", "queue"): _("Text message written"),
    ("delivery", "skip"): _("Text message not sent"),
    ("delivery", "send"): _("Text message sent"),
    ("delivery", "log"): _("Text message logged"),
    ("delivery", "fail"): _("Text message failed for now"),
    ("delivery", "give_up"): _("Text message given up"),
    ("delivery", "stop"): _("Text message stopped"),
    ("delivery", "retry"): _("Text message tried again"),
    ("application", "stop_messages"): _("No more text messages wanted"),
    ("application", "allow_messages"): _("Text messages wanted again"),
    ("counter", "add"): _("Counter set up"),
    ("kiosk", "set_up"): _("Device made a kiosk"),
    ("counter", "claim"): _("Sat down at the counter"),
    ("counter", "release"): _("Left the counter"),
    ("hall_notice", "put_up"): _("Notice put up"),
    ("hall_notice", "take_down"): _("Notice taken down"),
    ("voice_clip", "record"): _("Voice recorded"),
    ("voice_clip", "remove"): _("Recording removed"),
    ("display", "name"): _("Board or kiosk named"),
    ("display", "retire"): _("Board or kiosk taken out of service"),
    ("display", "restore"): _("Board or kiosk put back into service"),
    ("counter", "go_on_break"): _("Went on a break"),
    ("counter", "return_from_break"): _("Came back from the break"),
    ("counter", "give_profile"): _("Work profile of the counter changed"),
    ("work_profile", "save"): _("Work profile saved"),
    ("work_profile", "remove"): _("Work profile removed"),
    ("hall_rules", "set"): _("Rules of the hall changed"),
    ("escalation_rule", "set"): _("Rules of escalation changed"),
    ("centre_day", "close_day"): _("Day closed"),
    ("appointment", "book"): _("Appointment booked"),
    ("appointment", "check_in"): _("Arrived for an appointment"),
    ("appointment", "cancel"): _("Appointment cancelled"),
    ("appointment", "miss"): _("Appointment missed"),
    ("slot_plan", "add"): _("Hours for appointments set up"),
    ("slot_plan", "end"): _("Hours for appointments ended"),
    ("pre_registration", "register"): _("File begun before the visit"),
    ("pre_registration", "confirm"): _("File begun before the visit confirmed"),
    ("pre_registration", "withdraw"): _("File begun before the visit withdrawn"),
    ("application", "submit"): _("Application received"),
    ("application", "submit_incomplete"): _("Application received, papers missing"),
    ("application", "supply_papers"): _("Missing papers supplied"),
    ("application", "receive_papers"): _("Papers received"),
    ("application", "supply_correction"): _("Correction supplied"),
    ("application", "take_up"): _("Taken up by the office"),
    ("application", "go_on"): _("Passed on by an office"),
    ("application", "return_to_office"): _("Returned to an earlier office"),
    ("application", "send_back"): _("Sent back to the citizen"),
    ("application", "make_ready"): _("Ready for collection"),
    ("application", "expire"): _("Expired"),
    ("application", "mention"): _("Colleagues were named"),
    ("application", "note"): _("Note for colleagues"),
    ("application", "tell"): _("Message to the citizen"),
    ("application_step", "plan"): _("Step of an office planned"),
    ("application_step", "begin"): _("Step of an office begun"),
    ("application_step", "assign"): _("File given to an officer"),
    ("application_step", "pass"): _("Passed by the office"),
    ("application_step", "refuse"): _("Rejected by the office"),
    ("application_step", "wait"): _("Office waits for the citizen"),
    ("application_step", "resume"): _("Office goes on"),
    ("application_step", "put_off"): _("Step put off until an earlier office is done"),
    ("application_step", "reopen"): _("Step opened again"),
    ("application_step", "drop"): _("Step not needed any more"),
    ("application", "add_scan"): _("Paper scanned"),
    ("application", "strike_scan"): _("Scan struck out"),
    ("application", "approve"): _("Approved"),
    ("application", "reject"): _("Rejected"),
    ("application", "collect"): _("Handed over"),
    ("application", "withdraw"): _("Withdrawn"),
    ("transmittal", "make"): _("Papers sent in a transmittal"),
    ("transmittal", "receive"): _("Transmittal received"),
    ("transmittal_item", "send"): _("Paper sent"),
    ("transmittal_item", "receive"): _("Paper came"),
    ("transmittal_item", "miss"): _("Paper did not come"),
    ("transmittal_item", "find"): _("Paper had never left"),
    ("person", "update_contact"): _("Contact details changed"),
    ("person", "create"): _("Record made"),
    ("person", "edit"): _("Record changed"),
    ("person", "fill_from_merged"): _("Filled in from the merged record"),
    ("person", "merge"): _("Another record merged into this one"),
    ("person", "merge_away"): _("Merged into another record"),
    ("person", "give_consent"): _("Consent given"),
    ("person", "withdraw_consent"): _("Consent withdrawn"),
    ("application", "change_record"): _("Record of the applicant merged"),
    ("assessment", "assess"): _("Fee assessed"),
    ("receipt", "issue"): _("Receipt issued"),
    ("receipt", "void"): _("Receipt voided"),
    ("receipt", "print"): _("Receipt printed"),
    ("receipt_batch", "print"): _("Receipts of a day printed"),
    ("till_session", "open"): _("Till opened"),
    ("till_session", "close"): _("Till closed"),
    ("till_session", "count"): _("Till counted"),
    ("till_session", "recount"): _("Till counted again"),
    ("till_session", "sign_off"): _("Till signed off"),
    ("till_session", "move_cash"): _("Cash moved"),
    ("bank_statement", "take"): _("Bank statement taken"),
    ("bank_match", "match"): _("Line of a statement matched with a receipt"),
    ("bank_match", "unmatch"): _("Match with a receipt taken back"),
    ("daily_close", "close"): _("Day closed"),
    ("daily_close", "print"): _("Z-report printed"),
    ("ledger_posting", "correct"): _("Closed day corrected"),
    ("change_fund", "give"): _("Money for change given"),
    ("change_fund", "take_back"): _("Money for change taken back"),
    ("deposit", "deposit"): _("Money deposited with the treasury"),
    ("deposit", "settlement"): _("Share paid out"),
    ("books", "export"): _("Books exported"),
    ("offer", "set_up"): _("Usual services set up"),
    ("service", "offered"): _("Service offered"),
    ("service", "stopped"): _("Service no longer offered"),
    ("service", "moved"): _("Service moved to another group"),
    ("offered_service", "offer"): _("Service offered"),
    ("offered_service", "suspend"): _("Service suspended"),
    ("offered_service", "resume"): _("Suspended service offered again"),
    ("offered_service", "withdraw"): _("Service no longer offered"),
    ("offered_service", "offer_again"): _("Service offered again"),
    ("service", "authorised"): _("Centre's own service added"),
    ("change_proposal", "draft"): _("Change of a service proposed"),
    ("change_proposal", "rewrite"): _("Proposal rewritten"),
    ("change_proposal", "submit"): _("Proposal sent for review"),
    ("change_proposal", "return"): _("Proposal returned to its author"),
    ("change_proposal", "approve"): _("Proposal approved"),
    ("change_proposal", "publish"): _("Changed service published"),
    ("change_proposal", "drop"): _("Proposal withdrawn"),
    ("change_proposal", "commented"): _("Comment on a proposal"),
    ("service_group", "added"): _("Group of services added"),
    ("service_group", "renamed"): _("Group of services renamed"),
    ("service_group", "numbered"): _("Numbers of a group changed"),
    ("service_version", "confirmed"): _("Rules of a service confirmed"),
    ("fee_line", "confirmed"): _("Fee confirmed"),
    ("fee_line", "changed"): _("Fee changed"),
    ("reference_data", "loaded"): _("Reference data loaded"),
    ("centre", "opened"): _("Centre opened"),
    ("centre", "changed"): _("Centre's details changed"),
    ("centre", "closed"): _("Centre closed"),
    ("shared_view", "looked"): _("Looked from outside the centre"),
    ("centre", "centre_entered"): _("Auditor entered the centre"),
    ("centre", "centre_left"): _("Auditor left the centre"),
    ("route", "refused"): _("Access refused"),
    ("installation", "demonstration"): _("Demonstration made"),
    ("signing_key", "created"): _("Signing key made"),
    ("signing_key", "rotated"): _("Signing key replaced"),
    ("user_account", "set_skills"): _("Groups that a clerk serves changed"),
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
    ("user_account", "contact_set"): _("Office phone and e-mail changed"),
    ("user_account", "calendar_made"): _("Address of a calendar made"),
    ("user_account", "calendar_revoked"): _("Address of a calendar revoked"),
    ("user_account", "token_created"): _("Access for a program created"),
    ("user_account", "token_revoked"): _("Access for a program ended"),
}

DETAILS: dict[str, LazyString] = {
    "reason": _("Reason"),
    "role": _("Role"),
    "username": _("Username"),
    "permission": _("Permission"),
    "place": _("Place"),
    "replaces": _("In place of"),
    "letter": _("Group"),
    "since": _("From"),
    "decided_by": _("Decided by"),
    "document_number": _("Number of the document"),
    "words_lo": _("Words in Lao"),
    "words_en": _("Words in English"),
    "copy": _("Copy"),
    "counter": _("Counter"),
    "priority_reason": _("Priority"),
    "why": _("Why this person"),
    "until": _("Until"),
    "until_on": _("Until"),
    "answer": _("Answer"),
    "promised_on": _("Put right by"),
    "owner": _("Who takes care"),
    "from_unit": _("From the office of"),
    "to_unit": _("To the office of"),
    "by_silence": _("Because nobody answered in time"),
    "threshold": _("Threshold"),
    "answer_days": _("Working days for the answer"),
    "is_on": _("The rule is on"),
    "verb_undone": _("What was taken back"),
    "call": _("Call number"),
    "files": _("Files"),
    "channel": _("Where it was taken"),
    "profile": _("Work profile"),
    "name": _("Name"),
    "rules": _("Number of rules"),
    "groups": _("Number of groups"),
    "helps_others": _("Helps all others"),
    "closed": _("Tickets that were still open"),
    "ordinary_per_priority": _("Ordinary people after each with priority"),
    "ageing_minutes": _("Minutes after which a wait gives priority"),
    "target_wait_minutes": _("Target for the wait in minutes"),
    "no_show_calls": _("Calls before a no-show"),
    "escalation_coordinator": _("Working days until the coordinator must know"),
    "escalation_committee": _("Working days until the committee must know"),
    "escalation_ministry": _("Working days until the ministry must know"),
    "call_gap_seconds": _("Seconds between two calls"),
    "hold_minutes": _("Minutes that a hold lasts"),
    "undo_seconds": _("Seconds in which a step can be taken back"),
    "day_close": _("How a day ends"),
    "reasons": _("Reasons for priority"),
    "kiosk_gives_priority": _("People claim priority at the kiosk"),
    "appointment_grace_minutes": _("Minutes that one may be late for an appointment"),
    "speaks": _("Boards speak the calls"),
    "says_twice": _("Each call is said twice"),
    "printer_host": _("Address of the printer"),
    "printer_port": _("Port of the printer"),
    "printer_dots": _("Width of the print in dots"),
    "day_starts_minute": _("Minute after midnight at which the day begins"),
    "first_number": _("First number"),
    "number_width": _("Digits"),
    "position": _("Order"),
    "opened_on": _("Opened on"),
    "name_lo": _("Name in Lao"),
    "name_en": _("Name in English"),
    "amount_kip": _("Amount in kip"),
    "z_number": _("Number of the Z-report"),
    "of_day": _("Day that is corrected"),
    "approved_by": _("Agreed by"),
    "float_kip": _("Opening balance in kip"),
    "counted_kip": _("Counted in kip"),
    "expected_kip": _("Expected in kip"),
    "difference_kip": _("Difference in kip"),
    "cash_kip": _("Cash in kip"),
    "tendered_kip": _("Received in kip"),
    "change_kip": _("Change in kip"),
    "application": _("Application"),
    "application_step": _("Step of an application"),
    "quantity": _("Quantity"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "edition": _("Edition"),
    "kind": _("Kind of record"),
    "full_name": _("Full name"),
    "phone": _("Phone number"),
    "id_number": _("ID card number"),
    "family_book": _("Family book number"),
    "business_number": _("Business registration number"),
    "birth_on": _("Date of birth"),
    "birth_year": _("Year of birth"),
    "village": _("Village"),
    "purpose": _("Purpose"),
    "how": _("How"),
    "applications": _("Number of applications"),
    "file_name": _("File"),
    "lines": _("Lines"),
    "known_lines": _("Lines known before"),
    "matched": _("Lines matched by rule"),
    "made_by": _("Matched by"),
}

_REASONS: dict[str, LazyString] = {
    "elderly": _("Elderly person"),
    "disability": _("Person with a disability"),
    "pregnant": _("Pregnant woman"),
    "infant": _("With a small child"),
    "monk": _("Monk or novice"),
    "far_village": _("From a far village"),
    "appointment": _("Appointment"),
}
VALUES: dict[str, dict[str, LazyString]] = {
    "role": ROLES,
    "priority_reason": _REASONS,
    "reasons": _REASONS,
    "place": {
        "first": _("At the front"),
        "last": _("At the end"),
        "age": _("By arrival"),
    },
    "why": {
        "sent_here": _("Sent to this counter"),
        "returns": _("Was here before and comes back"),
        "priority": _("Has priority, and it is their turn"),
        "appointment": _("The time of the appointment has come"),
        "waited_long": _("Has waited longest, over the limit"),
        "arrival": _("Has waited longest"),
    },
    "channel": {
        "kiosk": _("Kiosk"),
        "counter": _("Counter"),
        "api": _("Program"),
        "paper": _("Pre-printed number"),
        "appointment": _("Appointment"),
    },
    "reason": {
        "pause": _("Short break"),
        "meal": _("Meal"),
        "meeting": _("Meeting"),
        "back_office": _("Work in the back office"),
        "printer": _("No paper came out of the printer"),
        "no_phone": _("No telephone number"),
        "landline": _("A fixed line gets no text messages"),
        "foreign": _("A number of another country"),
        "not_a_number": _("Not a telephone number"),
        "opted_out": _("The citizen wants no messages"),
        "refused": _("The gateway refused it"),
        "no_answer": _("The gateway did not answer"),
        "too_late": _("It would have come too late"),
    },
    "made_by": {"rule": _("The rule"), "person": _("A person")},
    "kind": {"person": _("Person"), "business": _("Business")},
    "purpose": {
        "keep": _("Keep the record for later applications"),
        "message": _("Send messages about applications"),
        "share": _("Pass the record on to other offices"),
    },
    "how": {
        "signed": _("Signed on paper"),
        "spoken": _("Said at the counter"),
        "online": _("Online"),
    },
    "day_close": {
        "at_first_number": _("The first number of the next day ends it"),
        "by_hand": _("The manager closes it"),
    },
}
"""What values are called that rooms write as a word of their own, by the detail's name."""
IN_QUEUE = _("Place in the queue")


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
    """What an event says beyond its verb: name and value, those that mean something here.

    What was changed (`changes`: name to from and to) is said as "before → after".
    """
    said = []
    for name, label in DETAILS.items():
        value = data.get(name)
        if value is None or value == "" or isinstance(value, dict | list):
            continue
        if name == "files" and value == 1:
            continue  # one person with one file is what everybody expects
        # A ticket's place is one in the queue, every other place is one in the country.
        in_queue = name == "place" and value in VALUES["place"]
        said.append((str(IN_QUEUE if in_queue else label), _value(name, value)))
    changes = data.get("changes")
    for name, change in changes.items() if isinstance(changes, dict) else ():
        if name in DETAILS and isinstance(change, dict) and {"from", "to"} <= set(change):
            before, after = (_value(name, change[end]) for end in ("from", "to"))
            said.append((str(DETAILS[name]), f"{before} → {after}"))
    return said


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(name, one) for one in value) or "–"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if name == "verb_undone":
        return doing("ticket", str(value))
    if name == "until":
        return _clock(str(value))
    if name in ("from_unit", "to_unit"):
        return _place(str(value))
    known = VALUES.get(name, {}).get(str(value))
    return str(known) if known is not None else str(value) or "–"


def _place(code: str) -> str:
    try:
        return place(unit_by_code(code))
    except NotFound:  # a code that was corrected since
        return code


def _clock(text: str) -> str:
    try:
        return f"{clock.local(datetime.fromisoformat(text)):%H:%M}"
    except ValueError:
        return text
