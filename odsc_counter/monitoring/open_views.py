"""The doors of the open data: a page, and each table as CSV, JSON, SDMX-JSON and for DHIS2."""

import json
import re
from datetime import date
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from odsc_counter.accounts.access import public_door
from odsc_counter.config import Settings
from odsc_counter.monitoring import open_formats
from odsc_counter.monitoring.blueprint import blueprint
from odsc_counter.monitoring.disclosure import rate
from odsc_counter.monitoring.open_content import (
    LATE,
    NOT_COLLECTED,
    ON_TIME,
    PLACES,
    TABLES,
    WITHHELD,
)
from odsc_counter.monitoring.open_queries import Publication, publications, published_months
from odsc_counter.monitoring.open_words import WORDS
from odsc_counter.monitoring.wording import percent
from odsc_counter.platform import spreadsheet
from odsc_counter.platform.errors import InvalidInput, NotFound

PUBLISHED = "counts of whole months that were published, small ones withheld; no person, no centre"
KEPT_SECONDS = 3600
"""How long anybody may keep an answer before asking whether it still holds."""
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
LICENCE = "Free to use with the source named"


@blueprint.get("/open")
@public_door(PUBLISHED)
def open_data() -> ResponseReturnValue:
    """What there is, how it is counted, what is withheld, and the newest month."""
    settings: Settings = current_app.config["SETTINGS"]
    months = published_months()
    newest = publications(months[-1])[0] if months else None
    rows = newest.content[PLACES] if newest else []
    return render_template(
        "monitoring/open.html",
        months=months,
        newest=newest,
        rows=rows,
        rates={row["code"]: rate(row["values"][ON_TIME], row["values"][LATE]) for row in rows},
        tables=TABLES,
        words=WORDS,
        percent=percent,
        small_most=(newest.content["small_below"] if newest else settings.small_below) - 1,
        status_words={
            WITHHELD: _("withheld"),
            NOT_COLLECTED: _("no figures"),
        },
    )


@blueprint.get("/open/<table>.csv")
@public_door(PUBLISHED)
def open_csv(table: str) -> ResponseReturnValue:
    """A table as CSV: one line a count, its columns the same in every language."""
    names = open_formats.columns(_known(table))
    rows = open_formats.rows(table, (one.content for one in _asked()))
    body = spreadsheet.as_csv(names, ([row[name] for name in names] for row in rows))
    response = Response(body, mimetype=spreadsheet.CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="odsc-{table}.csv"'
    return _kept(response)


@blueprint.get("/open/<table>.json")
@public_door(PUBLISHED)
def open_json(table: str) -> ResponseReturnValue:
    """A table as JSON: what was published of each month, as it was published."""
    _known(table)
    months = [
        {
            "month": one.content["month"],
            "published_at": one.published_at.isoformat(),
            "small_below": one.content["small_below"],
            "rows": one.content[table],
        }
        for one in _asked()
    ]
    return _as_json({"table": table, "licence": LICENCE, "months": months})


@blueprint.get("/open/sdmx/<table>")
@public_door(PUBLISHED)
def open_sdmx(table: str) -> ResponseReturnValue:
    """A table as a data message of SDMX-JSON 2.0."""
    _known(table)
    told = _asked()
    if not told:
        raise NotFound
    names: dict[str, dict[str, str]] = {name: {} for name in WORDS}
    for language in ("en", "lo"):
        with force_locale(language):
            for name, measure in WORDS.items():
                names[name][language] = str(measure.label)
    links = [
        {"rel": "self", "href": url_for(".open_sdmx", table=table, _external=True)},
        {"rel": "describedby", "href": url_for(".open_data", _external=True)},
    ]
    prepared = max(one.published_at for one in told)
    message = open_formats.sdmx(table, [one.content for one in told], names, prepared, links)
    return _as_json(message, open_formats.SDMX_TYPE)


@blueprint.get("/open/dhis2/<table>")
@public_door(PUBLISHED)
def open_dhis2(table: str) -> ResponseReturnValue:
    """A table as a data value set that DHIS2 imports, all keys being codes."""
    _known(table)
    return _as_json(open_formats.dhis2(table, [one.content for one in _asked()]))


def _known(table: str) -> str:
    if table not in TABLES:
        raise NotFound
    return table


def _asked() -> list[Publication]:
    """The months from `from` to `to`, both as 2026-01 and both as one likes."""
    return publications(_month("from"), _month("to"))


def _month(name: str) -> date | None:
    text = request.args.get(name, "")
    if not text:
        return None
    found = MONTH.fullmatch(text)
    if found is None or found[1] == "0000":
        raise InvalidInput({name: _("A month is written as 2026-01.")})
    return date(int(found[1]), int(found[2]), 1)


def _as_json(values: dict[str, Any], mimetype: str = "application/json") -> Response:
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return _kept(Response(body, content_type=mimetype))


def _kept(response: Response) -> Response:
    """Let anybody keep the answer for a while, then ask with its ETag; other sites' pages too."""
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    response.make_conditional(request)
    return response
