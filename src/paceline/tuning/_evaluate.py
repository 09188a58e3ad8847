"""Trains what a search decides, and remembers what it decided."""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from paceline.comparison._metric import grows
from paceline.comparison._subject import Subject
from paceline.comparison._summary import primary_value
from paceline.execution import Counts, Runner
from paceline.trials import Outcome, Trial, Variant, variant_identity
from paceline.tuning._budget import Ledger
from paceline.tuning._families import Point
from paceline.tuning._trials import Generation, Result, SearchTrial
from paceline.tuning._trunks import over, rates_of, trunk_of, updates_together, with_branches

Remember = Callable[[Sequence[Generation]], None]
"""Keeps the generations that were decided, before the last of them is trained."""

Watch = Callable[[str, int, Counts, Mapping[str, Outcome]], None]
"""Is told of the stage and the horizon how far they are."""


class Evaluator:
    """Trains points, generation by generation; what an earlier run decided is not decided again."""

    def __init__(
        self,
        *,
        subject: Subject,
        runner: Runner,
        ledger: Ledger,
        metric: str,
        decided: Sequence[Generation],
        remember: Remember,
        watch: Watch,
    ) -> None:
        """Take where and how to train.

        Args:
            subject: what is trained.
            runner: what runs the trials.
            ledger: the updates that may be trained.
            metric: the primary metric.
            decided: the generations of an earlier run of this search.
            remember: keeps what is decided.
            watch: is told how far it is.
        """
        self.generations = list(decided)
        self._subject = subject
        self._runner = runner
        self._ledger = ledger
        self._metric = metric
        self._sign = -1.0 if grows(metric) else 1.0
        self._remember = remember
        self._watch = watch
        self._done = 0
        self._tried: set[tuple[Point, int, int]] = set()

    def __call__(
        self,
        stage: str,
        horizon: int,
        seed: int,
        make: Callable[[], Sequence[Point]],
        until: int,
    ) -> list[SearchTrial]:
        """Train the points that `make` returns, until so many updates are spent; see `Search`."""
        if self._done == len(self.generations):
            groups, cost = self._that_fit(make(), horizon, seed, until, stage != "repeat")
            keys = tuple(self._key(point, horizon, seed) for group in groups for point in group)
            self.generations.append(
                Generation(
                    stage=stage,
                    horizon=horizon,
                    seed=seed,
                    groups=tuple(groups),
                    cost=cost,
                    keys=keys,
                )
            )
            self._remember(self.generations)
        generation = self.generations[self._done]
        self._tried |= {(point, generation.horizon, generation.seed) for point in generation.points}
        self._ledger.spend(generation.stage, generation.cost)
        if generation.results is None:
            generation = dataclasses.replace(generation, results=self._results(generation))
            self.generations[self._done] = generation
            self._remember(self.generations)
        self._done += 1
        return generation.trials

    def _that_fit(
        self, points: Sequence[Point], horizon: int, seed: int, until: int, branches: bool
    ) -> tuple[list[tuple[Point, ...]], int]:
        """Return the points, those that train together in groups, and what they cost."""
        epoch = self._subject.task.updates_per_epoch
        room = self._ledger.left(until)
        groups: dict[tuple[object, ...], list[Point]] = {}
        costs: dict[tuple[object, ...], int] = {}
        for point in points:
            family = [point]
            if branches and self._subject.kind != "fit":
                family = with_branches(point, horizon, epoch=epoch)
            trunk = trunk_of(point)
            for each in family:
                if (each, horizon, seed) in self._tried:
                    continue
                group = [*groups.get(trunk, []), each]
                own = self._cost(group, horizon, epoch)
                if own + sum(costs.values()) - costs.get(trunk, 0) > room:
                    continue
                groups[trunk], costs[trunk] = group, own
                self._tried.add((each, horizon, seed))
        return [tuple(group) for group in groups.values()], sum(costs.values())

    def _cost(self, group: Sequence[Point], horizon: int, epoch: int) -> int:
        if self._subject.kind == "fit":
            return horizon * len(group)
        plans = [rates_of(self._over(point, horizon), horizon) for point in group]
        return updates_together(plans, epoch=epoch)

    def _over(self, point: Point, horizon: int) -> Point:
        return over(point, horizon, int(self._subject.task.horizon))

    def _key(self, point: Point, horizon: int, seed: int) -> str:
        recipe = self._over(point, horizon).schedule
        variant = Variant(schedule=recipe).bound(horizon)
        return self._subject.key(
            repr(recipe),
            variant,
            variant_identity(variant, horizon),
            seed=seed,
            horizon=horizon,
        )

    def _results(self, generation: Generation) -> tuple[Result, ...]:
        if not generation.keys:
            return ()
        keys = iter(generation.keys)
        groups = [
            {next(keys): self._trial(point, generation) for point in group}
            for group in generation.groups
        ]
        outcomes = self._runner.run(
            groups,
            lambda counts, found: self._watch(generation.stage, generation.horizon, counts, found),
        )
        return tuple(self._result(outcomes[key]) for key in generation.keys)

    def _trial(self, point: Point, generation: Generation) -> Trial:
        recipe: Any = self._over(point, generation.horizon).schedule
        return Trial(
            variant=repr(recipe),
            seed=generation.seed,
            schedule=recipe.over(generation.horizon),
            horizon=generation.horizon,
        )

    def _result(self, outcome: Outcome) -> Result:
        value = self._sign * primary_value(outcome, self._metric)
        good = outcome.status == "done" and np.isfinite(value)
        return Result(status=outcome.status, value=value if good else math.inf, error=outcome.error)
