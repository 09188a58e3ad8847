"""Does the optimizer use this schedule, and does it call it once for each update?"""

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from paceline.health._finding import Finding
from paceline.health._optimizers import inner_optimizers, own_rate, rate_text
from paceline.health._run import Run
from paceline.schedules import (
    Chain,
    Clipped,
    Constant,
    Cut,
    Held,
    Raised,
    Scaled,
    Schedule,
    Skipped,
    from_keras,
)


def paced(schedule: Schedule, steps: int, optimizer: Any) -> Run:
    """Return the run of `schedule` as the optimizer will call it, if it was made for that."""
    micro = _micro_batches(optimizer)
    if micro > 1 and any(
        _same(own_rate(inner), schedule.accumulated(micro)) for inner in inner_optimizers(optimizer)
    ):
        schedule = schedule.accumulated(micro)
    made_for_it = micro > 1 and _counts_micro_batches(schedule, steps, micro)
    return Run(schedule=schedule, updates=steps, pace=micro if made_for_it else 1)


def accumulation(run: Run, optimizer: Any) -> Iterator[Finding]:
    """Yield that the schedule counts updates while the optimizer counts micro-batches."""
    micro = _micro_batches(optimizer)
    if micro == run.pace:
        return
    called = Run(schedule=run.schedule, updates=run.updates, pace=micro)
    if np.array_equal(called.at(run.steps), run.rates):
        return
    yield Finding(
        name="accumulation",
        found=(
            f"The optimizer has gradient_accumulation_steps={micro}, and Keras calls the schedule "
            f"once for each micro-batch: it runs {micro} times too fast."
        ),
        remedy=f"Make it count updates: schedule.accumulated({micro})",
    )


def other_rate(run: Run, optimizer: Any) -> Iterator[Finding]:
    """Yield that the optimizer takes its rate from somewhere else."""
    inner = inner_optimizers(optimizer)
    if not inner or any(_same(own_rate(each), run.schedule) for each in inner):
        return
    place = "optimizer" if len(inner) == 1 else "optimizer.optimizers[0]"
    yield Finding(
        name="other_rate",
        found=f"The optimizer does not use this schedule: {', '.join(map(rate_text, inner))}.",
        remedy=f"Give it to the optimizer before compiling: {place}.learning_rate = schedule",
    )


def _micro_batches(optimizer: Any) -> int:
    if optimizer is None:
        return 1
    counts = (inner.gradient_accumulation_steps or 1 for inner in inner_optimizers(optimizer))
    return max(counts, default=1)


def _counts_micro_batches(schedule: Schedule, steps: int, micro: int) -> bool:
    """Whether it lasts as many micro-batches as the run, or changes with every update only."""
    stairs = _stairs(schedule)
    if schedule.length == steps * micro or stairs == micro:
        return True
    return stairs > 0 and stairs % micro == 0 and schedule.length != steps


def _stairs(schedule: Schedule) -> int:
    """Return how many steps the rate stays the same for, by its structure; 0: always."""
    match schedule:
        case Constant():
            return 0
        case Held(every=every):
            return every
        case Scaled() | Raised() | Clipped() | Cut():
            return _stairs(schedule.schedule)
        case Skipped():
            return math.gcd(_stairs(schedule.schedule), schedule.steps)
        case Chain():
            return math.gcd(*map(_stairs, schedule.parts), *schedule.boundaries)
    return 1


def _same(rate: Any, schedule: Schedule) -> bool:
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        with contextlib.suppress(TypeError, ValueError):  # a class of the user's own
            rate = from_keras(rate)
    return isinstance(rate, Schedule) and rate == schedule
