"""The sum of a schedule's rates."""

import math
from typing import Any

import numpy as np

from paceline.schedules import _checks
from paceline.schedules._schedule import Schedule

_AT_ONCE = 1_000_000


def area(schedule: Schedule, steps: Any) -> float:
    """Return the sum of the rates of the first `steps` steps, or of all where None."""
    length = schedule.length
    if steps is None:
        if length is None:
            raise ValueError(
                f"area needs steps for a schedule that never ends; got {schedule!r}. Write "
                "schedule.area(steps=10_000)."
            )
        steps = length
    fix = "Give the number of updates to add up."
    steps = _checks.count(steps, owner="area", name="steps", least=0, fix=fix)
    inside = steps if length is None else min(steps, length)
    held = (steps - inside) * float(schedule(inside)) if steps > inside else 0.0
    return float(schedule._area(inside)) + held


def summed(schedule: Schedule, steps: int) -> float:
    """Return the sum of the rates of the first `steps` steps, one by one."""
    starts = range(0, steps, _AT_ONCE)
    return math.fsum(
        math.fsum(schedule(np.arange(start, min(start + _AT_ONCE, steps)))) for start in starts
    )


def line_area(start: float, end: float, steps: int, upto: int) -> float:
    """Return the sum of the first `upto` rates of a line from `start` to `end` over `steps`."""
    return upto * start + (end - start) * (upto * (upto - 1) / 2) / steps
