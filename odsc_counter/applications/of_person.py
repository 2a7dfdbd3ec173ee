"""A person's applications: looked up, and moved when two records of one person are merged."""

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from odsc_counter.applications.models import Application
from odsc_counter.people.merging import moves_along
from odsc_counter.platform.work import Work, reading

MOST_SHOWN = 50


def applications_of(person_id: uuid.UUID) -> list[Application]:
    """A person's applications, the newest first; at most MOST_SHOWN."""
    with reading() as session:
        return list(
            session.scalars(
                select(Application)
                .where(Application.person_id == person_id)
                .options(joinedload(Application.version_taken))
                .order_by(Application.submitted_at.desc())
                .limit(MOST_SHOWN)
            )
        )


@moves_along
def move_applications(work: Work, merged_id: uuid.UUID, kept_id: uuid.UUID) -> int:
    """Bind the applications of a merged record to the kept one; each gets an event of it.

    State and version stay: nothing is done about the file itself.
    """
    moved = work.session.scalars(
        select(Application.id)
        .where(Application.person_id == merged_id)
        .order_by(Application.id)
        .with_for_update()
    ).all()
    if moved:
        work.session.execute(
            update(Application).where(Application.person_id == merged_id).values(person_id=kept_id)
        )
    for application_id in moved:
        work.record(
            "change_record",
            subject_kind="application",
            subject_id=str(application_id),
            data={"person_before": str(merged_id), "person": str(kept_id)},
        )
    return len(moved)
