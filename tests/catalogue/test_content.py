"""What a service asks, which papers and which offices follow from it: the shipped edition."""

import random
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from odsc_counter.applications import answers as told
from odsc_counter.catalogue import queries
from odsc_counter.catalogue.conditions import BrokenCondition, check, holds
from odsc_counter.catalogue.form_fields import (
    KINDS,
    definition_of,
    fields_of,
    schema_of,
)
from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.catalogue.routing import merged_checklist, papers_asked, papers_for, steps_for
from odsc_counter.demo.answers import invented_answers
from odsc_counter.places.edition import read_edition
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.tenancy import reference_scope
from tests.pages import a_request

DAY = date(2026, 11, 25)
CONTENT = read_edition().document("service_content.json")["services"]
CODES = sorted(CONTENT)
EXAMPLES = [(code, example) for code in CODES for example in CONTENT[code].get("examples", ())]


@pytest.fixture
def loaded(database: Database) -> object:
    load_reference_data()
    with reference_scope():
        yield


def version(code: str) -> ServiceVersion:
    return queries.service_on(queries.service_by_code(code).id, DAY)


@pytest.mark.usefixtures("loaded")
def test_every_service_has_a_form_whose_valid_answers_lead_to_one_decision() -> None:
    assert len(CODES) >= 30
    rng = random.Random(26)
    for code in CODES:
        service = version(code)
        Draft202012Validator.check_schema(service.form)
        for _attempt in range(12):
            given = invented_answers(service.form, DAY, "LA0101", rng)
            with a_request():
                told.check(service, given, DAY)
            steps = steps_for(service, given)
            last = max(step.stage for step in steps)
            assert [step.stage == last for step in steps if step.decides] == [True], code
            assert (
                sum(
                    max(step.working_days for step in steps if step.stage == stage)
                    for stage in {step.stage for step in steps}
                )
                <= service.processing_days
            ), code


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(("code", "example"), EXAMPLES)
def test_who_decides_follows_the_table_of_examples(code: str, example: dict[str, Any]) -> None:
    steps = steps_for(version(code), example["answers"])
    assert [step.level for step in steps if step.decides] == [example["decides"]]
    if "steps" in example:
        assert [step.code for step in steps] == example["steps"]


@pytest.mark.usefixtures("loaded")
def test_which_papers_are_needed_depends_on_the_case() -> None:
    permit = version("MPWT-01")

    def codes(**given: object) -> set[str]:
        return {paper.document_type.code for paper in papers_for(permit, given)}

    small = codes(floor_area=120, height=6, heritage_zone="no")
    assert codes(floor_area=401, height=6, heritage_zone="no") - small == {"ENV"}
    assert codes(floor_area=120, height=6, heritage_zone="yes") - small == {"HERIT"}
    assert papers_asked(permit) == (6, 8)
    assert papers_asked(version("MOPS-03")) == (3, 3)  # family book or village head: one paper


@pytest.mark.usefixtures("loaded")
def test_papers_of_a_visit_are_asked_for_once_and_none_that_a_service_of_it_makes() -> None:
    merged = merged_checklist([version("MOPS-04"), version("MOHA-11"), version("MOHA-03")])
    lines = {line.document_type.code: line for line in merged}
    assert len(lines) == len(merged)
    assert [one.service.code for one, _paper in lines["ID"].asked_by] == [
        "MOPS-04",
        "MOHA-11",
        "MOHA-03",
    ]
    maker = lines["SINGLE"].made_by
    assert maker is not None and maker.service.code == "MOHA-11"
    assert lines["ID"].made_by is None


@pytest.mark.usefixtures("loaded")
def test_a_step_is_done_by_whoever_holds_it_on_the_day() -> None:
    step = next(step for step in version("MPWT-01").steps if step.code == "environment")
    old, new = date(2025, 3, 19), date(2025, 3, 20)
    before, after = (queries.holder_on(step.ministry_id, day) for day in (old, new))
    names = {one.id: one.code for day in (old, new) for one in queries.ministries_on(day)}
    assert (names[before], names[after]) == ("MONRE", "MAE")


WRONG: list[tuple[str, dict[str, Any], set[str]]] = [
    ("MPWT-01", {"floor_area": "wide"}, {"answers.floor_area"}),
    ("MPWT-01", {"floor_area": 0}, {"answers.floor_area"}),
    ("MPWT-01", {"building_use": "castle"}, {"answers.building_use"}),
    ("MPWT-01", {"colour": "red"}, {"answers"}),
    ("MPWT-01", {"land_title": {"date": "2020-01-01"}}, {"answers.land_title.number"}),
    ("MPWT-01", {"plot_address": {"district": "LA9999"}}, {"answers.plot_address.district"}),
    ("MPWT-01", {"plot_address": {"district": "x"}}, {"answers.plot_address.district"}),
    ("MOHA-01", {"birth_date": "2026-02-30"}, {"answers.birth_date"}),
    ("MOHA-01", {"birth_date": "2026-11-26"}, {"answers.birth_date"}),
    ("MOHA-01", {"mother": {"name": "ກ" * 161}}, {"answers.mother.name"}),
    (
        "MOHA-01",
        {"mother": {"name": "ບົວ", "birth_date": "2027-01-01"}},
        {"answers.mother.birth_date"},
    ),
]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(("code", "wrong", "places"), WRONG)
def test_a_wrong_answer_is_named_at_its_place(
    code: str, wrong: dict[str, Any], places: set[str]
) -> None:
    service = version(code)
    good = invented_answers(service.form, DAY, "LA0101", random.Random(1))
    with a_request(), pytest.raises(InvalidInput) as error:
        told.check(service, {**good, **wrong}, DAY)
    assert set(error.value.fields) == places


@pytest.mark.usefixtures("loaded")
def test_a_missing_answer_is_named_and_an_optional_one_is_not() -> None:
    service = version("MOHA-01")
    with a_request(), pytest.raises(InvalidInput) as error:
        told.check(service, {}, DAY)
    assert set(error.value.fields) == {
        f"answers.{field.name}" for field in fields_of(service.form) if field.is_required
    }
    assert "answers.father" not in error.value.fields


@pytest.mark.usefixtures("loaded")
def test_what_a_page_sends_is_read_and_shown_again() -> None:
    service = version("MPWT-01")
    sent = {
        "answers.floor_area": " ໑໒໐ ",
        "answers.height": "7,5",
        "answers.building_use": "home",
        "answers.storeys": "",
        "answers.plot_address.district": "LA0101",
        "answers.plot_address.village": "ບ້ານ  ໂພນໄຊ",
        "answers.land_title.number": "1234",
        "answers.land_title.date": "2019-05-03",
        "other": "x",
    }
    given = told.read(service.form, sent)
    assert given == {
        "floor_area": 120,
        "height": 7.5,
        "building_use": "home",
        "plot_address": {"district": "LA0101", "village": "ບ້ານ ໂພນໄຊ"},
        "land_title": {"number": "1234", "date": "2019-05-03"},
    }
    with a_request("en"):
        said = dict(told.shown(service, given, "en"))
    assert said["Floor area"] == "120 m²"
    assert said["Use of the building"] == "Home"
    assert said["Land title"] == "1234 · 03/05/2019"
    assert said["Where the land lies"].startswith("ບ້ານ ໂພນໄຊ, Chanthabuly District")


def test_a_form_can_be_taken_apart_and_put_together_again() -> None:
    fields = read_edition().document("service_content.json")["fields"]
    form = schema_of((name, about, True) for name, about in fields.items())
    assert {field.kind for field in fields_of(form)} == set(KINDS)
    again = schema_of(
        (field.name, definition_of(field), field.is_required) for field in fields_of(form)
    )
    assert again == form
    with pytest.raises(ValueError, match="unknown kind"):
        schema_of([("x", {"kind": "colour", "en": "x", "lo": "x"}, False)])


def test_conditions_hold_by_their_answers() -> None:
    small = {"field": "area", "is": "<=", "value": 400}
    low = {"field": "height", "is": "<=", "value": 10}
    assert holds({}, {})
    assert holds({"all": [small, low]}, {"area": 400, "height": 10})
    assert not holds({"all": [small, low]}, {"area": 400, "height": 11})
    assert holds({"any": [small, low]}, {"area": 500, "height": 9})
    assert not holds(small, {})
    with pytest.raises(BrokenCondition):
        holds(small, {"area": "wide"})
    with pytest.raises(BrokenCondition):
        holds({"field": "area", "is": "~", "value": 1}, {"area": 1})


@pytest.mark.parametrize(
    "broken",
    [
        {"field": "colour", "is": "=", "value": "red"},
        {"field": "area", "is": "=", "value": "wide"},
        {"field": "use", "is": "=", "value": "castle"},
        {"field": "use", "is": "like", "value": "home"},
        {"any": [{"field": "area"}]},
    ],
)
def test_a_condition_must_fit_the_form(broken: dict[str, Any]) -> None:
    form = schema_of(
        [
            ("area", {"kind": "number", "en": "a", "lo": "ກ"}, True),
            (
                "use",
                {
                    "kind": "choice",
                    "en": "u",
                    "lo": "ນ",
                    "choices": {"home": {"en": "h", "lo": "ຮ"}},
                },
                True,
            ),
        ]
    )
    check({"field": "use", "is": "=", "value": "home"}, form)
    with pytest.raises(BrokenCondition):
        check(broken, form)
