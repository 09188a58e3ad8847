"""find on anything that trains, and what it says of bad input."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from optimizers.training import BACKEND
from range_test.subjects import LOSS, Batches, X, Y, compiled, fitted, layers, task

import paceline
from paceline.optimizers import ScheduleFreeSGD, adjustable, scheduled, with_rates
from paceline.range_test import find
from paceline.trials import TaskError

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def plausible(curve, low=0.01, high=0.5):
    assert curve.suggestion is not None, curve.reason
    assert low < curve.suggestion.rate < high
    assert curve.suggestion.low <= curve.suggestion.rate <= curve.suggestion.high
    assert curve.suggestion.strength == "strong"


def test_a_task_and_a_model_with_arrays():
    plausible(find(task()))
    plausible(find(task))
    plausible(find(compiled(), X, Y, batch_size=32))


def test_the_same_call_gives_the_same_curve():
    curves = [find(task(), seed=3) for _ in range(2)]
    np.testing.assert_array_equal(*(curve.replays[1].losses for curve in curves))
    assert find(task(), seed=4).start != curves[0].start


def data_sets():
    yield "PyDataset", Batches
    yield "ragged PyDataset", lambda: Batches(ragged=True)
    if importlib.util.find_spec("tensorflow") and BACKEND == "tensorflow":
        import tensorflow as tf

        yield "tf.data", lambda: tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(640).batch(32)
        weighted = tf.data.Dataset.from_tensor_slices((X, Y, np.ones(640, "float32")))
        yield "weighted tf.data", lambda: weighted.batch(32)
        yield "few batches", lambda: weighted.take(96).batch(32)
    if importlib.util.find_spec("torch"):
        import torch

        pairs = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))

        def loader():
            torch.manual_seed(0)  # Keras seeds only its own backend
            return torch.utils.data.DataLoader(pairs, 32, shuffle=True)

        yield "DataLoader", loader


DATA_SETS = dict(data_sets())


@pytest.mark.parametrize("name", DATA_SETS)
def test_a_data_set_of_any_kind(name):
    plausible(find(compiled(), DATA_SETS[name]()))


@pytest.mark.parametrize("name", DATA_SETS)
def test_a_data_set_is_read_from_the_start_afterwards(name):
    losses = []
    for tests in (False, True):
        model = compiled()
        keras.utils.set_random_seed(5)
        data = DATA_SETS[name]()
        if tests:
            find(model, data, repeats=2)
        losses.append(fitted(model, data, epochs=2))
    assert losses[0] == losses[1]


OPTIMIZERS = {
    "schedule": lambda: keras.optimizers.SGD(paceline.cosine(peak=1e-9, steps=10), momentum=0.9),
    "keras schedule": lambda: keras.optimizers.SGD(
        keras.optimizers.schedules.CosineDecay(1e-9, 10), momentum=0.9
    ),
    "accumulation": lambda: keras.optimizers.SGD(0.05, momentum=0.9, gradient_accumulation_steps=2),
    "steered": lambda: with_rates(
        scheduled(adjustable(keras.optimizers.SGD(0.05)), momentum=0.9), {"dense*": 1.0}
    ),
    "schedule-free": lambda: ScheduleFreeSGD(0.05),
    "clipped": lambda: keras.optimizers.SGD(0.05, momentum=0.9, global_clipnorm=1.0),
    "averaged": lambda: keras.optimizers.SGD(0.05, momentum=0.9, use_ema=True),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_of_any_kind(name):
    model = compiled(OPTIMIZERS[name]())
    rate = float(model.optimizer.learning_rate)
    plausible(find(model, X, Y, batch_size=32), high=10.0)
    assert float(model.optimizer.learning_rate) == rate


def test_adam_gets_a_rate_of_its_own_size():
    curve = find(compiled(keras.optimizers.Adam()), X, Y, batch_size=32)
    plausible(curve, low=1e-3, high=0.1)


def test_batch_normalization_is_measured_with_the_statistics_of_the_batch():
    plausible(find(compiled(normalised=True), X, Y, batch_size=32), high=2.0)


def test_mixed_float16_makes_up_for_skipped_updates():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = compiled()
        assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
        plausible(find(model, X, Y, batch_size=32))
    finally:
        keras.config.set_dtype_policy("float32")


class Own(keras.Sequential):
    """Trains by a step of its own."""

    def train_step(self, *given):
        return super().train_step(*given)


def test_a_train_step_of_ones_own():
    plausible(find(compiled(model=Own), X, Y, batch_size=32))


def test_several_outputs_and_losses():
    inputs = keras.Input((64,))
    hidden = keras.layers.Dense(16, "relu")(inputs)
    model = keras.Model(
        inputs, {"digit": keras.layers.Dense(10)(hidden), "odd": keras.layers.Dense(1)(hidden)}
    )
    model.compile("sgd", {"digit": LOSS, "odd": "mse"})
    targets = {"digit": Y, "odd": (Y % 2).astype("float32")[:, None]}
    plausible(find(model, X, targets, batch_size=32), high=2.0)


def test_eager_steps():
    if BACKEND == "torch":
        pytest.skip("Keras knows one way there")
    plausible(find(compiled(run_eagerly=True), X, Y, batch_size=64))


@pytest.mark.slow
@pytest.mark.skipif(BACKEND != "tensorflow", reason="MirroredStrategy is TensorFlow's")
def test_all_replicas_take_the_same_decision():
    script = Path(__file__).with_name("mirrored_find.py")  # devices are split before first use
    result = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(script.parent.parent), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert float(result.stdout) == pytest.approx(1, rel=0.05)


def test_repeats_have_a_spread():
    curve = find(task(), repeats=3)
    plausible(curve)
    assert len(curve.repeats) == 3
    assert 0 < curve.spread < 0.5
    assert np.median(np.log(curve.repeats)) == pytest.approx(np.log(curve.suggestion.rate))


def test_a_batch_larger_than_the_data_is_all_of_them():
    plausible(find(compiled(), X[:50], Y[:50], batch_size=500), high=2.0)


def test_a_trained_model_says_how_little_there_is_to_gain():
    model = compiled()
    fitted(model, epochs=60)
    curve = find(model, X, Y, batch_size=32)
    fresh = find(compiled(), X, Y, batch_size=32)
    assert curve.start < 0.1 * fresh.start


def hopeless():
    frozen = compiled()
    frozen.trainable = False
    frozen.compile("sgd", LOSS)
    yield "flat", frozen, X, {}
    lost = compiled()
    lost.layers[0].kernel.assign(np.full((64, 32), np.nan))
    yield "not_the_rate", lost, X, {}
    bad = X.copy()
    bad[::7] = np.nan
    yield "not_the_rate", compiled(), bad, {}
    yield "low", compiled(), X, {"low": 1e-12, "high": 1e-9}
    yield "high", compiled(), X, {"low": 1e3, "high": 1e6}


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
@pytest.mark.parametrize(
    ("problem", "model", "x", "options"),
    list(hopeless()),
    ids=["flat", "weights", "data", "low", "high"],
)
def test_it_says_none_with_the_right_reason(problem, model, x, options):
    if problem == "flat" and BACKEND == "torch":
        pytest.skip("PyTorch can't train a model without trainable weights")
    curve = find(model, x, Y, batch_size=32, **options)
    assert curve.suggestion is None
    assert curve.problem == problem
    assert curve.reason


def generator():
    while True:
        yield X[:32], Y[:32]


class Empty(keras.utils.PyDataset):
    def __len__(self):
        return 0


class NoRate(keras.optimizers.SGD):
    """Has no learning rate that anybody could give."""

    def __init__(self):
        super().__init__()
        del self.__dict__["_learning_rate"]


SGD = keras.optimizers.SGD
NOT_COMPILED = keras.Sequential(layers())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: find(compiled(), X, Y, batch_size=32, low=0), "low > 0; got low=0"),
        (lambda: find(compiled(), X, Y, batch_size=32, low=1, high=0.1), "low below high"),
        (lambda: find(compiled(), X, Y, batch_size=32, high=float("nan")), "got high=nan"),
        (lambda: find(compiled(), X, Y, batch_size=32, repeats=0), "repeats > 0"),
        (lambda: find(compiled(), X, Y, batch_size=32, method="valley"), "'replay', 'sweep'"),
        (lambda: find(compiled(), X, Y), "batch_size > 0.*got batch_size=None"),
        (lambda: find(compiled()), "needs x, the training data"),
        (lambda: find(compiled(), generator()), "can be read only once"),
        (lambda: find(compiled(), Empty()), "gives none"),
        (lambda: find(compiled(), Batches(), Y), "needs x alone"),
        (lambda: find(compiled(), X, Y[:5], batch_size=32), "one first axis"),
        (lambda: find(NOT_COMPILED, X, Y, batch_size=32), "compiled model"),
        (lambda: find(task(), X, Y), "with a compiled model only"),
        (lambda: find(compiled(NoRate()), X, Y, batch_size=32), "without one"),
        (lambda: find(task(optimizer=lambda rate: SGD(0.1))), "uses the rate it is given; got SGD"),
        (lambda: find("cosine"), "A task is a paceline.Task"),
        (lambda: find(compiled(), X, X, batch_size=32), "can't train the model on its data"),
        (lambda: find(compiled(), X[:, :5], Y, batch_size=32), "can't train the model on its data"),
    ],
)
def test_what_is_wrong_is_said(call, message):
    with pytest.raises((TypeError, ValueError, TaskError), match=message):
        call()
