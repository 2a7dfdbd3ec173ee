"""Every route of the product, classified: who may come in, and which keys its address takes.

A new route fails the walk until it has a line here. `permission` and kind must be what the
view's own door says, so that neither changes without the other. `keys` maps an argument of
the address to the kind of key (see country.MISSING); an argument that is not listed belongs
to no centre and is filled from `fill`.
"""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from odsc_counter.platform import clock


@dataclass(frozen=True)
class Route:
    """One line of the list."""

    kind: str
    permission: str | None = None
    keys: dict[str, str] = field(default_factory=dict)
    fill: dict[str, object] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    """Fields of the form (or members of the JSON body) that take keys of a centre."""
    query: dict[str, str] = field(default_factory=dict)
    """Parameters after the question mark that take keys of a centre."""
    sent: dict[str, object] = field(default_factory=dict)
    """What else must be sent, in the form or after the question mark, to be understood."""
    is_stream: bool = False
    not_at: tuple[str, ...] = ()
    """Units that have no such page."""
    leaves_trace: bool = False
    """A look across centres: asking for it writes who looked, in both trails, and no more."""


def centre(permission: str, *keys: str, **more: object) -> Route:
    """A door of a centre; keys named as their argument need no more than the name."""
    return Route("centre", permission, {key: key for key in keys}, **more)  # type: ignore[arg-type]  # fields of Route


def nation(permission: str, sent: dict[str, object] | None = None, **fill: object) -> Route:
    """A door of the nation's offices."""
    return Route("nation", permission, fill=fill, sent=sent or {})


def public(**fill: object) -> Route:
    """A door for everyone."""
    return Route("public", fill=fill)


def signed_in(**fill: object) -> Route:
    """A door for anyone who signed in, about themselves."""
    return Route("signed_in", fill=fill)


TICKET_TAKEN = {"service": "MOPS-04", "applicant": {"full_name": "Somebody"}}
WEB: dict[str, Route] = {
    "static": public(filename="build/staff.css"),
    "web.home": public(),
    "web.set_language": public(),
    "web.healthz": public(),
    "web.readyz": public(),
}
ACCOUNTS: dict[str, Route] = {
    "accounts.sign_in": public(),
    "accounts.sign_out": public(),
    "accounts.second_step": public(),
    "accounts.start_second_step": public(),
    "accounts.take_second_step": public(),
    "accounts.one_time_link": public(token="x" * 43),
    "accounts.lock_screen": public(),
    "accounts.unlock": public(),
    "accounts.lock": signed_in(),
    "accounts.here": signed_in(),
    "accounts.me": signed_in(),
    "accounts.my_notices": signed_in(),
    "accounts.read_notices": signed_in(),
    "accounts.read_notice": signed_in(notice=uuid.UUID(int=1)),
    "accounts.set_own_contact": signed_in(),
    "accounts.directory_page": signed_in(),
    "accounts.change_password": signed_in(),
    "accounts.own_second_step": signed_in(),
    "accounts.start_own_second_step": signed_in(),
    "accounts.confirm_own_second_step": signed_in(),
    "accounts.switch_off_own_second_step": signed_in(),
    "accounts.renew_recovery_codes": signed_in(),
    "accounts.end_own_desk": signed_in(key="0" * 16),
    "accounts.leave_centre": signed_in(),
    "accounts.people": centre("user.manage"),
    "accounts.new_person": centre("user.manage"),
    "accounts.create_person": centre("user.manage"),
    "accounts.bring_in": centre("user.manage"),
    "accounts.person": centre("user.manage", "user"),
    "accounts.grant_role": centre("user.manage", "user", sent={"role": "cashier"}),
    "accounts.end_role": centre("user.manage", "user", "grant"),
    "accounts.make_link": centre("user.manage", "user"),
    "accounts.reset_second_step": centre("user.manage", "user"),
    "accounts.disable_person": centre("user.manage", "user"),
    "accounts.enable_person": centre("user.manage", "user"),
    "accounts.trail": centre("audit.view"),
    "accounts.enter": Route("area", "centre.enter"),
    "accounts.enter_centre": Route("area", "centre.enter"),
    "accounts.area_trail": Route("area", "area.audit"),
    "accounts.national_people": nation("national.users"),
    "accounts.new_national_person": nation("national.users"),
    "accounts.national_person": nation("national.users", user=1),
    "accounts.national_grant": nation("national.users", user=1),
    "accounts.national_end_role": nation("national.users", user=1, grant=1),
    "accounts.national_link": nation("national.users", user=1),
    "accounts.national_reset_second_step": nation("national.users", user=1),
    "accounts.national_disable": nation("national.users", user=1),
    "accounts.national_enable": nation("national.users", user=1),
    "accounts.national_trail": nation("national.audit"),
}
PLACES_AND_CATALOGUE: dict[str, Route] = {
    "places.centres": nation("national.centres"),
    "places.ask_open": nation("national.centres"),
    "places.open_centre": nation("national.centres"),
    "places.edit": nation("national.centres", code="LA0101"),
    "places.update": nation("national.centres", code="LA0101"),
    "places.close": nation("national.centres", code="LA0101"),
    "catalogue.offer": centre("offer.set_up"),
    "catalogue.set_offer": centre("offer.set_up"),
    "catalogue.set_up_usual": centre("offer.set_up"),
    "catalogue.add_group": centre("offer.set_up"),
    "catalogue.rename_group": centre("offer.set_up", fill={"letter": "A"}),
    "catalogue.set_numbers": centre("offer.set_up", fill={"letter": "A"}),
    "catalogue.fees": Route("public_centre"),
    "catalogue.service": Route("public_centre", fill={"code": "MOPS-04"}),
    "catalogue.blank_form": Route("public_centre", fill={"code": "MOPS-04"}),
    "catalogue.checklist": Route("public_centre"),
    "catalogue.national": nation("national.catalogue"),
    "catalogue.detail": nation("national.catalogue", code="MOPS-04"),
    "catalogue.confirm_version": nation("national.catalogue", code="MOPS-04", version_id=1),
    "catalogue.confirm_fee": nation("national.catalogue", code="MOPS-04", line_id=1),
}
APPLICATIONS: dict[str, Route] = {
    "applications.index": centre("application.view"),
    "applications.new": centre(
        "application.take", query={"ticket": "ticket", "person": "person", "draft": "draft_code"}
    ),
    "applications.known_people": centre("application.take", query={"ticket": "ticket"}),
    "applications.take": centre(
        "application.take",
        form={"ticket": "ticket", "person": "person", "draft": "draft_code"},
        sent={"service": "1", "full_name": "Somebody"},
    ),
    "applications.detail": centre("application.view", "application"),
    "applications.supply_papers": centre("application.take", "application"),
    "applications.office_desk": centre("application.decide"),
    "applications.pass_many": centre("application.decide", form={"step": "step"}),
    "applications.take_up": centre("application.decide", "application"),
    "applications.assign": centre("application.assign", "step"),
    "applications.pass_step": centre("application.decide", "step"),
    "applications.reject": centre(
        "application.decide", "step", sent={"reject-reason": "because so"}
    ),
    "applications.send_back": centre(
        "application.decide", "step", sent={"back-reason": "because so"}
    ),
    "applications.return_to_office": centre(
        "application.decide", "step", form={"to": "step"}, sent={"return-reason": "because so"}
    ),
    "applications.make_ready": centre("application.make_ready", "application"),
    "applications.expire": centre(
        "application.expire", "application", sent={"expire-reason": "because so"}
    ),
    "applications.say": centre(
        "application.remark", "application", sent={"say-reason": "because so"}
    ),
    "applications.collect": centre("application.take", "application"),
    "applications.withdraw": centre("application.take", "application", sent={"reason": "because"}),
    "applications.follow": Route("public_centre", keys={"code": "application_code"}),
}
TICKETS: dict[str, Route] = {
    "tickets.console": centre("ticket.call", query={"ticket": "ticket"}),
    "tickets.console_desk": centre("ticket.call"),
    "tickets.console_stream": centre("ticket.view", is_stream=True),
    "tickets.claim": centre("counter.claim", "counter"),
    "tickets.release": centre("counter.claim", "counter"),
    "tickets.go_on_break": centre("counter.claim", "counter"),
    "tickets.end_break": centre("counter.claim", "counter"),
    "tickets.call_next": centre("ticket.call", "counter"),
    "tickets.call_chosen": centre("ticket.call_chosen", "counter", "ticket"),
    "tickets.recall": centre("ticket.call", "ticket"),
    "tickets.start": centre("ticket.serve", "ticket"),
    "tickets.complete": centre("ticket.serve", "ticket"),
    "tickets.no_show": centre("ticket.call", "ticket"),
    "tickets.walk_out": centre("ticket.serve", "ticket"),
    "tickets.undo": centre("ticket.call", "ticket"),
    "tickets.hold": centre("ticket.serve", "ticket"),
    "tickets.resume": centre("ticket.serve", "ticket"),
    "tickets.put_back": centre("ticket.call", "ticket"),
    "tickets.transfer": centre("ticket.serve", "ticket", form={"to": "counter"}),
    "tickets.add_service": centre("ticket.serve", "ticket", sent={"service": "1"}),
    "tickets.prioritise": centre("ticket.issue", "ticket"),
    "tickets.cancel": centre("ticket.issue", "ticket"),
    "tickets.serve_now": centre("ticket.serve", "counter", sent={"service": "1"}),
    "tickets.new": centre("ticket.issue"),
    "tickets.issue": centre("ticket.issue"),
    "tickets.hall_reports": centre("hall.view"),
    "tickets.hall_report_file": centre("hall.view", fill={"kind": "csv", "table": "service"}),
    "tickets.hall_definitions": centre("hall.view"),
    "tickets.hall": centre("hall.view"),
    "tickets.hall_now": centre("hall.view"),
    "tickets.hall_tickets": centre("hall.view"),
    "tickets.hall_ticket": centre("hall.view", "ticket"),
    "tickets.hall_call": centre("ticket.call_chosen", "ticket", form={"counter": "counter"}),
    "tickets.hall_move": centre(
        "ticket.move", "ticket", form={"counter": "counter"}, sent={"reason": "because"}
    ),
    "tickets.hall_close": centre("ticket.move", "ticket", sent={"reason": "because"}),
    "tickets.hall_prioritise": centre("ticket.issue", "ticket"),
    "tickets.close": centre("ticket.close_day"),
    "tickets.set_up": centre("hall.set_up"),
    "tickets.hall_rules": centre("hall.set_up"),
    "tickets.save_rules": centre("hall.set_up"),
    "tickets.save_day_start": centre("hall.set_up"),
    "tickets.profiles": centre("hall.set_up"),
    "tickets.new_profile": centre("hall.set_up"),
    "tickets.make_profile": centre("hall.set_up"),
    "tickets.profile": centre("hall.set_up", "profile"),
    "tickets.change_profile": centre("hall.set_up", "profile"),
    "tickets.remove_profile": centre("hall.set_up", "profile"),
    "tickets.staff_skills": centre("hall.set_up"),
    "tickets.set_skills": centre("hall.set_up", "user", form={"group": "group"}),
    "tickets.add_counter": centre("counter.set_up"),
    "tickets.free_counter": centre("counter.set_up", "counter"),
    "tickets.give_profile": centre("counter.set_up", "counter", form={"profile": "profile"}),
    "tickets.board": Route("public_centre"),
    "tickets.board_json": Route("public_centre"),
    "tickets.stream": Route("public_centre", is_stream=True),
    "tickets.board_media": Route("public_centre"),
    "tickets.play_clip": Route("public_centre", fill={"language": "lo", "clip": "a"}),
    "tickets.beat": Route("public_centre"),
    "tickets.hall_notices": centre("hall.set_up"),
    "tickets.put_up_notice": centre("hall.set_up", sent={"text_lo": "ແຈ້ງການ"}),
    "tickets.take_down_notice": centre("hall.set_up", "notice"),
    "tickets.hall_voice": centre("hall.set_up"),
    "tickets.keep_clip": centre("hall.set_up", fill={"language": "lo", "clip": "a"}),
    "tickets.remove_clip": centre("hall.set_up", fill={"language": "lo", "clip": "a"}),
    "tickets.hall_displays": centre("hall.set_up"),
    "tickets.name_display": centre("hall.set_up", "device"),
    "tickets.retire_display": centre("hall.set_up", "device"),
    "tickets.restore_display": centre("hall.set_up", "device"),
    "tickets.kiosk": Route("public_centre"),
    "tickets.kiosk_group": Route("public_centre", fill={"letter": "A"}),
    "tickets.kiosk_service": Route("public_centre", fill={"service": 1}),
    "tickets.kiosk_more": Route("public_centre", fill={"service": 1}),
    "tickets.kiosk_manifest": Route("public_centre"),
    "tickets.kiosk_device": centre("hall.set_up"),
    "tickets.set_kiosk_device": centre("hall.set_up"),
    "tickets.take": Route("public_centre"),
    "tickets.print_own": Route("public_centre", keys={"code": "ticket_code"}),
    "tickets.cancel_at_kiosk": Route("public_centre", keys={"code": "ticket_code"}),
    "tickets.print_at_desk": centre("ticket.issue", "ticket"),
    "tickets.paper_at_desk": centre("ticket.issue", "ticket"),
    "tickets.paper": Route("public_centre", keys={"code": "ticket_code"}),
    "tickets.status": Route("public_centre", keys={"code": "ticket_code"}),
    "tickets.cancel_own": Route("public_centre", keys={"code": "ticket_code"}),
}
APPOINTMENTS: dict[str, Route] = {
    "tickets.appointment_services": Route("public_centre"),
    "tickets.appointment_days": Route("public_centre", fill={"service": 1}),
    "tickets.appointment_slots": Route("public_centre", fill={"service": 1, "day": "2026-11-25"}),
    "tickets.book_appointment": Route(
        "public_centre",
        form={"slot": "slot"},
        sent={"service": "1", "day": "2026-11-25", "phone": "020 5551 2345"},
    ),
    "tickets.appointment": Route("public_centre", keys={"code": "appointment_code"}),
    "tickets.cancel_appointment": Route("public_centre", keys={"code": "appointment_code"}),
    "tickets.arrive": Route("public_centre", keys={"code": "appointment_code"}),
    "tickets.kiosk_appointment": Route("public_centre"),
    "tickets.kiosk_check_in": Route("public_centre", form={"code": "appointment_code"}),
    "tickets.agenda": centre("appointment.book"),
    "tickets.agenda_new": centre("appointment.book", query={"made": "appointment_code"}),
    "tickets.agenda_book": centre(
        "appointment.book", form={"slot": "slot"}, sent={"service": "1", "day": "2026-11-25"}
    ),
    "tickets.agenda_check_in": centre("appointment.book", "appointment"),
    "tickets.agenda_cancel": centre("appointment.book", "appointment"),
    "tickets.slot_plan_list": centre("appointment.set_up"),
    "tickets.add_slot_plans": centre("appointment.set_up"),
    "tickets.end_slot_plans": centre(
        "appointment.set_up", form={"plan": "slot_plan"}, sent={"last_day": "2026-11-25"}
    ),
}
PAPER: dict[str, Route] = {
    "tickets.paper_numbers_page": centre("hall.set_up"),
    "tickets.paper_numbers_pdf": centre("hall.set_up"),
    "tickets.paper_log_pdf": centre("ticket.enter_paper"),
    "tickets.paper_entry": centre("ticket.enter_paper"),
    "tickets.enter_papers": centre("ticket.enter_paper", sent={"day": "2026-11-25"}),
}
RECEIPTS: dict[str, Route] = {
    "receipts.fee": centre("application.view", "application"),
    "receipts.assess": centre("fee.assess", "application", sent={"fee_line": "1"}),
    "receipts.issue": centre("receipt.issue", "assessment", sent={"tendered": "20000"}),
    "tills.till": centre("till.use"),
    "tills.open_till": centre("till.use"),
    "tills.move": centre("till.use", "till", sent={"amount": "1", "reason": "change"}),
    "tills.count": centre("till.use", "till", sent={"note_1000": "1"}),
    "tills.sign_off": centre("till.use", "till", sent={"approver": "x"}),
    "tills.take_over": centre("till.use", "till"),
    "tills.index": centre("till.view"),
    "tills.detail": centre("till.view", "till"),
    "tills.count_for": centre("till.sign_off", "till", sent={"note_1000": "1"}),
    "tills.confirm": centre("till.sign_off", "till"),
    "receipts.index": centre("receipt.view"),
    "receipts.detail": centre("receipt.view", "receipt"),
    "receipts.pdf": centre("receipt.view", "receipt"),
    "receipts.print_paper": centre("receipt.view", "receipt"),
    "receipts.refund": centre("receipt.refund", "receipt", sent={"positions": "1"}),
    "receipts.void": centre("receipt.void", "receipt", sent={"reason": "wrong person"}),
    "receipts.check": Route("public_centre", keys={"code": "receipt_code"}),
}
OVERSIGHT: dict[str, Route] = {
    "committees.today": Route("area", "area.workload"),
    "coordination.workload": Route("area", "area.workload"),
    "monitoring.figures": Route("area", "area.figures"),
    "monitoring.figure_definitions": Route("area", "area.figures"),
    "monitoring.figures_drawing": Route("area", "area.figures", fill={"drawing": "course"}),
    "monitoring.figures_file": Route(
        "area", "area.figures", fill={"kind": "csv", "table": "parts"}
    ),
    "coordination.workload_offices": Route("area", "area.workload"),
    "coordination.workload_months": Route("area", "area.workload"),
    "coordination.workload_hours": Route("area", "area.workload"),
    "flags.index": Route("area", "flag.view"),
    "flags.file": Route("area", "flag.view", fill={"kind": "csv"}),
    "flags.detail": Route("area", "flag.view", {"flag": "flag"}),
    "flags.comment": Route("area", "flag.view", {"flag": "flag"}),
    "flags.answer": Route("seat", "flag.act", {"flag": "flag"}),
    "flags.snooze": Route("seat", "flag.act", {"flag": "flag"}),
    "flags.assign": Route("seat", "flag.act", {"flag": "flag"}),
    "flags.escalate": Route("seat", "flag.act", {"flag": "flag"}),
    "flags.hand_back": Route("seat", "flag.act", {"flag": "flag"}),
    "flags.close": Route("seat", "flag.act", {"flag": "flag"}),
    "flags.rules": Route("seat", "flag.set_up"),
    "flags.set_rule": Route("seat", "flag.set_up", fill={"rule": "office_slow"}),
    "flags.return_rule": Route("seat", "flag.set_up", fill={"rule": "office_slow"}),
    "coordination.workload_file": Route(
        "area", "area.workload", fill={"kind": "csv", "table": "offices"}
    ),
    "coordination.ministry_files": Route("area", "area.files", not_at=("LA",), leaves_trace=True),
    "coordination.ministry_files_csv": Route(
        "area", "area.files", not_at=("LA",), leaves_trace=True
    ),
    "coordination.sharing_register": Route("area", "area.sharing"),
    "monitoring.who_came": centre("who_came.view"),
    "monitoring.who_came_file": centre("who_came.view"),
    "monitoring.area_who_came": Route("area", "area.figures"),
    "monitoring.area_who_came_file": Route("area", "area.figures"),
    "monitoring.national": nation("national.summary"),
}
API: dict[str, Route] = {
    "api.openapi": public(),
    "api.me": signed_in(),
    "api.national_summary": nation(
        "national.summary", sent={"from": "2026-01-01", "to": "2026-12-31"}
    ),
    "api.list_services": centre("ticket.view"),
    "api.show_board": centre("ticket.view"),
    "api.issue_ticket": centre("ticket.issue"),
    "api.show_ticket": centre("ticket.view", "ticket"),
    "api.cancel_ticket": centre("ticket.issue", "ticket"),
    "api.recall_ticket": centre("ticket.call", "ticket"),
    "api.start_ticket": centre("ticket.serve", "ticket"),
    "api.complete_ticket": centre("ticket.serve", "ticket"),
    "api.no_show_ticket": centre("ticket.call", "ticket"),
    "api.put_back_ticket": centre("ticket.call", "ticket"),
    "api.hold_ticket": centre("ticket.serve", "ticket"),
    "api.walk_out_ticket": centre("ticket.serve", "ticket"),
    "api.undo_ticket": centre("ticket.call", "ticket"),
    "api.claim_counter": Route("centre", "counter.claim", {"counter": "counter_number"}),
    "api.release_counter": Route("centre", "counter.claim", {"counter": "counter_number"}),
    "api.call_next": Route("centre", "ticket.call", {"counter": "counter_number"}),
    "api.take_application": centre(
        "application.take", form={"ticket": "ticket"}, sent=TICKET_TAKEN
    ),
    "api.show_application": centre("application.view", "application"),
    "api.assess_application": centre("fee.assess", "application"),
    "api.open_till": centre("till.use"),
    "api.issue_receipt": centre(
        "receipt.issue", form={"assessment": "assessment"}, sent={"tendered_kip": 20_000}
    ),
    "api.show_receipt": centre("receipt.view", "receipt"),
    "api.show_receipt_pdf": centre("receipt.view", "receipt"),
}
MANY: dict[str, Route] = {
    "applications.many": centre("application.take"),
    "applications.many_table": centre(
        "application.take", fill={"kind": "csv"}, sent={"service": "1"}
    ),
    "applications.look_through_many": centre("application.take"),
    "applications.take_many": centre("application.take", form={"ticket": "served_ticket"}),
    "applications.many_taken": centre("application.view", query={"file": "application"}),
    "applications.many_slips": centre("application.view", query={"file": "application"}),
}
SCANS: dict[str, Route] = {
    "scans.add": centre("application.take", "application", fill={"document_type": 1}),
    "scans.show": centre("application.view", "scan"),
    "scans.thumbnail": centre("application.view", "scan"),
    "scans.strike": centre("application.take", "scan", sent={"reason": "because"}),
}
TRANSMITTALS: dict[str, Route] = {
    "transmittals.index": centre("transmittal.view"),
    "transmittals.new": centre("transmittal.make"),
    "transmittals.make": centre(
        "transmittal.make",
        form={"application": "application"},
        sent={"direction": "out", "ministry": "1"},
    ),
    "transmittals.detail": Route("centre", "transmittal.view", {"code": "transmittal_code"}),
    "transmittals.pdf": Route("centre", "transmittal.view", {"code": "transmittal_code"}),
    "transmittals.receive": Route(
        "centre",
        "transmittal.receive",
        {"code": "transmittal_code"},
        form={"item": "transmittal_item"},
    ),
    "transmittals.came": Route("centre", "transmittal.receive", {"item": "transmittal_item"}),
    "transmittals.stayed": Route("centre", "transmittal.make", {"item": "transmittal_item"}),
}
SLIPS: dict[str, Route] = {
    "applications.handover_protocol": Route(
        "centre", "application.view", {"application": "collected"}
    ),
    "applications.slip_pdf": centre("application.view", "application"),
    "applications.bring_list_pdf": centre("application.view", "application"),
    "applications.ticket_slips_pdf": Route(
        "centre", "application.view", {"ticket": "served_ticket"}
    ),
}
PEOPLE: dict[str, Route] = {
    "people.index": centre("person.view", query={"other": "person"}),
    "people.duplicates": centre("person.merge"),
    "people.detail": centre("person.view", "person"),
    "people.edit": centre("person.edit", "person"),
    "people.update": centre(
        "person.edit", "person", sent={"version": "1", "kind": "person", "full_name": "Somebody"}
    ),
    "people.consent": centre(
        "person.edit", "person",
        sent={"purpose": "keep", "decision": "given", "how": "signed"},
    ),
    "people.compare": centre("person.merge", "person", query={"other": "person"}),
    "people.merge": centre(
        "person.merge", "person", form={"other": "person"}, sent={"reason": "one person"}
    ),
}  # fmt: skip
FOLLOWING: dict[str, Route] = {
    "applications.follow_form": Route("public_centre"),
    "applications.find_own": Route(
        "public_centre", form={"number": "application_code"}, sent={"digits": "1234"}
    ),
    "applications.follow_anywhere": public(),
}
MESSAGES: dict[str, Route] = {
    "messages.index": centre("message.view"),
    "messages.retry": centre("message.retry", "delivery"),
    "messages.set_silent": centre("application.take", "application", sent={"silent": "1"}),
}
ESCALATION: dict[str, Route] = {
    "applications.escalations": centre("application.view"),
    "applications.set_escalations": centre("escalation.set_up"),
    "applications.figures": centre("application.view"),
}
REGISTER: dict[str, Route] = {
    "catalogue.register_page": centre("offer.view"),
    "catalogue.register_entry": Route("centre", "offer.view", {"code": "local_code"}),
    "catalogue.change_offer": Route(
        "centre",
        "offer.set_up",
        {"code": "local_code"},
        fill={"verb": "suspend"},
        sent={
            "suspend-since": "2026-11-25",
            "suspend-reason": "no_staff",
            "suspend-decided_by": "Somebody",
        },
    ),
    "catalogue.ask_local": centre("offer.set_up"),
    "catalogue.add_local": centre("offer.set_up"),
    "catalogue.proposals_page": nation("catalogue.propose"),
    "catalogue.propose": nation("catalogue.propose", code="MOPS-04"),
    "catalogue.draft_proposal": nation("catalogue.propose", code="MOPS-04"),
    "catalogue.proposal": nation("catalogue.propose", proposal_id=1),
    "catalogue.rewrite_proposal": nation("catalogue.propose", proposal_id=1),
    "catalogue.form_rows": nation("catalogue.propose", proposal_id=1),
    "catalogue.set_form": nation("catalogue.propose", proposal_id=1),
    "catalogue.submit_proposal": nation("catalogue.propose", proposal_id=1),
    "catalogue.drop_proposal": nation("catalogue.propose", proposal_id=1),
    "catalogue.comment_proposal": nation("catalogue.propose", proposal_id=1),
    "catalogue.review_proposal": nation("catalogue.review", proposal_id=1),
    "catalogue.publish_proposal": nation("catalogue.review", proposal_id=1),
    "catalogue.differences": nation("catalogue.propose", code="MOPS-04"),
    "monitoring.register": nation("national.summary"),
    "monitoring.register_csv": nation("national.summary"),
}
BEGUN_BEFORE: dict[str, Route] = {
    "applications.apply": Route("public_centre"),
    "applications.apply_for": Route("public_centre", fill={"code": "MOPS-04"}),
    "applications.begin": Route("public_centre", fill={"code": "MOPS-04"}),
    "applications.begun": Route("public_centre", None, {"code": "draft_code"}),
    "applications.drafts": centre("application.take"),
    "applications.withdraw_draft": centre(
        "application.take", "draft", sent={"reason": "Nobody came"}
    ),
}
SEALS: dict[str, Route] = {
    "receipts.sealed": public(packed="A" * 148),
    "receipts.public_keys": public(),
    "monitoring.open_data": public(),
    "monitoring.open_csv": public(table="places"),
    "monitoring.open_json": public(table="places"),
    "monitoring.open_sdmx": public(table="places"),
    "monitoring.open_dhis2": public(table="places"),
    "receipts.verify": public(),
    "receipts.verify_in": public(language="en"),
    "receipts.verify_worker": public(),
}
PRINTING: dict[str, Route] = {
    "receipts.print_day": centre("receipt.view", form={"till": "till"}, sent={"day": "2026-11-25"}),
    "receipts.pdf_of_many": Route("centre", "receipt.view", {"document": "receipt_document"}),
}
RECONCILIATION: dict[str, Route] = {
    "reconciliation.index": centre("statement.view"),
    "reconciliation.look_through": centre("statement.match"),
    "reconciliation.take": centre("statement.match"),
    "reconciliation.statement": centre("statement.view", "statement"),
    "reconciliation.match_certain": centre("statement.match", "statement"),
    "reconciliation.match": Route(
        "centre",
        "statement.match",
        {"line": "statement_line"},
        form={"receipt": "receipt"},
    ),
    "reconciliation.unmatch": Route(
        "centre",
        "statement.match",
        {"match": "bank_match"},
        sent={"reason": "A slip of mine"},
    ),
    "reconciliation.open_receipts": centre("statement.view"),
    "reconciliation.anomaly_list": centre("anomaly.view"),
    "reconciliation.anomaly_file": centre("anomaly.view"),
}
DAY = {"day": (clock.today() - timedelta(days=1)).isoformat()}
"""Yesterday: closed by every centre of the country."""
TREASURY: dict[str, Route] = {
    "treasury.overview": centre("treasury.view"),
    "treasury.day_page": centre("treasury.view", fill=DAY),
    "treasury.close": centre("day.close", fill=DAY),
    "treasury.print_report": centre("treasury.view", fill=DAY),
    "treasury.report": centre("treasury.view", fill=DAY),
    "treasury.correct": centre("books.correct", fill=DAY, sent={"reason": "because"}),
    "treasury.deposits": centre("treasury.view"),
    "treasury.make_deposit": centre("deposit.make", sent={"amount": "1000"}),
    "treasury.slip": centre("treasury.view", "deposit"),
    "treasury.fund": centre("treasury.view"),
    "treasury.change_fund": centre("fund.change", sent={"amount": "1000"}),
    "treasury.the_books": centre("books.view"),
    "treasury.sheet": centre("books.view"),
    "treasury.export": centre("books.view"),
    "treasury.national_anchors": nation("national.audit"),
}
M = {"meeting": uuid.UUID(int=1)}
MONTH = {"month": f"{clock.today().replace(day=1) - timedelta(days=1):%Y-%m}"}
RETURN_OF = {"code": "return_centre"}
NOBODYS = {"action", "guideline", "meeting", "member", "report", "resolution"}
"""Keys of a committee's things, filled with one that nobody has: also its own seat finds none.
What a seat may see of its own is tested with its room."""


def seat(permission: str, **fill: object) -> Route:
    """A door of a unit's own office or committee."""
    return Route("seat", permission, fill=fill)


COMMITTEES: dict[str, Route] = {
    "committees.own_calendar": signed_in(),
    "committees.make_calendar": signed_in(),
    "committees.revoke_calendar": signed_in(),
    "committees.calendar_feed": public(token="x" * 43),
    "committees.committee": seat("committee.attend"),
    "committees.set_up": seat("committee.run"),
    "committees.add_member": seat("committee.run"),
    "committees.member": seat("committee.run", member=uuid.UUID(int=1)),
    "committees.change_member": seat("committee.run", member=uuid.UUID(int=1)),
    "committees.end_member": seat("committee.run", member=uuid.UUID(int=1)),
    "committees.meetings": seat("committee.attend"),
    "committees.new_meeting": seat("committee.run"),
    "committees.plan_meeting": seat("committee.run"),
    "committees.meeting": seat("committee.attend", **M),
    "committees.change_form": seat("committee.run", **M),
    "committees.change_meeting": seat("committee.run", **M),
    "committees.invite": seat("committee.run", **M),
    "committees.comment": seat("committee.attend", **M),
    "committees.open_meeting": seat("committee.run", **M),
    "committees.end_meeting": seat("committee.run", **M),
    "committees.call_off": seat("committee.run", **M),
    "committees.attend": seat("committee.run", **M),
    "committees.add_flag": seat("committee.run", **M, flag=uuid.UUID(int=1)),
    "committees.add_action": seat("committee.run", **M, action=uuid.UUID(int=1)),
    "committees.add_deferred": seat("committee.run", **M, resolution=uuid.UUID(int=1)),
    "committees.add_topic": seat("committee.run", **M),
    "committees.move_item": seat("committee.run", **M, item=uuid.UUID(int=1)),
    "committees.withdraw_item": seat("committee.run", **M, item=uuid.UUID(int=1)),
    "committees.invitation": seat("committee.attend", **M),
    "committees.invitation_paper": seat("committee.attend", **M),
    "committees.freeze_pack": seat("committee.run", **M),
    "committees.pack": seat("committee.attend", **M, edition=1),
    "committees.add_papers": seat("committee.run", **M),
    "committees.show_paper": seat("committee.attend", **M, paper=uuid.UUID(int=1)),
    "committees.withdraw_paper": seat("committee.run", **M, paper=uuid.UUID(int=1)),
}
FEES: dict[str, Route] = {
    "catalogue.deviations_page": centre("fee.deviate"),
    "catalogue.add_deviation": centre("fee.deviate"),
    "catalogue.end_deviation": centre("fee.deviate", "deviation"),
    "catalogue.fee_poster": Route("public_centre"),
    "catalogue.rates": nation("national.fees"),
    "catalogue.enter_rate": nation("national.fees"),
    "catalogue.exemption_classes": nation("national.fees"),
    "catalogue.keep_exemption": nation("national.fees"),
    "catalogue.end_exemption": nation("national.fees", class_id=1),
    "catalogue.national_deviations": nation("national.summary"),
    "catalogue.deviations_csv": nation("national.summary"),
    "catalogue.ask_fee": nation("national.catalogue", code="MOPS-04"),
    "catalogue.publish_fee": nation("national.catalogue", code="MOPS-04"),
    "catalogue.end_fee": nation("national.catalogue", code="MOPS-04", line_id=1),
}
NOT_THERE = uuid.UUID(int=1)
MEETING = {"meeting": NOT_THERE}
RESOLUTION = {"resolution": NOT_THERE}
ACTION = {"place": 1, "action": NOT_THERE}
REPORT = {"report": NOT_THERE}
REPORTS: dict[str, Route] = {
    "reports.index": Route("area", "area.reports"),
    "reports.draft": Route("seat", "report.draft"),
    "reports.report": Route("area", "area.reports", fill=REPORT),
    "reports.publish": Route("seat", "report.publish", fill=REPORT),
    "reports.withdraw": Route("seat", "report.draft", fill=REPORT),
    "reports.paper": Route("area", "area.reports", fill={**REPORT, "language": "lo"}),
    "reports.annex": Route("area", "area.reports", fill=REPORT),
    "reports.table_file": Route("area", "area.reports", fill={**REPORT, "table": "parts"}),
}
ACTIONS: dict[str, Route] = {
    "actions.index": Route("area", "action.view"),
    "actions.index_csv": Route("area", "action.view"),
    "actions.detail": Route("area", "action.view", fill=ACTION),
    "actions.evidence": Route("seat", "action.report", fill={**ACTION, "note": NOT_THERE}),
    "actions.comment": Route("area", "action.view", fill=ACTION),
    "actions.note": Route("seat", "action.report", fill=ACTION),
    "actions.report": Route("seat", "action.report", fill=ACTION),
    "actions.accept": Route("seat", "action.accept", fill=ACTION),
    "actions.send_back": Route("seat", "action.accept", fill=ACTION),
    "actions.cancel": Route("seat", "action.accept", fill=ACTION),
    "actions.move_due": Route("seat", "action.accept", fill=ACTION),
    "actions.guidelines": Route("area", "resolution.view"),
    "actions.guideline": Route("area", "resolution.view", fill={"guideline": NOT_THERE}),
    "actions.centre_guidelines": centre("guideline.view"),
    "actions.centre_guideline": centre("guideline.view", "guideline"),
    "actions.acknowledge": centre("guideline.acknowledge", "guideline"),
    "returns.centre_returns": centre("return.view"),
    "returns.centre_return": centre("return.view", fill=MONTH),
    "returns.sign": centre("return.sign", fill=MONTH),
    "returns.centre_paper": centre("return.view", fill={**MONTH, "version": 1}),
    "returns.area_returns": Route("area", "area.returns"),
    "returns.area_return": Route("area", "area.returns", RETURN_OF, fill=MONTH),
    "returns.review": Route("area", "return.review", RETURN_OF, fill=MONTH, not_at=("LA",)),
    "returns.area_paper": Route("area", "area.returns", RETURN_OF, fill={**MONTH, "version": 1}),
}
RESOLUTIONS: dict[str, Route] = {
    "committees.new_action": Route("seat", "committee.run", fill=RESOLUTION),
    "committees.give_action": Route("seat", "committee.run", fill=RESOLUTION),
    "committees.decisions": Route("area", "resolution.view"),
    "committees.decisions_csv": Route("area", "resolution.view"),
    "committees.decision": Route("area", "resolution.view", fill={"place": 1, **RESOLUTION}),
    "committees.new_resolution": Route("seat", "committee.run", fill=MEETING),
    "committees.propose": Route("seat", "committee.run", fill=MEETING),
    "committees.resolution": Route("seat", "committee.attend", fill=RESOLUTION),
    "committees.other_words": Route("seat", "committee.run", fill=RESOLUTION),
    "committees.reword": Route("seat", "committee.run", fill=RESOLUTION),
    "committees.decide": Route("seat", "committee.run", fill=RESOLUTION),
    "committees.reopen": Route("seat", "committee.run", fill=RESOLUTION),
    "committees.minutes": Route("seat", "committee.attend", fill=MEETING),
    "committees.write_minutes": Route("seat", "committee.run", fill=MEETING),
    "committees.minutes_pdf": Route("seat", "committee.attend", fill=MEETING),
    "committees.ask_to_sign": Route("seat", "committee.run", fill=MEETING),
    "committees.sign": Route("seat", "committee.run", fill=MEETING),
}
ROUTES: dict[str, Route] = {
    **WEB,
    **ACCOUNTS,
    **PLACES_AND_CATALOGUE,
    **APPLICATIONS,
    **TICKETS,
    **APPOINTMENTS,
    **PAPER,
    **RECEIPTS,
    **OVERSIGHT,
    **PEOPLE,
    **REGISTER,
    **API,
    **MANY,
    **SCANS,
    **SLIPS,
    **TRANSMITTALS,
    **FOLLOWING,
    **MESSAGES,
    **ESCALATION,
    **BEGUN_BEFORE,
    **SEALS,
    **PRINTING,
    **RECONCILIATION,
    **TREASURY,
    **FEES,
    **ACTIONS,
    **RESOLUTIONS,
    **COMMITTEES,
    **REPORTS,
}
