"""A range test in plain text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from paceline.charts import rate_text
from paceline.range_test._words import verdict

if TYPE_CHECKING:
    from paceline.range_test._curve import RangeTestResult

_WIDTH = 80
_BAR = 40
_EIGHTHS = " ▏▎▍▌▋▊▉"
_LEAST_FALL = 0.1
"""A full bar is at least this share of the loss before any update, so that noise stays short."""

_SWEPT = 24
"""Lines of a sweep."""


class Measured(NamedTuple):
    """The probe loss at one rate."""

    rate: float
    updates: int
    loss: float


def measured(result: RangeTestResult) -> list[Measured]:
    """Return every rate that was measured, increasing."""
    if result.sweep is not None:
        pairs = zip(result.sweep.rates, result.sweep.probe, strict=True)
        return [
            Measured(float(rate), done, float(loss))
            for done, (rate, loss) in enumerate(pairs, start=1)
        ]
    return sorted(
        Measured(float(rate), replays.updates, float(loss))
        for replays in result.replays
        for rate, loss in zip(replays.rates, replays.losses, strict=True)
    )


def sketch(result: RangeTestResult) -> str:
    """Return the verdict, and a line for each rate: a bar as long as the fall of the loss."""
    rows = measured(result)
    if result.sweep is not None and len(rows) > _SWEPT:
        rows = [rows[i] for i in np.linspace(0, len(rows) - 1, _SWEPT).astype(int)]
    falls = [result.start - row.loss for row in rows if np.isfinite(row.loss)]
    full = max([_LEAST_FALL * abs(result.start), *falls])
    last = max((row.updates for row in rows), default=0)
    lines = [
        _line(result, row, full, banded=result.sweep is not None or row.updates == last)
        for row in rows
    ]
    found = result.suggestion
    if found is not None:
        place = sum(row.rate < found.rate for row in rows)
        lines.insert(place, f"▶ {rate_text(found.rate):>8}  suggested")
    notes = [] if found is None else ["", "│ at least nine tenths of the fall are kept"]
    return "\n".join(
        [
            *textwrap.wrap(verdict(result), _WIDTH),
            "",
            f"{'rate':>10} {'updates':>8} {'loss':>11}  {_said(result.start)}",
            *lines,
            *notes,
        ]
    )


def _line(result: RangeTestResult, row: Measured, full: float, *, banded: bool) -> str:
    found = result.suggestion
    inside = banded and found is not None and found.low <= row.rate <= found.high
    loss = f"{row.loss:.4g}" if np.isfinite(row.loss) else "not finite"
    shown = f"{'│' if inside else ' '} {rate_text(row.rate):>8} {row.updates:>8} {loss:>11}  "
    return (shown + _bar((result.start - row.loss) / full)).rstrip()


def _said(start: float) -> str:
    if not np.isfinite(start):
        return "the loss before any update is not finite"
    return f"fall below {start:.4g}, the loss before any update"


def _bar(share: float) -> str:
    if not np.isfinite(share):
        return ""
    eighths = round(8 * _BAR * min(max(share, 0.0), 1.0))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
