"""What the laws of schedules share: where to look, and how near is near."""

import jax
import keras
import numpy as np
from hypothesis import settings

from paceline.schedules import Overlapped, Raised, Scaled, Schedule
from paceline.schedules._pieces import pieces_of

BACKEND = keras.backend.backend()


def few(times: int) -> int:
    """Return so many times fewer examples, for a law that compiles a graph for each."""
    return max(settings.default.max_examples // times, 5)


def edges(schedule: Schedule, most: int = 12) -> list[int]:
    """Return the steps where something changes, the first ones and the end, and some beside."""
    found = [piece.step for piece in pieces_of(schedule, before=2**62, most=most)]
    found.append(found[-1] + 1 if schedule.length is None else schedule.length)
    return sorted({step + beside for step in found for beside in (-1, 0, 1)})


def at_an_edge(schedule: Schedule, number: int) -> int:
    """Return one of the edges, the one that `number` picks."""
    found = edges(schedule)
    return found[number % len(found)]


def peak(schedule: Schedule) -> float:
    """Return the largest rate at the edges and at evenly spaced steps."""
    places = edges(schedule, most=60)
    end = schedule.length or max(places[-1], 10**6)
    return float(np.max(schedule(np.array([*places, *(end * n // 500 for n in range(501))]))))


def scale(schedule: Schedule) -> float:
    """Return the largest rate that is computed on the way to a rate of `schedule`."""
    inside = [value for value in vars(schedule).values() if isinstance(value, Schedule)]
    inside += getattr(schedule, "parts", ())
    match schedule:
        case Scaled(factor=factor, schedule=inner):
            return factor * scale(inner)
        case Overlapped(schedule=inner, warmup=factors):
            return scale(inner) * scale(factors)
        case Raised(schedule=inner, rate=rate):
            return scale(inner) + rate
    return max([peak(schedule), *map(scale, inside)])


def same(schedule: Schedule, got: object, steps: list[int], within: float = 2e-6) -> None:
    """Check the float32 rates of `steps` against NumPy's within two millionths of the scale."""
    values = np.asarray(got)
    assert values.dtype == np.float32
    assert np.all(np.isfinite(values))
    assert np.all(values >= 0)
    np.testing.assert_allclose(
        values, schedule(np.array(steps)), rtol=0, atol=within * scale(schedule) + 1e-36
    )


def compiled(schedule: Schedule) -> object:
    if BACKEND == "tensorflow":
        import tensorflow as tf

        return tf.function(schedule.__call__, autograph=False)
    return jax.jit(schedule.__call__) if BACKEND == "jax" else schedule.__call__


def tensor(steps: object, dtype: str = "int32") -> object:
    return keras.ops.convert_to_tensor(np.array(steps, dtype=dtype))
