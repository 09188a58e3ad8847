"""Loss against step, with the seeds as a band."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._hover import hover
from paceline.charts._rows import number
from paceline.charts._scale import Range, updates
from paceline.charts._theme import Palette, theme
from paceline.charts._zoom import zoom

Curves = Mapping[str, npt.NDArray[np.float64]]
"""By name, the losses [seeds, points]; NaN where a trial had stopped."""


def loss_chart(
    losses: Curves,
    *,
    steps: Sequence[int],
    diverged: Curves | None = None,
    order: Sequence[str] | None = None,
    shown: Sequence[str] | None = None,
    title: str = "Loss",
) -> alt.LayerChart:
    """Return a chart of loss against step: the mean over seeds, and a band from least to largest.

    Diverged trials are in neither, and do not stretch the axis: each is a dotted line of its own
    that ends in a cross. With one seed each there is no band, and the subtitle speaks of none.

    Args:
        losses: of the trials that did not diverge.
        steps: [points], the updates done at each point.
        diverged: of those that did.
        order: all names, in the order that gives them their colours; that of `losses` if None.
        shown: the names that are drawn until a page chooses others; all if None.
        title: stands above the chart.

    Example:
        >>> loss_chart({"a": np.array([[2.0, 1.0], [2.1, 0.9]])}, steps=[10, 20]).to_dict()["width"]
        720
    """
    wild = diverged or {}
    names = list(dict.fromkeys([*losses, *wild]))
    palette = Palette(order or names, shown or names)
    any_done = any(map(np.size, losses.values()))
    drawn = Range(
        {palette.labels[name]: curves for name, curves in losses.items()}
        if any_done
        else {palette.labels[name]: curves for name, curves in _starts(wild).items()}
    )
    means = {name: _over_seeds(np.nanmean, curve) for name, curve in losses.items() if len(curve)}
    x = updates(max(steps, default=1))
    y = alt.Y("mean:Q", title="loss", scale=drawn.scale, axis=drawn.axis)
    seeds = palette.chart(_seed_rows(losses, means, steps, palette.labels)).encode(
        x=x, color=palette.color()
    )
    band = seeds.mark_area(clip=True).encode(
        y=alt.Y("low:Q", scale=drawn.scale), y2="high:Q", opacity=palette.faded(0.16, 0.02)
    )
    line = seeds.mark_line(strokeWidth=2, point=len(steps) < 3, clip=True).encode(
        y=y, opacity=palette.faded(1.0, 0.1), **palette.line()
    )
    layers = [
        band,
        line.add_params(palette.picked, palette.choice, zoom()),
        hover(means, steps, palette),
    ]
    several = any(len(curves) > 1 for curves in losses.values())
    subtitle = ["line: mean over seeds · band: smallest to largest"] if several else []
    if rows := _wild_rows(wild, steps, drawn, palette.labels):
        lost = palette.chart(rows).encode(
            x=x, y=y, color=palette.color(), opacity=palette.faded(0.8, 0.1)
        )
        layers[2:2] = [
            lost.mark_line(strokeWidth=1, strokeDash=[2, 2], clip=True).encode(detail="seed:N"),
            lost.mark_point(shape="cross", angle=45, size=70, filled=True, clip=True)
            .encode(tooltip=[alt.Tooltip("variant:N"), alt.Tooltip("note:N", title="trial")])
            .transform_filter("datum.note != null"),
        ]
        subtitle.append("dotted, with a cross at the end: diverged trials")
    heading = alt.TitleParams(title, subtitle=subtitle or alt.Undefined)
    return alt.LayerChart(layer=layers, title=heading, width=720, height=280, config=theme())


def _starts(wild: Curves) -> dict[str, npt.NDArray[np.float64]]:
    """Return the losses below twice the first one, where there is nothing but diverged trials."""
    curves = {name: curve for name, curve in wild.items() if np.size(curve)}
    first = [float(curve[0, 0]) for curve in curves.values() if np.isfinite(curve[0, 0])]
    limit = 2 * max(first, default=1.0)
    return {name: np.where(curve <= limit, curve, np.nan) for name, curve in curves.items()}


def _over_seeds(how: Any, curve: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with warnings.catch_warnings():  # a point that no seed reached is NaN, and warns
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(how(np.where(np.isfinite(curve), curve, np.nan), axis=0))


def _seed_rows(
    losses: Curves, means: Curves, steps: Sequence[int], labels: Mapping[str, str]
) -> list[dict[str, Any]]:
    rows = []
    for name, mean in means.items():
        low, high = (_over_seeds(how, losses[name]) for how in (np.nanmin, np.nanmax))
        for step, *three in zip(steps, low, mean, high, strict=True):
            values = dict(zip(("low", "mean", "high"), map(number, three), strict=True))
            rows.append({"variant": labels[name], "step": int(step), **values})
    return rows


def _wild_rows(
    wild: Curves, steps: Sequence[int], drawn: Range, labels: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return every diverged trial up to where it leaves the axis; its last row has a note."""
    rows: list[dict[str, Any]] = []
    for name, curves in wild.items():
        for seed, curve in enumerate(curves):
            gone = np.flatnonzero(~(curve <= drawn.high))
            end = int(gone[0]) if len(gone) else len(curve) - 1
            for i in range(end + 1):
                value = number(curve[i] if curve[i] <= drawn.high else drawn.high)
                row = {"variant": labels[name], "seed": seed, "step": int(steps[i]), "mean": value}
                rows.append({**row, "note": "diverged" if i == end else None})
    return rows
