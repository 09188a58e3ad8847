"""Loss against rate."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._hover import hover
from paceline.charts._rows import inline, number
from paceline.charts._theme import INK, Palette, theme

Curve = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""Rates, increasing, and the loss at each."""

_POINTS = 20
"""Up to so many rates, each is drawn as a point."""

_LEAST_FALL = 0.1
"""The axis shows at least this share of the loss before any update, so that noise stays flat."""

_HEADROOM = 0.5
"""What is drawn above the loss before any update, as a share of the fall."""

_HEIGHT = 300
_LINE = 15
_TITLE_LETTERS, _NOTE_LETTERS = 88, 115


def range_test_chart(
    curves: Mapping[str, Curve],
    *,
    start: float,
    title: str,
    suggestion: float | None = None,
    band: tuple[float, float] | None = None,
    faint: Mapping[str, Curve] | None = None,
    marks: Mapping[str, float] | None = None,
    notes: Sequence[str] = (),
    limits: tuple[float, float] | None = None,
    order: Sequence[str] | None = None,
) -> alt.LayerChart:
    """Return a chart of loss against rate, on a log axis of rates.

    The axis of losses shows the fall below `start`: what is not finite or far above is a triangle
    at the upper edge.

    Args:
        curves: by name; one of 20 rates or fewer has a point at each.
        start: the loss before any update; a dashed line.
        title: stands above the chart; long ones take several lines.
        suggestion: a rate, drawn as a line with its number.
        band: the rates between which the chart is shaded.
        faint: by the name of a curve, the noisy one that it smooths.
        marks: rates by name, dotted lines with their names; what is not finite is left out.
        notes: stand below the title, each on lines of its own.
        limits: the smallest and the largest rate of the axis; those of the curves if None.
        order: all names, in the order that gives them their colours; that of `curves` if None.

    Example:
        >>> losses = np.array([2.0, 1.0, np.nan])
        >>> chart = range_test_chart(
        ...     {"10 updates": (np.array([0.01, 0.1, 1.0]), losses)}, start=2.0, title="Range test"
        ... )
        >>> chart.to_dict()["title"]["text"]
        ['Range test']
    """
    palette = Palette(order or list(curves), list(curves))
    shown = _Shown(curves, start, limits)
    rows = [row for name in curves for row in _rows(curves[name], palette.labels[name], shown)]
    layers = [*_band(band, shown), *_start(start, shown)]
    for name, curve in (faint or {}).items():
        layers.append(_faint(curve, palette, name, shown))
    measured = alt.Chart(inline(rows)).encode(
        x=shown.x, opacity=palette.faded(1.0, 0.1), **palette.line()
    )
    line = measured.mark_line(strokeWidth=2).encode(y=shown.y("line:Q"))
    layers.append(line.add_params(palette.picked, palette.choice))
    layers += [*_marks(marks or {}, suggestion, shown), *_suggestion(suggestion, shown)]
    which = [
        alt.Tooltip("variant:N", title="curve"),
        alt.Tooltip("rate:Q", format=".3~g"),
        alt.Tooltip("value:N", title="loss"),
    ]
    dots = measured.encode(y=shown.y(), tooltip=which)
    here = dots.mark_circle(size=60)
    layers.append(here.transform_filter("datum.point && datum.note == null"))
    legend = []
    if band is not None:
        legend.append("shaded: at least nine tenths of the fall are kept")
    if faint:
        legend.append("faint: before smoothing")
    if any(row["note"] for row in rows):
        gone = dots.mark_point(shape="triangle-up", size=70, filled=True, yOffset=6)
        layers.append(gone.transform_filter("datum.note != null"))
        legend.append("triangle: far above, or not finite")
    swept = {name: curve for name, curve in curves.items() if len(curve[0]) > _POINTS}
    if swept:
        layers.append(_hover(swept, palette))
    return alt.LayerChart(
        layer=layers,
        title=alt.TitleParams(
            textwrap.wrap(title, _TITLE_LETTERS),
            subtitle=[
                line
                for note in [*notes, " · ".join(legend)]
                for line in textwrap.wrap(note, _NOTE_LETTERS)
            ],
        ),
        width=720,
        height=_HEIGHT,
        config=theme(),
    )


class _Shown:
    """The axes."""

    def __init__(
        self, curves: Mapping[str, Curve], start: float, limits: tuple[float, float] | None
    ) -> None:
        rates, losses = (
            np.concatenate([np.empty(0), *(curve[part] for curve in curves.values())])
            for part in (0, 1)
        )
        finite = losses[np.isfinite(losses)]
        self.any = len(finite) > 0
        above = start if np.isfinite(start) else float(finite.max(initial=1.0))
        least = min(above, float(finite.min(initial=above)))
        fall = max(above - least, _LEAST_FALL * abs(above)) or 1.0
        self.low, self.high = above - 1.08 * fall, above + _HEADROOM * fall
        first, last = limits or (float(rates.min(initial=1e-6)), float(rates.max(initial=1e-6)))
        self.first, self.last = first / 1.3, last * 1.3

    @property
    def x(self) -> alt.X:
        decades = range(int(np.ceil(np.log10(self.first))), int(np.log10(self.last) // 1) + 1)
        return alt.X(
            "rate:Q",
            title="learning rate",
            scale=alt.Scale(type="log", domain=[self.first, self.last], nice=False),
            axis=alt.Axis(
                values=[10.0**decade for decade in decades],
                labelExpr="format(datum.value, datum.value < 0.001 ? '.0e' : '~g')",
                labelFlush=False,
                grid=False,
            ),
        )

    def y(self, field: str = "loss:Q") -> alt.Y:
        return alt.Y(
            field,
            title="loss",
            scale=alt.Scale(domain=[self.low, self.high], nice=False, zero=False),
            axis=alt.Axis(format="~g", tickCount=6)
            if self.any
            else alt.Axis(labels=False, ticks=False, grid=False),
        )


def _rows(curve: Curve, label: str, shown: _Shown) -> list[dict[str, Any]]:
    """Return a row a rate; of a long curve that leaves the picture, only where it does."""
    rates, losses = (np.asarray(part, dtype=np.float64) for part in curve)
    gone = ~(losses <= shown.high)
    points = len(rates) <= _POINTS
    rows = []
    for i, (rate, loss) in enumerate(zip(rates.tolist(), losses.tolist(), strict=True)):
        apart = gone[max(0, i - 1) : i + 2].all()
        edge = number(shown.high if gone[i] else loss)
        rows.append(
            {
                "variant": label,
                "rate": number(rate),
                "loss": edge,
                "line": None if apart else edge,
                "value": f"{loss:.4g}" if np.isfinite(loss) else "not finite",
                "point": points,
                "note": "above" if gone[i] and (points or not gone[i - 1 : i].any()) else None,
            }
        )
    return rows


def _faint(curve: Curve, palette: Palette, name: str, shown: _Shown) -> alt.Chart:
    rates, losses = curve
    rows = [
        {
            "variant": palette.labels[name],
            "rate": number(rate),
            "loss": number(loss) if shown.low <= loss <= shown.high else None,
        }
        for rate, loss in zip(rates, losses, strict=True)
    ]
    return (
        alt.Chart(inline(rows))
        .mark_line(strokeWidth=1)
        .encode(x=shown.x, y=shown.y(), color=palette.color(), opacity=palette.faded(0.4, 0.05))
    )


def _band(band: tuple[float, float] | None, shown: _Shown) -> list[alt.Chart]:
    if band is None:
        return []
    row = {"rate": number(band[0]), "end": number(band[1])}
    return [
        alt.Chart(inline([row]))
        .mark_rect(color=INK, opacity=0.14, clip=True)
        .encode(x=shown.x, x2="end:Q")
    ]


def _start(start: float, shown: _Shown) -> list[alt.Chart]:
    if not np.isfinite(start):
        return []
    row = {"loss": number(start), "label": f"{start:.4g}\nbefore any\nupdate"}
    at = alt.Chart(inline([row])).encode(y=shown.y())
    return [
        at.mark_rule(color=INK, strokeWidth=1, strokeDash=[5, 4]),
        at.mark_text(
            color=INK, align="left", baseline="middle", dx=6, fontSize=11.5, lineBreak="\n"
        ).encode(x=alt.value("width"), text="label:N"),
    ]


def _suggestion(rate: float | None, shown: _Shown) -> list[alt.Chart]:
    if rate is None:
        return []
    at = alt.Chart(inline([{"rate": number(rate), "label": rate_text(rate)}])).encode(x=shown.x)
    return [
        at.mark_rule(color=INK, strokeWidth=2),
        at.mark_text(color=INK, dy=-8, fontSize=13, fontWeight=600).encode(
            y=alt.value(0), text="label:N"
        ),
    ]


def _marks(marks: Mapping[str, float], suggestion: float | None, shown: _Shown) -> list[alt.Chart]:
    """Return a flag at each rate; they point away from the suggestion, so that none overlap."""
    middle = suggestion or 0.0
    found = [(rate, name) for name, rate in marks.items() if np.isfinite(rate)]
    left = sorted((each for each in found if each[0] < middle), reverse=True)
    right = sorted(each for each in found if each[0] >= middle)
    layers = []
    sides: tuple[tuple[Literal["left", "right"], list[tuple[float, str]]], ...] = (
        ("right", left),
        ("left", right),
    )
    for side, flags in sides:
        for line, (rate, name) in enumerate(flags):
            row = {"rate": number(rate), "label": f"{name} {rate_text(rate)}"}
            top = alt.value(10 + _LINE * line)
            at = alt.Chart(inline([row])).encode(x=shown.x, y=top)
            layers += [
                at.mark_rule(color=INK, strokeWidth=1.5, strokeDash=[2, 3]).encode(
                    y2=alt.value(_HEIGHT)
                ),
                at.mark_text(
                    color=INK, align=side, dx=5 if side == "left" else -5, fontSize=11.5
                ).encode(text="label:N"),
            ]
    return layers


def _hover(swept: Mapping[str, Curve], palette: Palette) -> alt.Chart:
    """Read swept curves, which share their rates or end early, under the mouse."""
    longest = max((rates for rates, _ in swept.values()), key=len)
    read = {
        name: np.concatenate([losses, np.full(len(longest) - len(losses), np.nan)])
        for name, (_, losses) in swept.items()
    }
    places = [float(f"{rate:.6g}") for rate in longest]
    return hover(read, places, palette, field="rate", title="rate", number_format=".3~g")


def rate_text(rate: float) -> str:
    """Return a rate in two digits, as nobody needs more of one.

    Example:
        >>> rate_text(0.03123), rate_text(1.234e-05), rate_text(12.6)
        ('0.031', '1.2e-5', '13')
    """
    return re.sub(r"e([+-])0*", r"e\1", f"{rate:.2g}").replace("e+", "e")
