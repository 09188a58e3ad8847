"""Sums over a schedule's past that forget, by exponentials: O(N) instead of O(N^2)."""

import dataclasses
import math

import numpy as np
from scipy import special

from paceline.forecast._cells import Floats, Ints, cell_starts, fine

_SPACING = 0.5
"""Of the exponents' logarithms; the trapezoid rule errs by about exp(-pi^2 / spacing), 3e-9."""
_NOTHING = 1e-7
"""What the slowest exponent forgets over the whole run, or the kernel there."""
_ALL = 40
"""The fastest exponent, in units of the fastest kernel's: its weight is exp(-40)."""


_NO_BORDERS: Ints = np.empty(0, dtype=np.int64)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Memory:
    """A schedule's updates, in cells of nearly one rate, as seen from the points of a curve.

    The clock is the sum of the rates: S(t) = eta_0 + ... + eta_t, and S_k(t) = eta_k + ... + eta_t.
    A sum over the past whose kernel is a power of 1 + c S_k is a mixture of exponentials
    exp(-nodes_j S_k), and each of them a linear recurrence from cell to cell.
    """

    points: Ints
    """[n] the updates after which the sums are wanted."""
    clock: Floats
    """[n] S(t) at each point."""
    starts: Ints
    """[c] the first update of each cell."""
    rates: Floats
    """[c] the mean rate of each cell's updates."""
    nodes: Floats
    """[j] the exponents, growing by a constant factor."""
    _in_cell: Floats
    """[c, j] what is left of a cell's weight at the next point."""
    _between: Floats
    """[n, j] what is left at a point of what was there at the point before."""

    @classmethod
    def of(
        cls,
        rates: Floats,
        points: Ints,
        *,
        slowest: float,
        fastest: float,
        cells: int,
        borders: Ints = _NO_BORDERS,
    ) -> "Memory":
        """Return the memory of `rates` [m] at the updates `points` [n], which grow and are below m.

        Args:
            rates: of each update.
            points: the updates after which sums are wanted.
            slowest: the smallest c of the kernels (1 + c S)^-p that are asked for.
            fastest: the largest.
            cells: a schedule of so many updates or fewer has a cell for each.
            borders: updates that begin a cell besides.
        """
        rates = rates[: points[-1] + 1]
        # the last updates before a point count most
        borders = np.append(borders, fine(points, len(rates) // cells))
        starts = cell_starts(rates, borders, most=cells)
        counts = np.diff(np.append(starts, len(rates)))
        sums = np.cumsum(rates)
        clock, ends = sums[points], sums[starts + counts - 1]
        means = np.add.reduceat(rates, starts) / counts
        lowest = math.log(_NOTHING * min(1 / clock[-1], slowest))
        nodes = np.exp(np.arange(lowest, math.log(_ALL * fastest), _SPACING))
        after = clock[np.searchsorted(points, starts + counts - 1)] - ends
        left = _mean_of_powers(means[:, None] * nodes, counts[:, None])
        return cls(
            points=points,
            clock=clock,
            starts=starts,
            rates=means,
            nodes=nodes,
            _in_cell=left * np.exp(-after[:, None] * nodes),
            _between=np.exp(-np.diff(clock, prepend=0.0)[:, None] * nodes),
        )

    def totals(self, values: Floats) -> Floats:
        """Return the sum over each cell's updates [c] of what each update has, [m]."""
        return np.asarray(np.add.reduceat(values[: self.points[-1] + 1], self.starts))

    def remembered(self, totals: Floats) -> Floats:
        """Return sum_{k <= t} w_k exp(-nodes_j S_k(t)) at each point, [n, j].

        `totals` are those of w over the cells, [c, 1], or [c, j] where they differ by node.
        """
        first = np.searchsorted(self.starts, np.append(0, self.points[:-1] + 1))
        sums = np.add.reduceat(self._in_cell * totals, first, axis=0)
        for point in range(1, len(sums)):
            sums[point] += self._between[point] * sums[point - 1]
        return np.asarray(sums)

    def power_kernel(self, scale: Floats | float, power: float) -> Floats:
        """Return the weights w [..., j] with sum_j w_j exp(-nodes_j x) = (1 + scale x)^-power.

        They are the trapezoid rule for the Gamma integral
        (1 + c x)^-p = 1/Gamma(p) * int (y/c)^p exp(-y/c) exp(-y x) dln(y); below the slowest node
        nothing is forgotten, and the rest of the sum, a geometric one, goes into it.
        """
        scales = np.asarray(scale, dtype=np.float64)[..., None]
        logs = power * (np.log(self.nodes) - np.log(scales)) - self.nodes / scales
        weights = _SPACING * np.exp(logs - special.gammaln(power))
        weights[..., 0] /= -math.expm1(-_SPACING * power)
        return np.asarray(weights)


def _mean_of_powers(exponents: Floats, counts: Ints) -> Floats:
    """Return the mean of exp(-x), exp(-2 x), ..., exp(-m x)."""
    small = exponents * counts < 1e-8
    x = np.where(small, 1.0, exponents)
    means = np.exp(-x) * np.expm1(-counts * x) / (np.expm1(-x) * counts)
    return np.asarray(np.where(small, 1.0, means))
