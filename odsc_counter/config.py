"""Every setting, its default and its meaning. Settings are environment variables.

ODSC_INSTANCE            ./instance: folder of the SQLite file, secrets and backups
ODSC_DATABASE_URL        sqlite:///… or postgresql://…; a SQLite file in the instance
ODSC_OWNER_DATABASE_URL  the role that owns the tables, for migrations; ODSC_DATABASE_URL
ODSC_HOST, PORT          where `serve` listens: 127.0.0.1, 8000
ODSC_PROCESSES           processes that serve, 1; more need PostgreSQL
ODSC_THREADS             threads of each process, 320; live streams take all but 64
ODSC_LIVE_NOTIFY         1: other hosts serve the same PostgreSQL database and must hear of
                         changes at once; 0, or 1 with several processes. Then ODSC_DATABASE_URL
                         must not lead through a pooler that lends connections by transaction
ODSC_HTTPS               1: cookies are Secure and HSTS is sent; 0
ODSC_PROXIES             exact count of trusted reverse proxies in front; 0
ODSC_HOSTS               host names that are answered, with commas between; any
ODSC_FILES               folder of scanned papers; `files` in the instance
ODSC_KEYS                folder of the private keys with which receipts are sealed; `keys` in the
                         instance. Only the program's own account may read it, and no backup
                         holds it (see docs/receipts.md)
ODSC_KEYS_PASSPHRASE     encrypts the files of new signing keys and opens those that are; none
ODSC_UPLOAD_MAX_MB       megabytes that one scanned paper may have, 10; a reverse proxy must let
                         five of them and one more through in one request
ODSC_CLAMD               virus scanner that looks at each scanned paper, by its socket:
                         `unix:/run/clamav/clamd.ctl` or `127.0.0.1:3310`; none. When it is set
                         and doesn't answer, nothing is taken. Its StreamMaxLength must be as
                         large as one paper may be
ODSC_IDLE_LOCK_MINUTES   idle minutes until a desk is locked; 10
ODSC_SMALL_BELOW         counts from 1 to one less than this are withheld from the open data, with
                         others that would give them away: 5, at least 2 (docs/open-data.md). Months
                         that are published already stay as they are
ODSC_LOG_LEVEL           level of the structured log; INFO
ODSC_SMS_URL             address of the gateway for text messages; none: they are only logged
ODSC_SMS_METHOD          POST, PUT or GET; POST
ODSC_SMS_HEADERS         JSON object of headers, for instance {"Authorization": "Bearer …"}
ODSC_SMS_BODY            JSON template; {to}, {text} and {key} are filled in wherever they stand;
                         {"to": "{to}", "text": "{text}"}. GET sends it in the address
ODSC_SMS_TIMEOUT         seconds to wait for the gateway; 10
ODSC_SMTP_URL            mail server for morning letters: smtp://user:password@host:587 (with
                         STARTTLS or not at all), smtps://host:465, smtp+plain://localhost:25
                         (in the open, on the same machine); none: no letter leaves
ODSC_MAIL_FROM           address that letters come from; needed with ODSC_SMTP_URL
"""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from odsc_counter.platform.post import Post
from odsc_counter.platform.virus_scan import assert_address

THREADS_FOR_PAGES = 64
"""Threads of a process that live streams never take: pages answer whatever is connected."""


@dataclass(frozen=True)
class Settings:
    """The settings in force."""

    instance: Path
    database_url: str
    owner_database_url: str
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 1
    threads: int = 320
    live_notify: bool = False
    https: bool = False
    proxies: int = 0
    hosts: tuple[str, ...] = ()
    files: Path | None = None
    keys: Path | None = None
    keys_passphrase: str = field(default="", repr=False)
    upload_max_mb: int = 10
    clamd: str = ""
    idle_lock_minutes: int = 10
    small_below: int = 5
    log_level: str = "INFO"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_headers: dict[str, str] = field(default_factory=dict, repr=False)
    sms_body: dict[str, Any] = field(default_factory=lambda: {"to": "{to}", "text": "{text}"})
    sms_timeout_seconds: float = 10.0
    post: Post | None = field(default=None, repr=False)
    testing: bool = False

    @property
    def streams(self) -> int:
        """How many live streams one process holds."""
        return max(8, self.threads - THREADS_FOR_PAGES)

    @property
    def files_folder(self) -> Path:
        """Where scanned papers lie: never within what is served."""
        return self.files or self.instance / "files"

    @property
    def keys_folder(self) -> Path:
        """Where the private signing keys lie: never within what is served or backed up."""
        return self.keys or self.instance / "keys"

    @property
    def tells_others(self) -> bool:
        """Whether other processes must hear of each change."""
        return self.live_notify or self.processes > 1


def kept_secret(instance: Path, name: str) -> str:
    """A secret of the installation, made on first use, readable by its owner alone (0600)."""
    path = instance / f"{name}.key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    instance.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    # A link appears whole or not at all: of two programs that start at once both read one.
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    return path.read_text(encoding="ascii").strip()


def _json_object(name: str, value: str) -> dict[str, Any]:
    try:
        found = json.loads(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a JSON object") from error
    if not isinstance(found, dict):
        raise ValueError(f"{name} must be a JSON object")
    return found


def settings_from_environment() -> Settings:
    """Read the settings. Raises ValueError for one that can't be understood."""
    env = os.environ
    processes = int(env.get("ODSC_PROCESSES", "1"))
    if processes < 1:
        raise ValueError("ODSC_PROCESSES must be 1 or more")
    upload_max_mb = int(env.get("ODSC_UPLOAD_MAX_MB", "10"))
    if not 1 <= upload_max_mb <= 200:
        raise ValueError("ODSC_UPLOAD_MAX_MB must be 1 to 200")
    small_below = int(env.get("ODSC_SMALL_BELOW", "5"))
    if not 2 <= small_below <= 1000:
        raise ValueError("ODSC_SMALL_BELOW must be 2 to 1000")
    clamd = env.get("ODSC_CLAMD", "")
    assert_address(clamd)
    sms_method = env.get("ODSC_SMS_METHOD", "POST").upper()
    if sms_method not in ("POST", "PUT", "GET"):
        raise ValueError("ODSC_SMS_METHOD must be POST, PUT or GET")
    smtp_url = env.get("ODSC_SMTP_URL", "")
    post = Post(smtp_url, env.get("ODSC_MAIL_FROM", "")) if smtp_url else None
    instance = Path(env.get("ODSC_INSTANCE", "instance")).absolute()
    url = env.get("ODSC_DATABASE_URL") or f"sqlite:///{instance / 'odsc.db'}"
    return Settings(
        instance=instance,
        database_url=url,
        owner_database_url=env.get("ODSC_OWNER_DATABASE_URL") or url,
        secret_key=kept_secret(instance, "session"),
        host=env.get("ODSC_HOST", "127.0.0.1"),
        port=int(env.get("PORT", "8000")),
        processes=processes,
        threads=int(env.get("ODSC_THREADS", "320")),
        live_notify=env.get("ODSC_LIVE_NOTIFY", "0") == "1",
        https=env.get("ODSC_HTTPS", "0") == "1",
        proxies=int(env.get("ODSC_PROXIES", "0")),
        hosts=tuple(name.strip() for name in env.get("ODSC_HOSTS", "").split(",") if name.strip()),
        files=Path(env["ODSC_FILES"]).absolute() if env.get("ODSC_FILES") else None,
        keys=Path(env["ODSC_KEYS"]).absolute() if env.get("ODSC_KEYS") else None,
        keys_passphrase=env.get("ODSC_KEYS_PASSPHRASE", ""),
        upload_max_mb=upload_max_mb,
        clamd=clamd,
        idle_lock_minutes=int(env.get("ODSC_IDLE_LOCK_MINUTES", "10")),
        small_below=small_below,
        log_level=env.get("ODSC_LOG_LEVEL", "INFO"),
        sms_url=env.get("ODSC_SMS_URL", ""),
        sms_method=sms_method,
        sms_headers=_json_object("ODSC_SMS_HEADERS", env.get("ODSC_SMS_HEADERS", "{}")),
        sms_body=_json_object(
            "ODSC_SMS_BODY", env.get("ODSC_SMS_BODY", '{"to": "{to}", "text": "{text}"}')
        ),
        sms_timeout_seconds=float(env.get("ODSC_SMS_TIMEOUT", "10")),
        post=post,
    )
