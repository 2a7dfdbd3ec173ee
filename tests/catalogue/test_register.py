"""The register: what a centre offers, suspends and withdraws, since when, why, and who decided."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from odsc_counter import checking
from odsc_counter.applications import operations as applications
from odsc_counter.applications import queries as files
from odsc_counter.catalogue import operations, queries, register, register_queries
from odsc_counter.catalogue.lifecycle import (
    OFFER_LIFECYCLE,
    OFFERED,
    SUSPENDED,
    WITHDRAWN,
)
from odsc_counter.catalogue.models import OfferedService
from odsc_counter.catalogue.register import Decision, offered_spans
from odsc_counter.catalogue.register_models import ServiceStanding
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets import kiosk
from tests.world import a_centre, a_service


def decided(since: date | None = None, **more: Any) -> Decision:
    """A decision from today on unless told."""
    values = {
        "since": since or clock.today(),
        "decided_by": "ຫ້ອງວ່າການເມືອງ",
        "document_number": "12/ຫວມ",
        "reason": "unclear_fee",
    }
    return Decision(**{**values, **more})


def offered() -> set[str]:
    return {row.service.code for row in queries.offered_services(clock.today())}


VERBS = {
    ("offer", None): OFFERED,
    ("suspend", OFFERED): SUSPENDED,
    ("resume", SUSPENDED): OFFERED,
    ("withdraw", OFFERED): WITHDRAWN,
    ("withdraw", SUSPENDED): WITHDRAWN,
    ("offer_again", WITHDRAWN): OFFERED,
}


@pytest.mark.parametrize("state", [None, OFFERED, SUSPENDED, WITHDRAWN])
@pytest.mark.parametrize("verb", OFFER_LIFECYCLE.verbs)
def test_each_verb_is_allowed_where_the_table_says(verb: str, state: str | None) -> None:
    assert OFFER_LIFECYCLE.allows(verb, state) == ((verb, state) in VERBS)
    if (verb, state) in VERBS:
        assert OFFER_LIFECYCLE.target(verb, state) == VERBS[verb, state]


def test_a_suspended_service_is_not_offered_and_says_why(database: Database) -> None:
    centre = a_centre()
    service = a_service(centre, "MOPS-04")
    a_service(centre, "MOPS-05")
    with centre_scope(centre.id):
        register.change_offer(
            "suspend", service.id, decided(words_lo="ລໍຖ້າຄຳສັ່ງ", words_en="Wait for the order")
        )
        assert offered() == {"MOPS-05"}
        assert queries.group_of(service.id, clock.today()) is None
        (one,) = register_queries.suspended_services(clock.today())
        assert one.row.group.letter == "A"
        assert one.text("en").endswith("Wait for the order")
        assert one.text("lo").endswith("ລໍຖ້າຄຳສັ່ງ")
        at_kiosk = {choice.row.service.code: choice for choice in kiosk.choices(clock.today())}
        closed = at_kiosk["MOPS-04"].closed
        assert closed is not None and closed.text("en") == one.text("en")
        assert at_kiosk["MOPS-05"].closed is None
        with pytest.raises(register_queries.Suspended, match="suspended"):
            applications.take(centre, service.id, full_name="Somebody", papers_present=set())
        register.change_offer("resume", service.id, decided(reason=""))
        assert offered() == {"MOPS-04", "MOPS-05"}
        assert register_queries.suspended_services(clock.today()) == []


def test_files_that_were_taken_go_on(database: Database) -> None:
    centre = a_centre()
    service = a_service(centre, "MOPS-04", papers=1)
    with centre_scope(centre.id):
        file = applications.take(centre, service.id, full_name="Somebody", papers_present=set())
        register.change_offer("withdraw", service.id, decided(reason="no_budget"))
        (paper,) = files.papers(file.id)
        done = applications.supply_papers(centre, file.id, {paper.document_type_id})
    assert done.state == "submitted"


def test_the_history_is_kept_and_told_by_events(database: Database) -> None:
    centre = a_centre()
    service = a_service(centre, "MOPS-04")
    with centre_scope(centre.id):
        for verb in ("suspend", "withdraw", "offer_again"):
            register.change_offer(verb, service.id, decided())
        entry = register_queries.register_entry("MOPS-04", clock.today())
        assert [row.verb for row in entry.history] == [
            "offer_again", "withdraw", "suspend", "offer",
        ]  # fmt: skip
        assert [row.seq for row in entry.history] == [4, 3, 2, 1]
        assert entry.row.standing.state == OFFERED
        with reading() as session:
            events = session.scalars(
                select(Event).where(Event.subject_kind == "offered_service").order_by(Event.seq)
            ).all()
    assert [(event.verb, event.from_state, event.to_state) for event in events] == [
        ("suspend", OFFERED, SUSPENDED),
        ("withdraw", SUSPENDED, WITHDRAWN),
        ("offer_again", WITHDRAWN, OFFERED),
    ]
    assert events[0].data["document_number"] == "12/ຫວມ"


def test_rows_of_the_register_are_never_changed(database: Database) -> None:
    centre = a_centre()
    a_service(centre, "MOPS-04")
    for statement in (
        update(ServiceStanding).values(reason="other"),
        delete(ServiceStanding),
    ):
        with centre_scope(centre.id), pytest.raises(DBAPIError), unit_of_work() as work:
            work.session.execute(statement)


def test_a_change_can_be_planned_and_the_next_one_takes_its_place(database: Database) -> None:
    centre = a_centre()
    service = a_service(centre, "MOPS-04")
    today = clock.today()
    later = today + timedelta(days=5)
    with centre_scope(centre.id):
        register.change_offer("suspend", service.id, decided(later))
        assert offered() == {"MOPS-04"}
        assert queries.offered_services(later) == []
        (row,) = register_queries.register(today)
        assert row.standing.state == OFFERED
        assert row.planned is not None and row.planned.state == SUSPENDED
        with pytest.raises(InvalidInput) as refused:
            register.change_offer("resume", service.id, decided(later + timedelta(days=1)))
        assert set(refused.value.fields) == {"since"}
        register.change_offer("resume", service.id, decided(later))
        assert len(queries.offered_services(later)) == 1
        register.change_offer("suspend", service.id, decided(later))
        assert queries.offered_services(later) == []


@pytest.mark.parametrize(
    ("verb", "change", "field"),
    [
        ("suspend", {"reason": ""}, "reason"),
        ("suspend", {"reason": "because"}, "reason"),
        ("suspend", {"reason": "other"}, "words_lo"),
        ("suspend", {"decided_by": " "}, "decided_by"),
        ("withdraw", {"document_number": ""}, "document_number"),
        ("suspend", {"since": date(2019, 12, 31)}, "since"),
        ("suspend", {"since": date(2099, 1, 1)}, "since"),
        ("suspend", {"words_lo": "ກ" * 301}, "words_lo"),
    ],
)
def test_what_is_missing_is_said(
    database: Database, verb: str, change: dict[str, Any], field: str
) -> None:
    centre = a_centre()
    service = a_service(centre, "MOPS-04")
    with centre_scope(centre.id):
        with pytest.raises(InvalidInput) as refused:
            register.change_offer(verb, service.id, decided(**change))
        assert set(refused.value.fields) == {field}
        assert offered() == {"MOPS-04"}


def test_a_power_cut_needs_no_document(database: Database) -> None:
    centre = a_centre()
    service = a_service(centre, "MOPS-04")
    with centre_scope(centre.id):
        register.change_offer(
            "suspend", service.id, decided(reason="system_down", document_number="")
        )
        assert offered() == set()


def test_a_verb_that_does_not_fit_is_refused(database: Database) -> None:
    centre = a_centre()
    service = a_service(centre, "MOPS-04")
    with centre_scope(centre.id), pytest.raises(AlreadyChanged):
        register.change_offer("resume", service.id, decided())
    other = a_centre("LA0201")
    with centre_scope(other.id), pytest.raises(NotFound):
        register.change_offer("suspend", service.id, decided())


def test_a_letter_does_not_bring_back_what_the_register_has_suspended(
    database: Database,
) -> None:
    centre = a_centre()
    service = a_service(centre, "MOPS-04")
    with centre_scope(centre.id):
        register.change_offer("suspend", service.id, decided())
        group = operations.add_group("B", "ຂ", "B")
        with pytest.raises(operations.NeedsDecision):
            operations.set_offer({service.id: group.id})


def _row(verb: str, state: str, since: int) -> ServiceStanding:
    return ServiceStanding(verb=verb, state=state, since=date(2026, 1, since))


def test_spans_join_where_a_planned_change_was_taken_back() -> None:
    rows = [
        _row("offer", OFFERED, 1),
        _row("suspend", SUSPENDED, 5),
        _row("resume", OFFERED, 5),
        _row("withdraw", WITHDRAWN, 9),
        _row("offer_again", OFFERED, 20),
    ]
    assert offered_spans(rows) == [
        (date(2026, 1, 1), date(2026, 1, 9)),
        (date(2026, 1, 20), None),
    ]
    assert offered_spans([_row("offer", OFFERED, 1), _row("suspend", SUSPENDED, 1)]) == []


def test_the_kept_span_is_what_the_register_says(database: Database) -> None:
    centre: Centre = a_centre()
    service = a_service(centre, "MOPS-04")
    today = clock.today()
    with centre_scope(centre.id):
        register.change_offer("suspend", service.id, decided(today - timedelta(days=30)))
        register.change_offer("resume", service.id, decided(today - timedelta(days=2)))
        with reading() as session:
            offer = session.scalars(select(OfferedService)).one()
            assert [what for rule in checking.RULES for what in rule(session)] == []
    assert (offer.offered_from, offer.offered_until) == (today - timedelta(days=2), None)


def test_of_two_who_suspend_at_once_one_is_told(database: Database) -> None:
    centre = a_centre()
    service = a_service(centre, "MOPS-04")
    together = threading.Barrier(2)

    def suspend() -> str:
        with centre_scope(centre.id):
            together.wait()
            try:
                return register.change_offer("suspend", service.id, decided()).state
            except AlreadyChanged:
                return "told"

    with ThreadPoolExecutor(2) as pool:
        found = [future.result() for future in [pool.submit(suspend) for _ in range(2)]]
    assert sorted(found) == [SUSPENDED, "told"]
    with centre_scope(centre.id):
        assert len(register_queries.register_entry("MOPS-04", clock.today()).history) == 2
