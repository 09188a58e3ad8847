"""The final metric, seed by seed."""

import math
from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np

from paceline.charts._hover import inline, number
from paceline.charts._scale import Range
from paceline.charts._theme import Palette, theme


def final_chart(
    values: Mapping[str, Mapping[int, float]],
    *,
    metric: str,
    higher_is_better: bool = False,
    order: Sequence[str] | None = None,
) -> alt.LayerChart:
    """Return a chart of the final metric: a row for each name, a dot for each seed, a mean tick.

    Args:
        values: by name and seed; a value that is not finite stands for a diverged trial and is
            drawn as a cross at the worse edge.
        metric: what the values are, in words.
        higher_is_better: which edge is the worse one.
        order: all names, in the order that gives them their colours; that of `values` if None.

    Example:
        >>> chart = final_chart({"a": {0: 0.9, 1: 0.8}}, metric="accuracy", higher_is_better=True)
        >>> chart.to_dict()["title"]["text"]
        'Final accuracy'
    """
    palette = Palette(list(values) if order is None else order)
    finite = {
        name: [value for value in seeds.values() if math.isfinite(value)]
        for name, seeds in values.items()
    }
    shown = Range(finite.values())
    worst = shown.low if higher_is_better else shown.high
    rows = [
        {
            "variant": palette.labels[name],
            "seed": seed,
            "value": number(value if math.isfinite(value) else worst),
            "note": None if math.isfinite(value) else "diverged, or not finite",
        }
        for name, seeds in values.items()
        for seed, value in seeds.items()
    ]
    means = [
        {"variant": palette.labels[name], "value": number(np.mean(found)), "count": len(found)}
        for name, found in finite.items()
        if found
    ]
    y = alt.Y(
        "variant:N",
        title=None,
        sort=None,
        scale=alt.Scale(domain=[palette.labels[name] for name in values], padding=0.5),
        axis=alt.Axis(grid=True, gridOpacity=0.18, ticks=False, labelLimit=150, labelPadding=8),
    )
    x = alt.X(
        "value:Q",
        title=metric,
        scale=shown.scale,
        axis=shown.axis,
    )
    dots = alt.Chart(inline(rows)).encode(x=x, y=y, color=palette.color(legend=False))
    done = dots.mark_circle(size=75, opacity=0.6).transform_filter("datum.note == null")
    lost = dots.mark_point(shape="cross", angle=45, size=80, filled=True, opacity=0.9)
    mean = alt.Chart(inline(means)).mark_tick(thickness=3, size=24, opacity=1)
    which = [alt.Tooltip("variant:N"), alt.Tooltip("seed:N")]
    layers = [
        mean.encode(
            x=x,
            y=y,
            color=palette.color(legend=False),
            tooltip=[
                alt.Tooltip("variant:N"),
                alt.Tooltip("value:Q", title="mean", format=".4~g"),
                alt.Tooltip("count:Q", title="seeds"),
            ],
        ),
        done.encode(tooltip=[*which, alt.Tooltip("value:Q", title=metric, format=".4~g")]),
    ]
    subtitle = ["dot: one seed · bar: mean over seeds"]
    if any(row["note"] for row in rows):
        lost = lost.transform_filter("datum.note != null")
        layers.append(lost.encode(tooltip=[*which, alt.Tooltip("note:N", title="trial")]))
        subtitle.append("cross at the edge: diverged, or not finite")
    return alt.LayerChart(
        layer=layers,
        title=alt.TitleParams(f"Final {metric}", subtitle=subtitle),
        width=720,
        height=32 * max(1, len(values)),
        config=theme(),
    )
