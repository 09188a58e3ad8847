"""What a training logged."""

import dataclasses
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

_LARGEST = float(np.finfo(np.float32).max)

Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Curves:
    """The logged curves of one training, each against the same unit of time.

    With `unit="update"`, place t is the 0-based update t; with `unit="epoch"`, an epoch is at the
    place where it ends (1, 2, ...) and its loss is a mean, so that the first updates are not seen.

    Args:
        losses: [n] the training loss; what is not finite is a divergence.
        loss_steps: [n] where each was logged, growing.
        unit: what places count, "update" or "epoch".
        rates: [m] the learning rate, None where it was not logged.
        rate_steps: [m] where each rate was in force, growing.
        validation: [k] the validation loss, None where there was none.
        validation_steps: [k] where each was measured, growing.
        horizon: the place at which the training was to end; None: the last loss.
        source: what they are called in errors.

    Raises:
        TypeError: what is no numbers.
        ValueError: no losses, curves of two lengths, places that do not grow.

    Example:
        >>> losses = np.exp(-np.arange(50) / 10)
        >>> curves = Curves(losses=losses, loss_steps=np.arange(50), unit="update")
        >>> curves.unknown
        ('the rate', 'the validation loss')
    """

    losses: Floats
    loss_steps: Floats
    unit: Literal["update", "epoch"]
    rates: Floats | None = None
    rate_steps: Floats | None = None
    validation: Floats | None = None
    validation_steps: Floats | None = None
    horizon: float | None = None
    source: str = "the training"

    def __post_init__(self) -> None:
        """Check the curves."""
        losses = _numbers(self, "losses")
        if losses is not None:  # what float32 can't hold was not computed with
            held = np.where(np.abs(losses) <= _LARGEST, losses, np.nan)
            object.__setattr__(self, "losses", held)
        for values, places in (
            ("losses", "loss_steps"),
            ("rates", "rate_steps"),
            ("validation", "validation_steps"),
        ):
            self._check(values, places)
        if self.unit not in ("update", "epoch"):
            raise ValueError(
                f'Curves needs unit "update" or "epoch"; got unit={self.unit!r}. Name one.'
            )
        if self.rates is not None and not (np.isfinite(self.rates).all() and self.rates.max() > 0):
            raise ValueError(
                f"diagnose needs rates that are finite, and one above 0; got rates from "
                f"{self.rates.min()} to {self.rates.max()} from {self.source}. Leave them out."
            )

    def _check(self, name: str, places_name: str) -> None:
        values, places = _numbers(self, name), _numbers(self, places_name)
        if (values is None) != (places is None):
            raise ValueError(f"Curves needs both {name} and {places_name}, or neither. Give both.")
        if values is None or places is None:
            return
        if values.shape != places.shape or values.ndim != 1 or not len(values):
            raise ValueError(
                f"Curves needs {name} and {places_name} of one length, 1 or more; got shapes "
                f"{values.shape} and {places.shape}. Give a place for each value."
            )
        if not np.isfinite(places).all() or (np.diff(places) <= 0).any():
            back = int(np.argmax(~(np.diff(places) > 0)))
            after = places[back + 1] if len(places) > 1 else places[0]
            raise ValueError(
                f"diagnose needs {places_name} that grow; got {places[back]:g} and then "
                f"{after:g} from {self.source}. If two trainings were logged into one place, keep "
                "one; if a resumed one began to count anew, add what came before."
            )
        object.__setattr__(self, name, values)
        object.__setattr__(self, places_name, places)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What was not logged, so that nothing can be said about it."""
        missing = {"the rate": self.rates, "the validation loss": self.validation}
        return tuple(name for name, values in missing.items() if values is None)


def _numbers(curves: Curves, name: str) -> Floats | None:
    given: Any = getattr(curves, name)
    if given is None:
        return None
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"Curves needs {name} as numbers; got {name}={given!r}. Give an array of floats."
        ) from error
