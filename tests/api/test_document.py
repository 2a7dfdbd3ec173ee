"""The published document and the program are one: same routes, same schemas, same strictness."""

from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from odsc_counter.api import schemas
from odsc_counter.api.bodies import refuse_unfit
from odsc_counter.api.openapi import document
from odsc_counter.platform.errors import InvalidInput
from tests.api.callers import fits

REQUESTS = ("NewTicket", "NewApplication", "NewAssessment", "NewTill", "NewReceipt")


def test_every_route_is_in_the_document_and_every_path_of_it_is_a_route(program: Flask) -> None:
    documented = {
        (method.upper(), path)
        for path, methods in document()["paths"].items()
        for method in methods
    }
    routed = set()
    for rule in program.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            path = "".join(
                f"{{{part}}}" if is_dynamic else part
                for is_dynamic, part in rule._trace
                if part != "|"
            ).removeprefix("/api/v1")
            routed |= {(method, path) for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert routed == documented


def test_the_document_is_public_and_every_reference_in_it_leads_somewhere(program: Flask) -> None:
    response = program.test_client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    whole = response.get_json()
    assert whole["openapi"] == "3.1.0"
    seen = list(_references(whole))
    assert seen
    for reference in seen:
        place = whole
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    for schema in whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def _references(part: Any) -> Any:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for entry in part:
            yield from _references(entry)


@pytest.mark.parametrize("name", schemas.SCHEMAS)
def test_every_example_fits_its_schema(name: str) -> None:
    for example in schemas.SCHEMAS[name].get("examples", ()):
        fits(example, name)


@pytest.mark.parametrize("name", REQUESTS)
def test_our_own_check_accepts_the_examples(name: str) -> None:
    refuse_unfit(schemas.SCHEMAS[name]["examples"][0], schemas.SCHEMAS[name])


AN_ID = "01980000-0000-7000-8000-000000000001"
UNFIT: list[tuple[str, Any, set[str]]] = [
    ("NewTicket", {}, {"service"}),
    ("NewTicket", [], {"body"}),
    ("NewTicket", {"service": 4}, {"service"}),
    ("NewTicket", {"service": None}, {"service"}),
    ("NewTicket", {"service": "mops-04"}, {"service"}),
    ("NewTicket", {"service": "MOPS-04\u0000"}, {"service"}),
    ("NewTicket", {"service": "M" * 20 + "-04"}, {"service"}),
    ("NewTicket", {"service": "MOPS-04", "priority": "friend"}, {"priority"}),
    ("NewTicket", {"service": "MOPS-04", "language": "fr"}, {"language"}),
    ("NewTicket", {"service": "MOPS-04", "number": 1}, {"number"}),
    ("NewApplication", {"service": "MOPS-04", "papers": []}, {"applicant"}),
    (
        "NewApplication",
        {"service": "MOPS-04", "papers": [], "applicant": {"full_name": "x", "age": 3}},
        {"applicant.age"},
    ),
    (
        "NewApplication",
        {"service": "MOPS-04", "papers": ["A", "A"], "applicant": {"full_name": "x"}},
        {"papers.1"},
    ),
    (
        "NewApplication",
        {"service": "MOPS-04", "papers": [1], "applicant": {"full_name": "x\u0007"}},
        {"papers.0", "applicant.full_name"},
    ),
    (
        "NewApplication",
        {"service": "MOPS-04", "papers": [], "applicant": {"full_name": "x"}, "ticket": "7"},
        {"ticket"},
    ),
    ("NewAssessment", {"quantity": 0}, {"quantity"}),
    ("NewAssessment", {"quantity": 1000}, {"quantity"}),
    ("NewAssessment", {"quantity": True}, {"quantity"}),
    ("NewAssessment", {"quantity": "1"}, {"quantity"}),
    ("NewTill", {"float_kip": -1}, {"float_kip"}),
    ("NewTill", {"float_kip": 10**15}, {"float_kip"}),
    ("NewTill", {"float_kip": 1.5}, {"float_kip"}),
    ("NewReceipt", {"application": AN_ID, "method": "gold"}, {"method"}),
    ("NewReceipt", {"application": AN_ID, "tendered_kip": 1, "amount_kip": 1}, {"amount_kip"}),
]


@pytest.mark.parametrize(("name", "body", "fields"), UNFIT)
def test_what_does_not_fit_is_refused_by_field_and_by_a_full_validator_alike(
    name: str, body: Any, fields: set[str]
) -> None:
    schema = schemas.SCHEMAS[name]
    with pytest.raises(InvalidInput) as refused:
        refuse_unfit(body, schema)
    assert set(refused.value.fields) == fields
    full = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not full.is_valid(body)


def test_a_line_end_after_a_code_is_refused() -> None:
    # The full validator of Python lets it pass: there, `$` also stands before a last line end.
    with pytest.raises(InvalidInput):
        refuse_unfit({"service": "MOPS-04\n"}, schemas.NEW_TICKET)
