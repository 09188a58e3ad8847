"""The charts of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.charts import (
    beats_chart,
    final_chart,
    forest_chart,
    gap_chart,
    loss_chart,
    over,
    rate_chart,
    rate_strip,
    stack,
    survival_chart,
)
from paceline.comparison._numbers import metric_name, text
from paceline.comparison._summary import Summary, gap
from paceline.trials import Outcome

if TYPE_CHECKING:
    from paceline.comparison._result import ComparisonResult

_MOST = 10
"""Variants that one chart shows unless it is asked for others."""

_TOLD = ("forest", "final", "beats", "losses", "rates", "survival", "gap")


def charts(result: ComparisonResult) -> dict[str, alt.LayerChart | alt.VConcatChart]:
    """Return the charts of a result by name, in the order in which a report tells them.

    They are forest, final, beats, losses, rates, survival and gap, without those that have nothing
    to show: the last two need validation data, forest and beats more than one variant. Of more than
    ten variants the best and the baseline are drawn; the others wait for a page to choose them.
    """
    parts = _parts(result)
    losses = [parts[name] for name in ("training", "validation") if name in parts]
    whole = {**parts, **({"losses": over(losses, parts["strip"])} if losses else {})}
    return {name: whole[name] for name in _TOLD if name in whole}


def whole_chart(result: ComparisonResult) -> alt.VConcatChart:
    """Return rates, losses and the final metric as one chart."""
    parts = _parts(result)
    told = (["rates"], ["training", "validation"], ["final"])
    rows = [[parts[name] for name in names if name in parts] for names in told]
    return stack(*(row for row in rows if row))


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
    rows = {row.variant: row for row in result.summaries}
    how: dict[str, Any] = {"order": color_order(result), "shown": drawn_variants(result)}
    rates = {name: result.rates[name] for name in how["order"]}
    metric = metric_name(result.metric)
    parts = {"rates": rate_chart(rates, **how), "strip": rate_strip(rates, **how)}
    done = [outcome for outcome in result.outcomes if outcome.status == "done"]
    if any(outcome.is_result for outcome in result.outcomes):
        parts["training"] = _loss_chart(result, "training", how)
        parts["final"] = final_chart(
            {name: result.values(name) for name in rows},
            metric=metric,
            higher_is_better=result.higher_is_better,
            **how,
        )
    if len(rows) > 1 and done:
        parts["forest"] = _forest(result, rows, how)
        parts["beats"] = beats_chart(
            result.beats(), list(result.schedules), metric=metric, shown=how["shown"]
        )
    if any("loss" in outcome.validation for outcome in result.outcomes):
        parts["validation"] = _loss_chart(result, "validation", how)
        parts["survival"] = _survival(result, rows, how)
    if any("loss" in outcome.validation for outcome in done):
        parts["gap"] = _gap(result, rows, how)
    return parts


def _forest(
    result: ComparisonResult, rows: dict[str, Summary], how: dict[str, Any]
) -> alt.LayerChart:
    contrasts = {name: row.contrast for name, row in rows.items()}
    return forest_chart(
        {
            name: (each.difference.mean, each.difference.low, each.difference.high)
            for name, each in contrasts.items()
            if each is not None
        },
        verdicts={
            name: "baseline" if each is None else each.verdict for name, each in contrasts.items()
        },
        metric=metric_name(result.metric),
        margin=result.margin,
        higher_is_better=result.higher_is_better,
        **how,
    )


def _survival(
    result: ComparisonResult, rows: dict[str, Summary], how: dict[str, Any]
) -> alt.LayerChart:
    curves = {
        name: (row.time_to_target.steps, row.time_to_target.share)
        for name, row in rows.items()
        if row.time_to_target.count
    }
    return survival_chart(
        curves,
        horizon=result.horizon,
        target=f"validation loss ≤ {text(result.target)}",
        **how,
    )


def _gap(result: ComparisonResult, rows: dict[str, Summary], how: dict[str, Any]) -> alt.LayerChart:
    return gap_chart(
        {
            name: {item.seed: gap(item) for item in result.of(name) if item.status == "done"}
            for name in rows
        },
        notes={
            name: f"overfits after epoch {row.overfits_after}"
            for name, row in rows.items()
            if row.overfits_after is not None
        },
        **how,
    )


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
