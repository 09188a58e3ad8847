"""Several charts as one."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from paceline.charts._theme import theme

_WIDTH = 720
_GAP = 90


def stack(
    *rows: Sequence[alt.LayerChart], title: str | None = None, subtitle: Sequence[str] = ()
) -> alt.VConcatChart:
    """Return charts below each other, those of one row side by side; a legend serves them all.

    Args:
        rows: the charts of each row, from top to bottom.
        title: stands above them all.
        subtitle: lines below the title.

    Example:
        >>> from paceline.charts import rate_chart
        >>> len(stack([rate_chart({"a": [0.1, 0.2]})], [rate_chart({"a": [1, 2]})]).vconcat)
        2
    """
    parts: list[Any] = []
    for place, row in enumerate(rows):
        width = (_WIDTH - _GAP * (len(row) - 1)) / len(row)
        bare = [_bare(chart, f"row{place}chart{i}", width) for i, chart in enumerate(row)]
        parts.append(alt.hconcat(*bare) if len(bare) > 1 else bare[0])
    whole: Any = alt.vconcat(*parts, spacing=28, config=theme())
    charts = [chart for part in whole.vconcat for chart in _charts_of(part)]
    params: dict[str, Any] = {}
    for chart, original in zip(charts, (chart for row in rows for chart in row), strict=True):
        _link(chart, original, params)
    whole.params = list(params.values()) or alt.Undefined
    if title is not None:
        whole.title = alt.TitleParams(title, subtitle=list(subtitle) or alt.Undefined)
    return whole


def over(charts: Sequence[alt.LayerChart], strip: alt.LayerChart) -> alt.VConcatChart:
    """Return charts above a strip that has the same x axis, and that says what this axis is.

    Args:
        charts: from top to bottom.
        strip: a low chart; its axis stands for those of all.

    Example:
        >>> import numpy as np
        >>> from paceline.charts import loss_chart, rate_strip
        >>> losses = loss_chart({"a": np.array([[2.0, 1.0]])}, steps=[1, 2])
        >>> len(over([losses], rate_strip({"a": [0.1, 0.1]})).vconcat)
        2
    """
    whole: Any = stack(*([chart] for chart in charts), [strip])
    whole.spacing = 12
    for chart in whole.vconcat[:-1]:
        for layer in chart.layer:
            if isinstance(layer.encoding.x, alt.X):
                layer.encoding.x = layer.encoding.x.title(None)
    return whole


def _bare(chart: Any, name: str, width: float) -> Any:
    """Return a copy without config and selections, whose layers have names of their own."""
    part = chart.copy()
    part.config = alt.Undefined
    part.params = alt.Undefined
    part.usermeta = alt.Undefined
    part.width = width
    for number, layer in enumerate(part.layer):
        layer.name = f"{name}layer{number}"
    return part


def _charts_of(part: Any) -> list[Any]:
    return list(part.hconcat) if isinstance(part, alt.HConcatChart) else [part]


def _link(chart: Any, original: Any, params: dict[str, Any]) -> None:
    """Add the selections of `original` to those of the same name in `params`.

    Altair's own merging gives a selection to every layer of a chart, and Vega refuses that.
    """
    for param in [] if original.params is alt.Undefined else original.params:
        if isinstance(param, alt.VariableParameter):
            params.setdefault(param.name, param.copy())
            continue
        views = [
            layer.name
            for layer, before in zip(chart.layer, original.layer, strict=True)
            if before.name in param.views
        ]
        if param.name in params:
            params[param.name].views = [*params[param.name].views, *views]
        else:
            params[param.name] = param.copy()
            params[param.name].views = views
