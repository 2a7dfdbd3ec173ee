"""Reference data: loaded once, loaded again, and a newer edition over an older one."""

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from odsc_counter.catalogue import operations, queries
from odsc_counter.catalogue.loading import EditionNotNewer, load_reference_data
from odsc_counter.catalogue.models import (
    CONFIRMED,
    ILLUSTRATIVE,
    SOURCED,
    DocumentType,
    FeeLine,
    Ministry,
    Service,
    ServicePaper,
    ServiceStep,
    ServiceVersion,
)
from odsc_counter.places.models import Holiday, Unit, UnitAlias
from odsc_counter.places.queries import is_open_day, search_units
from odsc_counter.platform.database import Database
from odsc_counter.platform.events import NationalEvent
from odsc_counter.platform.tenancy import Actor, acting_as, reference_scope
from odsc_counter.platform.work import reading
from tests.catalogue.editions import a_newer_edition, with_cells, without

NEWER = date(2026, 7, 1)
DAY_BEFORE = NEWER - timedelta(days=1)
REFERENCE = (Unit, UnitAlias, Holiday, Ministry, DocumentType, Service, ServiceVersion, FeeLine)


@pytest.fixture
def loaded(database: Database) -> Database:
    """The shipped edition in a fresh database, with the reference scope for the test."""
    load_reference_data()
    return database


@pytest.fixture(autouse=True)
def _reference() -> object:
    with reference_scope():
        yield


def everything() -> dict[str, set[tuple[object, ...]]]:
    """All rows of the reference tables."""
    with reading() as session:
        return {
            table.__tablename__: {
                tuple(map(_hashable, row))
                for row in session.execute(select(*table.__table__.columns))
            }
            for table in (*REFERENCE, ServicePaper, ServiceStep)
        }


def _hashable(value: object) -> object:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def service_id(code: str) -> int:
    return queries.service_by_code(code).id


@pytest.mark.usefixtures("loaded")
def test_one_nation_eighteen_provinces_and_148_districts() -> None:
    with reading() as session:
        counted = dict(session.execute(select(Unit.level, func.count()).group_by(Unit.level)).all())
        nation = session.scalars(select(Unit).where(Unit.code == "LA")).one()
        orphans = session.scalars(
            select(Unit).where(Unit.parent_id.is_(None), Unit.level > 0)
        ).all()
        unsorted = session.scalars(select(Unit).where(Unit.sort_lo == "")).all()
    assert counted == {0: 1, 1: 18, 2: 148}
    assert nation.population_2015 == 6_492_228
    assert not orphans
    assert not unsorted


@pytest.mark.usefixtures("loaded")
def test_loading_twice_changes_nothing_but_the_record_of_it() -> None:
    before = everything()
    summary = load_reference_data()
    assert summary.is_unchanged
    assert summary.kept == []
    assert everything() == before
    with reading() as session:
        loads = session.scalars(select(NationalEvent).where(NationalEvent.verb == "loaded")).all()
    assert len(loads) == 2


@pytest.mark.usefixtures("loaded")
def test_every_service_has_one_ministry_on_every_day_since_2020() -> None:
    with reading() as session:
        services = session.scalars(select(Service)).all()
        versions = session.scalars(select(ServiceVersion)).all()
    assert len(services) == 66
    for service in services:
        own = sorted(
            (version for version in versions if version.service_id == service.id),
            key=lambda version: version.valid_from,
        )
        assert own[0].valid_from <= date(2020, 1, 1), service.code
        assert own[-1].valid_to is None, service.code
        for earlier, later in pairwise(own):
            assert earlier.valid_to == later.valid_from, service.code
        for version in own:
            end = version.ministry.valid_to
            assert end is None or (version.valid_to is not None and version.valid_to <= end)


@pytest.mark.usefixtures("loaded")
def test_services_of_a_dissolved_ministry_go_to_its_successor_on_that_day() -> None:
    birth = service_id("MOHA-01")
    last_day = queries.service_on(birth, date(2025, 3, 19))
    first_day = queries.service_on(birth, date(2025, 3, 20))
    assert last_day.ministry.code == "MOHA"
    assert first_day.ministry.code == "PMO"
    assert [paper.document_type.code for paper in first_day.papers] == [
        paper.document_type.code for paper in last_day.papers
    ]
    assert queries.monitoring_body_on(date(2025, 3, 19)).name_en == "Ministry of Home Affairs"
    assert queries.monitoring_body_on(date(2025, 3, 20)).name_en == "Prime Minister's Office"


@pytest.mark.usefixtures("loaded")
def test_fees_carry_the_standing_of_their_source() -> None:
    day = date(2026, 1, 15)
    (illustrative,) = queries.fee_lines_on(service_id("MOPS-04"), day)
    assert (illustrative.standing, illustrative.amount) == (ILLUSTRATIVE, 20_000)
    assert illustrative.legal_basis == "illustrative (to be set from the ordinance in force)"
    road_tax = queries.fee_lines_on(service_id("MOF-02"), day)
    tiers = [line for line in road_tax if line.part == "one_of"]
    assert len(tiers) == 12
    assert {(line.standing, line.act_on) for line in tiers} == {(SOURCED, date(2017, 9, 20))}
    passport, *express = queries.fee_lines_on(service_id("MOFA-01"), day)
    assert (passport.amount, passport.currency, passport.part) == (60, "USD", "one_of")
    assert {(line.part, line.terms["one"]) for line in express} == {("extra", "express")}
    by_value = queries.fee_lines_on(service_id("MOF-01"), day)[0]
    assert (by_value.amount, by_value.rule, by_value.terms["basis_points"]) == (None, "percent", 10)


@pytest.mark.usefixtures("loaded")
def test_a_fee_is_not_dated_before_the_notice_that_set_it() -> None:
    passport = service_id("MOFA-01")
    assert queries.fee_lines_on(passport, date(2024, 3, 3)) == []
    assert len(queries.fee_lines_on(passport, date(2024, 3, 4))) == 4


@pytest.mark.usefixtures("loaded")
def test_a_newer_edition_closes_the_old_fee_and_opens_the_new_one(tmp_path: Path) -> None:
    residence = service_id("MOPS-04")
    edition = a_newer_edition(
        tmp_path,
        {"service_catalogue.csv": with_cells("code", "MOPS-04", fee_lak="25000")},
    )
    summary = load_reference_data(edition)
    assert summary.changed == {"fee_line": 1}
    assert queries.fee_lines_on(residence, DAY_BEFORE)[0].amount == 20_000
    assert [line.amount for line in queries.fee_lines_on(residence, NEWER)] == [25_000]
    assert load_reference_data(edition).is_unchanged


@pytest.mark.usefixtures("loaded")
def test_a_newer_edition_keeps_the_days_and_papers_of_the_old_version(tmp_path: Path) -> None:
    residence = service_id("MOPS-04")
    edition = a_newer_edition(
        tmp_path,
        {
            "service_catalogue.csv": with_cells(
                "code", "MOPS-04", processing_days="2", required_documents="REQ|FB|ID|PHOTO"
            )
        },
    )
    summary = load_reference_data(edition)
    assert summary.changed == {"service_version": 1}
    old, new = (queries.service_on(residence, day) for day in (DAY_BEFORE, NEWER))
    assert (old.processing_days, len(old.papers)) == (1, 3)
    assert (new.processing_days, len(new.papers)) == (2, 4)
    assert (old.valid_to, new.valid_from) == (NEWER, NEWER)


@pytest.mark.usefixtures("loaded")
def test_a_code_that_vanishes_ends_and_is_not_deleted(tmp_path: Path) -> None:
    residence = service_id("MOPS-04")
    edition = a_newer_edition(tmp_path, {"service_catalogue.csv": without("code", "MOPS-04")})
    summary = load_reference_data(edition)
    assert summary.ended == {"service_version": 1, "fee_line": 1}
    assert queries.service_on(residence, DAY_BEFORE).name_en == "Residence certificate"
    assert queries.fee_lines_on(residence, NEWER) == []
    assert "MOPS-04" not in {row.version.service.code for row in queries.catalogue_on(NEWER)}


@pytest.mark.usefixtures("loaded")
def test_a_ministry_that_ends_later_hands_its_services_over(tmp_path: Path) -> None:
    permit = service_id("MPWT-02")
    edition = a_newer_edition(
        tmp_path,
        {
            "ministries.csv": with_cells(
                "code", "MPWT", valid_to="2026-09-01", successor_code="MOIC"
            )
        },
    )
    load_reference_data(edition)
    assert queries.service_on(permit, date(2026, 8, 31)).ministry.code == "MPWT"
    assert queries.service_on(permit, date(2026, 9, 1)).ministry.code == "MOIC"


@pytest.mark.usefixtures("loaded")
def test_what_an_administrator_confirmed_survives_a_newer_edition(tmp_path: Path) -> None:
    residence = service_id("MOPS-04")
    day = date(2026, 1, 15)
    with acting_as(Actor("Administrator")):
        operations.confirm_version(queries.service_on(residence, day).id)
        operations.confirm_fee_line(
            queries.fee_lines_on(residence, day)[0].id,
            amount=20_000,
            legal_basis="Ordinance 002/PO",
            act_on=date(2021, 3, 1),
        )
    edition = a_newer_edition(
        tmp_path,
        {
            "service_catalogue.csv": with_cells(
                "code", "MOPS-04", fee_lak="25000", processing_days="9"
            )
        },
        date="2027-07-01",
    )
    summary = load_reference_data(edition)
    assert summary.kept == ["service MOPS-04", "fee MOPS-04 BASE"]
    later = date(2027, 8, 1)
    version = queries.service_on(residence, later)
    (line,) = queries.fee_lines_on(residence, later)
    assert (version.processing_days, version.standing) == (1, CONFIRMED)
    assert (line.amount, line.standing, line.confirmed_by) == (20_000, CONFIRMED, "Administrator")


@pytest.mark.usefixtures("loaded")
def test_other_contents_need_a_higher_number_and_a_later_date(tmp_path: Path) -> None:
    changes = {"service_catalogue.csv": with_cells("code", "MOPS-04", fee_lak="25000")}
    before = everything()
    with pytest.raises(EditionNotNewer):
        load_reference_data(a_newer_edition(tmp_path, changes, number=2))
    with pytest.raises(EditionNotNewer):
        load_reference_data(a_newer_edition(tmp_path, changes, date="2026-04-01"))
    assert everything() == before


@pytest.mark.usefixtures("loaded")
def test_a_holiday_that_is_taken_back_is_a_working_day_again(tmp_path: Path) -> None:
    national_day = date(2026, 12, 2)
    assert not is_open_day(national_day)
    edition = a_newer_edition(tmp_path, {"public_holidays.csv": without("date", "2026-12-02")})
    assert load_reference_data(edition).ended == {"holiday": 1}
    assert is_open_day(national_day)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Chanthabuly", "LA0101"),
        ("la0101", "LA0101"),
        ("ຈັນທະບູລີ", "LA0101"),
        ("Xayabury", "LA08"),
        ("Viangchan", "LA01"),
        ("ຫລວງພະບາງ", "LA06"),
        ("ຫຼວງນໍ້າທາ", "LA03"),
    ],
)
def test_a_unit_is_found_however_its_name_is_written(text: str, code: str) -> None:
    assert code in [unit.code for unit in search_units(text)][:3]


@pytest.mark.usefixtures("loaded")
def test_names_that_repeat_are_all_found() -> None:
    assert {"LA0103", "LA1701"} <= {unit.code for unit in search_units("ໄຊເສດຖາ")}
