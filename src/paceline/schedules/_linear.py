"""A straight line."""

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, join, recipe, span
from paceline.schedules._schedule import Schedule, registered


@registered
class Linear(Schedule):
    """A straight line: with p = step/steps, rate = (1 - p)*start + p*end.

    The first update is at `start`; `end` is reached at step `steps`, the first step of what
    follows, so that a decay to 0 wastes no update.

    Args:
        start: the rate at step 0, 0 or more.
        end: the rate at step `steps` and after, 0 or more.
        steps: how many updates, 1 or more.

    Raises:
        ValueError: a rate that is negative or not finite, steps below 1.
        TypeError: an argument of another type.

    Example:
        >>> line = Linear(start=1.0, end=0.0, steps=4)
        >>> [float(line(step)) for step in range(6)]
        [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "end")
        _checks.steps(self, "steps")

    def _rate(self, position: Array, xp: Namespace) -> Array:
        low, high = sorted((self.start, self.end))
        share = xp.progress if self.start < self.end else xp.remaining
        return low + share(position, self.steps) * (high - low)


def warmup_segment(peak: float, steps: int) -> Linear | None:
    """Return n updates at peak*1/(n+1) ... peak*n/(n+1), then the peak; None where n is 0.

    It is the warm-up of every recipe: no update is wasted at rate 0.
    """
    if steps == 0:
        return None
    return Linear(start=peak / (steps + 1), end=peak, steps=steps)


@recipe
def linear(
    *, peak: float, steps: int | None = None, warmup: Length = 0, floor: float = 0.0
) -> Schedule:
    """Return a linear decay from `peak` to `floor` over `steps` updates, after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        floor: the rate that is reached at step `steps`.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> linear(peak=0.1, steps=100)
        Linear(start=0.1, end=0.0, steps=100)

    Source: Defazio et al., "Optimal Linear Decay Learning Rate Schedules", 2023.
    """
    total, ramp = span("linear", steps, warmup=warmup)
    rest = total - ramp
    decay = Linear(start=peak, end=floor, steps=rest) if rest else None
    return join(warmup_segment(peak, ramp), decay)
