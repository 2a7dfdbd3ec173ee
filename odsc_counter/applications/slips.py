"""What stands on a file's slips: gathered for one file, or for all files of one ticket."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.applications import queries
from odsc_counter.applications.lifecycle import INCOMPLETE, WAITING
from odsc_counter.applications.models import Application, ApplicationPaper
from odsc_counter.applications.papers import owed
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import FeeLine, Letterhead, Ministry, MonitoringBody
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.work import reading


@dataclass(frozen=True)
class Slip:
    """One file as its slip tells of it."""

    application: Application
    papers: list[ApplicationPaper]
    fees: list[FeeLine]
    """The fees that were published on the day it was taken."""
    ministry: Ministry
    taken_by: User | None
    corrections: list[str]
    """What offices asked the citizen to put right, in their words."""
    letterhead: Letterhead
    body: MonitoringBody
    """Who hears complaints about a centre."""

    @property
    def owed(self) -> list[ApplicationPaper]:
        """The papers that the citizen still has to bring."""
        return owed(self.papers)

    @property
    def handed_in(self) -> list[ApplicationPaper]:
        """The papers that the centre has."""
        return [paper for paper in self.papers if paper.is_present]

    @property
    def is_incomplete(self) -> bool:
        """Whether the file waits for the citizen."""
        return self.application.state == INCOMPLETE


def slip_of(application_id: uuid.UUID) -> Slip:
    """What the slip of one file says. Raises NotFound."""
    application = queries.application(application_id)
    day = application.submitted_on
    steps = queries.steps(application_id)
    with reading() as session:
        taken_by = session.get(User, application.taken_by_id) if application.taken_by_id else None
    return Slip(
        application=application,
        papers=queries.papers(application_id),
        fees=catalogue.fee_lines_on(application.service_id, day),
        ministry=queries.ministry(application.ministry_id),
        taken_by=taken_by,
        corrections=[step.remark for step in steps if step.state == WAITING and step.remark],
        letterhead=catalogue.letterhead_on(day),
        body=catalogue.monitoring_body_on(day),
    )


def slips_of_ticket(ticket_id: uuid.UUID) -> list[Slip]:
    """The slips of all files that were taken under one ticket. Raises NotFound without any."""
    with reading() as session:
        found = session.scalars(
            select(Application.id)
            .where(Application.ticket_id == ticket_id)
            .order_by(Application.year, Application.number)
        ).all()
    if not found:
        raise NotFound
    return [slip_of(application_id) for application_id in found]
