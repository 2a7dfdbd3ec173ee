"""Taking an application at the counter, and the papers that come later."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from odsc_counter.applications import queries
from odsc_counter.applications.holdings import CITIZEN, COUNTER, Moment, lies_with
from odsc_counter.applications.lifecycle import INCOMPLETE, LIFECYCLE
from odsc_counter.applications.models import Application, ApplicationPaper, Person
from odsc_counter.applications.promise import go_on, start_clock
from odsc_counter.applications.steps import plan_steps, resume_steps, steps_wait_for_citizen
from odsc_counter.applications.tracking import new_code
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import OfferedService, ServiceVersion
from odsc_counter.catalogue.register_queries import Suspended, suspension
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.lao import european_digits, lao_normalize, search_key
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.tenancy import ScopedSession, current_actor
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tickets.models import Ticket


class NotOffered(DomainError):
    """The centre does not offer the service on that day."""

    slug = "service-not-offered"
    status = 409
    message = _l("This centre does not offer this service today.")


@dataclass(frozen=True)
class _Applicant:
    full_name: str
    phone: str
    id_number: str
    village: str


def take(
    centre: Centre,
    service_id: int,
    *,
    full_name: str,
    phone: str = "",
    id_number: str = "",
    village: str = "",
    papers_present: set[int],
    answers: dict[str, Any] | None = None,
    ticket_id: uuid.UUID | None = None,
) -> Application:
    """Take a citizen's application for a service that the centre offers today.

    `papers_present` are the ids of the document types that were handed in. When one that
    the service asks for is missing the application is `incomplete` and no day is promised
    yet. `answers` are what the service's own form asks. Number and label are the centre's own
    for the year; the tracking code is random.

    Raises InvalidInput (a field is missing, too long, or an unknown paper), NotOffered,
    NotFound (the ticket is not this centre's).
    """
    applicant = _checked(full_name, phone, id_number, village)
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        session = work.session
        version = _offered_version(session, service_id, day)
        needed = {paper.document_type_id: paper.position for paper in version.papers}
        _refuse_unknown_papers(papers_present, set(needed))
        if ticket_id is not None:
            _refuse_unknown_ticket(session, ticket_id)
        complete = papers_present >= set(needed)
        person = _person(work, applicant)
        # The number comes last but one: its row stays locked until the commit.
        number = take_number(session, "application", str(day.year))
        application = Application(
            year=day.year,
            number=number,
            label=f"{centre.code}-{day.year % 100:02}-{number:05}",
            tracking_code=new_code(),
            service_id=service_id,
            service_version_id=version.id,
            ministry_id=version.ministry_id,
            person_id=person.id,
            ticket_id=ticket_id,
            submitted_at=now,
            submitted_on=day,
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
        session.add_all(
            ApplicationPaper(
                application_id=application.id,
                document_type_id=kind,
                position=position,
                is_present=kind in papers_present,
                times_asked=0 if kind in papers_present else 1,
            )
            for kind, position in needed.items()
        )
        plan_steps(work, application, day)
        lies_with(work, application, COUNTER if complete else CITIZEN, Moment(now, day))
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
        _refuse_unknown_papers(papers_present, {paper.document_type_id for paper in papers})
        brought = papers_present & set(missing)
        if missing and not brought:
            raise InvalidInput({"papers": _("Tick the papers that were brought.")})
        for kind in brought:
            missing.pop(kind).is_present = True
        kinds = sorted(
            paper.document_type.code for paper in papers if paper.document_type_id in brought
        )
        if missing:
            for paper in missing.values():
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


def _checked(full_name: str, phone: str, id_number: str, village: str) -> _Applicant:
    applicant = _Applicant(
        full_name=lao_normalize(full_name).replace("\n", " "),
        phone=european_digits(lao_normalize(phone)),
        id_number=european_digits(lao_normalize(id_number)),
        village=lao_normalize(village).replace("\n", " "),
    )
    wrong = {}
    if not applicant.full_name:
        wrong["full_name"] = _("Write the name.")
    for field, longest in (("full_name", 160), ("phone", 20), ("id_number", 40), ("village", 120)):
        if len(getattr(applicant, field)) > longest:
            wrong[field] = _("Use at most %(number)s characters.", number=longest)
    if wrong:
        raise InvalidInput(wrong)
    return applicant


def _offered_version(session: ScopedSession, service_id: int, day: date) -> ServiceVersion:
    offered = session.scalars(
        select(OfferedService).where(
            OfferedService.service_id == service_id,
            OfferedService.offered_from <= day,
            (OfferedService.offered_until.is_(None)) | (OfferedService.offered_until > day),
        )
    ).one_or_none()
    if offered is None:
        suspended = suspension(service_id, day)
        raise NotOffered if suspended is None else Suspended(suspended)
    return catalogue.service_on(service_id, day)


def _refuse_unknown_papers(given: set[int], known: set[int]) -> None:
    if not given <= known:
        raise InvalidInput({"papers": _("This service does not ask for one of these papers.")})


def _refuse_unknown_ticket(session: ScopedSession, ticket_id: uuid.UUID) -> None:
    if session.scalars(select(Ticket.id).where(Ticket.id == ticket_id)).one_or_none() is None:
        raise NotFound


def _person(work: Work, applicant: _Applicant) -> Person:
    """The person whom the centre already knows by number and name, else a new one."""
    key = search_key(applicant.full_name)
    known = None
    if applicant.id_number:
        known = work.session.scalars(
            select(Person)
            .where(Person.id_number == applicant.id_number, Person.name_key == key)
            .order_by(Person.id)
            .limit(1)
        ).one_or_none()
    if known is None:
        known = Person(
            full_name=applicant.full_name,
            name_key=key,
            phone=applicant.phone,
            id_number=applicant.id_number,
            village=applicant.village,
            created_at=clock.now(),
        )
        work.session.add(known)
        work.session.flush()
        return known
    changed = []
    for field in ("phone", "village"):
        value = getattr(applicant, field)
        if value and value != getattr(known, field):
            setattr(known, field, value)
            changed.append(field)
    if changed:
        # Which fields, never their content: the log outlives what people want kept of them.
        work.record(
            "update_contact",
            subject_kind="person",
            subject_id=str(known.id),
            data={"fields": changed},
        )
    return known
