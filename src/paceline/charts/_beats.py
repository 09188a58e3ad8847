"""Which schedule beats which."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts._per_row import in_rows, row
from paceline.charts._rows import number
from paceline.charts._theme import Palette

_BETTER, _WORSE = "#0077bb", "#d55e00"
_STRONGEST = 0.75


def beats_chart(
    beats: npt.ArrayLike,
    names: Sequence[str],
    *,
    metric: str,
    shown: Sequence[str] | None = None,
) -> alt.LayerChart:
    """Return a table of probabilities: that the row's schedule beats the column's on one seed.

    Args:
        beats: [n, n], from 0 to 1; NaN is left blank.
        names: [n].
        metric: what the better one is better in, in words.
        shown: the names that are drawn, the best first, until a page chooses others; all if None.

    Example:
        >>> chart = beats_chart([[np.nan, 0.9], [0.1, np.nan]], ["a", "b"], metric="accuracy")
        >>> chart.to_dict()["title"]["text"]
        'Probability that the row beats the column'
    """
    palette = Palette(names, shown or names)
    matrix = np.asarray(beats, dtype=np.float64)
    rows = [
        {
            "variant": palette.labels[one],
            "other": palette.labels[two],
            "beats": number(matrix[i, j]),
            "text": f"{matrix[i, j]:.2f}",
        }
        for i, one in enumerate(names)
        for j, two in enumerate(names)
        if np.isfinite(matrix[i, j])
    ]
    number_of = "(indexof(shown, datum.value) + 1)"
    cells = alt.Scale(type="band", domain=alt.ExprRef("shown"), padding=0.06)
    y = row(f"{number_of} + '   '", wide=3, grid=False).scale(cells)
    # a number is as long as a column is wide on a phone
    x = alt.X(
        "other:N",
        title=None,
        sort=None,
        scale=cells,
        axis=alt.Axis(orient="top", ticks=False, grid=False, labelExpr=number_of, labelAngle=0),
    )
    at = (
        palette.chart(rows)
        .transform_filter("indexof(shown, datum.other) >= 0")
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("variant:N", title="this"),
                alt.Tooltip("other:N", title="beats"),
                alt.Tooltip("text:N", title="with probability"),
            ],
        )
    )
    # mixed with the paper, so that the middle is neither side on white and on black
    strength = alt.Scale(domain=[0, 0.5, 1], range=[_STRONGEST, 0, _STRONGEST])
    layers = [
        at.mark_rect(cornerRadius=3)
        .encode(
            color=alt.condition("datum.beats < 0.5", alt.value(_WORSE), alt.value(_BETTER)),
            opacity=alt.Opacity("beats:Q", scale=strength, legend=None),
        )
        .add_params(palette.choice),
        at.mark_text(fontSize=alt.ExprRef("min(12, bandwidth('x') / 2.4)")).encode(text="text:N"),
    ]
    return in_rows(
        layers,
        palette,
        title="Probability that the row beats the column",
        subtitle=[
            f"share of seeds with the better {metric}, ties counting half",
            "blue: above 0.5 · orange: below",
        ],
    )
