"""What is said about a file: notes for colleagues, apart from messages to the citizen."""

import re
import uuid
from collections import defaultdict

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.notices import tell
from odsc_counter.applications import queries
from odsc_counter.applications.models import Remark, RemarkMention
from odsc_counter.applications.reasons import reason_words
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import reading, unit_of_work

STAFF = "staff"
CITIZEN = "citizen"
MENTION = "mention"
"""The verb of the event by which upper rooms hear who is named: `users` are ids."""
NAMED = re.compile(r"(?<!\S)@([a-z0-9][a-z0-9._-]{1,58}[a-z0-9])")
"""A colleague's user name after an @; an e-mail address is none."""


def say(centre: Centre, application_id: uuid.UUID, words: str, *, to_citizen: bool) -> Remark:
    """Write a note for colleagues, or a message that the citizen reads on their page.

    It can't be changed or removed. A note may name colleagues of the centre as @username.
    Raises NotFound, InvalidInput (under 5, over 300 letters, a name that nobody here has).
    """
    words = reason_words(words)
    now = clock.now()
    with unit_of_work() as work:
        application = queries.locked(work.session, application_id)
        named = [] if to_citizen else _named(work.session, centre, words)
        actor = current_actor()
        remark = Remark(
            application_id=application.id,
            audience=CITIZEN if to_citizen else STAFF,
            words=words,
            said_at=now,
            said_by_id=actor.user_id,
            said_by_name=actor.name,
        )
        work.session.add(remark)
        # That something was said, never the words: they may name people.
        work.record(
            "tell" if to_citizen else "note",
            subject_kind="application",
            subject_id=str(application.id),
            day=clock.business_day(now, centre.day_starts_minute),
        )
        if named:
            work.session.flush()
            work.session.add_all(
                RemarkMention(remark_id=remark.id, user_id=user.id) for user in named
            )
            work.record(
                MENTION,
                subject_kind="application",
                subject_id=str(application.id),
                day=clock.business_day(now, centre.day_starts_minute),
                data={"users": [user.id for user in named], "remark": str(remark.id)},
            )
            # The file's number alone: a notice is read outside the centre's scope too.
            tell(
                work.session,
                [user.id for user in named],
                "mentioned",
                {"lo": application.label, "en": application.label},
                f"/c/{centre.code}/applications/{application.id}",
            )
    return remark


def _named(session: Session, centre: Centre, words: str) -> list[User]:
    wanted = set(NAMED.findall(words))
    if not wanted:
        return []
    found = {user.username: user for user in _colleagues(session, centre)}
    unknown = sorted(wanted - set(found))
    if unknown:
        message = _("Nobody at this centre has the user name %(name)s.", name=unknown[0])
        raise InvalidInput({"reason": message})
    return [found[name] for name in sorted(wanted)]


def _colleagues(session: Session, centre: Centre) -> list[User]:
    today = clock.today()
    held = select(RoleGrant.user_id).where(
        RoleGrant.at_centre_id == centre.id,
        RoleGrant.granted_on <= today,
        or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > today),
    )
    return list(
        session.scalars(
            select(User).where(User.is_active, User.id.in_(held)).order_by(User.username)
        )
    )


def colleagues(centre: Centre) -> list[User]:
    """Whom a note may name: people who hold a role at the centre today."""
    with reading() as session:
        return _colleagues(session, centre)


def mentions(application_id: uuid.UUID) -> dict[uuid.UUID, list[User]]:
    """The people whom the notes of a file name, by note."""
    found: dict[uuid.UUID, list[User]] = defaultdict(list)
    with reading() as session:
        rows = session.execute(
            select(RemarkMention.remark_id, User)
            .join(Remark, Remark.id == RemarkMention.remark_id)
            .join(User, User.id == RemarkMention.user_id)
            .where(Remark.application_id == application_id)
        )
        for remark_id, user in rows:
            found[remark_id].append(user)
    return found


def with_names(words: str, named: list[User], language: str) -> str:
    """A note's words with people's names where it says their user names."""
    names = {user.username: user.name(language) for user in named}
    return NAMED.sub(lambda match: f"@{names.get(match[1], match[1])}", words)


def remarks(application_id: uuid.UUID, audience: str | None = None) -> list[Remark]:
    """What was said about a file, oldest first; to one audience where told."""
    query = select(Remark).where(Remark.application_id == application_id)
    if audience is not None:
        query = query.where(Remark.audience == audience)
    with reading() as session:
        return list(session.scalars(query.order_by(Remark.said_at, Remark.id)))
