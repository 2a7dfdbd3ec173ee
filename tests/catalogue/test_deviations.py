"""A centre's own amount: by decision alone, for its own counter alone, in the nation's sight."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from odsc_counter.catalogue import deviations, fee_queries
from odsc_counter.catalogue.deviations import LocalAmount
from odsc_counter.catalogue.fee_editing import NewFee, publish
from odsc_counter.catalogue.fee_models import FeeDeviation
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts import operations
from odsc_counter.receipts import queries as receipts
from odsc_counter.receipts.fees import Charge
from tests.receipts.office import Office, an_office
from tests.world import a_centre


@pytest.fixture
def office(database: object) -> Office:
    return an_office()


@pytest.fixture
def local(office: Office) -> LocalAmount:
    return LocalAmount(
        fee_line_id=office.fee_line().id,
        amount_kip=15_000,
        decision_number="12/ຈມ",
        decision_on=date(2026, 2, 1),
        decided_by="District governor's office",
        reason="Two villages without a road",
        valid_from=clock.today(),
    )


def test_it_is_charged_and_names_its_decision(office: Office, local: LocalAmount) -> None:
    with office.inside(office.manager):
        deviations.write_down(office.centre, local)
    assessment = office.assessed(quantity=2)
    with office.inside():
        (line,) = receipts.assessment_lines(assessment.id)
    assert (assessment.total_kip, line.unit_kip) == (30_000, 15_000)
    assert line.computation["deviation"]["decision"] == "12/ຈມ"
    assert "12/ຈມ" in line.computation["words"]["lo"]


def test_the_nation_sees_it_and_another_centre_does_not(office: Office, local: LocalAmount) -> None:
    today = clock.today()
    other = an_office("LA0102")
    with office.inside(office.manager):
        deviations.write_down(office.centre, local)
    (row,) = fee_queries.national_deviations(today, in_force=True)
    assert (row.centre.code, row.published_kip, row.difference_kip) == ("LA0101", 20_000, -5_000)
    assert fee_queries.national_deviations(today, centre_code="LA0102") == []
    with other.inside():
        assert fee_queries.deviations_of(other.centre) == []
        assert fee_queries.deviations_on([local.fee_line_id], today) == {}
    assert other.assessed().total_kip == 20_000


def test_it_ends_with_its_last_day_or_when_the_manager_ends_it(
    office: Office, local: LocalAmount
) -> None:
    today = clock.today()
    with office.inside(office.manager):
        made = deviations.write_down(office.centre, replace(local, last_day=today))
        assert fee_queries.deviations_on([local.fee_line_id], today)
        assert not fee_queries.deviations_on([local.fee_line_id], today + timedelta(days=1))
        deviations.end(office.centre, made.id)
        assert not fee_queries.deviations_on([local.fee_line_id], today)
        with pytest.raises(NotFound):
            deviations.end(office.centre, made.id)
    other = a_centre("LA0103")
    with office.inside(office.manager), pytest.raises(NotFound):
        deviations.end(other, made.id)


def test_a_new_national_version_makes_it_void(office: Office, local: LocalAmount) -> None:
    with office.inside(office.manager):
        deviations.write_down(office.centre, local)
    with reference_scope():
        line = publish(
            "MOPS-04",
            NewFee(
                code="BASE", name_lo="ຄ່າທຳນຽມ", name_en="Fee", part="one_of", rule="fixed",
                amount=30_000, currency="LAK", legal_basis="Ordinance 9/PO", article="4",
                act_on=date(2026, 1, 5), valid_from=clock.today(),
            ),
        )  # fmt: skip
    application = office.application()
    with office.inside():
        made = operations.assess(office.centre, application.id, [Charge(line.id)])
    assert made.total_kip == 30_000
    assert fee_queries.national_deviations(clock.today(), in_force=True) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"decision_number": " "}, "decision_number"),
        ({"decided_by": ""}, "decided_by"),
        ({"reason": ""}, "reason"),
        ({"amount_kip": -1}, "amount"),
        ({"amount_kip": 20_000}, "amount"),
        ({"decision_on": date(2126, 1, 1)}, "decision_on"),
        ({"valid_from": date(2026, 1, 1)}, "valid_from"),
        ({"last_day": date(2026, 1, 1)}, "last_day"),
    ],
)
def test_without_a_whole_decision_nothing_deviates(
    office: Office, local: LocalAmount, change: dict[str, object], field: str
) -> None:
    with office.inside(office.manager), pytest.raises(InvalidInput) as refused:
        deviations.write_down(office.centre, replace(local, **change))  # type: ignore[arg-type]  # one of its fields
    assert field in refused.value.fields


def test_a_decision_that_is_written_down_stands(office: Office, local: LocalAmount) -> None:
    with office.inside(office.manager):
        deviations.write_down(office.centre, local)
        for statement in (
            sa.update(FeeDeviation).values(amount_kip=1),
            sa.delete(FeeDeviation),
        ):
            with pytest.raises(sa.exc.DBAPIError), unit_of_work() as work:
                work.session.execute(statement)
