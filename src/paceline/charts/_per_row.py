"""Charts with a row for each schedule: its name at the left, what is measured along the row."""

from typing import Any

import altair as alt

from paceline.charts._theme import Palette, elided, theme

_ROW = 34
_NARROW = "(containerSize()[0] || 720) < 450"
_LABEL, _LETTERS = f"{_NARROW} ? 110 : 200", f"{_NARROW} ? 13 : 25"
"""Pixels and letters of a name; a phone has room for fewer."""


def row(before: str = "''", *, wide: int = 0, grid: bool = True) -> alt.Y:
    """Return the axis of the field `variant`: a row for each that is shown.

    Args:
        before: an expression of Vega for what stands before the name of a row.
        wide: how many letters of the name that takes.
        grid: whether there is a line along the row.
    """
    name = elided("datum.label", f"({_LETTERS}) - {wide}")
    return alt.Y(
        "variant:N",
        title=None,
        sort=None,
        scale=alt.Scale(type="point", domain=alt.ExprRef("shown"), padding=0.5),
        axis=alt.Axis(
            grid=grid,
            gridOpacity=0.18,
            ticks=False,
            labelLimit=alt.ExprRef(_LABEL),
            labelPadding=8,
            labelExpr=f"{before} + ({name})",
        ),
    )


def in_rows(
    layers: list[Any], palette: Palette, *, title: str, subtitle: list[str]
) -> alt.LayerChart:
    """Return the finished chart of `layers`; `usermeta` tells a page how high a row is."""
    return alt.LayerChart(
        layer=layers,
        title=alt.TitleParams(title, subtitle=subtitle),
        width=720,
        height=_ROW * max(1, len(palette.shown)),
        usermeta={"row": _ROW},
        config=theme(),
    )
