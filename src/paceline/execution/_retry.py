"""Patience with a server that does not answer."""

import time
from collections.abc import Callable
from typing import TypeVar

from paceline.execution._interrupt import StoppedError, interrupts_break

PATIENCE = 60.0
"""Seconds in which a server may come back."""
_SHORTEST, _LONGEST = 0.1, 5.0
"""Seconds between two attempts."""

_Result = TypeVar("_Result")


def with_patience(
    attempt: Callable[[], _Result],
    *,
    passes: Callable[[Exception], bool],
    say: Callable[[str], None],
    place: str,
) -> _Result:
    """Return what `attempt` returns; try again, ever less often, while its error may pass.

    Raises:
        StoppedError: Ctrl-C while it is tried again.
    """
    try:
        return attempt()
    except Exception as error:
        if not passes(error):
            raise
    try:
        with interrupts_break():
            return _again(attempt, passes, say, place)
    except KeyboardInterrupt:
        raise StoppedError("Stopped while the store did not answer.") from None


def _again(
    attempt: Callable[[], _Result],
    passes: Callable[[Exception], bool],
    say: Callable[[str], None],
    place: str,
) -> _Result:
    end = time.monotonic() + PATIENCE
    pause = 0.0
    while True:
        try:
            result = attempt()
        except Exception as error:
            if not passes(error) or time.monotonic() >= end:
                raise
        else:
            if pause:
                say(f"The store {place} answers again.")
            return result
        if not pause:  # that the line had dropped while nobody used it is nothing to tell
            say(f"The store {place} does not answer; trying again for {PATIENCE:.0f} s.")
        pause = min(max(_SHORTEST, 2 * pause), _LONGEST)
        time.sleep(pause)
