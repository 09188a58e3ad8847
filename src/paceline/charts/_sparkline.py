"""A curve as small as a word."""

import altair as alt
import numpy as np
import numpy.typing as npt
import vl_convert

from paceline.charts._rows import inline, number
from paceline.charts._thin import thin

_BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: npt.ArrayLike, *, width: int = 24) -> str:
    """Return a curve as a line of `width` blocks; what is not finite is a blank.

    The lowest block is 0, or the least value where that is negative; the highest is the largest.

    Args:
        values: [n], one a step.
        width: characters, 1 or more; a curve of fewer values gives one character for each.

    Example:
        >>> sparkline([0, 1, 2, 3, 4, 5, 6, 7])
        '▁▂▃▄▅▆▇█'
    """
    curve = np.asarray(values, dtype=np.float64)
    if width < 1:
        raise ValueError(f"sparkline needs width >= 1; got width={width}.")
    means = [float(np.mean(part)) for part in np.array_split(curve, min(width, len(curve)) or 1)
             if len(part)]  # fmt: skip
    finite = [mean for mean in means if np.isfinite(mean)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    span = (high - low) or 1.0
    top = len(_BLOCKS) - 1
    return "".join(
        _BLOCKS[round((mean - low) / span * top)] if np.isfinite(mean) else " " for mean in means
    )


def sparkline_svg(values: npt.ArrayLike, *, color: str) -> str:
    """Return a curve as an SVG of 96 by 26 pixels: one line of `color`, no axes, from 0 upwards.

    Args:
        values: [n], one a step.
        color: of the line, as CSS writes it.
    """
    curve = np.asarray(values, dtype=np.float64)
    rows = [{"step": int(step), "value": number(curve[step])} for step in thin(curve, most=60)]
    chart = (
        alt.Chart(inline(rows))
        .mark_line(color=color, strokeWidth=2)
        .encode(
            x=alt.X("step:Q", axis=None, scale=alt.Scale(nice=False)),
            y=alt.Y("value:Q", axis=None, scale=alt.Scale(nice=False, zero=True)),
        )
        .properties(width=92, height=22, padding=2)
        .configure(background="transparent", view=alt.ViewConfig(stroke=None))
    )
    return vl_convert.vegalite_to_svg(chart.to_dict(validate=False))
