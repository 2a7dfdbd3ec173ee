"""A believable country for trying out: centres, people, history. Marked as a demonstration.

Its accounts work in a demonstration alone: they are refused by any other installation, and a
database that holds a real account is refused here.
"""

import functools
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select

from odsc_counter.accounts import passwords, second_factor
from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.permissions import NEEDS_SECOND_FACTOR, PLACES
from odsc_counter.catalogue import queries as catalogue_queries
from odsc_counter.catalogue.models import Ministry
from odsc_counter.demo.actions import follow_up
from odsc_counter.demo.arrangements import arrange
from odsc_counter.demo.book import Book
from odsc_counter.demo.bookings import book_ahead
from odsc_counter.demo.committees import convene
from odsc_counter.demo.fees import deviate, enter_rates
from odsc_counter.demo.flags import raise_flags
from odsc_counter.demo.flaws import flaws_of
from odsc_counter.demo.history import History, Offer, Staff
from odsc_counter.demo.opening import open_months
from odsc_counter.demo.people import ACCOUNTS, PASSWORD, a_name
from odsc_counter.demo.registers import allow_local, propose, suspend_some
from odsc_counter.demo.reports import publish_some
from odsc_counter.demo.resolutions import decide_matters
from odsc_counter.demo.returns import hand_in
from odsc_counter.demo.statements import upload_statements
from odsc_counter.monitoring import rollups
from odsc_counter.places import operations as places
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import working_calendar
from odsc_counter.platform import clock
from odsc_counter.platform.events import NationalEvent
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import Work, reading, unit_of_work
from odsc_counter.receipts.keys import Signer, signer_for
from odsc_counter.tickets.models import Counter, Seat

_holder_on = functools.cache(catalogue_queries.holder_on)

NAMED = ("LA0101", "LA0901")
"""The centres whose accounts the README names: Chanthabuly and Pek."""
SILENT_SHARE = 0.06
"""Some centres have stopped reporting: a normal state that the nation must see."""


class NotADemonstration(RuntimeError):
    """The database holds something real, or a demonstration already."""


def is_there() -> bool:
    """Whether the database in use is a demonstration."""
    with reference_scope(), reading() as session:
        marked = exists().where(NationalEvent.verb == "demonstration")
        return bool(session.scalar(select(marked)))


def sign_ins() -> str:
    """The accounts to try, for the terminal."""
    width = max(len(account.username) for account in ACCOUNTS)
    lines = [
        f"  {account.username:<{width}}  {', '.join(account.roles)} @ {account.place}"
        for account in ACCOUNTS
    ]
    return "\n".join((f"Demonstration accounts, password {PASSWORD}", *lines))


def build(
    *,
    centres: int,
    days: int,
    seed: int,
    until: date | None,
    small_below: int,
    progress: Callable[[int, int], None],
) -> None:
    """Make the country. The same seed, last day and hour make the same history.

    Raises NotADemonstration when the database holds any account.
    """
    with reading() as session:
        if session.scalar(select(exists().where(User.id > 0))):
            raise NotADemonstration("The database holds accounts already: nothing was changed.")
    rng = random.Random(seed)  # noqa: S311 - a seeded history, no secret
    with unit_of_work() as work:
        work.record_national(
            "demonstration", subject_kind="installation", subject_id="1", seed=seed
        )
    last = until or clock.today()
    now = clock.now()
    if last != clock.today():
        now = min(now, clock.start_of_day(last + timedelta(days=1)))
    first = last - timedelta(days=days - 1)
    opened = _open_centres(rng, centres, first)
    _named_accounts({centre.code: centre for centre in opened}, first)
    propose()
    enter_rates(last)
    if last == clock.today():
        deviate(opened[1:], last)
    for done, centre in enumerate(opened, start=1):
        rng = random.Random(f"{seed}:{centre.code}")  # noqa: S311 - as above
        _fill(centre, rng, first, last, now, done - 1)
        progress(done, len(opened))
    with clock.use(_standing_at(now)):
        raise_flags()
    convene(last, now, seed)
    decide_matters(now)
    follow_up(now)
    hand_in(opened, first, now, seed)
    open_months(now, small_below)
    publish_some(now)


def _open_centres(rng: random.Random, count: int, first: date) -> list[Centre]:
    """Open the named centres, then the provinces' seats, then districts at random."""
    with reading() as session:
        units = list(session.scalars(select(Unit).where(Unit.level > 0).order_by(Unit.code)))
    by_code = {unit.code: unit for unit in units}
    districts = [unit.code for unit in units if unit.level == 2 and unit.code not in NAMED]
    seats = [code for code in districts if code.endswith("01")]
    others = [code for code in districts if not code.endswith("01")]
    rng.shuffle(others)
    provinces = [unit.code for unit in units if unit.level == 1]
    wanted = (*NAMED, *seats, *provinces[::5], *others, *provinces)
    opened = []
    for code in list(dict.fromkeys(wanted))[: max(len(NAMED), count)]:
        opened_on = first - timedelta(days=rng.randrange(30, 2000))
        # Opened in the past, so that its offer holds for all of the history.
        with clock.use(_standing_at(clock.start_of_day(opened_on))):
            opened.append(_open(by_code[code], opened_on, rng))
    return opened


def _standing_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _open(unit: Unit, opened_on: date, rng: random.Random) -> Centre:
    word_lo, word_en = ("ເມືອງ", "District") if unit.level == 2 else ("ແຂວງ", "Province")
    if unit.kind == "capital":
        word_lo, word_en = "", ""
    return places.open_centre(
        unit.code,
        name_lo=f"ສູນບໍລິການຜ່ານປະຕູດຽວ {word_lo}{unit.name_lo}",
        name_en=f"One-Door-Service Centre, {unit.name_en} {word_en}".strip(),
        phone=f"021 {rng.randrange(200_000, 999_999)}",
        opened_on=opened_on,
        counters=5 if unit.code == NAMED[0] else rng.choice((3, 3, 4)),
    )


def _named_accounts(centres: dict[str, Centre], since: date) -> None:
    """The accounts of the README, each with a password and, where needed, a second factor."""
    kept = passwords.hash_password(PASSWORD)
    with unit_of_work() as work:
        session = work.session
        ministries = {row.code: row.id for row in session.scalars(select(Ministry))}
        units = {row.code: row.id for row in session.scalars(select(Unit))}
        for account in ACCOUNTS:
            user = User(
                username=account.username,
                name_lo=account.name_lo,
                name_en=account.name_en,
                password_hash=kept,
                is_demo=True,
                created_at=clock.now(),
            )
            session.add(user)
            session.flush()
            if NEEDS_SECOND_FACTOR & set(account.roles):
                second_factor.prepare(user)
                session.refresh(user)
                user.totp_confirmed_at = clock.now()
            for role in account.roles:
                at_centre = PLACES[role] == {"centre"}
                session.add(
                    RoleGrant(
                        user_id=user.id,
                        role=role,
                        at_centre_id=centres[account.place].id if at_centre else None,
                        at_unit_id=None if at_centre else units[account.place],
                        ministry_id=ministries[account.ministry] if account.ministry else None,
                        granted_on=since,
                    )
                )


def _staff(centre: Centre, rng: random.Random, counters: int) -> Staff:
    """Invented colleagues without a password; the named ones where there are."""
    with unit_of_work() as work:
        session = work.session
        named = {
            user.username.split(".")[1]: user
            for user in session.scalars(
                select(User)
                .join(RoleGrant, RoleGrant.user_id == User.id)
                .where(RoleGrant.at_centre_id == centre.id)
            )
        }

        def person(username: str, role: str) -> User:
            name_lo, name_en = a_name(rng)
            user = User(
                username=f"{centre.code.lower()}.{username}",
                name_lo=name_lo,
                name_en=name_en,
                is_demo=True,
                created_at=clock.now(),
            )
            session.add(user)
            session.flush()
            session.add(
                RoleGrant(
                    user_id=user.id,
                    role=role,
                    at_centre_id=centre.id,
                    granted_on=clock.today(),
                )
            )
            return user

        clerks = [user for name in ("clerk", "clerk2") if (user := named.get(name))]
        while len(clerks) < counters:
            clerks.append(person(f"clerk{len(clerks) + 1}", "counter_staff"))
        return Staff(
            clerks[:counters],
            named.get("cashier") or person("cashier", "cashier"),
            named.get("manager") or person("manager", "centre_manager"),
        )


def _fill(
    centre: Centre, rng: random.Random, first: date, last: date, now: datetime, position: int
) -> None:
    """One centre's history, its figures, and the state of its counters at this moment."""
    calendar = working_calendar()
    flaws = flaws_of(position, last)
    letterhead = catalogue_queries.letterhead_on(last)
    named = centre.code in NAMED
    if not named and rng.random() < SILENT_SHARE:
        last, now = _fallen_silent(rng, first, last, now)
    with centre_scope(centre.id), reading() as session:
        counters = list(session.scalars(select(Counter).order_by(Counter.number)))
    staff = _staff(centre, rng, len(counters))
    if named:
        with centre_scope(centre.id), clock.use(_standing_at(clock.start_of_day(first))):
            arrange(counters, staff.clerks, staff.manager)
    with centre_scope(centre.id):
        with clock.use(_standing_at(now)):
            suspend_some(centre, staff.manager, last)
        rows = catalogue_queries.offered_services(last, with_steps=True)
        with unit_of_work() as work:
            history = History(
                centre=centre,
                offers=[Offer(row.version, row.group, row.fee_lines) for row in rows],
                staff=staff,
                counters=counters,
                letterhead=letterhead,
                book=Book(work.session, centre.id, rng),
                rng=rng,
                now=now,
                add_working_days=calendar.due_date,
                working_days=calendar.working_days,
                holder_on=_holder_on,
                people_a_day=round(len(counters) * rng.uniform(16, 27)),
                signer=_key_since(work, centre, first),
                first_counter=1 if named else 0,
                last=last,
            )
            day, usual = first, history.people_a_day
            while day <= last:
                history.people_a_day = flaws.people_a_day(day, usual)
                history.by_hand_share = flaws.by_hand_share(day)
                if calendar.is_open_day(day):
                    for index, break_since in history.day(day).items():
                        _sit_down(work, counters[index], staff.clerks[index], now, break_since)
                day += timedelta(days=1)
        if named:
            with clock.use(_standing_at(now)):
                book_ahead(centre, staff.manager, rows, last, rng)
                upload_statements(centre, staff.manager, last, rng)
                if centre.code == NAMED[0]:
                    allow_local(centre, staff.manager, last)
        rollups.rebuild(centre, first, last)


def _key_since(work: Work, centre: Centre, first: date) -> Signer:
    """The centre's key, in force since before its first receipt."""
    with clock.use(_standing_at(clock.start_of_day(first))):
        return signer_for(work, centre)


def _fallen_silent(
    rng: random.Random, first: date, last: date, now: datetime
) -> tuple[date, datetime]:
    """The day on which a centre stopped reporting, and the evening of it."""
    stopped = min(last, first + timedelta(days=rng.randrange(5, 15)))
    return stopped, min(now, clock.start_of_day(stopped + timedelta(days=1)))


def _sit_down(
    work: Work, counter: Counter, clerk: User, now: datetime, break_since: datetime | None
) -> None:
    """Somebody serves at this counter at this moment."""
    mine = work.session.get(Counter, (counter.centre_id, counter.id))
    if mine is not None:
        mine.clerk_id, mine.claimed_at = clerk.id, now
        mine.break_since = break_since
        mine.break_reason = "meal" if break_since else None
        work.session.add(Seat(user_id=clerk.id, at_centre_id=counter.centre_id, taken_at=now))
