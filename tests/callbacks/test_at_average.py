"""A fit with AtAverage: where the model is when something looks at it."""

import keras
import numpy as np
import pytest
from optimizers.training import INPUTS, TARGETS, compiled, train, weights

from paceline.callbacks import AtAverage, ReduceOnPlateau
from paceline.optimizers import ScheduleFreeAdamW, ScheduleFreeSGD, adjustable

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def make(**options):
    return compiled(ScheduleFreeSGD(0.3, momentum=0.8, **options), jit_compile=False)


class Looks(keras.callbacks.Callback):
    """Notes where the model is at each event."""

    def __init__(self):
        super().__init__()
        self.seen = {}

    def note(self, event):
        self.seen.setdefault(event, []).append(self.model.optimizer.at_average)

    def on_train_batch_end(self, batch, logs=None):
        self.note("batch")

    def on_test_batch_end(self, batch, logs=None):
        self.note("validation")

    def on_epoch_end(self, epoch, logs=None):
        self.note("epoch")


def test_it_trains_at_y_and_measures_at_x():
    model, looks = make(), Looks()
    train(model, 2, callbacks=[AtAverage(), looks], validation_data=(INPUTS, TARGETS))
    train(model, 1, callbacks=[AtAverage(), looks])
    assert not any(looks.seen["batch"])
    assert all(looks.seen["validation"])
    assert looks.seen["epoch"] == [True] * 3


def test_with_validation_data_the_order_does_not_matter():
    model, looks = make(), Looks()
    train(model, 2, callbacks=[looks, AtAverage()], validation_data=(INPUTS, TARGETS))
    assert looks.seen["epoch"] == [True] * 2


def test_validation_is_the_loss_of_the_weights_that_are_saved(tmp_path):
    model = make()
    saving = keras.callbacks.ModelCheckpoint(str(tmp_path / "{epoch}.keras"))
    history = train(
        model, 3, callbacks=[AtAverage(), saving], validation_data=(INPUTS, TARGETS)
    ).history
    for epoch, loss in enumerate(history["val_loss"], start=1):
        saved = keras.models.load_model(tmp_path / f"{epoch}.keras")
        assert saved.optimizer.at_average
        assert saved.evaluate(INPUTS, TARGETS, verbose=0) == pytest.approx(loss, rel=1e-6)
        found = saved.predict(INPUTS, verbose=0)
        assert np.mean((found - TARGETS) ** 2) == pytest.approx(loss, rel=1e-5)
    assert model.evaluate(INPUTS, TARGETS, verbose=0) == pytest.approx(loss, rel=1e-6)


def test_validation_changes_nothing_and_two_fits_are_one():
    one, two, three = make(), make(), make()
    train(one, 4, callbacks=[AtAverage()], validation_data=(INPUTS, TARGETS))
    train(two, 4, callbacks=[AtAverage()])
    train(three, 2, callbacks=[AtAverage()])
    three.evaluate(INPUTS, TARGETS, verbose=0)
    train(three, 2, callbacks=[AtAverage()])
    np.testing.assert_array_equal(weights(two), weights(one))
    np.testing.assert_array_equal(weights(three), weights(one))


def test_a_model_saved_in_the_middle_of_an_epoch_moves_when_it_is_asked_to(tmp_path):
    model = make()
    path = str(tmp_path / "last.keras")
    saving = keras.callbacks.ModelCheckpoint(path, save_freq=3)
    train(model, 1, callbacks=[AtAverage(), saving])
    saved = keras.models.load_model(path)
    assert not saved.optimizer.at_average
    saved.optimizer.to_average()
    short = make()
    short.fit(*(INPUTS[:48], TARGETS[:48]), 16, shuffle=False, verbose=0, callbacks=[AtAverage()])
    np.testing.assert_allclose(weights(saved), weights(short), rtol=1e-5, atol=1e-6)


def test_the_best_weights_are_those_of_the_average():
    model = make()
    stopping = keras.callbacks.EarlyStopping("loss", restore_best_weights=True, mode="max")
    train(model, 3, callbacks=[AtAverage(), stopping])
    first = make()
    train(first, 1, callbacks=[AtAverage()])
    np.testing.assert_allclose(weights(model), weights(first), rtol=1e-5, atol=1e-6)


def test_it_goes_together_with_a_plateau():
    plateau = ReduceOnPlateau(monitor="val_loss", factor=0.5, patience=1, threshold=10.0)
    model = make()
    train(model, 3, callbacks=[AtAverage(), plateau], validation_data=(INPUTS, TARGETS))
    assert model.optimizer.factor == 0.25
    assert model.optimizer.at_average


def test_other_optimizers_are_refused():
    for optimizer in ("sgd", adjustable(keras.optimizers.SGD(0.1))):
        with pytest.raises(TypeError, match=r"schedule-free optimizer; got S.*FreeAdamW"):
            train(compiled(optimizer), 1, callbacks=[AtAverage()])
    train(compiled(adjustable(ScheduleFreeAdamW(0.1))), 1, callbacks=[AtAverage()])
