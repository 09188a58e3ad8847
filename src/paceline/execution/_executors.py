"""Where trials run: in this process, or in worker processes that are replaced when they die."""

import contextlib
import functools
import multiprocessing
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from paceline.execution._worker import ready, start_worker

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
    """Runs what is submitted in `workers` spawned processes, each of which keeps what it traced.

    A process that dies is replaced and its work done again, three times at most; the others go on.
    """

    def __init__(self, workers: int, *, threads: int) -> None:
        """Start the processes; they import the backend while the coordinator does."""
        self.workers = workers
        self._threads = threads
        self._dispatch = ThreadPoolExecutor(workers, thread_name_prefix="paceline-worker")
        self._idle: queue.SimpleQueue[ProcessPoolExecutor] = queue.SimpleQueue()
        self._closing = False
        with _deaf_to_interrupts():
            for _ in range(workers):
                self._idle.put(self._start())

    def _start(self) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(
            1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=start_worker,
            initargs=(self._threads,),
        )
        pool.submit(ready)
        return pool

    def submit(
        self,
        function: Callable[_Arguments, _Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> Future[_Result]:
        """Run `function` in a process that is free; a `WorkerLostError` after three deaths."""
        return self._dispatch.submit(self._run, functools.partial(function, *args, **kwargs))

    def _run(self, work: Callable[[], _Result]) -> _Result:
        process = self._idle.get()
        try:
            for _ in range(ATTEMPTS):
                try:
                    return process.submit(work).result()
                except BrokenProcessPool:
                    if self._closing:
                        break
                    process.shutdown(wait=False)
                    process = self._start()
            raise WorkerLostError(
                f"its worker process died {ATTEMPTS} times, killed from outside or out of memory"
            )
        finally:
            self._idle.put(process)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let what runs finish, then end the processes."""
        self._dispatch.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._closing = True
        for _ in range(self.workers):
            self._idle.get().shutdown(wait=wait)

    def kill(self) -> None:
        """End the processes now, whatever they do."""
        self._closing = True
        for process in multiprocessing.active_children():
            process.kill()


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let the processes that start here ignore Ctrl-C from their first moment."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
