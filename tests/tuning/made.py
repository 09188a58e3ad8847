"""Results of searches that look like real ones, by formula: nothing is trained."""

import dataclasses
import math

import numpy as np
from comparison.simulated import comparison, trial

from paceline.comparison import ComparisonResult
from paceline.tuning import FAMILIES, Point, Result, Rung, SearchTrial, TuneResult
from paceline.tuning._result import choice_of
from paceline.tuning._space import space_around

HORIZON = 360
HORIZONS = (40, 120, HORIZON)
START = 0.2

_BIAS = {name: 0.01 * place for place, name in enumerate(("cosine", *FAMILIES))}


def tuned(
    *,
    trials: int = 200,
    families: tuple[str, ...] = tuple(FAMILIES),
    metric: str = "accuracy",
    finalists: int = 2,
    **changes,
) -> TuneResult:
    """A search of so many trials, and the confirmation of its best on 8 fresh seeds.

    With `finalists=0` there is no confirmation.
    """
    space = space_around(START, families)
    counts = {40: trials - trials // 4 - trials // 10, 120: trials // 4, 360: trials // 10}
    points = _points(space, counts[40])
    found = []
    for stage, horizon in zip(("explore", "promote", "promote"), HORIZONS, strict=True):
        found += [made_trial(point, horizon, stage, metric) for point in points[: counts[horizon]]]
        points = [each.point for each in sorted(found[-counts[horizon] :], key=lambda t: t.value)]
    baseline = Point(
        family="linear", peak=START, parameters=(("warmup", 0.05), ("floor_factor", 0.0))
    )
    best = {point.family: point for point in reversed(points) if point != baseline}
    others = list(best.values())[::-1][: max(1, finalists)]
    confirmation = confirmed([baseline, *others], metric) if finalists else None
    name = others[0].family if confirmation is None else confirmation.summaries[0].variant
    chosen = dict(zip(_names(others), [baseline, *others], strict=True))[name]
    spent = {"find": 280, "explore": counts[40] * 40, "promote": counts[120] * 120}
    spent["promote"] += counts[360] * HORIZON
    spent["confirm"] = 8 * HORIZON * (1 + len(others)) if confirmation else 0
    fields = {
        "task": "01_digits.py",
        "horizon": HORIZON,
        "metric": metric,
        "higher_is_better": metric == "accuracy",
        "budget": "60 full runs",
        "limit": sum(spent.values()) + 300,
        "spent": spent,
        "peaks": (space.low, space.high),
        "start": START,
        "edge": None,
        "families": families,
        "trials": tuple(found),
        "rungs": (
            Rung(horizon=40, longer=120, correlation=0.71, trials=counts[120]),
            Rung(horizon=120, longer=HORIZON, correlation=0.31, trials=counts[360]),
        ),
        "best": choice_of(name, chosen, HORIZON),
        "baseline": choice_of("linear to zero", baseline, HORIZON),
        "confirmation": confirmation,
        "environment": {"backend": "tensorflow", "machine": "Linux x86_64, 2 cores"},
        "command": "paceline tune examples/01_digits.py --budget 60",
    }
    return TuneResult(**(fields | changes))


def made_trial(point: Point, horizon: int, stage: str, metric: str = "loss", **changes):
    """A valley over the peak whose bottom moves down with the horizon; beyond 5 it diverges."""
    noise = np.random.default_rng(abs(hash(point.peak)) % 2**32).normal(0.0, 0.02)
    away = math.log10(point.peak / (0.3 * (40 / horizon) ** 0.2))
    loss = (0.3 + _BIAS[point.family] + 0.6 * away**2 + abs(noise)) * (HORIZON / horizon) ** 0.35
    diverged = point.peak > 1.6
    value = loss if metric == "loss" else -math.exp(-0.4 * loss)
    result = Result(
        status="diverged" if diverged else "done", value=math.inf if diverged else value
    )
    return SearchTrial(
        point=point, horizon=horizon, stage=stage, result=dataclasses.replace(result, **changes)
    )


def confirmed(points: list[Point], metric: str) -> ComparisonResult:
    """A comparison of points, the first of which is the linear decay to zero."""
    names = _names(points[1:])
    rates = {
        name: point.schedule.over(HORIZON)(np.arange(HORIZON))
        for name, point in zip(names, points, strict=True)
    }
    seeds = tuple(range(1, 9))
    found = comparison(
        rates,
        outcomes=[trial(name, rates[name], seed) for name in rates for seed in seeds],
        metric=metric,
        higher_is_better=metric == "accuracy",
        schedules={name: repr(point.schedule) for name, point in zip(names, points, strict=True)},
    )
    return dataclasses.replace(found, seeds=seeds)


def _names(others: list[Point]) -> list[str]:
    return ["linear to zero", *(point.family for point in others)]


def _points(space, count: int) -> list[Point]:
    each = -(-count // len(space.families))
    found = {name: space.sobol(name, each, 0) for name in space.families}
    return [own[turn] for turn in range(each) for own in found.values()][:count]
