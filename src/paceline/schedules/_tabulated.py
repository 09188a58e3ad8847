"""A rate for each step, from a table."""

import functools
from typing import Any

import numpy as np

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._schedule import Schedule, registered


@registered
class Tabulated(Schedule):
    """One rate for each step: rate = rates[step]; after the last it holds the last.

    Args:
        rates: one rate a step, each 0 or more; a tuple, list or array.

    Raises:
        ValueError: an empty table, a rate that is negative or not finite.
        TypeError: a table that is no sequence of numbers.

    Example:
        >>> table = Tabulated(rates=(0.1, 0.3, 0.4, 0.4, 0.3, 0.25, 0.2, 0.1, 0.05, 0.02))
        >>> [float(table(step)) for step in (0, 1, 2, 9, 10, 11)], table.length
        ([0.1, 0.3, 0.4, 0.02, 0.02, 0.02], 10)
    """

    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        _checks.rate_sequence(self, "rates")

    @property
    def length(self) -> int:
        """How many rates the table has."""
        return len(self.rates)

    @functools.cached_property
    def _table(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.asarray(self.rates)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return xp.take(self._table, xp.minimum(position, len(self.rates) - 1))
