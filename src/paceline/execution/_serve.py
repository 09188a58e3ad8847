"""The program of a worker process: it runs calls for its coordinator, and ends when that does.

Run as a file, and made of the standard library only, so that it watches over its coordinator before
it imports a backend, which takes seconds.
"""

import contextlib
import importlib
import os
import pickle
import queue
import signal
import sys
import threading
from multiprocessing.connection import Connection


def serve(channel: Connection) -> None:
    """Answer one call after another; before the first comes the path to import from."""
    calls: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(channel, calls), daemon=True).start()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.path[:] = pickle.loads(calls.get())
    _import_keras()
    while True:
        channel.send_bytes(answer(calls.get()))


def _import_keras() -> None:
    """Import Keras without what TensorFlow writes about the CPU, as `paceline_cli` does."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        with contextlib.suppress(Exception):  # the first call will say what is wrong
            importlib.import_module("keras")
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _receive(channel: Connection, calls: "queue.SimpleQueue[bytes]") -> None:
    try:
        while True:
            calls.put(channel.recv_bytes())
    except (EOFError, OSError):
        os.killpg(0, signal.SIGKILL)  # what the training started ends too


def answer(call: bytes) -> bytes:
    """Return, pickled, whether the pickled call went well, and what it gave or raised."""
    try:
        return pickle.dumps((True, pickle.loads(call)()))
    except Exception as error:
        return pickle.dumps((False, f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
