"""The keys with which centres seal: one in force for each centre, all earlier ones known.

The private half is in a file (`key_files`), the public half in the national table, where
everybody may read it. The file is durable before the row is written.
"""

import base64
import binascii
import logging
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, raiseload

from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, NotFound
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, unit_of_work
from odsc_counter.receipts.key_files import KeyFileMissing, Signer, current_key_files
from odsc_counter.receipts.key_models import ED25519, SigningKey

__all__ = ["Signer", "SigningKeyMissing", "create", "public_key", "rotate", "signer_for", "verify"]

logger = logging.getLogger(__name__)

TRIES = 3
"""Two keys with one short name, or two that are made at once: the next try settles it."""


class SigningKeyMissing(DomainError):
    """The key in force is registered, but its file is not here or is not that key."""

    slug = "signing-key-missing"
    status = 503
    message = _(
        "No receipt can be written: the signing key of this centre is missing on the server."
        " Nothing was saved. Tell the administrator of the installation."
    )


class KeyInForce(DomainError):
    """The centre has a key already: a new one takes its place by rotation."""

    slug = "signing-key-in-force"
    message = _("This centre seals with the key %(key_id)s already. Rotate it instead.")


def signer_for(work: Work, centre: Centre) -> Signer:
    """The centre's key in force; the first use makes one.

    Of two transactions that both make the first key, one wins and the other uses its key.
    Raises SigningKeyMissing, also where a new key can't be written.
    """
    for _again in range(TRIES):
        row = _in_force(work.session, centre.id)
        if row is not None:
            return _signer(row)
        made = _make(work, centre, "created")
        if made is not None:
            return made
    raise SigningKeyMissing


def create(centre: Centre) -> str:
    """Make a centre's first key ahead of its first receipt. Raises KeyInForce. Gives its name."""
    with unit_of_work() as work:
        row = _in_force(work.session, centre.id)
        if row is not None:
            raise KeyInForce(key_id=row.key_id)
        return signer_for(work, centre).key_id


def rotate(centre: Centre) -> str:
    """Put a new key in the place of the centre's present one, whose file is not needed for it.

    Also what to do when a file is lost or was seen by others. Gives the new key's name.
    """
    with unit_of_work() as work:
        for _again in range(TRIES):
            row = _in_force(work.session, centre.id, lock=True)
            if row is not None:
                row.retired_at = max(clock.now(), row.made_at)
                row.retired_by = current_actor().name
                work.session.flush()
            made = _make(work, centre, "rotated" if row else "created", row)
            if made is not None:
                return made.key_id
        raise SigningKeyMissing


def public_key(session: Session, key_id: str) -> bytes:
    """The 32 bytes of a public key, in force or retired. Raises NotFound."""
    row = session.get(SigningKey, key_id)
    if row is None:
        raise NotFound
    return raw(row)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature was made over the message with the private half of the key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def raw(row: SigningKey) -> bytes:
    """The 32 bytes of a registered public key."""
    try:
        return base64.b64decode(row.public_key, validate=True)
    except binascii.Error:
        return b""  # fits no private key and verifies nothing


def all_keys(session: Session) -> list[SigningKey]:
    """Every key that was ever in force, by centre and age."""
    statement = select(SigningKey).join(Centre, SigningKey.at_centre_id == Centre.id)
    return list(
        session.scalars(statement.order_by(Centre.code, SigningKey.made_at, SigningKey.key_id))
    )


def published(session: Session) -> dict[str, Any]:
    """All public keys as they are given away: what a program needs to verify seals offline."""
    return {"format": 1, "keys": [_as_published(row) for row in all_keys(session)]}


def _as_published(row: SigningKey) -> dict[str, Any]:
    return {
        "key_id": row.key_id,
        "algorithm": row.algorithm,
        "public_key": row.public_key,
        "centre": {
            "number": row.at_centre_id,
            "code": row.centre.code,
            "name_en": row.centre.name_en,
            "name_lo": row.centre.name_lo,
        },
        "valid_from": _written(row.made_at),
        "valid_to": _written(row.retired_at) if row.retired_at else None,
    }


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _in_force(session: Session, centre_id: int, *, lock: bool = False) -> SigningKey | None:
    statement = (
        select(SigningKey)
        .where(SigningKey.at_centre_id == centre_id, SigningKey.retired_at.is_(None))
        .options(raiseload(SigningKey.centre))  # each receipt asks, and none for the centre
    )
    if lock:
        statement = statement.with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def _signer(row: SigningKey) -> Signer:
    try:
        return current_key_files().signer(row.key_id, raw(row))
    except KeyFileMissing as error:
        raise SigningKeyMissing from error


def _make(work: Work, centre: Centre, verb: str, before: SigningKey | None = None) -> Signer | None:
    """A new key in force; None where another transaction was quicker."""
    files = current_key_files()
    try:
        signer = files.make()
    except OSError as error:
        logger.error("a signing key can't be written: %s", error.strerror)
        raise SigningKeyMissing from error
    dialect = work.session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    kept = work.session.scalar(
        insert(SigningKey)
        .values(
            key_id=signer.key_id,
            at_centre_id=centre.id,
            algorithm=ED25519,
            public_key=base64.b64encode(signer.public_key).decode("ascii"),
            made_at=clock.now(),
            made_by=current_actor().name,
            retired_by="",
        )
        .on_conflict_do_nothing()
        .returning(SigningKey.key_id)
    )
    if kept is None:
        files.discard(signer.key_id)
        return None
    said = {"replaces": before.key_id} if before else {}
    work.record_national(
        verb, subject_kind="signing_key", subject_id=signer.key_id, place=centre.code, **said
    )
    return signer
