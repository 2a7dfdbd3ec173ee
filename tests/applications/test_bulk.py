"""Many files from one table: read, looked through line by line, taken all or none."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook

from odsc_counter.applications import bulk, lists
from odsc_counter.applications.lifecycle import INCOMPLETE, SUBMITTED
from odsc_counter.catalogue.form_fields import schema_of
from odsc_counter.catalogue.models import MonitoringBody, ServiceVersion
from odsc_counter.platform import table_files
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office
from tests.world import LONG_AGO

DAY = date(2026, 11, 25)
CHOICE = {"kind": "choice", "en": "Class", "lo": "ປະເພດ",
          "choices": {"a": {"en": "Motorcycle", "lo": "ລົດຈັກ"}}}  # fmt: skip
FORM = schema_of(
    [
        ("born", {"kind": "date", "en": "Born", "lo": "ເກີດ", "limit": "past"}, True),
        ("class", CHOICE, True),
    ]
)


def with_form(office: Office) -> ServiceVersion:
    """The office's service, which asks for a day and a choice."""
    with reference_scope(), unit_of_work() as work:
        version = work.session.query(ServiceVersion).one()
        version.form = FORM
        # Papers name the body that watches over the centres.
        work.session.add(MonitoringBody(valid_from=LONG_AGO, name_en="Body", name_lo="ອົງການ"))
    return version


@pytest.fixture
def office(database: Database) -> Office:
    office = an_office(days=3)
    with_form(office)
    return office


def table(version: ServiceVersion, *rows: list[object]) -> tuple[list[str], list[list[object]]]:
    heads = [column.head for column in bulk.columns(version, "en")]
    return heads, [list(row) for row in rows]


def as_csv(heads: list[str], rows: list[list[object]], mark: str = ";") -> bytes:
    return "\n".join(mark.join(map(str, row)) for row in (heads, *rows)).encode()


def as_xlsx(heads: list[str], rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in (heads, *rows):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


GOOD: list[list[object]] = [
    ["ນາງ ບົວ", "020 5551 1111", "01-1", "ໂພນໄຊ", "31/12/1990", "ລົດຈັກ", "x", "x"],
    ["ທ. ຄຳ", "", "01-2", "", "1990-01-02", "a", "x", ""],
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_becomes_files_each_with_its_papers(office: Office, kind: str) -> None:
    with office.inside():
        version = queries_version(office)
        heads, rows = table(version, *GOOD)
        if kind == "xlsx":
            rows[0][4] = datetime(1990, 12, 31)
        read = bulk.read_table(as_csv(heads, rows) if kind == "csv" else as_xlsx(heads, rows))
        lines = bulk.looked_through(version, read, DAY)
        assert [line.errors for line in lines] == [[], []]
        first, second = bulk.take_all(office.centre, version, read, DAY)
        assert (first.state, second.state) == (SUBMITTED, INCOMPLETE)
        assert first.answers == {"born": "1990-12-31", "class": "a"}
        assert [first.number, second.number] == [1, 2]


def queries_version(office: Office) -> ServiceVersion:
    """The version as the pages read it."""
    from odsc_counter.catalogue import queries as catalogue

    return catalogue.service_on(office.service.id, DAY)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["", "", "", "", "31/12/1990", "a"], "name"),
        (["ນາງ ບົວ", "", "", "", "31/02/1990", "a"], "day"),
        (["ນາງ ບົວ", "", "", "", "31/12/2090", "a"], "day"),
        (["ນາງ ບົວ", "", "", "", "31/12/1990", "rocket"], "list"),
        (["ນາງ ບົວ", "", "", "", "", "a"], "answered"),
    ],
)
def test_one_wrong_line_is_told_and_nothing_is_taken(
    office: Office, line: list[object], said: str
) -> None:
    with office.inside():
        version = queries_version(office)
        read = bulk.read_table(as_csv(*table(version, GOOD[0], line), mark=","))
        lines = bulk.looked_through(version, read, DAY)
        assert lines[0].errors == []
        assert len(lines[1].errors) == 1
        assert said in lines[1].errors[0]
        with pytest.raises(InvalidInput) as error:
            bulk.take_all(office.centre, version, read, DAY)
        assert list(error.value.fields) == ["2"]
        assert lists.listing(lists.Filters()).total == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00junk",
        b"PK\x03\x04 no workbook",
        b"name;age\nx;3",
        b"full_name",
        ("full_name\n" + "\n".join(["x"] * (bulk.MOST + 1))).encode(),
    ],
)
def test_what_is_no_table_is_told(content: bytes) -> None:
    with pytest.raises(InvalidInput) as error:
        bulk.read_table(content)
    assert set(error.value.fields) == {"table"}


def test_a_workbook_that_unpacks_without_end_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (table_files.UNPACKED + 1))
    opened: list[Any] = []
    monkeypatch.setattr(table_files, "load_workbook", lambda *given, **more: opened.append(given))
    with pytest.raises(InvalidInput):
        bulk.read_table(bomb.getvalue())
    assert not opened


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


def test_the_pages_lead_from_the_empty_table_to_all_slips(site: Flask) -> None:
    office = an_office(days=3)
    with_form(office)
    desk = a_desk(site, office.cashier)
    many = f"/c/LA0101/applications/many?service={office.service.id}"
    assert "CSV" in desk.get(many).text
    empty = desk.get(f"/c/LA0101/applications/many/csv?service={office.service.id}").text
    heads = empty.lstrip("\ufeff").strip().split(",")
    filled = as_csv(heads, GOOD, mark=",")

    def look(content: bytes) -> Any:
        return desk.post(
            "/c/LA0101/applications/many/look",
            data={"service": office.service.id, "table": (io.BytesIO(content), "files.csv")},
        )

    assert look(b"junk").status_code == 422
    page = look(filled)
    assert page.text.count("Good") == 2
    kept = re.search(r'name="rows" value="([^"]*)"', page.text)
    assert kept is not None
    form = {
        "service": office.service.id,
        "rows": html.unescape(kept[1]),
        "request_key": "one-rendering",
    }
    for _click in range(2):
        done = desk.post("/c/LA0101/applications/many", data=form)
        assert done.status_code == 303
    with office.inside():
        assert lists.listing(lists.Filters()).total == 2
        assert {row.person.full_name for row in lists.listing(lists.Filters()).rows} == {
            "ນາງ ບົວ", "ທ. ຄຳ",
        }  # fmt: skip
    taken = desk.get(done.location)
    assert "LA0101" in taken.text
    slips = re.search(r'href="([^"]*slips\.pdf[^"]*)"', taken.text)
    assert slips is not None
    assert desk.get(slips[1].replace("&amp;", "&")).data.startswith(b"%PDF")
    refused = desk.post(
        "/c/LA0101/applications/many",
        data={**form, "rows": "[]", "request_key": "another-rendering"},
    )
    assert refused.status_code == 422
