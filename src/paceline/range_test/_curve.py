"""What a range test measured, and what it suggests."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from paceline.range_test import _rules
from paceline.range_test._charts import chart
from paceline.range_test._measured import Measured, measured
from paceline.range_test._sketch import sketch
from paceline.range_test._words import headline, verdict_sentences

if TYPE_CHECKING:
    import altair

Numbers = npt.NDArray[np.float64]
Problem = Literal["flat", "low", "high", "not_the_rate"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A rate, how sure it is, and how much depends on it.

    Args:
        rate: the suggested peak.
        low: down to this rate, at least nine tenths of the fall are kept.
        high: up to this rate, at least nine tenths of the fall are kept.
        drop: by which share of its size the probe loss fell at the best rate.
        strength: "strong", or "weak" where it fell by less than a tenth.
    """

    rate: float
    low: float
    high: float
    drop: float
    strength: Literal["strong", "weak"]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Replays:
    """The probe loss after `updates` updates at each of some rates, all from one start."""

    updates: int
    rates: Numbers
    """[rates], increasing."""
    losses: Numbers
    """[rates]; NaN or infinite where the training was lost."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """One training whose rate rises at every update: the classical range test."""

    rates: Numbers
    """[updates], increasing."""
    probe: Numbers
    """[updates]: the probe loss after each update."""
    training: Numbers
    """[updates]: the loss of each update's own batch, before the update."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class RangeTestResult:
    """What `paceline.find` measured, and what it suggests.

    Args:
        start: the probe loss before any update.
        replays: of the first repeat: few updates at rates far apart, then more at rates near the
            best. Empty for a sweep.
        sweep: the sweep, or None for replays.
        suggestion: the rate, or None.
        reason: why there is no suggestion, or what to know about it; empty where there is nothing.
        problem: why there is none, in one word: "flat", no rate lowers the loss; "low" or "high",
            the range is too low or too high; "not_the_rate", the loss is not finite at any.
        repeats: the rate that each repeat suggests; NaN where one suggests none.
    """

    start: float
    replays: tuple[Replays, ...]
    sweep: Sweep | None
    suggestion: Suggestion | None
    reason: str
    problem: Problem | None
    repeats: tuple[float, ...]

    @property
    def spread(self) -> float:
        """How far apart the repeats are, in decades; 0 with one."""
        rates = np.array([rate for rate in self.repeats if np.isfinite(rate)])
        return float(np.log10(rates.max() / rates.min())) if len(rates) else float("nan")

    @property
    def verdict(self) -> str:
        """The suggestion and how sure it is, in words; or why there is none."""
        return " ".join(verdict_sentences(self))

    @property
    def measured(self) -> list[Measured]:
        """Return every rate that was measured, increasing, with its updates and its loss."""
        return measured(self)

    def rules(self) -> dict[str, float]:
        """Return what the familiar rules read off the sweep's smoothed training losses, by name.

        "valley", "minimum" and "steep" of fastai; NaN where a rule can't say.

        Raises:
            ValueError: the result has no sweep.
        """
        if self.sweep is None:
            raise ValueError(
                "rules needs a sweep; this result is one of replays. Make one with "
                'paceline.find(..., method="sweep").'
            )
        curve = _rules.smoothed(self.sweep.rates, self.sweep.training)
        named = {"valley": _rules.valley, "minimum": _rules.minimum, "steep": _rules.steep}
        return {name: rule(*curve) for name, rule in named.items()}

    def bounds(self) -> dict[str, float]:
        """Return the `peak` and `start_factor` for `paceline.cyclic(**bounds, steps=...)`.

        The peak is the suggestion. The lower bound is the rate at which the curve of the fewest
        updates has first done a tenth of its own fall, interpolated in the logarithm of the rate.

        Raises:
            ValueError: there is no suggestion.

        Source: Smith, "Cyclical Learning Rates for Training Neural Networks", 2017, section 3.3:
        the rate at which the loss begins to fall.
        """
        if self.suggestion is None:
            raise ValueError(
                f"bounds needs a suggestion; there is none: {self.reason.rstrip('.')}. "
                "Try other bounds: paceline.cyclic(peak=..., start_factor=...)."
            )
        peak = self.suggestion.rate
        return {"peak": peak, "start_factor": min(1.0, self._begins_to_fall() / peak)}

    def _begins_to_fall(self) -> float:
        curves: list[tuple[Numbers, Numbers]] = [(each.rates, each.losses) for each in self.replays]
        if self.sweep is not None:
            curves.append((self.sweep.rates, self.sweep.probe))
        falls = [self.start - np.where(np.isfinite(each), each, np.inf) for _, each in curves]
        chosen = next(i for i, fall in enumerate(falls) if fall.max() > 0)
        places, fall = np.log10(curves[chosen][0]), falls[chosen]
        tenth = 0.1 * fall.max()
        after = int(np.argmax(fall >= tenth))
        if after == 0:
            return float(curves[chosen][0][0])
        before = max(fall[after - 1], 0.0) if np.isfinite(fall[after - 1]) else 0.0
        share = (tenth - before) / (fall[after] - before)
        return float(10 ** (places[after - 1] + share * (places[after] - places[after - 1])))

    def chart(
        self, *, sweep: RangeTestResult | None = None
    ) -> altair.LayerChart | altair.VConcatChart:
        """Return the chart of loss against rate.

        Args:
            sweep: a result with a sweep, drawn below on the same axis of rates.

        Raises:
            ValueError: `sweep` holds none.
        """
        return chart(self, sweep)

    def sketch(self) -> str:
        """Return the verdict and the curve as plain text of at most 80 columns."""
        return sketch(self)

    def __str__(self) -> str:
        return self.sketch()

    def __repr__(self) -> str:
        """Return the verdict in one line."""
        return f"<RangeTestResult: {headline(self)}>"

    def to_csv(self, path: str | Path) -> Path:
        """Write one line a measured rate to the CSV file `path`, and return the path."""
        target = Path(path)
        lines = [row._asdict() for row in self.measured]
        with target.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=Measured._fields)
            writer.writeheader()
            writer.writerows(lines)
        return target

    def to_dict(self) -> dict[str, Any]:
        """Return the suggestion, the reason and everything measured as JSON-able values."""
        return {
            "suggestion": None if self.suggestion is None else dataclasses.asdict(self.suggestion),
            "reason": self.reason,
            "problem": self.problem,
            "repeats": list(self.repeats),
            "spread": self.spread,
            "start": self.start,
            "replays": [_plain(each) for each in self.replays],
            "sweep": None if self.sweep is None else _plain(self.sweep),
        }


def _plain(curve: Replays | Sweep) -> dict[str, Any]:
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in dataclasses.asdict(curve).items()
    }
