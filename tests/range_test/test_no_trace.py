"""After find everything is as before, bit for bit, however it ended."""

import random

import keras
import numpy as np
import pytest
from optimizers.training import BACKEND
from range_test.subjects import X, Y, compiled, fitted, task

import paceline
from paceline.range_test import find
from paceline.trials import TaskError, _replay

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

MAKERS = {
    "momentum": compiled,
    "norm": lambda: compiled(normalised=True),
    "adam": lambda: compiled(keras.optimizers.Adam()),
    "schedule": lambda: compiled(keras.optimizers.AdamW(paceline.cosine(peak=0.01, steps=100))),
    "accumulation": lambda: compiled(keras.optimizers.SGD(0.1, gradient_accumulation_steps=2)),
}


def state(model):
    groups = (model.variables, model.optimizer.variables, model.metrics_variables)
    return [np.array(keras.ops.convert_to_numpy(v.value)) for group in groups for v in group]


def draws():
    return random.random(), np.random.random(), float(keras.random.uniform(()))


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("trained", [False, True])
def test_the_next_losses_are_those_without_a_test(name, trained):
    """20 updates an epoch, shuffled by the global seed, with dropout."""
    losses, numbers = [], []
    for tests in (False, True):
        model = MAKERS[name]()
        if trained:
            fitted(model)
        if tests:
            find(model, X, Y, batch_size=32)
        losses.append(fitted(model))
        numbers.append(draws())
    assert losses[0] == losses[1]
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("name", MAKERS)
def test_all_variables_and_functions_are_the_same(name):
    model = MAKERS[name]()
    fitted(model)
    before, rate = state(model), model.optimizer._learning_rate
    functions = model.train_function, model.test_function
    model.stop_training = True
    curve = find(model, X, Y, batch_size=32)
    assert curve.suggestion is not None
    for one, other in zip(before, state(model), strict=True):
        np.testing.assert_array_equal(one, other)
    assert model.optimizer._learning_rate is rate
    assert (model.train_function, model.test_function) == functions
    assert model.stop_training


class StoppingError(Exception):
    """Ends a test in its middle."""


@pytest.mark.parametrize("error", [StoppingError, KeyboardInterrupt])
def test_a_test_that_is_interrupted_leaves_no_trace(error, monkeypatch):
    model = compiled(normalised=True)
    fitted(model)
    before = state(model)
    made_for, calls = _replay._made_for, []

    def interrupted(*given):
        kind = made_for(*given)

        class Interrupted(kind):
            def replay(self, *given):
                calls.append(given)
                found = super().replay(*given)
                if len(calls) == 5:
                    raise error
                return found

        return Interrupted

    monkeypatch.setattr(_replay, "_made_for", interrupted)
    with pytest.raises((error, TaskError)):
        find(model, X, Y, batch_size=32)
    assert len(calls) == 5
    for one, other in zip(before, state(model), strict=True):
        np.testing.assert_array_equal(one, other)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.05)


def test_a_task_leaves_the_random_numbers_alone():
    numbers = []
    for tests in (False, True):
        keras.utils.set_random_seed(7)
        if tests:
            find(task())
        numbers.append(draws())
    assert numbers[0] == numbers[1]


@pytest.mark.skipif(BACKEND == "torch", reason="Keras compiles nothing on PyTorch here")
def test_every_rate_starts_from_the_same_state():
    """Replaying a rate in another order gives the same loss: nothing is carried over."""
    from paceline.range_test._batches import batches_of
    from paceline.trials._data import as_arrays

    model = compiled(normalised=True)
    batches, probe = batches_of(as_arrays((X, Y), name="x"), batch_size=32, count=40, seed=0)
    with _replay.replaying(model, batches, probe) as engine:
        first = [engine.replay(rate, 10) for rate in (1e-3, 1e-1, 1.0)]
        again = [engine.replay(rate, 10) for rate in (1.0, 1e-3, 1e-1)]
        nothing = engine.replay(0.1, 0), engine.replay(1.0, 0)
    assert first == [again[1], again[2], again[0]]
    assert nothing[0] == nothing[1]
