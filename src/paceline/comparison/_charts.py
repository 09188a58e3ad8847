"""The charts of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts import final_chart, loss_chart, rate_chart
from paceline.comparison._numbers import metric_name
from paceline.comparison._summary import primary_value
from paceline.trials import Outcome

if TYPE_CHECKING:
    from paceline.comparison._result import ComparisonResult

_MOST = 10
"""Variants that one chart can show."""


def charts(result: ComparisonResult) -> dict[str, alt.LayerChart]:
    """Return the charts of a result: rates, training, validation, final.

    Without validation data there is no validation chart; of more than ten variants, the best and
    the baseline are drawn.
    """
    names = shown_variants(result)
    drawn = {"rates": rate_chart({name: result.rates[name] for name in names}, order=names)}
    drawn["training"] = _loss_chart(result, names, "training")
    if any("loss" in outcome.validation for outcome in result.outcomes):
        drawn["validation"] = _loss_chart(result, names, "validation")
    best_first = [row.variant for row in result.summaries if row.variant in names]
    drawn["final"] = final_chart(
        {name: _final_values(result, name) for name in best_first},
        metric=metric_name(result.metric),
        higher_is_better=result.higher_is_better,
        order=names,
    )
    return drawn


def shown_variants(result: ComparisonResult) -> list[str]:
    """Return the variants that are drawn, in the order asked for."""
    if len(result.schedules) <= _MOST:
        return list(result.schedules)
    best = [row.variant for row in result.summaries if row.variant != result.baseline]
    chosen = {result.baseline, *best[: _MOST - 1]}
    return [name for name in result.schedules if name in chosen]


def _final_values(result: ComparisonResult, name: str) -> dict[int, float]:
    return {
        outcome.seed: primary_value(outcome, result.metric) if outcome.status == "done" else np.nan
        for outcome in result.of(name)
        if outcome.is_result
    }


def _loss_chart(result: ComparisonResult, names: list[str], kind: str) -> alt.LayerChart:
    results = [outcome for outcome in result.outcomes if outcome.is_result]
    per_epoch = max((outcome.steps_per_epoch for outcome in results), default=result.horizon)
    window = per_epoch if kind == "validation" else training_window(result.horizon, per_epoch)
    steps = list(range(window, result.horizon + 1, window)) or [result.horizon]

    def curves(status: str) -> dict[str, npt.NDArray[np.float64]]:
        found = {
            name: [
                _padded(_points(outcome, kind, window), len(steps))
                for outcome in result.of(name)
                if outcome.status == status
            ]
            for name in names
        }
        return {name: np.array(trials) for name, trials in found.items() if trials}

    title = f"{kind.capitalize()} loss"
    if kind == "training" and window > 1:
        title += f", mean of {window:,} updates"
    return loss_chart(
        curves("done"),
        steps=steps,
        diverged=curves("diverged"),
        order=names,
        title=title,
    )


def training_window(horizon: int, steps_per_epoch: int) -> int:
    """Return over how many updates a point of the training curve is averaged.

    An epoch, but so that there are 20 to 200 points where the horizon allows it.
    """
    return max(1, min(steps_per_epoch, horizon // 20), -(-horizon // 200))


def _points(outcome: Outcome, kind: str, window: int) -> npt.NDArray[np.float64]:
    if kind == "validation":
        return outcome.validation.get("loss", np.empty(0))
    return training_points(outcome, window)


def training_points(outcome: Outcome, window: int) -> npt.NDArray[np.float64]:
    """Return the mean training loss of each `window` updates.

    Of the rest there is one only where it ends in a loss that is not finite.
    """
    whole = len(outcome.losses) // window * window
    means = outcome.losses[:whole].reshape(-1, window).mean(axis=1)
    rest = outcome.losses[whole:]
    return np.append(means, np.mean(rest)) if len(rest) and not np.isfinite(rest[-1]) else means


def _padded(points: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    padded = np.full(count, np.nan)
    padded[: len(points)] = points[:count]
    return padded
