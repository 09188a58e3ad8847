"""A history is logged by epoch, and knows how many updates an epoch has."""

import keras
import numpy as np
import pytest

from paceline.callbacks import RateRecorder
from paceline.logs import is_history, read_history
from paceline.schedules import Linear


def fitted(*callbacks: keras.callbacks.Callback, **optimizer: int) -> keras.callbacks.History:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    schedule = Linear(start=0.1, end=0.0, steps=12)
    model.compile(keras.optimizers.SGD(schedule, **optimizer), "mse")
    x, y = np.ones((24, 2)), np.ones((24, 1))
    settings = {"batch_size": 4, "epochs": 5, "initial_epoch": 3, "verbose": 0}
    return model.fit(x, y, **settings, callbacks=list(callbacks))


def test_epochs_are_counted_from_where_the_training_went_on() -> None:
    recorder = RateRecorder()
    history = fitted(recorder)
    log = read_history(history, recorder=recorder)
    np.testing.assert_array_equal(log.training_loss().places, [4, 5])
    np.testing.assert_array_equal(log.track("rate").values, recorder.rates)
    assert log.track("rate").unit == "update"
    assert log.steps_per_epoch == 6
    alone = read_history(history.history)
    np.testing.assert_array_equal(alone.training_loss().places, [1, 2])
    assert (len(alone.track("rate")), alone.steps_per_epoch) == (2, None)


def test_accumulated_gradients_make_fewer_updates() -> None:
    assert read_history(fitted(gradient_accumulation_steps=2)).steps_per_epoch == 3
    assert read_history(fitted(gradient_accumulation_steps=4)).steps_per_epoch is None


def test_what_is_no_history_is_refused() -> None:
    assert is_history({})
    assert not is_history([1.0])
    with pytest.raises(TypeError, match="a number for each epoch; got high as 'loss'"):
        read_history({"loss": "high"})
    with pytest.raises(ValueError, match="has none"):
        read_history({}).training_loss()
    with pytest.raises(ValueError, match="without rates"):
        read_history({"loss": [1.0]}, recorder=RateRecorder())
    with pytest.raises(TypeError, match="got int"):
        read_history({"loss": [1.0]}, recorder=3)
