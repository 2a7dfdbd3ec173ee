"""What the database itself refuses of receipts, also to plain SQL as the application's role.

- a receipt's number was taken from its series, and the one before it exists;
- a sale is what its assessment says, for an application that has no valid receipt;
- a void mirrors one sale of its own centre to the kip, never another void;
- both are written in an open till of their own cashier, of the same day;
- lines and ledger entries can't come to more than the receipt, so none can be added later;
- a closed till stays as it was counted; a till keeps cashier, day and float;
- on PostgreSQL, at the commit: lines come to the amount, debits and credits balance.
  SQLite has no check at the commit; `odsc-counter check` counts there.
"""

from collections.abc import Iterator

from alembic import op

revision = "0003"
down_revision = "0002"

WAS_TAKEN = (
    "exists (select 1 from number_series s where s.centre_id = new.centre_id"
    " and s.series = 'receipt' and s.period = cast(new.fiscal_year as varchar)"
    " and s.last_no >= new.number)"
)
ONE_BEFORE = (
    "new.number = 1 or exists (select 1 from receipt r where r.centre_id = new.centre_id"
    " and r.fiscal_year = new.fiscal_year and r.number = new.number - 1)"
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
    " and r.kind = 'sale' and not exists (select 1 from receipt v"
    " where v.centre_id = r.centre_id and v.voids_id = r.id))"
)
MIRRORS_A_SALE = (
    "new.kind <> 'void' or exists (select 1 from receipt r where r.centre_id = new.centre_id"
    " and r.id = new.voids_id and r.kind = 'sale' and r.amount_kip = -new.amount_kip"
    " and r.assessment_id = new.assessment_id and r.application_id = new.application_id"
    " and r.payer_name = new.payer_name)"
)
LINE_FITS = (
    "(select abs(r.amount_kip) >= abs(new.amount_kip + coalesce((select sum(l.amount_kip)"
    " from receipt_line l where l.centre_id = new.centre_id"
    " and l.receipt_id = new.receipt_id), 0))"
    " and r.amount_kip * new.amount_kip > 0"
    " from receipt r where r.centre_id = new.centre_id and r.id = new.receipt_id)"
)
ENTRY_FITS = (
    "(select abs(r.amount_kip) >= new.debit_kip + coalesce((select sum(l.debit_kip)"
    " from ledger_entry l where l.centre_id = new.centre_id"
    " and l.receipt_id = new.receipt_id), 0)"
    " and abs(r.amount_kip) >= new.credit_kip + coalesce((select sum(l.credit_kip)"
    " from ledger_entry l where l.centre_id = new.centre_id"
    " and l.receipt_id = new.receipt_id), 0)"
    " and new.debit_kip + new.credit_kip > 0 and r.day = new.day"
    " from receipt r where r.centre_id = new.centre_id and r.id = new.receipt_id)"
)
TILL_STANDS = (
    "old.state = 'open' and new.cashier_id = old.cashier_id and new.day = old.day"
    " and new.float_kip = old.float_kip and new.opened_at = old.opened_at"
)

ON_INSERT = {
    "receipt": {
        "the number was not taken from its series": WAS_TAKEN,
        "the number before is missing": ONE_BEFORE,
        "the till is not open": IN_OPEN_TILL,
        "the amount is not what was assessed": AS_ASSESSED,
        "the application is paid already": NOT_PAID_YET,
        "a void mirrors one sale": MIRRORS_A_SALE,
    },
    "receipt_line": {"the lines would not come to the receipt": LINE_FITS},
    "ledger_entry": {"the ledger would not come to the receipt": ENTRY_FITS},
}
ON_UPDATE = {"till_session": {"a till stays as it was opened and counted": TILL_STANDS}}

# Without this lock two transactions that can't see each other could both find it unpaid.
LOCK_APPLICATION = (
    "perform 1 from application where centre_id = new.centre_id"
    " and id = new.application_id for update;"
)
COMES_OUT_EVEN = """
create function receipt_comes_out_even() returns trigger language plpgsql as $$
declare
  in_lines bigint;
  debits bigint;
  credits bigint;
begin
  select coalesce(sum(amount_kip), 0) into in_lines from receipt_line
    where centre_id = new.centre_id and receipt_id = new.id;
  select coalesce(sum(debit_kip), 0), coalesce(sum(credit_kip), 0) into debits, credits
    from ledger_entry where centre_id = new.centre_id and receipt_id = new.id;
  if in_lines <> new.amount_kip or debits <> abs(new.amount_kip)
     or credits <> abs(new.amount_kip) then
    raise exception 'receipt %: lines or ledger do not come to its amount', new.label;
  end if;
  return null;
end $$
"""


def _sqlite(table: str, action: str, rules: dict[str, str]) -> Iterator[str]:
    for place, (says, rule) in enumerate(rules.items(), 1):
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


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    words = _sqlite if dialect == "sqlite" else _postgresql
    for action, tables in (("insert", ON_INSERT), ("update", ON_UPDATE)):
        for table, rules in tables.items():
            for statement in words(table, action, rules):
                op.execute(statement)
    if dialect == "postgresql":
        op.execute(COMES_OUT_EVEN)
        op.execute(
            "create constraint trigger receipt_comes_out_even after insert on receipt"
            " deferrable initially deferred for each row"
            " execute function receipt_comes_out_even()"
        )
    else:
        op.execute(
            "create trigger till_session_no_delete before delete on till_session"
            " begin select raise(abort, 'a till is never removed'); end"
        )


def downgrade() -> None:
    # No way back: without these the money tables would stand open.
    raise RuntimeError("the guards of money can't be taken down; restore a backup instead")
