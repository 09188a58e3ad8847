"""How far a law may be off, from the curves alone."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from paceline.forecast._cells import Floats
from paceline.forecast._fit import Fit, fitted, refitted
from paceline.forecast._observed import Observed

_MEMBERS = 40
_BLOCK = 1 / 3
"""Of a curve: losses that follow each other miss together, so that a third is drawn as one."""
_QUANTILES = 41
_CLOSE = 1e-4
"""A member's fit; what is left of it is far below the spread of the members."""
FIRST_PART = 0.6
"""Of a single curve: what its rest is forecast from, as no other curve can be left out."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Doubt:
    """What a law may also have been, and how far it misses a curve that it has not seen."""

    members: tuple[Fit, ...]
    misses: Floats
    """[q] quantiles of log losses about the law, of curves that were left out."""
    left_out: dict[str, float]
    """The mean absolute miss of each curve by the law of the others, in log loss."""

    def bounds(self, of: Callable[[Fit], Floats], level: float) -> tuple[Floats, Floats]:
        """Return the interval [n] in which a log loss lies with probability `level`."""
        curves = np.stack([of(member) for member in self.members])
        both = np.concatenate([self.misses, -self.misses])
        draws = (curves[:, None] + both[:, None]).reshape(-1, curves.shape[1])
        low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return low, high


def doubt(fit: Fit, curves: Sequence[Observed], first_part: Observed | None) -> Doubt:
    """Return what a residual bootstrap says of a fit.

    Each curve is forecast from the others, or the end of a single one from `first_part`; how these
    forecasts miss is added to the law in blocks, with either sign, and the law is fitted again.

    Source: Davison and Hinkley, "Bootstrap Methods and their Application", 1997, chapter 6, for
    residuals; Künsch, 1989, for blocks.
    """
    missed = _missed(fit, curves) if first_part is None else _end_missed(fit, curves[0], first_part)
    rng = np.random.default_rng(0)
    laws = [fit.logs(each.place) for each in curves]
    members = []
    for _ in range(_MEMBERS):
        logs = [law + _drawn(missed, len(law), rng) for law in laws]
        members.append(
            refitted(
                fit.law,
                curves,
                fit.vector,
                noise=fit.noise,
                logs=np.concatenate(logs),
                close=_CLOSE,
            )
        )
    every = np.concatenate(list(missed.values()))
    return Doubt(
        members=tuple(members),
        misses=np.quantile(every, np.linspace(0, 1, _QUANTILES + 2)[1:-1]),
        left_out={name: float(abs(each).mean()) for name, each in missed.items()},
    )


def _end_missed(fit: Fit, curve: Observed, first_part: Observed) -> dict[str, Floats]:
    rest = curve.place.clock > first_part.place.clock[-1]
    return {curve.name: (curve.logs - fitted(fit.law, [first_part]).logs(curve.place))[rest]}


def _missed(fit: Fit, curves: Sequence[Observed]) -> dict[str, Floats]:
    missed = {}
    for place, each in enumerate(curves):
        others = [*curves[:place], *curves[place + 1 :]]
        law = refitted(fit.law, others, fit.vector, noise=fit.noise)
        missed[each.name] = each.logs - law.logs(each.place)
    return missed


def _drawn(missed: dict[str, Floats], count: int, rng: np.random.Generator) -> Floats:
    source = list(missed.values())[rng.integers(len(missed))]
    length = max(1, round(_BLOCK * len(source)))
    parts: list[Floats] = []
    while sum(map(len, parts)) < count:
        start = rng.integers(len(source) - length + 1)
        parts.append(rng.choice([-1, 1]) * source[start : start + length])
    return np.concatenate(parts)[:count]
