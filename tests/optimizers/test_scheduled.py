"""Momentum and weight decay by schedule, against the formulas computed by hand."""

import keras
import numpy as np
import pytest
from optimizers.training import MAKERS, fitted, steer, weights

from paceline.optimizers import scheduled, with_rates
from paceline.schedules import Constant, Linear, cosine, wsd

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STEPS = 12
RATE = cosine(peak=0.1, steps=STEPS)
MOMENTUM = Linear(start=0.95, end=0.85, steps=5) >> Linear(start=0.85, end=0.95, steps=7)
DECAY = Linear(start=0.0, end=0.5, steps=STEPS)
GRADIENTS = np.random.default_rng(0).normal(size=(STEPS, 3)).astype("float32")
START = np.array([1.0, -2.0, 3.0], dtype="float32")


def applied(optimizer):
    """Return the weights after each of the updates with GRADIENTS."""
    variable = keras.Variable(START, name="weights")
    found = []
    for gradient in GRADIENTS:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        found.append(keras.ops.convert_to_numpy(variable).copy())
    return np.array(found)


def test_the_momentum_of_sgd_is_that_of_the_step():
    weight, velocity, expected = START.astype(float), 0.0, []
    for step, gradient in enumerate(GRADIENTS):
        velocity = MOMENTUM(step) * velocity - RATE(step) * gradient
        weight = weight + velocity
        expected.append(weight)
    for first in (0.9, 0.0):  # what it was made with does not matter
        optimizer = keras.optimizers.SGD(RATE, momentum=first)
        np.testing.assert_allclose(
            applied(scheduled(optimizer, momentum=MOMENTUM)), expected, rtol=1e-5
        )


def test_a_momentum_of_zero_forgets_what_was():
    off = Constant(rate=0.9, steps=5) >> Constant(rate=0.0, steps=1) >> Constant(rate=0.9)
    weight, velocity, expected = START.astype(float), 0.0, []
    for step, gradient in enumerate(GRADIENTS):
        velocity = off(step) * velocity - 0.1 * gradient
        weight = weight + velocity
        expected.append(weight)
    optimizer = scheduled(keras.optimizers.SGD(0.1, momentum=0.9), momentum=off)
    np.testing.assert_allclose(applied(optimizer), expected, rtol=1e-5)


def test_the_beta_of_adam_is_that_of_the_step():
    weight, first, second, expected = START.astype(float), 0.0, 0.0, []
    for step, gradient in enumerate(GRADIENTS.astype(float)):
        beta = MOMENTUM(step)
        first = first + (1 - beta) * (gradient - first)
        second = second + 0.001 * (gradient**2 - second)
        scale = np.sqrt(1 - 0.999 ** (step + 1)) / (1 - beta ** (step + 1))
        weight = weight - RATE(step) * scale * first / (np.sqrt(second) + 1e-7)
        expected.append(weight)
    optimizer = scheduled(keras.optimizers.Adam(RATE), beta_1=MOMENTUM)
    np.testing.assert_allclose(applied(optimizer), expected, rtol=2e-5)


@pytest.mark.parametrize("independent", [False, True])
def test_the_weight_decay_is_that_of_the_step(independent):
    weight, expected = START.astype(float), []
    for step, gradient in enumerate(GRADIENTS):
        decay = DECAY(step) * (1 if independent else RATE(step))
        weight = weight * (1 - decay) - RATE(step) * gradient
        expected.append(weight)
    for first in (None, 0.3):
        optimizer = keras.optimizers.SGD(RATE, weight_decay=first)
        steered = scheduled(optimizer, weight_decay=DECAY, independent=independent)
        np.testing.assert_allclose(applied(steered), expected, rtol=1e-5)


def test_a_fixed_weight_decay_that_follows_the_rate_is_that_of_keras():
    keras_own = applied(keras.optimizers.AdamW(RATE, weight_decay=0.2))
    ours = applied(scheduled(keras.optimizers.Adam(RATE), weight_decay=0.2))
    np.testing.assert_allclose(ours, keras_own, rtol=1e-6)


def test_the_weight_decay_follows_the_rate_of_its_layer():
    optimizer = keras.optimizers.SGD(RATE, weight_decay=0.5)
    slow = applied(with_rates(optimizer, {"weights": 0.1}))
    np.testing.assert_allclose(
        slow, applied(keras.optimizers.SGD(0.1 * RATE, weight_decay=0.5)), rtol=1e-5
    )


def test_what_is_left_out_of_the_weight_decay_stays_out():
    optimizer = scheduled(keras.optimizers.SGD(RATE), weight_decay=DECAY)
    optimizer.exclude_from_weight_decay(var_names=["weights"])
    np.testing.assert_allclose(applied(optimizer), applied(keras.optimizers.SGD(RATE)), rtol=1e-6)


@pytest.mark.parametrize("name", ["momentum", "rmsprop", "adamw", "lion", "nadam", "lamb"])
def test_a_training_with_constant_hyperparameters_is_the_plain_one(name):
    optimizer = MAKERS[name]()
    which = "momentum" if hasattr(optimizer, "momentum") else "beta_1"
    constant = Constant(rate=getattr(optimizer, which))
    again = fitted(scheduled(MAKERS[name](), **{which: constant}))
    np.testing.assert_allclose(weights(again), weights(fitted(optimizer)), rtol=1e-5, atol=1e-6)


def test_the_optimizer_inside_keeps_the_numbers_that_it_was_made_with():
    config = steer(MAKERS["momentum"]()).get_config()
    assert config["optimizer"]["config"]["momentum"] == 0.9
    assert config["hyperparameters"]["momentum"]["class_name"] == "Linear"
    assert fitted(scheduled(MAKERS["momentum"](), momentum=MOMENTUM)).optimizer.momentum == MOMENTUM


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: scheduled(MAKERS["sgd"]()), "got none of them"),
        (lambda: scheduled(3, weight_decay=0.1), r"got 3 \(int\)"),
        (lambda: scheduled(MAKERS["adam"](), momentum=MOMENTUM), "has momentum; got Adam.*beta_1"),
        (lambda: scheduled(MAKERS["sgd"](), beta_1=MOMENTUM), "has beta_1; got SGD.*momentum"),
        (lambda: scheduled(MAKERS["sgd"](), momentum=Constant(rate=1.0)), "reaches 1"),
        (lambda: scheduled(MAKERS["sgd"](), momentum=1.0), "below 1; got momentum="),
        (lambda: scheduled(MAKERS["sgd"](), momentum="a"), r"got momentum='a' \(str\)"),
        (lambda: scheduled(MAKERS["sgd"](), weight_decay=-0.1), "got weight_decay=-0.1"),
        (lambda: scheduled(MAKERS["sgd"](), weight_decay=float("nan")), "got weight_decay=nan"),
        (lambda: scheduled(MAKERS["sgd"](), weight_decay=wsd(peak=0.1)), "horizon"),
        (lambda: scheduled(MAKERS["sgd"](), weight_decay=0.1, independent=3), "independent=3"),
        (
            lambda: scheduled(MAKERS["sgd"](), momentum=MOMENTUM, independent=True),
            "got weight_decay=None",
        ),
        (
            lambda: scheduled(fitted(MAKERS["sgd"]()).optimizer, momentum=MOMENTUM),
            "not built yet.*with 8 updates",
        ),
    ],
)
def test_what_is_wrong_is_said(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()
