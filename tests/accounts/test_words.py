"""The dictionary of the audit trail knows what people do."""

import pytest
from flask import Flask

from odsc_counter.accounts import area_words, words
from odsc_counter.accounts.permissions import ROLES
from odsc_counter.actions import lifecycle as actions
from odsc_counter.applications import lifecycle as applications
from odsc_counter.catalogue import lifecycle as catalogue
from odsc_counter.committees import lifecycle as committees
from odsc_counter.flags import lifecycle as flags
from odsc_counter.messages import lifecycle as deliveries
from odsc_counter.platform.lifecycle import Lifecycle
from odsc_counter.tickets import appointment_lifecycle as appointments
from odsc_counter.tickets import lifecycle as tickets
from odsc_counter.tills import lifecycle as tills

LIFECYCLES = {
    "ticket": tickets.LIFECYCLE,
    "appointment": appointments.LIFECYCLE,
    "application": applications.LIFECYCLE,
    "pre_registration": applications.PRE_LIFECYCLE,
    "delivery": deliveries.LIFECYCLE,
    "till_session": tills.LIFECYCLE,
    "offered_service": catalogue.OFFER_LIFECYCLE,
    "change_proposal": catalogue.PROPOSAL_LIFECYCLE,
}

OF_OFFICES = {
    "flag": flags.LIFECYCLE,
    "meeting": committees.MEETING,
    "resolution": committees.RESOLUTION,
    "action_item": actions.LIFECYCLE,
}


@pytest.mark.parametrize("kind", LIFECYCLES)
def test_every_verb_of_every_lifecycle_has_words(kind: str) -> None:
    lifecycle: Lifecycle = LIFECYCLES[kind]
    assert [verb for verb in lifecycle.verbs if not words.is_known(kind, verb)] == []


@pytest.mark.parametrize("kind", OF_OFFICES)
def test_every_verb_of_the_offices_has_words(kind: str) -> None:
    lifecycle: Lifecycle = OF_OFFICES[kind]
    assert [verb for verb in lifecycle.verbs if not area_words.is_known(kind, verb)] == []


def test_every_role_has_a_name() -> None:
    assert set(words.ROLES) == set(ROLES)


def test_every_kind_with_verbs_has_a_name(app: Flask) -> None:
    with app.test_request_context("/"):
        assert {value.split(".")[0] for value, _text in words.verbs()} <= set(words.KINDS)
        offices = {value.split(".")[0] for value, _text in area_words.verbs()}
        assert offices <= set(area_words.KINDS)


def test_a_verb_that_nobody_put_in_is_shown_as_it_was_written() -> None:
    assert words.doing("boat", "sank") == "boat: sank"


def test_details_say_the_role_by_its_name_and_leave_out_what_is_nested(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        said = words.details({"role": "cashier", "reason": "moved", "changes": {"a": 1}})
    assert said == [("Reason", "moved"), ("Role", "Cashier")]


def test_words_of_the_records_are_said_as_people_say_them(app: Flask) -> None:
    data = {
        "why": "waited_long",
        "place": "first",
        "reason": "meal",
        "until": "2026-11-25T03:08:00+00:00",
        "verb_undone": "no_show",
        "files": 1,
    }
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        said = dict(words.details(data))
    assert said == {
        "Reason": "Meal",
        "Place in the queue": "At the front",
        "Why this person": "Has waited longest, over the limit",
        "Until": "10:08",
        "What was taken back": "Did not come when called",
    }


def test_what_was_changed_is_said_with_what_it_was(app: Flask) -> None:
    changes = {
        "speaks": {"from": True, "to": False},
        "reasons": {"from": ["elderly", "monk"], "to": []},
        "day_close": {"from": "at_first_number", "to": "by_hand"},
        "secret": {"from": 1, "to": 2},
    }
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        said = words.details({"changes": changes})
    assert said == [
        ("Boards speak the calls", "Yes → No"),
        ("Reasons for priority", "Elderly person, Monk or novice → –"),
        ("How a day ends", "The first number of the next day ends it → The manager closes it"),
    ]
