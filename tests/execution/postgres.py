"""A PostgreSQL server of the tests' own, which they may kill."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

OWNER = "postgres"
PASSWORD = "not to be told"
_SECONDS = 60.0
_GUARD = 'cat; kill -QUIT "$1"; kill -CONT "$1"; sleep 1; rm -rf "$2"'
"""Waits for the end of its parent, which closes its input, and takes the server with it."""


def programs() -> Path | None:
    """Return the folder of initdb and postgres; Debian keeps it off the path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


class Server:
    """A cluster in a temporary folder, on a free port of this machine, with passwords."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._programs, self.folder = programs, folder
        self._as = {"user": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "password").write_text(PASSWORD)
        if self._as:
            for path in (folder, folder / "password"):
                shutil.chown(path, "postgres")
        making = ["initdb", "-D", "data", "-U", OWNER, "-A", "scram-sha-256", "-E", "UTF8"]
        self._run(*making, "--locale=C", "--pwfile=password", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._programs / program, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, **self._as
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {"port": self.port, "listen_addresses": "127.0.0.1", "max_connections": 30}
        options |= {"unix_socket_directories": self.folder, "shared_buffers": "16MB"}
        options["fsync"] = "off"  # what a process wrote outlives the process, if not the machine
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._programs / "postgres",
                    *("-D", "data"),
                    *(f"--{name}={value}" for name, value in options.items()),
                ],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **self._as,
            )
        self._guard = subprocess.Popen(
            ["sh", "-c", _GUARD, "guard", str(self._process.pid), self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in a terminal does not end it
        )
        end = time.monotonic() + _SECONDS
        while True:
            try:
                return self.do("SELECT 1")
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise AssertionError((self.folder / "log").read_text()) from None
                time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL each of its processes, if it runs."""
        if self._guard.poll() is None:
            os.killpg(self._guard.pid, signal.SIGKILL)
            self._guard.communicate()
        if self._process.poll() is not None:
            return
        everyone = self._send(signal.SIGKILL)
        self._process.wait()
        while any(map(_runs, everyone)):
            time.sleep(0.01)

    def stop(self) -> None:
        """SIGSTOP each of its processes: it keeps what it has, and answers nothing."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after `stop`."""
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> list[psutil.Process]:
        server = psutil.Process(self._process.pid)
        everyone = [server, *server.children(recursive=True)]
        for process in everyone:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        return everyone

    def url(
        self, database: str = "postgres", user: str = OWNER, password: str = PASSWORD, **query: Any
    ) -> str:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        place = f"postgresql://{user}:{quote(password)}@127.0.0.1:{self.port}/{database}"
        return f"{place}?{asked}" if asked else place

    def do(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements as the owner of everything; return the rows of the last."""
        with psycopg.connect(self.url(database, connect_timeout=10), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new(self) -> str:
        """Make a database; return its name."""
        name = f"t{uuid.uuid4().hex[:12]}"
        self.do(f"CREATE DATABASE {name}")
        return name

    def user(self, *rights: str, database: str, options: str = "LOGIN") -> str:
        """Make a user of the usual password; return its name."""
        name = f"u{uuid.uuid4().hex[:12]}"
        self.do(f"CREATE ROLE {name} PASSWORD '{PASSWORD}' {options}")
        for right in rights:
            self.do(f"{right} TO {name}", database=database)
        return name


def _runs(process: psutil.Process) -> bool:
    try:  # a zombie holds nothing, and may wait long for who reaps it
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextlib.contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Give a server that runs, and remove it."""
    with tempfile.TemporaryDirectory(prefix="paceline-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), programs)
        try:
            server.start()
            yield server
        finally:
            server.kill()
