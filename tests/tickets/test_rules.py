"""The rules of a hall: within bounds, recorded with what they were, and the day's beginning."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from odsc_counter.catalogue import operations as catalogue
from odsc_counter.catalogue.models import ServiceGroup
from odsc_counter.places.models import Centre
from odsc_counter.places.operations import open_centre, set_day_start
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.events import Event, NationalEvent
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading
from odsc_counter.tickets import operations, rules
from odsc_counter.tickets.rules import BOUNDS, RULES, NewRules, is_printer_address
from tests.world import a_centre, a_service, a_unit


@pytest.fixture
def centre(database: Database) -> Iterator[Centre]:
    made = a_centre("LA0101", ordinary_per_priority=2)
    with centre_scope(made.id):
        yield made


def _usual() -> NewRules:
    kept = {name: getattr(rules.hall_rules(), name) for name in RULES}
    return NewRules(**{**kept, "reasons": tuple(kept["reasons"])})


def _events() -> list[Event]:
    with reading() as session:
        found = select(Event).where(Event.subject_kind == "hall_rules").order_by(Event.id)
        return list(session.scalars(found))


def test_a_change_is_kept_with_what_was_before(centre: Centre) -> None:
    rules.save_rules(replace(_usual(), ordinary_per_priority=3, reasons=("monk", "elderly")))
    kept = rules.hall_rules()
    assert (kept.ordinary_per_priority, kept.reasons) == (3, ["elderly", "monk"])
    (event,) = _events()
    assert event.verb == "set"
    assert event.data["changes"]["ordinary_per_priority"] == {"from": 2, "to": 3}
    assert set(event.data["changes"]) == {"ordinary_per_priority", "reasons"}


def test_saving_what_is_there_already_records_nothing(centre: Centre) -> None:
    rules.save_rules(_usual())
    rules.save_rules(_usual())
    assert _events() == []


def test_a_new_hall_goes_by_the_usual_rules_until_it_has_its_own(database: Database) -> None:
    a_unit("LA0102")
    with reference_scope():
        new = open_centre("LA0102", name_lo="ສູນ", name_en="Centre")
    with centre_scope(new.id):
        usual = _usual()
        assert (usual.ordinary_per_priority, usual.no_show_calls) == (2, 2)
        assert usual.day_close == "at_first_number"
        rules.save_rules(replace(usual, no_show_calls=3))
        assert rules.hall_rules().no_show_calls == 3
        (event,) = _events()
    assert event.data["changes"] == {"no_show_calls": {"from": 2, "to": 3}}


@pytest.mark.parametrize("name", BOUNDS)
def test_numbers_keep_their_bounds(centre: Centre, name: str) -> None:
    least, most = BOUNDS[name]
    for value in (least, most):
        rules.save_rules(replace(_usual(), **{name: value}))
    for value in (least - 1, most + 1):
        with pytest.raises(InvalidInput) as refused:
            rules.save_rules(replace(_usual(), **{name: value}))
        assert set(refused.value.fields) == {name}
    assert getattr(rules.hall_rules(), name) == most


def test_what_nobody_knows_is_refused_all_at_once(centre: Centre) -> None:
    wrong = replace(
        _usual(), day_close="never", reasons=("rich",), printer_dots=7, printer_host="8.8.8.8"
    )
    with pytest.raises(InvalidInput) as refused:
        rules.save_rules(wrong)
    assert set(refused.value.fields) == {"day_close", "reasons", "printer_dots", "printer_host"}
    assert _events() == []


@pytest.mark.parametrize("host", ["192.168.1.50", "10.0.0.9", "printer", "tickets.hall.local"])
def test_a_printer_stands_in_the_centres_network(host: str) -> None:
    assert is_printer_address(host)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "::1", "localhost", "a.localhost", "0.0.0.0", "169.254.169.254", "8.8.8.8",
        "0x7f000001", "2130706433", "printer:9100", "http://printer", "a..b", "-a", "a b", "",
        "ເຄື່ອງພິມ", "x" * 121,
    ],
)  # fmt: skip
def test_nothing_else_is_a_printers_address(host: str) -> None:
    assert not is_printer_address(host)


# -- the beginning of the day


AFTERNOON = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def test_the_beginning_of_the_day_is_a_national_record(centre: Centre) -> None:
    with clock.use(lambda: AFTERNOON):
        set_day_start(centre.code, 240)
        set_day_start(centre.code, 240)
    with reference_scope(), reading() as session:
        assert session.get_one(Centre, centre.id).day_starts_minute == 240
        (event,) = session.scalars(select(NationalEvent).where(NationalEvent.verb == "changed"))
    assert event.subject_id == "LA0101"
    assert event.data["changes"] == {"day_starts_minute": {"from": 0, "to": 240}}


def test_the_day_never_changes_under_the_people_who_wait(centre: Centre) -> None:
    at_nine = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    with clock.use(lambda: at_nine), pytest.raises(InvalidInput) as refused:
        set_day_start(centre.code, 600)
    assert "10:00" in refused.value.fields["day_start"]
    with clock.use(lambda: at_nine):
        set_day_start(centre.code, 300)
    for minute in (-1, 720):
        with pytest.raises(InvalidInput):
            set_day_start(centre.code, minute)
    with pytest.raises(NotFound):
        set_day_start("LA9999", 0)


# -- where the numbers of a group begin


def test_a_new_beginning_holds_from_the_next_day(centre: Centre) -> None:
    service = a_service(centre)
    with clock.use(lambda: AFTERNOON):
        assert operations.issue(centre, service.id).label == "A001"
        catalogue.set_numbers("A", first_number=50, number_width=2, position=3)
        assert operations.issue(centre, service.id).label == "A02"
    with clock.use(lambda: AFTERNOON + timedelta(days=1)):
        assert operations.issue(centre, service.id).label == "A50"
    with reading() as session:
        assert session.scalars(select(ServiceGroup.position)).one() == 3
        (event,) = session.scalars(select(Event).where(Event.verb == "numbered"))
    assert event.data["changes"]["first_number"] == {"from": 1, "to": 50}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("first_number", {"first_number": 0}),
        ("first_number", {"first_number": 100, "number_width": 2}),
        ("number_width", {"number_width": 5}),
        ("position", {"position": 0}),
    ],
)
def test_numbers_that_can_not_be_are_refused(
    centre: Centre, field: str, values: dict[str, int]
) -> None:
    a_service(centre)
    with pytest.raises(InvalidInput) as refused:
        catalogue.set_numbers("A", **{"first_number": 1, "number_width": 3, "position": 1} | values)
    assert set(refused.value.fields) == {field}
    with pytest.raises(NotFound):
        catalogue.set_numbers("Z", first_number=1, number_width=3, position=1)
