"""How a steered optimizer is saved."""

from typing import Any

import keras

from paceline.schedules._configs import decoded, encoded


def config_of(steered: Any) -> dict[str, Any]:
    """Return the optimizer inside, and how it is steered."""
    rates, schedules = steered.patterns.given, steered.hyperparameters
    return {
        "name": steered.name,
        "optimizer": keras.saving.serialize_keras_object(_plain(steered)),
        "rates": [[key, encoded(rate)] for key, rate in rates.items()],
        "hyperparameters": {key: encoded(each) for key, each in schedules.items()},
        "independent": steered.independent,
        "adjustable": steered.adjustable,
        "norms": steered.norms and [steered.norms.order, steered.norms.keeps],
    }


def arguments_in(config: dict[str, Any], custom_objects: Any) -> dict[str, Any]:
    """Return the arguments of the steered optimizer that `config` describes."""
    schedules = config["hyperparameters"]
    return {
        **config,
        "optimizer": keras.saving.deserialize_keras_object(config["optimizer"], custom_objects),
        "rates": {key: decoded(rate) for key, rate in config["rates"]},
        "hyperparameters": {key: decoded(each) for key, each in schedules.items()},
    }


def _plain(steered: Any) -> keras.optimizers.Optimizer:
    """Return a new optimizer like the one inside, with the numbers that it was made with."""
    config = steered.optimizer.get_config()
    for name, current in steered._currents.items():
        config[name] = current.original
    return type(steered.optimizer).from_config(config)
