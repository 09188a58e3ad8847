"""What does the compiled loop cost beyond the bare training step?

The peer is the loop that one would write by hand for that backend: gather a batch, forward,
gradient, `optimizer.apply`, in a `tf.while_loop` or `lax.scan`, with no metric and nothing
recorded. Both sides run the same epochs of the digits MLP, without validation, in turn.
"""

import argparse
import os
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

EPOCHS = 10


def tensorflow_loop(task, model, x, y):  # type: ignore[no-untyped-def]
    import _tasks
    import tensorflow as tf

    loss, data = _tasks.loss(), (tf.constant(x), tf.constant(y))

    @tf.function(autograph=False)
    def epoch(order):
        size, full = _tasks.BATCH, len(x) // _tasks.BATCH

        def step(index):
            inputs, labels = (tf.gather(part, index) for part in data)
            with tf.GradientTape() as tape:
                value = loss(labels, model(inputs, training=True))
            weights = model.trainable_variables
            model.optimizer.apply(tape.gradient(value, weights), weights)
            return value

        def body(number, _):
            start = number * size
            return number + 1, step(tf.ensure_shape(order[start : start + size], [size]))

        _, value = tf.while_loop(
            lambda number, _: number < full,
            body,
            (tf.constant(0), tf.constant(0.0)),
            parallel_iterations=1,
        )
        return step(order[full * size :]) if len(x) % size else value

    return lambda order: epoch(tf.constant(order)).numpy()


def jax_loop(task, model, x, y):  # type: ignore[no-untyped-def]
    import _tasks
    import jax

    loss, data = _tasks.loss(), (jax.numpy.asarray(x), jax.numpy.asarray(y))
    other = [variable.value for variable in model.non_trainable_variables]

    def value_of(weights, inputs, labels):
        return loss(labels, model.stateless_call(weights, other, inputs, training=True)[0])

    def step(state, index):
        weights, slots = state
        value, grads = jax.value_and_grad(value_of)(weights, *(part[index] for part in data))
        return model.optimizer.stateless_apply(slots, grads, weights), value

    @jax.jit
    def epoch(state, batches, last):
        state, _ = jax.lax.scan(step, state, batches)
        return step(state, last)

    state = (
        [variable.value for variable in model.trainable_variables],
        [variable.value for variable in model.optimizer.variables],
    )

    def run(order):
        nonlocal state
        full = len(x) // _tasks.BATCH * _tasks.BATCH
        batches = order[:full].reshape(-1, _tasks.BATCH)
        state, value = epoch(state, batches, order[full:])
        return float(value)

    return run


def measure(rounds: int) -> None:
    import _tasks
    import keras
    import numpy as np
    from _measure import finish, interleaved, median_of_quotients, row

    import paceline
    from paceline.trials import set_threads
    from paceline.trials._seeds import Seeds
    from paceline.trials._trainer import _compiled_loop as compiled_loop

    set_threads(1)
    x, y, _, _ = _tasks.digits_data()
    task = paceline.Task(
        model=_tasks.mlp,
        optimizer=_tasks.optimizer,
        loss=_tasks.loss(),
        train=(x, y),
        batch_size=_tasks.BATCH,
        epochs=EPOCHS,
    )
    backend = keras.backend.backend()
    kind = {"tensorflow": "graph", "jax": "scan"}[backend]
    loop = compiled_loop(kind, task, task.optimizer)
    model = _tasks.mlp()
    model.compile(optimizer=_tasks.optimizer(0.1))
    model.optimizer.build(model.trainable_variables)
    raw = {"tensorflow": tensorflow_loop, "jax": jax_loop}[backend](task, model, x, y)
    rates, seeds = np.full(task.horizon, 0.1), Seeds(0)

    def bare() -> None:
        for order in seeds.orders(len(x), EPOCHS):
            raw(order)

    sides = {"ours": lambda: list(loop.run(seeds, [rates])), "peer": bare}
    for side in sides.values():
        side()
    spent = interleaved(sides, rounds)
    ratio = median_of_quotients(spent["ours"], spent["peer"])
    ours, peer = (sorted(spent[side])[rounds // 2] / task.horizon * 1e6 for side in sides)
    finish(
        [
            row(
                f"compiled loop, {backend}, digits MLP",
                ours=ours,
                peer=peer,
                ratio=ratio,
                bar=1.3,
                holds=ratio <= 1.3,
                unit="microseconds a step; ratio: ours / a raw loop",
            )
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--backend", choices=["tensorflow", "jax"], help="only this backend")
    asked = parser.parse_args()
    if asked.backend:
        measure(15 if asked.quick else 60)
    from _measure import finish, last_rows

    rows = []
    for backend in ("tensorflow", "jax"):
        call = [sys.executable, __file__, "--backend", backend, *(["--quick"] * asked.quick)]
        environment = {**os.environ, "KERAS_BACKEND": backend}
        rows += last_rows(subprocess.run(call, env=environment, stdout=subprocess.PIPE, text=True))
    finish(rows)


if __name__ == "__main__":
    main()
