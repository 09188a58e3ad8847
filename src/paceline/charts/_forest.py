"""Every schedule's difference to the baseline."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from paceline.charts._per_row import in_rows, row
from paceline.charts._rows import inline, number
from paceline.charts._scale import extent
from paceline.charts._theme import INK, Palette


def forest_chart(
    differences: Mapping[str, tuple[float, float, float]],
    *,
    verdicts: Mapping[str, str],
    metric: str,
    margin: float = math.nan,
    higher_is_better: bool = False,
    order: Sequence[str] | None = None,
    shown: Sequence[str] | None = None,
) -> alt.LayerChart:
    """Return a chart of paired differences to the baseline: a row for each name, a dot, a line.

    Args:
        differences: by name, the best first: the mean of metric minus baseline's, and the ends of
            its 95 % interval. What is not finite is not drawn; without an interval the dot is
            hollow.
        verdicts: by name, what stands at the right; a name without differences is the baseline's.
        metric: what was measured, in words.
        margin: differences up to it count as equal, shaded; NaN for none.
        higher_is_better: which side is the better one.
        order: all names, in the order that gives them their colours; that of `verdicts` if None.
        shown: the names that are drawn until a page chooses others; all if None.

    Example:
        >>> chart = forest_chart(
        ...     {"b": (0.2, 0.1, 0.3)},
        ...     verdicts={"b": "better", "a": "baseline"},
        ...     metric="accuracy",
        ...     higher_is_better=True,
        ... )
        >>> chart.to_dict()["title"]["text"]
        'Difference to the baseline'
    """
    palette = Palette(order or list(verdicts), shown or list(verdicts))
    edge = margin if math.isfinite(margin) else 0.0
    rows, limits = [], {}
    for name, verdict in verdicts.items():
        mean, low, high = map(number, differences.get(name, (math.nan,) * 3))
        label = palette.labels[name]
        known = [0.0, edge, -edge, *(each for each in (mean, low, high) if each is not None)]
        limits[label] = min(known), max(known)
        whole = low is not None and high is not None
        rows.append({"variant": label, "verdict": verdict, "is_baseline": name not in differences,
                     "mean": mean, "whole": whole,
                     "low": low if whole else None, "high": high if whole else None})  # fmt: skip
    scale = alt.Scale(domain=alt.ExprRef(extent(limits)), nice=False, zero=False, padding=14)
    x = alt.X(
        "mean:Q",
        title=f"{metric}, minus the baseline's",
        scale=scale,
        axis=alt.Axis(format="~g", tickCount=5),
    )
    at = palette.chart(rows).encode(y=row())
    which = [
        alt.Tooltip("variant:N", title="schedule"),
        alt.Tooltip("mean:Q", title="difference", format="+.4~g"),
        alt.Tooltip("low:Q", title="95 % interval from", format="+.4~g"),
        alt.Tooltip("high:Q", title="to", format="+.4~g"),
        alt.Tooltip("verdict:N"),
    ]
    measured = at.encode(x=x, color=palette.color(legend=False), tooltip=which)
    layers = [
        *_shaded(margin, x),
        alt.Chart(inline([{"mean": 0}])).mark_rule(color=INK, strokeWidth=1.5).encode(x=x),
        measured.mark_rule(strokeWidth=3)
        .transform_filter("datum.whole")
        .encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
        .add_params(palette.choice),
        measured.mark_circle(size=130, opacity=1).transform_filter("datum.whole"),
        measured.mark_point(size=100, strokeWidth=2, opacity=1).transform_filter(
            "!datum.whole && isValid(datum.mean)"
        ),
        at.mark_point(shape="diamond", size=90, filled=True, opacity=1)
        .transform_filter("datum.is_baseline")
        .encode(x=alt.datum(0, type="quantitative"), color=palette.color(legend=False)),
        at.mark_text(align="left", dx=10).encode(x=alt.value("width"), text="verdict:N"),
        *_directions(higher_is_better),
    ]
    subtitle = ["dot: mean over seeds, taken seed by seed · line: its 95 % interval"]
    if math.isfinite(margin):
        subtitle.append(f"shaded: differences up to ±{margin:.3g} do not matter")
    if any(not each["whole"] and each["mean"] is not None for each in rows):
        subtitle.append("hollow: no interval, as a trial diverged or seeds are too few")
    return in_rows(layers, palette, title="Difference to the baseline", subtitle=subtitle)


def _shaded(margin: float, x: alt.X) -> list[Any]:
    if not math.isfinite(margin):
        return []
    band = alt.Chart(inline([{"mean": number(-margin), "end": number(margin)}]))
    return [band.mark_rect(color=INK, opacity=0.14, clip=True).encode(x=x, x2="end:Q")]


def _directions(higher_is_better: bool) -> list[Any]:
    left, right = ("worse", "better") if higher_is_better else ("better", "worse")
    place: Any = alt.Chart(inline([{}])).encode(y=alt.value(-2))
    return [
        place.mark_text(align="left", baseline="bottom", text=f"← {left}").encode(x=alt.value(0)),
        place.mark_text(align="right", baseline="bottom", text=f"{right} →").encode(
            x=alt.value("width")
        ),
    ]
