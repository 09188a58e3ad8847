"""Four other searches: random and TPE on whole trainings, Hyperband on their first epochs twice."""

import contextlib
import tempfile
import warnings
from collections.abc import Callable
from typing import Any

import keras_tuner
import numpy as np
import optuna
from _tune_training import Program, Training
from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.errors import FatalError
from keras_tuner.oracles import HyperbandOracle
from optuna.distributions import CategoricalDistribution

from paceline.tuning._families import Point
from paceline.tuning._space import Space

REDUCTION = 3

optuna.logging.set_verbosity(optuna.logging.WARNING)
warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)


class SpentError(FatalError):
    """There are not enough updates left; KerasTuner lets only its own kind of error out."""


class Account:
    """Trains the points of one search, all with one seed, while its updates last."""

    def __init__(self, program: Program, space: Space, *, steps: int, seed: int) -> None:
        self.space, self.seed, self.epochs = space, seed, program.task.epochs
        self.made = 0
        self._program, self._steps = program, steps

    def training(self, point: Point) -> Training:
        """Return the training of a point, not begun."""
        return Training(self._program, point.schedule, self.seed)

    def to(self, training: Training, epoch: int) -> float:
        """Train on to the end of an epoch; return the validation loss.

        Raises:
            SpentError: that would be more updates than there are left.
        """
        before = training.steps
        wanted = epoch * self._program.task.updates_per_epoch - before
        if not training.is_lost and self.made + wanted > self._steps:
            raise SpentError
        loss = training.to(epoch)
        self.made += training.steps - before
        return loss

    def whole(self, point: Point) -> float:
        """Return the final validation loss of a point."""
        return self.to(self.training(point), self.epochs)


def random_search(account: Account) -> Point:
    """Families, and places in each, drawn evenly; each point is trained to its end."""
    draw, space = np.random.default_rng(account.seed), account.space
    losses: dict[Point, float] = {}
    with contextlib.suppress(SpentError):
        while True:
            family = space.families[draw.integers(len(space.families))]
            values = {
                name: item.at(draw.random()) for name, item in space.parameters(family).items()
            }
            point = space.point(family, values)
            losses[point] = account.whole(point)
    return min(losses, key=lambda point: losses[point])


def tpe(account: Account) -> Point:
    """Optuna's TPE, each point trained to its end."""

    def objective(trial: optuna.Trial) -> float:
        return account.whole(_suggested(trial, account.space))

    return _optimized(account, objective, optuna.pruners.NopPruner())


def tpe_hyperband(account: Account) -> Point:
    """Optuna's TPE with its Hyperband pruner, which sees the validation loss after each epoch."""

    def objective(trial: optuna.Trial) -> float:
        training = account.training(_suggested(trial, account.space))
        for epoch in range(1, account.epochs + 1):
            trial.report(account.to(training, epoch), epoch)
            if trial.should_prune():
                raise optuna.TrialPruned
        return training.loss

    pruner = optuna.pruners.HyperbandPruner(
        min_resource=1, max_resource=account.epochs, reduction_factor=REDUCTION
    )
    return _optimized(account, objective, pruner)


def _optimized(
    account: Account, objective: Callable[[optuna.Trial], float], pruner: optuna.pruners.BasePruner
) -> Point:
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=account.seed, multivariate=True, group=True),
        pruner=pruner,
        study_name="tune_quality",  # brackets are drawn from it
    )

    def until_spent(trial: optuna.Trial) -> float:
        try:
            return objective(trial)
        except SpentError:
            study.stop()
            raise optuna.TrialPruned from None

    study.optimize(until_spent)
    return _point(account.space, study.best_params)


def _suggested(trial: optuna.Trial, space: Space) -> Point:
    family = trial.suggest_categorical("family", space.families)
    for name, item in space.distributions(family).items():
        if isinstance(item, CategoricalDistribution):
            trial.suggest_categorical(name, item.choices)
        else:
            trial.suggest_float(name, item.low, item.high, log=item.log)
    return _point(space, trial.params)


def _point(space: Space, values: dict[str, Any]) -> Point:
    """Return the point of values whose names begin with the family."""
    family = values["family"]
    return space.point(
        family, {each: values[f"{family}.{each}"] for each in space.parameters(family)}
    )


def keras_hyperband(account: Account) -> Point:
    """KerasTuner's Hyperband, again and again; who goes on pays the further epochs only."""
    oracle = HyperbandOracle(
        objective=keras_tuner.Objective("val_loss", "min"),
        max_epochs=account.epochs,
        factor=REDUCTION,
        hyperband_iterations=None,
        seed=account.seed + 1,  # 0 would be no seed
        hyperparameters=_hyperparameters(account.space),
    )
    oracle.verbose = 0
    with tempfile.TemporaryDirectory() as folder:
        tuner = _Tuner(oracle, directory=folder, project_name="tune_quality", overwrite=True)
        tuner.account, tuner.trainings = account, {}
        with contextlib.suppress(SpentError):
            tuner.search()
        return _point(account.space, tuner.get_best_hyperparameters()[0].values)


class _Tuner(BaseTuner):
    account: Account
    trainings: dict[str, Training]

    def run_trial(self, trial: Any) -> dict[str, float]:
        values = trial.hyperparameters.values
        earlier = values.get("tuner/trial_id")
        training = self.trainings[trial.trial_id] = (
            self.trainings[earlier]
            if earlier
            else self.account.training(_point(self.account.space, values))
        )
        return {"val_loss": self.account.to(training, values["tuner/epochs"])}


def _hyperparameters(space: Space) -> keras_tuner.HyperParameters:
    found = keras_tuner.HyperParameters()
    found.Choice("family", list(space.families))
    for family in space.families:
        with found.conditional_scope("family", [family]):
            for name, item in space.distributions(family).items():
                if isinstance(item, CategoricalDistribution):
                    found.Choice(name, list(item.choices))
                else:
                    sampling = "log" if item.log else "linear"
                    found.Float(name, item.low, item.high, sampling=sampling)
    return found


PEERS: dict[str, Callable[[Account], Point]] = {
    "random search": random_search,
    "Optuna TPE": tpe,
    "Optuna TPE + Hyperband": tpe_hyperband,
    "KerasTuner Hyperband": keras_hyperband,
}
