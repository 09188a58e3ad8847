"""A rate that changes by the same factor again and again."""

import math
from typing import cast

from paceline.schedules import _checks
from paceline.schedules._linear import warmed_up
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, as_steps, recipe
from paceline.schedules._schedule import Schedule, registered


@registered
class Exponential(Schedule):
    """A geometric curve: rate = max(floor, start*factor^(step/every)).

    As a staircase, rate = max(floor, start*factor^floor(step/every)). Given by `end` instead of
    `factor` and `every`, rate = max(floor, start*(end/start)^(step/steps)).

    Args:
        start: the rate at step 0, 0 or more.
        factor: what the rate is multiplied by every `every` steps, above 0; above 1 the rate grows,
            and `steps` is needed.
        every: after how many updates, 1 or more.
        end: instead of both, the rate at step `steps`, above 0.
        staircase: whether the rate changes in steps; the division is then done on whole numbers.
        floor: the rate never falls below it.
        steps: how many updates it lasts before what follows; None: it never ends.

    Raises:
        ValueError: neither or both of the two ways, a factor of 0 or less, growth without end, a
            rate that is negative, a length below 1.
        TypeError: an argument of another type.

    Example:
        >>> curve = Exponential(start=1.0, end=0.01, steps=100)
        >>> [round(float(curve(step)), 6) for step in (0, 50, 100)]
        [1.0, 0.1, 0.01]
        >>> stairs = Exponential(start=1.0, factor=0.5, every=10, staircase=True)
        >>> [float(stairs(step)) for step in (0, 9, 10, 20)]
        [1.0, 1.0, 0.5, 0.25]
    """

    start: float
    factor: float | None = None
    every: int | None = None
    end: float | None = None
    staircase: bool = False
    floor: float = 0.0
    steps: int | None = None

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "floor")
        _checks.steps(self, "steps", optional=True)
        _checks.flag(self, "staircase")
        if self.end is not None:
            self._check_end()
            return
        fix = "Or give the rate to reach: end=..., steps=...."
        factor = _checks.above_zero(self.factor, owner="Exponential", name="factor", fix=fix)
        every = _checks.count(self.every, owner="Exponential", name="every", fix=fix)
        object.__setattr__(self, "factor", factor)
        object.__setattr__(self, "every", every)
        if factor > 1:
            self._check_growth(factor, every)

    def _check_end(self) -> None:
        if self.factor is not None or self.every is not None or self.staircase:
            raise ValueError(
                f"Exponential needs either end or factor and every; got end={self.end!r}, "
                f"factor={self.factor!r}, every={self.every!r}, staircase={self.staircase!r}. "
                "Leave one out."
            )
        _checks.positive(self, "start", "end")
        if self.steps is None:
            raise ValueError(
                f"Exponential needs steps where end is given; got end={self.end!r}, steps=None. "
                "Say at which step it is reached."
            )

    def _check_growth(self, factor: float, every: int) -> None:
        if self.steps is None:
            raise ValueError(
                f"Exponential needs steps where the rate grows; got factor={factor!r}, "
                "steps=None. Give the number of updates."
            )
        growth = self.steps / every * math.log(factor)
        what = f"start={self.start!r}, factor={factor!r} every {every} of {self.steps} steps"
        _checks.grows(self.start, growth, owner="Exponential", what=what)

    @property
    def _decay(self) -> tuple[float, int]:
        """The factor, and after how many steps it applies."""
        if self.end is not None:
            return self.end / self.start, cast("int", self.steps)
        return cast("float", self.factor), cast("int", self.every)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        factor, every = self._decay
        if self.staircase:
            exponent = xp.floats(xp.quotient(position, every))
        else:
            exponent = xp.progress(position, every)
        start = self.start
        if factor > 1:  # from the end, so that no power is above 1
            steps = cast("int", self.steps)
            last = float(steps // every if self.staircase else steps / every)
            start, exponent = start * factor**last, xp.minimum(exponent - last, 0.0)
        rate = start * xp.decay(factor, exponent)
        return xp.maximum(rate, self.floor) if self.floor else rate

    def _area(self, steps: int) -> float:
        factor, every = self._decay
        if self.staircase or self.floor or factor == 1:
            return super()._area(steps)
        each = math.log(factor) / every
        return self.start * math.expm1(each * steps) / math.expm1(each)


@recipe
def exponential(
    *,
    peak: float,
    steps: int | None = None,
    factor: float = 0.1,
    every: Length | None = None,
    staircase: bool = False,
    warmup: Length = 0,
    floor: float = 0.0,
) -> Schedule:
    """Return a geometric decay from `peak` over `steps` updates, after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        factor: what the rate is multiplied by every `every` steps, in (0, 1].
        every: updates: an int, or a float in (0, 1) as a fraction of `steps`; None: once, over all.
        staircase: whether the rate falls in steps.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        floor: the rate never falls below it.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> exponential(peak=0.1, steps=1000, factor=0.5, every=200, staircase=True)
        Exponential(start=0.1, factor=0.5, every=200, staircase=True, steps=1000)
    """
    fix = "For a rate that grows use Exponential(start=..., end=..., steps=...)."
    factor = _checks.share(factor, owner="exponential", name="factor", fix=fix)

    def decay(rest: int) -> Schedule:
        if every is None:
            period = rest
        else:
            period = as_steps(every, int(steps or rest), owner="exponential", name="every")
        return Exponential(
            start=peak,
            factor=factor,
            every=period,
            staircase=staircase,
            floor=floor,
            steps=rest,
        )

    return warmed_up("exponential", peak=peak, steps=steps, warmup=warmup, then=decay)
