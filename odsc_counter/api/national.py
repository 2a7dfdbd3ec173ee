"""The nation's summary, and who the token belongs to."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from odsc_counter.accounts.access import national_door, signed_in, signed_in_door
from odsc_counter.api import schemas
from odsc_counter.api.applications import name
from odsc_counter.api.endpoints import answer, endpoint
from odsc_counter.monitoring import queries
from odsc_counter.monitoring.figures import DAY_FIGURES
from odsc_counter.monitoring.measures import Measures
from odsc_counter.monitoring.queries import ProvinceSummary
from odsc_counter.places import queries as places
from odsc_counter.platform.errors import InvalidInput


@endpoint(
    "GET",
    "/national/summary",
    national_door("national.summary"),
    summary="The nation in a period",
    tag="national",
    query=schemas.PERIOD,
    answers={200: "NationalSummary"},
)
def national_summary(query: dict[str, str]) -> object:
    """Totals from the first to the last day, both included, and each of the provinces, with
    how many of its centres have reported. Counts and sums only: no person, no ticket."""
    first, last = date.fromisoformat(query["from"]), date.fromisoformat(query["to"])
    if last < first:
        raise InvalidInput({"to": _("The last day lies before the first.")})
    summary = queries.national_summary(first, last)
    return answer(
        {
            "from": first.isoformat(),
            "to": last.isoformat(),
            "as_of": summary.as_of,
            "centres": summary.centres,
            "reporting": summary.reporting,
            "files_open": summary.files_open,
            "files_overdue": summary.files_overdue,
            "total": _figures(summary.total),
            "provinces": [_province(province) for province in summary.provinces],
        }
    )


def _province(province: ProvinceSummary) -> dict[str, Any]:
    return {
        "code": province.unit.code,
        "name": name(province.unit),
        "centres": province.centres,
        "reporting": province.reporting,
        "completeness": province.standing,
        "files_open": province.files_open,
        "files_overdue": province.files_overdue,
        "figures": _figures(province.figures),
    }


def _figures(measures: Measures) -> dict[str, int]:
    return {name: getattr(measures, name) for name in DAY_FIGURES}


@endpoint(
    "GET",
    "/me",
    signed_in_door(),
    summary="Whose token this is",
    tag="about",
    answers={200: "Me"},
)
def me() -> object:
    """The person in whose name the token acts, and the roles that they hold now."""
    person = signed_in()
    codes = places.centre_codes(
        [grant.centre_id for grant in person.grants if grant.centre_id is not None]
    )
    return answer(
        {
            "username": person.user.username,
            "name": name(person.user),
            "language": person.user.language,
            "roles": [
                {
                    "role": grant.role,
                    "centre": codes[grant.centre_id] if grant.centre_id is not None else None,
                    "unit": grant.unit_code,
                }
                for grant in person.grants
            ],
        }
    )
