"""The metric against the peak."""

import math
from collections.abc import Sequence

import altair as alt

from paceline.charts._dots import Dot, scatter
from paceline.charts._reach import Reach
from paceline.charts._rows import inline, number
from paceline.charts._theme import INK, Palette, theme

_FEW_DECADES = 2.5
"""Up to so many, 1, 2 and 5 of each decade have a tick."""

_MARGIN = 1.25
"""The axis goes on by this factor beyond the peaks."""


def search_chart(
    dots: Sequence[Dot],
    *,
    metric: str,
    title: str,
    higher_is_better: bool = False,
    limits: tuple[float, float] | None = None,
    mark: tuple[float, str] | None = None,
    band: tuple[float, float] | None = None,
    order: Sequence[str] | None = None,
    shown: Sequence[str] | None = None,
    height: int = 260,
) -> alt.LayerChart:
    """Return a chart of a metric against the peak, on a log axis of peaks: a dot for each schedule.

    What is far worse than most, or did not end well, is at the worse edge and does not stretch the
    axis.

    Args:
        dots: `x` is the peak, `y` the metric.
        metric: what `y` is, in words.
        title: stands above the chart.
        higher_is_better: which edge is the worse one.
        limits: the smallest and the largest peak of the axis; those of the dots if None.
        mark: a peak, drawn as a line, and what it is called.
        band: the peaks between which the chart is shaded.
        order: all variants, in the order that gives them their colours; that of `dots` if None.
        shown: the variants that are drawn until a page chooses others; all if None.
        height: of the plot, in pixels.

    Example:
        >>> chart = search_chart(
        ...     [Dot(variant="cosine", x=0.1, y=0.3, text="cosine(peak=0.1)")],
        ...     metric="loss",
        ...     title="After 440 updates",
        ... )
        >>> chart.to_dict()["title"]["text"]
        'After 440 updates'
    """
    names = list(dict.fromkeys(dot.variant for dot in dots))
    palette = Palette(order or names, shown or names)
    reach = Reach([dot.y for dot in dots], higher_is_better=higher_is_better)
    peaks = [dot.x for dot in dots]
    low, high = limits or (min(peaks, default=0.1), max(peaks, default=0.1))
    first, last = low / _MARGIN, high * _MARGIN
    x = alt.X(
        "x:Q",
        title="peak",
        scale=alt.Scale(type="log", domain=[number(first), number(last)], nice=False),
        axis=alt.Axis(
            values=_ticks(first, last),
            labelExpr="format(datum.value, datum.value < 0.001 ? '.0e' : '~g')",
            grid=False,
        ),
    )
    y = alt.Y("y:Q", title=metric, scale=reach.scale, axis=reach.axis)
    drawn, meaning = scatter(dots, palette, x=x, y=y, reaches={"y": reach})
    return alt.LayerChart(
        layer=[*_band(band, x), *_mark(mark, x), *drawn],
        title=alt.TitleParams(
            title, subtitle=[meaning] if meaning else alt.Undefined, frame="group", fontSize=13
        ),
        width=720,
        height=height,
        config=theme(),
    )


def _ticks(first: float, last: float) -> list[float]:
    few = math.log10(last / first) <= _FEW_DECADES
    decades = range(math.floor(math.log10(first)), math.floor(math.log10(last)) + 1)
    every = [digit * 10.0**decade for decade in decades for digit in ((1, 2, 5) if few else (1,))]
    return [float(f"{tick:.1g}") for tick in every if first <= tick <= last]


def _band(band: tuple[float, float] | None, x: alt.X) -> list[alt.Chart]:
    if band is None:
        return []
    row = {"x": number(band[0]), "end": number(band[1])}
    shaded = alt.Chart(inline([row])).mark_rect(color=INK, opacity=0.1, clip=True)
    return [shaded.encode(x=x, x2="end:Q")]


def _mark(mark: tuple[float, str] | None, x: alt.X) -> list[alt.Chart]:
    if mark is None:
        return []
    at = alt.Chart(inline([{"x": number(mark[0]), "label": mark[1]}])).encode(x=x)
    return [
        at.mark_rule(color=INK, strokeWidth=1.5, strokeDash=[5, 4]),
        at.mark_text(color=INK, dy=-12, fontSize=12).encode(y=alt.value(0), text="label:N"),
    ]
