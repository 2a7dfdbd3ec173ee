"""Pages, papers and files of reports: the same figures everywhere, and who is let in."""

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from odsc_counter.accounts.models import User
from odsc_counter.platform import clock
from odsc_counter.reports.models import ReportDraft
from tests.pages import a_desk, an_app
from tests.reports.builders import (
    AUGUST,
    SEPTEMBER,
    Country,
    a_country,
    approved,
    drafted,
    published,
)
from tests.returns.papers import MOMENT
from tests.world import a_unit, a_user

LIST = "/a/LA/reports"


@dataclass
class Offices:
    app: Flask
    country: Country

    def desk(self, user: User, language: str = "en") -> FlaskClient:
        return a_desk(self.app, user, language)


@pytest.fixture
def offices(database_url: str, tmp_path: Path) -> Iterator[Offices]:
    app = an_app(database_url, tmp_path)
    with clock.use(lambda: MOMENT):
        country = a_country("LA0101", "LA0102", "LA0901")
        for code, tickets in (("LA0101", 1234), ("LA0901", 2345)):
            approved(country, code, AUGUST, tickets=tickets - 100)
            approved(country, code, SEPTEMBER, tickets=tickets, revenue_kip=7_654_321)
        yield Offices(app, country)
    app.extensions["database"].dispose()


def text_of(desk: FlaskClient, address: str, status: int = 200) -> str:
    answer = desk.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found.group(1) if found else ""


def paper(desk: FlaskClient, draft: ReportDraft, language: str = "en") -> bytes:
    answer = desk.get(f"{LIST}/{draft.id}/{language}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return answer.data


def words_of(pdf: bytes, folder: Path) -> str:
    """What is read on the paper, as poppler finds it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed")
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"],
        capture_output=True,
        check=True,
    )
    return told.stdout.decode()


def rows_of(desk: FlaskClient, draft: ReportDraft, table: str) -> list[dict[str, str]]:
    answer = desk.get(f"{LIST}/{draft.id}/{table}.csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def cells(page: str, table: str) -> dict[str, list[str]]:
    """A table of the page: each row's head with its cells."""
    part = page.split(f'id="{table}"')[1].split("</section>")[0]
    return {
        head: re.findall(r"<td[^>]*>([^<]*)</td>", rest)
        for head, rest in re.findall(r'<th scope="row">([^<]*)</th>(.*?)</tr>', part, re.DOTALL)
    }


def test_one_drafts_and_another_publishes(offices: Offices) -> None:
    analyst = offices.desk(offices.country.analyst)
    assert "No report is published yet." in text_of(analyst, LIST)
    answer = analyst.post(f"{LIST}/draft", data={"period": "2026-09", "reason": ""})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    address = answer.headers["Location"]
    page = text_of(analyst, address)
    assert "2 of 3 centres complete" in page
    assert "Another person publishes it." in page
    assert "Publish version 1" not in page
    assert analyst.post(f"{address}/publish", data={"seen": "x"}).status_code == 403

    publisher = offices.desk(offices.country.publisher)
    page = text_of(publisher, address)
    assert "Withdraw the draft" not in page
    assert publisher.post(f"{address}/withdraw").status_code == 404
    assert publisher.post(f"{address}/publish", data={"seen": "x"}).status_code == 409
    answer = publisher.post(f"{address}/publish", data={"seen": hidden(page, "seen")})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = text_of(publisher, address)
    assert "SHA-256" in page
    assert "This is a draft." not in page


def test_what_was_typed_stays_when_a_reason_is_missing(offices: Offices) -> None:
    published(offices.country, drafted(offices.country))
    analyst = offices.desk(offices.country.analyst)
    answer = analyst.post(f"{LIST}/draft", data={"period": "2026-09", "reason": " "})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Say why there is another version." in page
    assert 'selected value="2026-09"' in page
    answer = analyst.post(f"{LIST}/draft", data={"period": "1999", "reason": "Half written"})
    assert answer.status_code == 422
    assert "Half written" in answer.get_data(as_text=True)


def test_page_paper_file_and_annex_say_the_same(offices: Offices, tmp_path: Path) -> None:
    draft = drafted(offices.country)
    published(offices.country, draft)
    desk = offices.desk(offices.country.analyst)
    page = text_of(desk, f"{LIST}/{draft.id}")
    read = words_of(paper(desk, draft), tmp_path)
    on_page = cells(page, "indicators")
    filed = {row["Indicator"]: row for row in rows_of(desk, draft, "indicators")}
    assert set(on_page) == set(filed)
    assert len(on_page) > 20
    for name, (value, numerator, denominator) in on_page.items():
        assert re.search(
            rf"{re.escape(name)}\s+{re.escape(value)}\s+{re.escape(numerator)}\s+"
            rf"{re.escape(denominator)}",
            read,
        ), name
        assert numerator.replace(".", "").replace("–", "") == filed[name]["Numerator"]
        assert denominator.replace(".", "").replace("–", "") == filed[name]["Denominator"]
    assert on_page["Queue numbers"] == ["3.579", "3.579", "–"]
    assert filed["Fee revenue"]["Value"] == "15308642"
    book = load_workbook(io.BytesIO(desk.get(f"{LIST}/{draft.id}/annex.xlsx").data))
    sheet = {row[1]: row[2] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert {name: str(sheet[name]) for name in ("Queue numbers", "Fee revenue")} == {
        "Queue numbers": "3579",
        "Fee revenue": "15308642",
    }
    for part, said in cells(page, "parts").items():
        assert re.search(rf"{re.escape(part.split()[0])}.*{re.escape(said[1])}", read), part


def test_who_is_absent_is_absent_everywhere(offices: Offices, tmp_path: Path) -> None:
    nowhere = a_unit("LA02").name_en
    draft = drafted(offices.country)
    desk = offices.desk(offices.country.analyst)
    page = text_of(desk, f"{LIST}/{draft.id}")
    absent = offices.country.centre("LA0102").name_en
    assert f"{absent}: no return" in page
    assert set(cells(page, "centres")[absent]) == {"No return", "–"}
    [row] = [one for one in rows_of(desk, draft, "centres") if one["Code"] == "LA0102"]
    assert (row["Queue numbers"], row["Months without a return"]) == ("", "2026-09")
    assert cells(page, "parts")[nowhere][0] == "No centre yet"
    read = words_of(paper(desk, draft), tmp_path)
    assert "2 of 3 centres complete" in read
    assert "no return" in read


def test_a_published_paper_is_the_same_to_the_last_byte(offices: Offices) -> None:
    draft = drafted(offices.country)
    published(offices.country, draft)
    approved(offices.country, "LA0102", SEPTEMBER)
    desk = offices.desk(offices.country.analyst)
    for language in ("lo", "en"):
        first = paper(desk, draft, language)
        with clock.use(lambda: MOMENT + timedelta(minutes=9)):
            assert paper(desk, draft, language) == first
    annex = desk.get(f"{LIST}/{draft.id}/annex.xlsx").data
    assert desk.get(f"{LIST}/{draft.id}/annex.xlsx").data == annex


@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_paper_is_marked_until_it_is_published(
    offices: Offices, language: str, tmp_path: Path
) -> None:
    draft = drafted(offices.country)
    desk = offices.desk(offices.country.analyst, language)
    mark = {"lo": "ຮ່າງ", "en": "DRAFT"}[language]
    assert mark in words_of(paper(desk, draft, language), tmp_path)
    row = published(offices.country, draft)
    read = words_of(paper(desk, draft, language), tmp_path)
    assert mark not in read.replace("ຜູ້ຮ່າງ", "")
    assert read.count((row.content_hash or "")[:16]) >= 3


def test_who_is_let_in(offices: Offices) -> None:
    draft = drafted(offices.country)
    address = f"{LIST}/{draft.id}"
    reader = offices.desk(a_user("admin", language="en", national_administrator=a_unit("LA")))
    assert str(draft.id) not in text_of(reader, LIST)
    for path in ("", "/en.pdf", "/annex.xlsx", "/parts.csv"):
        assert reader.get(address + path).status_code == 404, path
    published(offices.country, draft)
    assert "New draft" not in text_of(reader, LIST)
    assert "SHA-256" in text_of(reader, address)
    assert reader.post(f"{LIST}/draft", data={"period": "2026-09"}).status_code == 404
    assert reader.get(f"{address}/nothing.csv").status_code == 404
    assert reader.get(f"{address}/fr.pdf").status_code == 404
    province = offices.desk(a_user("province", language="en", province_coordinator=a_unit("LA01")))
    assert province.get(address).status_code == 404
    assert province.get(f"/a/LA01/reports/{draft.id}").status_code == 404
    assert "New draft" in text_of(province, "/a/LA01/reports")


def test_a_province_and_a_district_have_reports_of_their_own(offices: Offices) -> None:
    for code, covered in (("LA01", "1 of 2 centres complete"), ("LA0101", "1 of 1 centres")):
        unit = a_unit(code)
        role = "province_coordinator" if len(code) == 4 else "district_coordinator"
        desk = offices.desk(a_user(f"{code}.x", language="en", **{role: unit}))
        answer = desk.post(f"/a/{code}/reports/draft", data={"period": "2026-Q3"})
        page = text_of(desk, answer.headers["Location"])
        assert covered not in page, "July is not there"
        assert "of 3 months" in page
        pdf = desk.get(f"{answer.headers['Location']}/lo.pdf")
        assert pdf.data.startswith(b"%PDF")


def test_a_later_version_is_said_on_the_earlier(offices: Offices) -> None:
    first = drafted(offices.country)
    published(offices.country, first)
    approved(offices.country, "LA0102", SEPTEMBER)
    second = drafted(offices.country, reason="A late return")
    published(offices.country, second)
    desk = offices.desk(offices.country.analyst)
    assert "This is an earlier version." in text_of(desk, f"{LIST}/{first.id}")
    page = text_of(desk, f"{LIST}/{second.id}")
    assert "What changed against version 1" in page
    assert cells(page, "changes")["Queue numbers"] == ["3.579", "3.619"]
    assert "A late return" in page
    assert "a later version is there" in text_of(desk, LIST)
