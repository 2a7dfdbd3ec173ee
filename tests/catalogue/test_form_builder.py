"""The page on which a form is built: rows to a form and back, and what the rules refuse."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from odsc_counter.accounts.models import User
from odsc_counter.catalogue import proposals, queries
from odsc_counter.catalogue.form_builder import Row, changed, form_from, rows_given, rows_of
from odsc_counter.catalogue.form_fields import fields_of, schema_of
from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.catalogue.proposals import NotTheAuthor, Wording
from odsc_counter.places.edition import read_edition
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput
from odsc_counter.platform.tenancy import Actor, acting_as, reference_scope
from tests.world import a_unit, a_user

QUESTION = Row(kind="text", en="Colour of the roof", lo="ສີຫຼັງຄາ", required="1")
CHOICES = "red | Red | ແດງ\nblue | Blue | ຟ້າ"


def test_every_shipped_form_comes_back_from_its_rows() -> None:
    fields = read_edition().document("service_content.json")["fields"]
    form = schema_of((name, about, bool(about)) for name, about in fields.items())
    assert form_from(rows_of(form)[:40])["properties"] == {
        name: form["properties"][name] for name in list(form["properties"])[:40]
    }
    assert form_from(rows_of(form)[-40:])["x-order"] == form["x-order"][-40:]


def test_rows_are_added_removed_and_moved() -> None:
    rows = [replace(QUESTION, en=name) for name in "abc"]
    names = {order: [row.en for row in changed(rows, order)] for order in (
        "add", "remove-1", "up-2", "down-0", "up-0", "down-2", "remove-9", "nonsense",
    )}  # fmt: skip
    assert names == {
        "add": ["a", "b", "c", ""],
        "remove-1": ["a", "c"],
        "up-2": ["a", "c", "b"],
        "down-0": ["b", "a", "c"],
        "up-0": ["a", "b", "c"],
        "down-2": ["a", "b", "c"],
        "remove-9": ["a", "b", "c"],
        "nonsense": ["a", "b", "c"],
    }


def test_what_a_page_sends_becomes_rows_in_order() -> None:
    sent = {"row-1-kind": "date", "row-1-en": "When", "row-0-kind": "text", "row-x-kind": "no"}
    assert [(row.kind, row.en) for row in rows_given(sent)] == [("text", ""), ("date", "When")]


def test_a_new_question_gets_a_name_of_its_own() -> None:
    form = form_from([QUESTION, QUESTION, replace(QUESTION, en="ສີ")])
    assert form["x-order"] == ["colour_of_the_roof", "colour_of_the_roof_2", "question_3"]
    assert form["required"] == form["x-order"]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (replace(QUESTION, lo=" "), "lo"),
        (replace(QUESTION, en="x" * 161), "en"),
        (replace(QUESTION, kind="colour"), "kind"),
        (replace(QUESTION, kind="choice"), "choices"),
        (replace(QUESTION, kind="choice", choices="red"), "choices"),
        (replace(QUESTION, kind="choice", choices=f"{CHOICES}\nred | R | ດ"), "choices"),
        (replace(QUESTION, longest="many"), "longest"),
        (replace(QUESTION, kind="number", lowest="9", highest="3"), "highest"),
    ],
)
def test_a_wrong_row_is_named(row: Row, place: str) -> None:
    with pytest.raises(InvalidInput) as error:
        form_from([QUESTION, row])
    assert set(error.value.fields) == {f"row-1-{place}"}


class Office:
    """The national office with an author and a reviewer, and a draft about building permits."""

    def __init__(self) -> None:
        load_reference_data()
        nation = a_unit("LA")
        self.author = a_user("author", national_administrator=nation)
        self.reviewer = a_user("reviewer", national_administrator=nation)
        with reference_scope():
            self.service = queries.service_by_code("MPWT-01").id
            self.base = queries.service_on(self.service, clock.today())
        self.day = clock.today() + timedelta(days=3)
        self.proposal = self.act(
            self.author,
            lambda: proposals.draft(
                self.service,
                Wording(
                    name_lo=self.base.name_lo,
                    name_en="Building permit",
                    ministry_id=self.base.ministry_id,
                    processing_days=25,
                    document_type_ids=[paper.document_type_id for paper in self.base.papers],
                    effective_on=self.day,
                    reason="clearer",
                    basis="Decision 1",
                    words={"description_en": "Anything that is built."},
                ),
            ),
        ).id

    def act(self, user: User, verb: Any) -> Any:
        """Do something in a person's name."""
        with reference_scope(), acting_as(Actor(user.name_lo, user.id)):
            return verb()


@pytest.fixture
def office(database: Database) -> Office:
    return Office()


def test_a_question_that_a_rule_goes_by_can_not_be_taken_away(office: Office) -> None:
    rows = [row for row in rows_of(office.base.form) if row.name != "floor_area"]
    with pytest.raises(InvalidInput) as error:
        office.act(office.author, lambda: proposals.set_form(office.proposal, form_from(rows)))
    assert "floor_area" in error.value.fields["form"]


def test_what_was_built_is_asked_from_its_day_and_keeps_offices_and_papers(
    office: Office,
) -> None:
    rows = [*rows_of(office.base.form), replace(QUESTION, kind="choice", choices=CHOICES)]
    with pytest.raises(NotTheAuthor):
        office.act(office.reviewer, lambda: proposals.set_form(office.proposal, form_from(rows)))
    office.act(office.author, lambda: proposals.set_form(office.proposal, form_from(rows)))
    office.act(office.author, lambda: proposals.submit(office.proposal))
    with pytest.raises(AlreadyChanged):
        office.act(office.author, lambda: proposals.set_form(office.proposal, form_from(rows)))
    office.act(office.reviewer, lambda: proposals.approve(office.proposal))
    office.act(office.reviewer, lambda: proposals.publish(office.proposal))

    def on(day: date) -> Any:
        with reference_scope():
            return queries.service_on(office.service, day)

    before, after = on(office.day - timedelta(days=1)), on(office.day)
    assert "colour_of_the_roof" not in before.form["properties"]
    assert fields_of(after.form)[-1].choices("lo") == [("red", "ແດງ"), ("blue", "ຟ້າ")]
    assert after.description_en == "Anything that is built."
    assert after.description_lo == before.description_lo != ""
    columns = ("code", "stage", "level", "ministry_id", "working_days", "decides", "condition")
    assert [[getattr(step, name) for name in columns] for step in after.steps] == [
        [getattr(step, name) for name in columns] for step in before.steps
    ]
    assert [(paper.document_type_id, paper.condition) for paper in after.papers] == [
        (paper.document_type_id, paper.condition) for paper in before.papers
    ]
