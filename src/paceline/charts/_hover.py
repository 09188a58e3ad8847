"""A line under the mouse that reads every curve at one step."""

import json
from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._rows import inline, number
from paceline.charts._theme import Palette


def hover(
    values: Mapping[str, npt.NDArray[np.float64]],
    places: Sequence[float],
    palette: Palette,
    *,
    field: str = "step",
    title: str = "updates",
    number_format: str = ",",
) -> alt.Chart:
    """Return an invisible layer that tells, at the nearest of `places`, the value of every curve.

    Args:
        values: by name, one for each of `places`; what is not finite is shown as empty.
        places: where to read.
        palette: of the chart; it says what each name is called, and which are shown.
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
    # the mouse is over the cells around the rules, and the row is the datum of their datum
    row = "(datum.datum || datum)"
    parts = [_entry(title, f"format({row}.{field}, {json.dumps(number_format)})")]
    for name in sorted(values, key=palette.rank):
        label, key = palette.labels[name], keys[name]
        value = f"isValid({row}.{key}) ? format({row}.{key}, '.4~g') : '–'"
        parts.append(f"indexof(shown, {json.dumps(label)}) < 0 ? {{}} : {_entry(label, value)}")
    return (
        alt.Chart(inline(rows))
        .mark_rule(
            color="#8c8c8c",
            strokeWidth=1,
            clip=True,
            tooltip=alt.ExprRef(f"merge({', '.join(parts)})"),  # a list would tell what is hidden
        )
        .encode(x=f"{field}:Q", opacity=alt.condition(near, alt.value(0.7), alt.value(0.0)))
        .add_params(near)
    )


def _entry(key: str, value: str) -> str:
    return f"{{{json.dumps(key)}: {value}}}"
