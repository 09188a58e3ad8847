"""Schedules that are written in epochs."""

import inspect
from collections.abc import Callable
from typing import Any

from paceline.schedules import _checks
from paceline.schedules._schedule import Schedule
from paceline.schedules._tabulated import Tabulated

_FEW = "Give how many updates an epoch has: see paceline.count_steps."


def per_epoch(schedule: Schedule, steps_per_epoch: int) -> Schedule:
    """Return a schedule written in epochs, for updates: rate(step) = schedule(step // n).

    The rate changes once an epoch, as with `LearningRateScheduler` or with PyTorch's
    `scheduler.step()` at the end of each epoch. For one that changes at every update write
    `schedule.stretched(by=steps_per_epoch)`.

    Args:
        schedule: a schedule whose steps are epochs.
        steps_per_epoch: n, how many updates an epoch has, 1 or more.

    Raises:
        ValueError: fewer than 1 update, or a recipe that does not know its horizon yet.
        TypeError: what is no schedule.

    Example:
        >>> from paceline.schedules import Linear
        >>> schedule = per_epoch(Linear(start=0.1, end=0.0, steps=5), 100)
        >>> [round(float(schedule(step)), 3) for step in (99, 100, 199, 200)], schedule.length
        ([0.1, 0.08, 0.08, 0.06], 500)
    """
    return slowed(schedule, steps_per_epoch, owner="per_epoch", name="steps_per_epoch", fix=_FEW)


def slowed(schedule: Any, count: Any, *, owner: str, name: str, fix: str) -> Schedule:
    """Return schedule(step // count)."""
    if not isinstance(schedule, Schedule):
        raise TypeError(
            f"{owner} needs a Paceline schedule; got schedule={schedule!r} "
            f"({type(schedule).__name__}). For a function of the epoch use from_epochs(...)."
        )
    count = _checks.count(count, owner=owner, name=name, fix=fix)
    return schedule.stretched(by=count).held(every=count) if count > 1 else schedule


def from_epochs(
    function: Callable[..., Any],
    *,
    epochs: int,
    steps_per_epoch: int,
    initial: float | None = None,
) -> Schedule:
    """Return the rates that a Python function of the epoch gives, as a table: function(epoch).

    It is called once for each epoch when the schedule is made, so `math.exp`, `if` and whatever
    else works. A function of (epoch, rate), as `LearningRateScheduler` takes, gets the rate of the
    epoch before, and in the first epoch `initial`.

    Args:
        function: of the epoch (0-based), or of the epoch and the last rate; it returns a rate.
        epochs: how many epochs, 1 or more.
        steps_per_epoch: how many updates an epoch has, 1 or more.
        initial: the rate before the first epoch, for a function of (epoch, rate).

    Raises:
        ValueError: a rate that is negative or not finite, a count below 1, no `initial` where one
            is needed.
        TypeError: what is no function, or one that returns no number.

    Example:
        >>> import math
        >>> schedule = from_epochs(lambda n: 0.01 * math.exp(-n / 2), epochs=5, steps_per_epoch=100)
        >>> round(float(schedule(250)), 6), schedule.length
        (0.003679, 500)
    """
    fix = "Give how many epochs the training has."
    epochs = _checks.count(epochs, owner="from_epochs", name="epochs", fix=fix)
    if not callable(function):
        raise TypeError(
            f"from_epochs needs a function of the epoch; got {function!r}. For a schedule use "
            "per_epoch(...)."
        )
    rates: list[float] = []
    both = _takes_two(function)
    if both and initial is None:
        raise ValueError(
            f"from_epochs needs initial for a function of (epoch, rate); got initial=None for "
            f"{function!r}. Give the rate that the optimizer begins with."
        )
    if initial is not None:
        initial = _checks.rate(initial, owner="from_epochs", name="initial")
    last = initial
    for epoch in range(epochs):
        rate = function(epoch, last) if both else function(epoch)
        if hasattr(rate, "shape") and rate.shape == ():
            rate = float(rate)
        last = _checks.rate(rate, owner="from_epochs", name=f"function({epoch})")
        rates.append(last)
    return per_epoch(Tabulated(rates=tuple(rates)), steps_per_epoch)


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(0, 0.0)
    except TypeError:
        return False
    except ValueError:  # a builtin without a signature
        return False
    return True
