"""The charts of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts import final_chart, gap_chart, loss_chart, over, rate_chart, rate_strip, stack
from paceline.comparison._numbers import metric_name
from paceline.comparison._summary import primary_value
from paceline.trials import Outcome

if TYPE_CHECKING:
    from paceline.comparison._result import ComparisonResult

_MOST = 10
"""Variants that one chart shows unless it is asked for others."""


def charts(result: ComparisonResult) -> dict[str, alt.LayerChart | alt.VConcatChart]:
    """Return the charts of a result by name.

    Without validation data there are no gap and no survival. Of more than ten variants, the best
    and the baseline are drawn, and the others are in the charts for a page to choose.
    """
    parts = _parts(result)
    losses = [parts.pop(name) for name in ("training", "validation") if name in parts]
    return {"losses": over(losses, parts.pop("strip")), **parts}


def whole_chart(result: ComparisonResult) -> alt.VConcatChart:
    """Return rates, losses and the final metric as one chart."""
    parts = _parts(result)
    losses = [parts[name] for name in ("training", "validation") if name in parts]
    return stack([parts["rates"]], losses, [parts["final"]])


def drawn_variants(result: ComparisonResult) -> list[str]:
    """Return the variants that are drawn unless others are asked for, the best first."""
    ranked = [row.variant for row in result.summaries]
    others = [name for name in ranked if name != result.baseline]
    chosen = {result.baseline, *others[: _MOST - (len(ranked) == _MOST)]}
    return [name for name in ranked if name in chosen]


def color_order(result: ComparisonResult) -> list[str]:
    """Return all variants in the order of their colours: first those that are drawn."""
    drawn = set(drawn_variants(result))
    return sorted(result.schedules, key=lambda name: name not in drawn)


def _parts(result: ComparisonResult) -> dict[str, Any]:
    ranked = [row.variant for row in result.summaries]
    how: dict[str, Any] = {"order": color_order(result), "shown": drawn_variants(result)}
    rates = {name: result.rates[name] for name in how["order"]}
    parts = {
        "rates": rate_chart(rates, **how),
        "training": _loss_chart(result, "training", how),
        "strip": rate_strip(rates, **how),
        "final": final_chart(
            {name: _final_values(result, name) for name in ranked},
            metric=metric_name(result.metric),
            higher_is_better=result.higher_is_better,
            **how,
        ),
    }
    if any("loss" in outcome.validation for outcome in result.outcomes):
        parts["validation"] = _loss_chart(result, "validation", how)
        parts["gap"] = gap_chart({name: _gaps(result, name) for name in ranked}, **how)
    return parts


def _gaps(result: ComparisonResult, name: str) -> dict[int, float]:
    return {
        outcome.seed: outcome.final("loss") - outcome.final_training_loss
        for outcome in result.of(name)
        if outcome.status == "done"
    }


def _final_values(result: ComparisonResult, name: str) -> dict[int, float]:
    return {
        outcome.seed: primary_value(outcome, result.metric) if outcome.status == "done" else np.nan
        for outcome in result.of(name)
        if outcome.is_result
    }


def _loss_chart(result: ComparisonResult, kind: str, how: dict[str, Any]) -> alt.LayerChart:
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
            for name in how["order"]
        }
        return {name: np.array(trials) for name, trials in found.items() if trials}

    title = f"{kind.capitalize()} loss"
    if kind == "training" and window > 1:
        title += f", mean of {window:,} updates"
    return loss_chart(
        curves("done"),
        steps=steps,
        diverged=curves("diverged"),
        title=title,
        **how,
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
