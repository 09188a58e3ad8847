"""What other finders do, from their descriptions: one sweep, and a rule that reads its losses.

A sweep is one training of 100 updates whose rate grows by the same factor at each. fastai and
torch-lr-finder sweep from 1e-7 to 10, Lightning from 1e-8 to 1; each smooths the losses, and stops
where they grow, in a way of its own.
"""

import dataclasses
import math
from collections.abc import Callable, Sequence

import numpy as np

import paceline
from paceline.schedules import Exponential
from paceline.trials import Trainer, Trial, Variant, checked_model, choose_loop

UPDATES = 100
RANGES = {"fastai": (1e-7, 10.0), "Lightning": (1e-8, 1.0)}

Numbers = np.ndarray


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """The rate of each update, and the loss of its own batch before it."""

    rates: Numbers
    losses: Numbers


Sweeps = dict[str, Curve]
"""A curve for each of `RANGES`, from the same initial weights and batches."""


def sweeps(task: paceline.Task, seeds: Sequence[int]) -> dict[int, Sweeps]:
    """Return the sweeps of a task from the initial weights of each seed."""
    batch = int(task.batch_size)
    samples = min(task.train.samples, UPDATES * batch)
    epochs = math.ceil(UPDATES / math.ceil(samples / batch))
    train = task.train.take(slice(0, samples))
    short = dataclasses.replace(task, train=train, validation=None, epochs=epochs)
    variants = {
        name: Variant(schedule=Exponential(start=low, end=high, steps=UPDATES))
        for name, (low, high) in RANGES.items()
    }
    trainer = Trainer(short, variants, choose_loop(short, checked_model(short)[0]))
    swept = {seed: {name: _curve(trainer, name, seed) for name in RANGES} for seed in seeds}
    first = [[curve.losses[0] for curve in each.values()] for each in swept.values()]
    # the loss before the first update: one for each seed, whatever the rates
    assert [len(set(each)) for each in first] == [1] * len(seeds), first
    assert len({each[0] for each in first}) == len(seeds), first
    return swept


def _curve(trainer: Trainer, name: str, seed: int) -> Curve:
    outcome = trainer.run(Trial(variant=name, seed=seed))
    assert outcome.is_result, outcome.error
    return Curve(rates=outcome.rates[:UPDATES], losses=outcome.losses[:UPDATES])


def _running_mean(losses: Numbers, beta: float = 0.98) -> Numbers:
    """Return the exponential running mean, without its bias towards 0."""
    weights = beta ** np.arange(len(losses))
    return np.array(
        [
            np.average(losses[: end + 1][::-1], weights=weights[: end + 1])
            for end in range(len(losses))
        ]
    )


def _leaky_mean(losses: Numbers, share: float = 0.05) -> Numbers:
    """Return the running mean that begins at the first loss."""
    smooth = [float(losses[0])]
    for loss in losses[1:]:
        smooth.append(share * loss + (1 - share) * smooth[-1])
    return np.array(smooth)


def _until_growth(losses: Numbers, times: float) -> int:
    """Return how many losses there are up to the first above `times` the smallest before."""
    growing = losses > times * np.minimum.accumulate(losses)
    return int(growing.argmax()) + 1 if growing.any() else len(losses)


def _read(
    curve: Curve, smooth: Callable[[Numbers], Numbers], times: float, skip: tuple[int, int]
) -> Curve:
    """Return what a finder looks at: smoothed, cut where it grows, without both ends."""
    finite = np.isfinite(curve.losses)
    count = len(finite) if finite.all() else int(finite.argmin())
    losses = smooth(curve.losses[:count]) if count else curve.losses[:0]
    kept = slice(skip[0], (_until_growth(losses, times) if count else 0) - skip[1])
    return Curve(rates=curve.rates[:count][kept], losses=losses[kept])


def _fastai(sweeps: Sweeps) -> Curve:
    return _read(sweeps["fastai"], _running_mean, 4.0, (10, 5))


def valley(sweeps: Sweeps) -> float:
    """The middle of the longest decreasing subsequence, counted back from its end."""
    curve = _fastai(sweeps)
    lengths: list[int] = []
    for place, loss in enumerate(curve.losses):
        above = [lengths[before] for before in np.flatnonzero(curve.losses[:place] > loss)]
        lengths.append(1 + max(above, default=0))
    if not lengths:
        return math.nan
    end = int(np.argmax(lengths))
    third = lengths[end] / 3
    return float(curve.rates[max(0, end - lengths[end] + int(third) + int(third / 2))])


def minimum(sweeps: Sweeps) -> float:
    """A tenth of the rate at the smallest loss."""
    curve = _fastai(sweeps)
    return float(curve.rates[curve.losses.argmin()]) / 10 if len(curve.rates) else math.nan


def steep(sweeps: Sweeps) -> float:
    """Where the loss falls fastest from one update to the next, in log rate."""
    curve = _fastai(sweeps)
    if len(curve.rates) < 2:
        return math.nan
    slopes = np.diff(curve.losses) / np.diff(np.log(curve.rates))
    return float(curve.rates[slopes.argmin()])


def slide(sweeps: Sweeps, width: int = 15, threshold: float = 0.005) -> float:
    """The left end of a window that slides down from the right while its ends' slopes differ."""
    curve = _fastai(sweeps)
    if len(curve.rates) <= width:
        return math.nan
    slopes = np.gradient(curve.losses)
    chosen = left = len(slopes) - 1 - width
    while left >= 0 and abs(slopes[left + width] - slopes[left]) > threshold:
        chosen, left = left, left - 1
    return float(curve.rates[chosen])


def middle(sweeps: Sweeps) -> float:
    """The geometric mean of valley and minimum/10."""
    return math.sqrt(valley(sweeps) * minimum(sweeps))


def lightning(sweeps: Sweeps) -> float:
    """Where the gradient of the loss is smallest, taken over the rate itself, not its logarithm."""
    curve = _read(sweeps["Lightning"], _running_mean, 4.0, (10, 1))
    if len(curve.rates) < 2:
        return math.nan
    return float(curve.rates[np.gradient(curve.losses, curve.rates).argmin()])


def torch_lr_finder(sweeps: Sweeps) -> float:
    """Where the loss falls fastest from one update to the next."""
    curve = _read(sweeps["fastai"], _leaky_mean, 5.0, (10, 5))
    return (
        float(curve.rates[np.gradient(curve.losses).argmin()]) if len(curve.rates) > 1 else math.nan
    )


RULES: dict[str, Callable[[Sweeps], float]] = {
    "Lightning as shipped (>= 2.5.3)": lightning,
    "torch-lr-finder, steepest": torch_lr_finder,
    "fastai steep": steep,
    "fastai slide": slide,
    "fastai minimum / 10": minimum,
    "fastai valley": valley,
    "geometric mean of valley and minimum/10": middle,
}
BEATEN = [name for name in RULES if name not in ("fastai steep", "fastai slide")]
"""What the suggestion has to be better than, each."""
