"""A walk over every route as every role, with keys of one's own, another's and nobody's.

Another centre's things must be answered exactly as things that don't exist, byte for byte,
and nothing in any other centre may have changed when the walk is over.
"""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from odsc_counter.accounts.access import door_of
from odsc_counter.accounts.models import SignInThrottle
from odsc_counter.accounts.permissions import PERMISSIONS, PLACES, ROLES
from odsc_counter.app import create_app
from odsc_counter.config import Settings
from odsc_counter.platform.columns import Base
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.web.headers import HEADERS, SHUT_IN
from tests.isolation.country import (
    ELSEWHERE,
    MISSING,
    NOWHERE,
    OURS,
    PARENT,
    SIBLING,
    Country,
    a_country,
)
from tests.isolation.halls import contents
from tests.isolation.routes import NOBODYS, ROUTES, Route

FOREIGN = (SIBLING, ELSEWHERE, PARENT)
SAFE = {"GET", "HEAD", "OPTIONS"}
CHANGEABLE = [
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
    (r"\b[0-9a-f]{16,}\b", "HEX"),
    (r'(name="csrf_token"[^>]*value=")[^"]*', r"\1TOKEN"),
    (r'(value=")[^"]*("[^>]*name="csrf_token")', r"\1TOKEN\2"),
    (r"\d\d:\d\d(:\d\d)?", "TIME"),
    (r' aria-current="page"', ""),
]
"""What differs between any two answers: request ids, request keys, CSRF tokens, the clock,
and which page of one's own the navigation marks."""


@pytest.fixture(scope="module")
def country(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    app = create_app(
        Settings(
            instance=tmp_path_factory.mktemp("instance"),
            database_url=shared_url,
            owner_database_url=shared_url,
            secret_key=secrets.token_hex(),
            testing=True,
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False  # has its own test below
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield a_country(app)
    app.extensions["database"].dispose()


@pytest.fixture(autouse=True)
def in_use(country: Country) -> None:
    use_database(country.app.extensions["database"])
    # The walk knocks more often than a person may who guesses codes.
    with reference_scope(), unit_of_work() as work:
        work.session.execute(delete(SignInThrottle))


def _rules(country: Country) -> list[tuple[Rule, str, Route]]:
    return [
        (rule, method, ROUTES[rule.endpoint])
        for rule in sorted(country.app.url_map.iter_rules(), key=str)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint in ROUTES
    ]


def _address(country: Country, rule: Rule, **values: object) -> str:
    """The address of a rule: our own keys, except for what is given."""
    route = ROUTES[rule.endpoint]
    filled: dict[str, object] = {"centre": OURS, "unit": OURS, **route.fill}
    filled |= {name: country.ours.keys[kind] for name, kind in route.keys.items()}
    filled |= values
    chosen = {name: filled[name] for name in rule.arguments}
    built = rule.build(chosen)
    assert built is not None, (rule, chosen)
    return built[1]


def _ask(
    country: Country,
    client: FlaskClient,
    role: str | None,
    rule: Rule,
    method: str,
    address: str,
    sent: dict[str, Any] | None = None,
) -> TestResponse:
    is_api = str(rule).startswith("/api/")
    options: dict[str, Any] = {"headers": country.bearer(role) if is_api else {}}
    if method == "GET":
        options["query_string"] = ROUTES[rule.endpoint].sent
        if "?" in address:
            del options["query_string"]
    else:
        options["json" if is_api else "data"] = sent or {}
    return client.open(address, method=method, **options)


def _answer(response: TestResponse, route: Route, *masked: object) -> tuple[int, str, str]:
    """Status, headers and body, without what differs between any two answers."""
    body = (
        ""
        if route.is_stream and response.status_code == 200
        # A paper is no text: what can't be read as such is compared all the same.
        else response.get_data().decode(errors="replace")
    )
    response.close()
    headers = "\n".join(
        f"{name}: {value}"
        for name, value in response.headers
        if name not in ("Content-Length", "Set-Cookie")
    )
    found = []
    for text in (headers, body):
        for value in sorted((str(value) for value in masked), key=len, reverse=True):
            # Short numbers stand in every page; where they were asked for, the address shows it.
            if len(value) > 3:
                text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "KEY", text)
        for pattern, word in CHANGEABLE:
            text = re.sub(pattern, word, text)
        found.append(text)
    return response.status_code, found[0], found[1]


def _may_in_ours(role: str, route: Route) -> bool:
    return role in PERMISSIONS[str(route.permission)].roles and role != "auditor"


# -- the list itself


def test_the_list_knows_every_route(country: Country) -> None:
    there = {rule.endpoint for rule in country.app.url_map.iter_rules()}
    unknown = sorted(there - set(ROUTES))
    assert not unknown, f"routes without a line in tests/isolation/routes.py: {unknown}"
    gone = sorted(set(ROUTES) - there)
    assert not gone, f"lines in tests/isolation/routes.py without a route: {gone}"


def test_the_list_says_what_the_doors_say(country: Country) -> None:
    with country.app.app_context():
        doors = {name: door_of(name) for name in ROUTES}
    for name, route in ROUTES.items():
        door = doors[name]
        assert door is not None, name
        assert (door.kind, door.permission) == (route.kind, route.permission), name


def test_every_key_in_an_address_is_classified(country: Country) -> None:
    for rule, _method, route in _rules(country):
        known = {"centre", "unit", *route.keys, *route.fill}
        assert set(rule.arguments) <= known, (rule, set(rule.arguments) - known)


def test_doors_of_centres_stand_at_addresses_of_centres(country: Country) -> None:
    for rule, _method, route in _rules(country):
        assert ("centre" in rule.arguments) == (route.kind in ("centre", "public_centre")), rule
        assert ("unit" in rule.arguments) == (route.kind in ("area", "seat")), rule


# -- the walk


def test_signed_out_nobody_comes_in(country: Country) -> None:
    with country.signed_in(None) as client:
        for rule, method, route in _rules(country):
            if route.kind in ("public", "public_centre"):
                continue
            response = _ask(country, client, None, rule, method, _address(country, rule))
            if str(rule).startswith("/api/"):
                assert response.status_code == 401, (rule, method)
                assert response.mimetype == "application/problem+json", (rule, method)
            else:
                assert response.status_code in (302, 303), (rule, method)
                assert response.location.startswith("/sign-in"), (rule, method)


@pytest.mark.parametrize("role", ROLES)
def test_another_centre_is_answered_like_one_that_does_not_exist(
    country: Country, role: str
) -> None:
    database: Database = country.app.extensions["database"]
    others = {country.offices[code].centre.id for code in FOREIGN}
    before = _owned(contents(database, of=others))
    nowhere: dict[tuple[bool, str], tuple[int, str, str]] = {}
    with country.signed_in(role) as client:
        for rule, method, route in _rules(country):
            if route.kind != "centre":
                continue
            # Whoever may do it at home tries all other centres; the rest one of them.
            tried = FOREIGN if _may_in_ours(role, route) else FOREIGN[:1]
            for code in (NOWHERE, *tried) if len(tried) > 1 or not nowhere else tried:
                answer = _at_another_centre(country, client, role, rule, method, code)
                assert answer[0] == 404, (rule, method, code, answer[0])
                # One answer for pages and one for programs, whatever was asked for. (After a
                # POST the page's language switch leads elsewhere.)
                known = nowhere.setdefault((str(rule).startswith("/api/"), method), answer)
                assert answer == known, (rule, method, code)
    assert _owned(contents(database, of=others)) == before


def _at_another_centre(
    country: Country, client: FlaskClient, role: str, rule: Rule, method: str, code: str
) -> tuple[int, str, str]:
    """What is answered at another centre, with that centre's own keys."""
    route = ROUTES[rule.endpoint]
    keys = country.offices[code].keys if code in country.offices else MISSING
    values = {name: keys.get(kind, 1) for name, kind in route.keys.items()}
    sent = {name: keys.get(kind, 1) for name, kind in route.form.items()} | route.sent
    address = _address(country, rule, centre=code, **values)
    response = _ask(country, client, role, rule, method, address, _plain(sent))
    # The language switch of a page leads back to the whole address.
    asked = f"{address}?{urlencode(route.sent)}" if route.sent else address
    return _answer(response, route, asked, address, *values.values())


def test_an_auditor_who_entered_a_centre_reads_it_and_no_other(country: Country) -> None:
    with country.signed_in("auditor", entered=OURS) as client:
        for rule, method, route in _rules(country):
            if route.kind != "centre" or str(rule).startswith("/api/"):
                continue
            nowhere = _at_another_centre(country, client, "auditor", rule, method, NOWHERE)
            foreign = _at_another_centre(country, client, "auditor", rule, method, SIBLING)
            assert foreign == nowhere and foreign[0] == 404, (rule, method)
            if "auditor" not in PERMISSIONS[str(route.permission)].roles:
                address = _address(country, rule)
                response = _ask(country, client, "auditor", rule, method, address)
                assert response.status_code == 403, (rule, method)
            elif method == "GET":
                address = _address(country, rule)
                response = _ask(country, client, "auditor", rule, method, address)
                assert response.status_code < 400, (rule, method)
                response.close()


@pytest.mark.parametrize("role", ROLES)
def test_our_own_doors_open_to_the_roles_of_the_table_alone(country: Country, role: str) -> None:
    with country.signed_in(role) as client:
        for rule, method, route in _rules(country):
            if route.kind != "centre" or _may_in_ours(role, route):
                continue
            response = _ask(country, client, role, rule, method, _address(country, rule))
            at_ours = PLACES.get(role) == {"centre"}
            assert response.status_code == (403 if at_ours else 404), (rule, method, role)


@pytest.mark.parametrize("role", ROLES)
def test_areas_and_the_nation_open_within_reach_alone(country: Country, role: str) -> None:
    reach = {
        "district_coordinator": {OURS},
        "province_coordinator": {OURS, SIBLING, "LA01"},
    }
    everywhere = {OURS, SIBLING, ELSEWHERE, "LA01", "LA02", "LA"}
    seats = {"district_coordinator": {OURS}, "province_coordinator": {"LA01"}}
    with country.signed_in(role) as client:
        for rule, method, route in _rules(country):
            allowed = (
                role in PERMISSIONS[str(route.permission)].roles if route.permission else False
            )
            if route.kind == "nation":
                if not allowed:
                    response = _ask(country, client, role, rule, method, _address(country, rule))
                    assert response.status_code == 404, (rule, method)
                elif method == "GET":
                    response = _ask(country, client, role, rule, method, _address(country, rule))
                    # The form that opens a centre asks where: without a unit it isn't there.
                    others = {"places.ask_open": 404, "monitoring.national": 302}
                    expected = others.get(rule.endpoint, 200)
                    assert response.status_code == expected, (rule, method)
            elif route.kind in ("area", "seat") and method == "GET":
                held = reach.get(role, everywhere) if allowed else set()
                if route.kind == "seat":
                    held = seats.get(role, {"LA"}) if allowed else set()
                if route.keys:  # a thing of our own unit, which no other unit contains
                    held = {code for code in held if OURS.startswith(code)}
                if NOBODYS & set(route.fill):
                    held = set()
                held = held - set(route.not_at)
                nowhere = None
                for code in (NOWHERE, *sorted(everywhere)):
                    address = _address(country, rule, unit=code)
                    response = _ask(country, client, role, rule, method, address)
                    answer = _answer(response, route, address)
                    nowhere = nowhere or answer
                    if code in held:
                        assert answer[0] < 400, (rule, code)
                    else:
                        assert answer == nowhere and answer[0] == 404, (rule, code)


@pytest.mark.parametrize("role", ROLES)
def test_a_foreign_key_in_our_own_centre_is_answered_like_a_missing_one(
    country: Country, role: str
) -> None:
    database: Database = country.app.extensions["database"]
    others = {country.offices[code].centre.id for code in FOREIGN}
    before = _owned(contents(database, of=others))
    with country.signed_in(role) as client:
        for rule, method, route in _rules(country):
            is_public = route.kind == "public_centre"
            if not is_public and (route.kind != "centre" or not _may_in_ours(role, route)):
                continue
            for position, kind in (
                *route.keys.items(),
                *route.form.items(),
                *route.query.items(),
            ):
                if kind not in MISSING:
                    continue
                answers = []
                for keys in (MISSING, *(country.offices[code].keys for code in FOREIGN)):
                    key = keys[kind]
                    in_address = position not in route.form
                    own = {name: country.ours.keys[kept] for name, kept in route.form.items()}
                    sent = {**own, **route.sent, **({} if in_address else {position: key})}
                    address = _address(
                        country, rule, **({position: key} if position in route.keys else {})
                    )
                    if position in route.query:
                        address += f"?{position}={key}"
                    response = _ask(country, client, role, rule, method, address, _plain(sent))
                    answers.append(_answer(response, route, address, key))
                    expected = (404,) if in_address else (404, 409, 422)
                    assert answers[-1][0] in expected, (rule, method, position, answers[-1][0])
                assert all(answer == answers[0] for answer in answers), (rule, method, position)
    assert _owned(contents(database, of=others)) == before


def _owned(everything: dict[str, list[str]]) -> dict[str, list[str]]:
    return {
        name: rows
        for name, rows in everything.items()
        if "centre_id" in Base.metadata.tables[name].c
    }


def _plain(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int) else str(value) for name, value in sent.items()
    }


# -- what holds on every route


def _may_enter(role: str, route: Route) -> bool:
    if route.kind == "signed_in":
        return role == "counter_staff"
    return route.permission is not None and role in PERMISSIONS[route.permission].roles


def _get_all_of_ours(country: Country, *, leaving_traces: bool) -> None:
    for role in (None, *ROLES):
        with country.signed_in(role) as client:
            for rule, method, route in _rules(country):
                if method != "GET" or route.leaves_trace != leaving_traces:
                    continue
                if role is None or _may_enter(role, route):
                    response = _ask(country, client, role, rule, method, _address(country, rule))
                    assert response.status_code < 500, (rule, role, response.status_code)
                    response.close()


def test_nothing_changes_on_get_and_every_page_of_ours_answers(country: Country) -> None:
    database: Database = country.app.extensions["database"]
    kept = ("user_session", "national_event", "api_token")
    before = contents(database)
    _get_all_of_ours(country, leaving_traces=False)
    after = contents(database)
    changed = [name for name in before if before[name] != after[name] and name not in kept]
    assert changed == []


def test_a_look_across_centres_writes_that_somebody_looked_and_no_more(country: Country) -> None:
    database: Database = country.app.extensions["database"]
    # A centre's event marks its day for the next recount, as every event does.
    kept = {"user_session", "national_event", "api_token", "event", "rollup_dirty"}
    before = contents(database)
    _get_all_of_ours(country, leaving_traces=True)
    after = contents(database)
    assert {name for name in before if before[name] != after[name]} <= kept
    written = [row for row in after["event"] if row not in before["event"]]
    assert written and all("looked" in row and "shared_view" in row for row in written)


def test_pages_open_to_the_roles_of_the_table(country: Country) -> None:
    for role in ROLES:
        with country.signed_in(role) as client:
            for rule, method, route in _rules(country):
                if method == "GET" and route.kind == "centre" and _may_in_ours(role, route):
                    response = _ask(country, client, role, rule, method, _address(country, rule))
                    assert response.status_code < 400, (rule, role, response.status_code)
                    response.close()


SENT_IN = ("scans.show", "scans.thumbnail")
"""Files that somebody sent in: they may do less than a page of ours."""
FOR_EVERYBODY = tuple(f"monitoring.open_{kind}" for kind in ("csv", "json", "sdmx", "dhis2"))
"""What is published for everybody to keep."""


def test_every_answer_carries_the_security_headers(country: Country) -> None:
    for role in (None, "counter_staff"):
        with country.signed_in(role) as client:
            for rule, method, _route in _rules(country):
                if rule.endpoint == "static":
                    continue  # served by the middleware in front
                response = _ask(country, client, role, rule, method, _address(country, rule))
                is_file = rule.endpoint in SENT_IN and response.status_code == 200
                expected = {**HEADERS, "Content-Security-Policy": SHUT_IN} if is_file else HEADERS
                for name, value in expected.items():
                    assert response.headers.get(name) == value, (rule, method, name)
                is_open = rule.endpoint in FOR_EVERYBODY and response.status_code == 200
                kept = "public" if is_open else "no-store"
                assert kept in response.headers["Cache-Control"], (rule, method)
                response.close()


def test_every_form_needs_its_token(country: Country) -> None:
    database: Database = country.app.extensions["database"]
    country.app.config["WTF_CSRF_ENABLED"] = True
    try:
        for role in (None, *ROLES):
            with country.signed_in(role) as client:
                before = contents(database)
                for rule, method, route in _rules(country):
                    if method in SAFE or str(rule).startswith("/api/"):
                        continue
                    if role is not None and not _may_enter(role, route):
                        continue
                    address = _address(country, rule)
                    response = _ask(country, client, role, rule, method, address)
                    # Back to a page that says so, or to the sign-in: never through.
                    assert response.status_code in (302, 303, 400, 403, 404), (rule, method)
                after = contents(database)
                refusals = [row for row in after["national_event"] if "'refused'" in row]
                after["national_event"] = [
                    row
                    for row in after["national_event"]
                    if row not in refusals or row in before["national_event"]
                ]
                changed = [name for name in before if before[name] != after[name]]
                assert changed == [], role
    finally:
        country.app.config["WTF_CSRF_ENABLED"] = False


JUNK = (
    "",
    "x",
    "'",
    "-1",
    "99999999999999999999",
    "\x00",
    "ກ" * 400,
    "<b>",
    "../..",
    "1e9",
    "None",
)


ROUNDS_OF_JUNK = 4


def _field_names() -> list[str]:
    """Every name of a form field or parameter that the product's own source reads."""
    source = Path(create_app.__code__.co_filename).parent
    pattern = re.compile(r"(?:form|args|values|body|files)(?:\.get|\.getlist)?[\(\[]\s*\"(\w+)\"")
    names = {"csrf_token", "next", "page"}
    for file in source.rglob("*.py"):
        names.update(pattern.findall(file.read_text(encoding="utf-8")))
    for file in source.rglob("*.html"):
        names.update(re.findall(r"name=\"(\w+)\"", file.read_text(encoding="utf-8")))
    return sorted(names - {"request_key"})


def test_junk_is_never_a_fault_of_ours(country: Country) -> None:
    names = _field_names()
    asked: dict[str | None, list[tuple[Rule, str, Route]]] = {
        None: [entry for entry in _rules(country) if entry[2].kind.startswith("public")]
    }
    for entry in _rules(country):
        # The first role that may come in sends it.
        role = next((role for role in ROLES if _may_enter(role, entry[2])), None)
        if role is not None:
            asked.setdefault(role, []).append(entry)
    for role, entries in asked.items():
        for number in range(ROUNDS_OF_JUNK):
            with country.signed_in(role) as client:
                for rule, method, _route in entries:
                    sent = {
                        name: JUNK[(place * ROUNDS_OF_JUNK + number) % len(JUNK)]
                        for place, name in enumerate(names)
                    }
                    address = _address(country, rule)
                    if method == "GET":
                        response = client.get(
                            address,
                            query_string=sent,
                            headers=country.bearer(role) if str(rule).startswith("/api/") else {},
                        )
                    else:
                        response = _ask(country, client, role, rule, method, address, sent)
                    assert response.status_code < 500, (rule, method, role, number)
                    response.close()


@pytest.mark.parametrize("junk", ["x", "99999999999999999999", "\x00", "ກ" * 400])
def test_junk_in_an_address_is_not_found(country: Country, junk: str) -> None:
    for role in ("counter_staff", "national_administrator"):
        with country.signed_in(role) as client:
            for rule, method, _route in _rules(country):
                if rule.endpoint == "static" or not rule.arguments:
                    continue
                parts = re.sub(r"<[^>]+>", lambda _found: junk, rule.rule)
                response = client.open(
                    parts,
                    method=method,
                    headers=country.bearer(role) if str(rule).startswith("/api/") else {},
                )
                assert response.status_code in (400, 403, 404, 405), (rule, method, parts)
                response.close()
