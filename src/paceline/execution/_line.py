"""The line to a PostgreSQL server, which is cut where the server falls silent."""

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg

SILENCE = 60.0
"""Seconds in which a server that was asked may send and take nothing.

A line of 100 kB/s needs 40 of them for what a socket's buffer has taken already (4 MB).
"""

_Result = TypeVar("_Result")


class Line(psycopg.Connection[Any]):
    """A connection that ends with an `OperationalError` once its server is silent for too long.

    The kernel of a server that is stopped, or hangs on its disk, acknowledges what it gets, and a
    local socket has no timeouts: none of libpq's settings ends the waiting for such an answer.
    """

    def wait(self, gen: Generator[Any, Any, _Result], *settings: Any, **named: Any) -> _Result:
        """Return what a step of the protocol returns; psycopg calls it for each."""
        return super().wait(self._heard(gen), *settings, **named)

    def _heard(self, step: Generator[Any, Any, _Result]) -> Generator[Any, Any, _Result]:
        last = time.monotonic()
        try:
            awaited = next(step)
            while True:
                ready = yield awaited  # some times a second, with 0 where nothing happened
                now = time.monotonic()
                if ready:
                    last = now
                elif now - last > SILENCE:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"the server is silent for {SILENCE:.0f} s")
                awaited = step.send(ready)
        except StopIteration as done:
            result: _Result = done.value
            return result


def connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> Line:
    """Return a line, in place of the connection that SQLAlchemy would make."""
    return Line.connect(*arguments, **named)
