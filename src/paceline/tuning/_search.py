"""The search: families explored over short horizons, the best of them over longer ones."""

import dataclasses
import functools
import math
from collections.abc import Callable, Sequence

from paceline.tuning._families import Point, shortened
from paceline.tuning._pick import better_half, by_turns, each_family, given, mixed, to_zero
from paceline.tuning._rungs import Rung, rank_correlation
from paceline.tuning._shares import MORE_SEEDS, REFINED, REPEATED, SHARES
from paceline.tuning._space import Space
from paceline.tuning._standings import Standing, standings
from paceline.tuning._suggest import suggest
from paceline.tuning._trials import SearchTrial

_SOBOL = 1 / 3
"""Of the trials of a family, how many are spread evenly before the estimator is asked."""
_ROUNDS = 6
"""How often the estimator is asked: more often learns more, less often keeps more workers busy."""
_ON_TWO = 0.6
"""Of the budget of two horizons, for what compares them."""
_OF_ONE_FAMILY = 3
"""At most, of those that go up to the whole horizon together."""
_AT_LEAST = 2
"""Trials on the whole horizon, before anything else is tried there."""
_REPEATED_OF_ONE_FAMILY = 2
_REPEATED_AT_ONCE = 3
"""At least, on one more seed."""
_STEP = 1.6
"""Between two peaks that are tried around the best."""

Evaluate = Callable[[str, int, int, Callable[[], Sequence[Point]], int], list[SearchTrial]]
"""Trains the points that a function returns, for a stage, over a horizon and with a seed, until so
many updates are spent in all; returns what they gave."""


class Search:
    """Finds points worth confirming, within a budget of updates.

    It decides by what the trials gave alone, in their order, so that it decides alike again.
    """

    def __init__(
        self,
        *,
        space: Space,
        horizons: Sequence[int],
        limit: int,
        start: float,
        seed: int,
        spent: Callable[[], int],
        evaluate: Evaluate,
        say: Callable[[str], None],
        told: Callable[[Standing], None],
    ) -> None:
        """Take what to search.

        Args:
            space: the families and peaks.
            horizons: rising; the last is the task's.
            limit: updates, those spent before the search included.
            start: the peak at which each family's defaults are tried.
            seed: of what is drawn at random.
            spent: returns the updates spent so far.
            evaluate: trains points.
            say: tells the user.
            told: is told of the best so far.
        """
        self.space = space
        self.trials: list[SearchTrial] = []
        self.rungs: list[Rung] = []
        self.edge: str | None = None
        """At which end of the peaks the best was, before they were widened."""
        self._horizons = tuple(horizons)
        self._limit = limit
        self._start = start
        self._seed = seed
        self._spent = spent
        self._evaluate = evaluate
        self._say = say
        self._told = told

    @property
    def best(self) -> list[Standing]:
        """All points, those on the longest horizon first, of each horizon the best first."""
        found: dict[Point, Standing] = {}
        for horizon in reversed(self._horizons):
            for standing in self._ranked(horizon):
                found.setdefault(standing.point, standing)
        return list(found.values())

    def run(self) -> None:
        """Search until the budget ends."""
        begun = self._spent()
        shares = SHARES[len(self._horizons)]
        until = [
            begun + int(sum(shares[: number + 1]) * (self._limit - begun))
            for number in range(len(shares))
        ]
        place = self._explored_horizon(until)
        own = sum(trial.horizon for trial in self._on(self._horizons[0]))
        left = until[0] - begun - own  # the second horizon took of its own share
        self._explore(place, self._spent() + left if place == 0 else until[place])
        if not self.trials:  # no share has room for a trial
            defaults = [self.space.default(name, self._start) for name in self.space.families]
            self._try("explore", len(self._horizons) - 1, given(defaults), self._limit)
        if not any(trial.ended_well for trial in self.trials):
            return
        self._widen(place, until[place])
        for number in range(place + 1, len(self._horizons)):
            if number < len(self._horizons) - 1:
                self._promote(number, self._spent() + (until[number] - self._spent()) // 2)
                self._suggest(number, until[number])
            else:
                self._promote(number, until[number])
            self._widen(number, until[number])
        repeated = int(REPEATED * (until[-1] - (until[-2] if len(until) > 1 else begun)))
        self._refine(until[-1] - repeated)
        self._repeat(until[-1])

    def _explored_horizon(self, until: Sequence[int]) -> int:
        """Try each family's defaults on the two shortest horizons; return which to explore."""
        defaults = [self.space.default(name, self._start) for name in self.space.families]
        if len(self._horizons) == 1:
            self._try("explore", 0, given(defaults), until[0])
            return 0
        both = sum(self._horizons[:2])
        more = [self.space.sobol(name, 1, self._seed)[0] for name in self.space.families]
        room = _ON_TWO * (until[1] - self._spent())
        first = defaults + more if 2 * len(defaults) * both <= room else defaults
        self._try("explore", 0, given(first), until[0])
        if len(first) * self._horizons[1] > until[1] - self._spent():
            return 0
        self._try("explore", 1, given(first), until[1])
        return 0 if self._measure(0).trusted else 1

    def _explore(self, place: int, until: int) -> None:
        """Let every family take the same: points spread evenly, then what the estimator says."""
        families = self.space.families
        each = max(0, until - self._spent()) // (self._horizons[place] * len(families))
        spread = math.ceil(each * _SOBOL)
        if spread:
            points = [self.space.sobol(name, spread + 1, self._seed)[1:] for name in families]
            self._try("explore", place, given(by_turns(points)), until)
        self._ask("explore", place, each - spread, families, until)

    def _suggest(self, place: int, until: int) -> None:
        """Ask the estimator for more in the better half of the families."""
        families = better_half(self._ranked(self._horizons[place])) or self.space.families
        each = max(0, until - self._spent()) // (self._horizons[place] * len(families))
        self._ask("suggest", place, each, families, until)

    def _ask(self, stage: str, place: int, each: int, families: Sequence[str], until: int) -> None:
        rounds = min(_ROUNDS, each)
        for number in range(rounds):
            count = each * (number + 1) // rounds - each * number // rounds
            make = functools.partial(self._suggested, place, count, families)
            self._try(stage, place, make, until)

    def _suggested(self, place: int, count: int, families: Sequence[str]) -> list[Point]:
        tried: dict[str, list[tuple[Point, float]]] = {name: [] for name in families}
        for trial in self._on(self._horizons[place]):
            if trial.point.family in tried:
                tried[trial.point.family].append((trial.point, trial.value))
        return by_turns(
            [
                suggest(self.space, name, own, count=count, seed=self._seed)
                for name, own in tried.items()
            ]
        )

    def _widen(self, place: int, until: int) -> None:
        """Go on beyond the end of the peaks where the best of them is, once."""
        ranked = self._ranked(self._horizons[place])
        edge = self.space.edge(ranked[0].point.peak) if ranked else None
        if edge is None or self.edge is not None:
            return
        self.edge = edge
        before, self.space = self.space, self.space.widened(edge)
        self._say(
            f"The best peak so far, {ranked[0].point.peak:.3g}, is at the {edge} end of "
            f"{before.low:.3g} to {before.high:.3g}: the search goes on to "
            f"{self.space.low if edge == 'low' else self.space.high:.3g}."
        )
        toward = 1 / _STEP if edge == "low" else _STEP
        points = [
            self._moved(best.point, toward**power)
            for best in each_family(ranked)
            for power in (1, 2, 3)
        ]
        longest = until + (self._limit - until) // 2
        self._try("explore", place, given(points), longest)

    def _promote(self, number: int, until: int) -> None:
        """Train the best of a horizon over the next longer one, and measure how ranks agree."""
        horizon = self._horizons[number]
        is_last = number == len(self._horizons) - 1
        if is_last:
            kept = int((REFINED + REPEATED) * (until - self._spent()))
            until = min(until, max(until - kept, self._spent() + _AT_LEAST * horizon))
        count = max(1, (until - self._spent()) // horizon)
        known = {trial.point for trial in self._on(horizon)}
        ranked = [
            trial for trial in self._ranked(self._horizons[number - 1]) if trial.point not in known
        ]
        if is_last:
            ranked = mixed(ranked, _OF_ONE_FAMILY)
        points = [trial.point for trial in ranked[:count]]
        if is_last and (baseline := self.baseline()) is not None:
            points = list(dict.fromkeys([baseline, *points]))[:count]
        self._try("promote", number, given(points), until)
        if is_last and not self._measure(number - 1).trusted:
            self._suggest(number, until)

    def _refine(self, until: int) -> None:
        """Try other peaks around the best of each family, the best first, until nothing is left."""
        horizon = self._horizons[-1]
        while until - self._spent() >= horizon:
            ranked = self._ranked(horizon)
            known = {trial.point for trial in ranked}
            around = [
                self._moved(trial.point, factor)
                for trial in ranked
                for factor in (1 / _STEP, _STEP)
            ]
            points = [point for point in dict.fromkeys(around) if point not in known][:2]
            if not self._try("refine", len(self._horizons) - 1, given(points), until):
                return

    def _repeat(self, until: int) -> None:
        """Train the best on more seeds, fewer of them each time, until nothing is left."""
        horizon = self._horizons[-1]
        seed = self._seed + MORE_SEEDS
        while (left := (until - self._spent()) // horizon) >= 1:
            count = min(left, max(_REPEATED_AT_ONCE, math.ceil(left / 2)))
            ranked = mixed(self._ranked(horizon), _REPEATED_OF_ONE_FAMILY)
            points = [standing.point for standing in ranked[:count]]
            place = len(self._horizons) - 1
            if not self._try("repeat", place, given(points), until, seed=seed):
                return
            seed += 1

    def baseline(self) -> Point | None:
        """Return the best linear decay to zero, over the longest horizon that has a linear one.

        The default one where none ended well; None where nothing did.
        """
        for horizon in reversed(self._horizons):
            for standing in self._ranked(horizon):
                if standing.point.family == "linear":
                    return to_zero(standing.point)
        return to_zero(self.space.default("linear", self._start)) if self.best else None

    def _moved(self, point: Point, factor: float) -> Point:
        peak = min(max(point.peak * factor, self.space.low), self.space.high)
        return dataclasses.replace(point, peak=shortened(peak))

    def _try(
        self,
        stage: str,
        place: int,
        make: Callable[[], Sequence[Point]],
        until: int,
        *,
        seed: int | None = None,
    ) -> list[SearchTrial]:
        found = self._evaluate(
            stage, self._horizons[place], self._seed if seed is None else seed, make, until
        )
        self.trials += found
        if found and (ranked := self.best):
            self._told(ranked[0])
        return found

    def _on(self, horizon: int) -> list[SearchTrial]:
        return [trial for trial in self.trials if trial.horizon == horizon]

    def _ranked(self, horizon: int) -> list[Standing]:
        return standings(self.trials, horizon)

    def _measure(self, place: int) -> Rung:
        """Measure how the ranks on a horizon agree with those on the next, and say what follows."""
        short, long = self._horizons[place : place + 2]
        values = {trial.point: trial.value for trial in self._on(short)}
        both = [
            (values[trial.point], trial.value)
            for trial in self._on(long)
            if trial.point in values and trial.seed == self._seed
        ]
        correlation = rank_correlation([one for one, _ in both], [other for _, other in both])
        rung = Rung(horizon=short, longer=long, correlation=correlation, trials=len(both))
        self.rungs = [each for each in self.rungs if each.horizon != short] + [rung]
        if not rung.trusted:
            self._say(rung.sentence)
        return rung
