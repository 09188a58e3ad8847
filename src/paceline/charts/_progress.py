"""The best so far against the budget."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from paceline.charts._rows import inline, number
from paceline.charts._scale import Range
from paceline.charts._theme import INK, theme

_COLOR = "#0077bb"
_WEAKEST = 0.5
"""The opacity of the first line; that of the last is 1."""

_LETTER = 6.2
"""Pixels; a stage has its name where that fits in."""

_FULL = 0.7
"""A line that ends beyond this share of the budget leaves no room for its name."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Improvement:
    """A value better than all before it."""

    spent: float
    value: float
    text: str
    """What gave it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stage:
    """A part of what was spent."""

    name: str
    begin: float
    end: float


def progress_chart(
    lines: Mapping[str, Sequence[Improvement]],
    *,
    ends: Mapping[str, float],
    stages: Sequence[Stage],
    limit: float,
    metric: str,
    unit: str,
    subtitle: Sequence[str] = (),
) -> alt.LayerChart:
    """Return a chart of the best value so far against what was spent: lines that go in steps.

    Args:
        lines: by name, the improvements in their order; the last line is the strongest.
        ends: by name, what was spent where the line ends.
        stages: what was done, in turn; every second one is shaded.
        limit: the whole budget, where the axis ends.
        metric: what is improved, in words.
        unit: what the budget is counted in.
        subtitle: lines below the title.

    Example:
        >>> chart = progress_chart(
        ...     {"after 440 updates": [Improvement(spent=1, value=0.5, text="wsd(peak=0.1)")]},
        ...     ends={"after 440 updates": 3},
        ...     stages=[Stage(name="exploring", begin=0, end=3)],
        ...     limit=6,
        ...     metric="loss",
        ...     unit="full runs",
        ... )
        >>> chart.to_dict()["title"]["text"]
        'The best so far'
    """
    drawn = Range({name: [step.value for step in steps] for name, steps in lines.items()})
    x = alt.X(
        "spent:Q",
        title=f"spent, in {unit}",
        scale=alt.Scale(domain=[0, number(limit)], nice=False),
        axis=alt.Axis(format=",~f", tickCount=8, grid=False),
    )
    y = alt.Y(
        "value:Q",
        title=metric,
        scale=alt.Scale(
            type="log" if drawn.log else "linear",
            domain=[number(drawn.low), number(drawn.high)],
            nice=False,
            zero=alt.Undefined if drawn.log else False,
            padding=22,
        ),
        axis=drawn.axis,
    )
    layers = _stages(stages, x, limit, unit)
    for place, (name, steps) in enumerate(lines.items()):
        strength = 1 - (1 - _WEAKEST) * (len(lines) - 1 - place) / max(1, len(lines) - 1)
        layers += _line(name, steps, ends[name], strength, x, y)
        if steps:
            is_last = place == len(lines) - 1 and ends[name] <= _FULL * limit
            layers.append(_name(name, steps, ends[name] if is_last else None, x, y))
    return alt.LayerChart(
        layer=layers,
        title=alt.TitleParams("The best so far", subtitle=list(subtitle) or alt.Undefined),
        width=720,
        height=240,
        config=theme(),
    )


def _stages(stages: Sequence[Stage], x: alt.X, limit: float, unit: str) -> list[Any]:
    rows = [
        {
            "stage": stage.name,
            "spent": number(stage.begin),
            "end": number(stage.end),
            "middle": number((stage.begin + stage.end) / 2),
            "took": f"{stage.end - stage.begin:.1f} {unit}",
            "shade": 0.14 if place % 2 else 0.05,
        }
        for place, stage in enumerate(stages)
    ]
    fits = (
        f"(datum.end - datum.spent) / {number(limit)} * (containerSize()[0] || 720)"
        f" > {_LETTER} * length(datum.stage)"
    )
    at = alt.Chart(inline(rows)).encode(
        tooltip=[alt.Tooltip("stage:N"), alt.Tooltip("took:N", title="took")]
    )
    return [
        at.mark_rect(color=INK).encode(
            x=x, x2="end:Q", opacity=alt.Opacity("shade:Q", scale=None, legend=None)
        ),
        at.mark_text(color=INK, dy=-8, fontSize=11.5).encode(
            x=alt.X("middle:Q", scale=x["scale"]),
            y=alt.value(0),
            text="stage:N",
            opacity=alt.condition(fits, alt.value(1), alt.value(0)),
        ),
    ]


def _line(
    name: str, steps: Sequence[Improvement], end: float, strength: float, x: alt.X, y: alt.Y
) -> list[Any]:
    if not steps:
        return []
    dots = [
        {"spent": number(step.spent), "value": number(step.value), "text": step.text, "line": name}
        for step in steps
    ]
    last = {"spent": number(end), "value": dots[-1]["value"], "line": name}
    look = {"color": _COLOR, "opacity": strength}
    return [
        alt.Chart(inline([*dots, last]))
        .mark_line(strokeWidth=2.5, interpolate="step-after", **look)
        .encode(x=x, y=y),
        alt.Chart(inline(dots))
        .mark_circle(size=50, **look)
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("text:N", title="schedule"),
                alt.Tooltip("value:Q", title=y["title"], format=".4~g"),
                alt.Tooltip("line:N", title="measured"),
                alt.Tooltip("spent:Q", title="spent until then", format=".1f"),
            ],
        ),
    ]


def _name(
    name: str, steps: Sequence[Improvement], end: float | None, x: alt.X, y: alt.Y
) -> alt.Chart:
    """Return the name of a line: right of its end, or where that is None clear of its begin."""
    step = steps[0] if end is None else steps[-1]
    spent = step.spent if end is None else end
    row = {"spent": number(spent), "value": number(step.value), "line": name}
    rises = steps[-1].value > steps[0].value
    dx, dy = (-4, 13 if rises else -11) if end is None else (7, 0)
    return (
        alt.Chart(inline([row]))
        .mark_text(align="left", dx=dx, dy=dy, fontSize=11.5)
        .encode(x=x, y=y, text="line:N")
    )
