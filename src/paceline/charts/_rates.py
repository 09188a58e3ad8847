"""Rate against step."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._hover import hover
from paceline.charts._rows import number
from paceline.charts._scale import extent, updates
from paceline.charts._theme import Palette, shorten, theme
from paceline.charts._thin import thin
from paceline.charts._zoom import zoom

_POINTS, _ALL_POINTS = 4_000, 40_000
"""Enough for a thousand cycles: fewer would draw the last of them as one line."""

_STRIP_POINTS = 400

_READINGS = 120
"""Steps at which the mouse reads every schedule."""

_DECADES = 5
"""A log axis goes so far below the largest rate; the last rates of a decay to 0 are far lower."""


def rate_chart(
    rates: Mapping[str, npt.ArrayLike],
    *,
    steps: npt.ArrayLike | None = None,
    order: Sequence[str] | None = None,
    shown: Sequence[str] | None = None,
    title: str = "Learning rate",
) -> alt.LayerChart:
    """Return a chart of rate against step, one line for each name; a switch makes the axis a log.

    Args:
        rates: by name, the rate of each update [updates]; long ones are thinned to what is visible.
        steps: the steps that the rates belong to, increasing; 0, 1, 2, ... if None.
        order: all names, in the order that gives them their colours; that of `rates` if None.
        shown: the names that are drawn until a page chooses others; all if None.
        title: stands above the chart.

    Example:
        >>> rate_chart({"constant": [0.1, 0.1], "halved": [0.1, 0.05]}).to_dict()["title"]["text"]
        'Learning rate'
    """
    curves = _Curves(rates, steps, Palette(order or list(rates), shown or list(rates)))
    alone = len(curves.values) == 1
    switch = alt.param(
        name="rate_axis",
        value="linear",
        bind=alt.binding_radio(options=["linear", "log"], name="rate axis: "),
    )
    lines = (
        curves.lines(most=max(_STRIP_POINTS + 1, min(_POINTS, _ALL_POINTS // max(1, len(rates)))))
        .transform_calculate(height="rate_axis == 'log' ? datum.log_rate : datum.rate")
        .encode(y=_both_axes(curves), **curves.palette.line(legend=not alone))
        .add_params(curves.palette.picked, curves.palette.choice, switch)
    )
    return alt.LayerChart(
        layer=[lines, curves.hover()],
        title=alt.TitleParams(title, subtitle=shorten(next(iter(rates)), 90))
        if alone
        else alt.TitleParams(title),
        width=720,
        height=240,
        config=theme(),
    )


def rate_strip(
    rates: Mapping[str, npt.ArrayLike],
    *,
    order: Sequence[str] | None = None,
    shown: Sequence[str] | None = None,
) -> alt.LayerChart:
    """Return a low chart of rate against step, to stand below other curves and zoom with them.

    Args:
        rates: by name, the rate of each update [updates].
        order: all names, in the order that gives them their colours; that of `rates` if None.
        shown: the names that are drawn until a page chooses others; all if None.

    Example:
        >>> rate_strip({"constant": [0.1, 0.1]}).to_dict()["height"]
        70
    """
    curves = _Curves(rates, None, Palette(order or list(rates), shown or list(rates)))
    y = alt.Y(
        "rate:Q",
        title="rate",
        scale=alt.Scale(domain=alt.ExprRef(_linear(curves)), nice=False),
        axis=alt.Axis(format="~g", tickCount=2),
    )
    lines = (
        curves.lines(most=_STRIP_POINTS)
        .encode(y=y, **curves.palette.line())
        .add_params(curves.palette.picked, curves.palette.choice, zoom())
    )
    return alt.LayerChart(
        layer=[lines, curves.hover()], title=alt.TitleParams(""), width=720, height=70,
        config=theme(),
    )  # fmt: skip


class _Curves:
    """The curves of a chart of rates."""

    def __init__(
        self, rates: Mapping[str, npt.ArrayLike], steps: npt.ArrayLike | None, palette: Palette
    ) -> None:
        self.values = {name: np.asarray(curve, dtype=np.float64) for name, curve in rates.items()}
        self.palette = palette
        self.longest = max((len(curve) for curve in self.values.values()), default=0)
        self.places = np.arange(self.longest) if steps is None else np.asarray(steps)
        self.last = self.longest if steps is None else int(self.places[-1]) + 1
        largest = [float(np.nanmax(curve)) for curve in self.values.values() if len(curve)]
        self.least = max([*largest, 0.0]) * 10.0**-_DECADES
        """The smallest rate that a log axis shows."""

    def lines(self, *, most: int) -> alt.Chart:
        """Return the lines, in up to `most` points each, without a y axis."""
        rows = [row for name in self.values for row in self._rows(name, most)]
        return (
            self.palette.chart(rows)
            .mark_line(strokeWidth=2, point=self.longest == 1, clip=most == _STRIP_POINTS)
            .encode(x=updates(self.last), opacity=self.palette.faded(1.0, 0.1))
        )

    def _rows(self, name: str, most: int) -> list[dict[str, Any]]:
        curve, logs = self.values[name], self.logs(name)
        kept = thin(curve, most=most)
        if most > _STRIP_POINTS and np.isfinite(logs).any():
            # what looks straight may be bent on a log axis
            kept = np.union1d(kept, thin(np.where(np.isfinite(logs), logs, np.nanmin(logs))))
        return [
            {
                "variant": self.palette.labels[name],
                "step": int(self.places[index]),
                "rate": number(curve[index]),
                **({"log_rate": number(logs[index])} if most > _STRIP_POINTS else {}),
            }
            for index in kept
        ]

    def logs(self, name: str) -> npt.NDArray[np.float64]:
        """Return log10 of each rate; NaN where there is none that is shown."""
        curve = self.values[name]
        seen = curve >= max(self.least, np.finfo(float).tiny)
        return np.log10(np.where(seen, curve, np.nan))

    def hover(self) -> alt.Chart:
        """Return what reads every curve under the mouse."""
        count = min(_READINGS, self.longest)
        readings = np.unique(np.linspace(0, self.longest - 1, count).astype(int))
        read = {
            name: np.array([curve[index] if index < len(curve) else np.nan for index in readings])
            for name, curve in self.values.items()
        }
        return hover(read, self.places[readings].tolist(), self.palette)


def _linear(curves: _Curves) -> str:
    limits = {
        curves.palette.labels[name]: (min(0.0, float(np.nanmin(curve))), 1.04 * np.nanmax(curve))
        for name, curve in curves.values.items()
        if len(curve) and np.nanmax(curve) > 0
    }
    return extent(limits)


def _both_axes(curves: _Curves) -> alt.Y:
    """Return an axis of rates, or of log10 of them at whole decades: Vega has no other switch."""
    limits = {}
    for name in curves.values:
        logs = curves.logs(name)
        if np.isfinite(logs).any():
            low, high = np.floor(np.nanmin(logs)), np.ceil(np.nanmax(logs))
            limits[curves.palette.labels[name]] = (float(low), float(max(high, low + 1)))
    decades = extent(limits)
    return alt.Y(
        "height:Q",
        title="learning rate",
        scale=alt.Scale(
            domain=alt.ExprRef(f"rate_axis == 'log' ? ({decades}) : ({_linear(curves)})"),
            nice=False,
            zero=False,
        ),
        axis=alt.Axis(
            values=alt.ExprRef(
                "rate_axis == 'log' ? sequence(floor(domain('y')[0]), domain('y')[1] + 0.5) : null"
            ),
            labelExpr="rate_axis != 'log' ? format(datum.value, '~g')"
            " : format(pow(10, datum.value), datum.value < -3 ? '.0e' : '~g')",
            tickCount=alt.ExprRef("rate_axis == 'log' ? 12 : 6"),
        ),
    )
