"""What a centre offers, and what an administrator confirms."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from odsc_counter.catalogue import operations, queries
from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.catalogue.models import CONFIRMED, ILLUSTRATIVE, FeeLine, OfferedService
from odsc_counter.places.operations import open_centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.events import Event, NationalEvent
from odsc_counter.platform.tenancy import (
    Actor,
    ScopeBreach,
    acting_as,
    centre_scope,
    reference_scope,
)
from odsc_counter.platform.work import reading
from tests.world import a_centre, a_service


@pytest.fixture
def loaded(database: Database) -> Database:
    load_reference_data()
    return database


def offered() -> dict[str, str]:
    """Service code to letter, as the centre in scope offers them today."""
    return {row.service.code: row.group.letter for row in queries.offered_services(clock.today())}


@pytest.mark.usefixtures("loaded")
def test_a_new_centre_offers_the_whole_catalogue_in_the_usual_groups() -> None:
    with reference_scope():
        centre = open_centre("LA0101", name_lo="ສູນ ຈັນທະບູລີ", name_en="Chanthabuly centre")
    with centre_scope(centre.id):
        letters = offered()
        assert len(letters) == 66
        assert letters["MOHA-01"] == "A"
        assert letters["MOPS-04"] == letters["MOFA-01"] == "B"
        assert letters["MOIC-01"] == "C"
        assert letters["MPWT-01"] == letters["MONRE-02"] == "D"
        assert letters["MPWT-06"] == letters["MOF-02"] == "E"
        assert letters["PMO-01"] == letters["MOH-02"] == "F"
        assert [group.letter for group in queries.groups()] == list("ABCDEF")
        operations.set_up_default_offer(centre)
        assert len(queries.groups()) == 6


def test_a_centre_sees_its_own_offer_alone(database: Database) -> None:
    here, there = a_centre("LA0101"), a_centre("LA0201")
    a_service(here, "MOPS-04")
    a_service(there, "MOPS-05")
    with centre_scope(here.id):
        assert offered() == {"MOPS-04": "A"}
    with centre_scope(there.id):
        assert offered() == {"MOPS-05": "A"}


@pytest.mark.usefixtures("loaded")
def test_the_whole_offer_is_read_in_few_statements(database: Database) -> None:
    with reference_scope():
        centre = open_centre("LA0101", name_lo="ສູນ", name_en="Centre")
    seen: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with centre_scope(centre.id):
        event.listen(database.reader, "before_cursor_execute", listen)
        try:
            rows = queries.offered_services(clock.today())
        finally:
            event.remove(database.reader, "before_cursor_execute", listen)
    assert rows[0].version.papers[0].document_type.code == "FORM"
    selects = [statement for statement in seen if "set_config" not in statement]
    assert len(selects) <= 5


def test_a_service_can_move_to_another_letter(database: Database) -> None:
    centre = a_centre()
    service = a_service(centre, "MOPS-04")
    with centre_scope(centre.id):
        group = operations.add_group("c", "ທຸລະກິດ", "Business")
        operations.offer_service(service.id, group.id)
        assert offered() == {"MOPS-04": "C"}
        assert operations.set_offer({service.id: None}) == 0
        assert offered() == {"MOPS-04": "C"}
        assert operations.set_offer({service.id: group.id}) == 0
        with reading() as session:
            verbs = session.scalars(select(Event.verb).order_by(Event.at)).all()
    assert verbs == ["added", "moved"]


def test_a_group_of_another_centre_can_not_be_chosen(database: Database) -> None:
    here, there = a_centre("LA0101"), a_centre("LA0201")
    service = a_service(here, "MOPS-04")
    with centre_scope(there.id):
        foreign = operations.add_group("Z", "ອື່ນ", "Other")
    with centre_scope(here.id):
        with pytest.raises(NotFound):
            operations.set_offer({service.id: foreign.id})
        assert offered() == {"MOPS-04": "A"}


def test_a_letter_names_one_group(database: Database) -> None:
    with centre_scope(a_centre().id):
        operations.add_group("A", "ກ", "A")
        with pytest.raises(operations.LetterTaken):
            operations.add_group("a", "ຂ", "B")
        with pytest.raises(InvalidInput):
            operations.add_group("ກ", "ຂ", "B")


ACT_ON = date(2021, 3, 1)


@pytest.fixture
def line(database: Database) -> FeeLine:
    """An illustrative fee of 20.000 kip."""
    service = a_service(None, "MOPS-04", fee=20_000, standing=ILLUSTRATIVE)
    with reference_scope():
        return queries.fee_lines_on(service.id, clock.today())[0]


def test_a_confirmed_fee_begins_today_and_the_example_keeps_its_days(line: FeeLine) -> None:
    today = clock.today()
    with reference_scope(), acting_as(Actor("Administrator", 7)):
        operations.confirm_fee_line(
            line.id, amount=25_000, legal_basis="Ordinance 002/PO",
            act_on=date(2021, 3, 1), article="art. 9",
        )  # fmt: skip
        (before,) = queries.fee_lines_on(line.service_id, today - timedelta(days=1))
        (now,) = queries.fee_lines_on(line.service_id, today)
        assert (before.amount, before.standing) == (20_000, ILLUSTRATIVE)
        assert (now.amount, now.standing, now.legal_basis) == (
            25_000,
            CONFIRMED,
            "Ordinance 002/PO",
        )
        assert (now.article, now.act_on) == ("art. 9", date(2021, 3, 1))
        assert now.confirmed_by == "Administrator"
        with reading() as session:
            written = session.scalars(
                select(NationalEvent).where(NationalEvent.verb == "confirmed")
            ).one()
    assert written.actor_id == 7
    assert written.data["before"]["amount"] == 20_000
    assert written.data["amount"] == 25_000


def test_a_fee_is_confirmed_once_and_only_with_an_act(line: FeeLine) -> None:
    with reference_scope():
        for missing in ("", " ", line.legal_basis):
            with pytest.raises(InvalidInput):
                operations.confirm_fee_line(
                    line.id, amount=20_000, legal_basis=missing, act_on=ACT_ON
                )
        with pytest.raises(InvalidInput):
            operations.confirm_fee_line(line.id, amount=-1, legal_basis="Ordinance", act_on=ACT_ON)
        with pytest.raises(InvalidInput):
            operations.confirm_fee_line(
                line.id, amount=20_000, legal_basis="Ordinance", act_on=None
            )
        operations.confirm_fee_line(line.id, amount=20_000, legal_basis="Ordinance", act_on=ACT_ON)
        with pytest.raises(operations.NothingToConfirm):
            operations.confirm_fee_line(
                line.id, amount=20_000, legal_basis="Ordinance", act_on=ACT_ON
            )


def test_days_and_papers_are_confirmed_once(database: Database) -> None:
    service = a_service(None, "MOPS-04", standing=ILLUSTRATIVE)
    today = date(2026, 1, 15)
    with reference_scope(), acting_as(Actor("Administrator")):
        version = queries.service_on(service.id, today)
        assert version.standing == ILLUSTRATIVE
        operations.confirm_version(version.id)
        version = queries.service_on(service.id, today)
        assert (version.standing, version.confirmed_by) == (CONFIRMED, "Administrator")
        assert version.confirmed_at is not None
        with pytest.raises(operations.NothingToConfirm):
            operations.confirm_version(version.id)
        with pytest.raises(NotFound):
            operations.confirm_version(10**6)


def test_the_nation_s_scope_can_not_write_an_offer(database: Database) -> None:
    service = a_service(None, "MOPS-04")
    with reference_scope(), pytest.raises(ScopeBreach):
        operations.set_offer({service.id: uuid.uuid4()})
    with reference_scope(), reading() as session, pytest.raises(ScopeBreach):
        session.scalars(select(OfferedService)).all()
