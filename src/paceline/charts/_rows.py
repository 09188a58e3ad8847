"""Rows of data as a chart takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np


def inline(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Return `rows` as the data of a chart."""
    data = alt.InlineData(values=[])
    data.values = list(rows)  # set later, as Altair checks every row that its constructor gets
    return data


def number(value: Any) -> float | None:
    """Return `value` in 6 significant digits, as JSON knows it: None where it is not finite."""
    return float(f"{float(value):.6g}") if np.isfinite(value) else None
