"""The private halves of the signing keys: one file each (PKCS8, PEM), beside no database.

<folder>/<key id>.pem, readable by its owner alone (0600) in a folder of the owner's (0700). A
file is written whole under a name of its own, made durable and then linked: whoever finds the
final name finds all of it. With a passphrase the file is encrypted.
"""

import hashlib
import logging
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from odsc_counter.platform.file_store import make_durable

KEY_ID = re.compile(r"[0-9A-F]{8}")
MOST_IN_MEMORY = 512

logger = logging.getLogger(__name__)


class KeyFileMissing(LookupError):
    """There is no such key here, or its file can't be read or is another key's."""


@dataclass(frozen=True)
class Signer:
    """A private key, ready to sign."""

    key_id: str
    public_key: bytes
    """32 bytes."""
    _private: Ed25519PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self._private.sign(message)


def key_id_of(public_key: bytes) -> str:
    """The short name of a public key."""
    return hashlib.sha256(public_key).hexdigest()[:8].upper()


class KeyFiles:
    """The key files in one folder, with those in memory that were used already."""

    def __init__(self, folder: Path, passphrase: str = "") -> None:
        self.folder = folder
        self._passphrase = passphrase.encode() or None
        self._loaded: dict[str, Signer] = {}

    def make(self) -> Signer:
        """A new key, durable in its file before this returns. Raises OSError."""
        signer = _signer(Ed25519PrivateKey.generate())
        encryption: KeySerializationEncryption = (
            BestAvailableEncryption(self._passphrase) if self._passphrase else NoEncryption()
        )
        private = signer._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
        self._keep(signer.key_id, private)
        return signer

    def signer(self, key_id: str, public_key: bytes) -> Signer:
        """The key of this name. Raises KeyFileMissing unless it fits the public key."""
        signer = self._loaded.get(key_id) or self._read(key_id)
        if signer.public_key != public_key:
            logger.error("the key file %s is not the key that is registered", key_id)
            raise KeyFileMissing(key_id)
        if len(self._loaded) >= MOST_IN_MEMORY:
            self._loaded.clear()
        self._loaded[key_id] = signer
        return signer

    def is_here(self, key_id: str) -> bool:
        """Whether there is a file of this name."""
        return self._path(key_id).is_file()

    def discard(self, key_id: str) -> None:
        """Remove the file of a key that came too late and has signed nothing."""
        self._path(key_id).unlink(missing_ok=True)

    def _read(self, key_id: str) -> Signer:
        try:
            content = self._path(key_id).read_bytes()
            private = load_pem_private_key(content, self._passphrase)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            # The kind of the error alone: its words could quote the file.
            logger.error("no signing key from file %s: %s", key_id, type(error).__name__)
            raise KeyFileMissing(key_id) from None
        if not isinstance(private, Ed25519PrivateKey):
            logger.error("the key file %s holds no Ed25519 key", key_id)
            raise KeyFileMissing(key_id)
        return _signer(private)

    def _keep(self, key_id: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(self.folder, 0o700)  # a folder that was put back from a copy may be wider
        target = self._path(key_id)
        fresh = target.with_name(f"{secrets.token_hex(8)}.part")
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(fresh, target)  # unlike a rename never over a key that is there
        finally:
            with suppress(FileNotFoundError):
                fresh.unlink()
        for folder in (self.folder, self.folder.parent):
            make_durable(folder)

    def _path(self, key_id: str) -> Path:
        if not KEY_ID.fullmatch(key_id):
            raise KeyFileMissing(key_id)
        return self.folder / f"{key_id}.pem"


def _signer(private: Ed25519PrivateKey) -> Signer:
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Signer(key_id_of(public), public, private)


_default: KeyFiles | None = None


def use_key_files(files: KeyFiles) -> None:
    """Make these the process's keys."""
    global _default
    _default = files


def current_key_files() -> KeyFiles:
    """The keys in use. Raises RuntimeError when the program was not set up."""
    if _default is None:
        raise RuntimeError("no folder of signing keys is set")
    return _default
