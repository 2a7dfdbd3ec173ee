"""What the database itself refuses, as SQL for migrations: row-level security, grants, triggers.

Migrations name the tables; this module knows the words for each database.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from odsc_counter.platform.database import APP_ROLE, NATIONAL_ROLE

OWN_CENTRE = "centre_id = nullif(current_setting('app.centre_id', true), '')::int"
NO_CENTRE = "nullif(current_setting('app.centre_id', true), '') is null"
OWN_AREA = (
    "centre_id in (select covered_id from centre_area"
    " where area_id = nullif(current_setting('app.area_id', true), '')::int)"
)


OWN_PLACE = (
    "place_id in (select inner_id from unit_area"
    " where area_id = nullif(current_setting('app.area_id', true), '')::int)"
)


def create_roles() -> Iterator[str]:
    """Make the two roles, PostgreSQL only. Neither logs in, owns anything or passes by RLS."""
    for role in (APP_ROLE, NATIONAL_ROLE):
        yield (
            "do $$ begin"
            f" if not exists (select from pg_roles where rolname = '{role}') then"
            f" create role {role} nologin nosuperuser nobypassrls; end if;"
            " exception when duplicate_object or unique_violation then null; end $$"
        )
        yield (
            f"do $$ begin if not pg_has_role(current_user, '{role}', 'member') then"
            f" execute format('grant {role} to %I', current_user); end if; end $$"
        )
        yield f"grant usage on schema public to {role}"


def isolate(table: str, *, rollup: bool = False) -> Iterator[str]:
    """Force row-level security on a centre's table; a rollup may also be read by its area."""
    yield f"alter table {table} enable row level security"
    yield f"alter table {table} force row level security"
    yield f"create policy own_centre on {table} using ({OWN_CENTRE}) with check ({OWN_CENTRE})"
    if rollup:
        yield f"create policy own_area on {table} for select using ({OWN_AREA})"


def keep_in_area(table: str) -> Iterator[str]:
    """Force row-level security on a table of units' offices: rows within the session's area."""
    yield f"alter table {table} enable row level security"
    yield f"alter table {table} force row level security"
    yield f"create policy own_area on {table} using ({OWN_PLACE}) with check ({OWN_PLACE})"


def keep_local(table: str) -> Iterator[str]:
    """Show a centre the nation's rows and its own of a reference table; let it write its own.

    Without a centre's scope, the nation's offices see and write all.
    """
    yield f"alter table {table} enable row level security"
    yield (
        f"create policy national_or_own on {table} using"
        f" ({NO_CENTRE} or owner_centre_id is null or owner_{OWN_CENTRE})"
        f" with check ({NO_CENTRE} or owner_{OWN_CENTRE})"
    )


def grant(table: str, *, to_app: str, to_national: bool = False) -> Iterator[str]:
    """Give the application's role these rights and no others."""
    yield f"grant {to_app} on {table} to {APP_ROLE}"
    if to_national:
        yield f"grant select on {table} to {NATIONAL_ROLE}"


def refuse_changes_function() -> str:
    """The function behind every append-only trigger, PostgreSQL only."""
    return (
        "create function refuse_change() returns trigger language plpgsql as"
        " $$ begin raise exception '% is append-only', tg_table_name; end $$"
    )


def append_only(table: str, dialect: str) -> Iterator[str]:
    """Refuse UPDATE, DELETE (and TRUNCATE) on a table, whoever asks."""
    if dialect == "sqlite":
        for action in ("update", "delete"):
            yield (
                f"create trigger {table}_no_{action} before {action} on {table}"
                f" begin select raise(abort, '{table} is append-only'); end"
            )
        return
    yield (
        f"create trigger {table}_append_only before update or delete on {table}"
        " for each row execute function refuse_change()"
    )
    yield (
        f"create trigger {table}_no_truncate before truncate on {table}"
        " for each statement execute function refuse_change()"
    )


def no_replacement(connection: Connection, table: str) -> Iterator[str]:
    """Refuse a row in the place of another one, by any of its keys: SQLite only.

    INSERT OR REPLACE removes the row that is in the way, and fires no trigger of its removal
    on a connection that has not asked for it.
    """
    taken, conditions = [], []
    has_rowid = not connection.execute(
        text("select wr from pragma_table_list where schema = 'main' and name = :name"),
        {"name": table},
    ).scalar_one()
    if has_rowid:
        taken.append("rowid = new.rowid")
        conditions.append("1")
    for index, partial in connection.execute(
        text('select name, partial from pragma_index_list(:name) where "unique"'), {"name": table}
    ).all():
        columns = connection.execute(
            text("select name from pragma_index_info(:name) order by seqno"), {"name": index}
        ).scalars()
        same = " and ".join(f"{name} = new.{name}" for name in columns)
        condition = "1"
        if partial:
            made: str = connection.execute(
                text("select sql from sqlite_master where name = :name"), {"name": index}
            ).scalar_one()
            condition = made.split(" WHERE ", 1)[1]
        taken.append(f"{same} and {condition}")
        conditions.append(condition)
    first_column = {condition.split()[0] for condition in conditions if condition != "1"}
    cases = " or ".join(
        f"({_of_new(condition, first_column)} and exists (select 1 from {table} where {rule}))"  # noqa: S608 - our own names
        for rule, condition in zip(taken, conditions, strict=True)
    )
    yield (
        f"create trigger {table}_no_replace before insert on {table} when {cases}"
        f" begin select raise(abort, 'no row takes the place of another'); end"
    )


def _of_new(condition: str, columns: set[str]) -> str:
    """A partial index's condition, asked of the row that comes."""
    words = condition.split()
    return " ".join(f"new.{word}" if word in columns else word for word in words)
