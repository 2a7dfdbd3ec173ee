"""Every known way past a tenant filter is tried, and every honest query still works."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    lateral,
    literal_column,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError

from odsc_counter.applications.models import Application
from odsc_counter.monitoring.models import CentreDay
from odsc_counter.people.models import Person
from odsc_counter.places.models import Centre
from odsc_counter.platform.database import Database, current_database
from odsc_counter.platform.events import Event
from odsc_counter.platform.numbering import NumberSeries, take_number
from odsc_counter.platform.tenancy import (
    NoScope,
    Scope,
    ScopeBreach,
    area_scope,
    centre_area,
    centre_scope,
    reference_scope,
)
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets.models import Counter, Ticket, Visit
from tests.isolation.halls import (
    DAY,
    NOON,
    Halls,
    a_rollup,
    a_ticket,
    rows_of,
    ticket_count,
    two_halls,
)

REFUSED = (ScopeBreach, IntegrityError, StaleDataError, ProgrammingError)
ticket: Table = Ticket.__table__  # type: ignore[assignment]  # a mapped class's table is a Table
visit: Table = Visit.__table__  # type: ignore[assignment]  # as above
Probe = Callable[[Session, Halls], Any]
PROBES: list[Probe] = []
HONEST: list[Callable[[Session, Halls], bool]] = []


def probe(function: Probe) -> Probe:
    PROBES.append(function)
    return function


def honest(function: Callable[[Session, Halls], bool]) -> Callable[[Session, Halls], bool]:
    HONEST.append(function)
    return function


@pytest.fixture(scope="module")
def world(shared_database: Database) -> Halls:
    """One world for all probes of a database: what they change is undone, or is a failure."""
    return two_halls()


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def halls(world: Halls) -> Halls:
    return world


class Undo(Exception):
    """Rolls an honest change back."""


# -- ways past the filter; each must raise, or come back without a foreign row


@probe
def core_select(session: Session, halls: Halls) -> Any:
    return session.execute(select(ticket)).all()


@probe
def core_columns(session: Session, halls: Halls) -> Any:
    return session.execute(select(ticket.c.label, ticket.c.centre_id)).all()


@probe
def core_count(session: Session, halls: Halls) -> Any:
    return session.execute(select(func.count()).select_from(ticket)).scalar_one() - 3


@probe
def core_select_of_the_other_centre(session: Session, halls: Halls) -> Any:
    return session.execute(select(ticket).where(ticket.c.centre_id == halls.theirs.id)).all()


@probe
def orm_select_of_the_other_centre(session: Session, halls: Halls) -> Any:
    return session.scalars(select(Ticket).where(Ticket.centre_id == halls.theirs.id)).all()


@probe
def orm_get_of_the_other_centre(session: Session, halls: Halls) -> Any:
    return session.get(Ticket, (halls.theirs.id, halls.theirs.ticket))


@probe
def foreign_id_under_our_centre(session: Session, halls: Halls) -> Any:
    return session.get(Ticket, (halls.ours.id, halls.theirs.ticket))


@probe
def bare_text(session: Session, halls: Halls) -> Any:
    return session.execute(text("select * from ticket")).all()


@probe
def bare_text_that_claims_to_be_scoped(session: Session, halls: Halls) -> Any:
    query = text("select * from ticket where centre_id = :c or 1 = 1")
    return session.execute(query, {"c": halls.ours.id}).all()


@probe
def entities_from_text(session: Session, halls: Halls) -> Any:
    return session.scalars(select(Ticket).from_statement(text("select * from ticket"))).all()


@probe
def entities_from_a_core_select(session: Session, halls: Halls) -> Any:
    return session.scalars(select(Ticket).from_statement(select(ticket))).all()


@probe
def textual_columns(session: Session, halls: Halls) -> Any:
    query = text("select label from ticket").columns(ticket.c.label).subquery()
    return session.execute(select(query.c.label)).all()


@probe
def text_within_a_condition(session: Session, halls: Halls) -> Any:
    return session.scalars(select(Ticket).where(text("1 = 1 or 1 = 1"))).all()


@probe
def literal_column_with_a_query(session: Session, halls: Halls) -> Any:
    return session.execute(select(literal_column("(select max(label) from ticket)"))).all()


@probe
def text_as_a_source(session: Session, halls: Halls) -> Any:
    return session.execute(select(ticket.c.label).select_from(text("ticket"))).all()


@probe
def the_connection_itself(session: Session, halls: Halls) -> Any:
    return session.connection().execute(select(ticket)).all()


@probe
def driver_sql(session: Session, halls: Halls) -> Any:
    return session.connection().exec_driver_sql("select * from ticket").all()


@probe
def driver_sql_dressed_as_a_pragma(session: Session, halls: Halls) -> Any:
    return session.connection().exec_driver_sql("pragma user_version; select * from ticket")


@probe
def a_connection_without_a_session(session: Session, halls: Halls) -> Any:
    with current_database().reader.connect() as connection:
        return connection.execute(select(ticket).where(ticket.c.centre_id == halls.theirs.id)).all()


@probe
def a_plain_session(session: Session, halls: Halls) -> Any:
    with Session(current_database().reader) as plain:
        return plain.scalars(select(Ticket)).all()


@probe
def or_instead_of_and(session: Session, halls: Halls) -> Any:
    return session.execute(
        select(ticket).where(or_(ticket.c.centre_id == halls.ours.id, true()))
    ).all()


@probe
def negated_scope(session: Session, halls: Halls) -> Any:
    return session.execute(select(ticket).where(~(ticket.c.centre_id == halls.ours.id))).all()


@probe
def centre_equal_to_itself(session: Session, halls: Halls) -> Any:
    return session.execute(select(ticket).where(ticket.c.centre_id == ticket.c.centre_id)).all()


@probe
def only_one_alias_is_scoped(session: Session, halls: Halls) -> Any:
    other = ticket.alias()
    return session.execute(
        select(other.c.label)
        .join_from(ticket, other, ticket.c.number == other.c.number)
        .where(ticket.c.centre_id == halls.ours.id)
    ).all()


@probe
def cartesian_second_table(session: Session, halls: Halls) -> Any:
    return session.execute(
        select(visit.c.id).where(ticket.c.centre_id == halls.ours.id, ticket.c.number > 0)
    ).all()


@probe
def outer_join_whose_condition_scopes_the_wrong_side(session: Session, halls: Halls) -> Any:
    joined = ticket.outerjoin(
        visit, (ticket.c.centre_id == halls.ours.id) & (visit.c.centre_id == ticket.c.centre_id)
    )
    return session.execute(select(ticket.c.label).select_from(joined)).all()


@probe
def full_join(session: Session, halls: Halls) -> Any:
    joined = ticket.join(
        visit,
        (ticket.c.centre_id == halls.ours.id) & (visit.c.centre_id == halls.ours.id),
        full=True,
    )
    return session.execute(select(ticket.c.label).select_from(joined)).all()


@probe
def unscoped_subquery(session: Session, halls: Halls) -> Any:
    inner = select(ticket.c.label).subquery()
    return session.execute(select(inner.c.label)).all()


@probe
def unscoped_scalar_subquery(session: Session, halls: Halls) -> Any:
    inner = select(func.count()).select_from(visit).scalar_subquery()
    return session.execute(select(Ticket.label, inner)).all()


@probe
def unscoped_exists(session: Session, halls: Halls) -> Any:
    inner = exists().where(visit.c.id == halls.theirs.visit)
    return session.scalars(select(Ticket).where(inner)).all()


@probe
def unscoped_in(session: Session, halls: Halls) -> Any:
    return session.scalars(
        select(Ticket).where(Ticket.service_id.in_(select(ticket.c.service_id)))
    ).all()


@probe
def inner_condition_on_the_outer_table(session: Session, halls: Halls) -> Any:
    other = ticket.alias()
    inner = (
        select(visit.c.id)
        .where(visit.c.centre_id == halls.ours.id, other.c.centre_id == halls.ours.id)
        .correlate(other)
        .exists()
    )
    return session.execute(select(other.c.label).where(or_(inner, true()))).all()


@probe
def unscoped_cte(session: Session, halls: Halls) -> Any:
    everyone = select(ticket.c.label).cte("everyone")
    return session.execute(select(everyone.c.label)).all()


@probe
def unscoped_half_of_a_union(session: Session, halls: Halls) -> Any:
    ours = select(ticket.c.label).where(ticket.c.centre_id == halls.ours.id)
    return session.execute(union_all(ours, select(ticket.c.label))).all()


@probe
def lateral_without_scope(session: Session, halls: Halls) -> Any:
    beside = lateral(select(visit.c.id))
    return session.execute(select(Ticket.label, beside.c.id).join(beside, true())).all()


@probe
def centre_id_that_is_none(session: Session, halls: Halls) -> Any:
    forged = select((ticket.c.centre_id - ticket.c.centre_id + halls.ours.id).label("centre_id"))
    inner = forged.where(ticket.c.centre_id == halls.ours.id).subquery()
    return session.execute(select(visit.c.id).where(visit.c.centre_id == inner.c.centre_id)).all()


@probe
def a_parameter_filled_by_the_caller(session: Session, halls: Halls) -> Any:
    query = select(ticket).where(ticket.c.centre_id == bindparam("who"))
    return session.execute(query, {"who": halls.theirs.id}).all()


@probe
def the_same_query_cached_for_us_then_used_for_them(session: Session, halls: Halls) -> Any:
    for who in (halls.ours.id, halls.theirs.id):
        found = session.execute(select(visit).where(visit.c.centre_id == who)).all()
    return found


@probe
def an_empty_reason(session: Session, halls: Halls) -> Any:
    return session.execute(select(ticket), execution_options={"cross_centre": ""}).all()


@probe
def core_update_of_all(session: Session, halls: Halls) -> Any:
    return session.execute(update(ticket).values(label="X"))


@probe
def core_delete_of_all(session: Session, halls: Halls) -> Any:
    return session.execute(delete(Counter.__table__))  # type: ignore[arg-type]  # a Table


@probe
def update_of_an_alias(session: Session, halls: Halls) -> Any:
    return session.execute(update(ticket.alias()).values(label="X"))


@probe
def update_by_list_of_keys(session: Session, halls: Halls) -> Any:
    rows = [{"centre_id": halls.theirs.id, "id": halls.theirs.person, "village": "X"}]
    return session.execute(update(Person), rows)


@probe
def bulk_update_mappings(session: Session, halls: Halls) -> Any:
    rows = [{"centre_id": halls.theirs.id, "id": halls.theirs.person, "village": "X"}]
    return session.bulk_update_mappings(Person, rows)


@probe
def update_that_moves_a_row_away(session: Session, halls: Halls) -> Any:
    return session.execute(
        update(ticket).where(ticket.c.centre_id == halls.ours.id).values(centre_id=halls.theirs.id)
    )


@probe
def object_moved_to_the_other_centre(session: Session, halls: Halls) -> Any:
    person = session.scalars(select(Person)).one()
    person.centre_id = halls.theirs.id
    session.flush()


@probe
def update_from_an_unscoped_table(session: Session, halls: Halls) -> Any:
    return session.execute(
        update(ticket)
        .where(ticket.c.centre_id == halls.ours.id, visit.c.id == halls.theirs.visit)
        .values(label="X")
    ).rowcount  # type: ignore[attr-defined]  # of a change


@probe
def update_set_from_a_foreign_row(session: Session, halls: Halls) -> Any:
    stolen = select(Person.__table__.c.full_name).limit(1).scalar_subquery()
    return session.execute(update(Person).values(village=stolen))


@probe
def object_for_the_other_centre(session: Session, halls: Halls) -> Any:
    session.add(Visit(
        centre_id=halls.theirs.id, arrived_at=NOON, day=DAY, language="lo", channel="api"
    ))  # fmt: skip
    session.flush()


@probe
def core_insert_for_the_other_centre(session: Session, halls: Halls) -> Any:
    return session.execute(insert(visit).values(
        centre_id=halls.theirs.id, id=uuid.uuid4(), arrived_at=NOON, day=DAY,
        language="lo", channel="api",
    ))  # fmt: skip


def _visits(*centres: int) -> list[dict[str, Any]]:
    return [
        {"centre_id": centre, "id": uuid.uuid4(), "arrived_at": NOON, "day": DAY,
         "language": "lo", "channel": "api"}
        for centre in centres
    ]  # fmt: skip


@probe
def one_foreign_row_among_many(session: Session, halls: Halls) -> Any:
    return session.execute(insert(Visit), _visits(halls.ours.id, halls.theirs.id, halls.ours.id))


@probe
def one_foreign_row_in_a_values_list(session: Session, halls: Halls) -> Any:
    return session.execute(insert(visit).values(_visits(halls.ours.id, halls.theirs.id)))


@probe
def bulk_insert_mappings(session: Session, halls: Halls) -> Any:
    return session.bulk_insert_mappings(Visit, _visits(halls.theirs.id))


@probe
def bulk_save_objects(session: Session, halls: Halls) -> Any:
    return session.bulk_save_objects([a_ticket(halls.theirs, 9)])


@probe
def insert_from_an_unscoped_select(session: Session, halls: Halls) -> Any:
    names = ["centre_id", "id", "arrived_at", "day", "language", "channel"]
    return session.execute(
        insert(visit).from_select(names, select(*(visit.c[name] for name in names)))
    )


@probe
def insert_from_a_select_of_ours_for_them(session: Session, halls: Halls) -> Any:
    names = ["centre_id", "id", "arrived_at", "day", "language", "channel"]
    given = [bindparam("owner", halls.theirs.id), *(visit.c[name] for name in names[1:])]
    query = select(*given).where(visit.c.centre_id == halls.ours.id)
    return session.execute(insert(visit).from_select(names, query))


@probe
def owner_computed_by_sql(session: Session, halls: Halls) -> Any:
    row = {**_visits(halls.ours.id)[0], "centre_id": select(func.max(Centre.id)).scalar_subquery()}
    return session.execute(insert(visit).values(row))


@probe
def upsert_that_moves_the_row(session: Session, halls: Halls) -> Any:
    words = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = words.insert(NumberSeries).values(
        centre_id=halls.ours.id, series="s", period="p", last_no=1
    )
    return session.execute(statement.on_conflict_do_update(
        index_elements=["centre_id", "series", "period"], set_={"centre_id": halls.theirs.id}
    ))  # fmt: skip


@probe
def our_ticket_with_their_visit(session: Session, halls: Halls) -> Any:
    mixed = a_ticket(halls.ours, 9)
    mixed.visit_id = halls.theirs.visit
    session.add(mixed)
    session.flush()


@probe
def their_object_attached(session: Session, halls: Halls) -> Any:
    with centre_scope(halls.theirs.id), reading() as other:
        theirs = other.scalars(select(Person)).one()
        other.expunge(theirs)
    session.add(theirs)


@probe
def their_object_merged(session: Session, halls: Halls) -> Any:
    with centre_scope(halls.theirs.id), reading() as other:
        theirs = other.scalars(select(Person)).one()
    theirs.village = "X"
    session.merge(theirs)
    session.flush()


@probe
def their_object_deleted(session: Session, halls: Halls) -> Any:
    with centre_scope(halls.theirs.id), reading() as other:
        theirs = other.scalars(select(Person)).one()
        other.expunge(theirs)
    session.delete(theirs)
    session.flush()


@probe
def refresh_of_an_object_that_claims_to_be_theirs(session: Session, halls: Halls) -> Any:
    person = session.scalars(select(Person)).one()
    session.expire(person)
    person.__dict__["centre_id"] = halls.theirs.id
    state = person._sa_instance_state  # type: ignore[attr-defined]  # a forged identity
    state.key = (state.key[0], (halls.theirs.id, halls.theirs.person), state.key[2])
    return person.full_name


@probe
def rollups_of_another_centre(session: Session, halls: Halls) -> Any:
    covered = select(centre_area.c.covered_id).where(centre_area.c.area_id == halls.province.id)
    table = CentreDay.__table__
    return session.execute(select(table).where(table.c.centre_id.in_(covered))).all()


@probe
def table_definition(session: Session, halls: Halls) -> Any:
    ticket.drop(session.connection())


def _is_foreign(found: Any, halls: Halls) -> bool:
    if found is None or found == [] or found == 0:
        return False
    if isinstance(found, list):
        return any(_is_foreign(item, halls) for item in found)
    return not (isinstance(found, Ticket | Visit) and found.centre_id == halls.ours.id)


@pytest.mark.parametrize("attempt", PROBES, ids=lambda function: function.__name__)
def test_no_way_past_the_filter(attempt: Probe, halls: Halls, database: Database) -> None:
    theirs = rows_of(database, halls.theirs.id)
    refused = False
    with centre_scope(halls.ours.id):
        try:
            with unit_of_work() as work:
                found = attempt(work.session, halls)
        except REFUSED:
            refused = True
    assert refused or not _is_foreign(found, halls)
    assert rows_of(database, halls.theirs.id) == theirs


# -- what the rooms really write


@honest
def entities(session: Session, halls: Halls) -> bool:
    return len(session.scalars(select(Ticket)).all()) == 3


@honest
def columns_and_order(session: Session, halls: Halls) -> bool:
    query = select(Ticket.label, Ticket.number).order_by(Ticket.number.desc()).limit(2).offset(1)
    return [row.label for row in session.execute(query)] == ["A002", "A001"]


@honest
def count(session: Session, halls: Halls) -> bool:
    return session.scalar(select(func.count()).select_from(Ticket)) == 3


@honest
def grouped(session: Session, halls: Halls) -> bool:
    query = select(Ticket.state, func.count()).group_by(Ticket.state).having(func.count() > 1)
    return session.execute(query).all() == [("waiting", 3)]


@honest
def case_and_filter(session: Session, halls: Halls) -> bool:
    query = select(func.count().filter(Ticket.number > 1), func.sum(Ticket.priority))
    return session.execute(query).one()[0] == 2


@honest
def searched(session: Session, halls: Halls) -> bool:
    query = select(func.count()).select_from(Person)
    found = (
        Person.full_name.startswith("Person", autoescape=True)
        & Person.full_name.contains("of")
        & Person.name_key.icontains("PERSON")
    )
    return session.scalar(query.where(found)) == 1


@honest
def window(session: Session, halls: Halls) -> bool:
    place = func.row_number().over(order_by=Ticket.number)
    return [row[1] for row in session.execute(select(Ticket.label, place))] == [1, 2, 3]


@honest
def join_with_its_parent(session: Session, halls: Halls) -> bool:
    query = select(Ticket, Visit).join(
        Visit, (Visit.centre_id == Ticket.centre_id) & (Visit.id == Ticket.visit_id)
    )
    return len(session.execute(query).all()) == 3


@honest
def outer_join(session: Session, halls: Halls) -> bool:
    query = select(Ticket, Counter).outerjoin(
        Counter, (Counter.centre_id == Ticket.centre_id) & (Counter.id == Ticket.counter_id)
    )
    return all(counter is None for _, counter in session.execute(query))


@honest
def alias_of_itself(session: Session, halls: Halls) -> bool:
    other = aliased(Ticket)
    query = select(Ticket.label, other.label).join(other, other.number == Ticket.number + 1)
    return len(session.execute(query).all()) == 2


@honest
def subquery(session: Session, halls: Halls) -> bool:
    latest = select(func.max(Ticket.number).label("last")).subquery()
    return session.scalar(select(latest.c.last)) == 3


@honest
def alias_of_a_subquery(session: Session, halls: Halls) -> bool:
    few = aliased(Ticket, select(Ticket).where(Ticket.number < 3).subquery())
    return len(session.scalars(select(few)).all()) == 2


@honest
def join_with_a_subquery_by_centre(session: Session, halls: Halls) -> bool:
    table = Visit.__table__
    inner = select(Ticket.centre_id, Ticket.visit_id).distinct().subquery()
    query = select(table.c.id).where(
        table.c.centre_id == inner.c.centre_id, table.c.id == inner.c.visit_id
    )
    return session.scalars(query).all() == [halls.ours.visit]


@honest
def cte(session: Session, halls: Halls) -> bool:
    waiting = select(Ticket.id, Ticket.number).where(Ticket.state == "waiting").cte("waiting")
    return session.scalar(select(func.count()).select_from(waiting)) == 3


@honest
def recursive_cte(session: Session, halls: Halls) -> bool:
    chain = select(Ticket.centre_id, Ticket.number).where(Ticket.number == 1).cte(recursive=True)
    step = select(Ticket.centre_id, Ticket.number).join(chain, Ticket.number == chain.c.number + 1)
    return len(session.execute(select(chain.union_all(step).c.number)).all()) == 3


@honest
def union(session: Session, halls: Halls) -> bool:
    query = union_all(select(Ticket.id), select(Visit.id))
    return len(session.execute(query).all()) == 4


@honest
def correlated_exists(session: Session, halls: Halls) -> bool:
    inner = exists().where(Visit.centre_id == Ticket.centre_id, Visit.id == Ticket.visit_id)
    return len(session.scalars(select(Ticket).where(inner)).all()) == 3


@honest
def correlated_scalar(session: Session, halls: Halls) -> bool:
    other = aliased(Ticket)
    ahead = (
        select(func.count())
        .select_from(other)
        .where(other.centre_id == Ticket.centre_id, other.number < Ticket.number)
        .scalar_subquery()
    )
    return [row[1] for row in session.execute(select(Ticket.number, ahead))] == [0, 1, 2]


@honest
def core_tied_through_a_chain(session: Session, halls: Halls) -> bool:
    query = (
        select(visit.c.id)
        .join_from(ticket, visit, ticket.c.centre_id == visit.c.centre_id)
        .where(ticket.c.centre_id == halls.ours.id)
    )
    return len(session.execute(query).all()) == 3


@honest
def legacy_query(session: Session, halls: Halls) -> bool:
    return session.query(Ticket).filter(Ticket.number > 1).count() == 2


@honest
def get_and_refresh(session: Session, halls: Halls) -> bool:
    found = session.get_one(Ticket, (halls.ours.id, halls.ours.ticket))
    session.expire(found)
    before = found.label
    session.refresh(found, with_for_update=True)
    return before == found.label == "A001"


@honest
def locked(session: Session, halls: Halls) -> bool:
    query = select(Ticket).order_by(Ticket.number).with_for_update(skip_locked=True, of=Ticket)
    return session.scalars(query.limit(1)).one().number == 1


@honest
def eager_loads(session: Session, halls: Halls) -> bool:
    joined = select(Application).options(joinedload(Application.person))
    chosen = select(Application).options(selectinload(Application.person))
    return session.scalars(joined).all() == session.scalars(chosen).all() == []


@honest
def reference_data(session: Session, halls: Halls) -> bool:
    query = select(Centre, Ticket).join(Ticket, Ticket.centre_id == Centre.id)
    return len(session.execute(query).all()) == 3 and len(session.query(Centre).all()) == 2


@honest
def bulk_update(session: Session, halls: Halls) -> bool:
    session.execute(update(Ticket).where(Ticket.number > 1).values(priority=1))
    return session.scalar(select(func.sum(Ticket.priority))) == 2


@honest
def update_returning(session: Session, halls: Halls) -> bool:
    chosen = select(Ticket.id).where(Ticket.number == 2).scalar_subquery()
    statement = update(Ticket).where(Ticket.id == chosen).values(priority=1)
    return session.scalars(statement.returning(Ticket.number)).all() == [2]


@honest
def update_by_our_list_of_keys(session: Session, halls: Halls) -> bool:
    rows = [{"centre_id": halls.ours.id, "id": halls.ours.person, "village": "X"}]
    session.execute(update(Person), rows)
    return session.scalar(select(Person.village)) == "X"


@honest
def bulk_delete(session: Session, halls: Halls) -> bool:
    session.execute(delete(CentreDay).where(CentreDay.day == DAY))
    return session.scalar(select(func.count()).select_from(CentreDay)) == 0


@honest
def object_life(session: Session, halls: Halls) -> bool:
    session.add_all([a_ticket(halls.ours, 10), a_ticket(halls.ours, 11)])
    session.flush()
    one = session.scalars(select(Ticket).where(Ticket.number == 10)).one()
    one.state, one.counter_id = "called", halls.ours.counter
    session.flush()
    return one.version == 2


@honest
def savepoint(session: Session, halls: Halls) -> bool:
    with session.begin_nested():
        session.add(a_ticket(halls.ours, 10))
    try:
        with session.begin_nested():
            session.add(a_ticket(halls.ours, 10))
    except IntegrityError:
        return session.scalar(select(func.count()).select_from(Ticket)) == 4
    return False


@honest
def number_series(session: Session, halls: Halls) -> bool:
    return [take_number(session, "x", "2026") for _ in range(3)] == [1, 2, 3]


@honest
def many_rows(session: Session, halls: Halls) -> bool:
    session.execute(insert(Visit), _visits(*[halls.ours.id] * 2500))
    session.execute(insert(visit).values(_visits(*[halls.ours.id] * 2)))
    return session.scalar(select(func.count()).select_from(Visit)) == 2503


@honest
def insert_from_our_select(session: Session, halls: Halls) -> bool:
    names = ["centre_id", "series", "period", "last_no"]
    query = select(Ticket.centre_id, Ticket.label, Ticket.letter, Ticket.number).where(
        Ticket.centre_id == halls.ours.id
    )
    session.execute(insert(NumberSeries).from_select(names, query))
    return session.scalar(select(func.sum(NumberSeries.last_no))) == 6


@honest
def our_event(session: Session, halls: Halls) -> bool:
    return session.get_one(Event, (halls.ours.id, halls.ours.event)).verb == "arrived"


@pytest.mark.parametrize("query", HONEST, ids=lambda function: function.__name__)
def test_honest_queries_pass(query: Callable[[Session, Halls], bool], halls: Halls) -> None:
    with centre_scope(halls.ours.id), pytest.raises(Undo), unit_of_work() as work:
        assert query(work.session, halls)
        raise Undo


# -- the other scopes


def test_an_area_reads_the_rollups_of_its_centres(halls: Halls) -> None:
    seen = {}
    for unit in (halls.district, halls.province):
        with area_scope(unit.id), reading() as session:
            seen[unit.code] = session.scalar(select(func.sum(CentreDay.tickets)))
    assert seen == {"LA0101": 1, "LA01": 2}


@pytest.mark.parametrize(
    "query",
    [
        lambda halls: select(Ticket),
        lambda halls: select(Person.full_name),
        lambda halls: select(CentreDay.__table__),
        lambda halls: select(CentreDay.__table__).where(
            CentreDay.__table__.c.centre_id.in_(
                select(centre_area.c.covered_id).where(centre_area.c.area_id == halls.province.id)
            )
        ),
        lambda halls: select(CentreDay.__table__).where(
            CentreDay.__table__.c.centre_id.in_(select(centre_area.c.covered_id))
        ),
        lambda halls: select(CentreDay.__table__).where(
            CentreDay.__table__.c.centre_id == halls.ours.id
        ),
        lambda halls: update(CentreDay).values(tickets=0),
        lambda halls: insert(centre_area).values(area_id=1, covered_id=2),
        lambda halls: text("select 1"),
    ],
)
def test_an_area_reads_nothing_else_and_writes_nothing(
    query: Callable[[Halls], Any], halls: Halls
) -> None:
    with area_scope(halls.district.id), reading() as session, pytest.raises(ScopeBreach):
        session.execute(query(halls))


def test_an_areas_office_changes_no_figure_and_no_reference_data(halls: Halls) -> None:
    for statement in (
        update(CentreDay).values(tickets=0),
        delete(CentreDay),
        update(Centre).values(name_lo="x"),
        insert(centre_area).values(area_id=1, covered_id=2),
        update(Ticket).values(label=""),
    ):
        with area_scope(halls.district.id), unit_of_work() as work:
            with pytest.raises(ScopeBreach):
                work.session.execute(statement)
            work.doomed = True


@pytest.mark.parametrize(
    "query", [select(Ticket), select(CentreDay), update(Ticket).values(label="")]
)
def test_reference_scope_reaches_no_centres_rows(query: Any, halls: Halls) -> None:
    with reference_scope(), reading() as session, pytest.raises(ScopeBreach):
        session.execute(query)


def test_reference_scope_can_not_attach_a_centres_row(halls: Halls) -> None:
    with reference_scope(), unit_of_work() as work, pytest.raises(ScopeBreach):
        work.session.add(a_ticket(halls.ours, 9))


@pytest.mark.parametrize("missing", [None, "", "1", True, 1.0])
def test_a_scope_without_a_centre_is_no_scope(missing: Any) -> None:
    with pytest.raises(NoScope):
        Scope("centre", centre_id=missing)
    with pytest.raises(NoScope):
        Scope("area", area_id=missing)


def test_without_a_scope_no_session_opens(database: Database) -> None:
    with pytest.raises(NoScope), reading():
        pass


def test_a_message_names_the_table_and_what_is_missing(halls: Halls) -> None:
    with (
        centre_scope(halls.ours.id),
        reading() as session,
        pytest.raises(ScopeBreach, match="visit is not tied to the centre"),
    ):
        session.execute(select(visit))


def test_a_deliberate_crossing_passes_and_is_logged(
    halls: Halls, caplog: pytest.LogCaptureFixture
) -> None:
    option = {"cross_centre": "recount of the nation"}
    with (
        caplog.at_level(logging.INFO, "odsc_counter.tripwire"),
        centre_scope(halls.ours.id),
        reading() as session,
    ):
        assert session.execute(text("select 1"), execution_options=option).scalar() == 1
    assert caplog.records[-1].reason == "recount of the nation"  # type: ignore[attr-defined]


def test_our_own_count_is_not_changed_by_all_this(halls: Halls) -> None:
    assert ticket_count(halls.ours) == ticket_count(halls.theirs) == 3


def test_rollups_of_a_centre_can_be_rewritten_in_its_scope(halls: Halls) -> None:
    with centre_scope(halls.ours.id), unit_of_work() as work:
        work.session.execute(delete(CentreDay))
        work.session.add(a_rollup(halls.ours.id))
    with area_scope(halls.province.id), reading() as session:
        assert session.scalar(select(func.count()).select_from(CentreDay)) == 2
