"""The picture of a schedule: an SVG, and how to tell whether two show the same."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import vl_convert

_PIXELS = 0.5
"""How far two curves may be apart and still be the same; the whole picture has 240."""


def draw(schedule: Any, *, caption: str | None = None) -> str:
    """Return the chart of `schedule` as an SVG, the same in every run; its repr is the caption."""
    from paceline.charts import shorten

    chart = schedule.chart()
    if caption is not None:
        chart.title.subtitle = shorten(caption, 90)
    chart.layer = chart.layer[:1]  # the other one follows the mouse, and a picture has none
    svg = vl_convert.vegalite_to_svg(chart.to_dict(validate=False))  # validating takes as long
    return re.sub(r" at 0x[0-9a-f]+", "", svg)  # the repr of a function


def sketch(schedule: Any) -> str:
    """Return the curve of the chart as one line of text."""
    from paceline.charts import sparkline

    steps = schedule.length
    if steps is None:
        steps = schedule.chart().layer[0].data.values[-1]["step"] + 1
    return sparkline(schedule(np.arange(steps)))


def same(one: str, other: str) -> bool:
    """Return whether two SVGs have the same words and the same curve.

    Their bytes may differ: the place of each word depends on the fonts of the machine.
    """
    if _words(one) != _words(other):
        return False
    (steps, rates), (others, other_rates) = curve(one), curve(other)
    both = np.union1d(steps, others)
    apart = np.interp(both, steps, rates) - np.interp(both, others, other_rates)
    return bool(np.all(np.abs(apart) <= _PIXELS))


def curve(svg: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the pixels across and down of the points of the line."""
    mark = re.search(r'<path [^>]*aria-roledescription="line mark"[^>]*>', svg)
    path = re.search(r' d="([^"]+)"', mark[0] if mark else "")
    if path is None:
        raise ValueError("The picture has no line.")
    points = [point.split(",") for point in re.split("[ML]", path[1])[1:]]
    across, down = np.array(points, dtype=np.float64).T
    return across, down


def _words(svg: str) -> list[str]:
    return re.findall(r"<text [^>]*>([^<]*)</text>", svg)
