"""What trials give back: repeatable, diverged, failed; runs on every backend."""

import keras
import numpy as np
import pytest
from trials.small_tasks import (
    COMPILED,
    X_TEST,
    Y_TEST,
    X,
    Y,
    normalised,
    outcome,
    sgd,
    small_task,
    trainer,
)

from paceline.schedules import constant, cosine
from paceline.trials import Trial, Variant, choose_loop

KINDS = sorted({COMPILED, "fit"})


def same(a, b):
    np.testing.assert_array_equal(a.losses, b.losses)
    np.testing.assert_array_equal(a.rates, b.rates)
    for name in a.validation:
        np.testing.assert_array_equal(a.validation[name], b.validation[name])
    assert a.test == b.test


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's warning")
def test_many_variants_are_not_taken_for_a_program_traced_again_and_again(monkeypatch):
    import tensorflow as tf

    told = []
    monkeypatch.setattr(tf.get_logger(), "warning", lambda words, *_, **__: told.append(words))
    task = small_task(test=(X_TEST, Y_TEST))
    optimizers = [
        lambda rate, of=of: keras.optimizers.SGD(rate, of) for of in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
    ]
    variants = {
        str(place): Variant(schedule=cosine(peak=0.01), optimizer=each)
        for place, each in enumerate(optimizers)
    }
    runs = trainer(task, **variants)
    for name in variants:
        assert runs.run(Trial(variant=name, seed=0)).status == "done"
    assert not told


def test_a_trial_is_bit_identical_alone_repeated_and_after_other_trials():
    task = small_task(model=normalised, test=(X_TEST, Y_TEST))
    schedules = {"cosine": cosine(peak=0.1), "flat": constant(peak=0.02)}
    schedules["own"] = Variant(schedule=cosine(peak=0.01), optimizer=keras.optimizers.Adam)
    alone = outcome(task, seed=3)
    runs = trainer(task, **schedules)
    for variant, seed in [("flat", 3), ("own", 1), ("cosine", 2), ("own", 3)]:
        runs.run(Trial(variant=variant, seed=seed))
    later = [runs.run(Trial(variant="cosine", seed=3)) for _ in range(2)]

    same(alone, later[0])
    same(alone, later[1])


def test_a_seed_fixes_weights_and_batches_for_every_schedule():
    runs = trainer(small_task(), low=constant(peak=0.01), high=constant(peak=0.1))
    first = {
        (variant, seed): runs.run(Trial(variant=variant, seed=seed)).losses[0]
        for variant in ("low", "high")
        for seed in (0, 1)
    }
    assert first["low", 0] == first["high", 0] != first["low", 1] == first["high", 1]


@pytest.mark.parametrize("kind", KINDS)
def test_an_outcome_holds_every_update_and_every_epoch(kind):
    task = small_task(test=(X_TEST, Y_TEST))
    made = outcome(task, kind)

    assert made.status == "done"
    assert made.steps_per_epoch == 6
    assert len(made.losses) == len(made.rates) == task.horizon == 18
    assert {name: len(values) for name, values in made.validation.items()} == {
        "loss": 3,
        "accuracy": 3,
    }
    assert made.test == pytest.approx({name: made.final(name) for name in made.test})
    assert made.final_training_loss == pytest.approx(made.losses[-1])
    assert made.peak_memory > 10e6
    assert keras.backend.backend() in made.versions


@pytest.mark.parametrize("kind", KINDS)
def test_a_loss_that_is_not_finite_is_diverged_and_stops_early(kind):
    x = X.copy()
    x[10] = np.inf
    made = outcome(small_task(train=(x, Y)), kind)

    assert made.status == "diverged"
    assert not np.isfinite(made.losses[-1])
    assert np.isfinite(made.losses[:-1]).all()
    assert len(made.losses) == len(made.rates) <= 6
    assert np.isnan(made.final("loss"))
    assert len(made.validation["loss"]) == 1


def test_ending_above_the_first_loss_is_diverged():
    alike = (np.zeros_like(X), Y)  # no single answer fits: a large step misses most labels
    made = outcome(small_task(train=alike, batch_size=45), cosine=constant(peak=1000.0))
    assert np.isfinite(made.losses).all()
    assert made.status == "diverged"


def test_an_exception_is_failed_and_tells_what_went_wrong():
    def broken():
        raise OSError("no such file: weights.h5")

    made = trainer(small_task(model=broken)).run(Trial(variant="cosine", seed=0))
    assert made.status == "failed"
    assert "no such file: weights.h5" in made.error
    assert not made.is_result
    assert np.isnan(made.final_training_loss)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "sizes", [{"batch_size": 100}, {"batch_size": 45}, {"validation": (X_TEST[:1], Y_TEST[:1])}]
)
def test_batches_larger_than_the_data_are_the_data(sizes, kind):
    made = outcome(small_task(**sizes), kind)
    assert made.status == "done"
    assert len(made.losses) == (3 if "batch_size" in sizes else 18)
    assert np.isfinite(made.final("loss"))


def test_training_without_validation_has_none():
    made = outcome(small_task(validation=None))
    assert made.validation == made.test == {}
    assert np.isnan(made.final("loss"))


class CalledOnly(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(3)

    def call(self, x, training):
        return self.dense(x)


@pytest.mark.parametrize("model", [CalledOnly, lambda: keras.Sequential([keras.layers.Dense(3)])])
def test_a_model_that_is_not_built_until_called_trains_alike_in_every_loop(model):
    task = small_task(model=model)
    first, second = (outcome(task, kind) for kind in (COMPILED, "fit"))
    np.testing.assert_allclose(first.losses, second.losses, rtol=1e-6)


def test_mixed_precision_scales_its_loss_alike_in_every_loop():
    def model():
        layers = [keras.layers.Input((6,)), keras.layers.Dense(8), keras.layers.Dense(3)]
        made = keras.Sequential(layers)
        made.dtype_policy = "mixed_float16"
        return made

    task = small_task(model=model)
    first, second = (outcome(task, kind) for kind in (COMPILED, "fit"))
    np.testing.assert_allclose(first.losses, second.losses, rtol=1e-6)
    assert np.isfinite(first.losses).all()


def test_an_optimizer_that_starts_from_the_weights_starts_from_each_seeds():
    class Anchored(keras.optimizers.SGD):
        """Pulls the weights back to where they started."""

        def build(self, variables):
            super().build(variables)
            self.anchors = self.add_optimizer_variables(variables, "anchor")
            for anchor, variable in zip(self.anchors, variables, strict=True):
                anchor.assign(keras.ops.add(variable, 0.0))

        def update_step(self, gradient, variable, learning_rate):
            anchor = self.anchors[self._get_variable_index(variable)]
            pull = keras.ops.subtract(variable, anchor)
            super().update_step(keras.ops.add(gradient, pull), variable, learning_rate)

    task = small_task(optimizer=Anchored)
    runs = trainer(task)
    runs.run(Trial(variant="cosine", seed=5))
    ours = runs.run(Trial(variant="cosine", seed=1))
    np.testing.assert_allclose(ours.losses, outcome(task, "fit").losses, rtol=1e-6)


def test_a_train_step_that_updates_twice_a_batch_is_refused():
    def twice(rate):
        optimizer = sgd(rate)
        apply = optimizer.apply

        def both(*arguments):
            apply(*arguments)
            apply(*arguments)

        optimizer.apply = both
        return optimizer

    made = trainer(small_task(optimizer=twice)).run(Trial(variant="cosine", seed=0))
    assert made.status == "failed"
    assert "36 updates in 18 batches" in made.error


def test_a_loop_is_chosen_by_rule_and_only_among_those_that_can():
    task = small_task()
    flat, convolving = keras.Sequential([keras.layers.Dense(3)]), keras.layers.Conv2D(2, 2)
    backend = keras.backend.backend()
    assert choose_loop(task, flat) == COMPILED
    rule = {"tensorflow": "graph", "jax": "step", "torch": "fit"}[backend]
    assert choose_loop(task, keras.Sequential([convolving])) == rule
    assert choose_loop(task, flat, asked="fit") == "fit"
    for asked in ("quick", "scan" if backend == "tensorflow" else "graph"):
        with pytest.raises(ValueError, match=f"{asked}.*fit"):
            choose_loop(task, flat, asked=asked)
