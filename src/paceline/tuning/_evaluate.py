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
from paceline.tuning._trunks import rates_of, updates_together, with_branches

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
        groups: list[tuple[Point, ...]] = []
        cost = 0
        for point in points:
            group = [point]
            if branches and self._subject.kind != "fit":
                group = with_branches(point, horizon, epoch=epoch)
            group = [each for each in group if (each, horizon, seed) not in self._tried]
            while group:
                plans = [rates_of(each, horizon) for each in group]
                own = updates_together(plans, epoch=epoch)
                if cost + own <= room:
                    groups.append(tuple(group))
                    self._tried |= {(each, horizon, seed) for each in group}
                    cost += own
                    break
                group.pop()
        return groups, cost

    def _key(self, point: Point, horizon: int, seed: int) -> str:
        variant = Variant(schedule=point.schedule).bound(horizon)
        return self._subject.key(
            repr(point.schedule),
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
        recipe: Any = point.schedule
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
