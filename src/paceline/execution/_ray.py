"""Trials on a Ray cluster, through a process of its own that talks with Ray.

Ray prints to its driver's standard output, takes its signals, and ends it when the cluster's head
is gone for a minute: a driver apart keeps all that away from the coordinator.
"""

import contextlib
import importlib.util
import itertools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import keras

from paceline.execution._executors import PoolExecutor
from paceline.execution._worker import DeadError
from paceline.trials import is_own

_PROGRAM = Path(__file__).with_name("_ray_driver.py")
_ANSWERS_WITHIN, _CONNECTS_WITHIN, _ENDS_WITHIN, _WAITS_FOR_ROOM = 12, 90, 10, 60
"""Seconds."""
_CARRIED = ("JAX_", "KERAS_", "MKL_", "NVIDIA_", "OMP_", "TF_", "XLA_")
"""How the names of the variables begin that the backends read, and that may change the numbers."""
_WAY_OUT = (
    "See that the cluster runs ('ray status' on its head), and give ray://HOST:10001, or HOST:6379 "
    "on a machine of the cluster."
)


class ClusterError(OSError):
    """A Ray cluster that can't be reached, or that is lost, in words that name the way out."""


class RayExecutor(PoolExecutor):
    """Runs what is submitted as tasks on a Ray cluster, whose processes keep what they traced.

    Work whose process or node dies is done again, three times at most; the others go on.
    """

    def __init__(
        self, *, address: str | None, prepare: bytes, workers: int | None, threads: int
    ) -> None:
        """Connect; each process runs the pickled call `prepare` once, before its first work.

        Args:
            address: "ray://HOST:10001", or "HOST:6379" on a machine of the cluster; None, "auto"
                or "ray" for the cluster that runs on this machine, which is started if there is
                none.
            prepare: a pickled call.
            workers: how much runs at once; None for all that the cluster has room for.
            threads: the CPUs that each takes; where the cluster has GPUs, one of them too.

        Raises:
            ClusterError: nobody answers there, or nothing there has room.
        """
        driver = _Driver(address, prepare, threads)
        super().__init__(workers or driver.room, lambda place: driver)


class _Driver:
    """The process that talks with Ray; any number of calls at once."""

    room: int
    """How many calls the cluster can run at once."""

    def __init__(self, address: str | None, prepare: bytes, threads: int) -> None:
        if importlib.util.find_spec("ray") is None:
            raise ClusterError(
                'A Ray cluster needs Ray, which is not installed. Install "paceline[ray]".'
            )
        if address in {None, "auto", "ray"}:
            address = _joined_already() or os.environ.get("RAY_ADDRESS") or None
        self._address = address or "this machine"
        self._numbers = itertools.count()
        self._asked: dict[int, Future[tuple[str, Any]]] = {}
        self._end: Exception | None = None
        self._killed = False
        self._lock = threading.Lock()
        self._channel, theirs = multiprocessing.Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(_PROGRAM), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                process_group=0,  # a terminal's Ctrl-C is for the coordinator
            )
        try:
            self.room = self._connect(address, prepare, threads)
        except BaseException:
            self.kill()
            raise
        threading.Thread(target=self._receive, daemon=True).start()

    def _connect(self, address: str | None, prepare: bytes, threads: int) -> int:
        carried = {key: value for key, value in os.environ.items() if key.startswith(_CARRIED)}
        settings = {
            "address": address,
            "threads": threads,
            "waits_for_room": _WAITS_FOR_ROOM,
            "path": sys.path,
            "folder": os.getcwd(),
            "environment": carried | {"KERAS_BACKEND": keras.backend.backend()},
            "modules": _own_modules(),
        }
        try:
            self._channel.send_bytes(pickle.dumps(settings))
            self._channel.send_bytes(prepare)
            for seconds in (_ANSWERS_WITHIN, _CONNECTS_WITHIN):
                if not self._channel.poll(seconds):
                    raise ClusterError(
                        f"No Ray cluster answers at {self._address} in {seconds} s. {_WAY_OUT}"
                    )
                _, kind, value = pickle.loads(self._channel.recv_bytes())
                if kind in {"refused", "unreachable"}:
                    raise ClusterError(value if kind == "refused" else f"{value} {_WAY_OUT}")
        except (EOFError, ConnectionError):
            raise self._lost() from None
        return int(value)

    def run(self, call: bytes) -> Any:
        """Return what the pickled call `call` returns in a process of the cluster.

        Raises:
            DeadError: the process or its node died, or this was killed.
            RuntimeError: the call raised; the message says what.
            ClusterError: the cluster is lost.
        """
        answer: Future[tuple[str, Any]] = Future()
        with self._lock:
            if self._end is not None:
                raise self._end
            number = next(self._numbers)
            self._asked[number] = answer
            with contextlib.suppress(OSError):  # the thread that receives sees it too
                self._channel.send_bytes(pickle.dumps((number, call)))
        kind, value = answer.result()
        if kind == "dead":
            raise DeadError
        good, value = pickle.loads(value) if kind == "answer" else (False, value)
        if not good:
            raise RuntimeError(value)
        return value

    def _receive(self) -> None:
        end: Exception = self._lost()
        with contextlib.suppress(EOFError, OSError):
            while True:
                number, kind, value = pickle.loads(self._channel.recv_bytes())
                if kind == "refused":
                    end = ClusterError(value)
                    break
                self._asked.pop(number).set_result((kind, value))
        with self._lock:
            self._end = DeadError() if self._killed else end
            for answer in self._asked.values():
                answer.set_exception(self._end)

    def _lost(self) -> ClusterError:
        return ClusterError(
            f"The Ray cluster at {self._address} is lost. See that its head runs ('ray status' "
            "there), and run the same command again: what is done is kept."
        )

    def kill(self) -> None:
        """Leave the cluster, which ends what runs there; of what this started nothing stays."""
        self._killed = True
        self._process.terminate()
        try:
            self._process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _joined_already() -> str | None:
    """Return the address of the cluster that the user's own `ray.init` joined or started."""
    ray = sys.modules.get("ray")
    if ray is None or not ray.is_initialized():
        return None
    return str(ray.get_runtime_context().gcs_address)


def _own_modules() -> list[str]:
    """Return the folders and files of the user's own modules that are loaded."""
    found: dict[str, None] = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        top = sys.modules.get(name.partition(".")[0])
        if not file or top is None or name == "__main__" or not is_own(module):
            continue
        folders = [path for path in getattr(top, "__path__", []) if Path(file).is_relative_to(path)]
        if folders or Path(file).suffix == ".py":
            found[folders[0] if folders else file] = None
    return [path for path in found if Path(path).exists()]
