"""Does the schedule fit the run: is it as long, and is its warm-up over before the end?"""

from collections.abc import Iterator

import numpy as np

from paceline.health._finding import Finding
from paceline.health._run import MOST_EDGES, ROUNDING, Run
from paceline.schedules import Recipe
from paceline.schedules._pieces import pieces_of

_AHEAD = 1_000


def too_short_for(recipe: Recipe, steps: int, error: ValueError) -> Finding:
    """Return that `recipe` can't be made for a run of `steps` updates: `error` says why."""
    warmup = recipe.arguments.get("warmup")
    name, what = "length", "The recipe does not fit into"
    if isinstance(warmup, int) and warmup >= steps:
        name, what = "warmup", f"The warm-up of {warmup} updates leaves nothing of"
    return Finding(
        name=name,
        found=f"{what} a run of {steps} updates: {error}",
        remedy="Write its lengths as fractions of the run, such as 0.05, or train for longer.",
    )


def length(run: Run) -> Iterator[Finding]:
    """Yield that the schedule ends before the run does, or after it."""
    lasts, calls = run.schedule.length, run.calls
    if lasts is None or lasts == calls:
        return
    unit, whole = "updates", ""
    if run.pace > 1:
        unit, whole = "micro-batches", f" ({run.updates} updates of {run.pace})"
    if lasts < calls:
        end = float(run.schedule(lasts))
        then = f"for the last {calls - lasts} {unit} the rate stays at {end:.4g}."
    else:
        end, goal = float(run.rates[-1]), float(run.schedule(lasts))
        then = f"it is cut off at rate {end:.4g}, where it would go on to {goal:.4g}."
    found = f"The schedule lasts {lasts} {unit}, the run {calls}{whole}: {then}"
    remedy = f"Fit its shape to the run: {run.fitted('schedule')}"
    yield Finding(name="length", found=found, remedy=remedy)


def warmup(run: Run) -> Iterator[Finding]:
    """Yield that the rate still rises when the run ends, to a peak that no update sees."""
    ahead = _ahead(run)
    beyond = run.schedule(ahead)
    first, last, then = float(run.rates[0]), float(run.rates[-1]), float(beyond[0])
    peak = float(beyond.max())
    rises = last >= run.rates.max() and max(last, then) > first
    if not rises or peak <= last * ROUNDING:
        return
    step = int(ahead[int(np.argmax(beyond))]) // run.pace
    lasts = run.schedule.length
    if lasts is None:
        remedy = f"Shorten the warm-up, so that the peak comes well before step {run.updates}."
    elif float(run.schedule(lasts)) < peak:
        remedy = f"Shorten the warm-up, or fit the whole shape: {run.fitted('schedule')}"
    else:
        short = f"schedule.over({max(1, run.updates // 10)})"
        code = run.slowed(f"({short} >> paceline.schedules.Constant(rate={peak!r}))")
        remedy = f"Let the warm-up be a part of the run, and something follow it: {code}"
    yield Finding(
        name="warmup",
        found=(
            f"The warm-up is longer than the run: the rate still rises at the last update (step "
            f"{run.updates - 1}, {last:.4g}) and reaches its peak, {peak:.4g}, by step {step}."
        ),
        remedy=remedy,
    )


def _ahead(run: Run) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return calls from the end of the run on: every edge, and evenly between."""
    end = max(run.schedule.length or 10 * run.calls, run.calls)
    pieces = pieces_of(run.schedule, before=end, most=MOST_EDGES)
    edges = [piece.step for piece in pieces if piece.step > run.calls]
    evenly = np.linspace(run.calls, end, _AHEAD).astype(np.int64)
    return np.unique(np.concatenate([evenly, np.array(edges, dtype=np.int64)]))
