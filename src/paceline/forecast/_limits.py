"""Where a law of the loss is not to be trusted, in words."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from paceline.forecast._cells import Floats
from paceline.forecast._curve import Curve
from paceline.forecast._law import Law

_STRETCH = 0.05
"""Of a run: so long at one rate is constant."""
_SAME = 0.01
"""Rates this near to each other, of the larger, are one."""
_DROP = 0.5
"""Of the rate before it: a fall to less is a drop."""
_FARTHEST = 4
"""Times the longest run: so far a law was not seen to hold."""
_POINTS = 10
"""A parameter needs so many losses."""
_RISE = 0.02
"""Of the loss: a rise above the lowest by more is no noise of a mean."""
_PARTS = 20
_APART, _FOREIGN = 0.03, 0.25
"""In log loss: so far from the law of all, a curve is suspect, and is of another task."""
_CLEARLY = 4
"""Standard errors by which it must lie apart besides."""


def limits_of_fit(law: Law, curves: Sequence[Curve], off: Mapping[str, Floats]) -> list[str]:
    """Return the warnings about curves; `off` is by what each log loss lies above the law.

    Raises:
        ValueError: curves whose losses cannot belong together.
    """
    shifts = {name: float(np.median(each)) for name, each in off.items()}
    _check_together(shifts)
    found = [f"{each.name}: {note}" for each in curves for note in each.notes]
    if not any(_is_telling(each) for each in curves):
        found.append(
            "No curve has both a stretch at one rate and a drop after it, so that noise and "
            "progress can't be told apart: what a decay gives is hardly known. Add a run whose "
            "rate drops."
        )
    if len(curves) == 1:
        found.append(
            "There is one curve: how far the forecast of another schedule may be off is told by "
            "its end alone. Add a run with another schedule."
        )
    points, needed = sum(len(each.losses) for each in curves), _POINTS * len(law.parameters)
    if points < needed:
        found.append(
            f"The curves have {points} losses together, for {len(law.parameters)} parameters: "
            f"{needed} or more make a forecast. Log the loss more often."
        )
    rising = [each.name for each in curves if _rises(each)]
    if rising:
        found.append(
            f"The loss rises towards the end of {', '.join(rising)}: it overfits, which these laws "
            "don't know, so that a longer run would be worse than they say."
        )
    for name, value in shifts.items():
        error = stats.median_abs_deviation(off[name], scale="normal") / np.sqrt(len(off[name]))
        if abs(value) <= max(_APART, _CLEARLY * error):
            continue
        found.append(
            f"{name} lies {abs(value):.0%} {'above' if value > 0 else 'below'} the law that is "
            "nearest to all curves. See that it is of the same task, data and batch size."
        )
    return found


def limits_of_forecast(rates: Floats, curves: Sequence[Curve]) -> list[str]:
    """Return the warnings about a schedule, whose rates are [m], beside the fitted curves."""
    found = []
    longest = max(len(each.rates) for each in curves)
    if len(rates) > _FARTHEST * longest:
        found.append(
            f"{len(rates):,} updates are {len(rates) / longest:.1f} times the longest curve: no "
            f"law was seen to hold beyond {_FARTHEST} times."
        )
    peak, known = rates.max(), sorted({float(each.rates.max()) for each in curves})
    if not any(abs(peak - each) <= _SAME * max(peak, each) for each in known):
        shown = ", ".join(f"{each:.3g}" for each in known)
        found.append(
            f"The peak {peak:.3g} is none of the fitted ones ({shown}): how the loss depends on "
            "the peak is not known, above all whether it diverges."
        )
    return found


def _check_together(off: Mapping[str, float]) -> None:
    low, high = min(off, key=lambda name: off[name]), max(off, key=lambda name: off[name])
    if off[high] - off[low] > _FOREIGN:
        raise ValueError(
            f"fit needs curves of one task; the losses of {high} lie "
            f"{np.expm1(off[high] - off[low]):.0%} above those of {low} as any one law relates "
            "them. Give curves of the same model, data, batch size and loss."
        )


def _is_telling(curve: Curve) -> bool:
    """Return whether a stretch at one rate is followed by half of it, or less."""
    rates = curve.rates
    changes = np.flatnonzero(abs(np.diff(rates)) > 1e-6 * rates.max()) + 1
    starts = np.concatenate([[0], changes])
    lengths = np.diff(np.append(starts, len(rates)))
    lowest_after = np.minimum.accumulate(rates[::-1])[::-1][starts]
    long = lengths >= _STRETCH * len(rates)
    return bool((long & (lowest_after < _DROP * rates[starts])).any())


def _rises(curve: Curve) -> bool:
    """Return whether the last part of a curve is above an earlier one, by more than the noise."""
    parts = np.array_split(curve.losses, min(_PARTS, len(curve.losses)))
    means = np.array([part.mean() for part in parts])
    errors = np.array([part.std() / np.sqrt(len(part)) for part in parts])
    lowest = int(np.argmin(means))
    beyond = means[-1] - means[lowest]
    return bool(beyond > max(_RISE * means[lowest], 3 * (errors[-1] + errors[lowest])))
