"""A range test in plain text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from paceline.charts import rate_text

if TYPE_CHECKING:
    from paceline.range_test._curve import RangeTestResult
    from paceline.range_test._measured import Measured

_WIDTH = 80
_BAR = 40
_EIGHTHS = " ▏▎▍▌▋▊▉"
_LEAST_FALL = 0.1
"""A full bar is at least this share of the loss before any update, so that noise stays short."""

_SWEPT = 24
"""Lines of a sweep."""


def sketch(result: RangeTestResult) -> str:
    """Return the verdict, and a line for each rate: a bar as long as the fall of the loss."""
    rows = result.measured
    if result.sweep is not None and len(rows) > _SWEPT:
        rows = [rows[i] for i in np.linspace(0, len(rows) - 1, _SWEPT).astype(int)]
    falls = [result.start - row.loss for row in rows if np.isfinite(row.loss)]
    full = max([_LEAST_FALL * abs(result.start), *falls])
    lines = [_line(row, result.start, full) for row in rows]
    found = result.suggestion
    if found is not None:
        place = sum(row.rate < found.rate for row in rows)
        lines.insert(place, f"▶ {rate_text(found.rate):>8}  suggested")
    notes = [] if found is None else ["", "│ at least nine tenths of the fall are kept"]
    return "\n".join(
        [
            *textwrap.wrap(result.verdict, _WIDTH),
            "",
            f"{'rate':>10} {'updates':>8} {'loss':>11}  {_said(result.start)}",
            *lines,
            *notes,
        ]
    )


def _line(row: Measured, start: float, full: float) -> str:
    loss = f"{row.loss:.4g}" if np.isfinite(row.loss) else "not finite"
    shown = f"{'│' if row.good else ' '} {rate_text(row.rate):>8} {row.updates:>8} {loss:>11}  "
    return (shown + _bar((start - row.loss) / full)).rstrip()


def _said(start: float) -> str:
    if not np.isfinite(start):
        return "the loss before any update is not finite"
    return f"fall below {start:.4g}, the loss before any update"


def _bar(share: float) -> str:
    if not np.isfinite(share):
        return ""
    eighths = round(8 * _BAR * min(max(share, 0.0), 1.0))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
