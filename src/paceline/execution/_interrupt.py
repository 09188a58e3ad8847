"""Ctrl-C: once, finish what runs; twice, stop now."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType


class StoppedError(KeyboardInterrupt):
    """The user stopped the work; the message says what is done and how to go on."""


class Interrupt:
    """What the user asked for."""

    asked = False
    """To start nothing more."""
    now = False
    """To drop what runs."""
    _breaks = False

    @contextlib.contextmanager
    def may_break(self) -> Iterator[None]:
        """Let the second Ctrl-C be a KeyboardInterrupt here: where what it breaks is no loss."""
        self._breaks = True
        try:
            yield
        finally:
            self._breaks = False

    def handle(self, say: Callable[[str], None]) -> None:
        """Take note of a Ctrl-C."""
        self.now = self.asked
        if not self.asked:
            self.asked = True
            text = "Stopping: what runs is finished and saved. Ctrl-C again to stop now."
            # Of a thread of its own: the signal may have come in the midst of printing.
            threading.Thread(target=say, args=(text,), daemon=True).start()
        elif self._breaks:
            raise KeyboardInterrupt


@contextlib.contextmanager
def first_interrupt_finishes(say: Callable[[str], None]) -> Iterator[Interrupt]:
    """Turn Ctrl-C into wishes; `say` tells the user that the first was heard."""
    interrupt = Interrupt()
    if not _can_hear():
        yield interrupt
        return

    def handle(number: int, frame: FrameType | None) -> None:
        interrupt.handle(say)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def interrupts_break() -> Iterator[None]:
    """Let Ctrl-C be a KeyboardInterrupt, whatever it was: where there is nothing but waiting."""
    if not _can_hear():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _can_hear() -> bool:
    """Return whether this thread may set what Ctrl-C does, in a process that does not ignore it."""
    heard = signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, None)
    return heard and threading.current_thread() is threading.main_thread()
