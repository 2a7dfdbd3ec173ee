"""The end of the day: closes in a chain, their anchors for the nation, deposits, second words.

The walls: after a close nothing of that day is written any more, be it a receipt, a posting or
a till; a close follows the one before it, waits for every till and never jumps over a day on
which money moved; nobody deposits more than there is or owes; a correction speaks of a closed
day. On PostgreSQL a lock per centre keeps a close and what is being written apart: writers
share it, who closes or deposits holds it alone. SQLite has one writer.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0018"
down_revision = "0017"

TABLES = ("daily_close", "chain_anchor", "deposit", "ledger_approval")
TURN = 8400
"""The class of the advisory lock; its second key is the centre."""

OPEN_DAY = (
    "not exists (select 1 from daily_close z where z.centre_id = new.centre_id"
    " and z.day >= new.day)"
)
CORRECTS_A_CLOSED_DAY = (
    "(new.kind = 'correction') = (new.corrects_day is not null)"
    " and (new.corrects_day is null or (new.corrects_day < new.day and exists"
    " (select 1 from daily_close z where z.centre_id = new.centre_id"
    " and z.day >= new.corrects_day)))"
)
FOLLOWS_THE_LAST = (
    f"(new.z_number = 1 and new.prev_hash = '{'0' * 64}') or exists (select 1 from daily_close z"
    " where z.centre_id = new.centre_id and z.z_number = new.z_number - 1"
    " and z.hash = new.prev_hash and z.day < new.day)"
)
TILLS_ARE_CLOSED = (
    "not exists (select 1 from till_session t where t.centre_id = new.centre_id"
    " and t.day <= new.day and t.state <> 'closed')"
)
JUMPS_OVER_NOTHING = (
    "not exists (select 1 from ledger_posting p where p.centre_id = new.centre_id"
    " and p.day < new.day and p.day > coalesce((select max(z.day) from daily_close z"
    " where z.centre_id = new.centre_id), '0001-01-01'))"
)
OF_ITS_CLOSE = (
    "exists (select 1 from daily_close z where z.centre_id = new.centre_id and z.day = new.day"
    " and z.z_number = new.z_number and z.hash = new.z_hash and z.closed_at = new.closed_at"
    " and (new.series <> 'Z' or (new.last_no = z.z_number and new.head_hash = z.hash)))"
)
OF_A_CHAIN = (
    "new.series = 'Z' or exists (select 1 from receipt r where r.centre_id = new.centre_id"
    " and r.fiscal_year = new.fiscal_year and r.series = new.series"
    " and r.number = new.last_no and r.hash = new.head_hash)"
)
IS_BOOKED = (
    "exists (select 1 from ledger_posting p join ledger_entry e on e.centre_id = p.centre_id"
    " and e.posting_id = p.id where p.centre_id = new.centre_id and p.id = new.id"
    " and p.kind = new.kind and p.amount_kip = new.amount_kip"
    " and e.amount_kip = new.amount_kip and e.debit_account = new.to_account"
    " and e.credit_account = new.from_account)"
)


def _balance(account: str) -> str:
    return (
        "(select coalesce(sum(case when e.debit_account = {0} then e.amount_kip"
        " else -e.amount_kip end), 0) from ledger_entry e where e.centre_id = new.centre_id"
        " and (e.debit_account = {0} or e.credit_account = {0}))"
    ).format(account)


NOT_MORE_THAN_THERE = f"{_balance('new.from_account')} >= 0"
NOT_MORE_THAN_OWED = f"{_balance('new.to_account')} <= 0"
SECOND_WORD = (
    "exists (select 1 from ledger_posting p where p.centre_id = new.centre_id"
    " and p.id = new.posting_id and p.posted_by_id = new.posted_by_id"
    " and p.kind in ('correction', 'fund'))"
)

ON_INSERT = {
    "receipt": {"the day is closed": OPEN_DAY},
    "till_session": {"the day is closed": OPEN_DAY},
    "ledger_posting": {
        "the day is closed": OPEN_DAY,
        "a correction speaks of a closed day": CORRECTS_A_CLOSED_DAY,
    },
    "daily_close": {
        "the close does not follow the last one": FOLLOWS_THE_LAST,
        "a till is not signed off": TILLS_ARE_CLOSED,
        "an earlier day with money is open": JUMPS_OVER_NOTHING,
    },
    "chain_anchor": {
        "the anchor is not of its close": OF_ITS_CLOSE,
        "there is no such link of the chain": OF_A_CHAIN,
    },
    "deposit": {
        "the booking is another": IS_BOOKED,
        "there is not so much": NOT_MORE_THAN_THERE,
        "not so much is owed": NOT_MORE_THAN_OWED,
    },
    "ledger_approval": {"there is nothing to approve": SECOND_WORD},
}
SHARE = f"perform pg_advisory_xact_lock_shared({TURN}, new.centre_id);"
HOLD = f"perform pg_advisory_xact_lock({TURN}, new.centre_id);"
TURNS = {
    "receipt": SHARE, "till_session": SHARE, "ledger_posting": SHARE,
    "daily_close": HOLD, "deposit": HOLD,
}  # fmt: skip
POSTING_IS_COVERED = """
create function posting_is_covered() returns trigger language plpgsql as $$
begin
  if new.kind in ('correction', 'fund') and not exists (select 1 from ledger_approval
      where centre_id = new.centre_id and posting_id = new.id) then
    raise exception 'posting %: no second person agreed', new.id;
  end if;
  if new.kind in ('deposit', 'settlement') and not exists (select 1 from deposit
      where centre_id = new.centre_id and id = new.id) then
    raise exception 'posting %: there is no such deposit', new.id;
  end if;
  return null;
end $$
"""


def _sqlite(table: str, rules: dict[str, str]) -> Iterator[str]:
    for place, (says, rule) in enumerate(rules.items(), 1):
        yield (
            f"create trigger {table}_day_{place} before insert on {table}"
            f" when not coalesce(({rule}), 0) begin select raise(abort, '{says}'); end"
        )


def _postgresql(table: str, rules: dict[str, str]) -> Iterator[str]:
    checks = " ".join(
        f"if not coalesce(({rule}), false) then raise exception '{says}'; end if;"
        for says, rule in rules.items()
    )
    yield (
        f"create function {table}_day() returns trigger language plpgsql as"
        f" $$ begin {TURNS.get(table, '')} {checks} return new; end $$"
    )
    yield (
        f"create trigger {table}_day before insert on {table}"
        f" for each row execute function {table}_day()"
    )


def upgrade() -> None:
    _new_tables()
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        rollup = table == "chain_anchor"
        if dialect == "postgresql":
            for statement in (
                *walls.isolate(table, rollup=rollup),
                *walls.grant(table, to_app="select, insert", to_national=rollup),
            ):
                op.execute(statement)
        for statement in walls.append_only(table, dialect):
            op.execute(statement)
        if dialect == "sqlite":
            for statement in walls.no_replacement(op.get_bind(), table):
                op.execute(statement)
    words = _sqlite if dialect == "sqlite" else _postgresql
    for table, rules in ON_INSERT.items():
        for statement in words(table, rules):
            op.execute(statement)
    if dialect == "postgresql":
        op.execute(POSTING_IS_COVERED)
        op.execute(
            "create constraint trigger posting_is_covered after insert on ledger_posting"
            " deferrable initially deferred for each row execute function posting_is_covered()"
        )


def downgrade() -> None:
    # No way back: closed days would stand open again.
    raise RuntimeError("closed days can't be opened again; restore a backup instead")


def _new_tables() -> None:
    op.create_table('chain_anchor',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('series', sa.String(length=2), nullable=False),
    sa.Column('last_no', sa.Integer(), nullable=False),
    sa.Column('head_hash', sa.String(length=64), nullable=False),
    sa.Column('total_kip', sa.BigInteger(), nullable=False),
    sa.Column('z_number', sa.Integer(), nullable=False),
    sa.Column('z_hash', sa.String(length=64), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_chain_anchor_centre_id')),
    sa.PrimaryKeyConstraint('centre_id', 'day', 'fiscal_year', 'series', name=op.f('pk_chain_anchor'))
    )
    op.create_table('daily_close',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('z_number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('prev_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('key_id', sa.String(length=24), nullable=False),
    sa.Column('signature', sa.String(length=88), nullable=False),
    sa.CheckConstraint('z_number > 0', name=op.f('ck_daily_close_number_positive')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_daily_close_centre_id')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['user_account.id'], name=op.f('fk_daily_close_closed_by_id')),
    sa.PrimaryKeyConstraint('centre_id', 'z_number', name=op.f('pk_daily_close')),
    sa.UniqueConstraint('centre_id', 'day', name='uq_daily_close_day')
    )
    op.create_table('deposit',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('from_account', sa.String(length=24), nullable=False),
    sa.Column('to_account', sa.String(length=24), nullable=False),
    sa.Column('amount_kip', sa.BigInteger(), nullable=False),
    sa.Column('bank', sa.String(length=120), nullable=False),
    sa.Column('bank_account', sa.String(length=60), nullable=False),
    sa.Column('slip_reference', sa.String(length=60), nullable=False),
    sa.Column('deposited_on', sa.Date(), nullable=False),
    sa.Column('deposited_by', sa.String(length=160), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(kind = 'deposit') = (to_account = 'treasury')", name=op.f('ck_deposit_treasury_gets_deposits')),
    sa.CheckConstraint("from_account in ('cash:safe', 'bank', 'qr')", name=op.f('ck_deposit_from_known')),
    sa.CheckConstraint("kind in ('deposit', 'settlement')", name=op.f('ck_deposit_kind_known')),
    sa.CheckConstraint('amount_kip > 0', name=op.f('ck_deposit_amount_positive')),
    sa.CheckConstraint('length(slip_reference) >= 3', name=op.f('ck_deposit_reference_there')),
    sa.ForeignKeyConstraint(['centre_id', 'id'], ['ledger_posting.centre_id', 'ledger_posting.id'], name=op.f('fk_deposit_centre_id_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_deposit_centre_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user_account.id'], name=op.f('fk_deposit_recorded_by_id')),
    sa.PrimaryKeyConstraint('centre_id', 'id', name=op.f('pk_deposit')),
    sa.UniqueConstraint('centre_id', 'slip_reference', name='uq_deposit_slip_reference')
    )
    op.create_index('ix_deposit_centre_id_deposited_on', 'deposit', ['centre_id', 'deposited_on'], unique=False)
    op.create_table('ledger_approval',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Uuid(), nullable=False),
    sa.Column('posted_by_id', sa.Integer(), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('posted_by_id <> approved_by_id', name=op.f('ck_ledger_approval_two_people')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['user_account.id'], name=op.f('fk_ledger_approval_approved_by_id')),
    sa.ForeignKeyConstraint(['centre_id', 'posting_id'], ['ledger_posting.centre_id', 'ledger_posting.id'], name=op.f('fk_ledger_approval_centre_id_posting_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_ledger_approval_centre_id')),
    sa.ForeignKeyConstraint(['posted_by_id'], ['user_account.id'], name=op.f('fk_ledger_approval_posted_by_id')),
    sa.PrimaryKeyConstraint('centre_id', 'posting_id', name=op.f('pk_ledger_approval'))
    )
