import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from execution.postgres import Server, programs, running


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "disk", "256k") as disk:
        yield disk


@contextlib.contextmanager
def mounted(disk: Path, size: str) -> Iterator[Path]:
    """Make a disk of its own in a folder."""
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server that runs as long as the tests do."""
    yield from _server()


@pytest.fixture
def mortal() -> Iterator[Server]:
    """A server of the test's own, which it may kill."""
    yield from _server()


def _server() -> Iterator[Server]:
    if (found := programs()) is None:
        assert not os.environ.get("CI"), "The store is tested on PostgreSQL, and it is missing."
        pytest.skip("the store is tested on PostgreSQL too, which this machine lacks")
    with running(found) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store may be: a file that is not there yet, or a database that is empty."""
    if request.param == "sqlite":
        return str(tmp_path / "s.sqlite")
    server: Server = request.getfixturevalue("postgres")
    return server.url(server.new())
