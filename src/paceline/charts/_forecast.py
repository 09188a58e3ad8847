"""What a law of the loss says, beside what was logged."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._hover import hover
from paceline.charts._rows import number
from paceline.charts._scale import Range, updates
from paceline.charts._theme import Palette, theme
from paceline.charts._zoom import zoom

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Logged = tuple[Ints, Floats, Floats]
"""The updates done, the loss that was logged after them, and what the law says there."""

Foretold = tuple[Ints, Floats, Floats, Floats]
"""The updates done, the loss that is forecast, and the lower and the upper end of its interval."""

_TRANSIENT = 0.25
"""Of each curve: its steep beginning leaves the picture, as it would flatten all that follows."""
_WILD = 0.5
"""Percent of the losses at either end that the axis need not reach: noise of single batches."""
_READINGS = 120
_HEIGHT, _EDGE, _LINE = 320, 10, 15


def forecast_chart(
    logged: Mapping[str, Logged],
    forecasts: Mapping[str, Foretold],
    *,
    level: float = 0.9,
) -> alt.LayerChart:
    """Return a chart of loss against step: what was logged, the law's fit of it, and forecasts.

    The axis of losses shows what follows the steep beginning; the loss at the end of each forecast
    stands at the right.

    Args:
        logged: by name; every loss is a dot, so give means of a long log. Their colours come after
            those of the forecasts.
        forecasts: by other names.
        level: of their intervals.

    Example:
        >>> logged = {"run": (np.array([10, 20]), np.array([2.0, 1.5]), np.array([2.0, 1.6]))}
        >>> told = {"longer": (np.array([20, 40]), *np.array([[1.6, 1.2], [1.5, 1.1], [1.7, 1.3]]))}
        >>> forecast_chart(logged, told).to_dict()["height"]
        320
    """
    names = [*forecasts, *logged]
    palette = Palette(names, names)
    every = [*logged.values(), *forecasts.values()]
    drawn = Range(_limits(logged, forecasts, palette))
    axes = {
        "x": updates(max((int(each[0][-1]) for each in every), default=1)),
        "y": alt.Y("loss:Q", title="loss", scale=_open(drawn), axis=drawn.axis),
    }
    layers, words = [], []
    if forecasts:
        layers += _forecasts(forecasts, palette, axes, _open(drawn))
        layers += _ends(forecasts, palette, drawn)
        words += ["thick line: forecast", f"band: its {100 * level:g} % interval"]
    if logged:
        layers += _logged(logged, palette, axes, _open(drawn))
        words += ["dots: logged, or means of many", "thin line: the law's fit"]
    layers[-1] = layers[-1].add_params(palette.picked, palette.choice, zoom())
    layers.append(_hover(logged, forecasts, palette))
    return alt.LayerChart(
        layer=layers,
        title=alt.TitleParams("Loss", subtitle=[" · ".join(words)]),
        width=720,
        height=_HEIGHT,
        config=theme(),
    )


def _open(drawn: Range) -> alt.Scale:
    """Return a scale that is not clamped: a line would run along the edge where it is beyond."""
    scale = drawn.scale
    scale.clamp = False
    return scale


def _limits(
    logged: Mapping[str, Logged], forecasts: Mapping[str, Foretold], palette: Palette
) -> dict[str, Floats]:
    """Return the least and the largest loss that the axis reaches, by label.

    An interval that is wider than all the losses reaches no farther than them once more.
    """
    curves = {name: (steps, losses) for name, (steps, losses, _) in logged.items()}
    curves |= {name: (steps, losses) for name, (steps, losses, *_) in forecasts.items()}
    ends = {
        name: np.percentile(_tail(*curve), [_WILD, 100 - _WILD]) for name, curve in curves.items()
    }
    if not ends:
        return {}
    low, high = min(end[0] for end in ends.values()), max(end[1] for end in ends.values())
    for name, (steps, _, lower, upper) in forecasts.items():
        ends[name][0] = min(ends[name][0], max(_tail(steps, lower).min(), 2 * low - high))
        ends[name][1] = max(ends[name][1], min(_tail(steps, upper).max(), 2 * high - low))
    return {palette.labels[name]: end for name, end in ends.items()}


def _tail(steps: Ints, values: Floats) -> Floats:
    return values[min(int(np.searchsorted(steps, _TRANSIENT * steps[-1])), len(steps) - 1) :]


def _logged(
    logged: Mapping[str, Logged], palette: Palette, axes: Mapping[str, Any], scale: alt.Scale
) -> list[alt.Chart]:
    rows = [
        {
            "variant": palette.labels[name],
            "step": int(step),
            "loss": number(loss),
            "law": number(said),
        }
        for name, curve in logged.items()
        for step, loss, said in zip(*curve, strict=True)
    ]
    both = palette.chart(rows).encode(**axes)
    dots = both.mark_circle(size=10, clip=True)
    lines = both.mark_line(strokeWidth=1.2, clip=True)
    return [
        dots.encode(color=palette.color(), opacity=palette.faded(0.55, 0.06)),
        lines.encode(
            y=alt.Y("law:Q", scale=scale),
            opacity=palette.faded(1.0, 0.1),
            **palette.line(),
        ),
    ]


def _forecasts(
    forecasts: Mapping[str, Foretold], palette: Palette, axes: Mapping[str, Any], scale: alt.Scale
) -> list[alt.Chart]:
    rows = []
    for name, (steps, losses, low, high) in forecasts.items():
        for step, *three in zip(steps, losses, low, high, strict=True):
            values = dict(zip(("loss", "low", "high"), map(number, three), strict=True))
            rows.append({"variant": palette.labels[name], "step": int(step), **values})
    told = palette.chart(rows)
    band = told.mark_area(clip=True).encode(
        x=axes["x"],
        y=alt.Y("low:Q", scale=scale),
        y2="high:Q",
        color=palette.color(),
        opacity=palette.faded(0.16, 0.02),
    )
    line = told.mark_line(strokeWidth=2.5, clip=True)
    return [band, line.encode(**axes, opacity=palette.faded(1.0, 0.1), **palette.line())]


def _ends(forecasts: Mapping[str, Foretold], palette: Palette, drawn: Range) -> list[alt.Chart]:
    """Return the loss at the end of each forecast, at its height right of the chart."""
    finals = {name: float(losses[-1]) for name, (_, losses, *_) in forecasts.items()}
    places = _apart({name: _pixels(value, drawn) for name, value in finals.items()})
    return [
        palette.chart([{"variant": palette.labels[name], "end": f"{value:#.4g}".rstrip(".")}])
        .mark_text(align="left", baseline="middle", dx=6, fontSize=12.5, fontWeight=600, clip=False)
        .encode(
            x=alt.value("width"),
            y=alt.value(places[name]),
            text="end:N",
            color=palette.color(),
            opacity=palette.faded(1.0, 0.1),
        )
        for name, value in finals.items()
    ]


def _pixels(value: float, drawn: Range) -> float:
    low, high, at = (
        (np.log(each) if drawn.log else each) for each in (drawn.low, drawn.high, value)
    )
    share = (high - at) / (high - low) if high > low else 0.5
    return _EDGE + share * (_HEIGHT - 2 * _EDGE)


def _apart(places: Mapping[str, float]) -> dict[str, float]:
    """Return the places moved so far apart that no text covers another, about where they were."""
    ordered = sorted(places, key=places.__getitem__)
    offsets = _LINE * np.arange(len(ordered))
    free = np.array([places[name] for name in ordered]) - offsets
    # the nearest places that keep their order: those that would cross share a mean
    groups: list[list[float]] = []
    for value in free:
        groups.append([float(value)])
        while len(groups) > 1 and np.mean(groups[-2]) > np.mean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    moved = np.concatenate([np.full(len(group), np.mean(group)) for group in groups]) + offsets
    return dict(zip(ordered, map(float, moved), strict=True))


def _hover(
    logged: Mapping[str, Logged], forecasts: Mapping[str, Foretold], palette: Palette
) -> alt.Chart:
    """Read every curve under the mouse: of logged ones what the law says, as it has no noise."""
    curves = {name: (steps, losses) for name, (steps, losses, *_) in forecasts.items()}
    curves |= {name: (steps, law) for name, (steps, _, law) in logged.items()}
    last = max((int(steps[-1]) for steps, _ in curves.values()), default=1)
    places = np.unique(np.linspace(0, last, _READINGS).round().astype(int))
    read = {
        name: np.interp(places, steps, values, left=np.nan, right=np.nan)
        for name, (steps, values) in curves.items()
    }
    return hover(read, places.tolist(), palette)
