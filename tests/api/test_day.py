"""A service day through the interface: every answer is as the document says."""

import uuid

from odsc_counter.monitoring import rollups
from tests.api.callers import Hall, fits, is_problem


def test_a_number_is_taken_called_served_and_completed(hall: Hall) -> None:
    taken = hall.clerk.post("./tickets", {"service": "MOPS-04", "language": "en"})
    assert taken.status_code == 201
    ticket = taken.get_json()
    fits(ticket, "Ticket")
    assert (ticket["number"], ticket["position"], ticket["state"]) == ("A001", 1, "waiting")
    assert ticket["service"] == "MOPS-04"
    assert taken.headers["Location"] == f"/api/v1/centres/LA0101/tickets/{ticket['id']}"
    second = hall.clerk.post("./tickets", {"service": "MOPS-04"}).get_json()
    elderly = hall.clerk.post("./tickets", {"service": "MOPS-04", "priority": "elderly"})
    assert elderly.get_json()["position"] == 1
    place = hall.clerk.get(f"./tickets/{second['id']}").get_json()
    assert (place["number"], place["position"]) == ("A002", 3)

    called = hall.clerk.post("./counters/2/call-next")
    assert called.status_code == 200
    fits(called.get_json(), "Ticket")
    assert (called.get_json()["number"], called.get_json()["counter"]) == ("A003", 2)
    address = f"./tickets/{called.get_json()['id']}"
    for verb, state in (("recall", "called"), ("start", "serving"), ("complete", "completed")):
        moved = hall.clerk.post(f"{address}/{verb}")
        assert moved.status_code == 200
        fits(moved.get_json(), "Ticket")
        assert moved.get_json()["state"] == state
    is_problem(hall.clerk.post(f"{address}/start"), 409, "already-changed")

    first = hall.clerk.post("./counters/2/call-next").get_json()
    assert first["id"] == ticket["id"]
    gone = hall.clerk.post(f"./tickets/{first['id']}/no-show").get_json()
    assert gone["state"] == "no_show"
    given_up = hall.clerk.post(f"./tickets/{second['id']}/cancel").get_json()
    assert (given_up["state"], given_up["position"]) == ("cancelled", 0)
    nobody = hall.clerk.post("./counters/2/call-next")
    assert (nobody.status_code, nobody.data) == (204, b"")

    board = hall.clerk.get("./board").get_json()
    fits(board, "Board")
    assert board["waiting"] == 0
    assert [(call["number"], call["counter"]) for call in board["calls"]] == [
        ("A001", 2),
        ("A003", 2),
    ]


def test_a_counter_is_claimed_by_one_clerk_at_a_time(hall: Hall) -> None:
    claimed = hall.clerk.post("./counters/1/claim")
    assert claimed.status_code == 200
    fits(claimed.get_json(), "Counter")
    assert claimed.get_json()["is_claimed"]
    is_problem(hall.other_clerk.post("./counters/1/claim"), 409, "counter-taken")
    is_problem(hall.other_clerk.post("./counters/1/call-next"), 409, "counter-taken")
    is_problem(hall.other_clerk.post("./counters/1/release"), 409, "not-at-counter")
    is_problem(hall.clerk.post("./counters/2/call-next"), 409, "not-at-counter")
    assert not hall.clerk.post("./counters/1/release").get_json()["is_claimed"]
    assert hall.other_clerk.post("./counters/1/claim").status_code == 200


def test_a_refused_call_claims_nothing(hall: Hall) -> None:
    hall.clerk.post("./counters/1/claim")
    is_problem(hall.other_clerk.post("./counters/1/call-next"), 409, "counter-taken")
    assert hall.other_clerk.post("./counters/3/call-next").status_code == 204


def test_what_is_offered_comes_with_papers_and_fees(hall: Hall) -> None:
    services = hall.clerk.get("./services").get_json()
    fits(services, "Services")
    (service,) = services["services"]
    assert (service["code"], service["letter"]) == ("MOPS-04", "A")
    assert len(service["papers"]) == 2
    assert [(fee["code"], fee["amount"]) for fee in service["fees"]] == [("BASE", 20_000)]


def _application(hall: Hall, papers: int = 2) -> dict[str, object]:
    codes = [
        paper["code"] for paper in hall.clerk.get("./services").get_json()["services"][0]["papers"]
    ]
    taken = hall.clerk.post(
        "./applications",
        {
            "service": "MOPS-04",
            "applicant": {"full_name": "ທ. ສົມຊາຍ", "phone": "020 5555 1234"},
            "papers": codes[:papers],
        },
    )
    assert taken.status_code == 201, taken.get_data(as_text=True)
    body: dict[str, object] = taken.get_json()
    assert taken.headers["Location"].endswith(str(body["id"]))
    return body


def test_an_application_is_taken_assessed_and_paid_against_a_receipt(hall: Hall) -> None:
    application = _application(hall)
    fits(application, "Application")
    assert application["state"] == "submitted"
    fits(hall.cashier.get(f"./applications/{application['id']}").get_json(), "Application")
    assessed = hall.clerk.post(f"./applications/{application['id']}/assessments", {"fee": "BASE"})
    assert assessed.status_code == 201
    fits(assessed.get_json(), "Assessment")
    assert assessed.get_json()["total_kip"] == 20_000

    paying = {"assessment": assessed.get_json()["id"], "tendered_kip": 50_000}
    is_problem(hall.cashier.post("./receipts", paying), 409, "no-open-till")
    till = hall.cashier.post("./till", {"float_kip": 100_000})
    assert till.status_code == 201
    fits(till.get_json(), "Till")
    paid = hall.cashier.post("./receipts", paying)
    assert paid.status_code == 201, paid.get_data(as_text=True)
    receipt = paid.get_json()
    fits(receipt, "Receipt")
    assert (receipt["amount_kip"], receipt["change_kip"]) == (20_000, 30_000)
    assert receipt["number"].startswith("LA0101-")
    assert paid.headers["Location"] == f"/api/v1/centres/LA0101/receipts/{receipt['id']}"
    assert hall.cashier.get(f"./receipts/{receipt['id']}").get_json() == receipt
    is_problem(hall.cashier.post("./receipts", paying), 409, "already-paid")

    for query in ("", "?language=en"):
        paper = hall.cashier.get(f"./receipts/{receipt['id']}.pdf{query}")
        assert paper.content_type == "application/pdf"
        assert paper.data.startswith(b"%PDF-")
    refused = is_problem(
        hall.cashier.get(f"./receipts/{receipt['id']}.pdf?language=fr"), 422, "invalid-input"
    )
    assert set(refused["errors"]) == {"language"}


def test_one_call_assesses_and_takes_the_cash_or_does_neither(hall: Hall) -> None:
    application = _application(hall, papers=1)
    assert (application["state"], application["due_on"]) == ("incomplete", None)
    hall.cashier.post("./till", {"float_kip": 0})
    wanted = {"application": application["id"], "quantity": 2}
    is_problem(
        hall.cashier.post("./receipts", {**wanted, "tendered_kip": 39_999}), 422, "too-little-cash"
    )
    paid = hall.cashier.post("./receipts", {**wanted, "tendered_kip": 40_000}).get_json()
    fits(paid, "Receipt")
    assert (paid["amount_kip"], paid["lines"][0]["quantity"]) == (40_000, 2)
    assert "-A-000001-" in paid["number"]


def test_a_bank_payment_names_its_number_and_cash_its_amount(hall: Hall) -> None:
    application = _application(hall)
    hall.cashier.post("./till", {"float_kip": 0})
    wanted = {"application": application["id"]}
    refused = is_problem(hall.cashier.post("./receipts", wanted), 422, "invalid-input")
    assert set(refused["errors"]) == {"tendered_kip"}
    by_bank = {**wanted, "method": "transfer"}
    is_problem(hall.cashier.post("./receipts", by_bank), 422, "payment-reference-missing")
    paid = hall.cashier.post("./receipts", {**by_bank, "reference": "BCEL 1122"}).get_json()
    fits(paid, "Receipt")
    assert (paid["method"], paid["payment_reference"]) == ("transfer", "BCEL1122")
    assert (paid["tendered_kip"], paid["change_kip"]) == (0, 0)


def test_a_receipt_names_an_application_or_an_assessment_and_a_fee_that_exists(hall: Hall) -> None:
    application = _application(hall)
    hall.cashier.post("./till", {"float_kip": 0})
    both = {"application": str(uuid.uuid4()), "assessment": str(uuid.uuid4()), "tendered_kip": 1}
    neither = {"tendered_kip": 1}
    for body in (both, neither):
        refused = is_problem(hall.cashier.post("./receipts", body), 422, "invalid-input")
        assert set(refused["errors"]) == {"application", "assessment"}
    refused = is_problem(
        hall.cashier.post(
            "./receipts", {"application": application["id"], "fee": "T99", "tendered_kip": 1}
        ),
        422,
        "invalid-input",
    )
    assert set(refused["errors"]) == {"fee"}


def test_the_nation_sees_sums_by_province_and_how_many_reported(hall: Hall) -> None:
    hall.clerk.post("./tickets", {"service": "MOPS-04"})
    rollups.refresh()
    day = hall.clerk.get("./services").get_json()["day"]
    response = hall.analyst.get(f"/national/summary?from={day}&to={day}")
    assert response.status_code == 200
    summary = response.get_json()
    fits(summary, "NationalSummary")
    assert summary["total"]["tickets"] == 1
    (province,) = summary["provinces"]
    assert (province["centres"], province["reporting"], province["completeness"]) == (
        2,
        1,
        "partial",
    )
    for wrong in (f"from={day}", f"from={day}&to=2020-01-01", f"from={day}&to={day}&x=1", ""):
        is_problem(hall.analyst.get(f"/national/summary?{wrong}"), 422, "invalid-input")


def test_a_token_says_whose_it_is(hall: Hall) -> None:
    clerk = hall.clerk.get("/me").get_json()
    fits(clerk, "Me")
    assert clerk["roles"] == [{"role": "counter_staff", "centre": "LA0101", "unit": None}]
    analyst = hall.analyst.get("/me").get_json()
    fits(analyst, "Me")
    assert analyst["roles"] == [{"role": "moha_analyst", "centre": None, "unit": "LA"}]
