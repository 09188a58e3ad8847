"""What a law of the loss is: a constant, a fall with the rates' sum, and a part of its own."""

import abc
import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from paceline.forecast._cells import Floats, Ints


@dataclasses.dataclass(frozen=True, kw_only=True)
class Parameter:
    """A number of a law that is not a weight: what is expected of it before any curve is seen."""

    expected: float
    spread: float
    """One standard deviation of the weak prior, of the logarithm where `log`."""
    low: float
    high: float
    log: bool = True

    def to_fit(self, value: Any) -> Any:
        """Return a value as the fit varies it."""
        return np.log(value) if self.log else value

    def from_fit(self, value: Any) -> Any:
        """Return a value from what the fit varies."""
        return np.exp(value) if self.log else value


ALPHA = Parameter(expected=0.5, spread=0.5, low=0.02, high=4.0)
"""Of the fall with the sum of the rates, in every law."""


class Law(abc.ABC):
    """L(t) = L0 + A S(t)^-alpha + B X(t), where X is the part that each law has of its own.

    The fit counts rates in units of the largest rate of the curves, so that S counts updates at
    that rate, and what is expected of a parameter does not depend on the optimizer's units.
    """

    name: ClassVar[str]
    shape: ClassVar[Mapping[str, Parameter]]
    """What X depends on, alpha left out."""

    @abc.abstractmethod
    def features(self, rates: Floats, points: Ints) -> Any:
        """Return what `own` needs of a schedule, whose `rates` [m] are in units of the peak."""

    @abc.abstractmethod
    def own(self, features: Any, **shape: float) -> Floats:
        """Return X at each point, [n]."""

    @abc.abstractmethod
    def in_units(self, peak: float, **values: float) -> dict[str, float]:
        """Return B and the shape's values for rates as the optimizer counts them."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of all, in the order of the fit."""
        return ("L0", "A", "B", "alpha", *self.shape)

    @property
    def priors(self) -> tuple[Parameter, ...]:
        """What is expected of alpha and of the shape."""
        return (ALPHA, *self.shape.values())
