"""What offices do with a file: take it up, pass it, send it back, grant or refuse it."""

import uuid

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from odsc_counter.applications import queries
from odsc_counter.applications.holdings import (
    CITIZEN,
    COUNTER,
    Moment,
    lies_with,
    office_lets_go,
)
from odsc_counter.applications.lifecycle import (
    AT_WORK,
    LIFECYCLE,
    PASSED,
    SUBMITTED,
    UNDER_REVIEW,
)
from odsc_counter.applications.models import Application, ApplicationPaper, ApplicationStep
from odsc_counter.applications.offices import offices_of
from odsc_counter.applications.promise import stop_clock
from odsc_counter.applications.reasons import optional_words, reason_words
from odsc_counter.applications.steps import begin_stage, leave_desks, move, reopen, steps_of
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import (
    AlreadyChanged,
    DomainError,
    Forbidden,
    InvalidInput,
    NotFound,
)
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work


class OtherMinistry(Forbidden):
    """An officer works on the steps of their own office alone."""

    slug = "other-ministry"
    message = _l("Only an officer of the responsible ministry can decide on this application.")


class AnotherOfficersFile(DomainError):
    """A colleague has the file; it must be taken over first."""

    slug = "another-officers-file"
    status = 409
    message = _l("A colleague is working on this file. Take it over first.")


class NotTheDecision(DomainError):
    """The step gives an opinion; only the deciding office refuses."""

    slug = "not-the-decision"
    status = 409
    message = _l(
        "Only the office that decides can reject. Write your opinion and pass the file on."
    )


def take_up(centre: Centre, application_id: uuid.UUID) -> Application:
    """An office confirms that it has the file: the first stage begins.

    Raises NotFound, OtherMinistry, AlreadyChanged.
    """
    moment = Moment.now(centre)
    with unit_of_work() as work:
        application = queries.locked(work.session, application_id)
        first = steps_of(work, application)
        mine = offices_of(current_actor().user_id)
        if not any(mine.cover(step) for step in first if step.stage == first[0].stage):
            raise OtherMinistry
        _take_up(work, application, moment)
    return application


def assign(centre: Centre, step_id: uuid.UUID, user_id: int) -> ApplicationStep:
    """Give an office's step to one of its officers: the first time, again, or as a stand-in.

    Raises NotFound (no such step, or nobody of that office), AlreadyChanged.
    """
    moment = Moment.now(centre)
    with unit_of_work() as work:
        application, step = _locked_step(work, step_id)
        _refuse_stranger(step)
        if not offices_of(user_id).cover(step):
            raise NotFound
        if application.state == SUBMITTED:
            _take_up(work, application, moment)
        before, step.assigned_to_id = step.assigned_to_id, user_id
        move(work, step, "assign", moment, before=before, to=user_id)
    return step


def pass_step(centre: Centre, step_id: uuid.UUID, words: str = "") -> Application:
    """The office has done its part. When the last one that decides passes, it is approved.

    `words` is the office's opinion, for colleagues. Raises NotFound, OtherMinistry,
    AnotherOfficersFile, AlreadyChanged (another was first), InvalidInput (too long).
    """
    moment = Moment.now(centre)
    words = optional_words(words)
    with unit_of_work() as work:
        application, step = _own_step(work, step_id, moment)
        step.remark, step.due_on = words, None
        move(work, step, "pass", moment, words=words)
        office_lets_go(work, application, step, moment)
        if begin_stage(work, application, moment):
            work.change(application, LIFECYCLE, "go_on", day=moment.day, step=step.code)
        else:
            _decided(application, moment, "")
            work.change(application, LIFECYCLE, "approve", day=moment.day, step=step.code)
            lies_with(work, application, COUNTER, moment)
    return application


def reject(centre: Centre, step_id: uuid.UUID, reason: str) -> Application:
    """Refuse what was applied for, with a reason that the citizen is told.

    Raises NotFound, OtherMinistry, AnotherOfficersFile, NotTheDecision, AlreadyChanged,
    InvalidInput (reason under 5 or over 300 characters).
    """
    reason = reason_words(reason)
    moment = Moment.now(centre)
    with unit_of_work() as work:
        application, step = _own_step(work, step_id, moment)
        if not step.decides:
            raise NotTheDecision
        step.remark, step.due_on = reason, None
        move(work, step, "refuse", moment, words=reason)
        office_lets_go(work, application, step, moment)
        leave_desks(work, application, "drop", moment)
        _decided(application, moment, reason)
        work.change(application, LIFECYCLE, "reject", day=moment.day, reason=reason)
        lies_with(work, application, COUNTER, moment)
    return application


def send_back(
    centre: Centre, step_id: uuid.UUID, reason: str, papers: frozenset[int] = frozenset()
) -> Application:
    """Ask the citizen for papers (ids of document types) or a correction; the clock stops.

    Raises NotFound, OtherMinistry, AnotherOfficersFile, AlreadyChanged, InvalidInput.
    """
    reason = reason_words(reason)
    moment = Moment.now(centre)
    with unit_of_work() as work:
        application, step = _own_step(work, step_id, moment)
        asked = _asked_papers(work, application, papers)
        leave_desks(work, application, "wait", moment, by=step, words=reason)
        stop_clock(application, moment.day)
        work.change(
            application,
            LIFECYCLE,
            "send_back",
            day=moment.day,
            step=step.code,
            reason=reason,
            papers=asked,
        )
        lies_with(work, application, CITIZEN, moment)
    return application


def return_to_office(
    centre: Centre, step_id: uuid.UUID, to_step_id: uuid.UUID, reason: str
) -> Application:
    """Give the file back to an office that passed it in an earlier stage.

    Raises NotFound, OtherMinistry, AnotherOfficersFile, AlreadyChanged, InvalidInput.
    """
    reason = reason_words(reason)
    moment = Moment.now(centre)
    with unit_of_work() as work:
        # An office that isn't of this file is told first, whoever asks.
        listed = steps_of(work, _locked_step(work, step_id)[0])
        if to_step_id not in {other.id for other in listed}:
            raise InvalidInput({"to": _("Choose an office that has passed the file already.")})
        application, step = _own_step(work, step_id, moment)
        earlier = next(
            (
                other
                for other in steps_of(work, application)
                if other.id == to_step_id and other.stage < step.stage and other.state == PASSED
            ),
            None,
        )
        if earlier is None:
            raise InvalidInput({"to": _("Choose an office that has passed the file already.")})
        leave_desks(work, application, "put_off", moment, by=step, words=reason)
        reopen(work, application, earlier, moment, reason)
        work.change(
            application,
            LIFECYCLE,
            "return_to_office",
            day=moment.day,
            step=step.code,
            to=earlier.code,
            reason=reason,
        )
    return application


def _take_up(work: Work, application: Application, moment: Moment) -> None:
    work.change(application, LIFECYCLE, "take_up", day=moment.day)
    begin_stage(work, application, moment)


def _locked_step(work: Work, step_id: uuid.UUID) -> tuple[Application, ApplicationStep]:
    """The file, locked, and its step as it is now. Raises NotFound."""
    application_id = work.session.scalar(
        select(ApplicationStep.application_id).where(ApplicationStep.id == step_id)
    )
    if application_id is None:
        raise NotFound
    application = queries.locked(work.session, application_id)
    steps = steps_of(work, application)
    return application, next(step for step in steps if step.id == step_id)


def _refuse_stranger(step: ApplicationStep) -> None:
    if not offices_of(current_actor().user_id).cover(step):
        raise OtherMinistry


def _own_step(
    work: Work, step_id: uuid.UUID, moment: Moment
) -> tuple[Application, ApplicationStep]:
    """A step that the acting officer may work on now; takes the file up where nobody has."""
    application, step = _locked_step(work, step_id)
    _refuse_stranger(step)
    if application.state == SUBMITTED:
        _take_up(work, application, moment)
    if application.state != UNDER_REVIEW or step.state != AT_WORK:
        raise AlreadyChanged
    if step.assigned_to_id not in (None, current_actor().user_id):
        raise AnotherOfficersFile
    return application, step


def _asked_papers(work: Work, application: Application, papers: frozenset[int]) -> list[str]:
    """Mark papers as owed again; their codes. Raises InvalidInput for one not asked for."""
    listed = {
        paper.document_type_id: paper
        for paper in work.session.scalars(
            select(ApplicationPaper).where(ApplicationPaper.application_id == application.id)
        )
    }
    if not papers <= set(listed):
        raise InvalidInput({"papers": _("This service does not ask for one of these papers.")})
    for kind in papers:
        listed[kind].is_present = False
        listed[kind].times_asked += 1
    return sorted(listed[kind].document_type.code for kind in papers)


def _decided(application: Application, moment: Moment, reason: str) -> None:
    application.decided_at, application.decided_on = moment.at, moment.day
    application.decision_reason = reason
