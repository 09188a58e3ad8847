"""What chooses the schedules that the charts of a page show."""

from collections.abc import Collection, Sequence
from typing import Any

from paceline.charts import colors, dashes, short_labels

_MOST = 12
"""Schedules in the charts at once; more lines than that nobody tells apart."""


def picker(
    ranked: Sequence[str], *, order: Sequence[str], shown: Collection[str]
) -> dict[str, Any]:
    """Return what the template needs to offer every schedule with its mark in the charts.

    Args:
        ranked: all schedules, the best first.
        order: the same, in the order of their colours.
        shown: those that the charts show at first.
    """
    palette, dashed, labels = colors(order), dashes(order), short_labels(order)
    return {
        "most": _MOST,
        "choices": [
            {
                "name": name,
                "label": labels[name],
                "color": palette[name],
                "dash": " ".join(map(str, dashed[name])),
                "shown": name in shown,
            }
            for name in ranked
        ],
    }
