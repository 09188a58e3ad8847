"""Several straight cycles up and down."""

from paceline.schedules import _checks
from paceline.schedules._exponential import Exponential
from paceline.schedules._recipe import Length, as_steps, cycles_fit, recipe
from paceline.schedules._schedule import Schedule
from paceline.schedules._triangle import Triangle

_MODES = ("triangular", "triangular2", "exp_range")


@recipe
def cyclic(
    *,
    peak: float,
    steps: int | None = None,
    start_factor: float = 0.1,
    cycles: int = 4,
    rise: Length = 0.5,
    mode: str = "triangular",
    end_factor: float = 0.1,
) -> Schedule:
    """Return triangles between start_factor*peak and `peak`, which fill `steps` exactly.

    For a cycle of so many steps, without end, compose it yourself:
    `Triangle(start=..., peak=..., steps=...).repeat()`.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        start_factor: the rate between the cycles as a factor of `peak`, from 0 to 1.
        cycles: how many triangles, 1 or more.
        rise: updates of each cycle that go up: an int, or a float in (0, 1) as a fraction of one.
        mode: "triangular"; "triangular2": each cycle half as high; "exp_range": the height shrinks
            by the same factor at every step.
        end_factor: for "exp_range", what is left of the height at step `steps`, above 0.

    Raises:
        ValueError: an argument out of its range, cycles of fewer than two steps.

    Example:
        >>> cyclic(peak=1.0, steps=100, mode="triangular2")
        Triangle(start=0.0, peak=0.9, steps=25, rise=12).repeat(times=4, scale=0.5) + 0.1

    Source: Smith, "Cyclical Learning Rates for Training Neural Networks", 2017, section 3.
    """
    _checks.choice(mode, owner="cyclic", name="mode", known=_MODES)
    fix = "It is what is left of the height, such as 0.1."
    left = _checks.share(end_factor, owner="cyclic", name="end_factor", fix=fix)
    fix = "Between the cycles the rate is that part of the peak, such as 0.1."
    _checks.between(start_factor, owner="cyclic", name="start_factor", least=0, most=1, fix=fix)
    fix = "Give how many triangles there are."
    number = _checks.count(cycles, owner="cyclic", name="cycles", fix=fix)
    total = cycles_fit("cyclic", steps, number, least=2)
    long = -(-total // number)
    low = peak * start_factor
    up = as_steps(rise, long, owner="cyclic", name="rise")
    if up >= long:
        raise ValueError(
            f"cyclic needs rise below the {long} steps of a cycle; got rise={rise!r}. Make it "
            "shorter, or a fraction such as 0.5."
        )
    triangle = Triangle(start=0.0, peak=peak - low, steps=long, rise=up)
    waves = triangle.repeat(times=number, scale=0.5 if mode == "triangular2" else 1.0)
    if mode == "exp_range":
        waves = waves.overlapped(
            Exponential(start=1.0, factor=left, every=long * number, steps=long * number)
        )
    waves = waves.over(total)
    return waves + low if low else waves
