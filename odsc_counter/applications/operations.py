"""What people do with applications: take, supply papers, decide, hand over, withdraw.

Every function is one transaction in the scope of one centre, and writes its event.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from odsc_counter.applications import queries
from odsc_counter.applications.lifecycle import LIFECYCLE
from odsc_counter.applications.models import Application, ApplicationPaper, Person
from odsc_counter.applications.tracking import new_code
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import OfferedService, ServiceVersion
from odsc_counter.places import queries as places
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, Forbidden, InvalidInput, NotFound
from odsc_counter.platform.lao import european_digits, lao_normalize, search_key
from odsc_counter.platform.numbering import take_number
from odsc_counter.platform.tenancy import ScopedSession, current_actor
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.tickets.models import Ticket

SHORTEST_REASON = 5


class NotOffered(DomainError):
    """The centre does not offer the service on that day."""

    slug = "service-not-offered"
    status = 409
    message = _l("This centre does not offer this service today.")


class OtherMinistry(Forbidden):
    """An officer decides on the files of their own ministry alone."""

    slug = "other-ministry"
    message = _l("Only an officer of the responsible ministry can decide on this application.")


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
    ticket_id: uuid.UUID | None = None,
) -> Application:
    """Take a citizen's application for a service that the centre offers today.

    `papers_present` are the ids of the document types that were handed in. When one that
    the service asks for is missing the application is `incomplete` and no day is promised
    yet. Number and label are the centre's own for the year; the tracking code is random.

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
        due_on = places.due_date(day, version.processing_days) if complete else None
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
            due_on=due_on,
            taken_by_id=current_actor().user_id,
        )
        work.begin(
            application,
            LIFECYCLE,
            "submit" if complete else "submit_incomplete",
            day=day,
            label=application.label,
            service=version.service.code,
            due_on=due_on.isoformat() if due_on else None,
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
            )
            for kind, position in needed.items()
        )
    return application


def supply_papers(
    centre: Centre, application_id: uuid.UUID, papers_present: set[int]
) -> Application:
    """Note the papers that were brought later; when none is missing the clock starts.

    `papers_present` are the ids of the document types brought now. The due date counts from
    the day on which the last paper came. Raises NotFound, AlreadyChanged (not incomplete),
    InvalidInput (none ticked, or unknown).
    """
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        application = queries.locked(work.session, application_id)
        papers = list(
            work.session.scalars(
                select(ApplicationPaper).where(ApplicationPaper.application_id == application_id)
            )
        )
        missing = {paper.document_type_id: paper for paper in papers if not paper.is_present}
        _refuse_unknown_papers(papers_present, {paper.document_type_id for paper in papers})
        brought = papers_present & set(missing)
        if not brought:
            raise InvalidInput({"papers": _("Tick the papers that were brought.")})
        for kind in brought:
            missing[kind].is_present = True
        kinds = sorted(missing[kind].document_type.code for kind in brought)
        if brought == set(missing):
            application.due_on = places.due_date(day, application.version_taken.processing_days)
            work.change(
                application,
                LIFECYCLE,
                "supply_papers",
                day=day,
                papers=kinds,
                due_on=application.due_on.isoformat(),
            )
        else:
            work.record(
                "receive_papers",
                subject_kind="application",
                subject_id=str(application.id),
                day=day,
                data={"papers": kinds},
            )
    return application


def approve(centre: Centre, application_id: uuid.UUID) -> Application:
    """Grant what was applied for. Raises NotFound, OtherMinistry, AlreadyChanged."""
    return _decide(centre, application_id, "approve", "")


def reject(centre: Centre, application_id: uuid.UUID, reason: str) -> Application:
    """Refuse what was applied for, with a reason that the citizen is told.

    Raises NotFound, OtherMinistry, AlreadyChanged, InvalidInput (reason under 5 characters).
    """
    return _decide(centre, application_id, "reject", _reason(reason))


def collect(centre: Centre, application_id: uuid.UUID) -> Application:
    """Hand the result to the citizen. Raises NotFound, AlreadyChanged."""
    return _move(centre, application_id, "collect")


def withdraw(centre: Centre, application_id: uuid.UUID, reason: str) -> Application:
    """End an undecided application at the citizen's wish.

    Raises NotFound, AlreadyChanged, InvalidInput (reason under 5 characters).
    """
    return _move(centre, application_id, "withdraw", _reason(reason))


def _decide(centre: Centre, application_id: uuid.UUID, verb: str, reason: str) -> Application:
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        application = queries.locked(work.session, application_id)
        if application.ministry_id not in queries.ministries_decided_by(current_actor().user_id):
            raise OtherMinistry
        application.decided_at = now
        application.decided_on = day
        application.decision_reason = reason
        work.change(application, LIFECYCLE, verb, day=day, reason=reason)
    return application


def _move(centre: Centre, application_id: uuid.UUID, verb: str, reason: str = "") -> Application:
    day = clock.business_day(clock.now(), centre.day_starts_minute)
    with unit_of_work() as work:
        application = queries.locked(work.session, application_id)
        work.change(application, LIFECYCLE, verb, day=day, reason=reason)
    return application


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


def _reason(text: str) -> str:
    reason = lao_normalize(text)
    if not SHORTEST_REASON <= len(reason) <= 300:
        raise InvalidInput({"reason": _("Write the reason, in 5 to 300 characters.")})
    return reason


def _offered_version(session: ScopedSession, service_id: int, day: date) -> ServiceVersion:
    offered = session.scalars(
        select(OfferedService).where(
            OfferedService.service_id == service_id,
            OfferedService.offered_from <= day,
            (OfferedService.offered_until.is_(None)) | (OfferedService.offered_until > day),
        )
    ).one_or_none()
    if offered is None:
        raise NotOffered
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
