"""The tables of an application's and a step's life, turned round: every state and every verb."""

import pytest

from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.applications.lifecycle import LIFECYCLE, PRE_LIFECYCLE, STEP_LIFECYCLE
from odsc_counter.platform.lifecycle import STAYS, Lifecycle, NotAllowed

Table = dict[str | None, dict[str, str]]

FILE: Table = {
    # state        verbs that may follow, and where they lead
    None: {"submit": "submitted", "submit_incomplete": "incomplete"},
    "submitted": {"take_up": "under_review", "withdraw": "withdrawn"},
    "incomplete": {
        "supply_papers": "submitted",
        "supply_correction": "under_review",
        "withdraw": "withdrawn",
        "expire": "expired",
    },
    "under_review": {
        "go_on": STAYS,
        "return_to_office": STAYS,
        "send_back": "incomplete",
        "approve": "approved",
        "reject": "rejected",
        "withdraw": "withdrawn",
    },
    "approved": {"make_ready": "ready", "collect": "collected"},
    "rejected": {"collect": "collected"},
    "ready": {"collect": "collected", "expire": "expired"},
    "collected": {},
    "withdrawn": {},
    "expired": {},
}
STEP: Table = {
    None: {"plan": "pending"},
    "pending": {"begin": "at_work", "drop": "dropped"},
    "at_work": {
        "assign": STAYS,
        "pass": "passed",
        "refuse": "refused",
        "wait": "waiting",
        "put_off": "pending",
        "drop": "dropped",
    },
    "waiting": {"assign": STAYS, "resume": "at_work", "drop": "dropped"},
    "passed": {"reopen": "at_work"},
    "refused": {},
    "dropped": {},
}
DRAFT: Table = {
    None: {"register": "draft"},
    "draft": {"confirm": "confirmed", "withdraw": "withdrawn"},
    "confirmed": {},
    "withdrawn": {},
}
CASES = [
    pytest.param(table, state, verb, allowed.get(verb), id=f"{kind}-{state}-{verb}")
    for kind, table, expected in (
        ("file", LIFECYCLE, FILE),
        ("step", STEP_LIFECYCLE, STEP),
        ("draft", PRE_LIFECYCLE, DRAFT),
    )
    for state, allowed in expected.items()
    for verb in table.verbs
]


@pytest.mark.parametrize(("table", "state", "verb", "leads_to"), CASES)
def test_every_verb_in_every_state(
    table: Lifecycle, state: str | None, verb: str, leads_to: str | None
) -> None:
    if leads_to is None:
        assert not table.allows(verb, state)
        with pytest.raises(NotAllowed):
            table.target(verb, state)
    else:
        assert table.target(verb, state) == (state if leads_to == STAYS else leads_to)


def test_the_tables_know_no_other_state_and_no_permission_that_nobody_holds() -> None:
    assert set(FILE) - {None} == LIFECYCLE.states
    assert set(STEP) - {None} == STEP_LIFECYCLE.states
    assert set(DRAFT) - {None} == PRE_LIFECYCLE.states
    for table in (LIFECYCLE, STEP_LIFECYCLE, PRE_LIFECYCLE):
        for verb in table.verbs:
            assert PERMISSIONS[table.permission(verb)].roles, verb
