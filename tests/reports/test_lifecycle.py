"""Two people make a report public; what is published never changes; corrections are versions."""

import json

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from odsc_counter.platform.columns import Base
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.reports import operations, queries, verifying
from odsc_counter.reports.errors import DraftIsThere, NothingSigned, ReturnsMoved, SamePerson
from odsc_counter.reports.models import PUBLISH, ReportDecision, ReportDraft
from odsc_counter.returns.content import hash_of
from tests.reports.builders import (
    AUGUST,
    SEPTEMBER,
    Country,
    a_country,
    approved,
    content_of,
    drafted,
    in_nation,
    published,
)
from tests.returns.papers import late_data, reviewed, signed
from tests.world import a_unit, a_user

pytestmark = pytest.mark.usefixtures("database")


def a_reported_country() -> Country:
    country = a_country("LA0101", "LA0102")
    approved(country, "LA0101", SEPTEMBER)
    return country


def test_another_person_publishes_and_the_text_is_frozen() -> None:
    country = a_reported_country()
    draft = drafted(country)
    row = published(country, draft)
    assert (row.version, row.previous_hash, row.content_hash) == (1, None, hash_of(row.content))
    content = json.loads(row.content)
    assert content["drafted_by"]["id"] == country.analyst.id
    assert content["published_by"]["id"] == country.publisher.id
    assert content["coverage"]["complete"] == 1
    assert list(verifying.faults()) == []
    approved(country, "LA0102", SEPTEMBER)
    assert content_of(country, draft) == content, "what came later is not in a published report"


def test_nobody_publishes_what_they_drafted() -> None:
    country = a_reported_country()
    draft = drafted(country)
    with pytest.raises(SamePerson):
        published(country, draft, country.analyst)
    # The database says so too.
    row = ReportDecision(
        place_id=country.nation.id, draft_id=draft.id, first_month=SEPTEMBER,
        last_month=SEPTEMBER, drafted_by_id=country.analyst.id, verdict=PUBLISH, version=1,
        content="{}", content_hash="0" * 64, decided_at=draft.drafted_at,
        decided_by_id=country.analyst.id, decided_by_name="x",
    )  # fmt: skip
    with (
        pytest.raises(DBAPIError, match="published_by_another"),
        area_scope(country.nation.id),
        unit_of_work() as work,
    ):
        work.session.add(row)


def test_a_decision_cannot_name_another_drafter_than_the_draft() -> None:
    country = a_reported_country()
    draft = drafted(country)
    row = ReportDecision(
        place_id=country.nation.id, draft_id=draft.id, first_month=SEPTEMBER,
        last_month=SEPTEMBER, drafted_by_id=country.publisher.id, verdict=PUBLISH, version=1,
        content="{}", content_hash="0" * 64, decided_at=draft.drafted_at,
        decided_by_id=country.analyst.id, decided_by_name="x",
    )  # fmt: skip
    with pytest.raises(DBAPIError), area_scope(country.nation.id), unit_of_work() as work:
        work.session.add(row)


def test_a_later_version_says_what_changed_and_why_and_the_earlier_stays() -> None:
    country = a_reported_country()
    first = drafted(country)
    published(country, first)
    with pytest.raises(InvalidInput) as refused:
        drafted(country)
    assert set(refused.value.fields) == {"reason"}
    late_data(country.centre("LA0101"), tickets=44)
    world = country.worlds["LA0101"]
    reviewed(world, signed(world))
    approved(country, "LA0102", SEPTEMBER)
    second = drafted(country, reason="ສູນໜຶ່ງສົ່ງລາຍງານຊ້າ")
    row = published(country, second)
    content = content_of(country, second)
    assert (row.version, row.previous_version) == (2, 1)
    assert content["reason"] == "ສູນໜຶ່ງສົ່ງລາຍງານຊ້າ"
    assert content["changes"]["returns"] == [
        {"centre": "LA0101", "month": "2026-09", "before": 1, "now": 2},
        {"centre": "LA0102", "month": "2026-09", "before": None, "now": 1},
    ]
    assert content["changes"]["figures_before"]["tickets"] == 40
    assert content["figures"]["tickets"] == 84
    assert "tickets" in content["changes"]["figures"]
    [correction] = content["corrections"]
    assert (correction["centre"], correction["version"]) == ("LA0101", 2)
    assert content_of(country, first)["figures"]["tickets"] == 40
    assert list(verifying.faults()) == []


def test_what_was_not_seen_is_not_published() -> None:
    country = a_reported_country()
    draft = drafted(country)
    with in_nation(country, country.publisher):
        seen = queries.shown(country.nation, draft.id, with_drafts=True).seen
    approved(country, "LA0102", SEPTEMBER)
    with in_nation(country, country.publisher), pytest.raises(ReturnsMoved):
        operations.publish(country.nation, draft.id, seen)


def test_without_a_return_nothing_is_published() -> None:
    country = a_country("LA0101")
    draft = drafted(country)
    assert content_of(country, draft)["figures"] is None
    with pytest.raises(NothingSigned):
        published(country, draft)


def test_a_period_that_goes_on_or_has_a_draft_is_refused() -> None:
    country = a_reported_country()
    for code in ("2026-10", "2026", "2026-Q4", "x", ""):
        with pytest.raises(InvalidInput) as refused:
            drafted(country, code)
        assert set(refused.value.fields) == {"period"}
    drafted(country)
    with pytest.raises(DraftIsThere):
        drafted(country)
    drafted(country, "2026-Q3")


def test_a_withdrawn_draft_is_over() -> None:
    country = a_reported_country()
    draft = drafted(country)
    with in_nation(country, country.analyst):
        operations.withdraw(country.nation, draft.id)
        with pytest.raises(AlreadyChanged):
            operations.withdraw(country.nation, draft.id)
    with pytest.raises(AlreadyChanged):
        published(country, draft)
    assert published(country, drafted(country)).version == 1


def test_two_drafts_of_one_period_do_not_make_one_version_twice() -> None:
    """The second one was drafted before the first was published: nobody has said why again."""
    country = a_reported_country()
    first = drafted(country)
    with in_nation(country, country.analyst):
        operations.withdraw(country.nation, first.id)
    published(country, drafted(country))
    with in_nation(country, country.publisher), pytest.raises(AlreadyChanged):
        operations.publish(country.nation, first.id, "")


@pytest.mark.parametrize("table", [ReportDraft, ReportDecision])
def test_rows_of_reports_never_change(table: type[Base]) -> None:
    country = a_reported_country()
    published(country, drafted(country))
    for change in (delete(table), update(table).values(last_month=AUGUST)):
        with pytest.raises(DBAPIError), area_scope(country.nation.id), unit_of_work() as work:
            work.session.execute(change)


def test_a_province_does_not_see_the_nations_report() -> None:
    country = a_reported_country()
    draft = drafted(country)
    published(country, draft)
    province = a_unit("LA01")
    with area_scope(province.id), pytest.raises(NotFound):
        queries.shown(province, draft.id, with_drafts=True)
    with area_scope(province.id):
        assert queries.reports_of(province, with_drafts=True) == []


def test_what_was_done_is_in_the_offices_trail() -> None:
    country = a_reported_country()
    draft = drafted(country)
    row = published(country, draft)
    with area_scope(country.nation.id), unit_of_work() as work:
        found = list(
            work.session.scalars(select(AreaEvent).where(AreaEvent.subject_kind == "report"))
        )
    events = {event.verb: event for event in found}
    assert set(events) == {"draft", "publish"}
    assert events["publish"].data["hash"] == row.content_hash
    assert events["publish"].actor_id == country.publisher.id


def test_a_changed_text_is_found() -> None:
    country = a_reported_country()
    row = published(country, drafted(country))
    broken = ReportDecision(
        **{
            name: getattr(row, name)
            for name in ("place_id", "first_month", "last_month", "verdict", "decided_at")
        },
        draft_id=drafted(country, reason="ອີກ").id,
        drafted_by_id=country.analyst.id,
        version=2,
        previous_version=1,
        previous_hash=row.content_hash,
        content=(row.content or "").replace('"tickets":40', '"tickets":41'),
        content_hash=row.content_hash,
        decided_by_id=a_user("third").id,
        decided_by_name="x",
    )
    with area_scope(country.nation.id), unit_of_work() as work:
        work.session.add(broken)
    found = [what for _code, what in verifying.faults()]
    assert any("the hash is not that of what was published" in what for what in found)
    assert any("version is 2, what was published says 1" in what for what in found)
