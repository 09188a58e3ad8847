"""One cycle up and down."""

from paceline.schedules import _checks
from paceline.schedules._cosine import Cosine
from paceline.schedules._linear import Linear
from paceline.schedules._recipe import Length, horizon, join, recipe, span
from paceline.schedules._schedule import Schedule

_SHAPES = {"cosine": Cosine, "linear": Linear}


@recipe
def one_cycle(
    *,
    peak: float,
    steps: int | None = None,
    warmup: Length = 0.3,
    start_factor: float = 0.04,
    end_factor: float = 4e-6,
    shape: str = "cosine",
    phases: int = 2,
) -> Schedule:
    """Return a rise to `peak` and a fall far below the start.

    In three phases the fall first mirrors the rise, and then goes from the start to the end.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        warmup: updates of the rise: an int, or a float in (0, 1) as a fraction of `steps`.
        start_factor: the first rate as a factor of `peak`, from 0 to 1.
        end_factor: the last rate as a factor of `peak`, from 0 to 1.
        shape: "cosine" or "linear".
        phases: 2 or 3.

    Raises:
        ValueError: an argument out of its range, phases that do not fit into `steps`.

    Example:
        >>> one_cycle(peak=1.0, steps=100)
        Cosine(start=0.04, end=1.0, steps=30) >> Cosine(start=1.0, end=4e-06, steps=70)

    Source: Smith and Topin, "Super-Convergence", 2018; the factors are PyTorch's OneCycleLR's.
    """
    line = _SHAPES[_checks.choice(shape, owner="one_cycle", name="shape", known=_SHAPES)]
    fix = "Two go up and down; a third goes on below the start."
    if _checks.count(phases, owner="one_cycle", name="phases", least=2, fix=fix) > 3:
        raise ValueError(f"one_cycle needs phases from 2 to 3; got phases={phases!r}. {fix}")
    for name, factor in (("start_factor", start_factor), ("end_factor", end_factor)):
        fix = "It is the share of the peak; raise peak where the rate should go higher."
        _checks.between(factor, owner="one_cycle", name=name, least=0, most=1, fix=fix)
    low, end = peak * start_factor, peak * end_factor
    if phases == 2:
        total, ramp = span("one_cycle", steps, warmup=warmup)
        return join(
            line(start=low, end=peak, steps=ramp) if ramp else None,
            line(start=peak, end=end, steps=total - ramp) if total > ramp else None,
        )
    total, ramp = span("one_cycle", steps, warmup=warmup)
    rest = total - 2 * ramp
    if rest < 0:
        raise ValueError(
            f"one_cycle needs warmup={warmup!r} to fit twice into {horizon(total)} where there are "
            "three phases. Make it shorter."
        )
    return join(
        line(start=low, end=peak, steps=ramp) if ramp else None,
        line(start=peak, end=low, steps=ramp) if ramp else None,
        line(start=low, end=end, steps=rest) if rest else None,
    )
