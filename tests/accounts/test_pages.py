"""Pages about people and the audit trail, in the browser of whoever may and may not."""

import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.accounts import operations
from odsc_counter.accounts.models import User
from odsc_counter.places.models import Centre
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope
from odsc_counter.platform.work import unit_of_work
from tests.accounts.people import again, centre_events, national_verbs, somebody
from tests.pages import a_desk
from tests.world import a_centre, a_unit, a_user

LINK = re.compile(r"http://localhost(/password/[\w-]{43})")


@pytest.fixture
def centre(app: Flask) -> Centre:
    return a_centre("LA0101")


@pytest.fixture
def manager(app: Flask, centre: Centre) -> FlaskClient:
    return a_desk(app, a_user("manager", language="en", centre_manager=centre))


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return a_desk(app, a_user("admin", language="en", national_administrator=a_unit("LA")))


def test_a_manager_takes_on_a_person_who_then_sets_a_password(
    app: Flask, centre: Centre, manager: FlaskClient
) -> None:
    made = manager.post(
        "/c/LA0101/people/new",
        data={"username": "k.keo", "name_lo": "ແກ້ວ", "name_en": "Keo", "role": "cashier"},
    )
    assert made.status_code == 303
    page = manager.get(made.location)
    assert "Keo" in page.text
    assert "Cashier" in page.text
    shown = manager.post(made.location + "/link")
    found = LINK.search(shown.text)
    assert found
    new = app.test_client()
    assert "k.keo" in new.get(found[1]).text
    typed = {"password": "mango-under-tree", "again": "mango-under-tree"}
    assert new.post(found[1], data=typed).status_code == 303
    assert new.get(found[1]).status_code == 404
    signed = new.post("/sign-in", data={"username": "k.keo", "password": "mango-under-tree"})
    assert signed.status_code == 303
    assert "Keo" in manager.get("/c/LA0101/people").text


def test_a_form_that_is_not_right_comes_back_with_what_was_typed(
    app: Flask, centre: Centre, manager: FlaskClient
) -> None:
    a_user("taken")
    typed = {"username": "taken", "name_lo": "ແກ້ວ", "name_en": "Keo", "role": "cashier"}
    answer = manager.post("/c/LA0101/people/new", data=typed)
    assert answer.status_code == 422
    assert "This user name is taken." in answer.text
    assert 'value="Keo"' in answer.text


def test_people_of_another_centre_are_not_found(
    app: Flask, centre: Centre, manager: FlaskClient
) -> None:
    there = a_centre("LA0102")
    stranger = a_user("stranger", cashier=there)
    base = f"/c/LA0101/people/{stranger.id}"
    assert manager.get(base).status_code == 404
    for action in ("roles", "link", "disable", "enable", "second-step/reset", "roles/1/end"):
        data = {"role": "cashier"} if action == "roles" else {}
        assert manager.post(f"{base}/{action}", data=data).status_code == 404, action
    assert manager.get("/c/LA0102/people").status_code == 404
    assert manager.get("/c/LA0102/trail").status_code == 404
    assert "stranger" not in manager.get("/c/LA0101/people").text
    assert again(stranger).is_active


@pytest.mark.parametrize("role", ["cashier", "ministry_officer"])
def test_people_and_trail_are_the_managers(app: Flask, centre: Centre, role: str) -> None:
    client = a_desk(app, a_user(**{role: centre}))
    assert client.get("/c/LA0101/people").status_code == 403
    assert client.get("/c/LA0101/trail").status_code == 403
    assert client.get("/national/people").status_code == 404
    assert client.get("/national/trail").status_code == 404


def test_a_manager_disables_and_opens_an_account_and_ends_a_role(
    app: Flask, centre: Centre, manager: FlaskClient
) -> None:
    user = somebody(cashier=centre)
    base = f"/c/LA0101/people/{user.id}"
    manager.post(f"{base}/disable")
    assert not again(user).is_active
    manager.post(f"{base}/enable")
    assert again(user).is_active
    page = manager.get(base).text
    end = re.search(r'action="(/c/LA0101/people/\d+/roles/\d+/end)"', page)
    assert end
    assert manager.post(end[1]).status_code == 303
    page = manager.get("/c/LA0101/people").text
    assert "Former staff" in page


def test_the_administrator_gives_roles_anywhere_but_not_to_oneself(
    app: Flask, centre: Centre, admin: FlaskClient
) -> None:
    user = somebody("noy")
    assert "noy" in admin.get("/national/people?q=NOY").text
    assert "noy" not in admin.get("/national/people?q=manag").text
    base = f"/national/people/{user.id}"
    unit = a_unit("LA01")
    data = {"role": "auditor", "place": f"unit:{unit.id}"}
    assert admin.post(f"{base}/roles", data=data).status_code == 303
    assert "Auditor" in admin.get(base).text
    data = {"role": "cashier", "place": f"centre:{centre.id}"}
    assert admin.post(f"{base}/roles", data=data).status_code == 303
    assert admin.post(f"{base}/roles", data=data).status_code == 422
    for place in ("unit:99999999999999", "centre:0", "nonsense", ""):
        data = {"role": "cashier", "place": place}
        assert admin.post(f"{base}/roles", data=data).status_code == 422, place
    oneself = re.search(r"/national/people/\d+", admin.get("/national/people?q=admin").text)
    assert oneself
    answer = admin.post(f"{oneself[0]}/roles", data={"role": "auditor", "place": f"unit:{unit.id}"})
    assert answer.status_code == 422
    assert admin.get("/national/people/999999").status_code == 404


def an_event(centre: Centre, user: User, kind: str, verb: str, **data: object) -> None:
    actor = Actor(user.name_lo, user.id, "10.0.0.7")
    with centre_scope(centre.id), acting_as(actor), unit_of_work() as work:
        work.record(verb, subject_kind=kind, subject_id=str(uuid.uuid4()), data=data)


def test_the_trail_says_who_did_what_and_can_be_narrowed(
    app: Flask, centre: Centre, manager: FlaskClient
) -> None:
    keo, noy = a_user("keo", cashier=centre), a_user("noy", cashier=centre)
    an_event(centre, keo, "receipt", "issue", label="R-1")
    an_event(centre, noy, "receipt", "void", label="R-2", reason="wrong name")
    page = manager.get("/c/LA0101/trail").text
    for words in ("Receipt issued", "R-1", "Receipt voided", "R-2", "wrong name", "10.0.0.7"):
        assert words in page
    rows = re.compile(r"<tbody>.*</tbody>", re.S)

    def table(query: str) -> str:
        found = rows.search(manager.get(f"/c/LA0101/trail?{query}").text)
        return found[0] if found else ""

    assert "R-2" not in table(f"person={keo.id}")
    assert "R-1" not in table("doing=receipt.void")
    assert "R-1" in table("doing=receipt")
    assert table("doing=ticket") == ""
    assert table("from=2020-01-01&to=2020-01-02") == ""
    assert "R-1" in table("from=nonsense&to=&page=-3&person=x")


def test_the_trail_goes_through_pages(app: Flask, centre: Centre, manager: FlaskClient) -> None:
    keo = a_user("keo", cashier=centre)
    for number in range(51):
        an_event(centre, keo, "receipt", "issue", label=f"R-{number:03}")
    assert "R-000" not in manager.get("/c/LA0101/trail").text
    assert "R-000" in manager.get("/c/LA0101/trail?page=2").text


def test_a_centres_trail_holds_nothing_of_another_centre(
    app: Flask, centre: Centre, manager: FlaskClient
) -> None:
    there = a_centre("LA0102")
    stranger = a_user("stranger", cashier=there)
    an_event(there, stranger, "receipt", "issue", label="FOREIGN")
    page = manager.get("/c/LA0101/trail").text
    assert "FOREIGN" not in page
    assert "stranger" not in page


def test_the_national_trail_shows_refusals(app: Flask, centre: Centre, admin: FlaskClient) -> None:
    nosy = a_desk(app, a_user("nosy", cashier=centre))
    nosy.get("/national/people")
    assert "Access refused" in admin.get("/national/trail?doing=route.refused").text


def test_an_auditor_enters_a_centre_with_a_reason_that_both_trails_keep(
    app: Flask, centre: Centre
) -> None:
    auditor = a_desk(app, a_user("auditor", language="en", auditor=a_unit("LA01")))
    assert auditor.get("/c/LA0101/trail").status_code == 404
    assert "Centre LA0101" in auditor.get("/a/LA01/enter").text
    data = {"centre_id": centre.id, "reason": "too short"}
    assert auditor.post("/a/LA01/enter", data=data).status_code == 422
    assert auditor.get("/c/LA0101/trail").status_code == 404
    data["reason"] = "Order 12/2026 of the inspection"
    assert auditor.post("/a/LA01/enter", data=data).status_code == 303
    page = auditor.get("/c/LA0101/trail")
    assert page.status_code == 200
    assert "Order 12/2026 of the inspection" in page.text
    assert "As an auditor you are in the centre" in page.text
    assert auditor.get("/c/LA0101/people").status_code == 403
    assert "centre_entered" in national_verbs()
    assert auditor.post("/leave-centre").status_code == 303
    assert auditor.get("/c/LA0101/trail").status_code == 404
    assert [event.verb for event in centre_events(centre.id)] == ["centre_entered", "centre_left"]
    assert auditor.post("/leave-centre").status_code == 404


def test_an_auditor_enters_no_centre_outside_the_area_and_one_at_a_time(
    app: Flask, centre: Centre
) -> None:
    there, second = a_centre("LA0201"), a_centre("LA0102")
    auditor = a_desk(app, a_user("auditor", auditor=a_unit("LA01")))
    data = {"centre_id": there.id, "reason": "Order 12/2026 of the inspection"}
    assert auditor.post("/a/LA01/enter", data=data).status_code == 404
    assert auditor.post("/a/LA02/enter", data=data).status_code == 404
    for inside in (centre, second):
        data["centre_id"] = inside.id
        assert auditor.post("/a/LA01/enter", data=data).status_code == 303
    assert auditor.get("/c/LA0102/trail").status_code == 200
    assert auditor.get("/c/LA0101/trail").status_code == 404
    assert [event.verb for event in centre_events(centre.id)] == ["centre_entered", "centre_left"]


def test_a_coordinator_can_enter_no_centre(app: Flask, centre: Centre) -> None:
    client = a_desk(app, a_user(district_coordinator=a_unit("LA0101")))
    assert client.get("/a/LA0101/enter").status_code == 404


def test_operations_are_those_that_other_rooms_rely_on() -> None:
    for name in operations.__all__:
        assert callable(getattr(operations, name))
