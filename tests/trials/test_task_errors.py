"""A bad task is refused with the value and the way out."""

import re

import keras
import numpy as np
import pytest
from trials.small_tasks import X, Y, plain, small_task

from paceline.trials import TaskError, Variant, checked_model, resolve_task


def of_units(count, **more):
    return lambda: keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(count, **more)])


def compiled():
    model = plain()
    model.compile("sgd", "mse")
    return model


def raising():
    raise OSError("no such file: weights.h5")


class Broken(keras.Model):
    def call(self, x):
        raise ValueError("I need two inputs.")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": plain()}, "function that returns a new Keras model.*lambda"),
        ({"model": None}, "got None"),
        ({"optimizer": keras.optimizers.SGD(0.1)}, "function of the rate.*lambda rate"),
        ({"optimizer": "sgd"}, "got 'sgd'"),
        ({"epochs": 0}, "epochs >= 1.*epochs=0"),
        ({"epochs": 2.5}, "epochs=2.5"),
        ({"epochs": True}, "epochs=True"),
        ({"batch_size": None}, "batch_size with arrays"),
        ({"batch_size": -4}, "batch_size=-4"),
        ({"batch_size": None, "train": iter([])}, "read only once"),
        ({"steps_per_epoch": 3}, "counts the updates of arrays itself; got steps_per_epoch=3"),
        ({"train": None}, r"train=\(x, y\)"),
        ({"train": X}, r"must be arrays, \(x, y\)"),
        ({"train": "digits.csv"}, "got 'digits.csv'"),
        ({"train": 3}, "got '3'"),
        ({"train": ([1.0, 2.0], [0, 1])}, "np.asarray"),
        ({"train": (X, Y[:-1])}, r"\[45, 44\] samples"),
        ({"train": (X[:0], Y[:0])}, "train data is empty"),
        ({"train": (X, None, Y)}, "empty part"),
        ({"validation": (X.astype(str), Y)}, "validation data holds .*U.* not numbers"),
        ({"test": (x for x in [X])}, "test is a generator.*PyDataset"),
    ],
)
def test_a_bad_argument_is_refused(changes, message):
    with pytest.raises(TaskError, match=message):
        small_task(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": compiled}, "compiled model.*Leave compile"),
        ({"model": dict}, r"must return a keras.Model; got \{\} \(dict\)"),
        ({"model": raising}, "model function raised OSError: no such file: weights.h5"),
        ({"model": Broken}, "called on a train sample.*I need two inputs"),
        (
            {"model": lambda: keras.Sequential([keras.layers.Input((5,))])},
            "train sample, of shape .6,",
        ),
        ({"model": of_units(2)}, "train labels run from 0 to 2.*0..1.*3 units"),
        ({"train": (X, Y - 1)}, "from -1 to 1.*number the labels from 0"),
        ({"validation": (X[:5], np.full(5, 7))}, "validation labels run from 7 to 7"),
        ({"loss": "mse", "model": of_units(1), "train": (X, X[:, :4])}, r"\(4,\).*\(1,\)"),
        ({"loss": "no_such_loss", "metrics": ()}, "first batch of the train.*no_such_loss"),
        ({"loss": None, "metrics": ()}, "loss"),
        ({"optimizer": lambda rate: rate}, "must return a Keras optimizer"),
        ({"optimizer": lambda rate: 1 / 0}, "optimizer function raised ZeroDivisionError"),
    ],
)
def test_a_task_that_does_not_fit_together_is_refused_before_anything_trains(changes, message):
    with pytest.raises(TaskError, match=message):
        checked_model(small_task(**changes))


def test_a_message_is_one_line_without_colours():
    with pytest.raises(TaskError) as caught:
        checked_model(small_task(train=(X[:, :4], Y), validation=None))
    assert re.search(r"\x1b|\n|Exception encountered", str(caught.value)) is None


def test_a_task_that_fits_tells_what_it_measures():
    model, names = checked_model(small_task())
    assert model.compiled
    assert set(names) == {"loss", "accuracy"}


def test_an_ignored_class_is_no_wrong_label():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    labels = np.where(np.arange(45) % 2, Y, -1)
    checked_model(small_task(loss=loss, train=(X, labels), metrics=()))


def test_what_makes_no_task_is_refused():
    with pytest.raises(TaskError, match=r"got 3 \(int\)"):
        resolve_task(lambda: 3)


def test_a_variant_needs_a_schedule_and_a_function_for_its_optimizer():
    from paceline.schedules import Constant

    with pytest.raises(TypeError, match=r"got 0\.1"):
        Variant(schedule=0.1)
    with pytest.raises(TypeError, match="function of the rate"):
        Variant(schedule=Constant(rate=0.1), optimizer="sgd")
