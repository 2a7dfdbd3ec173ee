"""The cash office in a browser: fee, cash, receipt, paper, void, till, and what others see."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from odsc_counter.accounts import signing_in
from odsc_counter.accounts.signing_in import WrongCredentials
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.work import reading
from odsc_counter.receipts import operations, queries
from odsc_counter.receipts.models import Receipt
from tests.pages import a_desk, an_app
from tests.receipts.office import NAME, Office, an_office
from tests.world import a_user

C = "/c/LA0101"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(app: Flask) -> Office:
    return an_office()


@pytest.fixture
def desk(app: Flask, office: Office) -> FlaskClient:
    return a_desk(app, office.cashier)


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch, office: Office) -> Callable[[object], None]:
    """Say whom the second person's password proves. How it is proved is tested elsewhere."""

    def prove(outcome: object) -> None:
        def answer(*_proof: object) -> object:
            if isinstance(outcome, DomainError):
                raise outcome
            return outcome

        monkeypatch.setattr(signing_in, "prove", answer)

    prove(office.manager)
    return prove


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def count(office: Office) -> int:
    with office.inside(), reading() as session:
        return session.scalars(select(func.count()).select_from(Receipt)).one()


def test_from_assessment_to_receipt_in_three_forms(desk: FlaskClient, office: Office) -> None:
    desk.post(f"{C}/till", data={"float_kip": "200.000"})
    application = office.application()
    page = desk.get(f"{C}/applications/{application.id}").text
    assert "Test ordinance" in page or "20.000 kip" in page
    line = re.search(r'name="fee_line" id="fee-line-(\d+)"', page)
    assert line is not None
    assessed = desk.post(
        f"{C}/applications/{application.id}/assess",
        data={"fee_line": line[1], f"quantity-{line[1]}": "2"},
    )
    assert assessed.status_code == 303
    page = desk.get(f"{C}/applications/{application.id}").text
    assert "40.000 kip" in page
    where = re.search(r'action="([^"]+/assessments/[^"]+)"', page)
    assert where is not None
    for typed in ("39.999", "4,5", "-40000", ""):
        refused = desk.post(where[1], data={"tendered": typed})
        assert refused.status_code == 422, typed
        assert f'value="{typed}"' in refused.text
    issued = desk.post(where[1], data={"tendered": "50.000"})
    assert issued.status_code == 303
    assert "10.000 kip" in desk.get(issued.location).text
    assert count(office) == 1


def test_the_same_form_sent_twice_takes_the_money_once(desk: FlaskClient, office: Office) -> None:
    office.open_till()
    assessment = office.assessed()
    form = {"tendered": "20.000", "request_key": "the-same-click"}
    answers = [desk.post(f"{C}/assessments/{assessment.id}/receipt", data=form) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert count(office) == 1


def test_without_a_till_the_cashier_is_led_to_it(desk: FlaskClient, office: Office) -> None:
    assessment = office.assessed()
    page = desk.get(f"{C}/applications/{assessment.application_id}").text
    assert f'href="{C}/till"' in page
    answer = desk.post(f"{C}/assessments/{assessment.id}/receipt", data={"tendered": "20000"})
    assert (answer.status_code, count(office)) == (422, 0)


def test_the_till_hides_what_should_be_there_until_it_is_counted(
    desk: FlaskClient, office: Office
) -> None:
    till = office.open_till(123_000)
    office.sale()
    before = desk.get(f"{C}/till").text
    assert "123.000" in before
    assert "143.000" not in before
    where = f"{C}/tills/{till.id}/count"
    assert desk.post(where, data={"note_100000": "x"}).status_code == 422
    counted = {"note_100000": "1", "note_20000": "2", "note_2000": "1"}
    assert desk.post(where, data=counted).status_code == 303
    after = desk.get(f"{C}/till").text
    assert "143.000" in after
    assert "-1.000" in after


def test_a_void_needs_the_second_persons_word_on_the_same_page(
    desk: FlaskClient, office: Office, second: Callable[[object], None]
) -> None:
    office.open_till()
    sale = office.sale()
    form = {"reason": "ຊຳລະຊ້ຳ", "approver": "m", "approver_password": "p", "approver_code": "1"}
    where = f"{C}/receipts/{sale.id}/void"
    for wrong in (WrongCredentials(), office.cashier, a_user("nobody", cashier=office.centre)):
        second(wrong)
        refused = desk.post(where, data=form)
        assert refused.status_code == 422
        assert 'value="p"' not in refused.text
    second(office.manager)
    assert desk.post(where, data={**form, "reason": "x"}).status_code == 422
    assert count(office) == 1
    done = desk.post(where, data=form)
    assert done.status_code == 303
    assert desk.post(where, data=form).status_code == 303
    assert count(office) == 2
    assert "20.000" in desk.get(done.location).text


def test_a_refund_of_an_earlier_day_needs_the_second_person(
    desk: FlaskClient, office: Office, second: Callable[[object], None]
) -> None:
    yesterday = clock.now() - timedelta(days=1)
    with clock.use(lambda: yesterday):
        till = office.open_till()
        sale = office.sale()
        office.close_till(till, 220_000)
    page = desk.get(f"{C}/receipts/{sale.id}").text
    assert f"{C}/receipts/{sale.id}/void" not in page
    assert "Open your till first" in page
    office.open_till()
    form = {
        "positions": "1", "method": "cash", "reason": "ຖອນຄຳຮ້ອງ",
        "approver": "m", "approver_password": "p", "approver_code": "1",
    }  # fmt: skip
    where = f"{C}/receipts/{sale.id}/refund"
    second(WrongCredentials())
    assert desk.post(where, data=form).status_code == 422
    second(office.manager)
    for wrong in ({"positions": ""}, {"method": "qr"}, {"reason": "x"}, {"method": "gold"}):
        answer = desk.post(where, data={**form, **wrong})
        assert answer.status_code == 422, wrong
        assert "ຖອນຄຳຮ້ອງ" in answer.text or "reason" in wrong
    assert count(office) == 1
    done = desk.post(where, data=form)
    assert done.status_code == 303
    assert desk.post(where, data=form).status_code == 303
    assert count(office) == 2
    assert "-B-000001-" in desk.get(done.location).text
    assert "Refunded" in desk.get(f"{C}/receipts/{sale.id}").text
    public = desk.get(f"{C}/r/{sale.public_code}").text
    assert "given back" in public


def test_a_bank_payment_is_taken_with_its_number(desk: FlaskClient, office: Office) -> None:
    office.open_till()
    where = f"{C}/assessments/{office.assessed().id}/receipt"
    refused = desk.post(where, data={"method": "transfer", "reference": "1"})
    assert refused.status_code == 422
    assert "own number" in refused.text
    done = desk.post(where, data={"method": "transfer", "reference": "BCEL-99887766"})
    page = desk.get(done.location).text
    assert "BCEL-99887766" in page
    assert "Bank transfer" in page
    assert "Change to give" not in page


def test_prints_are_recorded_by_a_post_and_copies_say_so(desk: FlaskClient, office: Office) -> None:
    office.open_till()
    sale = office.sale()
    where = f"{C}/receipts/{sale.id}"
    assert desk.get(f"{where}/pdf?copy=0").status_code == 404
    papers = []
    for _ in range(2):
        answer = desk.post(f"{where}/print", data={"language": "both"})
        papers.append(text_of(desk.get(answer.location).data))
    assert "COPY" not in papers[0]
    assert "COPY 1" in papers[1]
    assert desk.get(f"{where}/pdf?copy=2").status_code == 404
    assert "COPY" in text_of(desk.get(f"{where}/pdf").data)
    with office.inside():
        assert queries.print_count(sale.id) == 2
    history = desk.get(where).text
    assert "(Copy 1)" in history
    assert history.count("(Copy") == 1


@pytest.mark.parametrize("language", ["lo", "en", "both"])
def test_the_paper_holds_everything_and_its_text_comes_back(
    desk: FlaskClient, office: Office, language: str
) -> None:
    office.open_till()
    sale = office.sale()
    answer = desk.post(f"{C}/receipts/{sale.id}/print", data={"language": language})
    text = lao_normalize(text_of(desk.get(answer.location).data)).replace("\n", "")
    wanted = [sale.label, "20.000", NAME, "Test ordinance 1/PO"]
    if language != "en":
        wanted += ["ສາທາລະນະລັດ ປະຊາທິປະໄຕ ປະຊາຊົນລາວ", "ໃບຮັບເງິນ", "ຊາວພັນກີບ", "ສູນ LA0101"]
    if language != "lo":
        wanted += ["Receipt", "Twenty thousand kip", "Centre LA0101"]
    missing = [word for word in wanted if word.replace(" ", "") not in text.replace(" ", "")]
    assert missing == []


def test_a_voided_receipts_paper_and_public_page_say_so(
    app: Flask, desk: FlaskClient, office: Office
) -> None:
    office.open_till()
    sale = office.sale()
    public = a_desk(app)
    where = f"{C}/r/{sale.public_code}"
    page = public.get(where).text
    assert "This receipt is valid." in page
    assert sale.label in page
    for hidden in (NAME, office.cashier.name_lo, "MOPS", str(sale.id)):
        assert hidden not in page
    void = office.void(sale)
    assert "no longer valid" in public.get(where).text
    assert "no proof of payment" in public.get(f"{C}/r/{void.public_code}").text
    assert "VOIDED" in text_of(desk.get(f"{C}/receipts/{sale.id}/pdf").data)
    assert public.get(f"{C}/r/AAAABBBBCCCC").status_code == 404


def test_another_centres_receipts_are_not_found(app: Flask, office: Office) -> None:
    office.open_till()
    sale = office.sale()
    stranger = an_office("LA0102")
    desk = a_desk(app, stranger.cashier)
    stranger.open_till()
    for path in (f"receipts/{sale.id}", f"receipts/{sale.id}/pdf", f"r/{sale.public_code}"):
        assert desk.get(f"/c/LA0102/{path}").status_code == 404
        if not path.startswith("r/"):
            assert desk.get(f"{C}/{path}").status_code == 404
    for path in (
        f"receipts/{sale.id}/print",
        f"assessments/{sale.assessment_id}/receipt",
        f"receipts/{sale.id}/refund",
        f"tills/{sale.till_session_id}/count",
        f"tills/{sale.till_session_id}/move",
        f"tills/{sale.till_session_id}/sign-off",
    ):
        data = {"tendered": "20000", "note_500": "1", "amount": "1", "reason": "long enough"}
        assert desk.post(f"/c/LA0102/{path}", data=data).status_code == 404, path
    assert count(office) == 1


def test_the_list_is_narrowed_by_day_and_words(desk: FlaskClient, office: Office) -> None:
    office.open_till()
    sale = office.sale()
    assert sale.label in desk.get(f"{C}/receipts?day={sale.day.isoformat()}").text
    assert sale.label not in desk.get(f"{C}/receipts?day=2020-01-01").text
    assert sale.label in desk.get(f"{C}/receipts", query_string={"q": "ຄຳພູ"}).text


def test_an_illustrative_fee_is_marked_on_screen_and_paper(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = an_office(standing="illustrative", legal_basis="")
    desk = a_desk(app, office.cashier)
    office.open_till()
    application = office.application()
    page = desk.get(f"{C}/applications/{application.id}").text
    assert "It can&#39;t be charged" in page
    monkeypatch.setattr("odsc_counter.receipts.fees.is_demonstration", lambda: True)
    assessment = office.assessed(application)
    assert "Example, not confirmed" in desk.get(f"{C}/applications/{application.id}").text
    with office.inside():
        receipt = operations.issue(
            office.centre, assessment.id, office.cashier, operations.Payment(tendered_kip=20_000)
        )
    assert (
        "not a real receipt"
        in text_of(desk.get(f"{C}/receipts/{receipt.id}/pdf?language=en").data)
        .replace("\n", " ")
        .lower()
    )


def test_the_paper_comes_in_the_size_that_was_chosen(desk: FlaskClient, office: Office) -> None:
    office.open_till()
    sale = office.sale()
    widths = []
    for paper_format in ("a5", "80mm", "a0"):
        form = {"language": "lo", "format": paper_format}
        answer = desk.post(f"{C}/receipts/{sale.id}/print", data=form)
        pdf = pypdfium2.PdfDocument(BytesIO(desk.get(answer.location).data))
        widths.append(round(pdf[0].get_width() / 72 * 25.4))
    assert widths == [148, 80, 148]
    with office.inside():
        assert queries.print_event(sale.id, 1).data["format"] == "80mm"


def test_a_days_receipts_are_one_document_and_each_counts_as_a_print(
    app: Flask, desk: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = office.open_till()
    sales = [office.sale() for _ in range(3)]
    desk.post(f"{C}/receipts/{sales[1].id}/print")
    day = sales[0].day.isoformat()
    page = desk.get(f"{C}/receipts?day={day}").text
    assert "Print them all" in page
    assert "Print them all" not in desk.get(f"{C}/receipts").text
    form = {"day": day, "language": "en", "till": str(till.id)}
    answer = desk.post(f"{C}/receipts/print-day", data=form)
    pages = pypdfium2.PdfDocument(BytesIO(desk.get(answer.location).data))
    texts = [page.get_textpage().get_text_bounded() for page in pages]
    assert [sale.label in text for sale, text in zip(sales, texts, strict=True)] == [True] * 3
    assert ["COPY 1" in text for text in texts] == [False, True, False]
    with office.inside():
        assert [queries.print_count(sale.id) for sale in sales] == [1, 2, 1]
    monkeypatch.setattr("odsc_counter.receipts.printing.MOST_TOGETHER", 2)
    assert "1–2" in desk.get(f"{C}/receipts?day={day}").text
    second = desk.post(f"{C}/receipts/print-day", data={"day": day, "part": "2"})
    assert len(pypdfium2.PdfDocument(BytesIO(desk.get(second.location).data))) == 1
    for wrong in ({"day": "2020-01-01"}, {"day": day, "part": "9"}):
        told = desk.post(f"{C}/receipts/print-day", data=wrong, follow_redirects=True)
        assert "There is no receipt to print here." in told.text
    assert desk.post(f"{C}/receipts/print-day", data={"day": "x"}).status_code == 404
    stranger = an_office("LA0102")
    where = answer.location.replace("LA0101", "LA0102")
    assert a_desk(app, stranger.cashier).get(where).status_code == 404
