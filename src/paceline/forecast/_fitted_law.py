"""A law of the loss, fitted to curves."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from paceline.forecast._best_decay import best_decay
from paceline.forecast._cells import Floats, Ints
from paceline.forecast._charts import chart
from paceline.forecast._curve import Curve
from paceline.forecast._fit import Fit
from paceline.forecast._forecast import Forecast
from paceline.forecast._intervals import Doubt
from paceline.forecast._limits import limits_of_forecast
from paceline.forecast._place import Place
from paceline.forecast._rates import rates_of
from paceline.schedules import Schedule, _checks

if TYPE_CHECKING:
    import altair

_POINTS = 400
_FIRST = 0.01
"""Of the run: where a forecast begins, as no law knows the first updates."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class FittedLaw:
    """A law with its parameters, which forecasts the loss of other schedules."""

    law: str
    """Its name: "power_noise", "multi_power" or "momentum"."""
    parameters: dict[str, float]
    """By their names in the law's formula, for rates as the optimizer counts them."""
    peak: float
    """The largest rate of the curves, P in the formulas."""
    curves: tuple[Curve, ...]
    misses: dict[str, float]
    """The mean of |log L - log loss| of each curve: about the relative error of the fit."""
    left_out: dict[str, float]
    """The same of each curve by the law of the others; of a single one, of its end by its start."""
    warnings: tuple[str, ...]
    """What speaks against trusting it, in sentences."""
    _fit: Fit
    _doubt: Doubt

    def predict(
        self,
        schedule: Schedule,
        *,
        steps: int | None = None,
        at: npt.ArrayLike | None = None,
        level: float = 0.9,
    ) -> Forecast:
        """Return the loss that the law expects under a schedule.

        Args:
            schedule: with the warm-up that the run will have.
            steps: how many updates the run makes, for a recipe or a schedule without an end; None:
                the schedule's length.
            at: the 0-based updates after which to forecast, growing; None: about 400, from a
                hundredth of the run to its last.
            level: of the interval, between 0 and 1.

        Raises:
            TypeError: no schedule of Paceline.
            ValueError: a horizon that is not known, rates that are no rates, `at` or `level` out
                of range.
        """
        rates = rates_of(schedule, steps, owner="predict", name="schedule")
        fix = "It is a probability, such as 0.9."
        level = _checks.between(
            level, owner="predict", name="level", least=0.01, most=0.999, fix=fix
        )
        points = _points(len(rates)) if at is None else _checked(at, len(rates))
        place = self._place(rates, points)
        if not place.clock[0]:
            raise ValueError(
                f"predict needs a rate above 0 up to the first place; got 0 at all updates up to "
                f"{points[0]}. Forecast later ones: at=[...]."
            )
        low, high = self._doubt.bounds(lambda fit: fit.logs(place), level)
        return Forecast(
            schedule=schedule,
            rates=rates,
            steps=points,
            losses=np.exp(self._fit.logs(place)),
            low=np.exp(low),
            high=np.exp(high),
            level=level,
            warnings=(*self.warnings, *limits_of_forecast(rates, self.curves)),
        )

    def predict_curve(self, curve: Curve) -> Floats:
        """Return the loss [n] that the law says where a curve's losses were logged.

        The curve may be one that the law was fitted to, or another of the same task: how far it is
        off there says how far to trust it.
        """
        moved = np.cumsum(curve.rates)[curve.steps] > 0  # before, no law says anything
        losses = np.full(len(curve.steps), np.nan)
        losses[moved] = np.exp(self._fit.logs(self._place(curve.rates, curve.steps[moved])))
        return losses

    def _place(self, rates: Floats, points: Ints) -> Place:
        return Place.of(self._fit.law, rates / self.peak, points)

    def chart(self) -> altair.VConcatChart:
        """Return the curves with the law's fit of each, above their rates."""
        return chart(self, {})

    def best_decay(self, *, peak: float, steps: int, warmup: int | None = None) -> Schedule:
        """Return the schedule with the lowest loss at its end that the law expects.

        It is paceline.wsd with the best decay: its shape (linear, cosine, 1 - sqrt) and how long it
        takes, up to all that the warm-up leaves.

        Args:
            peak: the largest rate; the law compares no peaks.
            steps: how many updates the run makes.
            warmup: updates of warm-up; None: as many as the curve with the longest one had.

        Raises:
            ValueError: numbers out of range, a warm-up that leaves nothing.

        Source: Luo et al., ICLR 2025, section 5, for choosing a schedule by a law.
        """
        peak = _checks.above_zero(peak, owner="best_decay", name="peak", fix="It is a rate.")
        fix = "Give how many updates the run makes."
        steps = _checks.count(steps, owner="best_decay", name="steps", fix=fix)
        if warmup is None:
            warmup = max(int(np.argmax(each.rates)) for each in self.curves)

        def final(schedule: Schedule) -> float:
            rates = rates_of(schedule, steps, owner="best_decay", name="schedule")
            return float(self._fit.logs(self._place(rates, np.array([steps - 1])))[0])

        return best_decay(final, peak=peak, steps=steps, warmup=warmup)

    def __repr__(self) -> str:
        """Return the law, its parameters and how far it misses."""
        values = ", ".join(f"{name}={value:.4g}" for name, value in self.parameters.items())
        return (
            f"<FittedLaw {self.law} of {len(self.curves)} curves: {values}; misses "
            f"{_mean(self.misses):.2%} of the loss, of a curve left out {_mean(self.left_out):.2%}>"
        )


def _mean(misses: dict[str, float]) -> float:
    return float(np.mean(list(misses.values())))


def _points(length: int) -> Ints:
    first = min(int(_FIRST * length), length - 1)
    return np.unique(np.linspace(first, length - 1, _POINTS).round()).astype(np.int64)


def _checked(at: Any, length: int) -> Ints:
    found: Floats = np.asarray(at, dtype=np.float64)
    good = found.ndim == 1 and len(found) and (found % 1 == 0).all() and (np.diff(found) > 0).all()
    if not (good and found[0] >= 0 and found[-1] < length):
        raise ValueError(
            f"predict needs at, whole updates from 0 to {length - 1} that grow; got at={at!r}. "
            "Give 0-based updates of the run."
        )
    return found.astype(np.int64)
