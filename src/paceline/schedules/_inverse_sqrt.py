"""A rate that falls as one over the root of the time."""

from paceline.schedules import _checks
from paceline.schedules._linear import warmup_segment
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, as_steps, join, recipe, span
from paceline.schedules._schedule import Schedule, registered


@registered
class InverseSqrt(Schedule):
    """One over the root of the time: rate = start*sqrt(timescale/(timescale + step)).

    Args:
        start: the rate at step 0, 0 or more.
        timescale: after how many steps the time has doubled, above 0; larger falls later.
        steps: how many updates it lasts before what follows; None: it never ends.

    Raises:
        ValueError: a rate that is negative, a timescale of 0 or less, steps below 1.
        TypeError: an argument of another type.

    Example:
        >>> falling = InverseSqrt(start=1.0, timescale=100, steps=2000)
        >>> [float(falling(step)) for step in (0, 300, 1500)]
        [1.0, 0.5, 0.25]

    Source: Zhai et al., "Scaling Vision Transformers", 2022.
    """

    start: float
    timescale: float
    steps: int | None = None

    def __post_init__(self) -> None:
        _checks.rates(self, "start")
        _checks.positive(self, "timescale")
        _checks.steps(self, "steps", optional=True)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return self.start / xp.sqrt(1 + xp.progress(position, self.timescale))


@recipe
def inverse_sqrt(
    *,
    peak: float,
    steps: int | None = None,
    warmup: Length = 0.05,
    timescale: Length | None = None,
) -> Schedule:
    """Return a linear warm-up to `peak` and a decay as one over the root of the time.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        timescale: in the same units: larger falls later; None: the length of the warm-up, so that
            the decay goes on as if it had begun at step 0, or 1 where there is none.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> inverse_sqrt(peak=0.1, steps=1000, warmup=99)
        Linear(start=0.001, end=0.1, steps=99) >> InverseSqrt(start=0.1, timescale=99.0, steps=901)

    Source: Vaswani et al., "Attention Is All You Need", 2017, equation 3, with a peak of one's own.
    """
    total, ramp = span("inverse_sqrt", steps, warmup=warmup)
    if timescale is None:
        scale = max(ramp, 1)
    else:
        scale = as_steps(timescale, total, owner="inverse_sqrt", name="timescale")
    rest = total - ramp
    decay = InverseSqrt(start=peak, timescale=scale, steps=rest) if rest else None
    return join(warmup_segment(peak, ramp), decay)
