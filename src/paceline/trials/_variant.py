"""What a comparison compares."""

import dataclasses
from collections.abc import Callable
from typing import Any

from paceline.schedules import Recipe, Schedule

Optimizer = Any
OptimizerOf = Callable[[Any], Optimizer]
"""A function of the rate (a schedule) that returns an optimizer, not built yet."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Variant:
    """A schedule, with an optimizer or callbacks of its own where it needs them.

    Args:
        schedule: the schedule, or a recipe that `compare` binds to the task's horizon.
        optimizer: a function of the rate that returns an optimizer; None: the task's.
        callbacks: Keras callbacks; each trial gets copies of its own. They need Keras' `fit`,
            which is slower than the compiled loop and gives the same numbers.

    Raises:
        TypeError: a schedule that is none, an optimizer that is no function.

    Example:
        >>> from paceline.schedules import cosine
        >>> Variant(schedule=cosine(peak=0.1)).bound(100).schedule
        Cosine(start=0.1, end=0.0, steps=100)
    """

    schedule: Schedule
    optimizer: OptimizerOf | None = None
    callbacks: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.schedule, Schedule):
            raise TypeError(
                f"A variant needs a Paceline schedule; got {self.schedule!r} "
                f"({type(self.schedule).__name__}). For a fixed rate use Constant(rate=...)."
            )
        if self.optimizer is not None and not callable(self.optimizer):
            raise TypeError(
                "A variant's optimizer is a function of the rate, such as "
                f"lambda rate: keras.optimizers.SGD(rate); got {self.optimizer!r}."
            )
        object.__setattr__(self, "callbacks", tuple(self.callbacks))

    def bound(self, horizon: int) -> "Variant":
        """Return this variant with a recipe bound to `horizon` updates."""
        if not isinstance(self.schedule, Recipe):
            return self
        return dataclasses.replace(self, schedule=self.schedule.over(horizon))
