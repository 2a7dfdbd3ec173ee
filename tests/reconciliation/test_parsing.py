"""What is read of a bank's file, and what is refused."""

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from odsc_counter.platform.errors import InvalidInput
from odsc_counter.reconciliation.parsing import (
    MOST,
    Parsed,
    fingerprints,
    normal_reference,
    parse,
)
from tests.pages import a_request
from tests.reconciliation.bank import HEAD, TODAY, a_csv


@pytest.fixture(autouse=True)
def _speaking() -> Iterator[None]:
    with a_request():
        yield


def read(content: bytes) -> Parsed:
    return parse(content, TODAY)


def values(parsed: Parsed) -> list[tuple[Any, ...]]:
    return [(line.day, line.amount_kip, line.reference, line.text) for line in parsed.lines]


def refused(content: bytes) -> str:
    with pytest.raises(InvalidInput) as error:
        read(content)
    return error.value.fields["table"]


DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "head",
    [
        "Date,Reference,Amount,Description",
        "TRANSACTION DATE;Ref. No.;Amount (LAK);Details",
        "ວັນທີ\tເລກອ້າງອີງ\tຈຳນວນເງິນ\tລາຍລະອຽດ",
        "ວັນທີ,ເລກທີອ້າງອີງ,ຈໍານວນເງິນ (ກີບ),ລາຍການ",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_headings_in_lao_and_english_and_what_separates_them(head: str, encoding: str) -> None:
    mark = next(one for one in ";\t," if one in head)
    line = mark.join(("20/11/2026", "FT123", "25000", "ຄ່າທຳນຽມ"))
    parsed = read(f"{head}\n{line}\n".encode(encoding))
    assert values(parsed) == [(DAY, 25_000, "FT123", "ຄ່າທຳນຽມ")]
    assert parsed.is_good


def test_money_in_and_out_in_two_columns() -> None:
    parsed = read(
        a_csv(
            "20/11/2026,A1234,,25000,",
            "20/11/2026,B1234,10000,,",
            "20/11/2026,C1234,-7000,0.00,",
            head="ວັນທີ,ອ້າງອີງ,ເງິນອອກ,ເງິນເຂົ້າ,ຍອດເຫຼືອ",
        )
    )
    assert [line.amount_kip for line in parsed.lines] == [25_000, -10_000, -7_000]


@pytest.mark.parametrize(
    ("written", "kip"),
    [
        ("25000", 25_000), ("25.000", 25_000), ('"25,000"', 25_000), ('"25,000.00"', 25_000),
        ("25.000 ກີບ", 25_000), ("LAK 25000", 25_000), ("-25.000", -25_000),
        ("(25.000)", -25_000), ("25.000-", -25_000), ("+25.000", 25_000), ("໒໕.໐໐໐", 25_000),
        ("\u221225000", -25_000),
    ],
)  # fmt: skip
def test_amounts_as_banks_write_them(written: str, kip: int) -> None:
    assert read(a_csv(f"20/11/2026,X1234,{written},")).lines[0].amount_kip == kip


@pytest.mark.parametrize("written", ["25000.50", "1.5", "1.000.00.0", "ten", "=1+1", "1e5", "٢٥"])
def test_amounts_that_are_not_clear(written: str) -> None:
    parsed = read(a_csv(f"20/11/2026,X1234,{written},"))
    assert not parsed.is_good
    assert "whole kip" in parsed.lines[0].errors[0]


def test_an_amount_with_commas_outside_quotes_is_not_read_as_its_beginning() -> None:
    parsed = read(a_csv("20/11/2026,X1234,25,000,text"))
    assert "more cells" in parsed.lines[0].errors[0]


@pytest.mark.parametrize(
    "written",
    ["20/11/2026", "20-11-2026", "20.11.2026", "2026-11-20", "2026/11/20", "໒໐/໑໑/໒໐໒໖",
     "20/11/2026 14:03:12", "2026-11-20T14:03:12"],
)  # fmt: skip
def test_days_as_banks_write_them(written: str) -> None:
    assert read(a_csv(f"{written},X1234,5000,")).lines[0].day == DAY


@pytest.mark.parametrize("written", ["31/02/2026", "20/11/26", "Total", "", "11/2026"])
def test_days_that_are_not_clear(written: str) -> None:
    assert "date" in read(a_csv(f"{written},X1234,5000,")).lines[0].errors[0]


@pytest.mark.parametrize("written", ["25/11/2026", "20/11/2569", "01/01/2001"])
def test_days_that_can_not_be_right(written: str) -> None:
    assert "can't be right" in read(a_csv(f"{written},X1234,5000,")).lines[0].errors[0]


def test_titles_above_the_table_and_rows_without_money_are_passed_over() -> None:
    parsed = read(
        a_csv(
            "Account,010-12-00-1,,",
            "",
            HEAD,
            "20/11/2026,,,Opening balance",
            "20/11/2026,X1234,5000,",
            ",,,",
            head="Bank of somewhere,,,",
        )
    )
    assert values(parsed) == [(DAY, 5_000, "X1234", "")]
    assert parsed.lines[0].number == 6


def test_a_workbook_with_real_days_numbers_and_formulas() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ວັນທີ", "ເລກອ້າງອີງ", "ຈຳນວນເງິນ", "ລາຍລະອຽດ"])
    sheet.append([datetime(2026, 11, 20, 9, 30), 202611200001, 25000.0, "ຄ່າທຳນຽມ"])
    sheet.append([datetime(2026, 11, 20), "X1234", "=20000+5000", "never computed"])
    sheet.append([datetime(2026, 11, 20), "X1235", 25000.5, "half a kip"])
    kept = io.BytesIO()
    book.save(kept)
    parsed = read(kept.getvalue())
    assert values(parsed)[0] == (DAY, 25_000, "202611200001", "ຄ່າທຳນຽມ")
    # What no spreadsheet has computed is nothing; nothing is computed here.
    assert [line.reference for line in parsed.lines] == ["202611200001", "X1235"]
    assert parsed.lines[1].errors


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"%PDF-1.7 \xe2\xe3", b"PK\x03\x04 not a workbook",
     "ວັນທີ,ຈຳນວນເງິນ".encode("utf-16-le"), "date,amount\n20/11/2026,5000 é".encode("cp1252"),
     "วันที่,จำนวน".encode("cp874"), b"\xd0\xcf\x11\xe0 an old workbook"],
)  # fmt: skip
def test_junk_is_refused_in_words(content: bytes) -> None:
    assert refused(content)


def test_a_table_without_the_headings_or_without_lines() -> None:
    assert "headings" in refused(b"name,phone\nA,020\n")
    assert "headings" in refused(b"date,text\n20/11/2026,x\n")
    assert "no lines" in refused(a_csv())
    lines = [f"20/11/2026,R{number:06},5000," for number in range(MOST + 1)]
    assert str(MOST) in refused(a_csv(*lines))


def test_fingerprints_tell_equal_payments_apart_and_know_them_again() -> None:
    line = "20/11/2026,,5000,QR"
    once, twice = read(a_csv(line)), read(a_csv(line, line, "20/11/2026,x,5000,"))
    marks = fingerprints("Account", "qr", twice.lines)
    assert len(set(marks)) == 3
    assert fingerprints("account", "qr", once.lines)[0] == marks[0]
    assert fingerprints("account", "transfer", once.lines)[0] != marks[0]


def test_a_reference_is_compared_by_its_letters_and_figures() -> None:
    assert normal_reference(" ft-123/ໝ ໔໕ ") == normal_reference("FT123ໝ45") != ""
