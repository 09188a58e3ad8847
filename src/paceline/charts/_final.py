"""The final metric, seed by seed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from paceline.charts._per_row import in_rows, row
from paceline.charts._rows import number
from paceline.charts._scale import Range
from paceline.charts._theme import INK, Palette


def final_chart(
    values: Mapping[str, Mapping[int, float]],
    *,
    metric: str,
    higher_is_better: bool = False,
    order: Sequence[str] | None = None,
    shown: Sequence[str] | None = None,
) -> alt.LayerChart:
    """Return a chart of the final metric: a row for each name, a dot for each seed, a mean tick.

    A thin line joins the dots of one seed, as they are a pair: it had the same weights and batches.

    Args:
        values: by name, the best first, and by seed; a value that is not finite stands for a
            diverged trial, and a cross at the worse edge counts those.
        metric: what the values are, in words.
        higher_is_better: which edge is the worse one.
        order: all names, in the order that gives them their colours; that of `values` if None.
        shown: the names that are drawn until a page chooses others; all if None.

    Example:
        >>> chart = final_chart({"a": {0: 0.9, 1: 0.8}}, metric="accuracy", higher_is_better=True)
        >>> chart.to_dict()["title"]["text"]
        'Final accuracy'
    """
    palette = Palette(order or list(values), shown or list(values))
    drawn = Range({palette.labels[name]: list(seeds.values()) for name, seeds in values.items()})
    x = alt.X("value:Q", title=metric, scale=drawn.scale, axis=drawn.axis)
    seed = alt.selection_point(
        name="seed",
        fields=["seed"],
        on="pointerover",
        clear="pointerout",
        nearest=True,
        empty=False,
    )
    points = palette.chart(_points(values, palette)).encode(x=x, y=row())
    pairs = (
        points.mark_line(color=INK)
        .transform_calculate(rank="indexof(shown, datum.variant)")
        .encode(
            detail="seed:N",
            order="rank:Q",
            opacity=alt.condition(seed, alt.value(1.0), alt.value(0.3)),
            strokeWidth=alt.condition(seed, alt.value(2.0), alt.value(0.8)),
        )
    )
    which = [alt.Tooltip("variant:N", title="schedule"), alt.Tooltip("seed:N")]
    dots = (
        points.mark_circle(opacity=0.75)
        .transform_filter("isValid(datum.value)")
        .encode(
            color=palette.color(legend=False),
            size=alt.condition(seed, alt.value(120), alt.value(55)),
            tooltip=[*which, alt.Tooltip("value:Q", title=metric, format=".4~g")],
        )
        .add_params(seed, palette.choice)
    )
    layers = [pairs, dots, _means(values, palette, x, metric)]
    subtitle = ["dot: one seed · bar: mean over seeds · thin line: the same seed"]
    if lost := _lost(values, palette):
        layers += _crosses(lost, palette, left=higher_is_better)
        subtitle.append("cross at the edge: so many trials diverged, or are not finite")
    return in_rows(layers, palette, title=f"Final {metric}", subtitle=subtitle)


def _points(values: Mapping[str, Mapping[int, float]], palette: Palette) -> list[dict[str, Any]]:
    """Return a row for every name and seed, so that a line breaks where a trial has no value."""
    every = sorted({seed for seeds in values.values() for seed in seeds})
    return [
        {
            "variant": palette.labels[name],
            "seed": seed,
            "value": number(seeds.get(seed, math.nan)),
        }
        for name, seeds in values.items()
        for seed in every
    ]


def _means(
    values: Mapping[str, Mapping[int, float]], palette: Palette, x: alt.X, metric: str
) -> alt.Chart:
    rows = []
    for name, seeds in values.items():
        finite = [value for value in seeds.values() if math.isfinite(value)]
        if finite:
            mean = number(np.mean(finite))
            rows.append({"variant": palette.labels[name], "value": mean, "count": len(finite)})
    return (
        palette.chart(rows)
        .mark_tick(thickness=4, size=24, opacity=1)
        .encode(
            x=x,
            y=row(),
            color=palette.color(legend=False),
            tooltip=[
                alt.Tooltip("variant:N", title="schedule"),
                alt.Tooltip("value:Q", title=f"mean {metric}", format=".4~g"),
                alt.Tooltip("count:Q", title="seeds"),
            ],
        )
    )


def _lost(values: Mapping[str, Mapping[int, float]], palette: Palette) -> list[dict[str, Any]]:
    rows = []
    for name, seeds in values.items():
        lost = [seed for seed, value in seeds.items() if not math.isfinite(value)]
        if lost:
            rows.append(
                {
                    "variant": palette.labels[name],
                    "note": f"{len(lost)} of {len(seeds)}",
                    "seeds": ", ".join(map(str, lost)),
                }
            )
    return rows


def _crosses(lost: list[dict[str, Any]], palette: Palette, *, left: bool) -> list[alt.Chart]:
    side = 1 if left else -1
    at = palette.chart(lost).encode(
        x=alt.value(0 if left else "width"),
        y=row(),
        tooltip=[
            alt.Tooltip("variant:N", title="schedule"),
            alt.Tooltip("seeds:N", title="diverged, or not finite: seeds"),
        ],
    )
    cross = at.mark_point(shape="cross", angle=45, size=90, filled=True, opacity=1)
    return [
        cross.encode(color=palette.color(legend=False)),
        at.mark_text(align="left" if left else "right", dx=9 * side, dy=-9, fontSize=11).encode(
            text="note:N"
        ),
    ]
