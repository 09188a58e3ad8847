"""Flat, then a cosine."""

from paceline.schedules._constant import Constant
from paceline.schedules._cosine import Cosine
from paceline.schedules._linear import warmup_segment
from paceline.schedules._recipe import Length, join, recipe, span
from paceline.schedules._schedule import Schedule


@recipe
def flat_cosine(
    *,
    peak: float,
    steps: int | None = None,
    stable: Length = 0.75,
    warmup: Length = 0,
    floor: float = 0.0,
) -> Schedule:
    """Return `peak` for a while and then a cosine decay to `floor`, after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        stable: updates at `peak`: an int, or a float in (0, 1) as a fraction of `steps`.
        warmup: updates of warm-up, in the same units.
        floor: the rate that is reached at step `steps`.

    Raises:
        ValueError: an argument out of its range, parts that do not fit into `steps`.

    Example:
        >>> flat_cosine(peak=0.1, steps=100)
        Constant(rate=0.1, steps=75) >> Cosine(start=0.1, end=0.0, steps=25)

    Source: fastai, `fit_flat_cos`.
    """
    total, ramp, flat = span("flat_cosine", steps, warmup=warmup, stable=stable)
    rest = total - ramp - flat
    return join(
        warmup_segment(peak, ramp),
        Constant(rate=peak, steps=flat) if flat else None,
        Cosine(start=peak, end=floor, steps=rest) if rest else None,
    )
