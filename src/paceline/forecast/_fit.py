"""A law's parameters, from curves."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from scipy import optimize, stats

from paceline.forecast._cells import Floats
from paceline.forecast._law import Law
from paceline.forecast._observed import Observed
from paceline.forecast._place import Place

DELTA = 1e-3
"""Of Huber's loss, in log loss."""
_TRIED, _STARTS = 64, 4
"""Shapes that are drawn, and the best of them that are fitted from."""
_PRIOR = 3.0
"""A parameter off by one spread counts as much as a single loss off by so many deviations."""
_MOST = 200
"""Steps of a fit."""
_LEAST_WEIGHT, _LARGEST = 1e-9, 60.0
_LEAST_LOSS = 1e-12


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A law with its parameters, as the fit varies them: logarithms, and rates over the peak."""

    law: Law
    vector: Floats
    noise: float
    """The standard deviation of a log loss about the law, robust, DELTA or more."""
    cost: float

    def logs(self, place: Place) -> Floats:
        """Return the logarithm of the loss that the law says, [n]."""
        return _logs(self.law, self.vector, place)

    @property
    def values(self) -> dict[str, float]:
        """The parameters by name, rates in units of the peak."""
        weights = np.exp(self.vector[:3])
        shape = _shape(self.law, self.vector)
        return dict(zip(self.law.parameters, [*weights, *shape.values()], strict=True))


def fitted(law: Law, curves: Sequence[Observed]) -> Fit:
    """Return the law that is nearest to the curves.

    Huber's loss of the differences in log loss, and weak priors; from several starts, whose
    weights L0, A and B are the best for shapes drawn from the priors.
    """
    starts = _starts(law, curves)
    noise = _noise(law, starts[0], curves)
    found = [refitted(law, curves, start, noise=noise) for start in starts]
    best = min(found, key=lambda fit: fit.cost)
    return dataclasses.replace(best, noise=_noise(law, best.vector, curves))


def refitted(
    law: Law,
    curves: Sequence[Observed],
    start: Floats,
    *,
    noise: float,
    logs: Floats | None = None,
    close: float = 1e-8,
) -> Fit:
    """Return the law that is nearest to the curves, or to `logs` at their points, from a start.

    `close` is the relative change of cost and parameters below which it has arrived.
    """
    target = np.concatenate([each.logs for each in curves]) if logs is None else logs
    expected = np.array([prior.to_fit(prior.expected) for prior in law.priors])
    spreads = np.array([prior.spread for prior in law.priors])
    low = [prior.to_fit(prior.low) for prior in law.priors]
    high = [prior.to_fit(prior.high) for prior in law.priors]

    def misses(vector: Floats) -> Floats:
        off = np.concatenate([_logs(law, vector, each.place) for each in curves]) - target
        return np.concatenate([off, _PRIOR * noise * (vector[3:] - expected) / spreads])

    bounds = [[-_LARGEST] * 3 + low, [_LARGEST] * 3 + high]
    inside = np.clip(start, np.array(bounds[0]) + 1e-6, np.array(bounds[1]) - 1e-6)
    found = optimize.least_squares(
        misses, inside, bounds=bounds, loss="huber", f_scale=DELTA, x_scale="jac", max_nfev=_MOST,
        ftol=close, xtol=close, gtol=close,
    )  # fmt: skip
    return Fit(law=law, vector=found.x, noise=noise, cost=float(found.cost))


def _logs(law: Law, vector: Floats, place: Place) -> Floats:
    losses = _columns(law, _shape(law, vector), place) @ np.exp(vector[:3])
    return np.asarray(np.log(np.maximum(losses, _LEAST_LOSS)))


def _shape(law: Law, vector: Floats) -> dict[str, float]:
    varied = zip(law.parameters[3:], law.priors, vector[3:], strict=True)
    return {name: float(prior.from_fit(value)) for name, prior, value in varied}


def _columns(law: Law, shape: dict[str, float], place: Place) -> Floats:
    """Return what the weights L0, A and B are weights of, [n, 3]."""
    rest = {name: value for name, value in shape.items() if name != "alpha"}
    fall = place.clock ** -shape["alpha"]
    return np.stack([np.ones_like(fall), fall, law.own(place.features, **rest)], axis=1)


def _starts(law: Law, curves: Sequence[Observed]) -> list[Floats]:
    rng = np.random.default_rng(0)
    target = np.exp(np.concatenate([each.logs for each in curves]))
    tried: list[tuple[float, Floats]] = []
    for _ in range(_TRIED):
        drawn = np.array([
            np.clip(
                rng.normal(prior.to_fit(prior.expected), prior.spread),
                prior.to_fit(prior.low),
                prior.to_fit(prior.high),
            )
            for prior in law.priors
        ])  # fmt: skip
        shape = _shape(law, np.concatenate([np.zeros(3), drawn]))
        columns = np.concatenate([_columns(law, shape, each.place) for each in curves])
        size = np.maximum(abs(columns).max(axis=0), np.finfo(float).tiny)
        weights, miss = optimize.nnls(columns / size / target[:, None], np.ones(len(target)))
        logs = np.log(np.maximum(weights, _LEAST_WEIGHT)) - np.log(size)
        tried.append((miss, np.concatenate([logs, drawn])))
    tried.sort(key=lambda one: one[0])
    return [vector for _, vector in tried[:_STARTS]]


def _noise(law: Law, vector: Floats, curves: Sequence[Observed]) -> float:
    off = [_logs(law, vector, each.place) - each.logs for each in curves]
    return max(DELTA, float(stats.median_abs_deviation(np.concatenate(off), scale="normal")))
