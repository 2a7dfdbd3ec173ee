"""Which pages a person is offered, in one table, and where they land after signing in."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_login import current_user
from sqlalchemy import select

from odsc_counter.accounts.access import SignedIn, door_of
from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.places.models import Centre
from odsc_counter.platform.work import reading

PAGES: tuple[tuple[str, str, LazyString], ...] = (
    # permission           endpoint                    label
    ("ticket.call", "tickets.console", _("Counter")),
    ("application.decide", "applications.office_desk", _("Desk")),
    ("application.view", "applications.index", _("Applications")),
    ("person.view", "people.index", _("Applicants")),
    ("message.view", "messages.index", _("Messages")),
    ("transmittal.view", "transmittals.index", _("Transmittals")),
    ("till.use", "tills.till", _("Till")),
    ("till.sign_off", "tills.index", _("Tills")),
    ("receipt.view", "receipts.index", _("Receipts")),
    ("statement.view", "reconciliation.index", _("Reconciliation")),
    ("treasury.view", "treasury.overview", _("Treasury")),
    ("hall.view", "tickets.hall", _("Hall")),
    ("hall.view", "tickets.hall_reports", _("Reports")),
    ("appointment.book", "tickets.agenda", _("Appointments")),
    ("offer.set_up", "catalogue.offer", _("Services")),
    ("offer.view", "catalogue.register_page", _("Register of services")),
    ("guideline.view", "actions.centre_guidelines", _("Guidelines")),
    ("return.view", "returns.centre_returns", _("Monthly returns")),
    ("who_came.view", "monitoring.who_came", _("Who came")),
    ("user.manage", "accounts.people", _("Staff")),
    ("audit.view", "accounts.trail", _("Audit trail")),
    ("area.workload", "coordination.workload", _("Workload")),
    ("area.workload", "committees.today", _("Today")),
    ("area.figures", "monitoring.figures", _("Figures")),
    ("area.figures", "monitoring.area_who_came", _("Who came")),
    ("area.returns", "returns.area_returns", _("Monthly returns")),
    ("area.reports", "reports.index", _("Published reports")),
    ("flag.view", "flags.index", _("Flags")),
    ("action.view", "actions.index", _("Action items")),
    ("resolution.view", "committees.decisions", _("Resolutions")),
    ("resolution.view", "actions.guidelines", _("Guidelines")),
    ("committee.attend", "committees.meetings", _("Meetings")),
    ("committee.attend", "committees.committee", _("Committee")),
    ("area.files", "coordination.ministry_files", _("Files of ministries")),
    ("area.sharing", "coordination.sharing_register", _("Data sharing")),
    ("centre.enter", "accounts.enter", _("Enter a centre")),
    ("area.audit", "accounts.area_trail", _("Offices' audit trail")),
    ("national.summary", "monitoring.register", _("Services at the centres")),
    ("national.summary", "catalogue.national_deviations", _("Local amounts")),
    ("national.summary", "monitoring.open_data", _("Open data")),
    ("national.catalogue", "catalogue.national", _("Catalogue")),
    ("catalogue.propose", "catalogue.proposals_page", _("Proposals")),
    ("national.centres", "places.centres", _("Centres")),
    ("national.users", "accounts.national_people", _("Accounts")),
    ("national.audit", "accounts.national_trail", _("National audit trail")),
    ("national.audit", "treasury.national_anchors", _("Anchors")),
)
MANY = 9
"""So many entries stand side by side; with more, those that are seldom asked for step back."""
SELDOM = {
    "accounts.area_trail",
    "accounts.enter",
    "accounts.national_trail",
    "accounts.trail",
    "actions.centre_guidelines",
    "actions.guidelines",
    "catalogue.national_deviations",
    "catalogue.offer",
    "catalogue.proposals_page",
    "catalogue.register_page",
    "committees.committee",
    "coordination.ministry_files",
    "coordination.sharing_register",
    "messages.index",
    "monitoring.area_who_came",
    "monitoring.open_data",
    "monitoring.register",
    "monitoring.who_came",
    "people.index",
    "reconciliation.index",
    "returns.centre_returns",
    "tickets.agenda",
    "treasury.national_anchors",
}


@dataclass(frozen=True)
class Item:
    """One entry of the main navigation."""

    label: str
    url: str
    active: bool
    key: str = ""
    seldom: bool = False
    """Whether it stands behind "More pages"."""


def _codes(person: SignedIn) -> dict[int, str]:
    ids = {grant.centre_id for grant in person.grants if grant.centre_id is not None}
    if person.session is not None and person.session.entered_centre_id is not None:
        ids.add(person.session.entered_centre_id)
    if not ids:
        return {}
    with reading() as session:
        found = session.execute(select(Centre.id, Centre.code).where(Centre.id.in_(ids)))
        return dict(found.tuples().all())


def items() -> list[Item]:
    """The pages that the signed-in person is offered here."""
    if not current_user.is_authenticated:
        return []
    person: SignedIn = current_user
    codes = _codes(person)
    if "centre" in g and g.centre.id in codes:
        codes = {g.centre.id: g.centre.code}
    entries = []
    for permission, endpoint, label in PAGES:
        address = _address(person, permission, endpoint, codes)
        if address is not None:
            entries.append(Item(str(label), address, request.endpoint == endpoint, endpoint))
    if len(entries) <= MANY:
        return entries
    return [replace(entry, seldom=entry.key in SELDOM) for entry in entries]


def _address(person: SignedIn, permission: str, endpoint: str, codes: dict[int, str]) -> str | None:
    reach = PERMISSIONS[permission].reach
    if reach == "centre":
        for centre_id, code in codes.items():
            if person.may_in_centre(permission, centre_id):
                return url_for(endpoint, centre=code)
        return None
    if reach in ("area", "seat"):
        may = person.may_in_area if reach == "area" else person.may_at_seat
        for grant in person.grants:
            if grant.unit_code and may(permission, grant.unit_code):
                door = door_of(endpoint)
                # Codes nest by two letters: LA is the nation, LA01 a province.
                if door is None or len(grant.unit_code) // 2 - 1 not in door.levels:
                    continue
                return url_for(endpoint, unit=grant.unit_code)
        return None
    return url_for(endpoint) if person.may_for_nation(permission) else None


def landing() -> str:
    """Where a person starts: the first page that they are offered."""
    offered = items()
    return offered[0].url if offered else url_for("accounts.me")


def install(app: Flask) -> None:
    """Give every page its navigation."""

    @app.context_processor
    def navigation() -> dict[str, Any]:
        return {"navigation": items() if "scope_stack" in g else []}
