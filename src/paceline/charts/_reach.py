"""An axis that ends where values are far worse than most."""

import math

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._rows import number
from paceline.charts._scale import LOG_FROM

_WHISKER = 1.5
"""So many interquartile ranges beyond the worse quartile, a value is far worse than most."""

_WORSE_END, _BETTER_END = 0.12, 0.06
"""How far the axis goes on there, as a share of what it shows."""


class Reach:
    """The axis of a metric; what is far worse than most, or not finite, is drawn at its worse end.

    It is a log axis where that shows more.

    Source: Tukey, "Exploratory Data Analysis", 1977, for the fence.
    """

    def __init__(self, values: npt.ArrayLike, *, higher_is_better: bool) -> None:
        """Take the range from the finite `values`."""
        self._sign = -1.0 if higher_is_better else 1.0
        turned = self._sign * np.ravel(np.asarray(values, dtype=np.float64))
        finite = turned[np.isfinite(turned)]
        best, worst = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        lower, upper = np.quantile(finite, (0.25, 0.75)) if len(finite) else (0.0, 0.0)
        if upper > lower:
            worst = min(worst, float(upper + _WHISKER * (upper - lower)))
        self._worst = worst
        low, high = sorted((self._sign * best, self._sign * worst))
        self._log = low > 0 and high / low >= LOG_FROM
        if self._log:
            low, high = math.log10(low), math.log10(high)
        span = (high - low) or 0.1 * abs(low) or 1.0
        low -= (_WORSE_END if higher_is_better else _BETTER_END) * span
        high += (_BETTER_END if higher_is_better else _WORSE_END) * span
        self._ends = (10**low, 10**high) if self._log else (low, high)

    def kind(self, value: float) -> str:
        """Return "near", "far" for what is far worse than most, or "lost" for what is no number."""
        if not math.isfinite(value):
            return "lost"
        return "far" if self._sign * value > self._worst else "near"

    def place(self, value: float) -> float | None:
        """Return where a value is drawn."""
        worse = self._ends[0 if self._sign < 0 else 1]
        return number(value if self.kind(value) == "near" else worse)

    @property
    def beyond(self) -> str:
        """The shape that points to the worse end of a y axis."""
        return "triangle-up" if self._sign > 0 else "triangle-down"

    @property
    def scale(self) -> alt.Scale:
        """The scale of the axis."""
        return alt.Scale(
            type="log" if self._log else "linear",
            domain=[number(end) for end in self._ends],
            nice=False,
            zero=alt.Undefined if self._log else False,
        )

    @property
    def axis(self) -> alt.Axis:
        """The axis: about 5 ticks."""
        return alt.Axis(format="~g", tickCount=5)
