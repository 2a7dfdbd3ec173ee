"""What the database itself refuses of signed minutes, also to plain SQL as the application.

- once a meeting is signed, neither it nor its agenda, attendance, papers and resolutions are
  changed, and no row is added to them;
- a meeting begins unsigned, and is signed with the seal of its text and no resolution undecided;
- a row keeps its keys, so that none moves into another meeting or takes the place of another;
- no row of these is ever removed, signed or not; on SQLite not by INSERT OR REPLACE either.

Whoever adds a row on PostgreSQL waits for a sign-off that is under way.
"""

from collections.abc import Iterator

from alembic import op

from odsc_counter.platform import walls

revision = "0024"
down_revision = "0023"

PARTS = ("agenda_item", "attendance", "meeting_paper", "resolution")
KEYS = {
    "meeting": ("place_id", "id", "year", "number"),
    "agenda_item": (
        "place_id", "id", "meeting_id", "flag_place_id", "flag_id", "action_place_id", "action_id",
    ),
    "attendance": ("place_id", "meeting_id", "member_id"),
    "meeting_paper": ("place_id", "id", "meeting_id"),
    "resolution": ("place_id", "id", "meeting_id", "year", "number"),
}  # fmt: skip
SIGNED = "the minutes are signed: a later resolution corrects them"
REMOVED = "what a committee did is never removed"
MOVED = "a row keeps its keys"
BEGINS = "a meeting begins unsigned"
UNSEALED = "what is signed has a seal and nothing undecided"

OF_SIGNED = (
    "exists (select 1 from meeting m where m.place_id = new.place_id"
    " and m.id = new.meeting_id and m.state = 'signed')"
)
IS_SEALED = (
    "new.state <> 'signed' or (old.state = 'held' and length(new.signed_hash) = 64"
    " and new.signed_body <> '' and not exists (select 1 from resolution r"
    " where r.place_id = new.place_id and r.meeting_id = new.id and r.state = 'proposed'))"
)


def _sqlite_trigger(name: str, when: str, rule: str, says: str) -> str:
    return (
        f"create trigger {name} {when} when {rule} begin select raise(abort, '{says}'); end"
    )  # fmt: skip


def _sqlite() -> Iterator[str]:
    for table, keys in KEYS.items():
        moved = " or ".join(f"new.{key} is not old.{key}" for key in keys)
        yield _sqlite_trigger(f"{table}_keeps_keys", f"before update on {table}", moved, MOVED)
        yield _sqlite_trigger(f"{table}_no_delete", f"before delete on {table}", "1", REMOVED)
    for table in PARTS:
        for action in ("insert", "update"):
            yield _sqlite_trigger(
                f"{table}_signed_{action}", f"before {action} on {table}", OF_SIGNED, SIGNED
            )
    yield _sqlite_trigger(
        "meeting_signed_insert", "before insert on meeting", "new.state = 'signed'", BEGINS
    )
    yield _sqlite_trigger(
        "meeting_sealed", "before update on meeting", f"not ({IS_SEALED})", UNSEALED
    )
    yield _sqlite_trigger(
        "meeting_signed_update", "before update on meeting", "old.state = 'signed'", SIGNED
    )
    for table in KEYS:
        yield from walls.no_replacement(op.get_bind(), table)


def _postgresql() -> Iterator[str]:
    yield (
        "create function refuse_removal() returns trigger language plpgsql as"
        f" $$ begin raise exception '{REMOVED}'; end $$"
    )
    for table, keys in KEYS.items():
        moved = " or ".join(f"new.{key} is distinct from old.{key}" for key in keys)
        if table == "meeting":
            checks = (
                f"if tg_op = 'INSERT' then if new.state = 'signed' then"
                f" raise exception '{BEGINS}'; end if; return new; end if;"
                f" if old.state = 'signed' then raise exception '{SIGNED}'; end if;"
                f" if not ({IS_SEALED}) then raise exception '{UNSEALED}'; end if;"
            )
        else:
            # The lock lets a sign-off that is under way come to its end first.
            checks = (
                "perform 1 from meeting where place_id = new.place_id"
                " and id = new.meeting_id for share;"
                f" if {OF_SIGNED} then raise exception '{SIGNED}'; end if;"
            )
        yield (
            f"create function {table}_stays_signed() returns trigger language plpgsql as $$ begin"
            f" {checks} if tg_op = 'UPDATE' then if {moved} then"
            f" raise exception '{MOVED}'; end if; end if; return new; end $$"
        )
        yield (
            f"create trigger {table}_stays_signed before insert or update on {table}"
            f" for each row execute function {table}_stays_signed()"
        )
        yield (
            f"create trigger {table}_no_delete before delete on {table}"
            " for each row execute function refuse_removal()"
        )
        yield (
            f"create trigger {table}_no_truncate before truncate on {table}"
            " for each statement execute function refuse_removal()"
        )


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in _sqlite() if dialect == "sqlite" else _postgresql():
        op.execute(statement)


def downgrade() -> None:
    # No way back: signed minutes would stand open.
    raise RuntimeError("the guards of signed minutes can't be taken down; restore a backup instead")
