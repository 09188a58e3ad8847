"""Charts as files."""

from pathlib import Path
from typing import Any

from paceline.charts._theme import DARK_INK, MEASURED_FONT, theme

_ENDINGS = (".png", ".svg", ".html")


def save_chart(chart: Any, path: str | Path) -> Path:
    """Save `chart` as a picture or a page, and return where.

    A `.png` has twice the resolution of the screen and a white background; an `.svg` and an
    `.html` are transparent. An `.html` holds all that it needs and works offline.

    Args:
        chart: a finished Altair chart.
        path: ends in .png, .svg or .html; its folder is made where it is missing.

    Raises:
        ValueError: another ending.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in _ENDINGS:
        raise ValueError(
            f"A chart can be saved as .png, .svg or .html; got {target.name!r}. "
            f"Try {target.with_suffix('.png').name!r}."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    if ending == ".png":
        printed = chart.copy()
        printed.config = theme(DARK_INK, "white")
        printed.save(target, format="png", scale_factor=2)
    elif ending == ".svg":
        drawn = chart.copy()
        drawn.config = theme(font=MEASURED_FONT)
        drawn.save(target, format="svg")
    else:
        chart.save(target, format="html", inline=True)
    return target
