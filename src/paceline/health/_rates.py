"""Does every update of the run count: no rate is 0 at either end, none is lost in float32?"""

from collections.abc import Iterator

import numpy as np

from paceline.health._finding import Finding
from paceline.health._run import Run

_SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)


def zeros(run: Run) -> Iterator[Finding]:
    """Yield that the first or the last update has rate 0."""
    positive = run.steps[run.rates > 0]
    lasts, way = run.schedule.length, "Give it rates above 0."
    if run.rates[0] == 0:
        if positive.size:
            skipped = int(positive[0]) * run.pace
            if lasts is None or skipped < lasts:
                code = run.kept(f"schedule.skipped({skipped})")
                way = f"Begin with the first rate above 0: {code}"
        yield Finding(
            name="zero_start",
            found="The first update (step 0) has rate 0: it changes no weight.",
            remedy=way,
        )
    if run.rates[-1] == 0:
        if positive.size:
            kept = (int(positive[-1]) + 1) * run.pace
            code = "schedule" if lasts is not None and kept >= lasts else f"schedule.cut({kept})"
            way = f"Let it reach 0 only after the run: {run.fitted(code)}"
        yield Finding(
            name="zero_end",
            found=f"The last update (step {run.updates - 1}) has rate 0: it changes no weight.",
            remedy=way,
        )


def underflow(run: Run) -> Iterator[Finding]:
    """Yield rates that many devices take for 0: below float32's smallest normal number."""
    low = np.flatnonzero((run.rates > 0) & (run.rates < _SMALLEST_NORMAL))
    if not low.size:
        return
    place = int(low[0])
    floor = float(run.rates.max()) * 1e-6
    if floor > _SMALLEST_NORMAL:
        remedy = f"Keep it above: schedule.clip(floor={float(f'{floor:.3g}')!r})"
    else:
        remedy = "Give it larger rates, such as 1e-3."
    yield Finding(
        name="underflow",
        found=(
            f"The rate is {float(run.rates[place]):.4g} at step {int(run.steps[place])}: below "
            f"{_SMALLEST_NORMAL:.4g}, the smallest normal float32, many devices take it for 0."
        ),
        remedy=remedy,
    )
