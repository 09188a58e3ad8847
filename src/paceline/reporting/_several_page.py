"""What the page of several tasks shows."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from paceline.charts import colors, profile_chart
from paceline.comparison import PerformanceProfile, SeveralTasks, metric_name
from paceline.reporting._picker import picker

_MOST = 10
"""Schedules that the profile shows at first."""


def several_page(
    several: SeveralTasks, name: str | None, links: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the template several_tasks.html.j2 shows of `several`."""
    first, *rest = several.verdict_sentences
    profile = several.profile
    ranked = sorted(several.schedules, key=lambda one: -_area(profile, one))
    shown = ranked[:_MOST]
    cells = {
        task: {row.variant: row for row in result.table().rows}
        for task, result in several.results.items()
    }
    title = name or f"{len(several.results)} tasks"
    return {
        "title": f"{title}: learning-rate schedules compared",
        "over": f"Learning-rate schedules compared on {title}",
        "verdict": first,
        "details": " ".join(rest),
        "facts": {
            "tasks": str(len(several.results)),
            "schedules": str(len(several.schedules)),
            "trials": f"{sum(len(result.outcomes) for result in several.results.values()):,}",
        },
        "tasks": {task: metric_name(result.metric) for task, result in several.results.items()},
        "links": links,
        "rows": {one: [cells[task].get(one) for task in cells] for one in ranked},
        "palette": colors(ranked),
        "picker": picker(ranked, order=ranked, shown=shown),
        "charts": {
            "profile": profile_chart(
                profile.factors,
                {one: profile.shares[one] for one in ranked},
                order=ranked,
                shown=shown,
            )
        },
    }


def _area(profile: PerformanceProfile, name: str) -> float:
    return float(np.sum(profile.shares[name][:-1] * np.diff(profile.factors)))
