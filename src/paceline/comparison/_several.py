"""The same schedules on several tasks."""

import dataclasses
import functools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from paceline.charts import shorten
from paceline.comparison._numbers import plural
from paceline.comparison._result import ComparisonResult

_LARGEST_FACTOR = 4.0


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class PerformanceProfile:
    """How often each schedule is nearly as fast as the fastest."""

    factors: npt.NDArray[np.float64]
    """[points], from 1 to 4: where a share changes."""
    shares: dict[str, npt.NDArray[np.float64]]
    """By schedule, [points]: the share of tasks on which its time is at most factor * the best."""


def performance_profile(times: Mapping[str, Mapping[str, float]]) -> PerformanceProfile:
    """Return the share of tasks within a factor of the best time, by schedule.

    rho(factor) = (tasks on which time / the least time on that task <= factor) / tasks.

    Args:
        times: by task and schedule; infinite, or NaN, where the target was not reached, which is
            within no factor.

    Source: Dolan and Moré, "Benchmarking Optimization Software with Performance Profiles", 2002.

    Example:
        >>> times = {"digits": {"a": 100, "b": 150}, "mnist": {"a": 300, "b": 200}}
        >>> performance_profile(times).shares
        {'a': array([0.5, 1. , 1. ]), 'b': array([0.5, 1. , 1. ])}
    """
    schedules = list(dict.fromkeys(name for found in times.values() for name in found))
    ratios = {
        name: np.array([_ratio(found, name) for found in times.values()]) for name in schedules
    }
    known = np.concatenate([np.empty(0), *ratios.values()])
    factors = np.unique([1.0, _LARGEST_FACTOR, *known[known <= _LARGEST_FACTOR]])
    return PerformanceProfile(
        factors=factors,
        shares={name: np.mean(found[:, None] <= factors, axis=0) for name, found in ratios.items()},
    )


def _ratio(times: Mapping[str, float], name: str) -> float:
    reached = [time for time in times.values() if math.isfinite(time)]
    own = times.get(name, math.inf)
    return own / min(reached) if math.isfinite(own) else math.inf


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class SeveralTasks:
    """Comparisons of the same schedules on several tasks.

    Raises:
        ValueError: fewer than two tasks; tasks that have no schedule in common.
    """

    results: dict[str, ComparisonResult]
    """By the task's name."""

    def __post_init__(self) -> None:
        if len(self.results) < 2:
            raise ValueError(f"Several tasks need 2 or more; got {list(self.results)}.")
        if not self.schedules:
            raise ValueError(f"The tasks {', '.join(self.results)} have no schedule in common.")

    @property
    def schedules(self) -> list[str]:
        """The names that all tasks have, in the order of the first."""
        first, *rest = self.results.values()
        return [name for name in first.schedules if all(name in each.schedules for each in rest)]

    @functools.cached_property
    def profile(self) -> PerformanceProfile:
        """Of the median updates to the target, by schedule."""
        return performance_profile(
            {
                task: {
                    row.variant: row.time_to_target.median
                    for row in result.summaries
                    if row.variant in self.schedules
                }
                for task, result in self.results.items()
            }
        )

    @property
    def verdict_sentences(self) -> list[str]:
        """What was found over all tasks; the first sentence is the answer."""
        counts = {
            name: {kind: self._count(name, kind) for kind in ("better", "worse")}
            for name in self.schedules
        }
        tasks = plural(len(self.results), "task")
        best = max(counts, key=lambda name: counts[name]["better"] - counts[name]["worse"])
        if not counts[best]["better"]:
            opening = f"On none of {tasks} is a schedule shown to be better than the baseline."
        else:
            worse = counts[best]["worse"]
            opening = (
                f"{shorten(best, 60)} is better than the baseline on {counts[best]['better']} of "
                f"{tasks}, and worse on {worse or 'none'}."
            )
        return [
            opening,
            "Each task has its own verdicts, corrected for the number of schedules on it.",
            *self._fastest(),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict, the profile and each task's result as JSON-able values."""
        return {
            "verdict": " ".join(self.verdict_sentences),
            "schedules": self.schedules,
            "profile": {
                "factors": self.profile.factors.tolist(),
                "shares": {name: share.tolist() for name, share in self.profile.shares.items()},
            },
            "tasks": {task: result.to_dict() for task, result in self.results.items()},
        }

    def _fastest(self) -> list[str]:
        shares = {name: share[0] for name, share in self.profile.shares.items()}
        most = max(shares.values())
        if not most:
            return ["No schedule reached the target on any task."]
        names = [shorten(name, 40) for name, share in shares.items() if share == most]
        return [
            f"Fastest to the target, on {round(most * len(self.results))} of "
            f"{plural(len(self.results), 'task')}: {', '.join(names)}."
        ]

    def _count(self, name: str, kind: str) -> int:
        rows = [row for each in self.results.values() for row in each.summaries]
        found = [row.contrast for row in rows if row.variant == name]
        return sum(contrast is not None and contrast.verdict == kind for contrast in found)
