"""The dictionary of the audit trail knows what people do."""

import pytest
from flask import Flask

from odsc_counter.accounts import words
from odsc_counter.accounts.permissions import ROLES
from odsc_counter.applications import lifecycle as applications
from odsc_counter.platform.lifecycle import Lifecycle
from odsc_counter.receipts import lifecycle as tills
from odsc_counter.tickets import appointment_lifecycle as appointments
from odsc_counter.tickets import lifecycle as tickets

LIFECYCLES = {
    "ticket": tickets.LIFECYCLE,
    "appointment": appointments.LIFECYCLE,
    "application": applications.LIFECYCLE,
    "till_session": tills.LIFECYCLE,
}


@pytest.mark.parametrize("kind", LIFECYCLES)
def test_every_verb_of_every_lifecycle_has_words(kind: str) -> None:
    lifecycle: Lifecycle = LIFECYCLES[kind]
    assert [verb for verb in lifecycle.verbs if not words.is_known(kind, verb)] == []


def test_every_role_has_a_name() -> None:
    assert set(words.ROLES) == set(ROLES)


def test_every_kind_with_verbs_has_a_name(app: Flask) -> None:
    with app.test_request_context("/"):
        assert {value.split(".")[0] for value, _text in words.verbs()} <= set(words.KINDS)


def test_a_verb_that_nobody_put_in_is_shown_as_it_was_written() -> None:
    assert words.doing("boat", "sank") == "boat: sank"


def test_details_say_the_role_by_its_name_and_leave_out_what_is_nested(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        said = words.details({"role": "cashier", "reason": "moved", "changes": {"a": 1}})
    assert said == [("Reason", "moved"), ("Role", "Cashier")]
