"""A rate that falls as one over the time."""

from paceline.schedules import _checks
from paceline.schedules._linear import warmed_up
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, as_steps, recipe
from paceline.schedules._schedule import Schedule, registered


@registered
class InverseTime(Schedule):
    """One over the time: rate = start/(1 + factor*step/every); as a staircase, floor(step/every).

    Args:
        start: the rate at step 0, 0 or more.
        factor: how fast it falls, above 0: 1 halves the rate after `every` steps.
        every: updates, 1 or more.
        staircase: whether the rate falls in steps; the division is then done on whole numbers.
        steps: how many updates it lasts before what follows; None: it never ends.

    Raises:
        ValueError: a rate that is negative, a factor of 0 or less, a length below 1.
        TypeError: an argument of another type.

    Example:
        >>> falling = InverseTime(start=1.0, factor=1.0, every=10, steps=50)
        >>> [float(falling(step)) for step in (0, 10, 30)]
        [1.0, 0.5, 0.25]

    Source: Robbins and Monro, "A Stochastic Approximation Method", 1951.
    """

    start: float
    factor: float
    every: int
    staircase: bool = False
    steps: int | None = None

    def __post_init__(self) -> None:
        _checks.rates(self, "start")
        _checks.positive(self, "factor")
        _checks.steps(self, "every", fix="Give after how many updates it falls.")
        _checks.flag(self, "staircase")
        _checks.steps(self, "steps", optional=True)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        if self.staircase:
            times = xp.floats(xp.quotient(position, self.every))
        else:
            times = xp.progress(position, self.every)
        return self.start / (1 + self.factor * times)


@recipe
def inverse_time(
    *,
    peak: float,
    steps: int | None = None,
    factor: float = 1.0,
    every: Length = 0.1,
    staircase: bool = False,
    warmup: Length = 0,
) -> Schedule:
    """Return `peak` over (1 + factor*step/every), after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        factor: how fast it falls, above 0.
        every: updates: an int, or a float in (0, 1) as a fraction of `steps`.
        staircase: whether the rate falls in steps.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> inverse_time(peak=0.1, steps=1000)
        InverseTime(start=0.1, factor=1.0, every=100, steps=1000)

    Source: Robbins and Monro, "A Stochastic Approximation Method", 1951.
    """

    def decay(rest: int) -> Schedule:
        period = as_steps(every, int(steps or rest), owner="inverse_time", name="every")
        return InverseTime(start=peak, factor=factor, every=period, staircase=staircase, steps=rest)

    return warmed_up("inverse_time", peak=peak, steps=steps, warmup=warmup, then=decay)
