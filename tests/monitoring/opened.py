"""A country of rollups for the open data, and everything that its public doors tell."""

import csv
import io
from collections.abc import Hashable
from datetime import UTC, date, datetime
from typing import Any

from flask.testing import FlaskClient

from odsc_counter.catalogue.models import Service
from odsc_counter.monitoring.figures import MONTH_FIGURES, SERVICE_FIGURES
from odsc_counter.monitoring.models import CentreMonth, CentreMonthService
from odsc_counter.places.models import Centre
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import unit_of_work
from tests.monitoring.attacking import Published

MONTH = date(2026, 9, 1)
AFTER = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
OF_SERVICE = ("asked", "applications", "decided")


def counted(
    centre: Centre,
    services: dict[Service, tuple[int, int, int]],
    *,
    visits: int = 0,
    receipts: int = 0,
    late: int = 0,
    month: date = MONTH,
) -> None:
    """A centre's month: by service (asked, applications, decided), and what only the whole has."""
    sums = dict(zip(OF_SERVICE, map(sum, zip(*services.values(), strict=True)), strict=True))
    figures = {
        **dict.fromkeys(MONTH_FIGURES, 0),
        **sums,
        "visits": visits,
        "receipts": receipts,
        "decided_on_time": sums["decided"] - late,
    }
    with centre_scope(centre.id), unit_of_work() as work:
        work.session.add(CentreMonth(month=month, computed_at=AFTER, **figures))
        for service, counts in services.items():
            told = {
                **dict.fromkeys(SERVICE_FIGURES, 0),
                **dict(zip(OF_SERVICE, counts, strict=True)),
            }
            work.session.add(
                CentreMonthService(month=month, service_id=service.id, computed_at=AFTER, **told)
            )


def csv_rows(client: FlaskClient, table: str) -> list[dict[str, str]]:
    """The lines of a table's CSV file."""
    found = client.get(f"/open/{table}.csv")
    assert found.status_code == 200
    return list(csv.DictReader(io.StringIO(found.data.decode("utf-8-sig"))))


def everything(client: FlaskClient) -> Published:
    """All that the public doors tell, put together as an attacker would."""
    published = Published()

    def learn(key: Hashable, value: Any) -> None:
        value = None if value in (None, "") else int(value)
        before = published.values.get(key)
        assert before is None or value is None or before == value, key
        published.values[key] = before if value is None else value

    months = set()
    for table in ("places", "services"):
        rows = {(row["month"], row["code"], row["measure"]): row for row in csv_rows(client, table)}
        for key, row in rows.items():
            learn(key, row["value"])
            months.add(row["month"])
            parts = [other for other, one in rows.items() if _is_part(one, row)]
            if parts:
                published.sums.append((key, parts))
        for month in client.get(f"/open/{table}.json").get_json()["months"]:
            for line in month["rows"]:
                for measure, value in line["values"].items():
                    learn((month["month"], line["code"], measure), value)
        message = client.get(f"/open/sdmx/{table}").get_json(force=True)
        for key, value, _status in sdmx_values(message):
            learn(key, value)
        for one in client.get(f"/open/dhis2/{table}").get_json()["dataValues"]:
            learn(dhis2_key(one), one["value"])
    for month in months:
        nation = [(month, "LA", name) for name in ("decided", "decided_on_time", "decided_late")]
        published.sums.append((nation[0], nation[1:]))
    return published


def _is_part(part: dict[str, str], total: dict[str, str]) -> bool:
    """Whether a line counts a part of what another line counts: the nation's tables tell that."""
    if part["status"] in ("L", "M") or (part["month"], part["measure"]) != (
        total["month"],
        total["measure"],
    ):
        return False
    if total["level"] == "ministry":
        return part["level"] == "service" and part.get("ministry") == total["code"]
    return total["level"] == "nation" and part["level"] in ("province", "ministry")


def sdmx_values(message: dict[str, Any]) -> list[tuple[Hashable, int | None, str]]:
    """Each observation of a message: its key, its value and its status."""
    structure = message["data"]["structures"][0]
    subject, measure = (one["values"] for one in structure["dimensions"]["series"])
    (time,) = (one["values"] for one in structure["dimensions"]["observation"])
    statuses = structure["attributes"]["observation"][0]["values"]
    found = []
    for place, series in message["data"]["dataSets"][0]["series"].items():
        first, second = map(int, place.split(":"))
        code = subject[first]["id"].replace("_T", "LA")
        for when, (value, status, *_rest) in series["observations"].items():
            key = (time[int(when)]["id"], code, measure[second]["id"].lower())
            found.append((key, value, statuses[status]["id"]))
    return found


def dhis2_key(one: dict[str, str]) -> Hashable:
    """Which count a data value of DHIS2 is."""
    month = f"{one['period'][:4]}-{one['period'][4:]}"
    name = one["dataElement"].removeprefix("ODSC_")
    upper = "".join(letter for letter in name if letter.isupper() or letter == "_")
    for measure in ("DECIDED_ON_TIME", "DECIDED_LATE", "DECIDED", "ASKED", "VISITS",
                    "APPLICATIONS", "RECEIPTS"):  # fmt: skip
        if name == measure:
            return (month, one["orgUnit"], measure.lower())
        if upper.startswith(f"{measure}_"):
            return (month, name.removeprefix(f"{measure}_"), measure.lower())
    raise AssertionError(one)
