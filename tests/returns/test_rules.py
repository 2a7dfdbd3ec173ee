"""The rules find what is wrong with a month, and nothing in one that is right."""

from datetime import date

import pytest

from odsc_counter.monitoring.figures import MonthFigures, ServiceFigures
from odsc_counter.returns import rules
from odsc_counter.returns.rules import Facts, Finding, check, is_far
from tests.returns.papers import COUNTS


def figures(**more: int) -> dict[str, int]:
    return {**vars(MonthFigures(**{**COUNTS, "days": 20, "open_days": 20, **more})), "due_days": 20}


def services(of: dict[str, int]) -> list[dict[str, object]]:
    return [{"code": "MOPS-04", "figures": {name: of[name] for name in vars(ServiceFigures())}}]


def found(facts: Facts) -> list[str]:
    return [finding.key for finding in check(facts)]


def test_a_month_that_is_right_has_no_findings() -> None:
    of = figures()
    assert found(Facts(of, services(of))) == []


def test_missing_open_days_are_named() -> None:
    of = figures()
    days = (date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 3))
    finding = check(Facts(of, services(of), due=days, told=frozenset(days[1:2])))[0]
    assert (finding.code, finding.values["days"]) == ("missing_days", ["2026-09-01", "2026-09-03"])
    assert finding.must_explain


@pytest.mark.parametrize(("part", "whole", "grade"), rules.FITS)
def test_no_part_is_more_than_its_whole(part: str, whole: str, grade: str) -> None:
    of = figures()
    of[part] = of[whole] + 1
    assert Finding("more_than", grade, f"{part}-{whole}").key in found(  # type: ignore[arg-type]  # a grade of the table
        Facts(of, services(of))
    )


def test_more_voids_than_receipts_and_revenue_below_nought() -> None:
    of = figures(voids=19, revenue_kip=-1)
    assert found(Facts(of, services(of))) == [
        "more_than-voids-receipts",
        "below_nought-revenue_kip",
    ]


def test_services_that_do_not_add_up() -> None:
    of = figures()
    parts = services({**of, "served": 35})
    assert found(Facts(of, parts)) == ["services_differ-served"]


def test_waiting_classes_add_up() -> None:
    of = figures(wait_0_5=37)
    assert found(Facts(of, services(of))) == ["not_the_sum-waited"]


def test_an_unusual_month_needs_half_a_year_before_it() -> None:
    usual = [figures(tickets=40 * 20 + number) for number in range(6)]
    of = figures(tickets=100)
    of["tickets"] = 300
    assert found(Facts(of, services(of), history=usual[:5])) == []
    assert found(Facts(of, services(of), history=usual)) == ["unusual-tickets"]


def test_few_cases_are_never_unusual() -> None:
    usual = [figures(voids=0) for _month in range(8)]
    of = figures(voids=9)
    assert found(Facts(of, services(of), history=usual)) == []


def test_a_short_month_is_compared_by_open_day() -> None:
    usual = [figures(tickets=800) for _month in range(12)]
    of = {**figures(tickets=400), "open_days": 10, "days": 10}
    of |= {name: of[name] // 2 for name in rules.COMPARED if name != "tickets"}
    of["revenue_kip"] //= 2
    short = [finding for finding in check(Facts(of, history=usual)) if finding.code == "unusual"]
    assert short == []


def test_far_is_judged_by_the_median() -> None:
    assert is_far(100, [10, 11, 12, 11, 10, 500])
    assert not is_far(12, [10, 11, 12, 11, 10, 500])
    assert is_far(2, [0, 0, 0])
    assert not is_far(10.5, [10, 10, 10])


def test_open_days_of_money_overdue_files_and_a_recount() -> None:
    of = figures()
    facts = Facts(
        of, services(of), days_not_closed=[date(2026, 9, 4)], tills_left=[date(2026, 9, 7)],
        files_open=50, files_overdue=6, recount=["tickets"],
    )  # fmt: skip
    assert found(facts) == ["days_not_closed", "tills_left", "files_overdue", "recount_differs"]


def test_few_overdue_files_are_no_finding() -> None:
    of = figures()
    assert found(Facts(of, services(of), files_open=20, files_overdue=5)) == []
    assert found(Facts(of, services(of), files_open=100, files_overdue=10)) == []
