"""A change of the catalogue: one writes, another one reviews, and it holds from its day."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from odsc_counter.accounts.models import User
from odsc_counter.applications import operations as applications
from odsc_counter.catalogue import content, proposal_queries, proposals, queries
from odsc_counter.catalogue.lifecycle import PROPOSAL_LIFECYCLE
from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.catalogue.models import CONFIRMED
from odsc_counter.catalogue.proposal_models import ChangeProposal
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.catalogue.editions import a_newer_edition, with_cells
from tests.world import a_centre, a_service, a_user

SOON = 10


def as_user(user: User) -> Any:
    """Act in a person's name."""
    return acting_as(Actor(user.name_lo, user.id))


class Office:
    """The secretariat: an author, a reviewer, and a service to change."""

    def __init__(self) -> None:
        self.author, self.reviewer = a_user("author"), a_user("reviewer")
        self.centre = a_centre()
        self.service = a_service(self.centre, "MOPS-04", papers=2)
        with reference_scope():
            self.version = queries.service_on(self.service.id, clock.today())

    def wording(self, **change: Any) -> proposals.Wording:
        """One working day more, without the first paper."""
        return replace(
            proposals.Wording(
                name_lo=self.version.name_lo,
                name_en=self.version.name_en,
                ministry_id=self.version.ministry_id,
                processing_days=self.version.processing_days + 1,
                document_type_ids=[self.version.papers[1].document_type_id],
                effective_on=clock.today() + timedelta(days=SOON),
                reason="The office needs a day more.",
                basis="Decision 7/MoPS",
            ),
            **change,
        )

    def draft(self, **change: Any) -> int:
        with reference_scope(), as_user(self.author):
            return proposals.draft(self.service.id, self.wording(**change)).id

    def do(self, user: User, verb: str, *arguments: Any) -> Any:
        with reference_scope(), as_user(user):
            return getattr(proposals, verb)(*arguments)

    def approved(self, **change: Any) -> int:
        number = self.draft(**change)
        self.do(self.author, "submit", number)
        self.do(self.reviewer, "approve", number)
        return number


@pytest.fixture
def office(database: Database) -> Office:
    return Office()


STATES = (None, "draft", "in_review", "returned", "approved", "published", "dropped")
ALLOWED = {
    "draft": {None},
    "rewrite": {"draft", "returned"},
    "submit": {"draft", "returned"},
    "return": {"in_review", "approved"},
    "approve": {"in_review"},
    "publish": {"approved"},
    "drop": {"draft", "returned", "in_review", "approved"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", PROPOSAL_LIFECYCLE.verbs)
def test_each_verb_is_allowed_where_the_table_says(verb: str, state: str | None) -> None:
    assert PROPOSAL_LIFECYCLE.allows(verb, state) == (state in ALLOWED[verb])


def test_what_is_published_holds_from_its_day_and_files_keep_theirs(office: Office) -> None:
    number = office.approved()
    with centre_scope(office.centre.id):
        file = applications.take(
            office.centre, office.service.id, full_name="Somebody", papers_present=set()
        )
    fresh = office.do(office.reviewer, "publish", number)
    day = clock.today() + timedelta(days=SOON)
    with reference_scope():
        before = queries.service_on(office.service.id, day - timedelta(days=1))
        after = queries.service_on(office.service.id, day)
        page = proposal_queries.proposal_page(number)
    assert (before.id, before.valid_to) == (office.version.id, day)
    assert (after.id, after.valid_to, after.standing) == (fresh.id, None, CONFIRMED)
    assert after.processing_days == before.processing_days + 1
    assert [paper.document_type_id for paper in after.papers] == [before.papers[1].document_type_id]
    assert file.service_version_id == before.id
    assert page.proposal.state == "published"
    assert page.proposal.published_version_id == fresh.id


def test_nobody_reviews_what_they_wrote(office: Office) -> None:
    number = office.draft()
    office.do(office.author, "submit", number)
    for verb, *words in (("approve",), ("return_to_author", "no")):
        with pytest.raises(proposals.OwnProposal):
            office.do(office.author, verb, number, *words)
    with reference_scope(), pytest.raises(IntegrityError), unit_of_work() as work:
        work.session.execute(
            update(ChangeProposal).values(reviewer_id=office.author.id, state="approved")
        )
    with reference_scope(), pytest.raises(IntegrityError), unit_of_work() as work:
        work.session.execute(update(ChangeProposal).values(state="published"))


def test_others_comment_and_do_not_rewrite(office: Office) -> None:
    number = office.draft()
    office.do(office.reviewer, "comment", number, "Which act?")
    with pytest.raises(proposals.NotTheAuthor):
        office.do(office.reviewer, "rewrite", number, office.wording())
    with pytest.raises(proposals.NotTheAuthor):
        office.do(office.reviewer, "submit", number)
    with pytest.raises(proposals.NotTheAuthor):
        office.do(office.reviewer, "drop", number)
    with reference_scope():
        page = proposal_queries.proposal_page(number)
    assert [said.words for said in page.comments] == ["Which act?"]


def test_a_returned_proposal_is_rewritten_and_reviewed_again(office: Office) -> None:
    number = office.draft()
    office.do(office.author, "submit", number)
    with pytest.raises(InvalidInput):
        office.do(office.reviewer, "return_to_author", number, " ")
    office.do(office.reviewer, "return_to_author", number, "Name the act.")
    office.do(office.author, "rewrite", number, office.wording(basis="Decision 8/MoPS"))
    again = office.do(office.author, "submit", number)
    assert (again.state, again.reviewer_id, again.basis) == ("in_review", None, "Decision 8/MoPS")
    office.do(office.reviewer, "approve", number)
    office.do(office.author, "drop", number)
    with pytest.raises(AlreadyChanged):
        office.do(office.reviewer, "publish", number)


def test_a_proposal_for_a_service_that_has_changed_is_not_published(office: Office) -> None:
    first, second = office.approved(), office.approved(processing_days=9)
    office.do(office.reviewer, "publish", first)
    with reference_scope():
        assert proposal_queries.proposal_page(second).is_outdated
    with pytest.raises(proposals.BaseHasChanged):
        office.do(office.reviewer, "publish", second)
    office.do(office.reviewer, "return_to_author", second, "Compare it again.")
    later = clock.today() + timedelta(days=SOON + 1)
    office.do(
        office.author, "rewrite", second, office.wording(effective_on=later, processing_days=9)
    )
    office.do(office.author, "submit", second)
    office.do(office.reviewer, "approve", second)
    assert office.do(office.reviewer, "publish", second).valid_from == later


def test_nothing_is_changed_backwards(office: Office) -> None:
    number = office.approved()
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(ChangeProposal).values(effective_on=clock.today() - timedelta(days=1))
        )
    with pytest.raises(proposals.DayHasPassed):
        office.do(office.reviewer, "publish", number)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name_lo": " "}, "name_lo"),
        ({"reason": ""}, "reason"),
        ({"basis": ""}, "basis"),
        ({"processing_days": 0}, "processing_days"),
        ({"effective_on": date(2020, 1, 1)}, "effective_on"),
        ({"name_en": "x" * 201}, "name_en"),
    ],
)
def test_what_is_missing_is_said(office: Office, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.draft(**change)
    assert set(refused.value.fields) == {field}


def test_a_proposal_changes_something_that_is_there(office: Office) -> None:
    same = {
        "processing_days": office.version.processing_days,
        "document_type_ids": [paper.document_type_id for paper in office.version.papers],
    }
    with pytest.raises(InvalidInput):
        office.draft(**same)
    with pytest.raises(NotFound):
        office.draft(document_type_ids=[999_999])


def test_the_difference_names_fields_and_papers() -> None:
    older = {
        "name_en": "Old", "name_lo": "ເກົ່າ", "ministry_id": 1, "processing_days": 3,
        "papers": [{"document_type_id": kind} for kind in (1, 2, 3)],
    }  # fmt: skip
    newer = {
        **older, "name_en": "New", "processing_days": 5,
        "papers": [{"document_type_id": kind} for kind in (3, 2, 4)],
    }  # fmt: skip
    found = content.difference(older, newer)
    assert [(one.name, one.before, one.after) for one in found.fields] == [
        ("name_en", "Old", "New"),
        ("processing_days", 3, 5),
    ]
    assert (found.added, found.removed, found.reordered) == ([4], [1], True)
    assert content.difference(older, older).is_empty
    # A field that came with a later release is no difference to an older wording.
    assert content.difference(older, {**older, "later": 1}).is_empty


def test_papers_that_stay_keep_their_place() -> None:
    base = {"papers": [{"document_type_id": kind, "copies": kind} for kind in (1, 2, 3)]}
    assert content.with_papers(base, [4, 3, 1]) == [
        {"document_type_id": 1, "copies": 1},
        {"document_type_id": 3, "copies": 3},
        {"document_type_id": 4},
    ]


def test_an_edition_loaded_later_keeps_and_reports_what_was_published(
    database: Database, tmp_path: Path
) -> None:
    load_reference_data()
    author, reviewer = a_user("author"), a_user("reviewer")
    today = clock.today()
    with reference_scope():
        service = queries.service_by_code("MOPS-04")
        base = queries.service_on(service.id, today)
        wording = proposals.Wording(
            name_lo=base.name_lo,
            name_en=base.name_en,
            ministry_id=base.ministry_id,
            processing_days=4,
            document_type_ids=[paper.document_type_id for paper in base.papers],
            effective_on=today + timedelta(days=SOON),
            reason="The office needs more days.",
            basis="Decision 7/MoPS",
        )
        with as_user(author):
            number = proposals.submit(proposals.draft(service.id, wording).id).id
        with as_user(reviewer):
            proposals.approve(number)
            published = proposals.publish(number)
    change = {
        "service_catalogue.csv": with_cells(
            "code", "MOPS-04", processing_days="9", name_en="Otherwise"
        )
    }
    later = today + timedelta(days=400)
    summary = load_reference_data(a_newer_edition(tmp_path, change, date=later.isoformat()))
    assert "service MOPS-04" in summary.kept
    with reference_scope():
        holds = queries.service_on(service.id, later)
    assert (holds.id, holds.processing_days) == (published.id, 4)
