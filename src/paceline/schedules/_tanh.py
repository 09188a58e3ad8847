"""A hyperbolic tangent."""

from typing import ClassVar

from paceline.schedules import _checks
from paceline.schedules._linear import warmed_up
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, recipe
from paceline.schedules._schedule import Schedule, registered


@registered
class Tanh(Schedule):
    """A hyperbolic tangent: with p = step/steps, w = (1 - tanh((1 - p)*lower + p*upper))/2.

    rate = w*start + (1 - w)*end, and `end` from step `steps` on. With the default bounds the curve
    begins 6e-6 below `start` and is 0.25 % of the way above `end` when it ends.

    Args:
        start: the rate about which it begins, 0 or more.
        end: the rate at step `steps` and after, 0 or more.
        steps: how many updates, 1 or more.
        lower: where on the tangent it begins, from -20 to `upper`.
        upper: where on the tangent it ends, up to 20.

    Raises:
        ValueError: a rate that is negative or not finite, steps below 1, bounds in the wrong order.
        TypeError: an argument of another type.

    Example:
        >>> curve = Tanh(start=0.1, end=0.0, steps=90)
        >>> [round(float(curve(step)), 4) for step in (0, 60, 89, 90)]
        [0.1, 0.05, 0.0003, 0.0]

    Source: Hsueh et al., "Stochastic Gradient Descent With Hyperbolic-Tangent Decay", 2019.
    """

    _by_progress: ClassVar[bool] = True

    start: float
    end: float
    steps: int
    lower: float = -6.0
    upper: float = 3.0

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "end")
        _checks.steps(self, "steps")
        for name in ("lower", "upper"):
            fix = "The paper has lower=-6.0, upper=3.0."
            bound = _checks.between(
                getattr(self, name), owner="Tanh", name=name, least=-20, most=20, fix=fix
            )
            object.__setattr__(self, name, bound)
        if self.lower >= self.upper:
            raise ValueError(
                f"Tanh needs lower < upper; got lower={self.lower!r}, upper={self.upper!r}. "
                "Swap them."
            )

    def _rate(self, position: Array, xp: Namespace) -> Array:
        place = self.lower + xp.progress(position, self.steps) * (self.upper - self.lower)
        weight = 0.5 - 0.5 * xp.tanh(place)
        rate = weight * self.start + (1 - weight) * self.end
        return xp.where(xp.reached(position, self.steps), self.end, rate)


@recipe
def tanh(
    *,
    peak: float,
    steps: int | None = None,
    lower: float = -6.0,
    upper: float = 3.0,
    warmup: Length = 0,
    floor: float = 0.0,
) -> Schedule:
    """Return a hyperbolic-tangent decay from `peak` to `floor`, after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        lower: where on the tangent it begins.
        upper: where on the tangent it ends.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        floor: the rate that is reached at step `steps`.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> tanh(peak=0.1, steps=100, warmup=9)
        Linear(start=0.01, end=0.1, steps=9) >> Tanh(start=0.1, end=0.0, steps=91)

    Source: Hsueh et al., "Stochastic Gradient Descent With Hyperbolic-Tangent Decay", 2019.
    """
    return warmed_up(
        "tanh",
        peak=peak,
        steps=steps,
        warmup=warmup,
        then=lambda rest: Tanh(start=peak, end=floor, steps=rest, lower=lower, upper=upper),
    )
