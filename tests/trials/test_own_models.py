"""Models with steps, trackers, inputs and outputs of their own; runs on every backend."""

import keras
import numpy as np
import pytest
from trials.small_tasks import BATCH, COMPILED, KINDS, X, Y, outcome, plain_fit, small_task

from paceline.schedules import Schedule, constant

BACKEND = keras.backend.backend()
RATE: Schedule = constant(peak=0.05)
ONE_HOT = np.eye(3, dtype="float32")[Y]


class TracksLoss(keras.Model):
    """A loss of its own, in a tracker of its own, as in Keras' documentation of compute_loss."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(3)
        self.tracker = keras.metrics.Mean(name="loss")

    def call(self, x):
        return self.dense(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = keras.ops.mean((y_pred - y) ** 2)
        self.tracker.update_state(loss)
        return loss

    @property
    def metrics(self):
        return [self.tracker]


class NamesLossOtherwise(keras.Model):
    """A train_step that logs, as "loss", the running mean of a tracker of another name."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(3)
        self.total = keras.metrics.Mean(name="total_loss")

    def call(self, x):
        return self.dense(x)

    if BACKEND == "jax":

        def train_step(self, state, data):
            x, y = data
            trainable, fixed, optimizer, metrics = state

            def loss_of(weights):
                given, updated = self.stateless_call(weights, fixed, x)
                return keras.ops.mean((given - y) ** 2), updated

            import jax

            (loss, fixed), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable)
            trainable, optimizer = self.optimizer.stateless_apply(optimizer, gradients, trainable)
            mapping = list(zip(self.metrics_variables, metrics, strict=True))
            with keras.StatelessScope(state_mapping=mapping) as scope:
                self.total.update_state(loss)
                logs = {"loss": self.total.result()}
            metrics = [scope.get_current_value(v) for v in self.metrics_variables]
            return logs, (trainable, fixed, optimizer, metrics)

    elif BACKEND == "tensorflow":

        def train_step(self, data):
            import tensorflow as tf

            x, y = data
            with tf.GradientTape() as tape:
                loss = keras.ops.mean((self(x) - y) ** 2)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
            self.total.update_state(loss)
            return {"loss": self.total.result()}

    else:

        def train_step(self, data):
            x, y = data
            self.zero_grad()
            loss = keras.ops.mean((self(x) - y) ** 2)
            loss.backward()
            weights = self.trainable_weights
            self.optimizer.apply([weight.value.grad for weight in weights], weights)
            self.total.update_state(loss)
            return {"loss": self.total.result()}


class Watching(keras.callbacks.Callback):
    logs: list = []  # noqa: RUF012 (of the class, as each trial gets a copy)

    def on_epoch_end(self, epoch, logs=None):
        Watching.logs.append(dict(logs))


@pytest.mark.parametrize("kind", sorted({COMPILED, "fit"}))
@pytest.mark.parametrize("model", [TracksLoss, NamesLossOtherwise])
def test_a_tracker_of_ones_own_still_gives_each_batchs_own_loss(model, kind):
    settings = {"loss": "mse", "metrics": (), "train": (X, ONE_HOT), "validation": None}
    task = small_task(model=model, **settings)
    ours = outcome(task, kind, cosine=RATE)
    _, plain = plain_fit(task, ours.rates)

    np.testing.assert_allclose(ours.losses, plain, rtol=1e-6)


def test_callbacks_see_the_logs_that_keras_makes():
    from paceline.trials import Variant

    Watching.logs.clear()
    task = small_task(
        model=NamesLossOtherwise, metrics=(), train=(X, ONE_HOT), validation=None, loss="mse"
    )
    ours = outcome(task, cosine=Variant(schedule=RATE, callbacks=(Watching(),)))

    sizes = [BATCH] * 5 + [5]
    weights = [1] * len(sizes)  # this tracker takes every batch alike
    epochs = np.split(ours.losses, 3)
    expected = [np.average(losses, weights=weights) for losses in epochs]
    assert [logs["loss"] for logs in Watching.logs] == pytest.approx(expected, rel=1e-5)
    assert {name for logs in Watching.logs for name in logs} == {"loss"}


@pytest.mark.skipif("graph" not in KINDS and "scan" not in KINDS, reason="needs a compiled loop")
def test_several_inputs_outputs_weights_and_nested_metrics_give_fits_numbers():
    def model():
        left, right = keras.Input((3,), name="left"), keras.Input((3,), name="right")
        both = keras.layers.Concatenate()([left, right])
        outputs = {
            "a": keras.layers.Dense(3, name="a")(both),
            "b": keras.layers.Dense(1, name="b")(both),
        }
        return keras.Model({"left": left, "right": right}, outputs)

    x = {"left": X[:, :3], "right": X[:, 3:]}
    y = {"a": Y, "b": X[:, :1] ** 2}
    weight = {"a": np.linspace(0, 1, 45).astype("float32"), "b": np.ones(45, "float32")}
    task = small_task(
        model=model,
        loss={"a": keras.losses.SparseCategoricalCrossentropy(from_logits=True), "b": "mse"},
        metrics={"a": ["accuracy"], "b": [keras.metrics.MeanAbsoluteError(name="off")]},
        train=(x, y, weight),
        validation=(x, y),
    )
    ours = outcome(task, cosine=RATE)
    fitted, losses = plain_fit(task, ours.rates)
    evaluated = fitted.evaluate(x, y, batch_size=BATCH, verbose=0, return_dict=True)

    np.testing.assert_allclose(ours.losses, losses, rtol=1e-6)
    assert {name: ours.final(name) for name in evaluated} == pytest.approx(evaluated, rel=1e-6)
    assert {"a_accuracy", "b_off"} <= set(ours.validation)


def test_a_train_step_without_a_loss_fails_and_says_so():
    class Silent(NamesLossOtherwise):
        def train_step(self, *arguments):
            given = super().train_step(*arguments)
            return ({}, given[1]) if BACKEND == "jax" else {}

    from trials.small_tasks import trainer

    from paceline.trials import Trial

    task = small_task(model=Silent, metrics=(), train=(X, ONE_HOT), validation=None, loss="mse")
    failed = trainer(task).run(Trial(variant="cosine", seed=0))
    assert failed.status == "failed"
    assert 'without "loss"' in failed.error


@pytest.mark.skipif(BACKEND != "tensorflow", reason="JAX refuses it by itself")
def test_random_numbers_that_no_trial_can_repeat_are_refused():
    import tensorflow as tf
    from trials.small_tasks import trainer

    from paceline.trials import Trial

    class Noisy(keras.layers.Layer):
        def __init__(self, draw):
            super().__init__()
            self.draw = draw

        def call(self, x, training=False):
            return x + self.draw(keras.ops.shape(x)) if training else x

    for draw in (tf.random.normal, keras.random.normal):

        def model(draw=draw):
            return keras.Sequential([keras.layers.Input((6,)), Noisy(draw), keras.layers.Dense(3)])

        task = small_task(model=model, epochs=1, validation=None)
        result = trainer(task).run(Trial(variant="cosine", seed=0))
        assert "SeedGenerator" in result.error
        again = [trainer(task, "fit").run(Trial(variant="cosine", seed=0)) for _ in range(2)]
        np.testing.assert_array_equal(again[0].losses, again[1].losses)
