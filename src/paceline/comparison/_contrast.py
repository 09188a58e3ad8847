"""A variant against the baseline, seed by seed."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Literal

import numpy as np

from paceline.comparison._equivalence import equivalence
from paceline.comparison._holm import holm
from paceline.comparison._power import LEVEL, fewest_seeds, seeds_needed
from paceline.comparison._sign_flip import sign_flip, signed_ranks
from paceline.comparison._statistics import Estimate, estimate

Verdict = Literal["better", "worse", "practically equal", "no evidence", "too few seeds"]

Values = Mapping[int, float]
"""The final metric by seed; NaN, or infinite, where the trial diverged or gave no number."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Contrast:
    """What a variant gave against the baseline on the same seeds.

    The verdict is "too few seeds" below the fewest with which the test can ever find anything;
    else "better" or "worse" where `corrected_p` is below 0.05; else "practically equal" where
    `equal_p` is; else "no evidence".
    """

    pairs: int
    """Seeds on which both gave a result."""
    difference: Estimate
    """The metric minus the baseline's; no interval where a trial diverged."""
    p: float
    """Of the sign-flip test; 1 without pairs."""
    corrected_p: float
    """Holm's, over all variants that are compared with the baseline."""
    on_ranks: bool
    """Whether the test is on signed ranks, because a trial diverged."""
    beats: float
    """The share of pairs in which the variant is better, ties counting half; NaN without pairs."""
    equal_p: float
    """Of the two one-sided tests; NaN without a margin, or where a trial diverged."""
    seeds_needed: int | None
    """To see the observed difference at 80 % power; None: more than 1,000, or no way to tell."""
    verdict: Verdict


def contrasts(
    values: Mapping[str, Values],
    *,
    baseline: Values,
    higher_is_better: bool,
    margin: float,
) -> dict[str, Contrast]:
    """Return the contrast of each variant in `values` with the `baseline`, by name.

    Diverged trials rank last and are excluded from none of the rank-based figures. With one of
    them among the pairs the sign-flip test is on signed ranks, and there is no interval.

    Args:
        values: by variant, the metric by seed.
        baseline: the baseline's metric by seed.
        higher_is_better: the direction of the metric.
        margin: the difference that does not matter; NaN: none was fixed before the run.

    Example:
        >>> better = {seed: 0.5 - 0.01 * seed for seed in range(8)}
        >>> base = {seed: 1.0 for seed in range(8)}
        >>> found = contrasts({"a": better}, baseline=base, higher_is_better=False, margin=0.01)
        >>> found["a"].verdict, found["a"].p
        ('better', 0.0078125)
    """
    pairs = {name: _Pairs(own, baseline, higher_is_better) for name, own in values.items()}
    p = {name: sign_flip(found.ranked) for name, found in pairs.items()}
    corrected = holm(p)
    return {
        name: _contrast(found, p[name], corrected[name], margin, len(p))
        for name, found in pairs.items()
    }


def beats(one: Values, other: Values, *, higher_is_better: bool) -> float:
    """Return the share of common seeds on which `one` is better than `other`, ties counting half.

    P(A beats B) = (pairs in which A is better + half the ties) / pairs.

    Source: Bouthillier et al., "Accounting for Variance in Machine Learning Benchmarks", 2021,
    equation 9; ties as in Vargha and Delaney, 2000.

    Example:
        >>> beats({0: 0.9, 1: 0.8}, {0: 0.5, 1: 0.8}, higher_is_better=True)
        0.75
    """
    return _Pairs(one, other, higher_is_better).beats


class _Pairs:
    """Two variants' metrics on their common seeds."""

    def __init__(self, one: Values, other: Values, higher_is_better: bool) -> None:
        found = [(one[seed], other[seed]) for seed in one if seed in other]
        pairs = np.array(found, dtype=np.float64).reshape(-1, 2)
        finite = np.isfinite(pairs)
        self.higher_is_better = higher_is_better
        self.on_ranks = not bool(np.all(finite))
        """Whether a trial diverged, or gave no number."""
        with np.errstate(invalid="ignore"):  # infinite minus infinite
            self.differences = np.where(np.all(finite, axis=1), pairs[:, 0] - pairs[:, 1], np.nan)
        last = -math.inf if higher_is_better else math.inf
        ahead = np.where(finite[:, 0], -last, last)
        known = np.where(finite[:, 0] == finite[:, 1], 0.0, ahead)
        signed = np.where(np.all(finite, axis=1), self.differences, known)
        self.ranked = signed_ranks(signed) if self.on_ranks else signed
        """What the sign-flip test is on: the differences, or their signed ranks."""

    @property
    def beats(self) -> float:
        """The share of pairs in which the first is better, ties counting half."""
        if not len(self.ranked):
            return math.nan
        signs = np.sign(self.ranked) * (1 if self.higher_is_better else -1)
        return float(np.mean((signs + 1) / 2))


def _contrast(
    pairs: _Pairs, p: float, corrected: float, margin: float, comparisons: int
) -> Contrast:
    difference = estimate(pairs.differences)
    equal = equivalence(pairs.differences, margin=margin)
    is_better = (float(np.sum(pairs.ranked)) > 0) == pairs.higher_is_better
    return Contrast(
        pairs=len(pairs.ranked),
        difference=difference,
        p=p,
        corrected_p=corrected,
        on_ranks=pairs.on_ranks,
        beats=pairs.beats,
        equal_p=equal,
        seeds_needed=None
        if pairs.on_ranks
        else seeds_needed(difference.mean, difference.deviation, comparisons=comparisons),
        verdict=_verdict(len(pairs.ranked), corrected, is_better, equal, comparisons),
    )


def _verdict(
    pairs: int, corrected: float, is_better: bool, equal: float, comparisons: int
) -> Verdict:
    if pairs < fewest_seeds(comparisons):
        return "too few seeds"
    if corrected < LEVEL:
        return "better" if is_better else "worse"
    return "practically equal" if equal < LEVEL else "no evidence"
