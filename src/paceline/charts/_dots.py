"""Dots: one for each schedule of many."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from paceline.charts._reach import Reach
from paceline.charts._rows import number
from paceline.charts._theme import INK, Palette

_SHAPES: dict[str, dict[str, Any]] = {
    "near": {"shape": "circle", "size": 48},
    "far": {"size": 55},
    "lost": {"shape": "cross", "size": 55, "angle": 45},
}
_MEANINGS = {"far": "triangle: far worse", "lost": "cross: diverged or failed"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Dot:
    """One schedule in a chart of many."""

    variant: str
    """What gives it its colour."""
    x: float
    y: float
    text: str
    """What the mouse reads of it."""
    status: str = "done"
    chosen: bool = False
    """Whether it has a ring."""


def scatter(
    dots: Sequence[Dot], palette: Palette, *, x: alt.X, y: alt.Y, reaches: Mapping[str, Reach]
) -> tuple[list[Any], str]:
    """Return the layers that draw dots on the fields `x` and `y`, and what their marks mean.

    Args:
        dots: what to draw.
        palette: of the chart.
        x: the axis of `x`; its title is what the mouse reads of it, too.
        y: the axis of `y`, likewise.
        reaches: of each of the two that is an axis of a metric.
    """
    kinds: dict[str, list[Dot]] = {kind: [] for kind in _SHAPES}
    for dot in dots:
        kinds[_kind(dot, reaches)].append(dot)
    tooltip = [
        alt.Tooltip("text:N", title="schedule"),
        alt.Tooltip("x_text:N", title=x["title"]),
        alt.Tooltip("y_text:N", title=y["title"]),
        alt.Tooltip("status:N"),
    ]
    layers: list[Any] = []
    for kind, some in kinds.items():
        if some or kind == "near":  # its layer has the selections
            rows = [_row(dot, palette.labels[dot.variant], reaches) for dot in some]
            layers.append(
                palette.chart(rows)
                .mark_point(filled=True, **{"shape": reaches["y"].beyond, **_SHAPES[kind]})
                .encode(
                    x=x,
                    y=y,
                    color=palette.color(dots=True),
                    opacity=palette.faded(0.8, 0.08),
                    tooltip=tooltip,
                )
            )
    layers[0] = layers[0].add_params(palette.picked, palette.choice)
    meanings = [text for kind, text in _MEANINGS.items() if kinds[kind]]
    ringed = [_row(dot, palette.labels[dot.variant], reaches) for dot in dots if dot.chosen]
    if ringed:
        ring = palette.chart(ringed).mark_point(size=230, color=INK, strokeWidth=2.5, opacity=1)
        layers.append(ring.encode(x=x, y=y))
        meanings.append("ring: chosen")
    return layers, " · ".join(meanings)


def _kind(dot: Dot, reaches: Mapping[str, Reach]) -> str:
    kinds = {reach.kind({"x": dot.x, "y": dot.y}[field]) for field, reach in reaches.items()}
    return next(kind for kind in ("lost", "far", "near") if kind in kinds)


def _row(dot: Dot, label: str, reaches: Mapping[str, Reach]) -> dict[str, Any]:
    row: dict[str, Any] = {"variant": label, "text": dot.text, "status": dot.status}
    for field, value in (("x", dot.x), ("y", dot.y)):
        row[field] = reaches[field].place(value) if field in reaches else number(value)
        row[f"{field}_text"] = _shown(value)
    return row


def _shown(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else "none"
