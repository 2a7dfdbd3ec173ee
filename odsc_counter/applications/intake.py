"""Taking an application at the counter, and the papers that come later."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from odsc_counter.applications import queries
from odsc_counter.applications.answers import check as check_answers
from odsc_counter.applications.holdings import CITIZEN, COUNTER, Moment, lies_with
from odsc_counter.applications.lifecycle import INCOMPLETE, LIFECYCLE
from odsc_counter.applications.models import Application, ApplicationPaper
from odsc_counter.applications.offered import offered_version
from odsc_counter.applications.papers import FROM_CITIZEN, needed_papers, owed
from odsc_counter.applications.pre_registration import confirm, held
from odsc_counter.applications.promise import go_on, start_clock
from odsc_counter.applications.steps import plan_steps, resume_steps, steps_wait_for_citizen
from odsc_counter.applications.tracking import unused_number
from odsc_counter.catalogue.routing import papers_for
from odsc_counter.people import operations as people
from odsc_counter.people.details import Details
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.tenancy import ScopedSession, current_actor
from odsc_counter.platform.work import unit_of_work
from odsc_counter.tickets.models import Ticket
from odsc_counter.traits import operations as traits

AT_THE_COUNTER = ("counter", "post", "phone")
"""How a file can have come that nobody began before the visit."""


def take(
    centre: Centre,
    service_id: int,
    *,
    full_name: str = "",
    phone: str = "",
    id_number: str = "",
    village: str = "",
    applicant: Details | None = None,
    person_id: uuid.UUID | None = None,
    is_another: bool = False,
    papers_present: set[int],
    answers: dict[str, Any] | None = None,
    ticket_id: uuid.UUID | None = None,
    channel: str = "counter",
    draft_code: str | None = None,
    who_came: Mapping[str, str] | None = None,
) -> Application:
    """Take a citizen's application for a service that the centre offers today.

    Who applies is told in `applicant`, or in the four fields before it where no more is known;
    which record that is: see `people.operations.for_application`.
    `papers_present` are the ids of the document types that were handed in. When one that
    the service asks for is missing the application is `incomplete` and no day is promised
    yet. `answers` are what the service's own form asks: they decide which papers are needed
    and which offices work on the file. What the person handed in before and still serves, and
    what another of their files makes, is not asked for. Number and label are the centre's own
    for the year; the tracking code is random. `channel` says how the file came (one of
    AT_THE_COUNTER); with `draft_code`, the number of a draft that was begun before the visit,
    the draft says so, and is confirmed in the same transaction. `who_came` is what the person
    said of their traits when asked (see traits.operations.note): it is counted in the same
    transaction and tied to nothing.

    Raises InvalidInput (a field or an answer is missing, wrong or too long, or an unknown
    paper, channel or trait), NotOffered, NotFound (the ticket, the person or the draft is not this
    centre's), AlreadyChanged (somebody else took or ended the draft).
    """
    applicant = applicant or Details(full_name, phone=phone, id_number=id_number, village=village)
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        session = work.session
        draft = held(session, draft_code) if draft_code is not None else None
        _refuse_unknown_channel(channel)
        version = offered_version(session, service_id, day)
        check_answers(version, answers or {}, day)
        _refuse_unknown_papers(papers_present, {paper.document_type_id for paper in version.papers})
        if ticket_id is not None:
            _refuse_unknown_ticket(session, ticket_id)
        person = people.for_application(applicant, person_id=person_id, is_another=is_another)
        file_id = new_id()
        papers = needed_papers(
            session, file_id, person.id, papers_for(version, answers or {}), papers_present, day
        )
        complete = not owed(papers)
        # The number comes last but one: its row stays locked until the commit.
        number = take_number(session, "application", str(day.year))
        application = Application(
            id=file_id,
            year=day.year,
            number=number,
            label=f"{centre.code}-{day.year % 100:02}-{number:05}",
            tracking_code=unused_number(session),
            service_id=service_id,
            service_version_id=version.id,
            ministry_id=version.ministry_id,
            person_id=person.id,
            ticket_id=ticket_id,
            submitted_at=now,
            submitted_on=day,
            channel=draft.channel if draft is not None else channel,
            answers=answers or {},
            taken_by_id=current_actor().user_id,
        )
        set_committed_value(application, "person", person)
        set_committed_value(application, "version_taken", version)
        if complete:
            start_clock(application, day)
        work.begin(
            application,
            LIFECYCLE,
            "submit" if complete else "submit_incomplete",
            day=day,
            label=application.label,
            service=version.service.code,
            due_on=_iso(application.due_on),
        )
        # Readable after the commit, as every application that a query gives.
        set_committed_value(application, "person", person)
        set_committed_value(application, "version_taken", version)
        session.add_all(papers)
        plan_steps(work, application, day)
        lies_with(work, application, COUNTER if complete else CITIZEN, Moment(now, day))
        if draft is not None:
            confirm(work, draft, application)
        if who_came is not None:
            traits.note(session, day, who_came)
    return application


def supply_papers(
    centre: Centre, application_id: uuid.UUID, papers_present: set[int]
) -> Application:
    """Note the papers that were brought later; when none is missing the clock goes on.

    `papers_present` are the ids of the document types brought now; none where an office asked
    for a correction that needs no paper. The due date counts from the day on which the last
    paper came, less what the offices had used before. Whoever came with some of the papers is
    sent away for the others once more, which is counted. Raises NotFound, AlreadyChanged (not
    incomplete), InvalidInput (none ticked, or unknown).
    """
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        application = queries.locked(work.session, application_id)
        if application.state != INCOMPLETE:
            raise AlreadyChanged
        papers = list(
            work.session.scalars(
                select(ApplicationPaper).where(ApplicationPaper.application_id == application_id)
            )
        )
        missing = {paper.document_type_id: paper for paper in papers if not paper.is_present}
        owes = bool(owed(papers))
        _refuse_unknown_papers(papers_present, {paper.document_type_id for paper in papers})
        brought = papers_present & set(missing)
        if owes and not brought:
            raise InvalidInput({"papers": _("Tick the papers that were brought.")})
        for kind in brought:
            missing[kind].is_present, missing[kind].origin = True, FROM_CITIZEN
            missing[kind].held_in_id = None
        still_owed = owed(papers)
        kinds = sorted(
            paper.document_type.code for paper in papers if paper.document_type_id in brought
        )
        if still_owed:
            for paper in still_owed:
                paper.times_asked += 1
            work.record(
                "receive_papers",
                subject_kind="application",
                subject_id=str(application.id),
                day=day,
                data={"papers": kinds},
            )
            return application
        was_at_work = steps_wait_for_citizen(work, application)
        go_on(application, day)
        work.change(
            application,
            LIFECYCLE,
            "supply_correction" if was_at_work else "supply_papers",
            day=day,
            papers=kinds,
            due_on=_iso(application.due_on),
        )
        moment = Moment(now, day)
        if was_at_work:
            resume_steps(work, application, moment)
        else:
            lies_with(work, application, COUNTER, moment)
    return application


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _refuse_unknown_papers(given: set[int], known: set[int]) -> None:
    if not given <= known:
        raise InvalidInput({"papers": _("This service does not ask for one of these papers.")})


def _refuse_unknown_channel(given: str) -> None:
    if given not in AT_THE_COUNTER:
        raise InvalidInput({"channel": _("Choose one of the list.")})


def _refuse_unknown_ticket(session: ScopedSession, ticket_id: uuid.UUID) -> None:
    if session.scalars(select(Ticket.id).where(Ticket.id == ticket_id)).one_or_none() is None:
        raise NotFound
