"""Curves that go in steps: how soon the target was reached."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._hover import hover
from paceline.charts._rows import number
from paceline.charts._scale import updates
from paceline.charts._theme import Palette, theme

_READINGS = 120

StepCurve = tuple[npt.ArrayLike, npt.ArrayLike]
"""Where a curve steps, increasing, and its height from each of these on."""


def survival_chart(
    curves: Mapping[str, StepCurve],
    *,
    horizon: int,
    target: str,
    order: Sequence[str] | None = None,
    shown: Sequence[str] | None = None,
) -> alt.LayerChart:
    """Return a chart of the share of trials that are not yet at the target, against step.

    Args:
        curves: by name, the updates after which the share falls, and the share from there on: the
            Kaplan-Meier estimate. Before the first the share is 1.
        horizon: the updates of one training. A bar at the end marks a curve whose trials ended
            before all of them were at the target.
        target: what was to be reached, in words.
        order: all names, in the order that gives them their colours; that of `curves` if None.
        shown: the names that are drawn until a page chooses others; all if None.

    Source: Kaplan and Meier, "Nonparametric Estimation from Incomplete Observations", 1958.

    Example:
        >>> chart = survival_chart({"a": ([10, 20], [0.5, 0])}, horizon=30, target="loss ≤ 0.1")
        >>> chart.to_dict()["title"]["text"]
        'Updates to the target'
    """
    palette = Palette(order or list(curves), shown or list(curves))
    whole = {name: _whole(curve, 0.0, 1.0, horizon) for name, curve in curves.items()}
    y = alt.Y(
        "share:Q",
        title="trials not yet at the target",
        scale=alt.Scale(domain=[0, 1.02], nice=False),
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    x = updates(horizon)
    ends = [
        {"variant": palette.labels[name], "step": horizon, "share": number(share[-1])}
        for name, (_, share) in whole.items()
        if share[-1] > 0
    ]
    layers = [_lines(whole, palette, x, y), _hover(whole, palette, 0.0, horizon, ",")]
    subtitle = [f"target: {target}"]
    if ends:
        bars = palette.chart(ends).mark_tick(orient="vertical", size=14, thickness=3)
        layers.insert(1, bars.encode(x=x, y=y, color=palette.color()))
        subtitle.append("bar at the end: trials that ended before they reached it")
    return _finished(layers, "Updates to the target", subtitle)


def profile_chart(
    factors: npt.ArrayLike,
    shares: Mapping[str, npt.ArrayLike],
    *,
    order: Sequence[str] | None = None,
    shown: Sequence[str] | None = None,
) -> alt.LayerChart:
    """Return a performance profile: the share of tasks within a factor of the fastest schedule.

    Args:
        factors: [n], increasing from 1: how many times the fewest updates to the target.
        shares: by name, the share of tasks [n] on which it was within that factor.
        order: all names, in the order that gives them their colours; that of `shares` if None.
        shown: the names that are drawn until a page chooses others; all if None.

    Source: Dolan and Moré, "Benchmarking Optimization Software with Performance Profiles", 2002.

    Example:
        >>> profile_chart([1, 2, 4], {"a": [0.5, 0.5, 1]}).to_dict()["title"]["text"]
        'Performance profile'
    """
    palette = Palette(order or list(shares), shown or list(shares))
    last = float(np.max(np.asarray(factors)))
    whole = {name: _whole((factors, share), 1.0, 0.0, last) for name, share in shares.items()}
    x = alt.X(
        "step:Q",
        title="within this factor of the fewest updates to the target",
        scale=alt.Scale(domain=[1, last], nice=False),
        axis=alt.Axis(labelExpr="format(datum.value, '~g') + '×'", tickCount=6),
    )
    y = alt.Y(
        "share:Q",
        title="share of tasks",
        scale=alt.Scale(domain=[0, 1.02], nice=False),
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    layers = [
        _lines(whole, palette, x, y),
        _hover(whole, palette, 1.0, last, ".2f", title="factor"),
    ]
    return _finished(layers, "Performance profile", ["higher is better · left: the fastest"])


_Whole = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def _whole(curve: StepCurve, start: float, height: float, end: float) -> _Whole:
    """Return the curve from `start`, where it has `height`, to `end`."""
    places, heights = (np.asarray(part, dtype=np.float64) for part in curve)
    if not len(places) or places[0] > start:
        places, heights = np.append(start, places), np.append(height, heights)
    return np.append(places, end), np.append(heights, heights[-1])


def _lines(whole: Mapping[str, _Whole], palette: Palette, x: alt.X, y: alt.Y) -> alt.Chart:
    rows = [
        {"variant": palette.labels[name], "step": number(place), "share": number(height)}
        for name, (places, heights) in whole.items()
        for i, (place, height) in enumerate(zip(places, heights, strict=True))
        if i in (0, len(places) - 1) or height != heights[i - 1]
    ]
    return (
        palette.chart(rows)
        .mark_line(strokeWidth=2, interpolate="step-after")
        .encode(x=x, y=y, opacity=palette.faded(1.0, 0.1), **palette.line())
        .add_params(palette.picked, palette.choice)
    )


def _hover(
    whole: Mapping[str, _Whole],
    palette: Palette,
    start: float,
    end: float,
    number_format: str,
    *,
    title: str = "updates",
) -> alt.Chart:
    places = np.linspace(start, end, _READINGS)
    if title == "updates":
        places = np.unique(np.round(places))
    read = {
        name: heights[np.searchsorted(steps, places, side="right") - 1]
        for name, (steps, heights) in whole.items()
    }
    return hover(read, places.tolist(), palette, title=title, number_format=number_format)


def _finished(layers: list[Any], title: str, subtitle: list[str]) -> alt.LayerChart:
    return alt.LayerChart(
        layer=layers,
        title=alt.TitleParams(title, subtitle=subtitle),
        width=720,
        height=240,
        config=theme(),
    )
