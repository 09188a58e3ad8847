"""Warm-up, stable, decay."""

from paceline.schedules._constant import Constant
from paceline.schedules._linear import Linear, warmup_segment
from paceline.schedules._recipe import Length, join, recipe, span
from paceline.schedules._schedule import Schedule


@recipe
def wsd(
    *,
    peak: float,
    steps: int | None = None,
    warmup: Length = 0.05,
    decay: Length = 0.2,
    floor: float = 0.0,
) -> Schedule:
    """Return warm-up to `peak`, a stable stretch at `peak`, and a linear decay to `floor`.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        decay: updates of decay, in the same units.
        floor: the rate that is reached at step `steps`.

    Raises:
        ValueError: an argument out of its range, warm-up and decay that do not fit into `steps`.

    Example:
        >>> wsd(peak=0.1, steps=100, warmup=0, decay=20)
        Constant(rate=0.1, steps=80) >> Linear(start=0.1, end=0.0, steps=20)

    Source: Hu et al., "MiniCPM", 2024, equation 1; Hägele et al., 2024, for the linear decay.
    """
    total, ramp, tail = span("wsd", steps, warmup=warmup, decay=decay)
    stable = total - ramp - tail
    return join(
        warmup_segment(peak, ramp),
        Constant(rate=peak, steps=stable) if stable else None,
        Linear(start=peak, end=floor, steps=tail) if tail else None,
    )
