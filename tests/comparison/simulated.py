"""A comparison that looks like a real one: noisy gradient descent on a quadratic, by formula."""

import numpy as np

from paceline.comparison import ComparisonResult
from paceline.trials import Outcome

STEPS_PER_EPOCH = 18
EPOCHS = 20
HORIZON = STEPS_PER_EPOCH * EPOCHS
_CURVATURES = np.geomspace(0.05, 6.0, 24)


def rates_by_name(horizon: int = HORIZON) -> dict[str, np.ndarray]:
    progress = np.arange(horizon) / horizon
    warm = np.minimum(1.0, (np.arange(horizon) + 1) / (0.05 * horizon + 1))
    return {
        "constant-high": np.full(horizon, 0.3),
        "constant-low": np.full(horizon, 0.02),
        "step": 0.3 * 0.1 ** np.floor(progress * 3),
        "exponential": 0.3 * 0.7 ** np.floor(progress * 10),
        "cosine": warm * 0.3 * 0.5 * (1 + np.cos(np.pi * progress)),
        "wsd": 0.3 * warm * np.minimum(1.0, (1 - progress) / 0.2),
    }


def trial(name: str, rates: np.ndarray, seed: int, **changes) -> Outcome:
    """The expected loss of noisy descent along 24 directions, and what two measures make of it."""
    noise = np.random.default_rng(seed)
    size = noise.uniform(0.8, 1.2, len(_CURVATURES)) * 3.0 / len(_CURVATURES)
    jitter = np.random.default_rng([seed, len(name)])
    losses, validation, accuracy = [], [], []
    for step, rate in enumerate(rates):
        loss = float(np.sum(size)) + 0.05
        losses.append(loss * jitter.lognormal(0.0, 0.12))
        if not np.isfinite(loss) or loss > 1e6:
            losses[-1] = np.nan
            break
        shrink = (1 - rate * _CURVATURES) ** 2
        size = size * shrink + 0.01 * (rate * _CURVATURES) ** 2 * jitter.uniform(0.5, 1.5, 24)
        if (step + 1) % STEPS_PER_EPOCH == 0:
            level = (float(np.sum(size)) + 0.09) * jitter.lognormal(0.0, 0.04)
            validation.append(level)
            accuracy.append(float(np.clip(1 - 0.3 * level, 0.1, 1.0)))
    done = losses and len(losses) == len(rates) and losses[-1] < losses[0]
    fields = {
        "variant": name,
        "seed": seed,
        "status": "done" if done else "diverged",
        "rates": rates[: len(losses)],
        "losses": np.array(losses),
        "steps_per_epoch": STEPS_PER_EPOCH,
        "validation": {"loss": np.array(validation), "accuracy": np.array(accuracy)},
        "test": {},
        "seconds": 0.4 + 0.1 * jitter.uniform(),
        "peak_memory": 600_000_000,
        "versions": {"keras": "3.15.1", "tensorflow": "2.21.0"},
    }
    return Outcome(**(fields | changes))


def failed(name: str, seed: int, error: str) -> Outcome:
    nothing = np.empty(0)
    return trial(
        name,
        np.empty(0),
        seed,
        status="failed",
        losses=nothing,
        validation={},
        error=error,
    )


def comparison(
    rates: dict[str, np.ndarray] | None = None,
    seeds: int = 8,
    outcomes: list[Outcome] | None = None,
    **changes,
) -> ComparisonResult:
    rates = rates_by_name() if rates is None else rates
    if outcomes is None:
        outcomes = [trial(name, rates[name], seed) for name in rates for seed in range(seeds)]
    fields = {
        "task": "01_digits.py",
        "horizon": len(next(iter(rates.values()))),
        "metric": "accuracy",
        "higher_is_better": True,
        "baseline": next(iter(rates)),
        "target": 0.2,
        "margin": 0.005,
        "margin_rule": "0.5 points, for a metric in [0, 1]",
        "seeds": tuple(range(seeds)),
        "schedules": {name: f"{name.replace('-', '_')}(peak=0.3, steps=360)" for name in rates},
        "rates": rates,
        "outcomes": tuple(outcomes),
        "environment": {
            "backend": "tensorflow 2.21.0",
            "keras": "3.15.1",
            "device": "CPU, 2 cores",
            "loop": "in-graph loop without XLA, 1 thread per trial",
        },
        "command": "paceline compare examples/01_digits.py --seeds 8",
    }
    return ComparisonResult(**(fields | changes))
