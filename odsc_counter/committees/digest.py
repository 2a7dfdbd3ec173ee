"""The morning letter: the page of today in plain words, to those who asked for it by e-mail.

Counts, names of centres and titles of matters; nobody's name from a counter ever stands in it.
"""

from dataclasses import dataclass
from datetime import time

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import select

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.committees import today as mornings
from odsc_counter.committees.digest_models import DigestLetter
from odsc_counter.flags import words as flag_words
from odsc_counter.places.models import Unit
from odsc_counter.places.queries import is_open_day
from odsc_counter.platform import clock
from odsc_counter.platform.post import NotPosted, Post
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work

FROM_TIME = time(7, 30)
"""Vientiane's time from which the day's letters leave."""
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class Reader:
    """Somebody who wants the letter of a unit."""

    user: User
    unit: Unit
    is_at_seat: bool
    """Whether the unit's own meetings may be told."""


def send_due(post: Post | None) -> int:
    """Send the letters of this morning that have not left; gives how many left now.

    Nothing leaves before 07:30, on a day off, without a mail server, or when nothing needs
    attention. One process at a time (see platform.turns); a letter that the server took is
    written down after it, so a crash in between may send it twice, and never none.
    """
    now = clock.now()
    with reference_scope():
        is_time = clock.local(now).time() >= FROM_TIME and is_open_day(clock.today())
    if post is None or not is_time:
        return 0
    sent = 0
    for reader in readers():
        if _is_due(reader):
            with force_locale(reader.user.language):
                letter = text_of(reader)
            sent += letter is not None and _sent(post, reader, *letter)
    return sent


def readers() -> list[Reader]:
    """Who wants a letter of which unit: an e-mail, the wish, and a role there that still holds."""
    today = clock.today()
    with reference_scope(), reading() as session:
        found = session.execute(
            select(User, Unit, RoleGrant.role)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .join(Unit, Unit.id == RoleGrant.at_unit_id)
            .where(
                User.is_active,
                User.wants_digest,
                User.email != "",
                RoleGrant.role.in_(PERMISSIONS["area.workload"].roles),
                RoleGrant.granted_on <= today,
                RoleGrant.ended_on.is_(None) | (RoleGrant.ended_on > today),
            )
            .order_by(User.id, Unit.id)
        ).all()
    seated = PERMISSIONS["committee.attend"].roles
    wanted: dict[tuple[int, int], Reader] = {}
    for user, unit, role in found:
        before = wanted.get((user.id, unit.id))
        is_at_seat = role in seated or (before is not None and before.is_at_seat)
        wanted[user.id, unit.id] = Reader(user, unit, is_at_seat)
    return list(wanted.values())


def text_of(reader: Reader) -> tuple[str, str] | None:
    """Subject and text of a letter in the language in force; None when nothing is to be said."""
    language = reader.user.language
    with area_scope(reader.unit.id):
        found = mornings.today(reader.unit, language, at_seat=reader.is_at_seat)
    if found.is_quiet:
        return None
    place = reader.unit.name(language)
    subject = gettext("Today: %(place)s", place=place)
    page = current_app.jinja_env.get_template("committees/digest.txt")
    text = page.render(found=found, place=place, language=language, flag_words=flag_words)
    return subject, text.strip() + "\n"


def _is_due(reader: Reader) -> bool:
    with reference_scope(), reading() as session:
        row = session.get(DigestLetter, (reader.user.id, reader.unit.id, clock.today()))
    return row is None or (row.sent_at is None and row.attempts < MOST_ATTEMPTS)


def _sent(post: Post, reader: Reader, subject: str, text: str) -> bool:
    try:
        post.send(reader.user.email, subject, text)
        is_sent = True
    except NotPosted:
        is_sent = False
    key = (reader.user.id, reader.unit.id, clock.today())
    with reference_scope(), unit_of_work() as work:
        row = work.session.get(DigestLetter, key, with_for_update=True)
        if row is None:
            row = DigestLetter(user_id=key[0], unit_id=key[1], day=key[2], attempts=0)
            work.session.add(row)
        row.attempts += 1
        row.sent_at = clock.now() if is_sent else None
    return is_sent
