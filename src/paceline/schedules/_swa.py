"""The schedule of stochastic weight averaging."""

from paceline.schedules import _checks
from paceline.schedules._constant import Constant
from paceline.schedules._cosine import Cosine
from paceline.schedules._linear import Linear, warmup_segment
from paceline.schedules._recipe import Length, join, recipe, span
from paceline.schedules._schedule import Schedule

_SHAPES = {"cosine": Cosine, "linear": Linear}


@recipe
def swa(
    *,
    peak: float,
    steps: int | None = None,
    stable: Length = 0.5,
    decay: Length = 0.25,
    end_factor: float = 0.5,
    shape: str = "linear",
    warmup: Length = 0,
) -> Schedule:
    """Return `peak`, then a way down to a fixed rate, at which weights are averaged to the end.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        stable: updates at `peak`: an int, or a float in (0, 1) as a fraction of `steps`.
        decay: updates on the way down, in the same units.
        end_factor: the rate of the averaging as a factor of `peak`, 0 or more.
        shape: of the way down: "linear" or "cosine".
        warmup: updates of warm-up, in the same units.

    Raises:
        ValueError: an argument out of its range, parts that do not fit into `steps`.

    Example:
        >>> schedule = swa(peak=0.1, steps=100)
        >>> print(schedule.table())
        segment   from step  to step  from rate  to rate
        Constant          0       49        0.1      0.1
        Linear           50       74        0.1    0.052
        Constant         75       99       0.05     0.05

    Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization",
    2018.
    """
    line = _SHAPES[_checks.choice(shape, owner="swa", name="shape", known=_SHAPES)]
    total, ramp, flat, fall = span("swa", steps, warmup=warmup, stable=stable, decay=decay)
    low, rest = peak * end_factor, total - ramp - flat - fall
    return join(
        warmup_segment(peak, ramp),
        Constant(rate=peak, steps=flat) if flat else None,
        line(start=peak, end=low, steps=fall) if fall else None,
        Constant(rate=low, steps=rest) if rest else None,
    )
