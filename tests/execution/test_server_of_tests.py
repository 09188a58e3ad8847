"""The server that the tests start ends with them, however they end."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

START = """
import sys
sys.path.insert(0, sys.argv[1])
from execution.postgres import programs, running
with running(programs()) as server:
    server.kill()
    server.start()
    print(server.folder, flush=True)
    sys.stdin.read()
"""


@pytest.mark.usefixtures("postgres")  # skips where there is no PostgreSQL
def test_a_run_that_is_killed_leaves_no_server_and_no_folder() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START, Path(__file__).parents[1]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        folder = Path(process.stdout.readline().strip())
        server = psutil.Process(int((folder / "data/postmaster.pid").read_text().split()[0]))
        assert server.name() == "postgres"
        process.kill()
    end = time.monotonic() + 30
    while (folder.exists() or runs(server)) and time.monotonic() < end:
        time.sleep(0.1)
    assert not runs(server)
    assert not folder.exists()


def runs(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
