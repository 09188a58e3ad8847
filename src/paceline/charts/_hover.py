"""A line under the mouse that reads every curve at one step."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt


def hover(
    values: Mapping[str, npt.NDArray[np.float64]],
    places: Sequence[float],
    labels: Mapping[str, str],
    *,
    field: str = "step",
    title: str = "updates",
    number_format: str = ",",
) -> alt.Chart:
    """Return an invisible layer that shows, at the nearest of `places`, the value of every curve.

    Args:
        values: by name, one for each of `places`; what is not finite is shown as empty.
        places: where to read.
        labels: what each name is called.
        field: the field of the x axis.
        title: what a place is called.
        number_format: how a place is written, as d3-format has it.
    """
    keys = {name: f"v{index}" for index, name in enumerate(values)}
    rows = [
        {field: place, **{keys[name]: number(curve[i]) for name, curve in values.items()}}
        for i, place in enumerate(places)
    ]
    near = alt.selection_point(
        name="near",
        fields=[field],
        nearest=True,
        on="pointermove",
        clear="pointerout",
        empty=False,
    )
    tooltip = [alt.Tooltip(f"{field}:Q", title=title, format=number_format)] + [
        alt.Tooltip(f"{key}:Q", title=labels[name], format=".4~g") for name, key in keys.items()
    ]
    return (
        alt.Chart(inline(rows))
        .mark_rule(color="#8c8c8c", strokeWidth=1)
        .encode(
            x=f"{field}:Q",
            opacity=alt.condition(near, alt.value(0.7), alt.value(0.0)),
            tooltip=tooltip,
        )
        .add_params(near)
    )


def inline(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Return `rows` as the data of a chart."""
    data = alt.InlineData(values=[])
    data.values = list(rows)  # set later, as Altair checks every row that its constructor gets
    return data


def number(value: Any) -> float | None:
    """Return `value` in 6 significant digits, as JSON knows it: None where it is not finite."""
    return float(f"{float(value):.6g}") if np.isfinite(value) else None
