"""Who is who: what stands in it, whom it leaves out, how it is searched, and what it costs."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from odsc_counter.accounts import contact, directory, operations
from odsc_counter.accounts.directory import PER_PAGE, Wanted
from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database, current_database
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.accounts.people import again, national_verbs
from tests.pages import a_desk
from tests.world import a_centre, a_unit, a_user


def names(wanted: Wanted, number: int = 1) -> list[tuple[str, str]]:
    """Who stands on a page, in which role."""
    return [(line.user.username, line.role) for line in directory.people(wanted, number).lines]


def set_row(row: User | Centre | RoleGrant, **values: object) -> None:
    """Change columns past the operations."""
    with reference_scope(), unit_of_work() as work:
        kind = type(row)
        work.session.execute(update(kind).where(kind.id == row.id).values(**values))


@pytest.fixture
def country(database: Database) -> Centre:
    centre = a_centre("LA0101")
    a_centre("LA0901")
    a_user("manager", centre_manager=centre)
    a_user("lead", lead_clerk=centre)
    a_user("clerk", counter_staff=centre, cashier=centre)
    a_user("coordinator", district_coordinator=a_unit("LA0101"))
    a_user("secretary", committee_secretary=a_unit("LA09"))
    a_user("analyst", moha_analyst=a_unit("LA"))
    a_user("admin", national_administrator=a_unit("LA"), auditor=a_unit("LA01"))
    return centre


def test_those_who_lead_a_centre_stand_beside_it(country: Centre) -> None:
    first, second = directory.centres(Wanted()).lines
    assert first.centre.code == "LA0101"
    assert [user.username for user in first.managers] == ["manager"]
    assert [user.username for user in first.lead_clerks] == ["lead"]
    assert (second.centre.code, second.managers, second.lead_clerks) == ("LA0901", [], [])
    set_row(country, closed_on=clock.today())
    assert [line.centre.code for line in directory.centres(Wanted()).lines] == ["LA0901"]
    assert ("manager", "centre_manager") not in names(Wanted())


def test_only_roles_that_others_turn_to_are_listed(country: Centre) -> None:
    assert names(Wanted()) == [
        ("analyst", "moha_analyst"),
        ("manager", "centre_manager"),
        ("lead", "lead_clerk"),
        ("coordinator", "district_coordinator"),
        ("secretary", "committee_secretary"),
    ]
    assert names(Wanted(role="moha_analyst")) == [("analyst", "moha_analyst")]
    assert names(Wanted(province="LA09")) == [("secretary", "committee_secretary")]


def test_who_left_and_who_is_invented_is_not_listed(country: Centre) -> None:
    gone = a_user("gone", committee_member=a_unit("LA01"))
    set_row(gone, is_active=False)
    invented = a_user("invented", committee_member=a_unit("LA01"))
    set_row(invented, is_demo=True)
    former = a_user("former", committee_member=a_unit("LA01"))
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(RoleGrant)
            .where(RoleGrant.user_id == former.id)
            .values(ended_on=clock.today() - timedelta(days=1))
        )
    assert names(Wanted(role="committee_member")) == []
    shown = names(Wanted(role="committee_member", demonstration=True))
    assert shown == [("invented", "committee_member")]


@pytest.mark.parametrize(
    ("typed", "codes", "usernames"),
    [
        ("ເມືອງ  la0101", ["LA0101"], ["manager", "lead", "coordinator"]),
        ("ສູນ la໐໙", ["LA0901"], []),
        ("ໜອງ", ["LA0101"], ["manager", "lead"]),
        ("ຫນອງ", ["LA0101"], ["manager", "lead"]),
        ("%", [], []),
        ("COORDI", [], ["coordinator"]),
    ],
)
def test_a_search_folds_what_people_type(
    country: Centre, typed: str, codes: list[str], usernames: list[str]
) -> None:
    set_row(country, name_lo="ສູນ ໜອງບອນ")
    wanted = Wanted(search=typed)
    assert [line.centre.code for line in directory.centres(wanted).lines] == codes
    assert [username for username, _role in names(wanted)] == usernames


def test_a_page_costs_the_same_however_many_there_are(country: Centre) -> None:
    counted: list[str] = []

    def count(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().lower().startswith("select") and "set_config" not in statement:
            counted.append(statement)

    def cost() -> int:
        counted.clear()
        directory.centres(Wanted())
        directory.people(Wanted())
        return len(counted)

    event.listen(current_database().reader, "before_cursor_execute", count)
    few = cost()
    for number in range(PER_PAGE + 5):
        a_user(f"member-{number:02}", committee_member=a_unit("LA0901"))
    assert cost() == few == 3
    event.remove(current_database().reader, "before_cursor_execute", count)
    page = directory.people(Wanted(role="committee_member"), 2)
    assert (page.number, page.pages, page.total, len(page.lines)) == (2, 2, PER_PAGE + 5, 5)
    assert directory.people(Wanted(), 99).number == 2


@pytest.mark.parametrize(
    ("phone", "email", "wrong"),
    [
        ("abc", "", {"office_phone"}),
        ("021 1", "no address", {"email"}),
        ("javascript:1", "a@b", {"office_phone", "email"}),
    ],
)
def test_what_no_telephone_and_no_post_takes_is_refused(
    database: Database, phone: str, email: str, wrong: set[str]
) -> None:
    user = a_user("keo")
    with pytest.raises(InvalidInput) as refused:
        contact.set_contact(user.id, phone, email)
    assert set(refused.value.fields) == wrong
    assert (again(user).office_phone, again(user).email) == ("", "")


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    centre = a_centre("LA0101")
    return a_desk(app, a_user("keo", language="en", centre_manager=centre))


def test_one_says_how_one_is_reached_and_everybody_finds_it(app: Flask, desk: FlaskClient) -> None:
    wrong = desk.post("/me/contact", data={"office_phone": "021 212 345", "email": "keo"})
    assert wrong.status_code == 422
    assert "021 212 345" in wrong.text
    said = {"office_phone": "໐໒໑ 212 345", "email": "keo@moha.gov.la"}
    assert desk.post("/me/contact", data=said).status_code == 303
    assert "contact_set" in national_verbs()
    clerk = a_desk(app, a_user("clerk"), language="lo")
    for address in ("/directory", "/directory?show=people&role=centre_manager&province=LA01"):
        page = clerk.get(address).text
        assert 'href="tel:021212345"' in page
        assert 'href="mailto:keo@moha.gov.la"' in page
    assert "ຫົວໜ້າສູນ" in page
    assert desk.post("/me/contact", data={}).status_code == 303
    assert "tel:" not in clerk.get("/directory").text


def test_the_directory_is_no_page_for_strangers(app: Flask, desk: FlaskClient) -> None:
    assert a_desk(app).get("/directory").status_code == 302
    assert "/directory" in desk.get("/me").text
    strange = desk.get("/directory?show=x&province=LA99&role=cashier&page=999999&q=%25")
    assert strange.status_code == 200


def test_a_disabled_account_leaves_the_directory(app: Flask, desk: FlaskClient) -> None:
    other = a_user("other", moha_analyst=a_unit("LA"))
    assert "other" in desk.get("/directory?show=people").text
    with reference_scope():
        operations.disable_user(other.id)
    assert "other" not in desk.get("/directory?show=people").text
