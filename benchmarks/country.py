"""A country of served centres whose clerks are signed in, and what its processes cost."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from odsc_counter import schema
from odsc_counter.accounts.credentials import create_token
from odsc_counter.accounts.models import UserSession
from odsc_counter.accounts.sessions import COOKIE_KEY, hashed, new_token
from odsc_counter.app import create_app
from odsc_counter.config import Settings, kept_secret
from odsc_counter.platform import clock, tripwire
from odsc_counter.platform.database import Database, bound_to
from odsc_counter.platform.tenancy import Actor, acting_as, reference_scope
from odsc_counter.platform.work import unit_of_work
from tests.load.hall import Hall
from tests.postgresql import Server
from tests.world import a_centre, a_service, a_user


@dataclass
class Clerk:
    """Somebody at a counter, with a token for the API and a browser's cookie."""

    centre: str
    counter: int
    token: str
    cookie: str
    busy: bool = False


class Country(Hall):
    """A served installation with many centres."""

    clerks: list[Clerk]

    def fill_centres(self, centres: int, consoles: int) -> None:
        """Make the centres and their clerks, each signed in."""
        self.clerks = []
        secret = kept_secret(self.instance, "session")
        app = create_app(
            Settings(self.instance, self.url, self.url, secret_key=secret, log_level="ERROR")
        )
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        database = Database(self.url)
        tripwire.install(database)
        with bound_to(database), reference_scope(), acting_as(Actor("benchmark")):
            for number in range(centres):
                code = f"LA{number // 9 + 1:02}{number % 9 + 1:02}"
                centre = a_centre(code, counters=consoles)
                a_service(centre)
                for desk in range(1, consoles + 1):
                    user = a_user(f"{code}.{desk}".lower(), counter_staff=centre)
                    session = new_token()
                    now = clock.now()
                    with unit_of_work() as work:
                        work.session.add(
                            UserSession(
                                token_hash=hashed(session),
                                user_id=user.id,
                                created_at=now,
                                last_seen_at=now,
                                origin="",
                                agent="benchmark",
                            )
                        )
                    cookie = signer.dumps({COOKIE_KEY: session, "language": "lo"})
                    token = create_token(user.username)
                    self.clerks.append(Clerk(code, desk, token, f"odsc={cookie}"))
        database.dispose()
        app.extensions["database"].dispose()

    @property
    def workers(self) -> list[int]:
        """Process ids of those that serve."""
        if self.process is None:
            return []
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children]


class Cost:
    """Memory and processor time of some processes."""

    def __init__(self, pids: list[int]) -> None:
        self._pids = pids
        self._then = (time.perf_counter(), self._processor_seconds())
        self.lines: list[str] = []

    def look(self, when: str) -> None:
        """Note what they hold now, and what they used since the last look."""
        memory = " + ".join(f"{_status(pid, 'VmRSS') / 1024:.1f}" for pid in self._pids)
        threads = sum(_status(pid, "Threads") for pid in self._pids)
        now = (time.perf_counter(), self._processor_seconds())
        passed = now[0] - self._then[0]
        share = (now[1] - self._then[1]) / passed if passed > 1 else 0.0
        self._then = now
        self.lines.append(
            f"{when:>9}: memory {memory} MB, {threads} threads, {share:5.1%} of a processor since"
        )

    def _processor_seconds(self) -> float:
        total = 0
        for pid in self._pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / 100


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0


@contextmanager
def served(kind: str, centres: int, consoles: int, settings: dict[str, str]) -> Iterator[Country]:
    """A country on a fresh database, served."""
    folder = Path(tempfile.mkdtemp(prefix="odsc-benchmark-"))
    server = Server(durable=True) if kind == "postgresql" else None
    url = f"sqlite:///{folder / 'odsc.db'}"
    if server is not None:
        server.execute("create database benchmark")
        url = server.url("benchmark")
    country = Country(url, folder)
    # Nobody presses a key at these consoles; that they stay open is what is measured.
    country.settings = {"ODSC_IDLE_LOCK_MINUTES": "120", **settings}
    try:
        engine = Database(url).owner_engine()
        schema.migrate(engine)
        engine.dispose()
        country.fill_centres(centres, consoles)
        country.serve()
        yield country
    finally:
        country.stop()
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
