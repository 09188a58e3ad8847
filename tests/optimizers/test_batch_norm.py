"""The statistics of BatchNormalization, estimated anew."""

import keras
import numpy as np
import pytest
from optimizers.training import INPUTS, TARGETS, network, train

from paceline.callbacks import AtAverage
from paceline.optimizers import ScheduleFreeSGD, refresh_batch_norm

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def normalised(dropout=0.0):
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, name="base"),
            keras.layers.BatchNormalization(momentum=0.9, name="norm"),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(2),
        ]
    )


def trained():
    model = normalised()
    model.compile(ScheduleFreeSGD(0.3), "mse")
    train(model, 3, callbacks=[AtAverage()])
    return model


def values(model):
    return [np.array(value) for value in model.get_layer("norm").get_weights()[2:]]


def by_hand(model, parts):
    outputs = [np.array(keras.ops.convert_to_numpy(model.get_layer("base")(x))) for x in parts]
    sizes = [len(x) for x in parts]
    return [
        np.average([function(each, axis=0) for each in outputs], axis=0, weights=sizes)
        for function in (np.mean, np.var)
    ]


class Batches(keras.utils.PyDataset):
    num_batches = 2

    def __getitem__(self, index):
        return INPUTS[40 * index : 40 * index + 40], TARGETS[40 * index : 40 * index + 40]


PARTS = [INPUTS[:40], INPUTS[40:]]
GIVEN = {
    "inputs": PARTS,
    "pairs": [(x, TARGETS[: len(x)]) for x in PARTS],
    "a generator": (x for x in PARTS),
    "a data set": Batches(),
}


@pytest.mark.parametrize("name", GIVEN)
def test_they_are_those_of_the_batches_at_the_average(name):
    model = trained()
    wanted = by_hand(model, PARTS)
    before = model.get_weights()
    model.optimizer.to_training()
    refresh_batch_norm(model, GIVEN[name])
    assert model.optimizer.at_average
    for found, each in zip(values(model), wanted, strict=True):
        np.testing.assert_allclose(found, each, rtol=1e-4, atol=1e-5)
    assert model.get_layer("norm").momentum == 0.9
    for old, new in zip(before[:4], model.get_weights()[:4], strict=True):
        np.testing.assert_allclose(new, old, rtol=1e-5, atol=1e-6)


def test_a_model_that_is_not_compiled_is_as_welcome_and_its_dropout_stays():
    model = normalised(dropout=0.5)
    seeds = [np.array(keras.ops.convert_to_numpy(each.value)) for each in seeds_of(model)]
    refresh_batch_norm(model, PARTS)
    for found, wanted in zip(values(model), by_hand(model, PARTS), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)
    for old, new in zip(seeds, seeds_of(model), strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(new.value), old)


def seeds_of(model):
    found = [each for each in model.non_trainable_variables if "seed" in each.path]
    assert found
    return found


def frozen():
    model = normalised()
    model.get_layer("norm").trainable = False
    return model


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: refresh_batch_norm(network(), PARTS), "BatchNormalization that is trainable"),
        (lambda: refresh_batch_norm(frozen(), PARTS), "BatchNormalization that is trainable"),
        (lambda: refresh_batch_norm(normalised(), INPUTS), r"batches; got ndarray.*\[x\[:64\]"),
        (lambda: refresh_batch_norm(normalised(), 3), "batches; got int"),
        (lambda: refresh_batch_norm(normalised(), []), r"one or more batches; got none in \[\]"),
    ],
)
def test_what_is_wrong_is_said(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
