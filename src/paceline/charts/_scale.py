"""Axes that a few wild values do not destroy."""

import math
from collections.abc import Iterable

import altair as alt
import numpy as np
import numpy.typing as npt

_LOG_FROM = 8.0
"""From this ratio of the largest to the smallest value, a log axis shows more."""


_LONG = 99_999
"""Beyond, an axis of steps counts in thousands or millions."""


class Range:
    """The part of an axis that is shown, on a log scale where that helps."""

    def __init__(self, values: Iterable[npt.ArrayLike]) -> None:
        """Take the range from the finite `values`."""
        parts = [np.ravel(np.asarray(part, dtype=np.float64)) for part in values]
        flat = np.concatenate([*parts, np.empty(0)])
        finite = flat[np.isfinite(flat)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        self.log = low > 0 and high / low >= _LOG_FROM
        if self.log:
            margin = (high / low) ** 0.04
            self.low, self.high = low / margin, high * margin
        else:
            margin = 0.05 * (high - low) or 0.05 * abs(high) or 0.5
            self.low, self.high = low - margin, high + margin

    @property
    def scale(self) -> alt.Scale:
        """The scale of the axis."""
        limits = [self.low, self.high]
        if self.log:
            return alt.Scale(type="log", domain=limits, nice=False)
        return alt.Scale(domain=limits, nice=False, zero=False)

    @property
    def axis(self) -> alt.Axis:
        """The axis: at most 6 ticks or so, on a log scale at 1, 2 and 5 times powers of ten."""
        if not self.log:
            return alt.Axis(format="~g", tickCount=6)
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        decades = range(first, last + 1, max(1, (last - first) // 6))
        leads = (1, 2, 5) if last - first <= 3 else (1,)
        ticks = [lead * 10.0**decade for decade in decades for lead in leads]
        shown = [tick for tick in ticks if self.low <= tick <= self.high]
        return alt.Axis(format="~g", values=shown) if len(shown) > 1 else alt.Axis(format="~g")

    def inside(self, value: float) -> float:
        """Return `value`, or the nearest that is shown; the largest where it is not finite."""
        return self.high if math.isnan(value) else min(max(value, self.low), self.high)


def updates(last: float) -> alt.X:
    """Return the axis of the field `step`, from 0 to `last`."""
    return alt.X(
        "step:Q",
        title="updates",
        scale=alt.Scale(domain=[0, max(1, last)], nice=False),
        axis=alt.Axis(labelExpr="format(datum.value, '~s')", tickCount=6)  # the axis' own has "0k"
        if last > _LONG
        else alt.Axis(format=",~f", tickCount=6),
    )
