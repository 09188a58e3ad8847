"""The schedule of the first transformer."""

import math

from paceline.schedules import _checks
from paceline.schedules._inverse_sqrt import InverseSqrt
from paceline.schedules._linear import Linear
from paceline.schedules._recipe import Length, as_steps, join, recipe, span
from paceline.schedules._schedule import Schedule


@recipe
def noam(
    *,
    model_dim: int,
    steps: int | None = None,
    warmup: Length = 0.04,
    factor: float = 1.0,
) -> Schedule:
    """Return the schedule of the first transformer: a linear warm-up, then one over the root.

    For update n = step + 1, rate = factor*model_dim^(-1/2)*min(n^(-1/2), n*warmup^(-3/2)).

    Args:
        model_dim: the width of the model, 1 or more.
        steps: how many updates; None leaves it to whoever binds the recipe.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`; the paper
            has 4,000 of 100,000.
        factor: a number above 0.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> schedule = noam(model_dim=512, steps=100_000)
        >>> print(schedule.table())
        segment      from step  to step  from rate    to rate
        Linear               0    3,998  1.747e-07  0.0006986
        InverseSqrt      3,999   99,999  0.0006988  0.0001398

    Source: Vaswani et al., "Attention Is All You Need", 2017, equation 3.
    """
    fix = "Give the width of the model, such as 512."
    width = _checks.count(model_dim, owner="noam", name="model_dim", fix=fix)
    fix = "It multiplies every rate, such as 1.0."
    factor = _checks.above_zero(factor, owner="noam", name="factor", fix=fix)
    total, _ = span("noam", steps, warmup=warmup)
    ramp = as_steps(warmup, total, owner="noam", name="warmup")
    peak = factor / math.sqrt(width * ramp)
    return join(
        Linear(start=peak / ramp, end=peak, steps=ramp - 1) if ramp > 1 else None,
        InverseSqrt(start=peak, timescale=ramp, steps=total - ramp + 1),
    )
