"""People and businesses: what is known of them, how they are found, merged, and what they agreed to."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from odsc_counter.people import keys
from odsc_counter.platform import walls

revision = "0007"
down_revision = "0006"

# In plain SQL: SQLite can neither add a constraint to a table that other tables point at nor make
# it anew without touching them. So `merged_into_id` has no foreign key; those of `person_merge`
# say the same.
COLUMNS = (
    "kind varchar(8) not null default 'person'"
    " constraint ck_person_kind_known check (kind in ('person', 'business'))",
    "phone_key varchar(20) {bytewise} not null default ''",
    "id_key varchar(40) {bytewise} not null default ''",
    "family_book varchar(40) not null default ''",
    "family_book_key varchar(40) {bytewise} not null default ''",
    "business_number varchar(40) not null default ''",
    "business_key varchar(40) {bytewise} not null default ''",
    "birth_on date",
    "birth_year integer",
    "unit_id integer constraint fk_person_unit_id references unit (id)",
    "version integer not null default 1",
    "merged_into_id {uuid}",
)
TYPES = {
    "sqlite": {"bytewise": "", "uuid": "char(32)"},
    "postgresql": {"bytewise": 'collate "C"', "uuid": "uuid"},
}
RIGHTS = {
    "person_word": "select, insert, delete",
    "person_merge": "select, insert",
    "person_consent": "select, insert",
}
INDEXED = (
    ("phone_key",),
    ("id_key",),
    ("family_book_key",),
    ("business_key",),
    ("name_key", "birth_year"),
    ("name_key", "phone_key"),
    ("name_key", "village"),
)
BATCH = 1000


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for column in COLUMNS:
        op.execute(f"alter table person add column {column.format(**TYPES[dialect])}")
    _create_tables()
    for centre_id in _each_centre():
        _carry_over(centre_id)
    for old in ("id_number", "name_key"):
        op.drop_index(f"ix_person_centre_id_{old}", table_name="person")
    unmerged = sa.text("merged_into_id is null")
    for columns in INDEXED:
        op.create_index(
            "ix_person_" + "_".join(columns),
            "person",
            ["centre_id", *columns],
            sqlite_where=unmerged,
            postgresql_where=unmerged,
        )
    for table in ("person_merge", "person_consent"):
        for statement in walls.append_only(table, dialect):
            op.execute(statement)
    if dialect == "postgresql":
        for table, rights in RIGHTS.items():
            for statement in (*walls.isolate(table), *walls.grant(table, to_app=rights)):
                op.execute(statement)


def downgrade() -> None:
    # No way back: the older table can't hold two records that are one, nor what people agreed to.
    raise RuntimeError("records of people can't be made plain again; restore a backup instead")


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
    """Everybody's keys, and the words of their names, by batches in the order of their ids."""
    bind = op.get_bind()
    person, word = _table("person"), _table("person_word")
    rows = sa.select(person.c.id, person.c.full_name, person.c.phone, person.c.id_number).where(
        person.c.centre_id == centre_id
    )
    change = (
        sa.update(person)
        .where(person.c.centre_id == centre_id, person.c.id == sa.bindparam("person"))
        .values({name: sa.bindparam(f"new_{name}") for name in ("name_key", "phone_key", "id_key")})
    )
    after: Any = None
    while True:
        query = rows if after is None else rows.where(person.c.id > after)
        batch = bind.execute(query.order_by(person.c.id).limit(BATCH)).all()
        if not batch:
            return
        after = batch[-1].id
        bind.execute(change, [_keys(row) for row in batch])
        words = [
            {"centre_id": centre_id, "word": found, "person_id": row.id}
            for row in batch
            for found in sorted(keys.indexed_words(row.full_name))
        ]
        if words:
            bind.execute(sa.insert(word), words)


def _keys(row: Any) -> dict[str, Any]:
    return {
        "person": row.id,
        "new_name_key": keys.full_name_key(row.full_name),
        "new_phone_key": keys.phone_key(row.phone),
        "new_id_key": keys.document_key(row.id_number),
    }


def _create_tables() -> None:
    op.create_table('person_consent',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.String(length=8), nullable=False),
    sa.Column('is_given', sa.Boolean(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('how', sa.String(length=8), nullable=False),
    sa.Column('paper_reference', sa.String(length=60), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=True),
    sa.Column('noted_by_name', sa.String(length=200), nullable=False),
    sa.CheckConstraint("how in ('signed', 'spoken', 'online')", name=op.f('ck_person_consent_how_known')),
    sa.CheckConstraint("purpose in ('keep', 'message', 'share')", name=op.f('ck_person_consent_purpose_known')),
    sa.ForeignKeyConstraint(['centre_id', 'person_id'], ['person.centre_id', 'person.id'], name=op.f('fk_person_consent_centre_id_person_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_person_consent_centre_id')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['user_account.id'], name=op.f('fk_person_consent_noted_by_id')),
    sa.PrimaryKeyConstraint('centre_id', 'id', name=op.f('pk_person_consent'))
    )
    op.create_index('ix_person_consent_person', 'person_consent', ['centre_id', 'person_id', 'noted_at'], unique=False)
    op.create_table('person_merge',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('merged_id', sa.Uuid(), nullable=False),
    sa.Column('kept_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('moved', sa.Integer(), nullable=False),
    sa.Column('merged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('merged_by_id', sa.Integer(), nullable=True),
    sa.Column('merged_by_name', sa.String(length=200), nullable=False),
    sa.CheckConstraint('merged_id <> kept_id', name=op.f('ck_person_merge_two_records')),
    sa.ForeignKeyConstraint(['centre_id', 'kept_id'], ['person.centre_id', 'person.id'], name=op.f('fk_person_merge_centre_id_kept_id')),
    sa.ForeignKeyConstraint(['centre_id', 'merged_id'], ['person.centre_id', 'person.id'], name=op.f('fk_person_merge_centre_id_merged_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_person_merge_centre_id')),
    sa.ForeignKeyConstraint(['merged_by_id'], ['user_account.id'], name=op.f('fk_person_merge_merged_by_id')),
    sa.PrimaryKeyConstraint('centre_id', 'merged_id', name=op.f('pk_person_merge'))
    )
    op.create_index('ix_person_merge_kept', 'person_merge', ['centre_id', 'kept_id'], unique=False)
    op.create_table('person_word',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['centre_id', 'person_id'], ['person.centre_id', 'person.id'], name=op.f('fk_person_word_centre_id_person_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_person_word_centre_id')),
    sa.PrimaryKeyConstraint('centre_id', 'word', 'person_id', name=op.f('pk_person_word'))
    )
    op.create_index('ix_person_word_person', 'person_word', ['centre_id', 'person_id', 'word'], unique=False)
