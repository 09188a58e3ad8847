"""The charts of a search."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from paceline.charts import (
    Dot,
    Improvement,
    Stage,
    budget_chart,
    progress_chart,
    rate_chart,
    rate_text,
    rung_chart,
    search_chart,
    stack,
    thin_dots,
)
from paceline.comparison import metric_name, plural
from paceline.tuning._rungs import TRUSTED, Rung
from paceline.tuning._trials import SearchTrial

if TYPE_CHECKING:
    from paceline.tuning._result import TuneResult

_UNIT = "full runs"
_STAGE_NAMES = {
    "find": "range test",
    "calibrate": "timing",
    "explore": "exploring",
    "promote": "promoted",
    "suggest": "suggested",
    "refine": "refined",
    "repeat": "more seeds",
    "confirm": "confirmed",
}
_HEIGHT, _LOW_HEIGHT = 250, 150
"""Of the panel of the whole horizon, and of the others."""

_MOST, _MOST_OF_A_RUNG = 500, 300
"""Dots in a panel."""

_SELECTED = "the search selected by these values: they look better than they are"


def charts(result: TuneResult) -> dict[str, alt.LayerChart | alt.VConcatChart]:
    """Return the charts of a result by name, in the order in which a report tells them.

    They are schedule, search, progress, a rung for each pair of horizons (rung-1, ...) and budget.
    The confirmation has its own.
    """
    panels = ([panel] for panel in _panels(result))
    title = f"Search: {metric_name(result.metric)} against the peak"
    return {
        "schedule": _schedule(result, order=confirmed_variants(result)),
        "search": stack(*panels, title=title, subtitle=_subtitle(result)),
        "progress": _progress(result),
        **{f"rung-{place}": _rung(result, rung) for place, rung in enumerate(result.rungs, 1)},
        "budget": _budget(result),
    }


def whole_chart(result: TuneResult) -> alt.VConcatChart:
    """Return the schedule, the search, its progress, the rungs and the budget as one chart."""
    rungs = [_rung(result, rung) for rung in result.rungs]
    rows = [
        [_schedule(result, _families(result), **_how(result))],
        *([panel] for panel in _panels(result)),
        [_progress(result)],
        rungs,
        [_budget(result)],
    ]
    return stack(*(row for row in rows if row))


def confirmed_variants(result: TuneResult) -> list[str]:
    """Return the variants of the confirmation, or those it would have, in the order of colours."""
    found = result.confirmation
    return [result.baseline.name, result.best.name] if found is None else list(found.schedules)


def _families(result: TuneResult) -> dict[str, str]:
    """Return the family of each variant, and after them the others, so that colours agree."""
    variants = confirmed_variants(result)
    linear = result.baseline.name if "linear" in variants else "linear"
    found = {name: linear if name == result.baseline.name else name for name in variants}
    return found | {name: name for name in result.families if name not in found.values()}


def color_order(result: TuneResult) -> list[str]:
    """Return the families in the order of their colours, which are those of their variants."""
    return list(_families(result).values())


def stage_name(stage: str) -> str:
    """Return what a stage is called in a report."""
    return _STAGE_NAMES.get(stage, stage)


def _how(result: TuneResult) -> dict[str, Any]:
    order = color_order(result)
    return {"order": order, "shown": [name for name in order if name in result.families]}


def _schedule(
    result: TuneResult, names: Mapping[str, str] = MappingProxyType({}), **how: Any
) -> alt.LayerChart:
    steps = np.arange(result.horizon)
    both = {each.name: each.schedule(steps) for each in (result.best, result.baseline)}
    rates = {names.get(name, name): curve for name, curve in both.items()}
    title = "The schedule" if len(rates) == 1 else "The schedule and the baseline"
    return rate_chart(rates, title=title, **{"shown": list(rates), **how})


def _subtitle(result: TuneResult) -> list[str]:
    counts = [len(trials) for trials in _by_horizon(result).values()]
    notes = ["dot: a trial"]
    if max(counts, default=0) > _MOST:
        notes = [f"dot: a trial, of {sum(counts):,}; where many lie together the best is drawn"]
    if result.edge:
        low, high = result.peaks
        notes.append(f"shaded: {low:.3g} to {high:.3g}, searched at first")
    if len(counts) > 1:
        notes.append("a peak is that of the whole horizon: on a shorter one it was larger")
    return [" · ".join(notes), _SELECTED]


def _by_horizon(result: TuneResult) -> dict[int, list[SearchTrial]]:
    """Return the trials on each horizon, the longest first."""
    found: dict[int, list[SearchTrial]] = {}
    for trial in result.trials:
        found.setdefault(trial.horizon, []).append(trial)
    return dict(sorted(found.items(), reverse=True))


def _panels(result: TuneResult) -> list[alt.LayerChart]:
    """Return a chart of each horizon, on the same axis of peaks; the whole one is first."""
    peaks = [*result.peaks, *(trial.point.peak for trial in result.trials)]
    origin = "range test" if "find" in result.spent else "the middle"
    drawn: list[alt.LayerChart] = []
    for horizon, trials in _by_horizon(result).items():
        is_whole = horizon == result.horizon
        drawn.append(
            search_chart(
                _dots(result, trials),
                metric=metric_name(result.metric),
                title=f"After {horizon:,} updates" + (", the whole horizon" if is_whole else ""),
                higher_is_better=result.higher_is_better,
                limits=(min(peaks), max(peaks)),
                mark=(result.start, "" if drawn else f"{origin}: {rate_text(result.start)}"),
                band=result.peaks if result.edge else None,
                **_how(result),
                height=_LOW_HEIGHT if drawn else _HEIGHT,
            )
        )
    return drawn


def _dots(result: TuneResult, trials: Sequence[SearchTrial]) -> list[Dot]:
    recipe: Any = result.best.recipe
    peak = recipe.arguments["peak"]
    chosen = {
        place
        for place, trial in enumerate(trials)
        if trial.point.peak == peak and trial.point.schedule == recipe
    }
    kept = thin_dots(
        [trial.point.peak for trial in trials],
        [trial.value for trial in trials],
        [trial.point.family for trial in trials],
        most=_MOST,
    )
    return [
        Dot(
            variant=trials[place].point.family,
            x=trials[place].point.peak,
            y=result.shown_value(trials[place]),
            text=trials[place].expression,
            status=trials[place].result.status,
            chosen=place in chosen,
        )
        for place in sorted({*kept.tolist(), *chosen})
    ]


def _progress(result: TuneResult) -> alt.LayerChart:
    """Draw the best on the first seed; what a trial cost is its share of what its stage took."""
    asked: dict[str, int] = {}
    for trial in result.trials:
        asked[trial.stage] = asked.get(trial.stage, 0) + trial.horizon
    share = {stage: result.spent.get(stage, 0) / whole for stage, whole in asked.items()}
    stages: list[Stage] = []
    spent = 0.0

    def went(stage: str, updates: float) -> None:
        nonlocal spent
        begin, spent = spent, spent + updates / result.horizon
        name = stage_name(stage)
        if stages and stages[-1].name == name:
            begin = stages.pop().begin
        if spent > begin:
            stages.append(Stage(name=name, begin=begin, end=spent))

    for stage in ("find", "calibrate"):
        went(stage, result.spent.get(stage, 0))
    best: dict[int, list[Improvement]] = {trial.horizon: [] for trial in result.trials}
    least: dict[int, float] = {}
    ends: dict[int, float] = {}
    for trial in result.trials:
        went(trial.stage, share[trial.stage] * trial.horizon)
        if trial.seed != result.trials[0].seed:
            continue
        ends[trial.horizon] = spent
        if trial.value < least.get(trial.horizon, math.inf):
            least[trial.horizon] = trial.value
            value = result.shown_value(trial)
            step = Improvement(spent=spent, value=value, text=trial.expression)
            best[trial.horizon].append(step)
    went("confirm", result.spent.get("confirm", 0))
    names = {horizon: f"after {horizon:,} updates" for horizon in sorted(best)}
    return progress_chart(
        {names[horizon]: best[horizon] for horizon in names},
        ends={names[horizon]: ends[horizon] for horizon in names},
        stages=stages,
        limit=max(spent, result.limit / result.horizon),
        metric=metric_name(result.metric),
        unit=_UNIT,
        subtitle=["a line a horizon: values after different updates do not compare", _SELECTED],
    )


def _rung(result: TuneResult, rung: Rung) -> alt.LayerChart:
    on = {
        horizon: {
            trial.point: trial
            for trial in result.trials
            if trial.horizon == horizon and trial.seed == result.trials[0].seed
        }
        for horizon in (rung.horizon, rung.longer)
    }
    short, long = on[rung.horizon], on[rung.longer]
    both = [(short[point], trial) for point, trial in long.items() if point in short]
    kept = thin_dots(
        [one.value for one, _ in both],
        [other.value for _, other in both],
        [one.point.family for one, _ in both],
        most=_MOST_OF_A_RUNG,
    )
    metric = metric_name(result.metric)
    return rung_chart(
        [
            Dot(
                variant=one.point.family,
                x=result.shown_value(one),
                y=result.shown_value(other),
                text=one.expression,
                status=_both(one.result.status, other.result.status),
            )
            for one, other in (both[place] for place in kept)
        ],
        short=f"{metric} after {rung.horizon:,} updates",
        long=f"after {rung.longer:,} updates",
        title=f"Do {rung.horizon:,} updates foretell {rung.longer:,}?",
        higher_is_better=result.higher_is_better,
        **_how(result),
        subtitle=[_trust(rung)],
    )


def _both(short: str, long: str) -> str:
    return short if short == long else f"{short}, then {long}"


def _trust(rung: Rung) -> str:
    schedules = plural(rung.trials, "schedule")
    if math.isnan(rung.correlation):
        return f"{schedules} on both: too few for a rank correlation"
    found = f"rank correlation {rung.correlation:.2f} over {schedules}".replace("-", "−")
    if rung.trusted:
        return f"{found}: trusted"
    return f"{found}, below {TRUSTED}: not trusted"


def _budget(result: TuneResult) -> alt.LayerChart:
    parts = {
        stage_name(stage): updates / result.horizon
        for stage, updates in result.spent.items()
        if updates
    }
    left = (result.limit - sum(result.spent.values())) / result.horizon
    return budget_chart(parts, strong=stage_name("confirm"), left=max(0.0, left), unit=_UNIT)
