"""How long do a million rates of each recipe take, against PyTorch, Keras and optax?

On the host, like with like: NumPy float64 against one `scheduler.step()` of PyTorch's for each
rate, and against Keras' and un-jitted optax' schedules computing the same steps in float64 as one
array, where they take one. Under `jax.jit`: float32 against jitted optax. The peers' own float32
is printed too, without a bar: it is half of the work, on as many threads as there are cores.
"""

import argparse
import os
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
from _measure import Row, finish, interleaved, median_of_quotients, row
from _peers import OPTAX, keras_peers, pytorch_peers

import paceline
from paceline.schedules import Schedule

STEPS = 1_000_000
OURS: dict[str, Schedule] = {
    name: getattr(paceline, name)(peak=0.1, steps=STEPS)
    for name in (
        "constant",
        "linear",
        "cosine",
        "polynomial",
        "exponential",
        "inverse_time",
        "step_decay",
        "inverse_sqrt",
        "wsd",
        "one_cycle",
        "cyclic",
        "restarts",
        "flat_cosine",
        "rex",
        "tanh",
        "swa",
    )
} | {
    "noam": paceline.noam(model_dim=512, steps=STEPS),
    "power": paceline.power(peak=0.1, batch_size=128, steps=STEPS),
}


def host_rows(peer: str, calls: dict[str, Callable[[], Any]], rounds: int) -> list[Row]:
    """Return a row for each recipe whose peer is in `calls`, both on an array of steps."""
    steps, rows = np.arange(STEPS), []
    for name, theirs in calls.items():
        pair = {"ours": lambda name=name: OURS[name](steps), "theirs": theirs}
        for each in pair.values():
            each()
        seconds = interleaved(pair, rounds)
        ratio = median_of_quotients(seconds["theirs"], seconds["ours"])
        rows.append(host_row(name, peer, *map(statistics.median, seconds.values()), ratio))
    return rows


def host_row(name: str, peer: str, ours: float, theirs: float, ratio: float) -> Row:
    return row(
        f"{name}, a million steps, {peer}",
        ours=ours * 1e3,
        peer=theirs * 1e3,
        ratio=ratio,
        bar=1.0,
        holds=ratio >= 1.0,
        unit="ms, on the host; ratio: times faster",
    )


def pytorch_rows(steps: int) -> list[Row]:
    """Return a row for each recipe: PyTorch steps `steps` of a schedule as long as ours."""
    rows, every = [], np.arange(STEPS)
    for name, build in pytorch_peers(STEPS).items():
        optimizer, scheduler = build()
        optimizer.step()
        begin = time.perf_counter()
        for _ in range(steps):
            scheduler.step()
        theirs = (time.perf_counter() - begin) * STEPS / steps
        seconds = interleaved({"ours": lambda name=name: OURS[name](every)}, 5)["ours"]
        ours = statistics.median(seconds)
        rows.append(host_row(name, "PyTorch steps", ours, theirs, theirs / ours))
    return rows


def jitted_rows(rounds: int) -> list[Row]:
    """Return a row for each recipe that optax has, both under `jax.jit`, on an array of steps."""
    steps, rows = jnp.arange(STEPS), []
    for name, build in OPTAX.items():
        functions = {"ours": jax.jit(OURS[name].__call__), "theirs": jax.jit(build(STEPS))}
        pair = {
            key: lambda function=function: jax.block_until_ready(function(steps))
            for key, function in functions.items()
        }
        for each in pair.values():
            each()
        seconds = interleaved(pair, rounds)
        ratio = median_of_quotients(seconds["ours"], seconds["theirs"])
        rows.append(
            row(
                f"{name}, a million steps under jax.jit, optax",
                ours=statistics.median(seconds["ours"]) * 1e3,
                peer=statistics.median(seconds["theirs"]) * 1e3,
                ratio=ratio,
                bar=1.1,
                holds=ratio <= 1.1,
                unit="ms; ratio: ours / theirs",
            )
        )
    return rows


def keras_calls(dtype: type[np.floating[Any]]) -> dict[str, Callable[[], Any]]:
    steps = keras.ops.convert_to_tensor(np.arange(STEPS))
    peers = keras_peers(STEPS, dtype)
    for name, peer in peers.items():
        assert keras.backend.standardize_dtype(peer(steps).dtype) == np.dtype(dtype).name, name
    return {
        name: lambda peer=peer: keras.ops.convert_to_numpy(peer(steps))
        for name, peer in peers.items()
    }


def optax_calls() -> dict[str, Callable[[], Any]]:
    steps = jnp.arange(STEPS)
    peers = {name: build(STEPS) for name, build in OPTAX.items()}
    return {
        name: lambda peer=peer: jax.block_until_ready(peer(steps)) for name, peer in peers.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds; under 60 s")
    quick = parser.parse_args().quick
    rounds = 5 if quick else 25
    rows = jitted_rows(8 * rounds)
    print("without a bar, their float32 on an array:")
    for peer, calls in (("Keras", keras_calls(np.float32)), ("optax", optax_calls())):
        for each in host_rows(peer, calls, rounds):
            print(f"  {each['name']}: {each['ours']:.2f} ms, theirs {each['peer']:.2f} ms")
    rows += host_rows("Keras", keras_calls(np.float64), rounds)
    with jax.enable_x64(True):
        assert optax.linear_schedule(0.1, 0.0, STEPS)(jnp.arange(3)).dtype == jnp.float64
        rows += host_rows("optax", optax_calls(), rounds)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows += pytorch_rows(5_000 if quick else 100_000)
    except ModuleNotFoundError:
        print("PyTorch: left out, torch is not installed (pip install torch==2.13.0)")
    finish(rows)


if __name__ == "__main__":
    main()
