"""What an officer sees of their ministry's files: read only, in the scope of one centre."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, select

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.applications.lifecycle import AT_WORK, PENDING, SUBMITTED, UNDER_REVIEW
from odsc_counter.applications.models import Application, ApplicationStep
from odsc_counter.applications.offices import offices_of
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.sql_sums import count_if
from odsc_counter.platform.tenancy import centre_scope, current_scope
from odsc_counter.platform.work import reading

MOST = 100
"""As many files as a desk shows at once; the most urgent come first."""


@dataclass(frozen=True)
class DeskRow:
    """A step that waits for the officer's ministry, and its file."""

    step: ApplicationStep
    application: Application

    @property
    def is_new(self) -> bool:
        """Whether nobody has confirmed yet that the file has come."""
        return self.step.state == PENDING


@dataclass(frozen=True)
class DeskCounts:
    """How much lies with the officer's ministry."""

    new: int
    at_work: int
    late: int


def on_desk(user_id: int, show: str = "") -> list[DeskRow]:
    """The files to work on, the most urgent first: all, or `new`, `mine`, `late`."""
    conditions = _waits_for(user_id)
    if show == "new":
        conditions.append(ApplicationStep.state == PENDING)
    elif show == "mine":
        conditions.append(ApplicationStep.assigned_to_id == user_id)
    elif show == "late":
        conditions.append(Application.due_on < clock.today())
    order = (Application.due_on, Application.submitted_at)
    with reading() as session:
        # First which steps, by their keys alone; then what the page shows of them.
        ids = list(
            session.scalars(
                select(ApplicationStep.id)
                .join(Application, _same_file())
                .where(*conditions)
                .order_by(*order)
                .limit(MOST)
            )
        )
        rows = session.execute(
            select(ApplicationStep, Application)
            .join(Application, _same_file())
            .where(ApplicationStep.id.in_(ids))
            .order_by(*order)
        )
        return [DeskRow(step, application) for step, application in rows]


def counts(user_id: int, day: date) -> DeskCounts:
    """How many files are new, at work, and past their promised day."""
    with reading() as session:
        new, at_work, late = session.execute(
            select(
                count_if(ApplicationStep.state == PENDING),
                count_if(ApplicationStep.state == AT_WORK),
                count_if(Application.due_on < day),
            )
            .select_from(ApplicationStep)
            .join(Application, _same_file())
            .where(*_waits_for(user_id))
        ).one()
        return DeskCounts(int(new), int(at_work), int(late))


def counts_elsewhere(user_id: int, centre_ids: Collection[int]) -> dict[int, DeskCounts]:
    """How much lies with an officer in other centres where they hold the role themselves.

    Each is counted in its own scope, and only numbers come back.
    """
    found = {}
    for centre_id in centre_ids:
        with centre_scope(centre_id):
            found[centre_id] = counts(user_id, clock.today())
    return found


def application_of(step_id: uuid.UUID) -> Application:
    """The file that a step belongs to. Raises NotFound."""
    with reading() as session:
        found = session.scalars(
            select(Application)
            .join(ApplicationStep, _same_file())
            .where(ApplicationStep.id == step_id)
        ).one_or_none()
    if found is None:
        raise NotFound
    return found


def officers_of(step: ApplicationStep) -> list[User]:
    """Who may work on a step in this centre, by user name."""
    today = clock.today()
    with reading() as session:
        people = session.scalars(
            select(User)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(
                RoleGrant.role.in_(PERMISSIONS["application.decide"].roles),
                RoleGrant.at_centre_id == current_scope().centre_id,
                RoleGrant.granted_on <= today,
                (RoleGrant.ended_on.is_(None)) | (RoleGrant.ended_on > today),
            )
            .distinct()
            .order_by(User.username)
        ).all()
    return [user for user in people if offices_of(user.id).cover(step)]


def _same_file() -> ColumnElement[bool]:
    return and_(
        Application.centre_id == ApplicationStep.centre_id,
        Application.id == ApplicationStep.application_id,
    )


def _waits_for(user_id: int) -> list[ColumnElement[bool]]:
    """At work under review, or in the first stage of a file that nobody has taken up."""
    return [
        offices_of(user_id).condition(),
        and_(ApplicationStep.state == AT_WORK, Application.state == UNDER_REVIEW)
        | and_(
            ApplicationStep.state == PENDING,
            ApplicationStep.stage == 1,
            Application.state == SUBMITTED,
        ),
    ]
