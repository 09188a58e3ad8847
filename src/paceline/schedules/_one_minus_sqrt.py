"""The root-shaped cooldown."""

from typing import ClassVar

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._schedule import Schedule, registered


@registered
class OneMinusSqrt(Schedule):
    """One minus a root: with w = 1 - sqrt(step/steps), rate = w*start + (1 - w)*end.

    It falls fast first and slowly at the end; as the cooldown of warm-up-stable-decay it ended
    lower than a straight line.

    Args:
        start: the rate at step 0, 0 or more.
        end: the rate at step `steps` and after, 0 or more.
        steps: how many updates, 1 or more.

    Raises:
        ValueError: a rate that is negative or not finite, steps below 1.
        TypeError: an argument of another type.

    Example:
        >>> cooldown = OneMinusSqrt(start=1.0, end=0.0, steps=100)
        >>> [float(cooldown(step)) for step in (0, 25, 100)]
        [1.0, 0.5, 0.0]

    Source: Hägele et al., "Scaling Laws and Compute-Optimal Training Beyond Fixed Training
    Durations", 2024.
    """

    _by_progress: ClassVar[bool] = True

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "end")
        _checks.steps(self, "steps")

    def _rate(self, position: Array, xp: Namespace) -> Array:
        weight = xp.maximum(1 - xp.sqrt(xp.progress(position, self.steps)), 0.0)
        return weight * self.start + (1 - weight) * self.end
