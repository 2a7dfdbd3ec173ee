"""What national monitoring costs with years of history: answers, rebuild, and a mark's price.

    python -m benchmarks.monitoring [--tickets 20000000] [--years 5] [--only sqlite|postgresql]

166 centres; a tenth as many files and receipts as tickets. Tickets, their service legs and visits,
files and receipts are made inside the database, in ten patterns of centres: the rollups of ten
centres are then rebuilt by the product itself, which gives its rate, and copied to the centres of
the same pattern. That the copies are true is asserted by a raw scan of all tickets.

Answers of the product (median of 15, with scope and tripwire) are held against that raw scan on the
same database and against DuckDB over the same legs. Aim: every answer under 100 ms.
Needs the extras `dev` and `bench`, and some 30 GB of disk for 20 million tickets.
"""

# ruff: noqa: E501 - statements of SQL are read as they are sent, column under column

import argparse
import logging
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, text

from odsc_counter import schema
from odsc_counter.monitoring import rollups
from odsc_counter.monitoring.answers import EVERYTHING, Narrowed, answer
from odsc_counter.monitoring.figures import first_of_month, first_of_next_month
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock, tripwire
from odsc_counter.platform.database import Database, bound_to
from odsc_counter.platform.periods import LONGEST_DAYS
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import unit_of_work
from tests.monitoring.records import a_letterhead
from tests.pages import a_desk, an_app
from tests.postgresql import Server
from tests.world import a_centre, a_service, a_unit, a_user

AIM = 100.0
FIVE_YEARS = timedelta(days=LONGEST_DAYS - 1)
CENTRES, PATTERNS, SERVICES, ROUNDS = 166, 10, 60, 15
MINISTRIES = ("MOPS", "MAE", "MOIC", "MOJ", "MOF", "MPWT")
CELLS = ("centre_day", "centre_month", "centre_month_service", "centre_month_office", "centre_hour")


class Dialect:
    """How the two databases and DuckDB write the same key, moment and day."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.postgresql = name == "postgresql"

    def key(self, kind: int, number: str) -> str:
        """A key that tells kinds of rows apart; ascending, so that indexes are appended to."""
        if self.postgresql:
            return f"(lpad(to_hex({kind}), 4, '0') || lpad(to_hex(d.number), 8, '0') || lpad(to_hex({number}), 20, '0'))::uuid"
        return f"printf('%04x%08x%020x', {kind}, d.number, {number})"

    def moment(self, seconds: str) -> str:
        """So many seconds after one o'clock UTC of the day: eight in Vientiane."""
        if self.postgresql:
            return (
                f"((d.day + time '01:00') at time zone 'UTC' + ({seconds}) * interval '1 second')"
            )
        return f"(d.day || ' ' || time(3600 + ({seconds}), 'unixepoch') || '.000000')"

    def later(self, days: str) -> str:
        """So many days after the day."""
        return f"(d.day + ({days}))" if self.postgresql else f"date(d.day, ({days}) || ' days')"

    @property
    def no(self) -> str:
        """False."""
        return "false" if self.postgresql else "0"


def mixed(salt: int, of: int) -> str:
    """A number below `of` that looks drawn by lot, the same in every database."""
    return f"((p.pattern * 7919 + d.number * 6151 + n.n * 2971 + {salt} * 1009 + (n.n * d.number) % 911) % {of})"


def facts(dialect: Dialect, each: int) -> list[str]:
    """The statements that make everything of one centre, but for its set-up."""
    source = (
        f"from (select :centre as centre, :pattern as pattern) p, bench_day d, bench_n n"
        f" where n.n <= {each} + (p.pattern * 3 + d.number) % 9 - 4"
    )
    wait, serve = mixed(1, 4200), f"(120 + {mixed(2, 900)})"
    fate = mixed(3, 100)  # 0-4 no-show, 5-7 walked out, else served
    issued = f"(n.n * 29100 / {each + 8})"
    service = f"(1 + {mixed(4, SERVICES)})"
    called = f"case when {fate} in (5, 6, 7) then null else {{}} end"
    group = ":group_id"
    files = f"{source} and n.n % 10 = 1"
    took = mixed(5, 12)
    decided = dialect.later(took)
    ready = dialect.later(f"{took} + 1")
    collected = dialect.later(f"{took} + 1 + {mixed(6, 9)}")
    late = "case when {0} then {1} end".format
    is_old = f"d.day < '{clock.today() - timedelta(days=40)}'"
    sold = f"{files} and {mixed(7, 10)} > 0"
    fee = f"(5000 + 5000 * {mixed(8, 6)})"
    return [
        f"insert into visit (centre_id, id, arrived_at, day, language, channel, files)"
        f" select p.centre, {dialect.key(1, 'n.n')}, {dialect.moment(issued)}, d.day, 'lo', 'kiosk', 1 {source}",
        f"insert into ticket (centre_id, id, visit_id, day, letter, number, label, public_code,"
        f" language, is_paper, times_unreliable, leg_no, group_id, service_id, priority, rank_at,"
        f" issued_at, first_called_at, ended_at, counted_at, call_count, print_count, state, version)"
        f" select p.centre, {dialect.key(1, 'n.n')}, {dialect.key(1, 'n.n')}, d.day, 'A', n.n, 'A' || n.n,"
        f" d.number || 'x' || n.n, 'lo', {dialect.no}, {dialect.no}, 1, {group}, {service}, 0,"
        f" {dialect.moment(issued)}, {dialect.moment(issued)},"
        f" {called.format(dialect.moment(f'{issued} + {wait}'))},"
        f" {dialect.moment(f'{issued} + {wait} + {serve}')},"
        f" {dialect.moment(f'{issued} + {wait} + {serve}')}, 1, 1,"
        f" case when {fate} < 5 then 'no_show' when {fate} < 8 then 'walked_out' else 'completed' end, 4 {source}",
        f"insert into service_leg (centre_id, ticket_id, position, day, service_id, group_id, queued_at,"
        f" first_called_at, ended_at, outcome, waiting_seconds, walking_seconds, serving_seconds, hold_seconds)"
        f" select p.centre, {dialect.key(1, 'n.n')}, 1, d.day, {service}, {group}, {dialect.moment(issued)},"
        f" {called.format(dialect.moment(f'{issued} + {wait}'))},"
        f" {dialect.moment(f'{issued} + {wait} + {serve}')},"
        f" case when {fate} < 5 then 'no_show' when {fate} < 8 then 'walked_out' else 'completed' end,"
        f" {wait}, 20, case when {fate} < 8 then 0 else {serve} end, 0 {source}",
        f"insert into application (centre_id, id, year, number, label, tracking_code, service_id,"
        f" service_version_id, ministry_id, person_id, submitted_at, submitted_on, channel, answers, due_on,"
        f" decided_at, decided_on, decision_reason, result_number, ready_on, collected_on, state, version)"
        f" select p.centre, {dialect.key(2, 'n.n')}, 2000, d.number * 1000 + n.n, d.number || '-' || n.n,"
        f" d.number || 'x' || n.n, {service}, v.id, v.ministry_id, :person_id, {dialect.moment(issued)}, d.day,"
        f" 'counter', '{{}}', {dialect.later('9')},"
        f" case when {is_old} then {dialect.moment('30000')} end, {late(is_old, decided)}, '', '',"
        f" {late(is_old, ready)}, {late(is_old, collected)},"
        f" case when {is_old} then 'collected' else 'submitted' end, 3"
        f" {files.replace('bench_n n', 'bench_n n, service_version v')} and v.service_id = {service}",
        f"insert into receipt (centre_id, id, fiscal_year, series, number, label, public_code, kind,"
        f" assessment_id, application_id, till_session_id, cashier_id, cashier_name, payer_name, amount_kip,"
        f" method, payment_reference, tendered_kip, change_kip, reason, issued_at, day, body, prev_hash, hash,"
        f" key_id, signature, seal)"
        f" select p.centre, {dialect.key(3, 'n.n')}, 2000, 'A', d.number * 1000 + n.n, d.number || '-' || n.n,"
        f" d.number || 'x' || n.n, 'sale', {dialect.key(3, 'n.n')}, {dialect.key(2, 'n.n')}, :till_id, :cashier_id,"
        f" '', '', {fee}, 'cash', '', {fee}, 0, '', {dialect.moment(issued)}, d.day, '', '', '', '', '', '' {sold}",
        f"insert into receipt_line (centre_id, receipt_id, position, fee_line_id, ministry_id, service_code,"
        f" name_en, name_lo, legal_basis, standing, quantity, unit_kip, gross_kip, reduction_kip, amount_kip,"
        f" computation, shares)"
        f" select p.centre, {dialect.key(3, 'n.n')}, 1, f.id, v.ministry_id, '', '', '', '', 'sourced', 1, {fee},"
        f" {fee}, 0, {fee}, '{{}}', '[]' {sold.replace('bench_n n', 'bench_n n, service_version v, fee_line f')}"
        f" and v.service_id = {service} and f.service_id = {service}",
    ]


def say(words: str) -> None:
    """Print at once."""
    print(words, flush=True)


class Years:
    """A database with so many tickets of so many years."""

    def __init__(self, kind: str, url: str, tickets: int, years: int) -> None:
        self.dialect = Dialect(kind)
        self.database = Database(url)
        engine = self.database.owner_engine()
        schema.migrate(engine)
        tripwire.install(self.database)
        self.last = clock.today() - timedelta(days=1)
        self.first = first_of_month(date(self.last.year - years, self.last.month, 1))
        days = (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))
        self.days = [day for day in days if day.weekday() < 5]
        self.each = round(tickets / CENTRES / len(self.days))
        with bound_to(self.database):
            self._set_up()
            began = time.perf_counter()
            self._make(engine)
            took = time.perf_counter() - began
            say(f"  made {self.count:,} tickets in {took:.0f} s")

    def _set_up(self) -> None:
        self.centres: list[Centre] = []
        for province in range(1, 19):
            districts = 10 if province <= 4 else 9
            for district in range(1, districts + 1):
                if len(self.centres) < CENTRES:
                    code = f"LA{province:02}{district:02}"
                    self.centres.append(a_centre(code, counters=0))
        for number in range(SERVICES):
            ministry = MINISTRIES[number % len(MINISTRIES)]
            a_service(self.centres[0], f"{ministry}-{number + 1:02}", papers=0)
        a_letterhead()
        self.cashier = a_user()

    def _make(self, engine: Any) -> None:
        with engine.connect() as connection:
            connection.execution_options(cross_centre="a benchmark's bulk load")
            if self.dialect.postgresql:
                connection.execute(text("set session_replication_role = replica"))
            else:
                bare: Any = connection.connection.dbapi_connection
                for setting in ("synchronous=off", "foreign_keys=off", "cache_size=-400000"):
                    bare.execute(f"pragma {setting}")
            indexes = self._lay_aside(connection)
            connection.execute(text("create table bench_n (n integer primary key)"))
            connection.execute(
                text("create table bench_day (number integer primary key, day date)")
            )
            connection.execute(
                text("insert into bench_n values (:n)"),
                [{"n": n} for n in range(1, self.each + 20)],
            )
            connection.execute(
                text("insert into bench_day values (:number, :day)"),
                [{"number": n, "day": day.isoformat()} for n, day in enumerate(self.days, 1)],
            )
            if self.dialect.postgresql:
                connection.execute(text("set jit = off"))
            connection.exec_driver_sql("analyze")  # or it takes the days for one row
            connection.commit()
            statements = facts(self.dialect, self.each)
            blank = "00000000-0000-0000-0000-000000000000" if self.dialect.postgresql else "0" * 32
            for number, centre in enumerate(self.centres):
                given = {
                    "centre": centre.id,
                    "pattern": number % PATTERNS,
                    "group_id": blank,
                    "person_id": blank,
                    "till_id": blank,
                    "cashier_id": self.cashier.id,
                }
                for statement in statements:
                    known = {key: value for key, value in given.items() if f":{key}" in statement}
                    connection.execute(text(self._typed(statement)), known)
                connection.commit()
            for index in indexes:
                connection.exec_driver_sql(index)
            connection.commit()
            connection.exec_driver_sql("analyze")
            connection.commit()
            self.count = connection.scalar(text("select count(*) from ticket"))

    def _typed(self, statement: str) -> str:
        if not self.dialect.postgresql:
            return statement
        for name, kind in (
            ("centre", "int"),
            ("pattern", "int"),
            ("group_id", "uuid"),
            ("person_id", "uuid"),
            ("till_id", "uuid"),
            ("cashier_id", "int"),
        ):
            statement = statement.replace(f":{name}", f"cast(:{name} as {kind})")
        return statement

    def _lay_aside(self, connection: Connection) -> list[str]:
        """Take away the indexes that are not constraints, and say how to make them again."""
        tables = "('visit', 'ticket', 'service_leg', 'application', 'receipt', 'receipt_line')"
        if self.dialect.postgresql:
            rows = connection.execute(
                text(
                    "select indexname, indexdef from pg_indexes where schemaname = current_schema()"
                    f" and tablename in {tables} and indexname like '%ix\\_%'"
                )
            ).all()
        else:
            rows = connection.execute(
                text(
                    f"select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in {tables}"
                )
            ).all()
            for (name,) in connection.execute(
                text(
                    f"select name from sqlite_master where type = 'trigger' and tbl_name in {tables}"
                )
            ).all():
                connection.exec_driver_sql(f"drop trigger {name}")
        for name, _made in rows:
            connection.exec_driver_sql(f"drop index {name}")
        return [made for _name, made in rows]

    def rebuild(self) -> None:
        """The rollups of the first ten centres by the product, and of all others by copying."""
        months = 0
        began = time.perf_counter()
        for centre in self.centres[:PATTERNS]:
            rollups.rebuild(centre, self.first, self.last)
        month = self.first
        while month <= self.last:
            months, month = months + PATTERNS, first_of_next_month(month)
        took = time.perf_counter() - began
        share = self.count * PATTERNS / len(self.centres)
        say(
            f"  rebuild: {months} months of a centre in {took:.0f} s: {months / took:.1f} months a second, {share / took:,.0f} tickets a second"
        )
        with self.database.owner_engine().connect() as connection:
            connection.execution_options(cross_centre="a benchmark's bulk load")
            if self.dialect.postgresql:
                connection.execute(text("set session_replication_role = replica"))
            for table in (*CELLS, "centre_now"):
                columns = [
                    one.name
                    for one in schema.metadata.tables[table].columns
                    if one.name != "centre_id"
                ]
                names = ", ".join(columns)
                for number, centre in enumerate(self.centres[PATTERNS:], PATTERNS):
                    connection.execute(
                        text(
                            f"insert into {table} (centre_id, {names}) select :to, {names} from {table} where centre_id = :since"
                        ),
                        {"to": centre.id, "since": self.centres[number % PATTERNS].id},
                    )
            connection.commit()
            connection.exec_driver_sql("analyze")
            connection.commit()

    def raw(
        self, first: date, last: date, prefix: str, service: int | None = None
    ) -> tuple[float, int]:
        """A scan of the tickets themselves: how long, and how many waited how long in all."""
        narrowed = " and l.service_id = :service" if service else ""
        statement = text(
            "select u.code, count(*), sum(case when l.outcome = 'completed' then 1 else 0 end),"
            " sum(case when l.first_called_at is not null then l.waiting_seconds else 0 end)"
            " from service_leg l join ticket t on t.centre_id = l.centre_id and t.id = l.ticket_id"
            " join centre c on c.id = l.centre_id join unit u on u.id = c.unit_id"
            f" where l.day between :first and :last and u.code like :prefix{narrowed} group by u.code"
        )
        given: dict[str, Any] = {"first": first, "last": last, "prefix": f"{prefix}%"}
        if not self.dialect.postgresql:
            given |= {"first": first.isoformat(), "last": last.isoformat()}
        if service:
            given["service"] = service
        with self.database.owner_engine().connect() as connection:
            connection.execution_options(cross_centre="a benchmark's bare comparison")
            began = time.perf_counter()
            rows = connection.execute(statement, given).all()
            return time.perf_counter() - began, sum(int(row[1]) for row in rows)


def ducks(years: Years) -> duckdb.DuckDBPyConnection:
    """The same legs in DuckDB, made by the same rules from the same days and patterns."""
    duck = duckdb.connect()
    duck.execute("create table bench_n as select unnest(range(1, ?)) as n", [years.each + 20])
    duck.execute("create table bench_day (number integer, day date)")
    duck.executemany(
        "insert into bench_day values (?, ?)", [[n, day] for n, day in enumerate(years.days, 1)]
    )
    duck.execute("create table centre (centre integer, pattern integer, code varchar)")
    duck.executemany(
        "insert into centre values (?, ?, ?)",
        [[c.id, n % PATTERNS, c.code] for n, c in enumerate(years.centres)],
    )
    duck.execute(
        f"create table service_leg as select p.centre as centre_id, d.day, 1 + {mixed(4, SERVICES)} as service_id,"
        f" {mixed(3, 100)} as fate, {mixed(1, 4200)} as waiting_seconds from centre p, bench_day d, bench_n n"
        f" where n.n <= {years.each} + (p.pattern * 3 + d.number) % 9 - 4 order by d.day"
    )
    return duck


def duck_scan(
    duck: duckdb.DuckDBPyConnection, first: date, last: date, prefix: str
) -> tuple[float, int]:
    """The raw scan in DuckDB."""
    began = time.perf_counter()
    rows = duck.execute(
        "select c.code, count(*), sum(case when fate >= 8 then 1 else 0 end),"
        " sum(case when fate in (5, 6, 7) then 0 else waiting_seconds end) from service_leg l"
        " join centre c on c.centre = l.centre_id where l.day between ? and ? and c.code like ? group by c.code",
        [first, last, f"{prefix}%"],
    ).fetchall()
    return time.perf_counter() - began, sum(row[1] for row in rows)


def median_of(act: Callable[[], object]) -> float:
    """Milliseconds."""
    took = []
    for _round in range(ROUNDS + 1):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[1:])


def measure(years: Years) -> None:
    """Answers against raw scans and DuckDB."""
    last = years.last
    month = first_of_month(last - timedelta(days=last.day))
    spans = {
        "last month": (month, first_of_next_month(month) - timedelta(days=1)),
        "twelve months": (first_of_month(date(last.year - 1, last.month, 1)), last),
        "from the 11th to yesterday, a year": (date(last.year - 1, last.month, 11), last),
        "all years": (years.first, last),
    }
    units: dict[str, Unit] = {code: a_unit(code) for code in ("LA", "LA01", "LA0101")}
    duck = ducks(years)
    say(
        f"  {'what':58} {'ms':>8} {'raw ms':>9} {'raw x':>7} {'duck ms':>8} {'duck x':>7} {'aim':>5}"
    )
    for words, (first, until) in spans.items():
        for code, unit in units.items():
            took = median_of(lambda u=unit, f=first, t=until: answer(u, f, t))  # type: ignore[misc]
            raw, counted = years.raw(first, until, code)
            duck_scan(duck, first, until, code)
            quick, same = duck_scan(duck, first, until, code)
            told = answer(unit, first, until).total.asked
            assert told == counted == same, (words, code, told, counted, same)
            say(
                f"  {code + ', ' + words:58} {took:8.1f} {raw * 1000:9.0f} {raw * 1000 / took:7.0f} {quick * 1000:8.1f} {quick * 1000 / took:7.2f} {took / AIM:5.2f}"
            )
    first, until = spans["twelve months"]
    for words, narrowed in (
        ("one service", Narrowed(service_id=7)),
        ("one ministry", Narrowed(ministry_id=1)),
        ("centres of districts", Narrowed(level=2)),
        ("all, without its course", EVERYTHING),
    ):
        steps = narrowed != EVERYTHING
        took = median_of(
            lambda n=narrowed, s=steps: answer(units["LA"], first, until, n, with_steps=s)
        )  # type: ignore[misc]
        say(
            f"  {'LA, twelve months, ' + words:58} {took:8.1f} {'':9} {'':7} {'':8} {'':7} {took / AIM:5.2f}"
        )


def pages(years: Years, url: str, instance: Path) -> None:
    """Whole pages as MOHA opens them: sign-in, two answers, what they are held against, drawing."""
    app = an_app(url, instance)
    desk = a_desk(app, a_user("analyst", moha_analyst=a_unit("LA")))
    year = "period=12-months"
    own = median_of(lambda: desk.get("/me"))
    say(f"  {'the own page, to hold against':58} {own:8.1f}")
    for words, address in (
        ("the month before, nation", "LA/figures?period=last-month"),
        ("the month before, province", "LA01/figures?period=last-month"),
        ("the month before, district", "LA0101/figures?period=last-month"),
        ("twelve months, nation", f"LA/figures?{year}"),
        ("twelve months, province", f"LA01/figures?{year}"),
        ("twelve months, nation, one ministry", f"LA/figures?{year}&ministry=1"),
        (
            "five years, nation",
            f"LA/figures?period=chosen&from={years.last - FIVE_YEARS}&to={years.last}",
        ),
    ):
        assert desk.get(f"/a/{address}").status_code == 200, address
        took = median_of(lambda a=address: desk.get(f"/a/{a}"))  # type: ignore[misc]
        say(f"  {'page: ' + words:58} {took:8.1f} {took / own:15.1f} x own {took / AIM:19.2f}")


def price_of_a_mark(years: Years) -> None:
    """What an event pays for its mark, and what a marked day costs the worker."""
    centre = years.centres[0]
    with centre_scope(centre.id):

        def marked() -> None:
            with unit_of_work() as work:
                work.session.add(rollups.RollupDirty(day=years.last))

        def empty() -> None:
            with unit_of_work() as work:
                work.session.execute(
                    text("select 1").execution_options(cross_centre="nothing is read")
                )

        bare, mark = median_of(empty), median_of(marked)
    refreshed = median_of(lambda: (_mark(centre, years.last), rollups.refresh()))
    say(
        f"  a mark: {mark - bare:.2f} ms in its own transaction; a marked day recomputed, with its month: {refreshed:.0f} ms"
    )


def _mark(centre: Centre, day: date) -> None:
    with centre_scope(centre.id), unit_of_work() as work:
        work.session.add(rollups.RollupDirty(day=day))


def main() -> None:
    """Make, rebuild, measure, on each database."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--tickets", type=int, default=20_000_000)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    logging.disable(logging.INFO)
    for kind in ("sqlite", "postgresql"):
        if given.only in (None, kind):
            say(kind)
            _run(kind, given.tickets, given.years)


def _run(kind: str, tickets: int, years: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="monitoring-"))
    server = Server(durable=True) if kind == "postgresql" else None
    try:
        if server:
            for setting in ("fsync = off", "synchronous_commit = off", "max_wal_size = '4GB'"):
                server.execute(f"alter system set {setting}")
            server.execute("select pg_reload_conf()")
            server.execute("create database monitoring")
        url = server.url("monitoring") if server else f"sqlite:///{folder}/odsc.db"
        made = Years(kind, url, tickets, years)
        with bound_to(made.database):
            made.rebuild()
            measure(made)
            pages(made, url, folder)
            price_of_a_mark(made)
        made.database.dispose()
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
