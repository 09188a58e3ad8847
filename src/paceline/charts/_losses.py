"""Loss against step, with the seeds as a band."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._hover import hover, inline, number
from paceline.charts._scale import Range, updates
from paceline.charts._theme import Palette, theme

Curves = Mapping[str, npt.NDArray[np.float64]]
"""By name, the losses [seeds, points]; NaN where a trial had stopped."""


def loss_chart(
    losses: Curves,
    *,
    steps: Sequence[int],
    diverged: Curves | None = None,
    order: Sequence[str] | None = None,
    title: str = "Loss",
) -> alt.LayerChart:
    """Return a chart of loss against step: the mean over seeds, and a band from least to largest.

    Diverged trials are in neither, and do not stretch the axis: each is a dotted line of its own
    that ends in a cross.

    Args:
        losses: of the trials that did not diverge.
        steps: [points], the updates done at each point.
        diverged: of those that did.
        order: all names, in the order that gives them their colours; that of `losses` if None.
        title: stands above the chart.

    Example:
        >>> loss_chart({"a": np.array([[2.0, 1.0], [2.1, 0.9]])}, steps=[10, 20]).to_dict()["width"]
        720
    """
    wild = diverged or {}
    palette = Palette(list(dict.fromkeys([*losses, *wild])) if order is None else order)
    shown = Range(losses.values() if any(map(np.size, losses.values())) else _starts(wild))
    means = {name: _over_seeds(np.nanmean, curve) for name, curve in losses.items() if len(curve)}
    x = updates(max(steps, default=1))
    y = alt.Y("mean:Q", title="loss", scale=shown.scale, axis=shown.axis)
    seeds = alt.Chart(inline(_seed_rows(losses, means, steps, palette.labels))).encode(
        x=x, color=palette.color()
    )
    band = seeds.mark_area().encode(
        y=alt.Y("low:Q", scale=shown.scale), y2="high:Q", opacity=palette.faded(0.16, 0.02)
    )
    line = seeds.mark_line(strokeWidth=2, point=len(steps) < 3).encode(
        y=y, opacity=palette.faded(1.0, 0.1), **palette.line()
    )
    layers = [band, line.add_params(palette.picked), hover(means, steps, palette.labels)]
    subtitle = ["line: mean over seeds · band: smallest to largest"]
    if rows := _wild_rows(wild, steps, shown, palette.labels):
        lost = alt.Chart(inline(rows)).encode(
            x=x, y=y, color=palette.color(), opacity=palette.faded(0.8, 0.1)
        )
        layers[2:2] = [
            lost.mark_line(strokeWidth=1, strokeDash=[2, 2]).encode(detail="seed:N"),
            lost.mark_point(shape="cross", angle=45, size=70, filled=True)
            .encode(tooltip=[alt.Tooltip("variant:N"), alt.Tooltip("note:N", title="trial")])
            .transform_filter("datum.note != null"),
        ]
        subtitle.append("dotted, with a cross at the end: diverged trials")
    heading = alt.TitleParams(title, subtitle=subtitle)
    return alt.LayerChart(layer=layers, title=heading, width=720, height=280, config=theme())


def _starts(wild: Curves) -> list[npt.NDArray[np.float64]]:
    """Return the losses below twice the first one, where there is nothing but diverged trials."""
    curves = [curve for curve in wild.values() if np.size(curve)]
    first = [float(curve[0, 0]) for curve in curves if np.isfinite(curve[0, 0])]
    limit = 2 * max(first, default=1.0)
    return [np.where(curve <= limit, curve, np.nan) for curve in curves]


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
    wild: Curves, steps: Sequence[int], shown: Range, labels: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return every diverged trial up to where it leaves the axis; its last row has a note."""
    rows: list[dict[str, Any]] = []
    for name, curves in wild.items():
        for seed, curve in enumerate(curves):
            gone = np.flatnonzero(~(curve <= shown.high))
            end = int(gone[0]) if len(gone) else len(curve) - 1
            for i in range(end + 1):
                value = number(shown.inside(float(curve[i])))
                row = {"variant": labels[name], "seed": seed, "step": int(steps[i]), "mean": value}
                rows.append({**row, "note": "diverged" if i == end else None})
    return rows
