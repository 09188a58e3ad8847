"""A power of the time."""

import math

from paceline.schedules import _checks
from paceline.schedules._linear import Linear, warmup_segment
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, join, recipe, span
from paceline.schedules._schedule import Schedule, registered


@registered
class Power(Schedule):
    """A power of the time: rate = start*(1 + step/timescale)^exponent.

    Args:
        start: the rate at step 0, 0 or more.
        exponent: below 0 the rate falls; above 0 it grows, and `steps` is needed.
        timescale: steps, above 0; 1 makes it start*(step + 1)^exponent.
        steps: how many updates it lasts before what follows; None: it never ends.

    Raises:
        ValueError: growth without end or beyond float32, a rate that is negative, a timescale of 0
            or less.
        TypeError: an argument of another type.

    Example:
        >>> falling = Power(start=1.0, exponent=-0.5, steps=100)
        >>> [float(falling(step)) for step in (0, 3, 15)]
        [1.0, 0.5, 0.25]
    """

    start: float
    exponent: float
    timescale: float = 1.0
    steps: int | None = None

    def __post_init__(self) -> None:
        _checks.rates(self, "start")
        fix = "Below 0 the rate falls, such as -0.5."
        exponent = _checks.between(
            self.exponent, owner="Power", name="exponent", least=-100, most=100, fix=fix
        )
        object.__setattr__(self, "exponent", exponent)
        _checks.positive(self, "timescale")
        _checks.steps(self, "steps", optional=True)
        if exponent <= 0:
            return
        if self.steps is None:
            raise ValueError(
                f"Power needs steps where the rate grows; got exponent={exponent!r}, steps=None. "
                "Give the number of updates."
            )
        growth = exponent * math.log1p(self.steps / self.timescale)
        what = f"start={self.start!r}, exponent={exponent!r} over {self.steps} steps"
        _checks.grows(self.start, growth, owner="Power", what=what)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        time = 1 + xp.progress(position, self.timescale)
        if self.exponent <= 0:
            return self.start * xp.power(time, self.exponent)
        last = 1 + (self.steps or 0) / self.timescale  # from the end, so that no power is above 1
        return self.start * last**self.exponent * xp.power(time / last, self.exponent)


@recipe
def power(
    *,
    peak: float,
    batch_size: int,
    steps: int | None = None,
    sequence_length: int = 1,
    slope: float = 4.6,
    exponent: float = -0.51,
    warmup: Length = 0.01,
    decay: Length = 0.1,
    floor: float = 0.0,
) -> Schedule:
    """Return a power of the tokens seen, at most `peak`, with a warm-up and a linear decay.

    With tokens = (step + 1)*batch_size*sequence_length, those of the updates so far and of this
    one, rate = min(peak, batch_size*slope*tokens^exponent). The constants were fitted for models
    of language, so that one `peak` serves every batch size and length of training.

    Args:
        peak: the largest rate.
        batch_size: sequences a batch.
        steps: how many updates; None leaves it to whoever binds the recipe.
        sequence_length: tokens a sequence.
        slope: the factor of the law, above 0.
        exponent: the exponent of the law, 0 or less.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        decay: updates of decay, in the same units.
        floor: the rate that is reached at step `steps`, unless the law is below it already.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> schedule = power(peak=0.02, batch_size=128, sequence_length=4096, steps=10_000)
        >>> [round(float(schedule(step)), 4) for step in (100, 5_000, 9_000, 9_500)]
        [0.02, 0.0093, 0.0069, 0.0034]

    Source: Shen et al., "Power Scheduler: A Batch Size and Token Number Agnostic Learning Rate
    Scheduler", 2024.
    """
    fix = "Give the size of a batch."
    batch = _checks.count(batch_size, owner="power", name="batch_size", fix=fix)
    fix = "Give the tokens of a sequence, or leave it out."
    tokens = batch * _checks.count(sequence_length, owner="power", name="sequence_length", fix=fix)
    fix = "The paper has 4.6."
    slope = _checks.above_zero(slope, owner="power", name="slope", fix=fix)
    fix = "The paper has -0.51."
    exponent = _checks.between(exponent, owner="power", name="exponent", least=-10, most=0, fix=fix)
    total, ramp, tail = span("power", steps, warmup=warmup, decay=decay)
    law = Power(start=batch * slope * tokens**exponent, exponent=exponent).clip(ceiling=peak)
    if ramp:
        law = law.skipped(ramp)
    first, stable = float(law(0)), total - ramp - tail
    last = float(law(stable))
    return join(
        warmup_segment(first, ramp),
        law.cut(stable) if stable else None,
        Linear(start=last, end=min(floor, last), steps=tail) if tail else None,
    )
