"""Rate against step."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._hover import hover, inline, number
from paceline.charts._scale import updates
from paceline.charts._theme import Palette, shorten, theme
from paceline.charts._thin import thin

_POINTS = 4_000
"""Enough for a thousand cycles: fewer would draw the last of them as one line."""

_READINGS = 120
"""Steps at which the mouse reads every schedule."""


def rate_chart(
    rates: Mapping[str, npt.ArrayLike],
    *,
    steps: npt.ArrayLike | None = None,
    order: Sequence[str] | None = None,
    title: str = "Learning rate",
) -> alt.LayerChart:
    """Return a chart of rate against step, one line for each name.

    Args:
        rates: by name, the rate of each update [updates]; long ones are thinned to what is visible.
        steps: the steps that the rates belong to, increasing; 0, 1, 2, ... if None.
        order: all names, in the order that gives them their colours; that of `rates` if None.
        title: stands above the chart.

    Example:
        >>> rate_chart({"constant": [0.1, 0.1], "halved": [0.1, 0.05]}).to_dict()["title"]["text"]
        'Learning rate'
    """
    curves = {name: np.asarray(curve, dtype=np.float64) for name, curve in rates.items()}
    longest = max((len(curve) for curve in curves.values()), default=0)
    places = np.arange(longest) if steps is None else np.asarray(steps)
    alone = len(curves) == 1
    palette = Palette(list(curves) if order is None else order)
    rows = [
        {"variant": palette.labels[name], "step": int(places[index]), "rate": number(curve[index])}
        for name, curve in curves.items()
        for index in thin(curve, most=_POINTS)
    ]
    largest = max((float(np.nanmax(curve)) for curve in curves.values() if len(curve)), default=0.0)
    smallest = min([0.0, *(float(np.nanmin(curve)) for curve in curves.values() if len(curve))])
    readings = np.unique(np.linspace(0, max(longest - 1, 0), _READINGS).astype(int)).tolist()
    lines = (
        alt.Chart(inline(rows))
        .mark_line(strokeWidth=2, point=longest == 1)
        .encode(
            x=updates(longest if steps is None else int(places[-1]) + 1),
            y=alt.Y(
                "rate:Q",
                title="learning rate",
                scale=alt.Scale(domain=[smallest, 1.04 * largest or 1.0], nice=False),
                axis=alt.Axis(format="~g", tickCount=6),
            ),
            opacity=palette.faded(1.0, 0.1),
            **palette.line(legend=not alone),
        )
        .add_params(palette.picked)
    )
    read = {
        name: np.array([curve[index] if index < len(curve) else np.nan for index in readings])
        for name, curve in curves.items()
    }
    return alt.LayerChart(
        layer=[lines, hover(read, places[readings].tolist(), palette.labels)],
        title=alt.TitleParams(title, subtitle=shorten(next(iter(curves)), 90))
        if alone
        else alt.TitleParams(title),
        width=720,
        height=240,
        config=theme(),
    )
