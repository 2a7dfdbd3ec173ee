"""Assessing by the schedule: one base fee, extras, fines, reductions, and nobody's own amount."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from odsc_counter.api import schemas
from odsc_counter.catalogue import exchange_rates, exemptions
from odsc_counter.catalogue.models import FeeLine
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts import errors, fee_form, fees, operations, queries
from odsc_counter.receipts.fees import Charge, Exemption
from odsc_counter.receipts.models import Assessment
from tests.receipts.office import Office, an_office
from tests.world import LONG_AGO

VETERAN = exemptions.ClassOfPeople(
    code="VETERAN", name_lo="ນັກຮົບເກົ່າ", name_en="Veteran", basis_points=5_000,
    paper_lo="ບັດນັກຮົບເກົ່າ", paper_en="Veteran card", legal_basis="Decree 5/GoL",
    act_on=date(2020, 1, 2), valid_from=LONG_AGO,
)  # fmt: skip


@pytest.fixture
def office(database: Database) -> Office:
    return an_office()


def a_line(office: Office, code: str, amount: int | None, **values: Any) -> int:
    """A further line of the office's service."""
    more = {"act_on": LONG_AGO, "legal_basis": "Test ordinance 1/PO", **values}
    with reference_scope(), unit_of_work() as work:
        line = FeeLine(
            service_id=office.service.id, code=code, name_en=code, name_lo=code, amount=amount,
            standing="sourced", valid_from=LONG_AGO, **more,
        )  # fmt: skip
        work.session.add(line)
        work.session.flush()
        return line.id


def base(office: Office) -> int:
    with reference_scope(), unit_of_work() as work:
        found = work.session.scalars(
            select(FeeLine.id).where(
                FeeLine.service_id == office.service.id, FeeLine.code == "BASE"
            )
        )
        return found.one()


def assessed(office: Office, *charges: Charge, exemption: Exemption | None = None) -> Assessment:
    application = office.application()
    with office.inside():
        return operations.assess(office.centre, application.id, charges, exemption)


def test_base_extra_and_fine_make_one_assessment_that_explains_itself(office: Office) -> None:
    copies = a_line(office, "COPY", 5_000, part="extra", rule="per_unit", article="Art. 7")
    fine = a_line(
        office, "LATE", None, part="fine", rule="fine_percent",
        terms={"basis_points": 4_000, "grace_days": 30},
        shares=[
            {"to": "treasury", "basis_points": 7_000}, {"to": "ministry", "basis_points": 3_000},
        ],
    )  # fmt: skip
    made = assessed(
        office, Charge(fine, days_late=40), Charge(base(office)), Charge(copies, quantity=3)
    )
    with office.inside():
        lines = queries.assessment_lines(made.id)
    assert [line.amount_kip for line in lines] == [20_000, 15_000, 8_000]
    assert made.total_kip == 43_000
    assert lines[2].shares == [
        {"to": "treasury", "kip": 5_600},
        {"to": "ministry:MOPS", "kip": 2_400},
    ]
    assert lines[1].legal_basis == "Test ordinance 1/PO, Art. 7"
    schedule = lines[1].computation["schedule"]
    assert (schedule["fee_line"], schedule["article"]) == (copies, "Art. 7")
    assert lines[2].computation["words"]["en"].startswith("late: 40% of 20.000 kip")
    office.open_till()
    assert office.sale(50_000, made).amount_kip == 43_000


def test_exactly_one_base_fee_and_of_each_kind_one_extra(office: Office) -> None:
    plain = base(office)
    second = a_line(office, "T02", 9_000)
    fast = a_line(office, "D1", 1_000, part="extra", terms={"one": "express"})
    faster = a_line(office, "D2", 2_000, part="extra", terms={"one": "express"})
    for charges in (
        (),
        (Charge(fast),),
        (Charge(plain), Charge(second)),
        (Charge(plain), Charge(plain)),
        (Charge(plain), Charge(fast), Charge(faster)),
    ):
        with pytest.raises(errors.WrongFees):
            assessed(office, *charges)
    with pytest.raises(NotFound):
        assessed(office, Charge(plain), Charge(999_999))


def test_the_base_fee_is_reduced_by_the_paper_seen_and_nothing_else(office: Office) -> None:
    copies = a_line(office, "COPY", 5_000, part="extra")
    with reference_scope():
        exemptions.keep_class(replace(VETERAN, valid_from=clock.today()))
    claim = Exemption("VETERAN", " ບັດ ເລກທີ 77 ")
    made = assessed(office, Charge(base(office)), Charge(copies), exemption=claim)
    with office.inside():
        first, second = queries.assessment_lines(made.id)
    assert (first.gross_kip, first.reduction_kip, first.amount_kip) == (20_000, 10_000, 10_000)
    assert second.reduction_kip == 0
    assert (made.total_kip, made.exemption_code) == (15_000, "VETERAN")
    assert made.exemption_paper == "ບັດ ເລກທີ 77"
    assert first.computation["reduction"]["basis_points"] == 5_000
    with pytest.raises(InvalidInput):
        assessed(office, Charge(base(office)), exemption=Exemption("VETERAN", " "))
    with pytest.raises(errors.ExemptionRefused):
        assessed(office, Charge(base(office)), exemption=Exemption("NOBODY", "No 1"))


def test_dollars_need_the_rate_of_these_days(office: Office) -> None:
    passport = a_line(office, "USD", 60, currency="USD")
    with pytest.raises(errors.NoExchangeRate):
        assessed(office, Charge(passport))
    with reference_scope():
        exchange_rates.enter_rate("USD", clock.today(), 21_700, "BOL notice")
    made = assessed(office, Charge(passport))
    assert made.total_kip == 1_302_000
    with reference_scope():
        exchange_rates.enter_rate("USD", clock.today(), 30_000, "BOL notice, corrected")
    with office.inside():
        (line,) = queries.assessment_lines(made.id)
    assert line.computation["rate"]["kip"] == 21_700


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"act_on": None}, errors.UndatedAct),
        ({"legal_basis": " "}, errors.NoLegalBasis),
        ({"rule": "percent"}, errors.AmountNotFixed),
    ],
)
def test_a_fee_without_a_dated_act_or_a_sound_rule_is_refused(
    office: Office, values: dict[str, object], error: type[Exception], monkeypatch: Any
) -> None:
    monkeypatch.setattr(fees, "is_demonstration", lambda: False)
    with pytest.raises(error):
        assessed(office, Charge(a_line(office, "T09", 9_000, **values)))


def test_what_is_missing_is_asked_for(office: Office) -> None:
    steps = [{"up_to": 110, "amount": 15_000}, {"up_to": None, "amount": 20_000}]
    stepped = a_line(office, "CC", None, rule="stepped", terms={"steps": steps})
    with pytest.raises(InvalidInput) as refused:
        assessed(office, Charge(stepped))
    assert set(refused.value.fields) == {"measure"}
    assert assessed(office, Charge(stepped, measure=125)).total_kip == 20_000
    late = a_line(office, "LATE", 1_000, part="fine", rule="fine_day", terms={"grace_days": 5})
    with pytest.raises(InvalidInput) as refused:
        assessed(office, Charge(base(office)), Charge(late, days_late=5))
    assert set(refused.value.fields) == {"days"}


def test_the_api_takes_no_amount_to_pay() -> None:
    """Of money a program may send what was handed over, counted or declared, and no fee."""
    for schema in (schemas.NEW_ASSESSMENT, schemas.CHARGE, schemas.EXEMPTION):
        assert schema["additionalProperties"] is False
        names = set(schema["properties"])
        assert not {name for name in names if "kip" in name or "amount" in name or "unit" in name}
    money = {name for name in schemas.NEW_RECEIPT["properties"] if "kip" in name}
    assert money == {"tendered_kip"}


def test_the_counters_form_can_not_carry_an_amount_to_pay(office: Office) -> None:
    """Whatever else is sent along, what is owed is what the schedule says."""
    line = base(office)
    sent = MultiDict(
        {"fee_line": str(line), "amount": "1", "amount_kip": "1", "unit_kip": "1", "total_kip": "1",
         f"value-{line}": "1", f"measure-{line}": "1"}
    )  # fmt: skip
    charges, exemption = fee_form.read(sent)
    assert exemption is None
    assert assessed(office, *charges).total_kip == 20_000
