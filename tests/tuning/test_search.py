"""The search against formulas instead of trainings."""

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paceline.tuning._families import FAMILIES, Point
from paceline.tuning._pick import to_zero
from paceline.tuning._rungs import rungs_of
from paceline.tuning._search import Search
from paceline.tuning._space import space_around
from paceline.tuning._trials import Result, SearchTrial

HORIZON = 450


def curve(point: Point, horizon: int, seed: int) -> float:
    """Best for cosine at 0.15, whatever the horizon and the seed."""
    away = abs(math.log10(point.peak / 0.15))
    return (
        away + 0.05 * list(FAMILIES).index(point.family) + (0.1 if point.family == "linear" else 0)
    )


class Bench:
    """Evaluates by a formula, and counts what it costs."""

    def __init__(
        self, limit: int, value=curve, families=tuple(FAMILIES), start: float = 0.1, seed=0
    ):
        self.spent = 0
        self.said: list[str] = []
        self.calls: list[tuple[str, int, int]] = []
        self.value = value
        self.search = Search(
            space=space_around(start, families),
            horizons=rungs_of(HORIZON),
            limit=limit,
            start=start,
            seed=seed,
            spent=lambda: self.spent,
            evaluate=self.evaluate,
            say=self.said.append,
            told=lambda standing: None,
        )

    def evaluate(self, stage, horizon, seed, make, until):
        self.calls.append((stage, horizon, seed))
        found = []
        for point in make():
            if self.spent + horizon > until:
                continue
            self.spent += horizon
            value = self.value(point, horizon, seed)
            status = "done" if math.isfinite(value) else "diverged"
            found.append(
                SearchTrial(
                    point=point,
                    horizon=horizon,
                    seed=seed,
                    stage=stage,
                    result=Result(status=status, value=value),
                )
            )
        return found

    def run(self) -> "Bench":
        self.search.run()
        return self


def test_it_finds_the_family_and_the_peak() -> None:
    found = Bench(limit=60 * HORIZON).run().search
    best = found.best[0]
    assert best.point.family == "cosine"
    assert best.point.peak == pytest.approx(0.15, rel=0.25)
    assert best.horizon == HORIZON
    assert [rung.trusted for rung in found.rungs] == [True, True]
    assert found.edge is None


@settings(max_examples=25)
@given(st.integers(0, 60 * HORIZON), st.integers(0, 3))
def test_whatever_the_budget_it_is_kept(limit: int, seed: int) -> None:
    bench = Bench(limit=limit, seed=seed).run()
    assert bench.spent <= limit
    if limit >= 30 * HORIZON:
        assert bench.spent > 0.9 * limit


def test_it_decides_alike_again() -> None:
    one, other = (Bench(limit=20 * HORIZON).run().search.trials for _ in range(2))
    assert one == other
    assert one != Bench(limit=20 * HORIZON, seed=1).run().search.trials


def test_every_family_explores_as_much() -> None:
    trials = Bench(limit=40 * HORIZON).run().search.trials
    counts = Counter(trial.point.family for trial in trials if trial.stage == "explore")
    assert set(counts) == set(FAMILIES)
    assert max(counts.values()) - min(counts.values()) <= 2


def test_each_familys_defaults_come_first() -> None:
    first = Bench(limit=30 * HORIZON).run().search.trials[: len(FAMILIES)]
    assert [trial.point.family for trial in first] == list(FAMILIES)
    assert {trial.point.peak for trial in first} == {0.1}


def test_a_best_peak_at_the_edge_widens_the_peaks_once_and_is_said() -> None:
    def high(point: Point, horizon: int, seed: int) -> float:
        return abs(math.log10(point.peak / 3.0))

    bench = Bench(limit=30 * HORIZON, value=high).run()
    assert bench.search.edge == "high"
    assert bench.search.space.high == 10.0
    assert "at the high end of 0.01 to 1: the search goes on to 10" in bench.said[0]
    assert bench.search.best[0].point.peak > 1.5


def test_a_short_horizon_that_foretells_nothing_is_not_trusted() -> None:
    def reversed_when_short(point: Point, horizon: int, seed: int) -> float:
        value = curve(point, horizon, seed)
        return -value if horizon < HORIZON / 5 else value

    bench = Bench(limit=40 * HORIZON, value=reversed_when_short).run()
    short = bench.search.rungs[0]
    assert (short.horizon, short.longer, short.trusted) == (50, 150, False)
    assert "did not foretell those after 150" in bench.said[0]
    explored = Counter(h for stage, h, _ in bench.calls if stage == "explore")
    assert explored[50] == 1
    assert explored[150] > 1
    assert bench.search.best[0].point.family == "cosine"


def test_the_best_are_trained_on_more_seeds_and_a_lucky_one_falls_back() -> None:
    def lucky(point: Point, horizon: int, seed: int) -> float:
        is_lucky = point.family == "exponential" and seed == 0 and horizon == HORIZON
        return curve(point, horizon, seed) - (0.3 if is_lucky else 0.0)

    found = Bench(limit=60 * HORIZON, value=lucky).run().search
    assert {trial.seed for trial in found.trials if trial.stage == "repeat"} > {10_000}
    assert found.best[0].seeds > 1
    assert found.best[0].point.family != "exponential"


def test_the_baseline_is_a_linear_decay_to_zero() -> None:
    search = Bench(limit=30 * HORIZON).run().search
    baseline = search.baseline()
    assert baseline is not None
    assert baseline.family == "linear"
    assert dict(baseline.parameters)["floor_factor"] == 0
    assert any(t.point == baseline and t.horizon == HORIZON for t in search.trials)
    assert to_zero(baseline) == baseline


def test_where_everything_diverges_it_ends_early() -> None:
    bench = Bench(limit=60 * HORIZON, value=lambda *_: math.inf).run()
    assert bench.search.best == []
    assert bench.search.baseline() is None
    assert bench.spent < 30 * HORIZON


def test_some_that_diverge_are_borne() -> None:
    def wild(point: Point, horizon: int, seed: int) -> float:
        return math.inf if point.peak > 0.12 else curve(point, horizon, seed)

    best = Bench(limit=30 * HORIZON, value=wild).run().search.best[0]
    assert best.point.peak <= 0.12


def test_one_family_alone_is_searched() -> None:
    found = Bench(limit=30 * HORIZON, families=("linear",)).run().search
    assert {trial.point.family for trial in found.trials} == {"linear"}
    assert found.best[0].point.peak == pytest.approx(0.15, rel=0.2)


def test_where_no_linear_decay_ends_well_the_default_one_is_the_baseline() -> None:
    def not_linear(point: Point, horizon: int, seed: int) -> float:
        return math.inf if point.family == "linear" else curve(point, horizon, seed)

    search = Bench(limit=30 * HORIZON, value=not_linear).run().search
    assert search.best[0].point.family != "linear"
    assert search.baseline() == to_zero(search.space.default("linear", 0.1))
