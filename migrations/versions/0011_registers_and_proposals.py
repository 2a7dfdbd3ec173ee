"""Registers of what is offered, centres' own services, and proposals to change the catalogue."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from odsc_counter.platform import walls

revision = "0011"
down_revision = "0010"

OWNER = "integer constraint fk_{0}_owner_centre_id references centre (id)"
COLUMNS = (
    f"service add column owner_centre_id {OWNER.format('service')}",
    "service add column decision_number varchar(80) not null default ''",
    "service add column decision_on date",
    "service add column decided_by varchar(200) not null default ''"
    " constraint ck_service_local_is_decided check (owner_centre_id is null or"
    " (trim(decision_number) <> '' and trim(decided_by) <> '' and decision_on is not null))",
    f"service_version add column owner_centre_id {OWNER.format('service_version')}",
    f"fee_line add column owner_centre_id {OWNER.format('fee_line')}"
    " constraint ck_fee_line_local_has_legal_basis"
    " check (owner_centre_id is null or trim(legal_basis) <> '')",
)
LOCALLY_OWNED = ("service", "service_version", "fee_line")
BEFORE = "Before this register was kept"


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _create_tables()
    for column in COLUMNS:
        op.execute(f"alter table {column}")
    for centre_id in _each_centre():
        _carry_over(centre_id)
    for table in ("service_standing", "proposal_comment"):
        for statement in walls.append_only(table, dialect):
            op.execute(statement)
    if dialect == "postgresql":
        _build_walls()


def downgrade() -> None:
    # No way back: a centre's own services would become the nation's.
    raise RuntimeError("centres' own services can't be told apart; restore a backup instead")


def _build_walls() -> None:
    for table, rollup, rights in (
        ("service_standing", False, "select, insert"),
        ("centre_service", True, "select, insert, update, delete"),
    ):
        for statement in walls.isolate(table, rollup=rollup):
            op.execute(statement)
        for statement in walls.grant(table, to_app=rights, to_national=rollup):
            op.execute(statement)
    for table, rights in (
        ("change_proposal", "select, insert, update"),
        ("proposal_comment", "select, insert"),
    ):
        for statement in walls.grant(table, to_app=rights):
            op.execute(statement)
        op.execute(f"grant usage, select on sequence {table}_id_seq to odsc_app")
    for table in LOCALLY_OWNED:
        for statement in walls.keep_local(table):
            op.execute(statement)


def _each_centre() -> Iterator[int]:
    """Every centre in turn, with row-level security told about it."""
    bind = op.get_bind()
    for centre_id in bind.scalars(sa.text("select id from centre order by id")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(
                sa.text("select set_config('app.centre_id', :id, true)"), {"id": str(centre_id)}
            )
        yield centre_id
    if bind.dialect.name == "postgresql":
        bind.execute(sa.text("select set_config('app.centre_id', '', true)"))


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


def _carry_over(centre_id: int) -> None:
    """The register begins with what was offered, and the figures are marked to be recounted."""
    bind = op.get_bind()
    offer, standing, dirty = map(_table, ("offered_service", "service_standing", "rollup_dirty"))
    rows = []
    for row in bind.execute(sa.select(offer).where(offer.c.centre_id == centre_id)).mappings():
        rows.append(_standing(row, 1, "offer", "offered", row["offered_from"]))
        if row["offered_until"] is not None:
            rows.append(_standing(row, 2, "withdraw", "withdrawn", row["offered_until"]))
    if rows:
        bind.execute(sa.insert(standing), rows)
        today = datetime.now(UTC).date()
        bind.execute(sa.insert(dirty), {"centre_id": centre_id, "id": _new_key(), "day": today})


def _standing(row: Any, seq: int, verb: str, state: str, since: Any) -> dict[str, Any]:
    ended = state == "withdrawn"
    return {
        "centre_id": row["centre_id"],
        "id": _new_key(),
        "service_id": row["service_id"],
        "seq": seq,
        "verb": verb,
        "state": state,
        "since": since,
        "reason": "other" if ended else "",
        "words_lo": "ກ່ອນມີທະບຽນນີ້" if ended else "",
        "words_en": BEFORE if ended else "",
        "decided_by": "",
        "document_number": "",
        "recorded_at": datetime.now(UTC),
        "recorded_by": "system",
    }


def _new_key() -> Any:
    """A key as a reflected column takes it: SQLite knows it as 32 letters."""
    key = uuid.uuid4()
    return key.hex if op.get_bind().dialect.name == "sqlite" else key


def _create_tables() -> None:
    op.create_table('centre_service',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=24), nullable=False),
    sa.Column('document_number', sa.String(length=80), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_centre_service_centre_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_centre_service_service_id')),
    sa.PrimaryKeyConstraint('centre_id', 'service_id', name=op.f('pk_centre_service'))
    )
    op.create_table('service_standing',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=24), nullable=False),
    sa.Column('words_lo', sa.String(length=300), nullable=False),
    sa.Column('words_en', sa.String(length=300), nullable=False),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('document_number', sa.String(length=80), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.CheckConstraint("reason <> 'other' or words_lo <> ''", name=op.f('ck_service_standing_other_in_words')),
    sa.CheckConstraint("state = 'offered' or reason <> ''", name=op.f('ck_service_standing_has_reason')),
    sa.CheckConstraint("state in ('offered', 'suspended', 'withdrawn')", name=op.f('ck_service_standing_state_known')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_service_standing_centre_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_standing_service_id')),
    sa.PrimaryKeyConstraint('centre_id', 'id', name=op.f('pk_service_standing')),
    sa.UniqueConstraint('centre_id', 'service_id', 'seq', name='uq_service_standing_seq')
    )
    op.create_table('change_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('base_version_id', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('basis', sa.String(length=400), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('author_name', sa.String(length=200), nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reviewer_id', sa.Integer(), nullable=True),
    sa.Column('reviewer_name', sa.String(length=200), nullable=False),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('review_words', sa.String(length=500), nullable=False),
    sa.Column('published_version_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state not in ('approved', 'published') or reviewer_id is not null", name=op.f('ck_change_proposal_approved_by_somebody')),
    sa.CheckConstraint('reviewer_id is null or reviewer_id <> author_id', name=op.f('ck_change_proposal_reviewer_is_other')),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_change_proposal_author_id')),
    sa.ForeignKeyConstraint(['base_version_id'], ['service_version.id'], name=op.f('fk_change_proposal_base_version_id')),
    sa.ForeignKeyConstraint(['published_version_id'], ['service_version.id'], name=op.f('fk_change_proposal_published_version_id')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['user_account.id'], name=op.f('fk_change_proposal_reviewer_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_change_proposal_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change_proposal'))
    )
    op.create_index('ix_change_proposal_service_id', 'change_proposal', ['service_id'], unique=False)
    op.create_table('proposal_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('author_name', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('words', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_proposal_comment_author_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['change_proposal.id'], name=op.f('fk_proposal_comment_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_comment'))
    )
    op.create_index('ix_proposal_comment_proposal_id', 'proposal_comment', ['proposal_id'], unique=False)
