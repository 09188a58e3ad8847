"""Replay: every rate from the same start on the same batches, and the probe loss afterwards."""

import dataclasses
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from paceline.range_test._curve import Problem, RangeTestResult, Replays, Suggestion, Sweep

Numbers = npt.NDArray[np.float64]
ReplayOf = Callable[[float, int], float]
"""Of a rate and a number of updates; returns the probe loss."""

COARSE, FINE = 10, 40
"""Updates at each rate."""
_AROUND = np.array([-2, -1, 0, 1, 2]) / 3
"""Decades from the best coarse rate."""
_WIDER = 2
"""Decades that are added, once, where the best is at an end."""
_PLACES = 1001
FLAT, WEAK = 0.01, 0.1
"""Shares of the size of the probe loss: below the first there is no suggestion."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Start:
    """The probe loss before any update, and what a loss counts at most."""

    loss: float

    @property
    def size(self) -> float:
        """What a fall is compared with."""
        return abs(self.loss)

    def clipped(self, losses: Numbers) -> Numbers:
        """Return losses, where those that were lost count as half above the start."""
        most = self.loss + self.size / 2
        return np.minimum(np.where(np.isfinite(losses), losses, most), most)

    def fall(self, losses: Numbers) -> float:
        """Return how far the best of them lies below the start."""
        return self.loss - float(self.clipped(losses).min())


def replayed(replay: ReplayOf, *, low: float, high: float, warm_factor: float) -> RangeTestResult:
    """Return the curve and its suggestion.

    Coarse: rates by decades, 10 updates each. Fine: the best of them and +-1/3, +-2/3 of a decade,
    40 updates each; the vertex of the parabola through the best three in log10(rate), times
    `warm_factor`.
    """
    start = Start(loss=replay(low, 0))
    if not np.isfinite(start.loss):
        reason = (
            f"The probe loss is {start.loss} before any update. Look at the data and the weights: "
            "one of them is not finite."
        )
        return none(start, problem="not_the_rate", reason=reason)
    coarse = _coarse(replay, start, low, high)
    if (found := _problem(replay, start, coarse)) is not None:
        return none(start, coarse, problem=found[0], reason=found[1])
    center = coarse.rates[int(np.argmin(start.clipped(coarse.losses)))]
    fine = _at(replay, center * 10**_AROUND, FINE)
    drop = start.fall(fine.losses) / max(start.size, np.finfo(float).tiny)
    if drop < FLAT:
        return none(start, coarse, fine, problem="flat", reason=_flat(coarse))
    losses = start.clipped(fine.losses)
    rate = _vertex(fine.rates, losses)
    near, far = width_of(fine.rates, losses, start)
    suggestion = Suggestion(
        rate=rate * warm_factor,
        low=min(near, rate) * warm_factor,
        high=max(far, rate) * warm_factor,
        drop=drop,
        strength=strength_of(drop),
    )
    return RangeTestResult(
        start=start.loss,
        replays=(coarse, fine),
        sweep=None,
        suggestion=suggestion,
        reason=weakness(drop),
        problem=None,
        repeats=(suggestion.rate,),
    )


def strength_of(drop: float) -> Literal["strong", "weak"]:
    """Return how much the rate matters, by the share of its size that the loss fell by."""
    return "weak" if drop < WEAK else "strong"


def weakness(drop: float) -> str:
    """Return what to know about a weak suggestion; nothing about a strong one."""
    return "" if drop >= WEAK else "So little depends on the rate here."


def not_the_rate(reason: str) -> RangeTestResult:
    """Return that there is nothing to measure."""
    return none(Start(loss=float("nan")), problem="not_the_rate", reason=reason)


def _at(replay: ReplayOf, rates: Any, updates: int) -> Replays:
    losses = [replay(float(rate), updates) for rate in rates]
    return Replays(updates=updates, rates=np.asarray(rates), losses=np.array(losses))


def _coarse(replay: ReplayOf, start: Start, low: float, high: float) -> Replays:
    """Return the coarse curve, wider at the end where the best is, or where all are worse."""
    count = max(4, round(np.log10(high / low)) + 1)
    first = _at(replay, np.geomspace(low, high, count), COARSE)
    losses = start.clipped(first.losses)
    best = int(np.argmin(losses))
    if best == count - 1:
        more = _at(replay, high * 10.0 ** np.arange(1, _WIDER + 1), COARSE)
        return _joined(first, more)
    if best == 0:
        more = _at(replay, low * 10.0 ** np.arange(-_WIDER, 0), COARSE)
        return _joined(more, first)
    return first


def _joined(one: Replays, other: Replays) -> Replays:
    return Replays(
        updates=one.updates,
        rates=np.append(one.rates, other.rates),
        losses=np.append(one.losses, other.losses),
    )


def _problem(replay: ReplayOf, start: Start, coarse: Replays) -> tuple[Problem, str] | None:
    """Return why the best of the coarse rates is no place to look closer, or None."""
    rates, losses = coarse.rates, start.clipped(coarse.losses)
    if not np.isfinite(coarse.losses).any() and not np.isfinite(replay(0.0, COARSE)):
        return (
            "not_the_rate",
            f"The probe loss is not finite after {COARSE} updates, even at a rate of 0: it is not "
            "the rate's fault. Look for values that are not finite in the data or the loss.",
        )
    best = int(np.argmin(losses))
    least = FLAT * start.size
    falls = start.fall(losses) >= max(least, np.finfo(float).tiny)
    if best == 0 and (falls or losses[0] > start.loss + least):
        return (
            "high",
            f"The range is too high: the smallest rate, {rates[0]:.3g}, is the best of them. Give "
            f"a smaller low, such as low={rates[0] / 1000:.0e}.",
        )
    if best == len(rates) - 1 and falls:
        return "low", _too_low(rates[-1])
    if not falls and rates[-1] < 1 and abs(losses[-1] - start.loss) < least:
        return "low", _too_low(rates[-1])
    if not falls and best in (0, len(rates) - 1):
        return "flat", _flat(coarse)
    return None


def _too_low(largest: float) -> str:
    return (
        f"The range is too low: up to its largest rate, {largest:.3g}, the loss still falls, or "
        f"does not change yet. Give a larger high, such as high={largest * 1000:g}."
    )


def _flat(coarse: Replays) -> str:
    return (
        f"No rate from {coarse.rates[0]:.3g} to {coarse.rates[-1]:.3g} lowers the probe loss by "
        "1 %. A model that is trained already, frozen weights or labels that do not belong to the "
        "data look so."
    )


def none(
    start: Start,
    *replays: Replays,
    problem: Problem,
    reason: str,
    sweep: Sweep | None = None,
) -> RangeTestResult:
    """Return a result without a suggestion."""
    return RangeTestResult(
        start=start.loss,
        replays=replays,
        sweep=sweep,
        suggestion=None,
        reason=reason,
        problem=problem,
        repeats=(float("nan"),),
    )


def _vertex(rates: Numbers, losses: Numbers) -> float:
    """Return the rate at the lowest point of the parabola through the best three."""
    middle = int(np.clip(np.argmin(losses), 1, len(rates) - 2))
    places = np.log10(rates[middle - 1 : middle + 2])
    curvature, slope, _ = np.polyfit(places, losses[middle - 1 : middle + 2], 2)
    if curvature <= 0:
        return float(rates[np.argmin(losses)])
    vertex = float(np.clip(-slope / (2 * curvature), *np.log10(rates[[0, -1]])))
    return float(10**vertex)


def width_of(rates: Numbers, losses: Numbers, start: Start) -> tuple[float, float]:
    """Return from which rate to which nine tenths of the fall are kept, on lines between them."""
    first, last = np.log10(rates[[0, -1]])
    places = np.linspace(first, last, _PLACES)
    most = losses.min() + 0.1 * start.fall(losses)
    inside = np.interp(places, np.log10(rates), losses) <= most
    best = int(np.argmin(np.abs(places - np.log10(rates[np.argmin(losses)]))))
    left, right = best, best
    while left > 0 and inside[left - 1]:
        left -= 1
    while right < _PLACES - 1 and inside[right + 1]:
        right += 1
    near = rates[0] if left == 0 else 10 ** places[left]
    far = rates[-1] if right == _PLACES - 1 else 10 ** places[right]
    return float(near), float(far)  # at an end the rate itself, to the last bit
