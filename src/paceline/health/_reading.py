"""What every detector reads off the curves, computed once."""

import functools

import numpy as np
from scipy import ndimage, optimize

from paceline.health._curves import Curves, Floats

_LEAST = 10
"""Losses; below, a median of a tenth of them is a single loss, and nothing can be told."""
_NORMAL = 1.4826
"""A normal distribution's standard deviation, in MADs."""
_LEVELS = 40
"""The running median spans a 40th of the run: spikes are shorter, descents longer."""
_WIDE = 12
"""The one for rebounds spans a 12th, so that the noise of batches hardly moves it."""
_SPIKE = 6.0
"""Standard deviations above the first loss up to which a loss counts."""
_SURE = 2.0
"""Standard deviations by which the end is below the start, where the loss is said to fall."""
_SMALLEST = float(np.finfo(np.float32).tiny)
"""Losses that float32 can't hold count as 0."""
_FLAT = 1e-9
"""Of the loss; below, nothing fell but rounding."""


class Reading:
    """The curves in units in which trainings look alike: the loss against progress.

    Progress at a place is the sum of the rates up to it over that of the whole run; where the rate
    was not logged, time takes its part. The loss is measured from 0, or from its smallest value
    where it is negative.
    """

    def __init__(self, curves: Curves) -> None:
        """Take the finite part of the losses, and the rate at each of them.

        Raises:
            ValueError: fewer than 10 losses are finite.
        """
        self.curves = curves
        finite = np.isfinite(curves.losses)
        if finite.sum() < _LEAST:
            raise ValueError(
                f"diagnose needs {_LEAST} training losses or more; got {finite.sum()} that are "
                f"finite from {curves.source}. Fewer can't tell: log the loss of every update, or "
                "train for more epochs."
            )
        self.places = curves.loss_steps[finite]
        self.shift = min(0.0, float(curves.losses[finite].min()))
        losses = curves.losses[finite] - self.shift
        self.losses = np.where(losses >= _SMALLEST, losses, 0.0)
        self.rates = self._rates()

    def _rates(self) -> Floats | None:
        rates, places = self.curves.rates, self.curves.rate_steps
        if rates is None or places is None:
            return None
        return np.interp(self.places, places, rates)

    @staticmethod
    def _median(values: Floats, span: int) -> Floats:
        return np.asarray(ndimage.median_filter(values, size=span | 1, mode="nearest"))

    @property
    def first(self) -> float:
        """The first loss: of an update, that of untrained weights."""
        return float(self.losses[0])

    @property
    def peak(self) -> float:
        """The largest rate, also between two losses; NaN where it was not logged."""
        return float("nan") if self.curves.rates is None else float(self.curves.rates.max())

    @functools.cached_property
    def hundredth(self) -> int:
        """How many losses a hundredth of the run has, or one."""
        return max(1, len(self.losses) // 100)

    @functools.cached_property
    def tenth(self) -> int:
        """How many losses a tenth of the run has."""
        return max(1, len(self.losses) // 10)

    @functools.cached_property
    def end(self) -> float:
        """The median of the last tenth."""
        return float(np.median(self.losses[-self.tenth :]))

    @functools.cached_property
    def noise(self) -> float:
        """The standard deviation of one loss about its trend, from the MAD of the differences."""
        return self.noise_of(self.losses)

    @staticmethod
    def noise_of(losses: Floats) -> float:
        """Return the standard deviation of one of `losses` about their trend."""
        return float(_NORMAL * np.median(np.abs(np.diff(losses))) / np.sqrt(2))

    @functools.cached_property
    def level(self) -> Floats:
        """The running median, which begins with the start."""
        least = 5 if self.curves.unit == "update" else 1  # an epoch's mean is smooth by itself
        level = self._median(self.losses, max(least, len(self.losses) // _LEVELS))
        return np.concatenate([[self.start], level[1:]])

    @functools.cached_property
    def wide_level(self) -> Floats:
        """The median of every span of a 12th of the run, those that are whole."""
        span = max(3, len(self.losses) // _WIDE) | 1
        return self._median(self.losses, span)[span // 2 : -(span // 2)]

    @functools.cached_property
    def start(self) -> float:
        """The median of the first hundredth: one loss of a small batch may be far off."""
        return float(np.median(self.losses[: self.hundredth]))

    @functools.cached_property
    def falls(self) -> bool:
        """Whether the loss ends lower than it began, beyond its noise."""
        counts = np.array([self.hundredth, self.tenth])
        spread = _SURE * self.noise * float(np.sqrt((1 / counts).sum()))
        return self.start - self.end > max(spread, _FLAT * abs(self.start))

    @functools.cached_property
    def progress(self) -> Floats:
        """[n] from 0 to 1: the share of the rates' sum that each loss came after.

        An epoch's mean counts as the loss at its middle.
        """
        spans = np.diff(self.places, prepend=self.places[0] - np.median(np.diff(self.places)))
        parts = spans if self.rates is None else spans * self.rates
        sums = np.cumsum(parts)
        before = parts if self.curves.unit == "update" else 0.5 * parts
        return (sums - before) / max(float(sums[-1]), np.finfo(float).tiny)

    @functools.cached_property
    def fall(self) -> Floats:
        """[n] the share of the fall that was done by each loss, by a falling fit.

        Means, not medians, as the losses of small batches are skewed; what is far above the first
        counts as so far above.
        """
        calm = np.minimum(self.losses, self.first + _SPIKE * self.noise)
        start, end = calm[: self.hundredth].mean(), calm[-self.tenth :].mean()
        fit = optimize.isotonic_regression(calm, increasing=False).x
        return np.asarray((start - fit) / (start - end))

    def progress_at(self, share: float) -> float:
        """Return the progress at which `share` of the fall was done."""
        after = max(1, int(np.argmax(self.fall >= share)))
        two = slice(after - 1, after + 1)
        return float(np.interp(share, self.fall[two], self.progress[two]))

    def text(self, loss: float) -> str:
        """Return a loss as it was logged, in words."""
        return f"{loss + self.shift:.4g}"

    def where(self, index: int) -> str:
        """Return the place of a loss in words."""
        return self.words(float(self.places[index]))

    def words(self, place: float) -> str:
        """Return a place in words."""
        return f"{self.curves.unit} {place:,.0f}"


def surety(value: float, threshold: float) -> float:
    """Return how sure a finding is: 0.5 at the threshold, 0.75 at its double, towards 1 beyond.

    Example:
        >>> surety(2.0, 1.0), surety(10.0, 1.0)
        (0.75, 0.95)
    """
    return float(min(0.99, 1 - 0.5 * threshold / value))
