"""People and businesses as a centre knows them. A record never leaves its centre."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from odsc_counter.places.models import Unit
from odsc_counter.platform.columns import AppendOnly, Base, CentreEntity, CentreOwned, centre_fk

PERSON = "person"
BUSINESS = "business"


def _key(length: int) -> String:
    """A key whose beginning is looked up: in the order of its code points on both databases."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _standing(*columns: str) -> Index:
    """An index of the records that stand for themselves: merged ones are never looked up."""
    unmerged = text("merged_into_id is null")
    return Index(
        "ix_person_" + "_".join(columns),
        "centre_id",
        *columns,
        sqlite_where=unmerged,
        postgresql_where=unmerged,
    )


class Person(CentreEntity, Base):
    """A citizen or a business as this centre knows them. Never leaves the centre."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("kind in ('person', 'business')", name="kind_known"),
        _standing("phone_key"),
        _standing("id_key"),
        _standing("family_book_key"),
        _standing("business_key"),
        # So that records alike are counted in the order of an index, with all people in it.
        _standing("name_key", "birth_year"),
        _standing("name_key", "phone_key"),
        _standing("name_key", "village"),
    )

    kind: Mapped[str] = mapped_column(String(8), default=PERSON)
    full_name: Mapped[str] = mapped_column(String(160))
    name_key: Mapped[str] = mapped_column(String(200))
    """The name as it is compared (see people.keys.full_name_key)."""
    phone: Mapped[str] = mapped_column(String(20), default="")
    phone_key: Mapped[str] = mapped_column(_key(20), default="")
    id_number: Mapped[str] = mapped_column(String(40), default="")
    """ID card number as written: formats are not verified. Old records may bear another one."""
    id_key: Mapped[str] = mapped_column(_key(40), default="")
    family_book: Mapped[str] = mapped_column(String(40), default="")
    """Family book number, as written. A whole family has the same."""
    family_book_key: Mapped[str] = mapped_column(_key(40), default="")
    business_number: Mapped[str] = mapped_column(String(40), default="")
    """Business registration number, as written."""
    business_key: Mapped[str] = mapped_column(_key(40), default="")
    birth_on: Mapped[date | None]
    birth_year: Mapped[int | None]
    """Of `birth_on` where that is known; old papers often give the year alone."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The district where they live; the province where no more is known."""
    village: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes, so that nobody writes over what they have not seen."""
    merged_into_id: Mapped[uuid.UUID | None]
    """The record that is kept in its place; the same as in `person_merge`, whose keys the
    database checks."""

    unit: Mapped[Unit | None] = relationship(viewonly=True, lazy="raise")


class PersonWord(CentreOwned, Base):
    """A word of a person's name, to be found by its beginning."""

    __tablename__ = "person_word"
    __table_args__ = (
        centre_fk("person_id", "person"),
        Index("ix_person_word_person", "centre_id", "person_id", "word"),
    )

    word: Mapped[str] = mapped_column(_key(80), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class PersonMerge(AppendOnly, CentreOwned, Base):
    """That two records were found to be of one person. A record is merged away once."""

    __tablename__ = "person_merge"
    __table_args__ = (
        centre_fk("merged_id", "person"),
        centre_fk("kept_id", "person"),
        CheckConstraint("merged_id <> kept_id", name="two_records"),
        Index("ix_person_merge_kept", "centre_id", "kept_id"),
    )

    merged_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kept_id: Mapped[uuid.UUID]
    reason: Mapped[str] = mapped_column(String(300))
    moved: Mapped[int]
    """How many applications went over to the kept record."""
    merged_at: Mapped[datetime]
    merged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    merged_by_name: Mapped[str] = mapped_column(String(200))


class PersonConsent(AppendOnly, CentreEntity, Base):
    """What a person agreed to or took back, for one purpose. The latest row holds."""

    __tablename__ = "person_consent"
    __table_args__ = (
        centre_fk("person_id", "person"),
        CheckConstraint("purpose in ('keep', 'message', 'share')", name="purpose_known"),
        CheckConstraint("how in ('signed', 'spoken', 'online')", name="how_known"),
        Index("ix_person_consent_person", "centre_id", "person_id", "noted_at"),
    )

    person_id: Mapped[uuid.UUID]
    purpose: Mapped[str] = mapped_column(String(8))
    is_given: Mapped[bool]
    """Whether it was given; else withdrawn."""
    given_on: Mapped[date]
    """The day on which the person said so."""
    how: Mapped[str] = mapped_column(String(8))
    paper_reference: Mapped[str] = mapped_column(String(60), default="")
    """Where the signed paper lies."""
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    noted_by_name: Mapped[str] = mapped_column(String(200))
