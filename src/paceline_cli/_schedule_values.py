"""What `paceline show` says of a schedule, as plain numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from paceline.schedules import Recipe, Schedule

LONGEST = 10_000_000
"""Steps that are computed one by one in about a second."""

_DEFAULT = 1_000
_BOUNDARIES = 40
"""The most boundaries that go into a table: beyond, evenly spaced steps say more."""


@dataclass(frozen=True)
class Drawn:
    """One schedule over the horizon.

    `rates` holds the rate of every update; `rows` are the steps of the table of values.
    """

    name: str
    schedule: Schedule
    rates: npt.NDArray[np.float64]
    rows: tuple[int, ...]

    @property
    def length(self) -> int | None:
        """How many steps the schedule lasts, or None if it never ends."""
        return self.schedule.length

    @property
    def peak(self) -> tuple[float, int]:
        """The largest rate, and the first step that has it."""
        step = int(np.argmax(self.rates))
        return float(self.rates[step]), step

    @property
    def floor(self) -> tuple[float, int]:
        """The smallest rate, and the first step that has it."""
        step = int(np.argmin(self.rates))
        return float(self.rates[step]), step


def horizon_of(schedules: Mapping[str, Schedule]) -> int | None:
    """Return the longest length of the schedules that know theirs, or None."""
    known = [each.length for each in schedules.values() if not isinstance(each, Recipe)]
    return max((length for length in known if length is not None), default=None)


def draw(schedules: Mapping[str, Schedule], *, steps: int | None, rows: int) -> list[Drawn]:
    """Return each schedule over the horizon, recipes bound to it.

    Args:
        schedules: by name.
        steps: the horizon; None: the longest length, or 1,000 where nothing has one.
        rows: how many evenly spaced steps the table has, beside the boundaries.

    Raises:
        ValueError: a horizon that is too long to draw.
    """
    horizon = steps or horizon_of(schedules) or _DEFAULT
    if horizon > LONGEST:
        raise ValueError(
            f"paceline show draws {LONGEST:,} steps at most; got {horizon:,}. Draw the beginning: "
            f"--steps {LONGEST}."
        )
    bound = {
        name: each.over(horizon) if isinstance(each, Recipe) else each
        for name, each in schedules.items()
    }
    tables = [each.table(steps=horizon) for each in bound.values()]
    marks = {row.first_step for table in tables for row in table if table.complete}
    chosen = set(_evenly(horizon, rows)) | (marks if len(marks) <= _BOUNDARIES else set())
    every = np.arange(horizon)
    return [
        Drawn(name=name, schedule=each, rates=each(every), rows=tuple(sorted(chosen)))
        for name, each in bound.items()
    ]


def _evenly(horizon: int, rows: int) -> Iterator[int]:
    """Yield step 0, round steps after it, and the last update."""
    rows = min(rows, horizon)
    yield from (number * horizon // (rows - 1) for number in range(rows - 1))
    yield horizon - 1
