"""The step decay of image classification."""

from itertools import pairwise

from paceline.schedules import _checks
from paceline.schedules._constant import Constant
from paceline.schedules._linear import warmup_segment
from paceline.schedules._piecewise import Piecewise
from paceline.schedules._recipe import Length, as_steps, horizon, is_known, join, recipe, span
from paceline.schedules._schedule import Schedule


@recipe
def step_decay(
    *,
    peak: float,
    steps: int | None = None,
    factor: float = 0.1,
    at: tuple[Length, ...] = (0.5, 0.75),
    warmup: Length = 0,
) -> Schedule:
    """Return `peak`, multiplied by `factor` at each of the steps `at`, after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        factor: what the rate is multiplied by at each drop, in (0, 1].
        at: where the drops are, increasing: ints are steps, floats in (0, 1) fractions of `steps`.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.

    Raises:
        ValueError: an argument out of its range, drops that do not increase.

    Example:
        >>> step_decay(peak=0.1, steps=1000, factor=0.5)
        Piecewise(boundaries=(500, 750), rates=(0.1, 0.05, 0.025), steps=1000)

    Source: He et al., "Deep Residual Learning", 2016, section 4.2.
    """
    total, ramp = span("step_decay", steps, warmup=warmup)
    fix = "Each drop multiplies the rate by it, such as 0.1."
    factor = _checks.share(factor, owner="step_decay", name="factor", fix=fix)
    places = _checks.items(at, owner="step_decay", name="at", of="steps or fractions")
    if len(set(map(type, places))) > 1 and not is_known(total):
        return Constant(rate=peak, steps=total)  # of steps and fractions the order is not known yet
    drops = tuple(as_steps(where, total, owner="step_decay", name="at") - ramp for where in places)
    inside = (0, *drops, total - ramp)
    if any(late <= early for early, late in pairwise(inside)):
        raise ValueError(
            f"step_decay needs drops that increase, after the warm-up ({ramp} updates) and before "
            f"the end of {horizon(total)}; got at={at!r}. Move them, or shorten the warm-up."
        )
    rates = tuple(peak * factor**number for number in range(len(drops) + 1))
    pieces = Piecewise(boundaries=drops, rates=rates, steps=total - ramp)
    return join(warmup_segment(peak, ramp), pieces)
