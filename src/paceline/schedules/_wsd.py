"""Warm-up, stable, decay."""

from paceline.schedules import _checks
from paceline.schedules._constant import Constant
from paceline.schedules._cosine import Cosine
from paceline.schedules._exponential import Exponential
from paceline.schedules._linear import Linear, warmup_segment
from paceline.schedules._one_minus_sqrt import OneMinusSqrt
from paceline.schedules._recipe import Length, cycles_fit, join, recipe, span
from paceline.schedules._schedule import Schedule

_DECAYS = {
    "linear": Linear,
    "cosine": Cosine,
    "one_minus_sqrt": OneMinusSqrt,
    "exponential": Exponential,
}


@recipe
def wsd(
    *,
    peak: float,
    steps: int | None = None,
    warmup: Length = 0.05,
    decay: Length = 0.2,
    floor: float = 0.0,
    shape: str = "linear",
    cycles: int = 1,
    rewarmup: Length = 0,
) -> Schedule:
    """Return warm-up to `peak`, a stable stretch at `peak`, and a decay to `floor`.

    With several cycles the steps are shared out evenly, and each ends with a decay; fractions are
    then of one cycle.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of a cycle.
        decay: updates of decay, in the same units.
        floor: the rate that is reached at step `steps`.
        shape: of the decay: "linear", "cosine", "one_minus_sqrt", or "exponential", which needs a
            floor above 0.
        cycles: how many times stable and decay follow each other, 1 or more.
        rewarmup: updates of warm-up from `floor` in each cycle after the first.

    Raises:
        ValueError: an argument out of its range, warm-up and decay that do not fit into `steps`.

    Example:
        >>> schedule = wsd(peak=0.1, steps=1000, warmup=99)
        >>> print(schedule.table())
        segment   from step  to step  from rate  to rate
        Linear            0       98      0.001    0.099
        Constant         99      799        0.1      0.1
        Linear          800      999        0.1   0.0005

    Source: Hu et al., "MiniCPM", 2024, equation 1; Hägele et al., 2024, for the shapes; Wen et al.,
    "Understanding Warmup-Stable-Decay Learning Rates", 2024, for several cycles.
    """
    fix = "For one cycle leave it out."
    cycles = _checks.count(cycles, owner="wsd", name="cycles", fix=fix)
    falls = _DECAYS[_checks.choice(shape, owner="wsd", name="shape", known=_DECAYS)]
    if shape == "exponential" and not floor:
        raise ValueError(
            f"wsd needs floor > 0 for an exponential decay; got floor={floor!r}. Give the rate to "
            "reach, such as peak/100."
        )
    total = cycles_fit("wsd", steps, cycles)
    parts: list[Schedule | None] = []
    for number in range(cycles):
        long = total * (number + 1) // cycles - total * number // cycles
        if number == 0:
            _, ramp, tail = span("wsd", long, warmup=warmup, decay=decay)
            rise = warmup_segment(peak, ramp)
        else:
            _, ramp, tail = span("wsd", long, rewarmup=rewarmup, decay=decay)
            rise = warmup_segment(peak, ramp, floor)
        stable = long - ramp - tail
        parts += [
            rise,
            Constant(rate=peak, steps=stable) if stable else None,
            falls(start=peak, end=floor, steps=tail) if tail else None,
        ]
    return join(*parts)
