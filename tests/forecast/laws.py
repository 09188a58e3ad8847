"""The laws by their own formulas, in O(N^2), and curves that obey one of them."""

import numpy as np

from paceline import constant, cosine, wsd
from paceline.forecast import Curve

HORIZON, WARMUP = 3000, 100


def clock(rates, points):
    return np.cumsum(rates)[points]


def since(rates, point):
    """S_k(t) of every update k up to a point."""
    sums = np.cumsum(rates[: point + 1])
    return sums[-1] - sums + rates[: point + 1]


def power_noise(rates, points, *, C, beta, rho):  # noqa: N803
    return np.array([
        (rates[: t + 1] ** rho * beta * C * (1 + C * since(rates, t)) ** -(beta + 1)).sum()
        for t in points
    ])  # fmt: skip


def multi_power(rates, points, *, C, beta, gamma):  # noqa: N803
    falls = _falls(rates)
    scale = C * np.maximum(rates, 1e-3) ** -gamma
    return np.array([
        -(falls[: t + 1] * (1 - (1 + scale[: t + 1] * since(rates, t)) ** -beta)).sum()
        for t in points
    ])  # fmt: skip


def momentum(rates, points, *, forgetting):
    falls = _falls(rates)
    remembered, found = 0.0, np.zeros(len(rates))
    for t in range(len(rates)):
        remembered = (1 - forgetting) * remembered + falls[t]
        found[t] = found[t - 1] - remembered
    return found[points]


def _falls(rates):
    found = np.append(0.0, rates[:-1] - rates[1:])
    found[: np.argmax(rates) + 1] = 0.0
    return found


def schedules(steps=HORIZON, peak=0.1, warmup=WARMUP):
    return {
        "constant": constant(peak=peak, steps=steps, warmup=warmup),
        "cosine": cosine(peak=peak, steps=steps, warmup=warmup),
        "wsd": wsd(peak=peak, steps=steps, warmup=warmup, decay=0.3),
    }


def losses_of(rates, points, *, peak=0.1, noise=0.0, seed=0):
    """A loss that the law with power noise describes exactly, but for the noise."""
    relative = rates / peak
    own = power_noise(relative, points, C=0.1, beta=0.5, rho=1.8)
    exact = 2.0 + 20.0 * clock(relative, points) ** -0.5 + 0.3 * own
    return exact * np.exp(noise * np.random.default_rng(seed).normal(size=len(points)))


def curve(name, *, steps=HORIZON, every=25, noise=0.0, peak=0.1, scale=1.0, seed=0, **how):
    schedule = schedules(steps, peak, **how)[name]
    rates = np.asarray(schedule(np.arange(steps)), dtype=np.float64)
    points = np.arange(WARMUP, steps, every)
    points[-1] = steps - 1
    losses = scale * losses_of(rates, points, peak=peak, noise=noise, seed=seed)
    return Curve(losses=losses, steps=points, rates=rates, name=name)
