"""Does the rate change by more than ten times from one update to the next?"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from paceline.health._finding import Finding
from paceline.health._run import ROUNDING, Run, Steps


def jumps(run: Run) -> Iterator[Finding]:
    """Yield the first change of more than ten times from one update to the next."""
    early, late = run.rates[:-1], run.rates[1:]
    larger, smaller = np.maximum(early, late), np.minimum(early, late)
    highest = np.maximum.accumulate(run.rates)[:-1]
    restart = (late > early) & (late <= highest * ROUNDING)
    tenfold = (smaller > 0) & (larger > 10 * ROUNDING * smaller) & ~restart
    stop = (late == 0) & (early > run.rates.max() / 10)
    places = np.flatnonzero((np.diff(run.steps) == 1) & (tenfold | stop))
    if places.size:
        places = places[stop[places] | ~_on_slope(run, run.steps[places])]
    if not places.size:
        return
    place = int(places[0])
    step, before, after = int(run.steps[place]) + 1, float(early[place]), float(late[place])
    times = "straight to 0" if after == 0 else _times(before, after)
    others = f" It is the first of {places.size}." if places.size > 1 else ""
    yield Finding(
        name="jump",
        found=(
            f"The rate jumps from {before:.4g} (step {step - 1}) to {after:.4g} (step {step}), "
            f"{times}.{others}"
        ),
        remedy=_bridged(run, step, before, after or before / 100),
    )


def _on_slope(run: Run, steps: Steps) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return where the change after `steps` is no jump: what is beside it is as steep.

    That is the two steps before a fall, such as the last ones of a polynomial, which fall by a
    factor of 2^power, or the step after a rise, such as a warm-up from nearly 0.
    """
    around = np.clip(steps[:, None] + np.arange(-2, 3), 0, run.updates - 1)
    first, second, change, then = np.diff(run.at(around)).T
    falls = (change < 0) & (change >= np.maximum(first, second) * ROUNDING)
    rises = (change > 0) & (change <= then * ROUNDING)
    return falls | rises


def _times(before: float, after: float) -> str:
    factor = max(before, after) / min(before, after)
    return f"{factor:.4g} times {'down' if after < before else 'up'}"


def _bridged(run: Run, step: int, before: float, after: float) -> str:
    """Return how to put a slope between the two rates, gentle enough to be no jump itself."""
    lasts, call = run.schedule.length, step * run.pace
    if lasts is not None and call >= lasts:
        return f"Fit its shape to the run: {run.fitted('schedule')}"
    long = max(20, run.updates // 50)
    ends = f"start={before!r}, end={after!r}, steps={long * run.pace}"
    slope = f"paceline.schedules.Exponential({ends})"
    code = run.kept(f"(schedule.cut({call}) >> {slope} >> schedule.skipped({call}))")
    return f"Let it change over {long} updates: {code}"
