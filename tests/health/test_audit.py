"""audit finds each way in which Keras lets a training start at the wrong rate."""

import warnings

import keras
import pytest
from health.resuming import SCHEDULE, made, names, train

import paceline

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def found(name, model, **options):
    (one,) = paceline.audit(model, steps_per_epoch=4, **options)
    assert one.name == name
    return str(one)


def test_a_new_training_and_one_that_goes_on_right_have_nothing():
    model = made()
    assert names(model, epochs=10) == []
    assert names(made(build=False), epochs=10) == []
    train(model, 3)
    assert names(model, epochs=10, initial_epoch=3) == []
    assert names(made(0.1), epochs=10) == []


def test_a_saved_model_has_nothing(tmp_path):
    model = made()
    train(model, 3)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    options = {"epochs": 10, "initial_epoch": 3}
    assert names(again, **options) == names(again, **options, checkpoint=tmp_path / "model.keras")
    assert names(again, **options) == []


def test_a_checkpoint_of_a_fixed_rate_that_keras_skipped(tmp_path):
    """Keras only warns: the weights are there, the optimizer is at 0."""
    path = tmp_path / "state.weights.h5"
    first = made(0.1)
    train(first, 3)
    first.save_weights(path)
    then = made()
    with pytest.warns(UserWarning, match="Skipping variable loading"):
        then.load_weights(path)
    said = found("lost_state", then, epochs=10, initial_epoch=3, checkpoint=path)
    assert "begin the schedule again, at 0.1, without momentum" in said
    assert "The checkpoint has 6 variables, the optimizer 5, as a rate that is a number" in said
    assert f"paceline.resume(model, step=12, checkpoint={str(path)!r})" in said
    assert names(then, epochs=10) == ["lost_state"]
    exec(said.splitlines()[1].partition(": ")[2], {"paceline": paceline, "model": then})
    assert names(then, epochs=10, initial_epoch=3, checkpoint=path) == []
    assert float(then.optimizer.learning_rate) == pytest.approx(SCHEDULE(12))


def test_weights_loaded_before_the_optimizer_was_built(tmp_path):
    first = made()
    train(first, 3)
    first.save_weights(tmp_path / "state.weights.h5")
    then = made(build=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        then.load_weights(tmp_path / "state.weights.h5")
    said = found("lost_state", then, epochs=10, initial_epoch=3)
    assert "is not built, so that it took no state from a checkpoint" in said
    assert "paceline.resume(model, step=12, checkpoint=...)" in said


def test_an_initial_epoch_without_its_updates():
    said = found("initial_epoch", made(), epochs=10, initial_epoch=3)
    assert "is at update 0, where epoch 3 begins with update 12" in said
    assert f"the rate would be 0.1, where the schedule has {SCHEDULE(12):.4g}" in said
    assert "paceline.resume(model, step=12)" in said


def test_an_optimizer_that_was_used_before():
    model = made()
    train(model, 2)
    said = found("used_optimizer", model, epochs=10)
    assert "has made 8 updates, and fit would begin with epoch 0" in said
    assert "paceline.resume(model, step=0)" in said


def test_a_schedule_that_has_already_ended():
    model = made()
    train(model, 10)
    said = found("ended", model, epochs=15, initial_epoch=10)
    assert "from update 40 on, the rate stays at 0 for all 20 updates to come" in said
    assert "schedule.over(60)" in said
    assert "new.delayed(40)" in said


def test_a_keras_schedule_is_audited_too():
    model = made(keras.optimizers.schedules.CosineDecay(0.1, 40))
    train(model, 10)
    assert names(model, epochs=15, initial_epoch=10) == ["ended"]
    assert names(made(keras.optimizers.schedules.CosineDecay(0.1, 40)), epochs=10) == []


def test_a_schedule_that_counts_micro_batches():
    model = made(paceline.cosine(peak=0.1, steps=20), gradient_accumulation_steps=2)
    assert names(model, epochs=10) == ["accumulation"]
    right = made(paceline.cosine(peak=0.1, steps=20).accumulated(2), gradient_accumulation_steps=2)
    assert names(right, epochs=10) == []
    train(right, 3)
    assert names(right, epochs=10, initial_epoch=3) == []


def test_a_counter_that_was_set_back_beside_its_momentum():
    model = made()
    train(model, 3)
    model.optimizer.iterations.assign(0)
    assert names(model, epochs=10, initial_epoch=3) == ["lost_step"]


def test_a_fixed_rate_has_no_wrong_one_but_may_lose_its_state():
    first = made(0.1)
    train(first, 3)
    then = made(0.1)
    then.set_weights(first.get_weights())
    assert "its fixed rate" in found("lost_state", then, epochs=10, initial_epoch=3)


def test_layers_that_begin_with_more_than_one_value_are_not_taken_for_trained():
    model = keras.Sequential(
        [
            keras.Input((5, 3)),
            keras.layers.LSTM(4, return_sequences=True),
            keras.layers.GRU(4),
            keras.layers.BatchNormalization(),
            keras.layers.LayerNormalization(),
            keras.layers.Dense(2, bias_initializer="random_normal"),
        ]
    )
    model.compile(keras.optimizers.SGD(SCHEDULE), "mse")
    assert names(model, epochs=10) == []
    model.layers[2].moving_mean.assign([0.1, 0.0, 0.0, 0.0])
    assert "moving_mean" in found("lost_state", model, epochs=10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs > 0; got epochs=0"),
        ({"epochs": 2.0}, r"got epochs=2.0 \(float\)"),
        ({"epochs": 3, "initial_epoch": 3}, "below epochs; got initial_epoch=3, epochs=3"),
        ({"epochs": 3, "initial_epoch": -1}, "got initial_epoch=-1"),
        ({"epochs": 3, "checkpoint": "nowhere.h5"}, "got 'nowhere.h5', which is no file"),
    ],
)
def test_what_is_wrong_is_said(options, message):
    with pytest.raises((TypeError, ValueError, FileNotFoundError), match=message):
        paceline.audit(made(), steps_per_epoch=4, **options)
    with pytest.raises(ValueError, match="steps_per_epoch > 0; got steps_per_epoch=0"):
        paceline.audit(made(), steps_per_epoch=0, epochs=1)
