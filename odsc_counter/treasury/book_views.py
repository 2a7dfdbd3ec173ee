"""The doors of the books: trial balance, account sheets, postings, and their exports."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from odsc_counter.accounts import queries as accounts
from odsc_counter.accounts.access import centre_door
from odsc_counter.ledger.accounts import KINDS
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.spreadsheet import CSV_TYPE, XLSX_TYPE, Cell, as_csv, as_xlsx
from odsc_counter.treasury import books, words
from odsc_counter.treasury.blueprint import blueprint
from odsc_counter.treasury.books import Filters

BALANCE, POSTINGS = "balance", "postings"


@blueprint.get("/c/<centre>/treasury/books")
@centre_door("books.view")
def the_books(centre: Centre) -> ResponseReturnValue:
    """The trial balance between two days, and the postings behind it."""
    filters = _filters(centre, request.args)
    lines = books.balances(filters.first, filters.last)
    found = books.postings(filters, _page_asked())
    return render_template(
        "treasury/books.html",
        filters=filters,
        lines=lines,
        sums=(
            sum(line.debit_kip for line in lines),
            sum(line.credit_kip for line in lines),
            sum(line.after_kip for line in lines),
        ),
        found=found,
        people=accounts.names(row.posted_by_id for row, _entry in found.rows),
        names=words.account_names(),
        kinds=words.KINDS,
        asked=_asked(filters),
    )


@blueprint.get("/c/<centre>/treasury/books/sheet")
@centre_door("books.view")
def sheet(centre: Centre) -> ResponseReturnValue:
    """One account between two days, with its balance after each entry."""
    filters = _filters(centre, request.args)
    names = words.account_names()
    account = filters.account if filters.account in names else "cash:safe"
    found, lines = books.sheet(account, filters.first, filters.last, _page_asked())
    return render_template(
        "treasury/sheet.html",
        filters=filters,
        account=account,
        names=names,
        kinds=words.KINDS,
        found=found,
        lines=lines,
        asked={**_asked(filters), "account": account},
    )


@blueprint.post("/c/<centre>/treasury/books/export")
@centre_door("books.view")
@once
def export(centre: Centre) -> ResponseReturnValue:
    """The trial balance or the postings as a file; the audit trail says who took it."""
    filters = _filters(centre, request.form)
    what = BALANCE if request.form.get("what") == BALANCE else POSTINGS
    kind = "xlsx" if request.form.get("format") == "xlsx" else "csv"
    names = words.account_names()
    columns, rows, formats = (
        _balance_table(filters, names) if what == BALANCE else _posting_table(filters, names)
    )
    content = (
        as_xlsx(str(_("Books")), columns, rows, formats)
        if kind == "xlsx"
        else as_csv(columns, rows)
    )
    books.record_export(what, kind, filters)
    name = f"{what}-{centre.code}-{filters.first:%Y%m%d}-{filters.last:%Y%m%d}.{kind}"
    return Response(
        content,
        mimetype=XLSX_TYPE if kind == "xlsx" else CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


Table = tuple[Sequence[str], Iterable[Sequence[Cell]], Sequence[str]]


def _balance_table(filters: Filters, names: dict[str, str]) -> Table:
    columns = [
        _("Account"), _("Name of the account"), _("Before"), _("Debit"), _("Credit"), _("After"),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        (
            line.account, names.get(line.account, line.account), line.before_kip,
            line.debit_kip, line.credit_kip, line.after_kip,
        )
        for line in books.balances(filters.first, filters.last)
    ]  # fmt: skip
    return columns, rows, ["", "", *["#,##0"] * 4]


def _posting_table(filters: Filters, names: dict[str, str]) -> Table:
    columns = [
        _("Day"), _("Time"), _("Kind"), _("Debit"), _("Credit"), _("Amount in kip"),
        _("Remark"), _("Corrects the day"), _("Posting"),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        (
            posting.day.isoformat(),
            f"{clock.local(posting.posted_at):%H:%M:%S}",
            str(words.KINDS[posting.kind]),
            entry.debit_account,
            entry.credit_account,
            entry.amount_kip,
            posting.memo,
            posting.corrects_day.isoformat() if posting.corrects_day else None,
            str(posting.id),
        )
        for posting, entry in books.all_postings(filters)
    ]
    return columns, rows, ["", "", "", "", "", "#,##0", "", "", ""]


def _filters(centre: Centre, asked: MultiDict[str, str]) -> Filters:
    today = clock.business_day(clock.now(), centre.day_starts_minute)
    last = _day(asked.get("to", "")) or today
    first = _day(asked.get("from", "")) or last.replace(day=1)
    kind = asked.get("kind", "")
    return Filters(
        min(first, last),
        max(first, last),
        asked.get("account", "")[:24],
        kind if kind in KINDS else "",
        asked.get("text", "").strip()[:80],
    )


def _asked(filters: Filters) -> dict[str, str]:
    return {
        "from": filters.first.isoformat(),
        "to": filters.last.isoformat(),
        "account": filters.account,
        "kind": filters.kind,
        "text": filters.text,
    }


def _page_asked() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 1_000_000)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # A day before the first must be a date too.
    return day if date.min + timedelta(days=1) <= day else None
