"""How far a law misses what was logged."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._rows import inline, number
from paceline.charts._scale import updates
from paceline.charts._theme import INK, Palette, theme
from paceline.charts._zoom import zoom

Misses = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]
"""The updates done, and by how much of itself the loss lies above the law there."""

_WILD = 98
"""The axis reaches as far as so many percent of the misses; the steep beginning is beyond."""


def miss_chart(
    misses: Mapping[str, Misses], *, order: Sequence[str] | None = None
) -> alt.LayerChart:
    """Return a chart of the misses of a law against step, in percent of the loss.

    Misses that lie about 0 without a pattern are noise; a bend is what the law does not know.

    Args:
        misses: by name, loss / law - 1; what is not finite is left out.
        order: all names, in the order that gives them their colours; that of `misses` if None.

    Example:
        >>> miss_chart({"run": (np.array([1, 2]), np.array([0.01, -0.01]))}).to_dict()["height"]
        130
    """
    palette = Palette(order or list(misses), list(misses))
    rows = [
        {"variant": palette.labels[name], "step": int(step), "miss": number(100 * value)}
        for name, both in misses.items()
        for step, value in zip(*both, strict=True)
    ]
    sizes = np.abs(np.concatenate([np.empty(0), *(values for _, values in misses.values())]))
    sizes = sizes[np.isfinite(sizes)]
    most = 120 * float(np.percentile(sizes, _WILD)) if len(sizes) else 1.0
    y = alt.Y(
        "miss:Q",
        title="% of the loss",
        scale=alt.Scale(domain=[-most or -1.0, most or 1.0], nice=False),
        axis=alt.Axis(labelExpr="datum.value == 0 ? '0' : format(datum.value, '+~g')", tickCount=4),
    )
    last = max((int(steps[-1]) for steps, _ in misses.values()), default=1)
    zero = alt.Chart(inline([{"miss": 0}])).mark_rule(color=INK, strokeWidth=1).encode(y=y)
    lines = (
        palette.chart(rows)
        .mark_line(strokeWidth=1.3, clip=True)
        .encode(x=updates(last), y=y, opacity=palette.faded(0.85, 0.08), **palette.line())
        .add_params(palette.picked, palette.choice, zoom())
    )
    return alt.LayerChart(
        layer=[lines, zero],
        title=alt.TitleParams(
            "How far the law misses the logged losses",
            subtitle=["above 0: the loss was higher than the law says"],
        ),
        width=720,
        height=130,
        config=theme(),
    )
