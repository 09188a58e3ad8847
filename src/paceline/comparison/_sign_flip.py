"""The test that decides: could the signs of the paired differences be chance?"""

import functools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import stats

_EXACT_UP_TO = 15
"""Pairs; their 32,768 ways to choose the signs are all looked at."""

_SAMPLED = 99_999
"""Choices of signs that are drawn where there are more pairs: p is known to 0.001 at 0.05."""

_SAMPLED_OF_MANY, _MANY = 9_999, 100
"""Beyond 100 pairs fewer are drawn: p is known to 0.003 at 0.05."""

_AT_ONCE = 2_000_000
"""Signs in memory at once."""

_TIE = 1e-10
"""Of the largest difference: sums that differ by less are equal, but for rounding."""


def sign_flip(differences: npt.ArrayLike) -> float:
    """Return the two-sided p of the sign-flip permutation test on the mean difference.

    Without a difference between the two, each pair's difference is as likely to have the other
    sign: p = (ways to choose the signs whose |sum| is at least the observed) / 2^n. Beyond 15 pairs
    99,999 ways are drawn (9,999 beyond 100), always the same ones, and p = (as extreme + 1) /
    (drawn + 1).

    Args:
        differences: [n], one a seed, finite; or their `signed_ranks`.

    Returns:
        p in (0, 1]; 1 where there are fewer than two pairs.

    Source: Fisher, "The Design of Experiments", 1935, §21; sampled, Phipson and Smyth,
    "Permutation P-values Should Never Be Zero", 2010.

    Example:
        >>> sign_flip([0.1, 0.2, 0.3, 0.1, 0.2, 0.3])
        0.03125
    """
    pairs = np.asarray(differences, dtype=np.float64)
    if len(pairs) < 2 or not np.any(pairs):
        return 1.0
    pairs = pairs / np.max(np.abs(pairs))
    observed = abs(float(np.sum(pairs))) - _TIE
    if len(pairs) <= _EXACT_UP_TO:
        return float(np.mean(np.abs(_all_signs(len(pairs)) @ pairs) >= observed))
    ways = _SAMPLED if len(pairs) <= _MANY else _SAMPLED_OF_MANY
    extreme = sum(
        int(np.sum(np.abs(signs @ pairs) >= observed)) for signs in _drawn_signs(ways, len(pairs))
    )
    return (extreme + 1) / (ways + 1)


@functools.cache
def _all_signs(count: int) -> npt.NDArray[np.float64]:
    """[2^(count - 1), count]: every choice of signs, but for turning all of them."""
    ways = np.arange(2 ** (count - 1))[:, None] >> np.arange(count) & 1
    return np.where(ways, -1.0, 1.0)


def _drawn_signs(ways: int, count: int) -> Iterator[npt.NDArray[np.float64]]:
    """Blocks of [ways, count], `ways` in all."""
    draw = np.random.default_rng(0)
    block = max(1, _AT_ONCE // count)
    for start in range(0, ways, block):
        shape = (min(block, ways - start), count)
        yield np.where(draw.integers(0, 2, shape, dtype=np.int8), -1.0, 1.0)


def signed_ranks(differences: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return sign(d) times the rank of |d|, for differences of which some are infinite.

    Ties share their mean rank; a difference of 0 has a rank, and counts 0.

    Args:
        differences: [n], one a seed; +inf or -inf where one of the two trials diverged, 0 where
            both did.

    Source: Wilcoxon, "Individual Comparisons by Ranking Methods", 1945; zeros as in Pratt, 1959.

    Example:
        >>> signed_ranks([0.2, -0.1, float("inf"), 0.0])
        array([ 3., -2.,  4.,  0.])
    """
    pairs = np.asarray(differences, dtype=np.float64)
    return np.sign(pairs) * stats.rankdata(np.abs(pairs))
