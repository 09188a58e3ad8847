"""Where trials run: in this process, or in worker processes that are replaced when they die."""

import functools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, ParamSpec, Protocol, TypeVar

import cloudpickle

from paceline.execution._worker import DeadError, Worker
from paceline.trials import visible_gpus

ATTEMPTS = 3
"""How often a trial is tried when its worker dies."""

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class WorkerLostError(RuntimeError):
    """A trial's worker died every time."""


class InlineExecutor(Executor):
    """Runs what is submitted at once, in this process."""

    workers = 1

    def submit(
        self,
        function: Callable[_Arguments, _Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> Future[_Result]:
        """Return a future that is done; an exception of `function` is in it."""
        future: Future[_Result] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class _Runner(Protocol):
    """What runs pickled calls elsewhere, one at a time."""

    def run(self, call: bytes) -> Any:
        """Return what `call` returns; a `DeadError` when what ran it died."""

    def kill(self) -> None:
        """End it now."""


class PoolExecutor(Executor):
    """Runs what is submitted in `workers` places at once; work whose place died is done again."""

    def __init__(self, workers: int, start: Callable[[int], _Runner]) -> None:
        """Start the places: `start` makes the one with that number, and again when it died."""
        self.workers = workers
        self._start_place = start
        self._dispatch = ThreadPoolExecutor(workers, thread_name_prefix="paceline-worker")
        self._idle: queue.SimpleQueue[tuple[int, _Runner]] = queue.SimpleQueue()
        self._alive: dict[int, _Runner] = {}
        self._closed = False
        self._lock = threading.Lock()
        for place in range(workers):
            self._idle.put((place, self._start(place)))

    def submit(
        self,
        function: Callable[_Arguments, _Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> Future[_Result]:
        """Run `function` in a place that is free; a `WorkerLostError` after three deaths."""
        call = cloudpickle.dumps(functools.partial(function, *args, **kwargs))
        return self._dispatch.submit(self._run, call)

    def _start(self, place: int) -> _Runner:
        with self._lock:
            if self._closed:
                raise WorkerLostError("the work was stopped")
            self._alive[place] = self._start_place(place)
            return self._alive[place]

    def _run(self, call: bytes) -> Any:
        place, worker = self._idle.get()
        try:
            for _ in range(ATTEMPTS):
                try:
                    return worker.run(call)
                except DeadError:
                    worker = self._start(place)
            raise WorkerLostError(
                f"its worker process died {ATTEMPTS} times, killed from outside or out of memory"
            )
        finally:
            self._idle.put((place, worker))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let what runs finish, then end the processes."""
        self._dispatch.shutdown(wait=wait, cancel_futures=cancel_futures)
        self.kill()

    def kill(self) -> None:
        """End the processes now, whatever they do."""
        with self._lock:
            self._closed = True
            for worker in self._alive.values():
                worker.kill()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish what was submitted; after an exception, stop at once."""
        if kind is not None:
            self.kill()
        self.shutdown(cancel_futures=kind is not None)


class ProcessExecutor(PoolExecutor):
    """Runs what is submitted in `workers` processes, each of which keeps what it traced.

    A process that dies is replaced and its work done again, three times at most; the others go on.
    Where there are GPUs, each process sees one of them.
    """

    def __init__(self, workers: int, *, prepare: bytes) -> None:
        """Start the processes; each runs the pickled call `prepare` once, before its first work."""
        gpus = visible_gpus()

        def start(place: int) -> Worker:
            return Worker(prepare, gpu=gpus[place % len(gpus)] if gpus else None)

        super().__init__(workers, start)
