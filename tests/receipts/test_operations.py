"""Money: assessed by the schedule, taken once, given back once, booked in balance."""

import base64
import hashlib
import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from odsc_counter.applications import operations as applications
from odsc_counter.applications import queries as files
from odsc_counter.applications.models import Application
from odsc_counter.catalogue.models import FeeLine
from odsc_counter.ledger import queries as books
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.receipts import (
    chain,
    errors,
    fees,
    keys,
    operations,
    printing,
    queries,
    seal,
    verifying,
)
from odsc_counter.receipts.fees import Charge
from odsc_counter.receipts.models import GENESIS, QR, TRANSFER, Receipt, ReceiptLine, ReceiptSeries
from odsc_counter.receipts.operations import Payment
from odsc_counter.tills import operations as tills
from odsc_counter.tills.errors import NoOpenTill, NotSoMuchInDrawer, TillOfEarlierDay
from tests.receipts.office import NAME, NOON, Office, an_office, both_at_once
from tests.world import a_centre, a_service, a_user

CASH = Payment(tendered_kip=20_000)


@pytest.fixture
def office(database: Database) -> Office:
    return an_office()


def numbers(office: Office) -> list[int]:
    with office.inside(), reading() as session:
        return list(session.scalars(select(Receipt.number).order_by(Receipt.number)))


def test_a_receipt_holds_lines_ledger_and_event_that_add_up(office: Office) -> None:
    office.open_till()
    receipt = office.sale(50_000, office.assessed(quantity=2))
    assert (receipt.amount_kip, receipt.tendered_kip, receipt.change_kip) == (
        40_000,
        50_000,
        10_000,
    )
    plain = f"LA0101-{receipt.fiscal_year}-A-000001"
    assert receipt.label == f"{plain}-{chain.check_digit(plain)}"
    with office.inside(), reading() as session:
        lines = list(session.scalars(select(ReceiptLine)))
        assert sum(line.amount_kip for line in lines) == receipt.amount_kip
        (entry,) = books.entries_of(receipt.id)
        assert (entry.debit_account, entry.credit_account, entry.amount_kip) == (
            "cash:till", "treasury", 40_000,
        )  # fmt: skip
        assert sum(books.trial_balance().values()) == 0
        event = session.scalars(select(Event).where(Event.subject_kind == "receipt")).one()
        assert (event.verb, event.data["amount_kip"]) == ("issue", 40_000)


def test_the_body_is_canonical_and_names_both_languages(office: Office) -> None:
    office.open_till()
    receipt = office.sale()
    values = json.loads(receipt.body)
    assert receipt.body == json.dumps(
        values, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert values["payer"] == NAME
    assert values["amount_words"] == {"en": "Twenty thousand kip", "lo": "ຊາວພັນກີບ"}
    assert values["letterhead"]["lo"][0].startswith("ສາທາລະນະລັດ")
    assert values["lines"][0]["legal_basis"] == "Test ordinance 1/PO"
    assert values["centre"]["lo"] == "ສູນ LA0101"
    assert (values["label"], values["public_code"]) == (receipt.label, receipt.public_code)


def test_the_amount_is_the_schedules_and_a_quantity_must_be_sensible(office: Office) -> None:
    application = office.application()
    line = office.fee_line()
    for quantity in (0, -1, 1000):
        with office.inside(), pytest.raises(InvalidInput):
            operations.assess(office.centre, application.id, [Charge(line.id, quantity=quantity)])
    assert office.assessed(application, 3).total_kip == 60_000


def test_a_line_of_another_service_is_not_found(office: Office) -> None:
    application = office.application()
    a_service(office.centre, "MOPS-05", fee=500)
    with office.inside(), reading() as session:
        foreign = session.scalars(select(FeeLine.id).where(FeeLine.amount == 500)).one()
    with office.inside(), pytest.raises(NotFound):
        operations.assess(office.centre, application.id, [Charge(foreign)])


@pytest.mark.parametrize(
    ("fee", "more", "error"),
    [
        (None, {}, errors.AmountNotFixed),
        (20_000, {"legal_basis": " "}, errors.NoLegalBasis),
        (20_000, {"standing": "illustrative"}, errors.IllustrativeFee),
    ],
)
def test_a_fee_without_amount_act_or_confirmation_is_not_charged(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    fee: int | None,
    more: dict[str, str],
    error: type[DomainError],
) -> None:
    monkeypatch.setattr(fees, "is_demonstration", lambda: False)
    office = an_office(fee=fee, **more)
    with pytest.raises(error):
        office.assessed()


def test_a_fee_in_dollars_needs_a_recorded_rate(office: Office) -> None:
    line = office.fee_line()
    with reference_scope(), unit_of_work() as work:
        work.session.get_one(type(line), line.id).currency = "USD"
    with pytest.raises(errors.NoExchangeRate):
        office.assessed()


def test_an_illustrative_fee_is_charged_in_a_demonstration_and_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = an_office(standing="illustrative", legal_basis="")
    office.open_till()
    monkeypatch.setattr(fees, "is_demonstration", lambda: True)
    assessment = office.assessed()
    receipt = office.sale(assessment=assessment)
    assert json.loads(receipt.body)["illustrative"] is True
    other = office.assessed()
    monkeypatch.setattr(fees, "is_demonstration", lambda: False)
    with pytest.raises(errors.IllustrativeFee):
        office.sale(assessment=other)


def test_what_is_free_of_charge_gets_no_receipt(database: Database) -> None:
    office = an_office(fee=0)
    office.open_till()
    with pytest.raises(errors.NothingToPay):
        office.sale()
    assert numbers(office) == []


def test_too_little_and_mistyped_cash_are_refused_and_use_no_number(office: Office) -> None:
    office.open_till()
    assessment = office.assessed()
    with pytest.raises(errors.TooLittleCash):
        office.sale(19_999, assessment)
    with pytest.raises(errors.TooMuchCash):
        office.sale(20_000_000, assessment)
    assert office.sale(20_000, assessment).number == 1


def test_money_needs_the_cashiers_own_till_of_today(office: Office) -> None:
    assessment = office.assessed()
    with pytest.raises(NoOpenTill):
        office.sale(assessment=assessment)
    office.open_till(user=a_user("other", cashier=office.centre))
    with pytest.raises(NoOpenTill):
        office.sale(assessment=assessment)
    yesterday = clock.now() - timedelta(days=1)
    with clock.use(lambda: yesterday):
        office.open_till()
    with pytest.raises(TillOfEarlierDay):
        office.sale(assessment=assessment)


def test_an_application_is_paid_once(office: Office) -> None:
    office.open_till()
    application = office.application()
    receipt = office.sale(assessment=office.assessed(application))
    with pytest.raises(errors.AlreadyPaid) as refused:
        office.assessed(application)
    assert receipt.label in str(refused.value)


def test_a_replaced_assessment_can_no_longer_be_paid(office: Office) -> None:
    office.open_till()
    application = office.application()
    first = office.assessed(application)
    second = office.assessed(application, 2)
    with pytest.raises(errors.AssessmentReplaced):
        office.sale(assessment=first)
    assert office.sale(assessment=second).amount_kip == 40_000


def test_a_withdrawn_application_owes_nothing(office: Office) -> None:
    application = office.application()
    with office.inside():
        applications.withdraw(office.centre, application.id, "ບໍ່ຕ້ອງການແລ້ວ")
    with pytest.raises(errors.NotPayable):
        office.assessed(application)


def test_two_cashiers_at_once_are_paid_once(office: Office) -> None:
    office.open_till()
    second = a_user("second", cashier=office.centre)
    office.open_till(user=second)
    for _round in range(3):
        assessment = office.assessed()

        def pay(cashier: object, assessment: object = assessment) -> object:
            with office.inside(cashier):  # type: ignore[arg-type]  # a user
                return operations.issue(office.centre, assessment.id, cashier, CASH)  # type: ignore[attr-defined, arg-type]  # likewise

        outcomes = both_at_once(lambda: pay(office.cashier), lambda: pay(second))
        assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, errors.AlreadyPaid) for outcome in outcomes) == 1
    assert numbers(office) == [1, 2, 3]


def test_a_void_mirrors_the_sale_and_frees_the_application(office: Office) -> None:
    office.open_till()
    application = office.application()
    sale = office.sale(assessment=office.assessed(application))
    void = office.void(sale)
    assert (void.number, void.amount_kip, void.reverses_id) == (2, -20_000, sale.id)
    with office.inside(), reading() as session:
        for receipt_id, sign in ((sale.id, 1), (void.id, -1)):
            lines = queries.receipt_lines(receipt_id)
            assert sum(line.amount_kip for line in lines) == sign * 20_000
        assert books.balance(session, "treasury") == 0
        assert books.drawer_kip(session, sale.till_session_id) == 200_000
    values = json.loads(void.body)
    assert values["reverses"]["label"] == sale.label
    assert values["lines"][0]["amount_kip"] == -20_000
    assert office.sale(assessment=office.assessed(application)).number == 3


def test_a_void_needs_another_person_who_may_approve_here(office: Office) -> None:
    office.open_till()
    sale = office.sale()
    elsewhere = a_user("elsewhere", centre_manager=a_centre("LA0102"))
    colleague = a_user("colleague", cashier=office.centre)
    both_roles = office.cashier
    for approver, error in (
        (both_roles, errors.SamePerson),
        (colleague, errors.MayNotApprove),
        (elsewhere, errors.MayNotApprove),
    ):
        with pytest.raises(error):
            office.void(sale, approver=approver)
    with pytest.raises(errors.ReasonMissing):
        office.void(sale, reason="ok")
    assert numbers(office) == [1]


def test_a_receipt_is_voided_once_and_a_void_never(office: Office) -> None:
    office.open_till()
    sale = office.sale()
    outcomes = both_at_once(lambda: office.void(sale), lambda: office.void(sale))
    assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, errors.AlreadyVoided) for outcome in outcomes) == 1
    void = next(outcome for outcome in outcomes if isinstance(outcome, Receipt))
    with pytest.raises(errors.NotReversible):
        office.void(void)
    assert numbers(office) == [1, 2]


def test_a_void_is_of_its_own_day_and_a_refund_of_any(office: Office) -> None:
    yesterday = clock.now() - timedelta(days=1)
    with clock.use(lambda: yesterday):
        till = office.open_till()
        sale = office.sale()
        office.close_till(till, 220_000)
    office.open_till()
    with pytest.raises(errors.TooLateToVoid):
        office.void(sale)
    refund = office.refund(sale)
    assert (refund.kind, refund.series, refund.number) == ("refund", "B", 1)
    assert (refund.amount_kip, refund.day) == (-20_000, clock.today())
    with office.inside():
        assert queries.listed(sale).standing == "refunded"
        assert queries.listed(refund).standing == "refund"
        assert queries.live_sale(sale.application_id) is None
    with pytest.raises(errors.AlreadyReversed):
        office.refund(sale)
    again = office.assessed(application_of(office, sale))
    assert office.sale(assessment=again).number == 2


def application_of(office: Office, receipt: Receipt) -> Application:
    with office.inside():
        return files.application(receipt.application_id)


def test_what_was_refunded_is_not_voided_and_goes_back_once(office: Office) -> None:
    office.open_till()
    sale = office.sale()
    outcomes = both_at_once(lambda: office.refund(sale), lambda: office.refund(sale))
    assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, errors.AlreadyReversed) for outcome in outcomes) == 1
    with pytest.raises(errors.AlreadyReversed):
        office.void(sale)
    with pytest.raises(errors.AlreadyReversed):
        office.refund(office.sale(), positions=[2])


def test_no_more_goes_back_than_lies_in_the_drawer(office: Office) -> None:
    till = office.open_till(0)
    sale = office.sale(20_000)
    with office.inside():
        tills.move_cash(till.id, -15_000, "ໄປຕູ້ເຊັບ")
    with pytest.raises(NotSoMuchInDrawer):
        office.void(sale)
    by_bank = Payment(TRANSFER, reference="BCEL 0099")
    assert office.refund(sale, payment=by_bank).payment_reference == "BCEL 0099"


def test_a_bank_or_qr_payment_has_a_number_and_pays_once(office: Office) -> None:
    office.open_till()
    with pytest.raises(errors.ReferenceMissing):
        office.sale(payment=Payment(TRANSFER))
    sale = office.sale(payment=Payment(QR, reference=" ab 12-34 "))
    assert (sale.method, sale.payment_reference) == ("qr", "AB12-34")
    assert (sale.tendered_kip, sale.change_kip) == (0, 0)
    with office.inside(), reading() as session:
        assert books.balance(session, "qr") == 20_000
    with pytest.raises(errors.ReferenceUsed) as refused:
        office.sale(payment=Payment(QR, reference="AB12-34"))
    assert sale.label in str(refused.value)
    assert office.sale(payment=Payment(TRANSFER, reference="AB12-34")).number == 2
    with pytest.raises(errors.ReferenceMissing):
        office.refund(sale, payment=Payment(QR))
    void = office.void(sale)
    assert (void.method, void.amount_kip) == ("qr", -20_000)
    assert office.sale(payment=Payment(QR, reference="AB12-34")).number == 4


def test_each_receipt_names_the_one_before_and_is_signed(office: Office) -> None:
    office.open_till()
    receipts = [office.sale(), office.sale()]
    receipts.append(office.void(receipts[1]))
    before = GENESIS
    for receipt in receipts:
        assert receipt.prev_hash == before
        sealed = before.encode("ascii") + receipt.body.encode("utf-8")
        assert receipt.hash == hashlib.sha256(sealed).hexdigest()
        with office.inside(), reading() as session:
            public = keys.public_key(session, receipt.key_id)
        signature = base64.b64decode(receipt.signature)
        assert keys.verify(public, chain.signed_text(receipt.hash), signature)
        opened = seal.opened(receipt.seal)
        assert seal.verify(opened, public)
        assert (opened.number, opened.amount_kip) == (receipt.number, receipt.amount_kip)
        before = receipt.hash
    with office.inside(), reading() as session:
        assert [what for rule in verifying.RULES for what in rule(session)] == []
        head = session.scalars(select(ReceiptSeries)).one()
        assert (head.last_no, head.head_hash, head.total_kip) == (3, before, 20_000)


def test_a_number_with_a_wrong_digit_is_seen(office: Office) -> None:
    label = chain.label("LA0101", 2026, "A", 123)
    assert not chain.is_mistyped(label.lower())
    plain, digit = label[:-1], int(label[-1])
    assert chain.is_mistyped(f"{plain}{(digit + 1) % 10}")
    assert chain.is_mistyped(label.replace("000123", "000132"))
    assert chain.is_mistyped("")


def test_receipts_of_another_centre_do_not_exist_here(office: Office) -> None:
    office.open_till()
    sale = office.sale()
    stranger = an_office("LA0102")
    stranger.open_till()
    with pytest.raises(NotFound):
        stranger.void(sale)
    with stranger.inside(), pytest.raises(NotFound):
        queries.receipt(sale.id)
    with stranger.inside(), pytest.raises(NotFound):
        operations.issue(stranger.centre, sale.assessment_id, stranger.cashier, CASH)
    assert stranger.sale().number == 1


def test_numbers_have_no_gap_under_load_and_failure(office: Office) -> None:
    office.open_till()
    assessments = [office.assessed() for _ in range(12)]
    wrong = iter(range(12))
    refused: list[object] = []

    def pay(mine: list[object]) -> None:
        for assessment in mine:
            with office.inside():
                try:
                    with unit_of_work():
                        operations.issue(office.centre, assessment.id, office.cashier, CASH)  # type: ignore[attr-defined]  # an assessment
                        if next(wrong) % 3 == 0:
                            raise RuntimeError("power cut")
                except (RuntimeError, AlreadyChanged) as error:
                    refused.append(error)

    threads = [threading.Thread(target=pay, args=(assessments[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(refused) == 4
    assert numbers(office) == list(range(1, 9))


def test_prints_are_counted_and_the_first_is_the_original(office: Office) -> None:
    office.open_till()
    receipt = office.sale()
    with office.inside():
        assert [printing.print_paper(receipt.id, "lo") for _ in range(3)] == [0, 1, 2]
        assert queries.print_event(receipt.id, 2).data["language"] == "lo"
        with pytest.raises(NotFound):
            queries.print_event(receipt.id, 3)


def test_the_fiscal_year_is_the_year_in_vientiane(office: Office) -> None:
    last_evening_in_utc = NOON.replace(month=12, day=31, hour=18)
    with clock.use(lambda: last_evening_in_utc):
        office.open_till()
        assert office.sale().label.startswith("LA0101-2027-A-000001-")


def test_receipts_are_found_by_day_name_and_number(office: Office) -> None:
    office.open_till()
    sale = office.sale()
    void = office.void(sale)
    with office.inside():
        today = queries.listing(sale.day, "")
        assert [(row.receipt.id, row.standing) for row in today.rows] == [
            (void.id, "void"),
            (sale.id, "voided"),
        ]
        assert queries.listing(sale.day - timedelta(days=1), "").total == 0
        for text, total in (("ຄຳພູ", 2), (sale.label, 1), ("2", 1), ("%", 0)):
            assert queries.listing(None, text).total == total, text
        assert queries.by_public_code(sale.public_code.lower()).is_voided
