"""Ctrl-C: once, finish what runs; twice, stop now."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class StoppedError(KeyboardInterrupt):
    """The user stopped the work; the message says what is done and how to go on."""


class Interrupt:
    """Whether the user asked to stop."""

    asked = False


@contextlib.contextmanager
def first_interrupt_finishes() -> Iterator[Interrupt]:
    """Turn the first Ctrl-C into a wish; the second one is a KeyboardInterrupt as always."""
    interrupt = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield interrupt
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if interrupt.asked:
            raise KeyboardInterrupt
        interrupt.asked = True

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)
