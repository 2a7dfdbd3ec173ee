"""Two halls with people in them: what one of them must never see of the other."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime

from odsc_counter.catalogue.models import ServiceGroup
from odsc_counter.monitoring.models import CentreDay
from odsc_counter.people.models import Person
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.columns import Base
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets.models import Counter, Ticket, Visit
from tests.world import a_centre, a_service, a_unit

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


@dataclass
class Hall:
    """A centre and the keys of one thing of each kind in it."""

    centre: Centre
    service_id: int
    group: uuid.UUID
    counter: uuid.UUID
    visit: uuid.UUID
    ticket: uuid.UUID
    person: uuid.UUID
    event: uuid.UUID

    @property
    def id(self) -> int:
        """The centre's key."""
        return self.centre.id


@dataclass
class Halls:
    """Ours, a sibling in the same province, and the units above them."""

    ours: Hall
    theirs: Hall
    district: Unit
    other_district: Unit
    province: Unit


def a_ticket(hall: Hall, number: int) -> Ticket:
    """A waiting ticket of a hall, not yet in any session."""
    return Ticket(
        centre_id=hall.id,
        id=uuid.uuid4(),
        visit_id=hall.visit,
        day=DAY,
        letter="A",
        number=number,
        label=f"A{number:03}",
        public_code=uuid.uuid4().hex,
        group_id=hall.group,
        service_id=hall.service_id,
        priority=0,
        language="lo",
        issued_at=NOON,
        rank_at=NOON,
        counted_at=NOON,
        call_count=0,
        state="waiting",
        version=1,
    )


def a_rollup(centre_id: int) -> CentreDay:
    """A day's figures of a centre, all one."""
    figures = {
        column.key: 1
        for column in CentreDay.__table__.c
        if column.key not in ("centre_id", "day", "computed_at")
    }
    return CentreDay(centre_id=centre_id, day=DAY, computed_at=NOON, **figures)


def a_hall(code: str) -> Hall:
    """A centre with a counter, three tickets, a person, an event and a day's figures."""
    centre = a_centre(code)
    service = a_service(centre)
    with acting_as(Actor("test")), centre_scope(centre.id), unit_of_work() as work:
        session = work.session
        visit = Visit(arrived_at=NOON, day=DAY, language="lo", channel="kiosk")
        person = Person(full_name=f"Person of {code}", name_key=f"person {code}", created_at=NOON)
        session.add_all([visit, person])
        session.flush()
        group = session.query(ServiceGroup).one()
        counter = session.query(Counter).filter_by(number=1).one()
        event = work.record("arrived", subject_kind="visit", subject_id=str(visit.id), day=DAY)
        session.add(a_rollup(centre.id))
        session.flush()
        hall = Hall(
            centre, service.id, group.id, counter.id, visit.id, uuid.uuid4(), person.id, event.id
        )
        tickets = [a_ticket(hall, number) for number in (1, 2, 3)]
        session.add_all(tickets)
        session.flush()
        hall.ticket = tickets[0].id
    return hall


def two_halls() -> Halls:
    """The world of the probes."""
    ours, theirs = a_hall("LA0101"), a_hall("LA0102")
    return Halls(ours, theirs, a_unit("LA0101"), a_unit("LA0102"), a_unit("LA01"))


def contents(database: Database, *, of: set[int] | None = None) -> dict[str, list[str]]:
    """All rows of all tables as the owner reads them; of centres' tables only those `of`."""
    found = {}
    engine = database.owner_engine()
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            query = table.select()
            if "centre_id" in table.c and of is not None:
                query = query.where(table.c.centre_id.in_(of))
            found[table.name] = sorted(map(repr, connection.execute(query)))
    engine.dispose()
    return found


def rows_of(database: Database, *centres: int) -> dict[str, list[str]]:
    """All rows that belong to these centres."""
    everything = contents(database, of=set(centres))
    return {
        name: rows
        for name, rows in everything.items()
        if "centre_id" in Base.metadata.tables[name].c
    }


def ticket_count(hall: Hall) -> int:
    """How many tickets the hall has, in its own eyes."""
    with centre_scope(hall.id), reading() as session:
        return session.query(Ticket).count()
