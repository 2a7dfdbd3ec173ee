"""The steps of a file through the offices: planned at intake, stage after stage.

Each function here is part of a larger action and expects the application to be locked. What is
set on a row is set right before its verb: a query between the two would write the row twice,
and its version would run ahead of its events.
"""

from datetime import date
from typing import Any

from sqlalchemy import select

from odsc_counter.applications.holdings import Moment, lies_with_office, office_lets_go
from odsc_counter.applications.lifecycle import (
    AT_WORK,
    PASSED,
    PENDING,
    STEP_LIFECYCLE,
    WAITING,
)
from odsc_counter.applications.models import Application, ApplicationStep
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.catalogue.routing import steps_for
from odsc_counter.places import queries as places
from odsc_counter.platform.work import Work

THE_DECISION = {"code": "decide", "name_en": "Decision", "name_lo": "ການຕັດສິນ"}
"""The only step of a service whose ministry has not said how it works."""


def plan_steps(work: Work, application: Application, day: date) -> None:
    """Plan who works on the file, in which order, as its version and its answers say."""
    planned = planned_steps(application.version_taken, application.answers)
    for position, values in enumerate(planned, start=1):
        step = ApplicationStep(application_id=application.id, position=position, **values)
        step.ministry_id = catalogue.holder_on(step.ministry_id, day)
        work.begin(step, STEP_LIFECYCLE, "plan", day=day, application=str(application.id))


def planned_steps(version: ServiceVersion, answers: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of the steps that these answers lead through: one where none are known."""
    names = (
        "code",
        "stage",
        "name_en",
        "name_lo",
        "ministry_id",
        "level",
        "working_days",
        "decides",
    )
    planned = [
        {name: getattr(step, name) for name in names} for step in steps_for(version, answers)
    ]
    return planned or [
        {
            "stage": 1,
            "ministry_id": version.ministry_id,
            "level": "district",
            "working_days": version.processing_days,
            "decides": True,
            **THE_DECISION,
        }
    ]


def steps_of(work: Work, application: Application) -> list[ApplicationStep]:
    """The steps of a file in their order, as they are now."""
    return list(
        work.session.scalars(
            select(ApplicationStep)
            .where(ApplicationStep.application_id == application.id)
            .order_by(ApplicationStep.stage, ApplicationStep.position)
            .execution_options(populate_existing=True)
        )
    )


def begin_stage(work: Work, application: Application, moment: Moment) -> bool:
    """Begin the first stage that isn't finished; False when all stages are."""
    steps = [step for step in steps_of(work, application) if step.state != PASSED]
    if not steps:
        return False
    for step in steps:
        if step.stage == steps[0].stage and step.state == PENDING:
            _to_desk(work, application, step, "begin", moment)
    return True


def steps_wait_for_citizen(work: Work, application: Application) -> bool:
    """Whether an office sent the file back to the citizen."""
    return any(step.state == WAITING for step in steps_of(work, application))


def resume_steps(work: Work, application: Application, moment: Moment) -> None:
    """The offices that waited for the citizen go on."""
    for step in steps_of(work, application):
        if step.state == WAITING:
            _to_desk(work, application, step, "resume", moment)


def leave_desks(
    work: Work,
    application: Application,
    verb: str,
    moment: Moment,
    *,
    by: ApplicationStep | None = None,
    words: str = "",
) -> None:
    """All offices that have the file now stop: they wait, put it off, or drop it.

    `by` is the step whose office brought it about, with its `words`.
    """
    for step in steps_of(work, application):
        if not STEP_LIFECYCLE.allows(verb, step.state):
            continue
        if step.state == AT_WORK:
            office_lets_go(work, application, step, moment)
        if step is by:
            step.remark = words
        step.due_on = None
        move(work, step, verb, moment)


def reopen(
    work: Work, application: Application, step: ApplicationStep, moment: Moment, words: str
) -> None:
    """An office that had passed the file has it again."""
    _to_desk(work, application, step, "reopen", moment, words=words)


def move(work: Work, step: ApplicationStep, verb: str, moment: Moment, **data: Any) -> None:
    """Move one step along its table and record it. Raises AlreadyChanged."""
    work.change(step, STEP_LIFECYCLE, verb, day=moment.day, at=moment.at, code=step.code, **data)


def _to_desk(
    work: Work,
    application: Application,
    step: ApplicationStep,
    verb: str,
    moment: Moment,
    **data: Any,
) -> None:
    step.due_on = places.due_date(moment.day, step.working_days)
    move(work, step, verb, moment, **data)
    lies_with_office(work, application, step, moment)
