"""What the nation's office sees of the centres' registers: a matrix, and the same as a file."""

import csv
import io

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from odsc_counter.accounts.access import national_door
from odsc_counter.catalogue import register_words
from odsc_counter.catalogue.lifecycle import OFFERED
from odsc_counter.monitoring.blueprint import blueprint
from odsc_counter.monitoring.register_queries import ServiceLine, national_register
from odsc_counter.platform import clock

COLUMNS = (
    "day", "ministry", "service", "name", "local_service_of", "centre", "centre_name", "state",
    "since", "reason", "document_number",
)  # fmt: skip


def _is_asked_for(line: ServiceLine, ministry: str, missing: bool) -> bool:
    return ministry in ("", line.version.ministry.code) and not (missing and not line.missing)


@blueprint.get("/national/register")
@national_door("national.summary")
def register() -> ResponseReturnValue:
    """How many centres offer each service, and where it is suspended or withdrawn, and why."""
    found = national_register(clock.today())
    ministry, missing = request.args.get("ministry", ""), request.args.get("missing") == "1"
    return render_template(
        "monitoring/register.html",
        register=found,
        lines=[line for line in found.lines if _is_asked_for(line, ministry, missing)],
        ministries=sorted(
            {line.version.ministry.code: line.version.ministry for line in found.lines}.items()
        ),
        chosen={"ministry": ministry, "missing": missing},
        words=register_words,
    )


@blueprint.get("/national/register.csv")
@national_door("national.summary")
def register_csv() -> ResponseReturnValue:
    """The registers of all centres, one line for each service of each centre."""
    found = national_register(clock.today())
    language = "en" if str(get_locale()) == "en" else "lo"
    owners = {one.line.version.service_id: one.owner.code for one in found.local}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in found.everything:
        version = line.version
        for cell in sorted(line.cells, key=lambda cell: cell.centre.code):
            writer.writerow(
                [
                    found.day,
                    version.ministry.code,
                    version.service.code,
                    _plain(version.name(language)),
                    owners.get(version.service_id, ""),
                    cell.centre.code,
                    _plain(cell.centre.name(language)),
                    cell.state,
                    cell.since,
                    "" if cell.state == OFFERED else cell.reason,
                    _plain(cell.document_number),
                ]
            )
    return Response(
        "\ufeff" + text.getvalue(),  # spreadsheets take the mark as the sign of UTF-8
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="odsc-register-{found.day:%Y%m%d}.csv"'
        },
    )


def _plain(text: str) -> str:
    """Text that a spreadsheet doesn't take for a formula: people of a centre wrote it."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
