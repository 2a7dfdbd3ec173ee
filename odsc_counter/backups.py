"""Backup and restore, online and verified.

A backup is one file beside its SHA-256. It is opened again and checked before it counts. The
installation's secrets (`instance/*.key`) and the private signing keys (`ODSC_KEYS`) are not in
it: who holds a backup can't sign in with it, and can't seal a receipt.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite_driver
from sqlalchemy import URL, make_url

from odsc_counter.platform import clock


class BackupFailed(RuntimeError):
    """No backup, or none that can be trusted; the message says why."""


def back_up(url: str, folder: Path) -> Path:
    """Copy the running database into a new file and prove that it can be read.

    Writers may go on meanwhile; the copy is one moment's state. Raises BackupFailed.
    """
    address = make_url(url)
    folder.mkdir(parents=True, exist_ok=True)
    stamp = f"{clock.local(clock.now()):%Y%m%d-%H%M%S}"
    if address.get_backend_name() == "sqlite":
        target = folder / f"odsc-{stamp}.sqlite"
        _copy_sqlite(Path(str(address.database)), target)
    else:
        target = folder / f"odsc-{stamp}.pgdump"
        _run("pg_dump", "--format=custom", "--no-password", "--file", str(target), url=address)
    os.chmod(target, 0o600)
    verify(target)
    _digest_file(target).write_text(f"{_digest(target)}  {target.name}\n", encoding="ascii")
    return target


def verify(file: Path) -> None:
    """Open a backup and check that it is whole. Raises BackupFailed."""
    kept = _digest_file(file)
    if kept.exists() and kept.read_text(encoding="ascii").split()[0] != _digest(file):
        raise BackupFailed(f"{file.name} is not the file that was written: its digest differs")
    if file.suffix == ".sqlite":
        connection = sqlite_driver.connect(f"file:{file}?mode=ro", uri=True)
        try:
            result = connection.execute("pragma integrity_check").fetchone()[0]
            broken = connection.execute("pragma foreign_key_check").fetchone()
        except sqlite_driver.DatabaseError as error:
            raise BackupFailed(f"{file.name} is not a database: {error}") from error
        finally:
            connection.close()
        if result != "ok" or broken:
            raise BackupFailed(f"{file.name} is damaged: {result}")
    elif b"TABLE DATA" not in _run("pg_restore", "--list", str(file)):
        raise BackupFailed(f"{file.name} holds no tables")


def restore(url: str, file: Path, *, replace: bool = False) -> None:
    """Put a verified backup in the place of an empty database.

    With `replace`, a SQLite database that is there is moved aside first, never removed; a
    PostgreSQL database must be empty. Stop the server before. Raises BackupFailed.
    """
    verify(file)
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if file.suffix != ".sqlite":
            raise BackupFailed("this backup is of a PostgreSQL database")
        _restore_sqlite(Path(str(address.database)), file, replace)
        return
    if file.suffix != ".pgdump":
        raise BackupFailed("this backup is of a SQLite database")
    tables = _run(
        "psql", "--tuples-only", "--no-align", "--command",
        "select count(*) from pg_tables where schemaname = 'public'", url=address,
    )  # fmt: skip
    if tables.strip() != b"0":
        raise BackupFailed("the PostgreSQL database is not empty: create a new one first")
    _run(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner",
        "--dbname", _conninfo(address), str(file), url=address,
    )  # fmt: skip


def _restore_sqlite(target: Path, file: Path, replace: bool) -> None:
    if target.exists():
        if not replace:
            raise BackupFailed(f"{target} is there already; --replace moves it aside")
        connection = sqlite_driver.connect(str(target), isolation_level=None, timeout=0)
        try:
            # Fails while a server holds the database; folds the log into the file otherwise.
            connection.execute("pragma locking_mode=exclusive")
            connection.execute("begin exclusive")
            connection.execute("commit")
            connection.execute("pragma wal_checkpoint(truncate)")
        except sqlite_driver.OperationalError as error:
            raise BackupFailed("the database is in use: stop the server first") from error
        finally:
            connection.close()
        stamp = f"{clock.local(clock.now()):%Y%m%d-%H%M%S}"
        target.rename(target.with_name(f"{target.name}.before-{stamp}"))
    fresh = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(file, fresh)
    with open(fresh, "rb") as written:
        os.fsync(written.fileno())
    os.replace(fresh, target)


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise BackupFailed(f"there is no database at {source}")
    reader = sqlite_driver.connect(f"file:{source}?mode=ro", uri=True)
    writer = sqlite_driver.connect(str(target))
    try:
        reader.backup(writer)
        # One file that can be read from anywhere, not a file and its log.
        writer.execute("pragma journal_mode=delete")
    finally:
        writer.close()
        reader.close()


def _conninfo(address: URL) -> str:
    parts = {
        "host": address.host or address.query.get("host"),
        "port": address.port,
        "user": address.username,
        "dbname": address.database,
    }
    return " ".join(f"{name}={value}" for name, value in parts.items() if value)


def _run(program: str, *arguments: str, url: URL | None = None) -> bytes:
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(f"{program} is missing: apt-get install postgresql-client")
    environment = dict(os.environ)
    command = [found, *arguments]
    if url is not None:
        if url.password:
            environment["PGPASSWORD"] = str(url.password)
        if program != "pg_restore":
            command[1:1] = ["--dbname", _conninfo(url)]
    result = subprocess.run(command, capture_output=True, env=environment, check=False)  # noqa: S603 - our own words
    if result.returncode:
        raise BackupFailed(f"{program}: {result.stderr.decode(errors='replace').strip()}")
    return result.stdout


def _digest_file(file: Path) -> Path:
    return file.with_name(file.name + ".sha256")


def _digest(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
