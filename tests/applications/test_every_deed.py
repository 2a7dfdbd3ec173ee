"""Every state × every deed × every role, through the program, on both databases.

The table below is written by hand and holds against the doors, the operations and what lies in
the database: who may do what to a file in which state, and what becomes of it.
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.accounts.permissions import PLACES, ROLES
from odsc_counter.applications import operations, queries
from odsc_counter.applications.lifecycle import LIFECYCLE
from odsc_counter.applications.models import Application
from odsc_counter.catalogue.models import ServiceStep, ServiceVersion
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.applications.test_operations import SIGNED, an_officer
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office
from tests.world import a_unit, a_user

REASON = "ຂໍ້ມູນບໍ່ກົງກັນ"
CLERKS = {"counter_staff", "lead_clerk"}
OFFICERS = {"ministry_officer"}
STAYS = "stays"


class Deed(NamedTuple):
    """A door, who may use it, and where it leads a file from each state that allows it."""

    path: str
    roles: set[str]
    leads: dict[str, str]
    data: dict[str, str]


DEEDS = {
    "take_up": Deed("applications/{file}/take-up", OFFICERS, {"submitted": "under_review"}, {}),
    "pass_check": Deed("steps/{check}/pass", OFFICERS, {"submitted": "under_review"}, {}),
    "pass": Deed("steps/{sign}/pass", OFFICERS, {"under_review": "approved"}, {}),
    "reject": Deed(
        "steps/{sign}/reject", OFFICERS, {"under_review": "rejected"}, {"reject-reason": REASON}
    ),
    "send_back": Deed(
        "steps/{sign}/send-back", OFFICERS, {"under_review": "incomplete"}, {"back-reason": REASON}
    ),
    "return": Deed(
        "steps/{sign}/return",
        OFFICERS,
        {"under_review": STAYS},
        {"return-reason": REASON, "to": "{check}"},
    ),
    "assign": Deed("steps/{sign}/assign", OFFICERS, {"under_review": STAYS}, {}),
    "supply": Deed(
        "applications/{file}/papers", CLERKS, {"incomplete": "submitted"}, {"papers": "{papers}"}
    ),
    "make_ready": Deed(
        "applications/{file}/ready",
        CLERKS | OFFICERS,
        {"approved": "ready"},
        {"result_number": "7/LA"},
    ),
    "collect": Deed(
        "applications/{file}/collect",
        CLERKS,
        {"approved": "collected", "rejected": "collected", "ready": "collected"},
        {"taker": "applicant", "proof": "slip", "paper_reference": "3/17"},
    ),
    "withdraw": Deed(
        "applications/{file}/withdraw",
        CLERKS,
        dict.fromkeys(("submitted", "incomplete", "under_review"), "withdrawn"),
        {"withdraw-reason": REASON},
    ),
    "expire": Deed(
        "applications/{file}/expire",
        {"lead_clerk", "centre_manager"},
        {"incomplete": "expired", "ready": "expired"},
        {"expire-reason": REASON},
    ),
    "remark": Deed(
        "applications/{file}/remarks",
        CLERKS | OFFICERS | {"centre_manager"},
        dict.fromkeys(LIFECYCLE.states, STAYS),
        {"say-reason": REASON, "audience": "staff"},
    ),
}
HERE = {role for role, places in PLACES.items() if places == {"centre"}}
"""Roles of the centre: they hear that a deed is not theirs; to all others it isn't there."""


class Stage:
    """A centre with a person of every role, and files in every state on demand."""

    def __init__(self, site: Flask, office: Office) -> None:
        self.office = office
        self.officer = an_officer(office, "MOPS")
        self.desks = {role: a_desk(site, self._person(role)) for role in ROLES}

    def _person(self, role: str) -> User:
        if role == "ministry_officer":
            return self.officer
        (place, *_others) = sorted(PLACES[role])
        unit = {"district": "LA0101", "province": "LA01", "nation": "LA"}
        here = self.office.centre if place == "centre" else a_unit(unit[place])
        return a_user(f"one-{role}".replace("_", "-"), **{role: here})

    def file(self, state: str) -> Application:
        """A file in a state, taken so long ago that it may expire."""
        papers = set() if state in ("incomplete", "expired") else self.office.papers
        office, centre = self.office, self.office.centre
        with clock.use(_long_ago()), office.inside(self.officer):
            file = operations.take(
                centre, office.service.id, full_name=f"ນາງ {state}", papers_present=papers
            )
            check, sign = (step.id for step in queries.steps(file.id))
            if state in ("under_review", "approved", "rejected", "ready", "collected"):
                operations.pass_step(centre, check)
            if state in ("approved", "ready", "collected"):
                operations.pass_step(centre, sign)
            if state == "rejected":
                operations.reject(centre, sign, REASON)
            if state == "ready":
                operations.make_ready(centre, file.id, "7/LA")
            if state == "collected":
                operations.collect(centre, file.id, SIGNED)
            if state == "withdrawn":
                operations.withdraw(centre, file.id, REASON)
        if state == "expired":
            with office.inside(self.officer):
                operations.expire(centre, file.id, REASON)
        return self.now(file.id)

    def now(self, file_id: uuid.UUID) -> Application:
        """The file as it is."""
        with self.office.inside():
            return queries.application(file_id)

    def do(self, desk: FlaskClient, deed: Deed, file: Application) -> int:
        """Send what a page would send; returns the answer's status."""
        with self.office.inside():
            check, sign = (str(step.id) for step in queries.steps(file.id))
        words = {"file": str(file.id), "check": check, "sign": sign}
        data: dict[str, object] = {
            key: sorted(self.office.papers) if value == "{papers}" else value.format(**words)
            for key, value in deed.data.items()
        }
        return desk.post(f"/c/LA0101/{deed.path.format(**words)}", data=data).status_code


def _long_ago() -> object:
    at = clock.now() - timedelta(days=200)
    return lambda: at


@pytest.fixture
def stage(database_url: str, tmp_path: Path) -> Iterator[Stage]:
    site = an_app(database_url, tmp_path)
    office = an_office(days=5)
    with reference_scope(), unit_of_work() as work:
        version = work.session.scalars(select(ServiceVersion)).one()
        work.session.add_all(
            ServiceStep(
                version_id=version.id,
                code=code,
                position=stage,
                stage=stage,
                name_en=code,
                name_lo="ຂັ້ນຕອນ",
                ministry_id=version.ministry_id,
                level="district",
                working_days=2,
                decides=code == "sign",
            )
            for stage, code in enumerate(("check", "sign"), start=1)
        )
    yield Stage(site, office)
    site.extensions["database"].dispose()


@pytest.mark.parametrize("state", sorted(LIFECYCLE.states))
def test_who_may_do_what_to_a_file_in_this_state(stage: Stage, state: str) -> None:
    file = stage.file(state)
    assert file.state == state
    wrong = []
    for name, deed in DEEDS.items():
        for role, desk in stage.desks.items():
            status = stage.do(desk, deed, file)
            after = stage.now(file.id)
            allowed = role in deed.roles and state in deed.leads
            if allowed:
                expected = (303, state if deed.leads[state] == STAYS else deed.leads[state])
            elif role in deed.roles:
                expected = (409, state)
            else:
                expected = (403 if role in HERE else 404, state)
            if (status, after.state) != expected:
                wrong.append((name, role, (status, after.state), expected))
            elif not allowed and after.version != file.version:
                wrong.append((name, role, "changed", after.version))
            if after.version != file.version:
                file = stage.file(state)
    assert wrong == []
