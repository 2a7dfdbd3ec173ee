"""Comments of the offices on a flag, a meeting or an action item, and the people they mention.

A comment lies in the place of what it is about. It can't be changed or removed.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import or_, select

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.notices import tell
from odsc_counter.coordination.models import AreaComment
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_actor, reference_scope
from odsc_counter.platform.work import reading, unit_of_work

SHORTEST, LONGEST = 2, 2000
"""Letters of a comment."""
NAMED = re.compile(r"(?<!\S)@([a-z0-9][a-z0-9._-]{1,58}[a-z0-9])")
"""A user name after an @; an e-mail address is none."""


@dataclass(frozen=True)
class Subject:
    """What is commented on, and who may be mentioned there: whoever can open its page."""

    kind: str
    """The table: flag, meeting, action_item."""
    id: uuid.UUID
    place: Unit
    titles: Mapping[str, str]
    """What it is called, by language: lo and en."""
    address: str
    """Path of its page, as people of its place see it."""
    seat_only: bool = False
    """Whether people with a role above the place don't see it."""


def add(subject: Subject, text: str) -> AreaComment:
    """Write a comment and tell those whom it mentions.

    Raises InvalidInput (too short or long, a name that nobody with a role here has).
    """
    words = lao_normalize(text)
    if not SHORTEST <= len(words) <= LONGEST:
        raise InvalidInput(
            {
                "text": _(
                    "Write between %(least)s and %(most)s characters.", least=SHORTEST, most=LONGEST
                )
            }
        )
    named = _named(subject, words)
    actor = current_actor()
    with unit_of_work() as work:
        comment = AreaComment(
            place_id=subject.place.id,
            subject_kind=subject.kind,
            subject_id=subject.id,
            text=words,
            mentions=named,
            at=clock.now(),
            by_id=actor.user_id,
            by_name=actor.name,
        )
        work.session.add(comment)
        tell(work.session, named, "mentioned", subject.titles, subject.address)
    return comment


def on(subject: Subject) -> list[AreaComment]:
    """What was said about it, oldest first."""
    with reading() as session:
        return list(
            session.scalars(
                select(AreaComment)
                .where(
                    AreaComment.place_id == subject.place.id,
                    AreaComment.subject_kind == subject.kind,
                    AreaComment.subject_id == subject.id,
                )
                .order_by(AreaComment.at, AreaComment.id)
            )
        )


def people(subject: Subject) -> list[User]:
    """Whom a comment may mention, by user name."""
    code = subject.place.code
    # Codes nest by two letters: LA is the nation, LA01 a province.
    codes = [code] if subject.seat_only else [code[:end] for end in range(2, len(code) + 1, 2)]
    today = clock.today()
    held = (
        select(RoleGrant.user_id)
        .join(Unit, Unit.id == RoleGrant.at_unit_id)
        .where(
            Unit.code.in_(codes),
            RoleGrant.granted_on <= today,
            or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > today),
        )
    )
    # A session of an area reads no accounts; these are the nation's.
    with reference_scope(), reading() as session:
        return list(
            session.scalars(
                select(User).where(User.is_active, User.id.in_(held)).order_by(User.username)
            )
        )


def _named(subject: Subject, words: str) -> list[int]:
    wanted = sorted(set(NAMED.findall(words)))
    if not wanted:
        return []
    known = {user.username: user.id for user in people(subject)}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        message = _("Nobody with a role here has the user name %(name)s.", name=unknown[0])
        raise InvalidInput({"text": message})
    return [known[name] for name in wanted]
