"""What to try next in a family: what Optuna suggests after the trials so far."""

import warnings
from collections.abc import Sequence

import numpy as np
import optuna

from paceline.tuning._families import Point
from paceline.tuning._space import Space, asked

Tried = Sequence[tuple[Point, float]]
"""Points of a family in the order of their trials, and what each gave: less is better."""


def suggest(space: Space, family: str, tried: Tried, *, count: int, seed: int) -> list[Point]:
    """Return `count` points of a family, by the tree-structured Parzen estimator.

    The families are apart, so that each has a study of its own: the estimator of all of them,
    grouped by family, is the same and takes six times as long. A study is made anew from the
    trials, in their order, and every ask has a new sampler, seeded from `seed` and the number of
    the trial: so a search that is resumed decides as one that was not disturbed.

    Source: Bergstra et al., "Algorithms for hyper-parameter optimization", 2011; Falkner et al.,
    "BOHB", 2018, for the multivariate estimator.
    """
    distributions = space.distributions(family)
    own = [(point, value) for point, value in tried if space.low <= point.peak <= space.high]
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study()
    study.add_trials(
        [
            optuna.trial.create_trial(
                params=asked(family, point), distributions=distributions, value=value
            )
            for point, value in own
        ]
    )
    found = []
    for number in range(len(own), len(own) + count):
        state = np.random.SeedSequence((seed, number)).generate_state(1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            study.sampler = optuna.samplers.TPESampler(
                n_startup_trials=0, multivariate=True, seed=int(state[0])
            )
        values = study.ask(distributions).params
        found.append(
            space.point(
                family,
                {name.removeprefix(f"{family}."): value for name, value in values.items()},
            )
        )
    return found
