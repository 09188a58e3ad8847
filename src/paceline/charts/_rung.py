"""What schedules gave over a short horizon against a longer one."""

from collections.abc import Sequence

import altair as alt

from paceline.charts._dots import Dot, scatter
from paceline.charts._reach import Reach
from paceline.charts._theme import Palette, theme


def rung_chart(
    dots: Sequence[Dot],
    *,
    short: str,
    long: str,
    title: str,
    higher_is_better: bool = False,
    order: Sequence[str] | None = None,
    shown: Sequence[str] | None = None,
    subtitle: Sequence[str] = (),
) -> alt.LayerChart:
    """Return a chart of what schedules gave over a longer horizon against a shorter one.

    Args:
        dots: `x` is the value over the shorter horizon, `y` that over the longer one.
        short: what `x` is, in words.
        long: what `y` is, in words.
        title: stands above the chart.
        higher_is_better: which edges are the worse ones.
        order: all variants, in the order that gives them their colours; that of `dots` if None.
        shown: the variants that are drawn until a page chooses others; all if None.
        subtitle: lines below the title; what the marks mean comes after them.

    Example:
        >>> chart = rung_chart(
        ...     [Dot(variant="cosine", x=0.5, y=0.3, text="cosine(peak=0.1)")],
        ...     short="loss after 49 updates",
        ...     long="loss after 147 updates",
        ...     title="From 49 to 147 updates",
        ... )
        >>> chart.to_dict()["title"]["text"]
        'From 49 to 147 updates'
    """
    names = list(dict.fromkeys(dot.variant for dot in dots))
    palette = Palette(order or names, shown or names)
    values = {"x": [dot.x for dot in dots], "y": [dot.y for dot in dots]}
    reaches = {
        field: Reach(each, higher_is_better=higher_is_better) for field, each in values.items()
    }
    x = alt.X("x:Q", title=short, scale=reaches["x"].scale, axis=reaches["x"].axis)
    y = alt.Y("y:Q", title=long, scale=reaches["y"].scale, axis=reaches["y"].axis)
    drawn, meaning = scatter(dots, palette, x=x, y=y, reaches=reaches)
    return alt.LayerChart(
        layer=drawn,
        title=alt.TitleParams(title, subtitle=[*subtitle, *([meaning] if meaning else [])]),
        width=720,
        height=260,
        config=theme(),
    )
