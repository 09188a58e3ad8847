"""The reflected exponential."""

from typing import ClassVar

from paceline.schedules import _checks
from paceline.schedules._linear import warmed_up
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, recipe
from paceline.schedules._schedule import Schedule, registered


@registered
class Rex(Schedule):
    """The reflected exponential: with q = 1 - step/steps, w = q/(beta + (1 - beta)*q).

    rate = w*start + (1 - w)*end. It stays above the straight line until the end, where it falls
    steeply.

    Args:
        start: the rate at step 0, 0 or more.
        end: the rate at step `steps` and after, 0 or more.
        steps: how many updates, 1 or more.
        beta: above 0 and at most 1; 1 is a straight line, less stays high for longer.

    Raises:
        ValueError: a rate that is negative or not finite, steps below 1, a beta outside (0, 1].
        TypeError: an argument of another type.

    Example:
        >>> curve = Rex(start=0.1, end=0.0, steps=100)
        >>> [round(float(curve(step)), 4) for step in (0, 50, 90, 100)]
        [0.1, 0.0667, 0.0182, 0.0]

    Source: Chen, Wolfe and Kyrillidis, "REX: Revisiting Budgeted Training with an Improved
    Schedule", 2021, with beta = 1/2.
    """

    _by_progress: ClassVar[bool] = True

    start: float
    end: float
    steps: int
    beta: float = 0.5

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "end")
        _checks.steps(self, "steps")
        fix = "The paper has 0.5; 1 is a straight line."
        object.__setattr__(
            self, "beta", _checks.share(self.beta, owner="Rex", name="beta", fix=fix)
        )

    def _rate(self, position: Array, xp: Namespace) -> Array:
        left = xp.remaining(position, self.steps)
        weight = xp.minimum(left / (self.beta + (1 - self.beta) * left), 1.0)
        return weight * self.start + (1 - weight) * self.end


@recipe
def rex(
    *,
    peak: float,
    steps: int | None = None,
    beta: float = 0.5,
    warmup: Length = 0,
    floor: float = 0.0,
) -> Schedule:
    """Return a reflected-exponential decay from `peak` to `floor`, after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        beta: above 0 and at most 1; 1 is a straight line, less stays high for longer.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        floor: the rate that is reached at step `steps`.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> rex(peak=0.1, steps=100, warmup=9)
        Linear(start=0.01, end=0.1, steps=9) >> Rex(start=0.1, end=0.0, steps=91)

    Source: Chen, Wolfe and Kyrillidis, "REX: Revisiting Budgeted Training with an Improved
    Schedule", 2021.
    """
    return warmed_up(
        "rex",
        peak=peak,
        steps=steps,
        warmup=warmup,
        then=lambda rest: Rex(start=peak, end=floor, steps=rest, beta=beta),
    )
