"""Short horizons: the whole schedule over fewer updates, and how far they can be trusted."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from scipy import stats

from paceline.tuning._families import LEAST_UPDATES, shortened

_OF_THE_HORIZON = (1 / 9, 1 / 3)

_PEAK_FALLS = 1 / 3
"""The power of the horizon by which the best peak falls."""

TRUSTED = 0.5
"""The least rank correlation with the next longer horizon."""

_ENOUGH = 5
"""Trials on both horizons, to say anything."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rung:
    """How a horizon's ranks agree with those of the next longer one."""

    horizon: int
    longer: int
    correlation: float
    """Spearman's; NaN where too few trials ran on both."""
    trials: int

    @property
    def trusted(self) -> bool:
        """Whether the ranks agree; what is not known is trusted."""
        return not self.correlation < TRUSTED

    @property
    def sentence(self) -> str:
        """What it means that the ranks do not agree."""
        shown = f"{self.correlation:.2f}".replace("-", "−")
        return (
            f"Ranks after {self.horizon:,} updates did not foretell those after {self.longer:,} "
            f"(rank correlation {shown} over {self.trials} schedules), so the search went on over "
            "the longer horizon."
        )


def rungs_of(horizon: int) -> tuple[int, ...]:
    """Return the horizons of a search, rising: a ninth, a third and all, where they are apart."""
    lengths = [max(LEAST_UPDATES, round(horizon * share)) for share in _OF_THE_HORIZON]
    apart = sorted({length for length in lengths if 2 * length <= horizon})
    if len(apart) == 2 and 2 * apart[0] > apart[1]:
        apart = apart[1:]
    return (*apart, horizon)


def peak_over(peak: float, *, horizon: int, whole: int) -> float:
    """Return the peak that stands for `peak` where a training is shorter than the whole.

    A shorter training wants a larger one: peak * (whole / horizon)^(1/3).

    On digits with batches of 16 the best peak of a third of the horizon is larger by 0.07 to 0.20
    decades than that of the whole, of a ninth by 0.3 to 0.5: this gives 0.16 and 0.32.

    Source: Bjorck et al., "Scaling Optimal LR Across Token Horizons", 2024: a power of 0.32.
    """
    return shortened(peak * (whole / horizon) ** _PEAK_FALLS)


def rank_correlation(short: Sequence[float], long: Sequence[float]) -> float:
    """Return Spearman's rank correlation of values on two horizons, infinite ones last.

    NaN for fewer than 5 trials, and where all are alike on one of the horizons.

    Source: Spearman, "The proof and measurement of association between two things", 1904.
    """
    ranks = [stats.rankdata(values) for values in (short, long)]
    if len(short) < _ENOUGH or any(np.ptp(each) == 0 for each in ranks):
        return math.nan
    return float(np.corrcoef(*ranks)[0, 1])
