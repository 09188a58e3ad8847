"""A schedule against the run it is meant for."""

from typing import Any

import keras

from paceline.health._finding import Finding
from paceline.health._fit import length, too_short_for, warmup
from paceline.health._jumps import jumps
from paceline.health._lost_step import lost_step
from paceline.health._pace import accumulation, other_rate, paced
from paceline.health._rates import underflow, zeros
from paceline.health._weight_decay import weight_decay
from paceline.schedules import Recipe, Schedule, _checks


def check(schedule: Schedule, *, steps: int, optimizer: Any = None) -> list[Finding]:
    """Return what is wrong with `schedule` for a run of `steps` updates, an empty list if nothing.

    It finds a schedule that is longer or shorter than the run; a warm-up that the run does not
    see the end of; a first or last update at rate 0; a rate that changes more than tenfold from one
    update to the next, or falls to 0 from above a tenth of the peak; and rates that float32
    loses. A rise to no more than the highest rate so far is a restart; a rise after which it rises
    as steeply, or a fall no steeper than the two steps before it, is a slope: neither is a jump.

    With the optimizer it also finds a schedule that counts updates while the optimizer accumulates
    gradients; a weight decay that does not follow the rate; a counter that a resume set back to 0;
    and an optimizer that uses another rate. It is not changed; what it does is tried on a copy.

    Up to a million updates each rate is looked at. Of a longer run 100,000 are, evenly spaced,
    with those beside the first 10,000 edges between segments, and where the rate changes tenfold
    between two of them the place is narrowed down. What is then not seen is a jump between two of
    them that is undone before the second.

    Args:
        schedule: the schedule; a recipe without steps is made for `steps`.
        steps: how many updates the run makes, 1 or more; with gradient accumulation an update is
            made of several batches.
        optimizer: the Keras optimizer of the run, or None.

    Returns:
        One `Finding` for each thing, which prints as two lines: what was found and the remedy.

    Raises:
        TypeError: what is no schedule of Paceline, no whole number of updates or no optimizer.
        ValueError: fewer than 1 update, or a recipe without steps inside another schedule.

    Example:
        >>> import paceline
        >>> schedule = paceline.cosine(peak=1e-3, floor=1e-5, steps=1000)
        >>> paceline.check(schedule, steps=1000)
        []
        >>> for finding in paceline.check(schedule, steps=1500):
        ...     print(finding)
        The schedule lasts 1000 updates, the run 1500: for the last 500 updates the rate stays at
        1e-05.
        Fit its shape to the run: schedule.over(1500)
    """
    _check_schedule(schedule)
    fix = "Give how many updates the run makes: see paceline.count_steps."
    steps = _checks.count(steps, owner="check", name="steps", fix=fix)
    _check_optimizer(optimizer)
    if isinstance(schedule, Recipe):
        try:
            schedule = schedule.over(steps)
        except ValueError as error:
            return [too_short_for(schedule, steps, error)]
    run = paced(schedule, steps, optimizer)
    findings = [*length(run), *warmup(run), *zeros(run), *jumps(run), *underflow(run)]
    if optimizer is not None:
        findings += [
            *accumulation(run, optimizer),
            *weight_decay(optimizer),
            *lost_step(optimizer),
            *other_rate(run, optimizer),
        ]
    return findings


def _check_schedule(schedule: Any) -> None:
    if isinstance(schedule, Schedule):
        return
    if isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        way = "Turn one of Keras into one of Paceline: paceline.from_keras(...)."
    else:
        way = "For a fixed rate use paceline.schedules.Constant(rate=...)."
    raise TypeError(
        f"check needs schedule, one of Paceline; got schedule={schedule!r} "
        f"({type(schedule).__name__}). {way}"
    )


def _check_optimizer(optimizer: Any) -> None:
    kind = keras.optimizers.Optimizer
    if optimizer is None or isinstance(optimizer, kind):
        return
    if isinstance(optimizer, type) and issubclass(optimizer, kind):
        way = f"Make one of the class: {optimizer.__name__}(learning_rate=schedule)."
    elif isinstance(optimizer, keras.Model):
        way = "Give the model's optimizer: model.optimizer."
    else:
        way = "Make one: keras.optimizers.Adam(learning_rate=schedule)."
    raise TypeError(
        f"check needs optimizer, one of Keras, or None; got optimizer={optimizer!r} "
        f"({type(optimizer).__name__}). {way}"
    )
