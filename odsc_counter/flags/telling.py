"""Whom a flag's turn is told: the people of the office that must act now, or the one person."""

from odsc_counter.accounts.notices import tell
from odsc_counter.catalogue.models import Ministry
from odsc_counter.flags import words
from odsc_counter.flags.models import Flag
from odsc_counter.flags.queries import FlagRow, people_of
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.work import Work


def tell_office(work: Work, flag: Flag, kind: str) -> None:
    """Tell the people of the office that holds the flag. Call it after the verb."""
    holder = work.session.get_one(Unit, flag.holder_id)
    people: list[int | None] = [person.id for person in people_of(holder)]
    _tell(work, flag, holder, people, kind)


def tell_owner(work: Work, flag: Flag) -> None:
    """Tell the person to whom the flag was given. Call it after the verb."""
    holder = work.session.get_one(Unit, flag.holder_id)
    _tell(work, flag, holder, [flag.owner_id], "flag_assigned")


def _tell(work: Work, flag: Flag, holder: Unit, people: list[int | None], kind: str) -> None:
    if not people:
        return
    session = work.session
    centre, ministry = flag.about_centre_id, flag.ministry_id
    row = FlagRow(
        flag,
        session.get_one(Unit, flag.place_id),
        holder,
        session.get(Centre, centre) if centre is not None else None,
        session.get(Ministry, ministry) if ministry is not None else None,
    )
    tell(session, people, kind, words.titles(row), f"/a/{holder.code}/flags/{flag.id}")
