"""Where trials run: in this process, or in worker processes that are replaced when they die."""

import functools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

import cloudpickle

from paceline.execution._worker import DeadError, Worker

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


class ProcessExecutor(Executor):
    """Runs what is submitted in `workers` processes, each of which keeps what it traced.

    A process that dies is replaced and its work done again, three times at most; the others go on.
    """

    def __init__(self, workers: int, *, prepare: bytes) -> None:
        """Start the processes; each runs the pickled call `prepare` once, before its first work."""
        self.workers = workers
        self._prepare = prepare
        self._dispatch = ThreadPoolExecutor(workers, thread_name_prefix="paceline-worker")
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._alive: set[Worker] = set()
        self._closed = False
        self._lock = threading.Lock()
        for _ in range(workers):
            self._idle.put(self._start())

    def submit(
        self,
        function: Callable[_Arguments, _Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> Future[_Result]:
        """Run `function` in a process that is free; a `WorkerLostError` after three deaths."""
        call = cloudpickle.dumps(functools.partial(function, *args, **kwargs))
        return self._dispatch.submit(self._run, call)

    def _start(self, *, instead_of: Worker | None = None) -> Worker:
        with self._lock:
            self._alive -= {instead_of}
            if self._closed:
                raise WorkerLostError("the work was stopped")
            worker = Worker(self._prepare)
            self._alive.add(worker)
            return worker

    def _run(self, call: bytes) -> Any:
        worker = self._idle.get()
        try:
            for _ in range(ATTEMPTS):
                try:
                    return worker.run(call)
                except DeadError:
                    worker = self._start(instead_of=worker)
            raise WorkerLostError(
                f"its worker process died {ATTEMPTS} times, killed from outside or out of memory"
            )
        finally:
            self._idle.put(worker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let what runs finish, then end the processes."""
        self._dispatch.shutdown(wait=wait, cancel_futures=cancel_futures)
        self.kill()

    def kill(self) -> None:
        """End the processes now, whatever they do."""
        with self._lock:
            self._closed = True
            for worker in self._alive:
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
