"""Files of a centre beside the database, each named by the SHA-256 of its own bytes.

<folder>/<centre id>/<first two digits>/<sha256>; those of a unit's office stand under
<folder>/units/<unit id>. The folder lies outside everything that is served. A file is written
whole under a name of its own, made durable and then renamed: whoever finds the final name finds
all of it. No name but 64 digits ever touches the disk.
"""

import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path

DIGEST = re.compile(r"[0-9a-f]{64}")
UNFINISHED = ".part"
DAY_SECONDS = 24 * 60 * 60
"""How old what nobody needs must be before it is swept: no upload lasts that long."""


class NotThere(LookupError):
    """The store holds no such file."""


class FileStore:
    """The files of all centres under one folder. Any number of processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def of_units(self) -> "FileStore":
        """The files of units' offices, by the unit's key: apart from those of any centre."""
        return FileStore(self.folder / "units")

    def keep(self, centre_id: int, content: bytes) -> str:
        """Keep bytes for a centre and give their SHA-256; what is there is not written twice.

        After the return they survive a power cut. Raises OSError when the disk refuses.
        """
        digest = hashlib.sha256(content).hexdigest()
        target = self._path(centre_id, digest)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._locked(centre_id):
            if target.exists() and target.stat().st_size == len(content):
                os.utime(target)  # young again: the sweep leaves it to its new record
                return digest
        fresh = target.with_name(f"{secrets.token_hex(8)}{UNFINISHED}")
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            with self._locked(centre_id):
                os.replace(fresh, target)
        finally:
            fresh.unlink(missing_ok=True)
        for made in (target.parent, target.parent.parent, self.folder):
            make_durable(made)
        return digest

    def open(self, centre_id: int, digest: str) -> BufferedReader:
        """A kept file, open for reading. Raises NotThere."""
        try:
            return open(self._path(centre_id, digest), "rb")
        except FileNotFoundError as error:
            raise NotThere(digest) from error

    def fault(self, centre_id: int, digest: str) -> str | None:
        """What is wrong with a kept file: "missing", "changed", or None when it is whole."""
        try:
            with self.open(centre_id, digest) as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except NotThere:
            return "missing"
        return None if found == digest else "changed"

    def digests(self, centre_id: int) -> Iterator[str]:
        """The names of all whole files of a centre, in no order."""
        for path in (self.folder / str(centre_id)).glob("??/*"):
            if DIGEST.fullmatch(path.name):
                yield path.name

    def sweep_unfinished(self, older_than: float = DAY_SECONDS) -> int:
        """Remove what interrupted writers left behind; `older_than` seconds. Gives the count."""
        swept = 0
        for path in self.folder.glob(f"*/??/*{UNFINISHED}"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime >= older_than:
                    path.unlink()
                    swept += 1
        return swept

    def sweep_unknown(
        self, centre_id: int, known: Collection[str], older_than: float = DAY_SECONDS
    ) -> int:
        """Remove a centre's old files that no record names: uploads whose record failed.

        A file that is kept anew meanwhile is young again, and stays. Gives the count.
        """
        swept = 0
        for digest in list(self.digests(centre_id)):
            if digest in known:
                continue
            path = self._path(centre_id, digest)
            with self._locked(centre_id), suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime >= older_than:
                    path.unlink()
                    swept += 1
        return swept

    def _path(self, centre_id: int, digest: str) -> Path:
        if not DIGEST.fullmatch(digest):
            raise NotThere(digest)
        return self.folder / str(int(centre_id)) / digest[:2] / digest

    @contextmanager
    def _locked(self, centre_id: int) -> Iterator[None]:
        """One at a time, over all processes: is it there, how old is it, away with it."""
        handle = os.open(self.folder / str(centre_id) / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def make_durable(folder: Path) -> None:
    """Have the entries of a folder on disk when this returns: names of new files, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_default: FileStore | None = None


def use_store(store: FileStore) -> None:
    """Make this the process's store."""
    global _default
    _default = store


def current_store() -> FileStore:
    """The store in use. Raises RuntimeError when the program was not set up."""
    if _default is None:
        raise RuntimeError("no file store is set")
    return _default
