"""A rate that shrinks by the same factor again and again."""

from paceline.schedules import _checks
from paceline.schedules._linear import warmup_segment
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, as_steps, join, recipe, span
from paceline.schedules._schedule import Schedule, registered


@registered
class Exponential(Schedule):
    """A geometric decay: rate = start * factor^(step/every); as a staircase, floor(step/every).

    Args:
        start: the rate at step 0, 0 or more.
        factor: what the rate is multiplied by every `every` steps, above 0 and at most 1.
        every: after how many updates, 1 or more.
        staircase: whether the rate falls in steps; the division is then done on whole numbers.
        steps: how many updates it lasts before what follows; None: it never ends.

    Raises:
        ValueError: a factor outside (0, 1], a rate that is negative, a length below 1.
        TypeError: an argument of another type.

    Example:
        >>> stairs = Exponential(start=1.0, factor=0.5, every=10, staircase=True)
        >>> [float(stairs(step)) for step in (0, 9, 10, 20)]
        [1.0, 1.0, 0.5, 0.25]
    """

    start: float
    factor: float
    every: int
    staircase: bool = False
    steps: int | None = None

    def __post_init__(self) -> None:
        _checks.rates(self, "start")
        fix = "For a rate that grows use Linear or Cosine with start below end."
        factor = _checks.share(self.factor, owner="Exponential", name="factor", fix=fix)
        object.__setattr__(self, "factor", factor)
        _checks.steps(self, "every")
        _checks.flag(self, "staircase")
        _checks.steps(self, "steps", optional=True)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        if self.staircase:
            exponent = xp.real(xp.quotient(position, self.every))
        else:
            exponent = xp.progress(position, self.every)
        return self.start * xp.decay(self.factor, exponent)


@recipe
def exponential(
    *,
    peak: float,
    steps: int | None = None,
    factor: float = 0.1,
    every: Length | None = None,
    staircase: bool = False,
    warmup: Length = 0,
) -> Schedule:
    """Return a geometric decay from `peak` over `steps` updates, after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        factor: what the rate is multiplied by every `every` steps, in (0, 1].
        every: updates: an int, or a float in (0, 1) as a fraction of `steps`; None: once, over all.
        staircase: whether the rate falls in steps.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> exponential(peak=0.1, steps=1000, factor=0.96, every=100, staircase=True)
        Exponential(start=0.1, factor=0.96, every=100, staircase=True, steps=1000)
    """
    total, ramp = span("exponential", steps, warmup=warmup)
    rest = total - ramp
    if not rest:
        return join(warmup_segment(peak, ramp))
    period = rest if every is None else as_steps(every, total, owner="exponential", name="every")
    decay = Exponential(start=peak, factor=factor, every=period, staircase=staircase, steps=rest)
    return join(warmup_segment(peak, ramp), decay)
