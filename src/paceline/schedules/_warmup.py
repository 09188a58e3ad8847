"""Warm-ups of every kind."""

from paceline.schedules import _checks
from paceline.schedules._constant import Constant
from paceline.schedules._cosine import Cosine
from paceline.schedules._exponential import Exponential
from paceline.schedules._linear import Linear
from paceline.schedules._power import Power
from paceline.schedules._schedule import Schedule

_SHAPES = ("linear", "constant", "polynomial", "cosine", "exponential")


def warmup(
    *,
    peak: float,
    steps: int,
    shape: str = "linear",
    start_factor: float | None = None,
    power: float = 2.0,
) -> Schedule:
    """Return `steps` updates of warm-up, after which the rate is `peak`; put `>> schedule` behind.

    `schedule.overlapped(warmup(peak=1.0, steps=...))` lets it multiply a schedule that already
    runs.

    Args:
        peak: the rate at step `steps`, above 0.
        steps: how many updates.
        shape: "linear"; "constant": the first rate all the time; "polynomial": a power of the time;
            "cosine"; or "exponential".
        start_factor: the first rate as a factor of `peak`, above 0 and at most 1. None: 1/(steps +
            1), to the power of `power` for a polynomial, so that no update is wasted; 0.1 for a
            constant.
        power: the exponent of the polynomial, above 0.

    Raises:
        ValueError: an argument out of its range.
        TypeError: an argument of another type.

    Example:
        >>> from paceline.schedules import Cosine
        >>> warmup(peak=0.1, steps=9) >> Cosine(start=0.1, end=0.0, steps=91)
        Linear(start=0.01, end=0.1, steps=9) >> Cosine(start=0.1, end=0.0, steps=91)
        >>> warmup(peak=0.1, steps=9, shape="exponential", start_factor=0.01)
        Exponential(start=0.001, end=0.1, steps=9)

    Source: Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2.2.
    """
    peak = _checks.above_zero(peak, owner="warmup", name="peak", fix="It is the rate to reach.")
    fix = "Give how many updates the warm-up takes."
    steps = _checks.count(steps, owner="warmup", name="steps", fix=fix)
    _checks.choice(shape, owner="warmup", name="shape", known=_SHAPES)
    fix = "It is the exponent of a polynomial, such as 2.0."
    power = _checks.between(power, owner="warmup", name="power", least=0.01, most=10, fix=fix)
    if start_factor is not None:
        fix = "It is the first rate as a factor of peak, such as 0.1."
        factor = _checks.share(start_factor, owner="warmup", name="start_factor", fix=fix)
        start = peak * factor
    elif shape == "constant":
        start = peak * 0.1
    else:
        start = peak / (steps + 1) ** (power if shape == "polynomial" else 1)
    if shape == "constant":
        return Constant(rate=start, steps=steps)
    root = (start / peak) ** (1 / power)
    if shape == "polynomial" and root < 1:
        scale = steps * root / (1 - root)
        return Power(start=start, exponent=power, timescale=scale, steps=steps)
    if shape == "cosine":
        return Cosine(start=start, end=peak, steps=steps)
    if shape == "exponential":
        return Exponential(start=start, end=peak, steps=steps)
    return Linear(start=start, end=peak, steps=steps)
