"""A service that one centre may offer alone: only by a decision, and seen by nobody else."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from odsc_counter.applications import operations as applications
from odsc_counter.catalogue import local, operations, queries
from odsc_counter.catalogue.loading import load_reference_data
from odsc_counter.catalogue.models import FeeLine, OfferedService, Service, ServiceVersion
from odsc_counter.places.models import Centre
from odsc_counter.places.operations import open_centre
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.tenancy import ScopeBreach, centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.receipts import operations as receipts
from odsc_counter.receipts.fees import Charge
from tests.catalogue.editions import a_newer_edition, without
from tests.world import LONG_AGO, a_centre, a_service


def allowed(centre: Centre, **change: Any) -> Service:
    """The centre is allowed to weigh trucks; `change` replaces parts of the decision."""
    with centre_scope(centre.id):
        made = local.LocalService(
            decision_number="45/ຈມ",
            decision_on=date(2026, 1, 5),
            decided_by="ເຈົ້າເມືອງ",
            name_lo="ຊັ່ງລົດບັນທຸກ",
            name_en="Weighing of trucks",
            ministry_code="MOPS",
            group_id=queries.groups()[0].id,
            processing_days=1,
            fee_kip=15_000,
            legal_basis="45/ຈມ, ມາດຕາ 3",
        )
        return local.authorise(centre, replace(made, **change))


@pytest.fixture
def centres(database: Database) -> tuple[Centre, Centre]:
    here, there = a_centre("LA0101"), a_centre("LA0201")
    for centre in (here, there):
        a_service(centre, "MOPS-04")
    return here, there


def test_its_own_centre_offers_it_with_papers_and_fee(centres: tuple[Centre, Centre]) -> None:
    here, _there = centres
    made = allowed(here)
    assert made.code == "LA0101-L01"
    assert allowed(here).code == "LA0101-L02"
    with centre_scope(here.id):
        row = queries.offered_service(made.id, clock.today())
        assert row.version.name("en") == "Weighing of trucks"
        assert [line.amount for line in row.fee_lines] == [15_000]
        file = applications.take(here, made.id, full_name="Somebody", papers_present=set())
        assessment = receipts.assess(here, file.id, [Charge(row.fee_lines[0].id)])
        assert assessment.total_kip == 15_000
        assert "LA0101-L01" in {
            row.version.service.code for row in queries.catalogue_on(clock.today(), with_local=True)
        }


def test_no_other_centre_sees_or_offers_it(centres: tuple[Centre, Centre]) -> None:
    here, there = centres
    made = allowed(here)
    with centre_scope(there.id):
        group = queries.groups()[0]
        with reading() as session:
            for table in (Service, ServiceVersion, FeeLine):
                owners = set(session.scalars(select(table.owner_centre_id)))
                assert owners == {None}
            assert session.get(Service, made.id) is None
        with pytest.raises(NotFound):
            queries.service_by_code(made.code)
        with pytest.raises(NotFound):
            queries.service_on(made.id, clock.today())
        assert queries.fee_lines_on(made.id, clock.today()) == []
        with pytest.raises(NotFound):
            operations.offer_service(made.id, group.id)
        with unit_of_work() as work:
            work.session.add(
                OfferedService(service_id=made.id, group_id=group.id, offered_from=LONG_AGO)
            )
        # Not even where a row was put in behind the operations' back.
        assert {row.service.code for row in queries.offered_services(clock.today())} == {"MOPS-04"}
        assert queries.group_of(made.id, clock.today()) is None
    with reference_scope():
        assert queries.service_by_code(made.code).owner_centre_id == here.id
        codes = {row.version.service.code for row in queries.catalogue_on(clock.today())}
        assert codes == {"MOPS-04"}


def test_a_new_centre_is_not_given_another_s_own_service(database: Database) -> None:
    here, there = a_centre("LA0101"), a_centre("LA0201")
    a_service(here, "MOPS-04")
    made = allowed(here)
    operations.set_up_default_offer(there)
    with centre_scope(there.id):
        assert made.code not in {
            row.service.code for row in queries.offered_services(clock.today())
        }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"decision_number": " "}, "decision_number"),
        ({"decided_by": ""}, "decided_by"),
        ({"decision_on": date(2099, 1, 1)}, "decision_on"),
        ({"legal_basis": "  "}, "legal_basis"),
        ({"fee_kip": -1}, "amount"),
        ({"name_lo": ""}, "name_lo"),
        ({"processing_days": 0}, "processing_days"),
    ],
)
def test_what_is_missing_is_said(
    centres: tuple[Centre, Centre], change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        allowed(centres[0], **change)
    assert set(refused.value.fields) == {field}


def test_the_database_takes_no_own_service_without_a_decision_and_no_fee_without_an_act(
    centres: tuple[Centre, Centre],
) -> None:
    here, _there = centres
    made = allowed(here)
    wrong = [
        update(Service).where(Service.id == made.id).values(decision_number=" "),
        update(Service).where(Service.id == made.id).values(decision_on=None),
        update(FeeLine).where(FeeLine.service_id == made.id).values(legal_basis=" "),
    ]
    for statement in wrong:
        with centre_scope(here.id), pytest.raises(IntegrityError), unit_of_work() as work:
            work.session.execute(statement)


def test_a_centre_writes_no_row_of_the_nation_s(centres: tuple[Centre, Centre]) -> None:
    here, there = centres
    made = allowed(here)
    for owner in (None, there.id):
        with centre_scope(here.id), pytest.raises(ScopeBreach), unit_of_work() as work:
            work.session.add(Service(code="X-1", category="x", owner_centre_id=owner))
    with centre_scope(here.id), pytest.raises(ScopeBreach), unit_of_work() as work:
        service = work.session.scalars(select(Service).where(Service.code == "MOPS-04")).one()
        service.position = 7
    with reference_scope(), reading() as session:
        assert session.get_one(Service, made.id).owner_centre_id == here.id


def test_plain_statements_reach_no_foreign_row(
    centres: tuple[Centre, Centre], database: Database
) -> None:
    here, there = centres
    made = allowed(here)
    change = update(Service).where(Service.id == made.id).values(position=1)
    with centre_scope(there.id), unit_of_work() as work:
        work.session.execute(change)
    if database.writer.dialect.name == "postgresql":
        # Row-level security: the centre may look at the nation's rows, and not write them.
        nations = update(Service).where(Service.code == "MOPS-04").values(position=1)
        with centre_scope(there.id), pytest.raises(DBAPIError), unit_of_work() as work:
            work.session.execute(nations)
    with reference_scope(), reading() as session:
        assert session.get_one(Service, made.id).position > 10_000


def test_an_edition_does_not_end_what_a_centre_may_offer_alone(
    database: Database, tmp_path: Path
) -> None:
    load_reference_data()
    with reference_scope():
        here = open_centre("LA0101", name_lo="ສູນ", name_en="Centre")
    made = allowed(here)
    load_reference_data(
        a_newer_edition(
            tmp_path,
            {"service_catalogue.csv": without("code", "MOPS-05")},
            date=(clock.today() + timedelta(days=30)).isoformat(),
        )
    )
    with centre_scope(here.id):
        later = clock.today() + timedelta(days=60)
        row = queries.offered_service(made.id, later)
    assert (row.version.valid_to, [line.valid_to for line in row.fee_lines]) == (None, [None])
