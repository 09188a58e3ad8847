"""Reading a schedule: its segments as a table, its rates as a chart."""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from paceline.schedules import _checks
from paceline.schedules._pieces import pieces_of
from paceline.schedules._schedule import Schedule

if TYPE_CHECKING:
    import altair

_MOST_ROWS = 40
_MOST_ENDLESS = 12
_SHAPE = 1_000
_DRAWN = 20_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class TableRow:
    """One segment of a schedule: its first and last step, both included, and the rates there.

    first_rate = schedule(first_step), last_rate = schedule(last_step).

    Args:
        segment: what it is, by the name of its class.
        first_step: the first step, 0-based.
        last_step: the last step; None where it never ends.
        first_rate: the rate at the first step.
        last_rate: the rate at the last step; None where it never ends.

    Example:
        >>> from paceline.schedules import step_decay
        >>> schedule = step_decay(peak=0.1, steps=1000, factor=0.5)
        >>> row = schedule.table().rows[1]
        >>> row.first_step, row.last_step, row.first_rate
        (500, 749, 0.05)
    """

    segment: str
    first_step: int
    last_step: int | None
    first_rate: float
    last_rate: float | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScheduleTable:
    """The segments of a schedule, as `schedule.table()` gives them; printed, it is a table.

    In each row first_rate = schedule(first_step), and last_rate = schedule(last_step).

    Args:
        rows: a `TableRow` for each segment, 40 at most, and 12 of a schedule without end.
        complete: False where more segments follow.

    Example:
        >>> from paceline.schedules import wsd
        >>> schedule = wsd(peak=0.1, steps=1000)
        >>> print(schedule.table())
        segment   from step  to step  from rate  to rate
        Linear            0       49   0.001961  0.09804
        Constant         50      799        0.1      0.1
        Linear          800      999        0.1   0.0005
    """

    rows: tuple[TableRow, ...]
    complete: bool

    def __iter__(self) -> Iterator[TableRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        """Return the table as text."""
        lines = [("segment", "from step", "to step", "from rate", "to rate")]
        for row in self.rows:
            last = "no end" if row.last_step is None else f"{row.last_step:,}"
            rate = "" if row.last_rate is None else f"{row.last_rate:.4g}"
            lines.append((row.segment, f"{row.first_step:,}", last, f"{row.first_rate:.4g}", rate))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = [
            "  ".join(
                cell.rjust(width) if number else cell.ljust(width)
                for number, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join([*text, *(["..."] if not self.complete else [])])


def table(schedule: Schedule, steps: Any) -> ScheduleTable:
    """Return the segments of the first `steps` steps, or of all where None."""
    horizon = schedule.length if steps is None else _horizon(steps, "table")
    most = _MOST_ENDLESS if horizon is None else _MOST_ROWS
    pieces = pieces_of(schedule, before=horizon, most=most + 1)
    ends = [*(piece.step for piece in pieces[1:]), horizon]
    rows = tuple(
        TableRow(
            segment=piece.label,
            first_step=piece.step,
            last_step=None if end is None else end - 1,
            first_rate=float(schedule(piece.step)),
            last_rate=None if end is None else float(schedule(end - 1)),
        )
        for piece, end in zip(pieces, ends, strict=True)
    )
    return ScheduleTable(rows=rows[:most], complete=len(rows) <= most)


def chart(schedule: Schedule, steps: Any) -> "altair.LayerChart":
    """Return the chart of the first `steps` steps, or of what shows the shape where None."""
    from paceline.charts import rate_chart

    if steps is not None:
        horizon = _horizon(steps, "chart")
    elif schedule.length is not None:
        horizon = schedule.length
    else:
        horizon = max(_shown(schedule), pieces_of(schedule, before=None, most=6)[-1].step * 5 // 4)
    every = np.arange(horizon) if horizon <= _DRAWN else _chosen(schedule, horizon)
    return rate_chart({repr(schedule): schedule(every)}, steps=every)


def _shown(schedule: Schedule) -> int:
    """Return how many steps of a schedule without end show its shape: where it has halved."""
    rates = [float(schedule(0))]
    for horizon in (_SHAPE * 2**power for power in range(25)):
        rates.extend(schedule(np.linspace(0, horizon, 9).astype(np.int64)).tolist())
        if min(rates) < max(rates) / 2:
            return horizon
    return _SHAPE


def _chosen(schedule: Schedule, horizon: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return evenly spaced steps of a long schedule, and both sides of every edge."""
    edges = np.array([piece.step for piece in pieces_of(schedule, before=horizon, most=_DRAWN)])
    evenly = np.linspace(0, horizon - 1, _DRAWN).astype(np.int64)
    return np.unique(np.concatenate([evenly, edges, np.maximum(edges - 1, 0)]))


def _horizon(steps: Any, owner: str) -> int:
    fix = "Give the number of updates to read."
    return _checks.count(steps, owner=owner, name="steps", fix=fix)
