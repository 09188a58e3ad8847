"""One cycle up and down, straight."""

import dataclasses
from typing import ClassVar

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._schedule import Schedule, registered
from paceline.schedules._stretched import Stretched


@registered
class Triangle(Schedule):
    """One straight cycle: up from `start` to `peak` at step `rise`, and back at step `steps`.

    With w = min(step/rise, (steps - step)/(steps - rise)), rate = (1 - w)*start + w*peak.

    Args:
        start: the rate at step 0 and from step `steps` on, 0 or more.
        peak: the rate at step `rise`, 0 or more.
        steps: how many updates, 2 or more.
        rise: how many of them go up, 1 or more, fewer than `steps`; None: half.

    Raises:
        ValueError: a rate that is negative or not finite, a rise that leaves no way back.
        TypeError: an argument of another type.

    Example:
        >>> triangle = Triangle(start=0.01, peak=0.1, steps=30, rise=10)
        >>> [round(float(triangle(step)), 3) for step in (0, 10, 20, 30)]
        [0.01, 0.1, 0.055, 0.01]

    Source: Smith, "Cyclical Learning Rates for Training Neural Networks", 2017, section 3.
    """

    _by_progress: ClassVar[bool] = True

    start: float
    peak: float
    steps: int
    rise: int | None = None

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "peak")
        fix = "It goes up and down again; for one way use Linear."
        steps = _checks.count(self.steps, owner="Triangle", name="steps", least=2, fix=fix)
        object.__setattr__(self, "steps", steps)
        if self.rise is None:
            return
        fix = "It is the step of the peak; for the middle leave it out."
        _checks.steps(self, "rise", fix=fix)
        if self.rise >= self.steps:
            raise ValueError(
                f"Triangle needs rise < steps; got rise={self.rise!r}, steps={self.steps}. For a "
                "rise alone use Linear(start=..., end=..., steps=...)."
            )

    def _rate(self, position: Array, xp: Namespace) -> Array:
        rise = self.steps / 2 if self.rise is None else self.rise
        up = xp.progress(position, self.steps) * (self.steps / rise)
        back = xp.remaining(position, self.steps) * (self.steps / (self.steps - rise))
        weight = xp.minimum(xp.minimum(up, back), 1.0)
        return (1 - weight) * self.start + weight * self.peak

    def _over(self, steps: int) -> Schedule:
        """Return it over `steps` updates, the rise as large a share of them."""
        if self.rise is None and steps > 1:
            return dataclasses.replace(self, steps=steps)
        return Stretched(schedule=self, steps=steps, of=self.steps)
