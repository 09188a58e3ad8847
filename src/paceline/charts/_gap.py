"""The generalisation gap."""

import math
from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np

from paceline.charts._per_row import in_rows, row
from paceline.charts._rows import inline, number
from paceline.charts._scale import extent
from paceline.charts._theme import INK, Palette


def gap_chart(
    gaps: Mapping[str, Mapping[int, float]],
    *,
    notes: Mapping[str, str] | None = None,
    order: Sequence[str] | None = None,
    shown: Sequence[str] | None = None,
) -> alt.LayerChart:
    """Return a chart of the gap at the end: a row for each name, a dot for each seed, a mean tick.

    Args:
        gaps: by name and seed: final validation loss minus final training loss; what is not finite
            is left out.
        notes: by name, what stands at the right, such as "overfits after epoch 12".
        order: all names, in the order that gives them their colours; that of `gaps` if None.
        shown: the names that are drawn until a page chooses others; all if None.

    Example:
        >>> gap_chart({"a": {0: 0.1, 1: 0.2}}).to_dict()["title"]["text"]
        'Generalisation gap'
    """
    palette = Palette(order or list(gaps), shown or list(gaps))
    seeds, means, limits = [], [], {}
    for name, by_seed in gaps.items():
        label = palette.labels[name]
        finite = {seed: value for seed, value in by_seed.items() if math.isfinite(value)}
        for seed, value in finite.items():
            seeds.append({"variant": label, "seed": seed, "gap": number(value)})
        if finite:
            values = list(finite.values())
            means.append({"variant": label, "gap": number(np.mean(values)), "count": len(values)})
            limits[label] = min(0.0, *values), max(0.0, *values)
    x = alt.X(
        "gap:Q",
        title="validation loss − training loss, at the end",
        scale=alt.Scale(domain=alt.ExprRef(extent(limits)), nice=False, zero=False, padding=12),
        axis=alt.Axis(format="~g", tickCount=5),
    )
    color = palette.color(legend=False)
    which = alt.Tooltip("variant:N", title="schedule")
    layers = [
        alt.Chart(inline([{"gap": 0}])).mark_rule(color=INK, strokeWidth=1.5).encode(x=x),
        palette.chart(seeds)
        .mark_circle(size=55, opacity=0.6)
        .encode(
            x=x,
            y=row(),
            color=color,
            tooltip=[which, alt.Tooltip("seed:N"), alt.Tooltip("gap:Q", format=".4~g")],
        )
        .add_params(palette.choice),
        palette.chart(means)
        .mark_tick(thickness=4, size=24, opacity=1)
        .encode(
            x=x,
            y=row(),
            color=color,
            tooltip=[
                which,
                alt.Tooltip("gap:Q", title="mean gap", format=".4~g"),
                alt.Tooltip("count:Q", title="seeds"),
            ],
        ),
    ]
    said = [{"variant": palette.labels[name], "note": note} for name, note in (notes or {}).items()]
    if said:
        right = palette.chart(said).mark_text(align="left", dx=8)
        layers.append(right.encode(x=alt.value("width"), y=row(), text="note:N"))
    return in_rows(
        layers,
        palette,
        title="Generalisation gap",
        subtitle=["dot: one seed · bar: mean over seeds"],
    )
