"""The rates of a schedule, where they were not logged."""

from typing import Any

import numpy as np

from paceline.logs._track import Floats
from paceline.schedules import Recipe, Schedule


def scheduled(schedule: Any, steps: int, *, owner: str) -> Floats:
    """Return the rate of each of `steps` updates [steps]; a recipe is bound to them.

    Raises:
        TypeError: no schedule of Paceline.
    """
    if not isinstance(schedule, Schedule):
        raise TypeError(
            f"{owner} needs schedule, one of Paceline; got schedule={schedule!r} "
            f"({type(schedule).__name__}). Turn one of Keras into one: paceline.from_keras(...)."
        )
    bound = schedule.over(steps) if isinstance(schedule, Recipe) else schedule
    return np.asarray(bound(np.arange(steps)), dtype=np.float64)
