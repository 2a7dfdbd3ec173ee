"""Who pays less: classes with an act and a day, each change a version of its own."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from odsc_counter.catalogue import exemptions, fee_queries
from odsc_counter.catalogue.exemptions import ClassOfPeople
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.tenancy import reference_scope
from tests.world import a_service


@pytest.fixture
def veterans(database: Database) -> ClassOfPeople:
    a_service(None, "MOPS-04")
    return ClassOfPeople(
        code="veteran",
        name_lo="ນັກຮົບເກົ່າ",
        name_en="Veteran",
        basis_points=5_000,
        paper_lo="ບັດນັກຮົບເກົ່າ",
        paper_en="Veteran card",
        legal_basis="Decree 5/GoL",
        act_on=date(2020, 1, 2),
        valid_from=clock.today(),
    )


@pytest.fixture(autouse=True)
def _office(database: Database) -> object:
    with reference_scope():
        yield


def test_a_change_is_a_new_version_from_its_day(veterans: ClassOfPeople) -> None:
    today = clock.today()
    exemptions.keep_class(veterans)
    later = today + timedelta(days=10)
    exemptions.keep_class(replace(veterans, basis_points=10_000, valid_from=later))
    (now,) = fee_queries.exemptions_on(today)
    (then,) = fee_queries.exemptions_on(later)
    assert (now.code, now.basis_points, now.valid_to) == ("VETERAN", 5_000, later)
    assert (then.basis_points, then.valid_to) == (10_000, None)


def test_a_class_may_be_for_some_services_alone_and_ends(veterans: ClassOfPeople) -> None:
    today = clock.today()
    made = exemptions.keep_class(replace(veterans, services=("MOPS-04",)))
    assert fee_queries.exemptions_on(today, "MOPS-04")
    assert fee_queries.exemptions_on(today, "MOPS-05") == []
    exemptions.end_class(made.id, today)
    assert fee_queries.exemptions_on(today, "MOPS-04")
    assert fee_queries.exemptions_on(today + timedelta(days=1), "MOPS-04") == []
    with pytest.raises(NotFound):
        exemptions.end_class(made.id, today)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "ທ"}, "code"),
        ({"basis_points": 0}, "percent"),
        ({"legal_basis": " "}, "legal_basis"),
        ({"act_on": None}, "act_on"),
        ({"valid_from": date(2020, 1, 1)}, "valid_from"),
        ({"services": ("NONE-01",)}, "services"),
        ({"paper_lo": ""}, "paper_lo"),
    ],
)
def test_a_class_needs_a_dated_act_and_a_paper(
    veterans: ClassOfPeople, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        exemptions.keep_class(replace(veterans, **change))  # type: ignore[arg-type]  # one of its fields
    assert set(refused.value.fields) == {field}
