"""The cash office: books of their own, drawers signed off by two, receipts in chains.

The money tables of before come over whole. Their receipts get the hashes of a chain (series A)
and no signature; their bookings become entries that name both accounts; all was owed to the
treasury. The walls around the new tables stand in the next migration.
"""

import hashlib
import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

OLD = ("ledger_entry", "receipt_line", "receipt", "assessment_line", "till_session")
"""Children before their parents."""
LINE = (
    "fee_line_id, ministry_id, service_code, name_en, name_lo, legal_basis, standing, quantity,"
    " unit_kip, amount_kip"
)
REASON = "counted before a reason was asked for"


def upgrade() -> None:
    connection = op.get_bind()
    _put_aside(connection)
    _new_tables()
    _bring_back(connection)
    for table in OLD:
        op.execute(f"drop table kept_{table}")


def _put_aside(connection: sa.Connection) -> None:
    postgresql = connection.dialect.name == "postgresql"
    if not postgresql:
        triggers = connection.execute(
            sa.text("select name from sqlite_master where type = 'trigger' and tbl_name in :old")
            .bindparams(sa.bindparam("old", OLD, expanding=True))
        ).scalars()
        for trigger in list(triggers):
            op.execute(f"drop trigger {trigger}")
    for table in OLD:
        if postgresql:  # the owner would see no row of any centre
            op.execute(f"alter table {table} no force row level security")
        op.execute(f"create table kept_{table} as select * from {table}")
    for table in OLD:
        op.execute(f"drop table {table}")
    if postgresql:
        for table in ("receipt", "receipt_line", "ledger_entry", "till_session"):
            op.execute(f"drop function {table}_holds()")
        op.execute("drop function receipt_comes_out_even()")


def _new_tables() -> None:
    op.create_table('receipt_series',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('series', sa.String(length=2), nullable=False),
    sa.Column('last_no', sa.Integer(), nullable=False),
    sa.Column('head_hash', sa.String(length=64), nullable=False),
    sa.Column('total_kip', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_receipt_series_centre_id')),
    sa.PrimaryKeyConstraint('centre_id', 'fiscal_year', 'series', name=op.f('pk_receipt_series'))
    )
    op.create_table('till_session',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('cashier_id', sa.Integer(), nullable=False),
    sa.Column('counter_id', sa.Uuid(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('float_kip', sa.BigInteger(), nullable=False),
    sa.Column('taken_over_from_id', sa.Uuid(), nullable=True),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('counted_kip', sa.BigInteger(), nullable=True),
    sa.Column('expected_kip', sa.BigInteger(), nullable=True),
    sa.Column('difference_reason', sa.String(length=300), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_off_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'closed') = (closed_at is not null) and (state <> 'closed' or counted_kip = expected_kip or length(difference_reason) >= 5)", name=op.f('ck_till_session_closed')),
    sa.CheckConstraint("(state = 'open') = (counted_kip is null) and (counted_kip is null) = (expected_kip is null) and (counted_kip is null) = (counted_at is null)", name=op.f('ck_till_session_counted')),
    sa.CheckConstraint('float_kip >= 0', name=op.f('ck_till_session_float_not_negative')),
    sa.CheckConstraint('signed_off_by_id is null or signed_off_by_id <> cashier_id', name=op.f('ck_till_session_two_people')),
    sa.ForeignKeyConstraint(['cashier_id'], ['user_account.id'], name=op.f('fk_till_session_cashier_id')),
    sa.ForeignKeyConstraint(['centre_id', 'counter_id'], ['counter.centre_id', 'counter.id'], name=op.f('fk_till_session_centre_id_counter_id')),
    sa.ForeignKeyConstraint(['centre_id', 'taken_over_from_id'], ['till_session.centre_id', 'till_session.id'], name=op.f('fk_till_session_centre_id_taken_over_from_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_till_session_centre_id')),
    sa.ForeignKeyConstraint(['signed_off_by_id'], ['user_account.id'], name=op.f('fk_till_session_signed_off_by_id')),
    sa.PrimaryKeyConstraint('centre_id', 'id', name=op.f('pk_till_session'))
    )
    op.create_index('ix_till_session_centre_id_day', 'till_session', ['centre_id', 'day'], unique=False)
    op.create_index('uq_till_session_open_per_cashier', 'till_session', ['centre_id', 'cashier_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_index('uq_till_session_taken_over_once', 'till_session', ['centre_id', 'taken_over_from_id'], unique=True, sqlite_where=sa.text('taken_over_from_id is not null'), postgresql_where=sa.text('taken_over_from_id is not null'))
    op.create_table('ledger_posting',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('till_session_id', sa.Uuid(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('posted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('posted_by_id', sa.Integer(), nullable=True),
    sa.Column('amount_kip', sa.BigInteger(), nullable=False),
    sa.Column('memo', sa.String(length=300), nullable=False),
    sa.Column('corrects_day', sa.Date(), nullable=True),
    sa.CheckConstraint('amount_kip > 0', name=op.f('ck_ledger_posting_amount_positive')),
    sa.ForeignKeyConstraint(['centre_id', 'till_session_id'], ['till_session.centre_id', 'till_session.id'], name=op.f('fk_ledger_posting_centre_id_till_session_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_ledger_posting_centre_id')),
    sa.ForeignKeyConstraint(['posted_by_id'], ['user_account.id'], name=op.f('fk_ledger_posting_posted_by_id')),
    sa.PrimaryKeyConstraint('centre_id', 'id', name=op.f('pk_ledger_posting'))
    )
    op.create_index('ix_ledger_posting_centre_id_day', 'ledger_posting', ['centre_id', 'day'], unique=False)
    op.create_index('ix_ledger_posting_centre_id_till_session_id', 'ledger_posting', ['centre_id', 'till_session_id'], unique=False)
    op.create_table('till_count',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('till_session_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('counted_by_id', sa.Integer(), nullable=True),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.Column('counted_kip', sa.BigInteger(), nullable=False),
    sa.Column('expected_kip', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('counted_kip >= 0', name=op.f('ck_till_count_counted_not_negative')),
    sa.ForeignKeyConstraint(['centre_id', 'till_session_id'], ['till_session.centre_id', 'till_session.id'], name=op.f('fk_till_count_centre_id_till_session_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_till_count_centre_id')),
    sa.ForeignKeyConstraint(['counted_by_id'], ['user_account.id'], name=op.f('fk_till_count_counted_by_id')),
    sa.PrimaryKeyConstraint('centre_id', 'till_session_id', 'seq', name=op.f('pk_till_count'))
    )
    op.create_table('ledger_entry',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('debit_account', sa.String(length=24), nullable=False),
    sa.Column('credit_account', sa.String(length=24), nullable=False),
    sa.Column('amount_kip', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount_kip > 0', name=op.f('ck_ledger_entry_amount_positive')),
    sa.CheckConstraint('debit_account <> credit_account', name=op.f('ck_ledger_entry_two_accounts')),
    sa.ForeignKeyConstraint(['centre_id', 'posting_id'], ['ledger_posting.centre_id', 'ledger_posting.id'], name=op.f('fk_ledger_entry_centre_id_posting_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_ledger_entry_centre_id')),
    sa.PrimaryKeyConstraint('centre_id', 'posting_id', 'position', name=op.f('pk_ledger_entry'))
    )
    op.create_table('assessment_line',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('assessment_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('fee_line_id', sa.Integer(), nullable=False),
    sa.Column('ministry_id', sa.Integer(), nullable=False),
    sa.Column('service_code', sa.String(length=12), nullable=False),
    sa.Column('name_en', sa.String(length=400), nullable=False),
    sa.Column('name_lo', sa.String(length=400), nullable=False),
    sa.Column('legal_basis', sa.String(length=400), nullable=False),
    sa.Column('standing', sa.String(length=12), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_kip', sa.BigInteger(), nullable=False),
    sa.Column('gross_kip', sa.BigInteger(), nullable=False),
    sa.Column('reduction_kip', sa.BigInteger(), nullable=False),
    sa.Column('amount_kip', sa.BigInteger(), nullable=False),
    sa.Column('computation', sa.JSON(), nullable=False),
    sa.Column('shares', sa.JSON(), nullable=False),
    sa.CheckConstraint('amount_kip = gross_kip - reduction_kip', name=op.f('ck_assessment_line_amount_is_what_is_left')),
    sa.CheckConstraint('gross_kip = unit_kip * quantity', name=op.f('ck_assessment_line_gross_is_product')),
    sa.CheckConstraint('quantity > 0 and unit_kip >= 0 and reduction_kip >= 0 and amount_kip >= 0', name=op.f('ck_assessment_line_sensible')),
    sa.ForeignKeyConstraint(['centre_id', 'assessment_id'], ['assessment.centre_id', 'assessment.id'], name=op.f('fk_assessment_line_centre_id_assessment_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_assessment_line_centre_id')),
    sa.ForeignKeyConstraint(['fee_line_id'], ['fee_line.id'], name=op.f('fk_assessment_line_fee_line_id')),
    sa.ForeignKeyConstraint(['ministry_id'], ['ministry.id'], name=op.f('fk_assessment_line_ministry_id')),
    sa.PrimaryKeyConstraint('centre_id', 'assessment_id', 'position', name=op.f('pk_assessment_line'))
    )
    op.create_table('receipt',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('series', sa.String(length=2), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('public_code', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('reverses_id', sa.Uuid(), nullable=True),
    sa.Column('assessment_id', sa.Uuid(), nullable=False),
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('till_session_id', sa.Uuid(), nullable=False),
    sa.Column('cashier_id', sa.Integer(), nullable=False),
    sa.Column('cashier_name', sa.String(length=200), nullable=False),
    sa.Column('payer_name', sa.String(length=160), nullable=False),
    sa.Column('amount_kip', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.String(length=12), nullable=False),
    sa.Column('payment_reference', sa.String(length=60), nullable=False),
    sa.Column('tendered_kip', sa.BigInteger(), nullable=False),
    sa.Column('change_kip', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('prev_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('key_id', sa.String(length=24), nullable=False),
    sa.Column('signature', sa.String(length=88), nullable=False),
    sa.Column('seal', sa.String(length=200), nullable=False),
    sa.CheckConstraint("(kind = 'refund') = (series = 'B')", name=op.f('ck_receipt_series_of_kind')),
    sa.CheckConstraint("(kind = 'sale' and reverses_id is null and amount_kip > 0 and approved_by_id is null) or (kind in ('void', 'refund') and reverses_id is not null and amount_kip < 0 and length(reason) >= 5 and approved_by_id is not null)", name=op.f('ck_receipt_kind')),
    sa.CheckConstraint("case when method = 'cash' and kind = 'sale' then tendered_kip - change_kip = amount_kip else tendered_kip = 0 and change_kip = 0 end", name=op.f('ck_receipt_change_adds_up')),
    sa.CheckConstraint("method = 'cash' or kind = 'void' or length(payment_reference) >= 4", name=op.f('ck_receipt_reference_where_no_cash')),
    sa.CheckConstraint("method in ('cash', 'transfer', 'qr')", name=op.f('ck_receipt_method_known')),
    sa.CheckConstraint('approved_by_id is null or approved_by_id <> cashier_id', name=op.f('ck_receipt_two_people')),
    sa.CheckConstraint('number > 0', name=op.f('ck_receipt_number_positive')),
    sa.CheckConstraint('tendered_kip >= 0 and change_kip >= 0', name=op.f('ck_receipt_cash_not_negative')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['user_account.id'], name=op.f('fk_receipt_approved_by_id')),
    sa.ForeignKeyConstraint(['cashier_id'], ['user_account.id'], name=op.f('fk_receipt_cashier_id')),
    sa.ForeignKeyConstraint(['centre_id', 'application_id'], ['application.centre_id', 'application.id'], name=op.f('fk_receipt_centre_id_application_id')),
    sa.ForeignKeyConstraint(['centre_id', 'assessment_id'], ['assessment.centre_id', 'assessment.id'], name=op.f('fk_receipt_centre_id_assessment_id')),
    sa.ForeignKeyConstraint(['centre_id', 'reverses_id'], ['receipt.centre_id', 'receipt.id'], name=op.f('fk_receipt_centre_id_reverses_id')),
    sa.ForeignKeyConstraint(['centre_id', 'till_session_id'], ['till_session.centre_id', 'till_session.id'], name=op.f('fk_receipt_centre_id_till_session_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_receipt_centre_id')),
    sa.PrimaryKeyConstraint('centre_id', 'id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('centre_id', 'fiscal_year', 'series', 'number', name='uq_receipt_number'),
    sa.UniqueConstraint('centre_id', 'label', name='uq_receipt_label'),
    sa.UniqueConstraint('centre_id', 'public_code', name='uq_receipt_public_code')
    )
    op.create_index('ix_receipt_centre_id_application_id', 'receipt', ['centre_id', 'application_id'], unique=False)
    op.create_index('ix_receipt_centre_id_day', 'receipt', ['centre_id', 'day'], unique=False)
    op.create_index('ix_receipt_centre_id_reverses_id', 'receipt', ['centre_id', 'reverses_id'], unique=False)
    op.create_index('ix_receipt_centre_id_till_session_id', 'receipt', ['centre_id', 'till_session_id'], unique=False)
    op.create_index('uq_receipt_paid_once', 'receipt', ['centre_id', 'assessment_id'], unique=True, sqlite_where=sa.text("kind = 'sale'"), postgresql_where=sa.text("kind = 'sale'"))
    op.create_index('uq_receipt_voided_once', 'receipt', ['centre_id', 'reverses_id'], unique=True, sqlite_where=sa.text("kind = 'void'"), postgresql_where=sa.text("kind = 'void'"))
    op.create_table('receipt_line',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('reverses_id', sa.Uuid(), nullable=True),
    sa.Column('reverses_position', sa.Integer(), nullable=True),
    sa.Column('fee_line_id', sa.Integer(), nullable=False),
    sa.Column('ministry_id', sa.Integer(), nullable=False),
    sa.Column('service_code', sa.String(length=12), nullable=False),
    sa.Column('name_en', sa.String(length=400), nullable=False),
    sa.Column('name_lo', sa.String(length=400), nullable=False),
    sa.Column('legal_basis', sa.String(length=400), nullable=False),
    sa.Column('standing', sa.String(length=12), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_kip', sa.BigInteger(), nullable=False),
    sa.Column('gross_kip', sa.BigInteger(), nullable=False),
    sa.Column('reduction_kip', sa.BigInteger(), nullable=False),
    sa.Column('amount_kip', sa.BigInteger(), nullable=False),
    sa.Column('computation', sa.JSON(), nullable=False),
    sa.Column('shares', sa.JSON(), nullable=False),
    sa.CheckConstraint('amount_kip = gross_kip - reduction_kip', name=op.f('ck_receipt_line_amount_is_what_is_left')),
    sa.CheckConstraint('gross_kip = unit_kip * quantity', name=op.f('ck_receipt_line_gross_is_product')),
    sa.ForeignKeyConstraint(['centre_id', 'receipt_id'], ['receipt.centre_id', 'receipt.id'], name=op.f('fk_receipt_line_centre_id_receipt_id')),
    sa.ForeignKeyConstraint(['centre_id', 'reverses_id'], ['receipt.centre_id', 'receipt.id'], name=op.f('fk_receipt_line_centre_id_reverses_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_receipt_line_centre_id')),
    sa.ForeignKeyConstraint(['fee_line_id'], ['fee_line.id'], name=op.f('fk_receipt_line_fee_line_id')),
    sa.ForeignKeyConstraint(['ministry_id'], ['ministry.id'], name=op.f('fk_receipt_line_ministry_id')),
    sa.PrimaryKeyConstraint('centre_id', 'receipt_id', 'position', name=op.f('pk_receipt_line')),
    sa.UniqueConstraint('centre_id', 'reverses_id', 'reverses_position', name='uq_receipt_line_reversed_once')
    )
    for name, length in (("code", 20), ("name_en", 160), ("name_lo", 160), ("paper", 160)):
        check = (
            " constraint ck_assessment_exemption_has_paper"
            " check (exemption_code = '' or length(exemption_paper) >= 2)"
            if name == "paper"
            else ""
        )
        # As SQL: SQLite takes a check with a new column, but no check alone.
        op.execute(
            f"alter table assessment add column exemption_{name} varchar({length})"
            f" default '' not null{check}"
        )


def _bring_back(connection: sa.Connection) -> None:
    op.execute(
        "insert into till_session (centre_id, id, cashier_id, day, opened_at, float_kip,"
        " counted_at, counted_kip, expected_kip, difference_reason, closed_at, state, version)"
        " select centre_id, id, cashier_id, day, opened_at, float_kip, closed_at, counted_kip,"
        f" expected_kip, case when counted_kip <> expected_kip then '{REASON}' else '' end,"
        " closed_at, state, version from kept_till_session"
    )
    as_json = (
        "json_build_array(json_build_object('to', 'treasury', 'kip', amount_kip))"
        if connection.dialect.name == "postgresql"
        else "json_array(json_object('to', 'treasury', 'kip', amount_kip))"
    )
    for table, parent in (("assessment_line", "assessment_id"),):
        op.execute(
            f"insert into {table} (centre_id, {parent}, position, {LINE}, gross_kip,"
            f" reduction_kip, computation, shares) select centre_id, {parent}, position, {LINE},"
            f" amount_kip, 0, '{{}}', {as_json} from kept_{table}"
        )
    same = (
        "centre_id, id, fiscal_year, number, label, public_code, kind, assessment_id,"
        " application_id, till_session_id, cashier_id, cashier_name, payer_name, amount_kip,"
        " method, tendered_kip, change_kip, reason, approved_by_id, issued_at, day, body"
    )
    op.execute(
        f"insert into receipt ({same}, reverses_id, series, payment_reference, prev_hash, hash,"
        f" key_id, signature, seal) select {same}, voids_id, 'A', '', '', '', '', '', ''"
        " from kept_receipt"
    )
    op.execute(
        f"insert into receipt_line (centre_id, receipt_id, position, {LINE}, gross_kip,"
        " reduction_kip, computation, shares, reverses_id, reverses_position)"
        f" select l.centre_id, l.receipt_id, l.position, {LINE.replace('amount_kip', 'l.amount_kip')},"
        f" l.amount_kip, 0, '{{}}', {as_json.replace('amount_kip', 'l.amount_kip')}, r.voids_id,"
        " case when r.voids_id is null then null else l.position end"
        " from kept_receipt_line l join kept_receipt r"
        " on r.centre_id = l.centre_id and r.id = l.receipt_id"
    )
    op.execute(
        "insert into ledger_posting (centre_id, id, kind, till_session_id, day, posted_at,"
        " posted_by_id, amount_kip, memo) select centre_id, id, 'receipt', till_session_id, day,"
        " issued_at, cashier_id, abs(amount_kip), label from receipt"
    )
    op.execute(
        "insert into ledger_entry (centre_id, posting_id, position, debit_account,"
        " credit_account, amount_kip) select centre_id, id, 1,"
        " case when kind = 'sale' then 'cash:till' else 'treasury' end,"
        " case when kind = 'sale' then 'treasury' else 'cash:till' end, abs(amount_kip)"
        " from receipt"
    )
    _post_the_drawers(connection)
    _chain(connection)


def _post_the_drawers(connection: sa.Connection) -> None:
    """Float out of the safe, and what was counted back into it."""
    tills = sa.table(
        "till_session",
        *(sa.column(name, kind) for name, kind in (
            ("centre_id", sa.Integer), ("id", sa.Uuid), ("cashier_id", sa.Integer),
            ("day", sa.Date), ("opened_at", sa.DateTime(timezone=True)),
            ("closed_at", sa.DateTime(timezone=True)), ("float_kip", sa.BigInteger),
            ("counted_kip", sa.BigInteger), ("expected_kip", sa.BigInteger),
        )),
    )  # fmt: skip
    postings = sa.table(
        "ledger_posting",
        *(sa.column(name, kind) for name, kind in (
            ("centre_id", sa.Integer), ("id", sa.Uuid), ("kind", sa.String),
            ("till_session_id", sa.Uuid), ("day", sa.Date),
            ("posted_at", sa.DateTime(timezone=True)), ("posted_by_id", sa.Integer),
            ("amount_kip", sa.BigInteger), ("memo", sa.String),
        )),
    )  # fmt: skip
    entries = sa.table(
        "ledger_entry",
        *(sa.column(name, kind) for name, kind in (
            ("centre_id", sa.Integer), ("posting_id", sa.Uuid), ("position", sa.Integer),
            ("debit_account", sa.String), ("credit_account", sa.String),
            ("amount_kip", sa.BigInteger),
        )),
    )  # fmt: skip
    for till in connection.execute(sa.select(tills)).all():
        moves = [("float", till.opened_at, [("cash:till", "cash:safe", till.float_kip)])]
        if till.closed_at is not None:
            off = till.counted_kip - till.expected_kip
            moves.append(
                (
                    "close",
                    till.closed_at,
                    [
                        ("cash:safe", "cash:till", till.counted_kip),
                        ("difference", "cash:till", -off),
                        ("cash:till", "difference", off),
                    ],
                )
            )
        for kind, at, sides in moves:
            moved = [side for side in sides if side[2] > 0]
            if not moved:
                continue
            posting = uuid.uuid4()
            connection.execute(
                sa.insert(postings).values(
                    centre_id=till.centre_id, id=posting, kind=kind, till_session_id=till.id,
                    day=till.day, posted_at=at, posted_by_id=till.cashier_id,
                    amount_kip=sum(side[2] for side in moved), memo="",
                )
            )  # fmt: skip
            for position, (debit, credit, amount) in enumerate(moved, start=1):
                connection.execute(
                    sa.insert(entries).values(
                        centre_id=till.centre_id, posting_id=posting, position=position,
                        debit_account=debit, credit_account=credit, amount_kip=amount,
                    )
                )  # fmt: skip


def _chain(connection: sa.Connection) -> None:
    """Number by number: the hash of the one before, and of both over the text."""
    heads: dict[tuple[int, int], list[Any]] = {}
    rows = connection.execute(
        sa.text(
            "select centre_id, id, fiscal_year, number, amount_kip, body from receipt"
            " order by centre_id, fiscal_year, number"
        )
    ).all()
    for row in rows:
        head = heads.setdefault((row.centre_id, row.fiscal_year), [0, "0" * 64, 0])
        linked = hashlib.sha256((head[1] + row.body).encode()).hexdigest()
        connection.execute(
            sa.text(
                "update receipt set prev_hash = :before, hash = :linked"
                " where centre_id = :centre and id = :id"
            ),
            {"before": head[1], "linked": linked, "centre": row.centre_id, "id": row.id},
        )
        heads[row.centre_id, row.fiscal_year] = [row.number, linked, head[2] + row.amount_kip]
    for (centre, year), (number, linked, total) in heads.items():
        connection.execute(
            sa.text(
                "insert into receipt_series"
                " (centre_id, fiscal_year, series, last_no, head_hash, total_kip)"
                " values (:centre, :year, 'A', :number, :linked, :total)"
            ),
            {"centre": centre, "year": year, "number": number, "linked": linked, "total": total},
        )
    op.execute("delete from number_series where series = 'receipt'")


def downgrade() -> None:
    # No way back: the books and signatures of the cash office would be lost.
    raise RuntimeError("the cash office can't be taken down; restore a backup instead")
