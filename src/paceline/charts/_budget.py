"""Where a budget went."""

from collections.abc import Mapping

import altair as alt

from paceline.charts._rows import inline, number
from paceline.charts._theme import theme

_LIGHTEST, _DARKEST = 200, 90
"""Of the greys, from 0 to 255: each is seen on white and on black."""

_STRONG, _LEFT = "#009e73", "rgba(115,115,115,0.15)"
_COLUMN = 140


def budget_chart(
    parts: Mapping[str, float], *, strong: str, left: float, unit: str
) -> alt.LayerChart:
    """Return a bar of what each part took, in their order, and of what is left.

    Args:
        parts: by name, what it took; all but `strong` are grey.
        strong: the part that has a colour.
        left: what was not spent.
        unit: what the budget is counted in.

    Example:
        >>> parts = {"exploring": 10.2, "confirmed": 24.0}
        >>> chart = budget_chart(parts, strong="confirmed", left=0.8, unit="full runs")
        >>> chart.to_dict()["title"]["text"]
        'Where the budget went'
    """
    named = {**parts, **({"left": left} if left > 0 else {})}
    labels = {name: f"{name} {took:,.1f}" for name, took in named.items()}
    whole, begin, rows = sum(named.values()), 0.0, []
    for name, took in named.items():
        share = f"{took:,.1f} {unit}, {took / whole:.0%}" if whole else f"0 {unit}"
        row = {"part": labels[name], "begin": number(begin), "end": number(begin + took)}
        rows.append({**row, "name": name, "share": share})
        begin += took
    colors = dict(zip(parts, _greys(len(parts)), strict=True)) | {strong: _STRONG, "left": _LEFT}
    # `fill`, so that in a stack its scale is none of the variants'
    fill = alt.Fill(
        "part:N",
        scale=alt.Scale(domain=list(labels.values()), range=[colors[name] for name in named]),
        legend=alt.Legend(
            title=None,
            orient="bottom",
            direction="horizontal",
            columns=alt.ExprRef(f"max(1, floor((containerSize()[0] || width || 720) / {_COLUMN}))"),
            symbolType="square",
            symbolSize=160,
            symbolStrokeWidth=0,
        ),
    )
    bar = (
        alt.Chart(inline(rows))
        .mark_bar(height=30, x2Offset=-1.5)
        .encode(
            x=alt.X(
                "begin:Q",
                title=unit,
                scale=alt.Scale(domain=[0, number(whole or 1)], nice=False),
                axis=alt.Axis(format=",~f", tickCount=8, grid=False),
            ),
            x2=alt.X2("end:Q"),
            fill=fill,
            tooltip=[alt.Tooltip("name:N", title="part"), alt.Tooltip("share:N", title="took")],
        )
    )
    return alt.LayerChart(
        layer=[bar],
        title=alt.TitleParams("Where the budget went"),
        width=720,
        height=36,
        config=theme(),
    )


def _greys(count: int) -> list[str]:
    steps = (_LIGHTEST - _DARKEST) / max(1, count - 1)
    return ["#" + 3 * f"{round(_LIGHTEST - steps * place):02x}" for place in range(count)]
