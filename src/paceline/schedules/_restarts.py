"""Cosines with restarts."""

import math
from fractions import Fraction

from paceline.schedules import _checks
from paceline.schedules._cosine import Cosine
from paceline.schedules._linear import warmed_up
from paceline.schedules._recipe import Length, cycles_fit, horizon, recipe, span
from paceline.schedules._schedule import Schedule


@recipe
def restarts(
    *,
    peak: float,
    steps: int | None = None,
    cycles: int = 3,
    growth: float = 2.0,
    scale: float = 1.0,
    warmup: Length = 0,
    floor: float = 0.0,
) -> Schedule:
    """Return cosines from `peak` to `floor` again and again, which fill `steps` exactly.

    So the last one ends where the training ends. For a first cycle of so many steps, without end,
    compose it yourself: `Cosine(start=..., end=..., steps=...).repeat(growth=2.0)`.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        cycles: how many cosines, 1 or more.
        growth: how many times longer each is than the one before, 1 or more.
        scale: what the height of each is multiplied by after the one before, above 0, at most 1.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        floor: the rate at the end of every cycle.

    Raises:
        ValueError: an argument out of its range, more cycles than fit into `steps`.

    Example:
        >>> restarts(peak=0.1, steps=700)
        Cosine(start=0.1, end=0.0, steps=100).repeat(times=3, growth=2.0)

    Source: Loshchilov and Hutter, "SGDR", 2017, section 3.
    """
    fix = "Give how many cosines there are."
    number = _checks.count(cycles, owner="restarts", name="cycles", fix=fix)
    fix = "For cycles of the same length write 1.0."
    growth = _checks.between(growth, owner="restarts", name="growth", least=1, most=1e6, fix=fix)
    total, ramp = span("restarts", steps, warmup=warmup)
    rest = total - ramp or 1
    cycles_fit("restarts", rest, number)
    factor = Fraction(repr(growth))
    firsts = sum(factor**power for power in range(number))  # lengths of the first in all
    if firsts > rest:
        raise ValueError(
            f"restarts needs a step or more for its first cycle; got cycles={number!r}, "
            f"growth={growth!r}, which leave it {float(rest / firsts):.2g} of {horizon(total)}. "
            "Give fewer cycles or a smaller growth."
        )

    def cosines(rest: int) -> Schedule:
        low = floor if scale != 1 else 0.0  # what does not shrink with the height
        wave = Cosine(start=peak - low, end=floor - low, steps=max(1, math.ceil(rest / firsts)))
        waves = wave.repeat(times=number, growth=growth, scale=scale).over(rest)
        return waves + low if low else waves

    return warmed_up("restarts", peak=peak, steps=steps, warmup=warmup, then=cosines)
