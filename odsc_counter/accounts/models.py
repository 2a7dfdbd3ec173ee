"""People who sign in: accounts, their roles, sessions, second factors and tokens."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform.columns import Base, new_id


class User(Base):
    """An account. It is never removed: what it did stays in its name."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name_lo: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(160))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """Argon2id; None until the one-time link was used."""
    language: Mapped[str] = mapped_column(String(2), default="lo")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    """Made by the demonstration: can't sign in to an installation that isn't one."""
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    """Encrypted with the installation's key."""
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)
    """The last time step whose code was accepted: a code works once."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    office_phone: Mapped[str] = mapped_column(String(20), default="")
    """Of the office, not of the person: everybody who signs in reads it in the directory."""
    email: Mapped[str] = mapped_column(String(120), default="")
    """Of the office, as `office_phone`."""
    wants_digest: Mapped[bool] = mapped_column(default=False)
    """Whether the morning page of the person's areas comes by e-mail, too."""

    def name(self, language: str) -> str:
        """The person's name in a language's script."""
        return self.name_lo if language == "lo" else self.name_en


class RoleGrant(Base):
    """A role that a person holds at a centre, in an area, or for the nation."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("(at_centre_id is null) <> (at_unit_id is null)", name="one_place"),
        Index("ix_role_grant_user_id", "user_id"),
        Index("ix_role_grant_at_centre_id", "at_centre_id"),
        # A role is held once at a place, however many people grant it at the same moment.
        Index(
            "uq_role_grant_held_at_centre",
            "user_id",
            "role",
            "at_centre_id",
            unique=True,
            sqlite_where=text("ended_on is null"),
            postgresql_where=text("ended_on is null"),
        ),
        Index(
            "uq_role_grant_held_at_unit",
            "user_id",
            "role",
            "at_unit_id",
            unique=True,
            sqlite_where=text("ended_on is null"),
            postgresql_where=text("ended_on is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(String(30))
    at_centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    at_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    ministry_id: Mapped[int | None] = mapped_column(ForeignKey("ministry.id"))
    """Whose files a ministry officer decides on; for which ministry a committee member sits."""
    office_level: Mapped[str] = mapped_column(String(10), default="")
    """For ministry officers: district, province or nation; empty: every office of it here."""
    granted_on: Mapped[date]
    ended_on: Mapped[date | None]
    """The last day plus one; None while it is held."""


class UserSession(Base):
    """A sign-in on one device. Ending the row ends the sign-in at once."""

    __tablename__ = "user_session"
    __table_args__ = (Index("ix_user_session_user_id", "user_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    """Set while the desk is locked: the password alone opens it again."""
    second_factor_at: Mapped[datetime | None]
    origin: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))
    entered_centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    """The centre that an auditor has entered, with a reason that both trails hold."""
    entered_reason: Mapped[str] = mapped_column(String(300), default="")


class OneTimeLink(Base):
    """A link that lets its bearer set a password once."""

    __tablename__ = "one_time_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class RecoveryCode(Base):
    """Stands in for the second factor once, when the phone is lost."""

    __tablename__ = "recovery_code"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A bearer token for a program that acts in a person's name."""

    __tablename__ = "api_token"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    label: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class CalendarToken(Base):
    """The secret address of a person's calendar: whoever knows it may read, and do no more."""

    __tablename__ = "calendar_token"
    __table_args__ = (
        # A person has one address; a new one takes the place of the old one.
        Index(
            "uq_calendar_token_good",
            "user_id",
            unique=True,
            sqlite_where=text("revoked_at is null"),
            postgresql_where=text("revoked_at is null"),
        ),
    )

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the secret part; the address itself is nowhere."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInThrottle(Base):
    """Failed attempts by account and by address, and until when to wait."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    """What is counted: user:<hash of the name>, from:<address>, file:<hash of the number> …"""
    failures: Mapped[int]
    last_failed_at: Mapped[datetime]
    wait_until: Mapped[datetime | None]
