"""One cycle up and down."""

from paceline.schedules._cosine import Cosine
from paceline.schedules._recipe import Length, join, recipe, span
from paceline.schedules._schedule import Schedule


@recipe
def one_cycle(
    *,
    peak: float,
    steps: int | None = None,
    warmup: Length = 0.3,
    start_factor: float = 0.04,
    end_factor: float = 4e-6,
) -> Schedule:
    """Return a cosine rise to `peak` and a cosine fall far below the start.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        warmup: updates of the rise: an int, or a float in (0, 1) as a fraction of `steps`.
        start_factor: the first rate as a factor of `peak`, 0 or more.
        end_factor: the last rate as a factor of `peak`, 0 or more.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> one_cycle(peak=1.0, steps=100)
        Cosine(start=0.04, end=1.0, steps=30) >> Cosine(start=1.0, end=4e-06, steps=70)

    Source: Smith and Topin, "Super-Convergence", 2018; the factors are PyTorch's OneCycleLR's.
    """
    total, ramp = span("one_cycle", steps, warmup=warmup)
    fall = total - ramp
    return join(
        Cosine(start=peak * start_factor, end=peak, steps=ramp) if ramp else None,
        Cosine(start=peak, end=peak * end_factor, steps=fall) if fall else None,
    )
