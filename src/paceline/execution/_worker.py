"""A worker process, as its coordinator holds it."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras

_PROGRAM = Path(__file__).with_name("_serve.py")
_LOOK_EVERY = 1.0
"""Seconds between looks at whether the process lives, should a child of it keep the channel."""


class DeadError(RuntimeError):
    """The process died before it answered."""


class Worker:
    """A process of its own that runs calls, one at a time.

    It is not one of `multiprocessing`, whose processes run the user's script a second time.
    """

    def __init__(self, prepare: bytes, *, gpu: str | None = None) -> None:
        """Start the process; it runs the pickled call `prepare` while the coordinator goes on.

        It sees the GPU of that name alone, or those that the coordinator sees.
        """
        self._channel, theirs = multiprocessing.Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(_PROGRAM), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=2,  # standard output is for results
                process_group=0,  # a terminal's Ctrl-C is for the coordinator
                env={
                    **os.environ,
                    "KERAS_BACKEND": keras.backend.backend(),
                    **({} if gpu is None else {"CUDA_VISIBLE_DEVICES": gpu}),
                },
            )
        with contextlib.suppress(OSError):
            self._channel.send_bytes(pickle.dumps(sys.path))
            self._channel.send_bytes(prepare)
        self._prepared = False

    def run(self, call: bytes) -> Any:
        """Return what the pickled call `call` returns in the process.

        Raises:
            DeadError: the process died.
            RuntimeError: the call raised; the message says what.
        """
        try:
            if not self._prepared:
                self._answer()
                self._prepared = True
            self._channel.send_bytes(call)
            return self._answer()
        except (EOFError, OSError) as error:
            self.kill()
            raise DeadError from error

    def _answer(self) -> Any:
        while not self._channel.poll(_LOOK_EVERY):
            if self._process.poll() is not None:
                raise EOFError
        good, value = pickle.loads(self._channel.recv_bytes())
        if not good:
            raise RuntimeError(value)
        return value

    def kill(self) -> None:
        """End the process now, and whatever it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
