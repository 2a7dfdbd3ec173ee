"""Published months in the forms that other systems take in: rows, SDMX-JSON, DHIS2.

Reads publications alone, so that nothing can be told that was not published.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from odsc_counter.monitoring.open_content import (
    MEASURES,
    NO_CENTRE,
    NORMAL,
    NOT_COLLECTED,
    SERVICES,
    WITHHELD,
)

Content = Mapping[str, Any]
Names = Mapping[str, str]
"""Language and words in it."""
SDMX_TYPE = "application/vnd.sdmx.data+json;version=2.0.0"
SDMX_SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master"
    "/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json"
)
AGENCY = "ODSC"
GEOGRAPHY = ("nation", "province")
TOTAL = "_T"
"""How SDMX code lists call the total of a dimension."""
FREE, CONFIDENTIAL = "F", "C"
"""Of SDMX's CL_CONF_STATUS."""
STATUS_NAMES = {
    NORMAL: "Normal value",
    WITHHELD: "Missing value; suppressed",
    NOT_COLLECTED: "Missing value; data exist but were not collected",
    NO_CENTRE: "Missing value; data cannot exist",
}
CONF_NAMES = {FREE: "Free (free for publication)", CONFIDENTIAL: "Confidential"}
COLUMNS = {
    "places": ("month", "code", "level", "name_en", "name_lo"),
    SERVICES: ("month", "code", "level", "ministry", "name_en", "name_lo"),
}
ENDING = ("measure", "value", "status", "centres_counted", "centres")


def columns(table: str) -> tuple[str, ...]:
    """The names of a table's columns; they are the same in every language."""
    return (*COLUMNS[table], *ENDING)


def rows(table: str, contents: Iterable[Content]) -> Iterator[dict[str, Any]]:
    """One row a count, under the names of `columns`; `value` is None where it is not told."""
    for content in contents:
        for row in content[table]:
            for measure, value in row["values"].items():
                yield {
                    "month": content["month"],
                    **{name: row[name] for name in COLUMNS[table][1:]},
                    "measure": measure,
                    "value": value,
                    "status": row["status"][measure],
                    "centres_counted": row["counted"],
                    "centres": row["centres"],
                }


def dhis2(table: str, contents: Iterable[Content]) -> dict[str, Any]:
    """A data value set as `POST /api/dataValueSets` of DHIS2 takes it, all keys being codes.

    The data element is `ODSC_` and the measure; of a ministry or a service its code follows. The
    organisation unit is the unit's code. DHIS2 has no empty value: what is withheld is absent.
    """
    return {
        "dataValues": [
            {
                "dataElement": _element(row),
                "period": row["month"].replace("-", ""),
                "orgUnit": row["code"] if row["level"] in GEOGRAPHY else nation,
                "value": str(row["value"]),
            }
            for content in contents
            for nation in [content[table][0]["code"]]
            for row in rows(table, [content])
            if row["value"] is not None
        ]
    }


def _element(row: Mapping[str, Any]) -> str:
    name = f"{AGENCY}_{row['measure'].upper()}"
    return name if row["level"] in GEOGRAPHY else f"{name}_{row['code']}"


def sdmx(
    table: str,
    contents: Sequence[Content],
    measures: Mapping[str, Names],
    prepared: datetime,
    links: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """A data message of SDMX-JSON 2.0 (SDMX 3.0), one series for each place or service.

    `measures` names the measures by language; `prepared` is when the newest month was published.
    """
    told = list(rows(table, contents))
    subjects = {_subject(table, row): row for row in told}
    used = [name for name in MEASURES[table] if any(row["measure"] == name for row in told)]
    months = sorted({row["month"] for row in told})
    places = {
        "subject": {code: number for number, code in enumerate(subjects)},
        "measure": {name: number for number, name in enumerate(used)},
        "month": {month: number for number, month in enumerate(months)},
        "status": {code: number for number, code in enumerate(STATUS_NAMES)},
    }
    series: dict[str, dict[str, Any]] = {}
    for row in told:
        subject = places["subject"][_subject(table, row)]
        key = f"{subject}:{places['measure'][row['measure']]}"
        one = series.setdefault(key, {"observations": {}})
        one["observations"][str(places["month"][row["month"]])] = [
            row["value"],
            places["status"][row["status"]],
            int(row["status"] == WITHHELD),
            row["centres_counted"],
            row["centres"],
        ]
    values = [
        _coded(code, {"en": row["name_en"], "lo": row["name_lo"]}) for code, row in subjects.items()
    ]
    first = contents[0][table][0]
    nation = _coded(first["code"], {"en": first["name_en"], "lo": first["name_lo"]})
    structure = {
        "dataSets": [0],
        "links": list(links),
        "dimensions": _dimensions(
            table, nation, values, [_coded(n.upper(), measures[n]) for n in used], months
        ),
        "measures": {"observation": [{"id": "OBS_VALUE", "name": "Observation value"}]},
        "attributes": {"observation": _attributes()},
    }
    return {
        "meta": {
            "schema": SDMX_SCHEMA,
            "id": f"{AGENCY}-{table}-{prepared:%Y%m%dT%H%M%SZ}",
            "prepared": f"{prepared:%Y-%m-%dT%H:%M:%SZ}",
            "contentLanguages": ["en", "lo"],
            "sender": {"id": AGENCY, "name": "One-Door-Service Centres"},
        },
        "data": {
            "structures": [structure],
            "dataSets": [
                {"structure": 0, "action": "Information", "links": list(links), "series": series}
            ],
        },
    }


def _subject(table: str, row: Mapping[str, Any]) -> str:
    total = table == SERVICES and row["level"] == "nation"
    return TOTAL if total else str(row["code"])


def _coded(code: str, names: Names) -> dict[str, Any]:
    return {"id": code, "name": names["en"], "names": dict(names)}


def _dimensions(
    table: str,
    nation: dict[str, Any],
    subjects: list[dict[str, Any]],
    measures: list[dict[str, Any]],
    months: list[str],
) -> dict[str, Any]:
    fixed = [_dimension("FREQ", "Frequency", 0, [{"id": "M", "name": "Monthly"}])]
    if table == SERVICES:
        fixed.append(_dimension("REF_AREA", "Reference area", 3, [nation]))
        subject = _dimension("SERVICE", "Service", 1, subjects)
    else:
        subject = _dimension("REF_AREA", "Reference area", 1, subjects)
    time = [{"id": month, "name": month} for month in months]
    position = len(fixed) + 2
    return {
        "dataSet": fixed,
        "series": [subject, _dimension("MEASURE", "Measure", 2, measures)],
        "observation": [
            {**_dimension("TIME_PERIOD", "Time period", position, time), "roles": ["TIME_PERIOD"]}
        ],
    }


def _dimension(code: str, name: str, position: int, values: list[Any]) -> dict[str, Any]:
    return {"id": code, "name": name, "keyPosition": position, "values": values}


def _attributes() -> list[dict[str, Any]]:
    whole: dict[str, Any] = {"relationship": {"observation": {}}}
    return [
        {
            "id": "OBS_STATUS",
            "name": "Observation status",
            **whole,
            "values": [{"id": code, "name": name} for code, name in STATUS_NAMES.items()],
        },
        {
            "id": "CONF_STATUS",
            "name": "Confidentiality status",
            **whole,
            "values": [{"id": code, "name": name} for code, name in CONF_NAMES.items()],
        },
        {"id": "CENTRES_COUNTED", "name": "Centres whose figures are counted", **whole},
        {"id": "CENTRES", "name": "Centres that worked", **whole},
    ]
