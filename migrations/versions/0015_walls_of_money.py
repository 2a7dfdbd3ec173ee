"""What the database itself refuses of the cash office, also to plain SQL as the application.

- a receipt is the next of its chain: its number and the hash before follow the last one, and
  the head of the chain was moved on to it;
- a sale is what its assessment says, for an application that has no valid receipt, and a bank or
  QR payment pays for one sale;
- a void takes back a whole sale of its own day, a refund lines of a sale; each line mirrors the
  one that it takes back to the kip, once;
- all are written in an open till of their own cashier, of the same day, and their bookings are
  there already: as much as the receipt, on the account of its method;
- lines and ledger entries can't come to more than the receipt or posting, so none is added later;
- a signed off till stays as it is; a till keeps cashier, day and float;
- on SQLite no row takes the place of another by INSERT OR REPLACE, in no append-only table;
- on PostgreSQL, at the commit: lines come to the receipt, entries to the posting, and a posting
  of a receipt has its receipt. SQLite has no check at the commit; `odsc-counter check` counts.
"""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import Connection

from odsc_counter.platform import walls

revision = "0015"
down_revision = "0014"

APPEND_ONLY = (
    "assessment_line", "ledger_entry", "ledger_posting", "receipt", "receipt_line", "till_count",
)  # fmt: skip
CHANGING = ("receipt_series", "till_session")

SAME_CHAIN = (
    "r.centre_id = new.centre_id and r.fiscal_year = new.fiscal_year and r.series = new.series"
)
FOLLOWS_THE_LAST = (
    f"(new.number = 1 and new.prev_hash = '{'0' * 64}') or exists (select 1 from receipt r"
    f" where {SAME_CHAIN} and r.number = new.number - 1 and r.hash = new.prev_hash)"
)
IS_THE_HEAD = (
    "exists (select 1 from receipt_series s where s.centre_id = new.centre_id"
    " and s.fiscal_year = new.fiscal_year and s.series = new.series"
    " and (s.last_no > new.number or (s.last_no = new.number and s.head_hash = new.hash)))"
)
IN_OPEN_TILL = (
    "exists (select 1 from till_session t where t.centre_id = new.centre_id"
    " and t.id = new.till_session_id and t.state = 'open' and t.cashier_id = new.cashier_id"
    " and t.day = new.day)"
)
AS_ASSESSED = (
    "new.kind <> 'sale' or exists (select 1 from assessment a"
    " where a.centre_id = new.centre_id and a.id = new.assessment_id"
    " and a.application_id = new.application_id and a.total_kip = new.amount_kip)"
)
NOT_PAID_YET = (
    "new.kind <> 'sale' or not exists (select 1 from receipt r"
    " where r.centre_id = new.centre_id and r.application_id = new.application_id"
    " and r.kind = 'sale' and r.amount_kip + coalesce((select sum(v.amount_kip) from receipt v"
    " where v.centre_id = r.centre_id and v.reverses_id = r.id), 0) > 0)"
)
PAYS_FOR_ONE = (
    "new.kind <> 'sale' or new.method = 'cash' or not exists (select 1 from receipt r"
    " where r.centre_id = new.centre_id and r.kind = 'sale' and r.method = new.method"
    " and r.payment_reference = new.payment_reference and not exists (select 1 from receipt v"
    " where v.centre_id = r.centre_id and v.reverses_id = r.id and v.kind = 'void'))"
)
TAKES_BACK_A_SALE = (
    "new.kind = 'sale' or exists (select 1 from receipt r where r.centre_id = new.centre_id"
    " and r.id = new.reverses_id and r.kind = 'sale'"
    " and r.assessment_id = new.assessment_id and r.application_id = new.application_id"
    " and r.payer_name = new.payer_name and (new.kind <> 'void' or (r.day = new.day"
    " and r.amount_kip = -new.amount_kip and r.method = new.method)))"
)
NOT_MORE_THAN_TAKEN = (
    "new.kind = 'sale' or (select r.amount_kip + new.amount_kip + coalesce((select"
    " sum(v.amount_kip) from receipt v where v.centre_id = r.centre_id"
    " and v.reverses_id = r.id), 0) >= 0 from receipt r"
    " where r.centre_id = new.centre_id and r.id = new.reverses_id)"
)
MONEY = "case new.method when 'cash' then 'cash:till' when 'transfer' then 'bank' else 'qr' end"
IS_BOOKED = (
    "exists (select 1 from ledger_posting p where p.centre_id = new.centre_id and p.id = new.id"
    " and p.kind = 'receipt' and p.day = new.day and p.till_session_id = new.till_session_id"
    " and p.amount_kip = abs(new.amount_kip) and p.amount_kip = (select sum(e.amount_kip)"
    " from ledger_entry e where e.centre_id = p.centre_id and e.posting_id = p.id"
    f" and case when new.kind = 'sale' then e.debit_account else e.credit_account end = {MONEY}))"
)
LINE_FITS = (
    "(select abs(r.amount_kip) >= abs(new.amount_kip + coalesce((select sum(l.amount_kip)"
    " from receipt_line l where l.centre_id = new.centre_id"
    " and l.receipt_id = new.receipt_id), 0))"
    " and r.amount_kip * new.amount_kip >= 0"
    " and (new.amount_kip <> 0 or new.reduction_kip <> 0)"
    " from receipt r where r.centre_id = new.centre_id and r.id = new.receipt_id)"
)
LINE_MIRRORS = (
    "(select case when r.kind = 'sale' then new.reverses_id is null"
    " and new.reverses_position is null else new.reverses_id = r.reverses_id"
    " and exists (select 1 from receipt_line l where l.centre_id = new.centre_id"
    " and l.receipt_id = new.reverses_id and l.position = new.reverses_position"
    " and l.fee_line_id = new.fee_line_id and l.quantity = new.quantity"
    " and l.amount_kip = -new.amount_kip and l.gross_kip = -new.gross_kip) end"
    " from receipt r where r.centre_id = new.centre_id and r.id = new.receipt_id)"
)
ENTRY_FITS = (
    "(select p.amount_kip >= new.amount_kip + coalesce((select sum(e.amount_kip)"
    " from ledger_entry e where e.centre_id = new.centre_id"
    " and e.posting_id = new.posting_id), 0)"
    " from ledger_posting p where p.centre_id = new.centre_id and p.id = new.posting_id)"
)
HEAD_MOVES_ON = (
    "new.last_no > old.last_no and new.head_hash <> old.head_hash"
    " and new.centre_id = old.centre_id and new.fiscal_year = old.fiscal_year and new.series = old.series"
)
TILL_STANDS = (
    "old.state <> 'closed' and new.centre_id = old.centre_id and new.id = old.id"
    " and new.cashier_id = old.cashier_id and new.day = old.day"
    " and new.float_kip = old.float_kip and new.opened_at = old.opened_at"
    " and coalesce(cast(new.taken_over_from_id as varchar), '')"
    " = coalesce(cast(old.taken_over_from_id as varchar), '')"
    " and (new.state <> 'open' or old.state = 'open')"
)

ON_INSERT = {
    "receipt": {
        "the chain does not go on with this receipt": FOLLOWS_THE_LAST,
        "the head of the chain is another": IS_THE_HEAD,
        "the till is not open": IN_OPEN_TILL,
        "the amount is not what was assessed": AS_ASSESSED,
        "the application is paid already": NOT_PAID_YET,
        "the payment was used already": PAYS_FOR_ONE,
        "only a sale is taken back": TAKES_BACK_A_SALE,
        "more would be given back than was taken": NOT_MORE_THAN_TAKEN,
        "the bookings do not come to the receipt": IS_BOOKED,
    },
    "receipt_line": {
        "the lines would not come to the receipt": LINE_FITS,
        "the line does not mirror what it takes back": LINE_MIRRORS,
    },
    "ledger_entry": {"the entries would not come to the posting": ENTRY_FITS},
}
ON_UPDATE = {
    "till_session": {"a till stays as it was opened and counted": TILL_STANDS},
    "receipt_series": {"a chain only goes on": HEAD_MOVES_ON},
}

# Without these locks two transactions that can't see each other could both find it unpaid, or
# both give the same back.
LOCK_APPLICATION = (
    "perform 1 from application where centre_id = new.centre_id"
    " and id = new.application_id for update;"
)
COMES_OUT_EVEN = """
create function receipt_comes_out_even() returns trigger language plpgsql as $$
begin
  if (select coalesce(sum(amount_kip), 0) from receipt_line
      where centre_id = new.centre_id and receipt_id = new.id) <> new.amount_kip then
    raise exception 'receipt %: its lines do not come to its amount', new.label;
  end if;
  return null;
end $$
"""
POSTING_IS_WHOLE = """
create function posting_is_whole() returns trigger language plpgsql as $$
begin
  if (select coalesce(sum(amount_kip), 0) from ledger_entry
      where centre_id = new.centre_id and posting_id = new.id) <> new.amount_kip then
    raise exception 'posting %: its entries do not come to its amount', new.id;
  end if;
  if new.kind = 'receipt' and not exists (select 1 from receipt
      where centre_id = new.centre_id and id = new.id) then
    raise exception 'posting %: there is no such receipt', new.id;
  end if;
  return null;
end $$
"""


def _sqlite(table: str, action: str, rules: dict[str, str]) -> Iterator[str]:
    # The trigger that was made last is asked first: made from the end, they speak in order.
    for place, (says, rule) in reversed(list(enumerate(rules.items(), 1))):
        yield (
            f"create trigger {table}_holds_{action}_{place} before {action} on {table}"
            f" when not coalesce(({rule}), 0) begin select raise(abort, '{says}'); end"
        )


def _postgresql(table: str, action: str, rules: dict[str, str]) -> Iterator[str]:
    checks = " ".join(
        f"if not coalesce(({rule}), false) then raise exception '{says}'; end if;"
        for says, rule in rules.items()
    )
    lock = LOCK_APPLICATION if table == "receipt" else ""
    yield (
        f"create function {table}_holds() returns trigger language plpgsql as"
        f" $$ begin {lock} {checks} return new; end $$"
    )
    yield (
        f"create trigger {table}_holds before {action} on {table}"
        f" for each row execute function {table}_holds()"
    )


def _refuse_replacement(connection: Connection) -> None:
    added_to = connection.exec_driver_sql(
        "select tbl_name from sqlite_master where type = 'trigger'"
        " and name = tbl_name || '_no_update' order by tbl_name"
    ).scalars()
    for table in (*added_to.all(), *CHANGING):
        for statement in walls.no_replacement(connection, table):
            op.execute(statement)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        for table in (*APPEND_ONLY, *CHANGING):
            rights = "select, insert" + (", update" if table in CHANGING else "")
            for statement in (*walls.isolate(table), *walls.grant(table, to_app=rights)):
                op.execute(statement)
    for table in APPEND_ONLY:
        for statement in walls.append_only(table, dialect):
            op.execute(statement)
    if dialect == "sqlite":
        _refuse_replacement(op.get_bind())
    words = _sqlite if dialect == "sqlite" else _postgresql
    for action, tables in (("insert", ON_INSERT), ("update", ON_UPDATE)):
        for table, rules in tables.items():
            for statement in words(table, action, rules):
                op.execute(statement)
    if dialect == "postgresql":
        for table, function, body in (
            ("receipt", "receipt_comes_out_even", COMES_OUT_EVEN),
            ("ledger_posting", "posting_is_whole", POSTING_IS_WHOLE),
        ):
            op.execute(body)
            op.execute(
                f"create constraint trigger {function} after insert on {table}"
                f" deferrable initially deferred for each row execute function {function}()"
            )
        return
    for table in CHANGING:
        op.execute(
            f"create trigger {table}_no_delete before delete on {table}"
            f" begin select raise(abort, 'a row of {table} is never removed'); end"
        )


def downgrade() -> None:
    # No way back: without these the money tables would stand open.
    raise RuntimeError("the guards of money can't be taken down; restore a backup instead")
