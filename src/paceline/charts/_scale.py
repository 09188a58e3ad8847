"""Axes that a few wild values do not destroy."""

import json
from collections.abc import Mapping

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._rows import number

LOG_FROM = 8.0
"""From this ratio of the largest to the smallest value, a log axis shows more."""

_PADDING = 10
"""Pixels that an axis goes on beyond what it shows."""

_LONG = 99_999
"""Beyond, an axis of steps counts in thousands or millions."""

Limits = Mapping[str, tuple[float, float]]
"""By label, the smallest and the largest value."""


class Range:
    """The axis of values that reaches as far as those of the variants that are shown.

    It is a log axis where that shows more.
    """

    def __init__(self, values: Mapping[str, npt.ArrayLike]) -> None:
        """Take the range from the finite `values`, by label."""
        spans = {label: _span(part) for label, part in values.items()}
        self.limits = {label: both for label, both in spans.items() if both is not None}
        self.low = min((low for low, _ in self.limits.values()), default=0.0)
        self.high = max((high for _, high in self.limits.values()), default=1.0)
        self.log = self.low > 0 and self.high / self.low >= LOG_FROM

    @property
    def scale(self) -> alt.Scale:
        """The scale of the axis."""
        return alt.Scale(
            type="log" if self.log else "linear",
            domain=alt.ExprRef(extent(self.limits, empty="[0.1, 1]")),
            nice=False,
            zero=alt.Undefined if self.log else False,
            clamp=True,
            padding=_PADDING,
        )

    @property
    def axis(self) -> alt.Axis:
        """The axis: about 6 ticks."""
        return alt.Axis(format="~g", tickCount=6)


def extent(limits: Limits, *, empty: str = "[0, 1]") -> str:
    """Return an expression of Vega: the smallest and the largest value of what is shown.

    Args:
        limits: of each variant; an axis reaches as far as those of the shown ones.
        empty: what it is where none of them is shown.
    """
    ends = []
    for which, far, end in (("min", "1/0", 0), ("max", "-1/0", 1)):
        terms = [
            f"indexof(shown, {json.dumps(label)}) < 0 ? {far} : {number(both[end])}"
            for label, both in limits.items()
        ]
        ends.append(f"{which}({', '.join([far, *terms])})")
    low, high = ends
    return f"isFinite({low}) ? [{low}, {high}] : {empty}"


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


def _span(values: npt.ArrayLike) -> tuple[float, float] | None:
    """Return the smallest and the largest finite value, or None where there is none."""
    flat = np.ravel(np.asarray(values, dtype=np.float64))
    finite = flat[np.isfinite(flat)]
    return (float(finite.min()), float(finite.max())) if len(finite) else None
