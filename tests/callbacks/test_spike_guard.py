"""The spike guard: what it restores is exact, and a real divergence ends in a finite training."""

import keras
import numpy as np
import pytest
from optimizers.training import BACKEND, INPUTS, MAKERS, TARGETS, compiled, steer, train, weights
from sklearn.datasets import load_digits
from trials.small_tasks import COMPILED

import paceline
from paceline.callbacks import RateRecorder, ReduceOnPlateau, SpikeGuard
from paceline.optimizers import adjustable
from paceline.schedules import Constant, cosine
from paceline.trials._trainer import Trainer, Trial

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RATE = cosine(peak=0.1, steps=48)
NO_SEED = {"shuffle": False, "verbose": 0, "batch_size": 16}


def batches(*numbers, bad=()):
    """Return the inputs and targets of these batches of 16; those in `bad` are not finite."""
    x = np.concatenate([INPUTS[(each % 4) * 16 :][:16] * (1 + each / 50) for each in numbers])
    y = np.concatenate([TARGETS[(each % 4) * 16 :][:16] for each in numbers])
    for place, each in enumerate(numbers):
        if each in bad:
            x[place * 16 + 3, 1] = np.nan
    return x, y


def dropping(optimizer, **options):
    """Return a model that drops units at random, with a state of its random numbers."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="tanh"),
            keras.layers.Dropout(0.3, seed=2),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(2),
        ]
    )
    model.compile(optimizer, "mse", **options)
    return model


@pytest.mark.parametrize("name", ["momentum", "adamw", "averaged"])
def test_after_a_restore_the_undone_batches_were_never_there(name):
    """The state kept after update 4 comes back at batch 10, dropout's random numbers included."""
    guard = SpikeGuard(every=4, factor=1.0, verbose=0)
    guarded = dropping(MAKERS[name]())
    guarded.fit(*batches(*range(16), bad={10}), callbacks=[guard], **NO_SEED)
    assert [(each.step, each.restored) for each in guard.restores] == [(11, 4)]
    plain = dropping(MAKERS[name]())
    plain.fit(*batches(*range(4), *range(11, 16)), **NO_SEED)
    np.testing.assert_allclose(weights(guarded), weights(plain), rtol=1e-6, atol=1e-7)
    assert int(guarded.optimizer.iterations) == int(plain.optimizer.iterations) == 9


def test_the_rate_is_cut_from_the_restored_step_on():
    guard, recorder = SpikeGuard(every=4, factor=0.5, verbose=0), RateRecorder()
    model = compiled(keras.optimizers.SGD(RATE, momentum=0.9))
    history = model.fit(*batches(*range(16), bad={10}), callbacks=[recorder, guard], **NO_SEED)
    assert recorder.steps.tolist() == list(range(9))
    factors = np.repeat([1.0, 0.5], [4, 5])
    np.testing.assert_allclose(recorder.rates, RATE(np.arange(9)) * factors, rtol=1e-6)
    assert history.history["rate_factor"] == [0.5]
    assert np.isfinite(history.history["loss"]).all()
    by_hand = Constant(rate=1.0, steps=4) >> Constant(rate=0.5)
    plain = compiled(keras.optimizers.SGD(RATE.overlapped(by_hand), momentum=0.9))
    plain.fit(*batches(*range(4), *range(11, 16)), **NO_SEED)
    np.testing.assert_allclose(weights(model), weights(plain), rtol=1e-5, atol=1e-7)


def test_cuts_add_up_where_the_same_state_comes_back():
    guard = SpikeGuard(every=100, factor=0.5, verbose=0)
    model = compiled(keras.optimizers.SGD(RATE))
    model.fit(*batches(*range(16), bad={2, 5, 9}), callbacks=[guard], **NO_SEED)
    assert [each.factor for each in guard.restores] == [0.5, 0.25, 0.125]
    assert [each.step for each in guard.restores] == [3, 3, 4]
    assert "spiked 3 times; 10 updates were undone" in guard.verdict
    assert "factor is 0.125" in guard.verdict


def test_it_changes_nothing_while_all_is_well():
    guard = SpikeGuard(every=3)
    plain, guarded = dropping(MAKERS["adamw"]()), dropping(MAKERS["adamw"]())
    logs = plain.fit(*batches(*range(16)), epochs=2, **NO_SEED).history
    ours = guarded.fit(*batches(*range(16)), epochs=2, callbacks=[guard], **NO_SEED).history
    np.testing.assert_allclose(weights(guarded), weights(plain), rtol=1e-6, atol=1e-7)
    assert ours.keys() - logs.keys() == {"rate_factor"}
    np.testing.assert_allclose(ours["loss"], logs["loss"], rtol=1e-6)
    assert guard.verdict == "The loss never spiked."
    again = guarded.fit(*batches(*range(16)), **NO_SEED).history
    assert again.keys() == logs.keys()


def test_it_gives_up_with_a_verdict_and_a_finite_model():
    guard = SpikeGuard(most=2, verbose=0, every=2)
    model = compiled(keras.optimizers.SGD(RATE))
    x, y = batches(*range(8), bad={4})
    with pytest.warns(UserWarning, match="Gave up: the loss spiked 3 times"):
        history = model.fit(x, y, epochs=20, callbacks=[guard], **NO_SEED)
    assert guard.gave_up
    assert "factor at 0.01. The model is as after update" in guard.verdict
    assert len(history.history["loss"]) == 3
    assert np.isfinite(weights(model)).all()


def test_a_spike_in_the_last_batch_leaves_no_invented_metrics():
    guard = SpikeGuard(verbose=0)
    model = compiled(keras.optimizers.SGD(RATE))
    history = model.fit(*batches(*range(8), bad={7}), callbacks=[guard], **NO_SEED).history
    assert np.isnan(history["loss"]).all()
    assert np.isfinite(weights(model)).all()


def test_every_restore_is_printed_where_it_is_asked_for(capsys):
    compiled(keras.optimizers.SGD(RATE)).fit(
        *batches(*range(8), bad={5}), callbacks=[SpikeGuard()], **NO_SEED
    )
    said = capsys.readouterr().out
    assert "Epoch 1, update 6: the loss is nan. SpikeGuard went back to update 0;" in said


def digits():
    images, labels = load_digits(return_X_y=True)
    x, y = (images / 16).astype("float32"), labels.astype("int32")
    return paceline.Task(
        model=lambda: keras.Sequential(
            [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)]
        ),
        optimizer=lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        train=(x[:1347], y[:1347]),
        validation=(x[1347:], y[1347:]),
        batch_size=64,
        epochs=10,
    )


def regression():
    """The digit as a number, by a linear model: there a rate too high overflows."""
    images, labels = load_digits(return_X_y=True)
    x, y = (images / 16).astype("float32"), labels.astype("float32")[:, None]
    return paceline.Task(
        model=lambda: keras.Sequential([keras.Input((64,)), keras.layers.Dense(1)]),
        optimizer=lambda rate: keras.optimizers.SGD(rate),
        loss="mse",
        train=(x[:1347], y[:1347]),
        validation=(x[1347:], y[1347:]),
        batch_size=64,
        epochs=10,
    )


@pytest.mark.parametrize(("task", "good"), [(digits, 0.1), (digits, 0.3), (regression, 0.02)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_rate_a_hundred_times_too_high_ends_finite(task, good, seed):
    schedule = cosine(peak=100 * good, steps=220)
    variants = {
        "alone": paceline.Variant(schedule=schedule),
        "guarded": paceline.Variant(schedule=schedule, callbacks=(SpikeGuard(verbose=0),)),
    }
    trainer = Trainer(task, variants, COMPILED)
    outcomes = {name: trainer.run(Trial(variant=name, seed=seed)) for name in variants}
    alone, guarded = outcomes["alone"], outcomes["guarded"]
    assert guarded.error is None
    assert len(guarded.losses) == len(guarded.rates) == 220
    assert guarded.rates[0] == schedule.start
    assert guarded.rates[-22:].max() < 0.11 * schedule.start
    assert np.isfinite(guarded.validation["loss"]).all()
    # units that died at the first jumps may stay dead: then it ends at the level of a guess
    assert guarded.final_training_loss < 1.05 * guarded.losses[0]
    if task is regression:
        assert guarded.status == "done"
        assert guarded.final_training_loss < 0.5 * guarded.losses[0]
        assert not np.isfinite(alone.losses).all()
        assert alone.status == "diverged"


@pytest.mark.skipif(BACKEND == "torch", reason="Keras compiles nothing on PyTorch here")
@pytest.mark.parametrize(
    "options", [{"jit_compile": True}, {"run_eagerly": True}, {"steps_per_execution": 2}]
)
def test_every_way_to_run_a_step_restores(options):
    found = []
    for each in ({"jit_compile": False}, options):
        guard = SpikeGuard(every=4, factor=0.5, verbose=0)
        model = compiled(keras.optimizers.SGD(RATE, momentum=0.9), **each)
        model.fit(*batches(*range(16), bad={10, 11}), callbacks=[guard], **NO_SEED)
        assert np.isfinite(weights(model)).all()
        found.append((weights(model), model.optimizer.factor, [r.restored for r in guard.restores]))
    if "steps_per_execution" not in options:
        np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-5, atol=1e-6)
        assert found[0][1:] == found[1][1:]
    else:  # it sees the last batch of each execution
        assert found[1][2] == [4]


def test_mixed_precision_is_restored_with_its_loss_scale():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        guard = SpikeGuard(every=4, factor=0.5, verbose=0)
        model = compiled(keras.optimizers.SGD(RATE))
        model.fit(*batches(*range(16), bad={10}), callbacks=[guard], **NO_SEED)
        assert model.optimizer.inner_optimizer.factor == 0.5
        assert len(guard.restores) == 1
        assert np.isfinite(weights(model)).all()
    finally:
        keras.config.set_dtype_policy("float32")


def test_accumulated_gradients_are_restored():
    guard = SpikeGuard(every=4, factor=1.0, verbose=0)
    guarded = compiled(keras.optimizers.SGD(0.1, gradient_accumulation_steps=2))
    guarded.fit(*batches(*range(16), bad={10}), callbacks=[guard], **NO_SEED)
    plain = compiled(keras.optimizers.SGD(0.1, gradient_accumulation_steps=2))
    plain.fit(*batches(*range(4), *range(11, 16)), **NO_SEED)
    np.testing.assert_allclose(weights(guarded), weights(plain), rtol=1e-6, atol=1e-7)


def test_the_cut_is_kept_when_the_training_is_resumed(tmp_path):
    def make():
        return compiled(adjustable(steer(MAKERS["momentum"]())))

    x, y = batches(*range(16), bad={10})
    more = batches(*range(4))
    first = make()
    first.fit(x, y, callbacks=[SpikeGuard(every=4, verbose=0)], **NO_SEED)
    first.save_weights(tmp_path / "state.weights.h5")
    then = make()
    then.optimizer.build(then.trainable_variables)
    then.load_weights(tmp_path / "state.weights.h5")
    assert then.optimizer.factor == first.optimizer.factor == pytest.approx(0.1)
    logs = [
        model.fit(*more, epochs=3, callbacks=[SpikeGuard()], **NO_SEED).history["loss"]
        for model in (first, then)
    ]
    np.testing.assert_allclose(logs[0], logs[1], rtol=1e-6)


def test_it_works_in_a_loop_of_ones_own():
    model = compiled(keras.optimizers.SGD(RATE))
    guard = SpikeGuard(every=4, verbose=0)
    guard.set_model(model)
    guard.on_train_begin()
    for number in range(16):
        loss = model.train_on_batch(*batches(number, bad={10}), return_dict=True)
        guard.on_train_batch_end(number, loss)
    guard.on_train_end()
    assert [(each.step, each.restored) for each in guard.restores] == [(11, 4)]
    assert np.isfinite(weights(model)).all()


def test_a_plateau_may_stand_beside_it():
    guard = SpikeGuard(every=4, factor=0.5, verbose=0)
    plateau = ReduceOnPlateau(monitor="loss", factor=0.5, patience=1, threshold=10.0)
    model = compiled(keras.optimizers.SGD(RATE))
    history = train(model, 3, callbacks=[guard, plateau]).history
    assert history["rate_factor"] == [1.0, 0.5, 0.25]
    model.fit(*batches(*range(16), bad={10}), callbacks=[guard], **NO_SEED)
    assert model.optimizer.factor == 0.125


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threshold": 0}, "threshold > 0; got threshold=0"),
        ({"threshold": "a"}, "got threshold='a'"),
        ({"window": 5}, "window >= 10; got window=5"),
        ({"patience": 0}, "patience > 0; got patience=0"),
        ({"every": 1.5}, r"got every=1.5 \(float\)"),
        ({"factor": 0}, "factor above 0 and at most 1; got factor=0"),
        ({"factor": 2}, "got factor=2"),
        ({"most": -1}, "most >= 0; got most=-1"),
    ],
)
def test_what_is_wrong_is_said(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        SpikeGuard(**options)
