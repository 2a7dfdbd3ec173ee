"""Meeting packs: how long it takes to freeze the figures of an area, and to draw them.

    python -m benchmarks.meeting_pack [--centres 166]

The rollups are those of `benchmarks.workload`, a year of a country. A province with ten centres
and the nation are held against a district with one centre, and freezing against the query of the
workload's page of the same unit, in the same run. Needs the development extras.
"""

import argparse
import logging
import statistics
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from benchmarks.workload import DISTRICT, NATION, PROVINCE, database_of, filled
from odsc_counter.committees.figures import freeze
from odsc_counter.committees.pack import pack_pdf
from odsc_counter.coordination.queries import workload
from odsc_counter.platform import tripwire
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.tenancy import area_scope
from tests.committees.boards import a_committee, a_meeting
from tests.monitoring.records import a_letterhead
from tests.world import a_unit

ROUNDS = 7


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--centres", type=int, default=166)
    centres = parser.parse_args().centres
    logging.disable(logging.INFO)
    for kind in ("sqlite", "postgresql"):
        print(
            f"\n{kind}, {centres} centres: median ms; x the page's query; x the district",
            flush=True,
        )
        with database_of(kind) as url:
            database = Database(url)
            tripwire.install(database)
            use_database(database)
            a_letterhead()
            filled(centres)
            first: tuple[float, float] | None = None
            for code in (DISTRICT, PROVINCE, NATION):
                looked, froze, drew, pages, size = _measured(code)
                first = first or (froze, drew)
                print(
                    f"{code:8} freeze {froze:7.1f}  x{froze / looked:4.1f}"
                    f"  x{froze / first[0]:5.1f}"
                    f"   draw {drew:7.1f}  x{drew / first[1]:5.1f}"
                    f"   {drew / pages:5.1f} a page, {pages} pages, {size} KB",
                    flush=True,
                )
            database.dispose()


def _measured(code: str) -> tuple[float, float, float, int, int]:
    """The workload's query, freezing and drawing in ms; pages and kilobytes of the pack."""
    unit = a_unit(code)
    a_committee(unit)
    meeting = a_meeting(unit)
    with area_scope(unit.id):
        looked, _found = _timed(lambda: workload(unit, "lo"))
        froze, frozen = _timed(lambda: freeze(unit, meeting.id))
    drew, drawn = _timed(lambda: pack_pdf(frozen))
    return looked, froze, drew, len(PdfReader(BytesIO(drawn)).pages), len(drawn) // 1000


def _timed(deed: Callable[[], Any]) -> tuple[float, Any]:
    """The median of some rounds in ms, the first left out, and what came of the last."""
    took = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        result = deed()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[1:]), result


if __name__ == "__main__":
    main()
