"""Run by `paceline doctor` in a process of its own: starts Keras, and trains one step by hand.

Each stage prints one line of JSON, so that the lines before a crash tell how far it came.
"""

import json
from collections.abc import Callable

_EXPECTED = (0.4, -0.2)
"""w = (1, 1), x = (1, 2), y = 0, rate 0.1: the gradient of (w.x - y)^2 is 2*3*x = (6, 12)."""


def run() -> None:
    """Go through the stages; what needs Keras is left out where Keras can't start."""
    started = all([_stage("keras", _start), _stage("paceline", _import_paceline)])
    if started:
        _stage("devices", _devices)
        _stage("step", lambda: _train(jit_compile=False))
        _stage("xla", _compiled)


def _stage(name: str, work: Callable[[], str]) -> bool:
    try:
        found, ok = work(), True
    except Exception as error:  # a broken install raises anything
        found, ok = f"{type(error).__name__}: {error}", False
    print(json.dumps({"stage": name, "ok": ok, "found": " ".join(found.split())}), flush=True)
    return ok


def _start() -> str:
    import keras

    return f"Keras {keras.__version__} started on {keras.config.backend()}"


def _import_paceline() -> str:
    import paceline

    return paceline.__name__


def _devices() -> str:
    import keras

    if keras.config.backend() == "torch":
        import torch

        found = [f"gpu:{number}" for number in range(torch.cuda.device_count())] or ["cpu:0"]
    else:
        found = keras.distribution.list_devices()
    return ", ".join(found)


def _compiled() -> str:
    import keras

    if keras.config.backend() == "torch":
        return "PyTorch does not use XLA"
    return _train(jit_compile=True)


def _train(*, jit_compile: bool) -> str:
    import keras
    import numpy as np

    from paceline.schedules import Constant

    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = keras.Sequential([keras.Input((2,)), layer])
    model.compile(
        optimizer=keras.optimizers.SGD(Constant(rate=0.1)),
        loss="mse",
        jit_compile=jit_compile,
        run_eagerly=not jit_compile,
    )
    model.train_on_batch(np.array([[1.0, 2.0]]), np.array([[0.0]]))
    weights = np.asarray(layer.get_weights()[0]).ravel()
    if not np.allclose(weights, _EXPECTED, atol=1e-5):
        raise ArithmeticError(f"weights {weights.tolist()} after one step, not {_EXPECTED}")
    return "one training step gave the right numbers"


if __name__ == "__main__":
    run()
