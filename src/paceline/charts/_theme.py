"""How every chart looks: colours, fonts, and names that fit."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from paceline.charts._rows import inline

INK = "#737373"
"""Grey that reads on white (contrast 4.7) and on #16181d (3.8), for charts of no background."""

DARK_INK = "#262626"
"""Ink for white paper."""

# Okabe and Ito, "Color Universal Design", 2008, without the yellow and the black, and with the
# two light hues darkened, so that each has a contrast of at least 2.6 on white and on #16181d.
_PALETTE = (
    "#0077bb",
    "#d55e00",
    "#009e73",
    "#c76a9c",
    "#c98a00",
    "#4ba6d8",
    "#8a63c9",
    "#8c8c8c",
)
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [1, 4], [12, 3, 2, 3, 2, 3])
_LONGEST_LABEL = 36
_LABEL_PIXELS, _LEGEND_LETTERS = 160, 21
_DOT = 90
MEASURED_FONT = "'Liberation Sans', Arial, sans-serif"
"""Of a picture whose text is measured here and drawn elsewhere: these are equally wide."""


def colors(names: Sequence[str]) -> dict[str, str]:
    """Return the colour of each name, by its place in `names`; the ninth name has the first again.

    Example:
        >>> colors(["cosine", "wsd"])
        {'cosine': '#0077bb', 'wsd': '#d55e00'}
    """
    return {name: _PALETTE[index % len(_PALETTE)] for index, name in enumerate(names)}


def dashes(names: Sequence[str]) -> dict[str, Sequence[int]]:
    """Return the dashes of each name's line, as SVG has them: the first eight are drawn through.

    Example:
        >>> dashes(list("abcdefghi"))["i"]
        [6, 3]
    """
    return {
        name: _DASHES[index // len(_PALETTE) % len(_DASHES)] for index, name in enumerate(names)
    }


def short_labels(names: Sequence[str]) -> dict[str, str]:
    """Return a label of at most 36 characters for each name; no two are the same."""
    labels: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        label, number = shorten(name, _LONGEST_LABEL), 1
        while label in taken:
            number += 1
            label = f"{shorten(name, _LONGEST_LABEL - len(f' ({number})'))} ({number})"
        taken.add(label)
        labels[name] = label
    return labels


def shorten(text: str, longest: int) -> str:
    """Return `text` on one line, with its middle left out where it is longer than `longest`.

    Example:
        >>> shorten("a very long name of a schedule", 16)
        'a very lon…edule'
    """
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(printable.split()) or "(no name)"
    if len(line) <= longest:
        return line
    tail = longest // 3
    return f"{line[: longest - tail - 1]}…{line[-tail:]}"


def elided(label: str, letters: str) -> str:
    """Return an expression of Vega: `label`, with its middle left out beyond so many letters.

    Vega cuts the end, and names that belong together often differ there.
    """
    tail = f"floor(({letters}) / 3)"
    return (
        f"length({label}) <= ({letters}) ? {label} : slice({label}, 0, ({letters}) - {tail} - 1)"
        f" + '…' + slice({label}, -{tail})"
    )


class Palette:
    """The label, colour and dash of each variant of one chart, and which variants it shows."""

    def __init__(self, names: Sequence[str], shown: Sequence[str]) -> None:
        """Take all `names` in the order of their colours, and those `shown`, best first."""
        self.labels = short_labels(names)
        self.shown = [self.labels[name] for name in shown]
        domain = list(self.labels.values())
        column = 45 + min(_LABEL_PIXELS, 7 * max(map(len, domain), default=0))
        self.picked = alt.selection_point(name="picked", fields=["variant"], bind="legend")
        self.choice = alt.param(name="shown", value=self.shown)
        """A page sets it to other labels, and the chart shows those."""
        self._scale = alt.Scale(domain=domain, range=list(colors(domain).values()))
        self._legend = alt.Legend(
            title=None,
            orient="bottom",
            direction="horizontal",
            columns=alt.ExprRef(f"max(1, floor((containerSize()[0] || width || 720) / {column}))"),
            labelLimit=_LABEL_PIXELS,
            labelExpr=elided("datum.label", str(_LEGEND_LETTERS)),
            symbolType="stroke",
            symbolSize=220,
            symbolStrokeWidth=3,
            symbolOpacity=1,
            values=alt.ExprRef("shown"),
        )
        dashed = alt.Scale(domain=domain, range=list(dashes(domain).values()))
        self._dashes = dashed if len(domain) > len(_PALETTE) else None

    def rank(self, name: str) -> int:
        """Return the place of `name` among those shown; the last where it is not."""
        label = self.labels[name]
        return self.shown.index(label) if label in self.shown else len(self.shown)

    def chart(self, rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
        """Return a chart of those of `rows` whose field `variant` is shown."""
        return alt.Chart(inline(rows)).transform_filter("indexof(shown, datum.variant) >= 0")

    def color(self, *, legend: bool = True, dots: bool = False) -> alt.Color:
        """Return the colour encoding of the field `variant`, and its legend in lines or dots."""
        shown = self._legend.copy() if legend else None
        if shown is not None and dots:
            shown.symbolType, shown.symbolSize = "circle", _DOT
        return alt.Color("variant:N", scale=self._scale, legend=shown)

    def line(self, *, legend: bool = True) -> dict[str, Any]:
        """Return the encodings that tell variants apart: colour, and dashes beyond eight."""
        if self._dashes is None:
            return {"color": self.color(legend=legend)}
        shown = self._legend if legend else None
        dash = alt.StrokeDash("variant:N", scale=self._dashes, legend=shown)
        return {"color": self.color(legend=legend), "strokeDash": dash}

    def faded(self, picked: float, others: float) -> Any:
        """Return an opacity that singles out what was clicked in the legend."""
        return alt.condition(self.picked, alt.value(picked), alt.value(others))


def theme(
    ink: str = INK, background: str = "transparent", font: str = f"system-ui, {MEASURED_FONT}"
) -> alt.Config:
    """Return the config of a finished chart."""
    return alt.Config(
        background=background,
        font=font,
        view=alt.ViewConfig(stroke=None),
        title=alt.TitleConfig(
            anchor="start",
            color=ink,
            subtitleColor=ink,
            fontSize=15,
            fontWeight=600,
            subtitleFontSize=12,
            subtitlePadding=5,
            offset=12,
        ),
        axis=alt.AxisConfig(
            labelColor=ink,
            titleColor=ink,
            domainColor=INK,
            tickColor=INK,
            gridColor=INK,
            gridOpacity=0.18,
            domainOpacity=0.5,
            tickOpacity=0.5,
            labelFontSize=11.5,
            labelSeparation=6,
            titleFontSize=12,
            titleFontWeight="normal",
            titlePadding=8,
        ),
        legend=alt.LegendConfig(labelColor=ink, labelFontSize=12, titleColor=ink),
        text=alt.MarkConfig(color=ink, fontSize=12),
    )
