"""What many people owe, written in bulk: for loads and benchmarks."""

import uuid
from typing import Any, cast

from sqlalchemy import Table, insert, select

from odsc_counter.applications.models import Application
from odsc_counter.applications.tracking import new_code
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.work import unit_of_work
from odsc_counter.receipts.models import Assessment, AssessmentLine
from tests.receipts.office import Office


def many_owed(office: Office, count: int) -> list[uuid.UUID]:
    """Assessments of so many applications like one.

    Of the applications there is the row alone: no papers, no events, nobody who has them.
    """
    first = office.application()
    assessed = office.assessed(first)
    with office.inside(), unit_of_work() as work:
        line = work.session.scalars(
            select(AssessmentLine).where(AssessmentLine.assessment_id == assessed.id)
        ).one()
        like = {
            kind: {column.name: getattr(row, column.name) for column in kind.__table__.columns}
            for kind, row in (
                (Application, work.session.get_one(Application, (office.centre.id, first.id))),
                (Assessment, work.session.get_one(Assessment, (office.centre.id, assessed.id))),
                (AssessmentLine, line),
            )
        }
        rows: dict[Any, list[dict[str, Any]]] = {kind: [] for kind in like}
        for number in range(1, count + 1):
            file, fee = new_id(), new_id()
            rows[Application].append({
                **like[Application], "id": file, "number": number + 1_000,
                "label": f"{first.label}-{number}", "tracking_code": new_code(),
            })  # fmt: skip
            rows[Assessment].append({**like[Assessment], "id": fee, "application_id": file})
            rows[AssessmentLine].append({**like[AssessmentLine], "assessment_id": fee})
        for kind, values in rows.items():
            work.session.execute(insert(cast(Table, kind.__table__)), values)
    return [row["id"] for row in rows[Assessment]]
