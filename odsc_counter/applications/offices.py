"""Whose steps an officer may work on in a centre: the ministry's, at the level of their office."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select

from odsc_counter.accounts.models import RoleGrant
from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.applications.models import ApplicationStep
from odsc_counter.catalogue.models import Ministry
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import current_scope
from odsc_counter.platform.work import reading

ALL_LEVELS = ""


@dataclass(frozen=True)
class Offices:
    """Ministries with the level of the office; no level: all offices of the ministry here."""

    held: frozenset[tuple[int, str]] = frozenset()

    @property
    def ministries(self) -> set[int]:
        """Whose files they are, whatever the level."""
        return {ministry_id for ministry_id, _level in self.held}

    def cover(self, step: ApplicationStep) -> bool:
        """Whether the step is one of theirs."""
        return bool({(step.ministry_id, ALL_LEVELS), (step.ministry_id, step.level)} & self.held)

    def condition(self) -> ColumnElement[bool]:
        """The same as `cover`, for a statement about steps."""
        return or_(
            false(),
            *(
                and_(
                    ApplicationStep.ministry_id == ministry_id,
                    *([ApplicationStep.level == level] if level else []),
                )
                for ministry_id, level in sorted(self.held)
            ),
        )


def offices_of(user_id: int | None) -> Offices:
    """The offices for which a person works in the centre in scope; none for nobody.

    An officer also works on the files of the ministries that theirs has succeeded.
    """
    if user_id is None:
        return Offices()
    today = clock.today()
    with reading() as session:
        held = {
            (ministry_id, level)
            for ministry_id, level in session.execute(
                select(RoleGrant.ministry_id, RoleGrant.office_level).where(
                    RoleGrant.user_id == user_id,
                    RoleGrant.role.in_(PERMISSIONS["application.decide"].roles),
                    RoleGrant.at_centre_id == current_scope().centre_id,
                    RoleGrant.granted_on <= today,
                    or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > today),
                )
            )
            if ministry_id is not None
        }
        successors = dict(
            session.execute(
                select(Ministry.id, Ministry.successor_id).where(Ministry.successor_id.is_not(None))
            ).all()
        )
    while more := {
        (before, level)
        for before, after in successors.items()
        for ministry_id, level in held
        if after == ministry_id and (before, level) not in held
    }:
        held |= more
    return Offices(frozenset(held))
