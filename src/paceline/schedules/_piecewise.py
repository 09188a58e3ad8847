"""Constant pieces."""

import bisect
import math
from collections.abc import Iterator
from itertools import accumulate, pairwise
from operator import mul

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place
from paceline.schedules._schedule import Schedule, registered


@registered
class Piecewise(Schedule):
    """Constant pieces: rate = rates[i] for boundaries[i-1] <= step < boundaries[i].

    With `start` and `factors` instead of `rates`, rate = start*factors[0]*...*factors[i-1].
    A change at boundary b takes effect at step b, as in PyTorch and optax; Keras'
    PiecewiseConstantDecay changes one step later.

    Args:
        boundaries: the steps at which the rate changes, increasing, each 1 or more.
        rates: one rate more than there are boundaries, each 0 or more.
        start: instead of `rates`, the first rate.
        factors: with `start`, one factor for each boundary, which multiplies the rate so far.
        steps: how many updates it lasts before what follows; None: it never ends.

    Raises:
        ValueError: boundaries that do not increase, a wrong number of rates or factors, a negative
            rate, neither or both of the two ways.
        TypeError: an argument of another type.

    Example:
        >>> pieces = Piecewise(boundaries=(300, 600), rates=(0.1, 0.05, 0.01), steps=900)
        >>> [float(pieces(step)) for step in (0, 299, 300, 599, 600)]
        [0.1, 0.1, 0.05, 0.05, 0.01]
        >>> halved = Piecewise(boundaries=(300, 600), start=0.1, factors=(0.5, 0.5))
        >>> float(halved(600))
        0.025
    """

    boundaries: tuple[int, ...]
    rates: tuple[float, ...] = ()
    start: float | None = None
    factors: tuple[float, ...] = ()
    steps: int | None = None

    def __post_init__(self) -> None:
        whole = tuple(
            _checks.count(
                bound,
                owner="Piecewise",
                name=f"boundaries[{index}]",
                fix="A boundary is the step at which the rate changes; the first piece needs one.",
            )
            for index, bound in enumerate(_checks.sequence(self, "boundaries", of="steps"))
        )
        object.__setattr__(self, "boundaries", whole)
        if any(late <= early for early, late in pairwise(whole)):
            raise ValueError(
                f"Piecewise needs boundaries that increase; got boundaries={whole!r}. Sort them "
                "and drop doubles."
            )
        _checks.steps(self, "steps", optional=True)
        if self.start is not None:
            self._check_factors()
            return
        values = _checks.rate_sequence(self, "rates")
        if self.factors:
            raise ValueError(
                f"Piecewise needs start where factors are given; got factors={self.factors!r}, "
                "start=None. Give the first rate, and no rates."
            )
        if len(values) != len(whole) + 1:
            raise ValueError(
                f"Piecewise needs one rate more than boundaries; got {len(values)} rates for "
                f"{len(whole)} boundaries, rates={values!r}. Give {len(whole) + 1} rates."
            )

    def _check_factors(self) -> None:
        _checks.rates(self, "start")
        if self.rates:
            raise ValueError(
                f"Piecewise needs either rates or start and factors; got rates={self.rates!r}, "
                f"start={self.start!r}. Leave one out."
            )
        factors = _checks.rate_sequence(self, "factors")
        if len(factors) != len(self.boundaries):
            raise ValueError(
                f"Piecewise needs one factor for each boundary; got {len(factors)} factors for "
                f"{len(self.boundaries)} boundaries, factors={factors!r}. Give one each."
            )
        for number, rate in enumerate(self._values):
            _checks.rate(rate, owner="Piecewise", name=f"start*factors[:{number}]")

    @property
    def _values(self) -> tuple[float, ...]:
        if self.start is None:
            return self.rates
        return tuple(accumulate((self.start, *self.factors), mul))

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return xp.pieces(position, self.boundaries, self._values)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        starts = (0, *self.boundaries)
        for step in starts[bisect.bisect_right(starts, first) - 1 :]:
            if self.steps is None or step < self.steps:
                yield Piece(step, "Piecewise")

    def _area(self, steps: int) -> float:
        edges = [min(edge, steps) for edge in (0, *self.boundaries, steps)]
        return math.fsum(
            rate * (late - early)
            for rate, (early, late) in zip(self._values, pairwise(edges), strict=True)
        )
