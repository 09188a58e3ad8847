import math

import keras
import numpy as np
import pytest
from schedules.drawn import NO_COUNT, NO_RATE, NO_SCHEDULE, bad

from paceline.schedules import Linear, Tabulated, from_epochs, per_epoch

EXAMPLES = {}
LINE = Linear(start=1.0, end=0.0, steps=4)
GOOD = {"function": lambda epoch: 0.1, "epochs": 3, "steps_per_epoch": 5}
BOTH = {**GOOD, "function": lambda epoch, rate: rate}
BAD = [
    *bad(per_epoch, {"schedule": LINE, "steps_per_epoch": 3}, schedule=NO_SCHEDULE),
    *bad(per_epoch, {"schedule": LINE}, steps_per_epoch=(*NO_COUNT, None)),
    *bad(from_epochs, GOOD, function=(3, "a", None), epochs=NO_COUNT, steps_per_epoch=NO_COUNT),
    *bad(from_epochs, BOTH, initial=(None, *NO_RATE)),
    *bad(LINE.accumulated, {}, micro_batches=(*NO_COUNT, None)),
]


def test_a_schedule_in_epochs_changes_once_an_epoch():
    np.testing.assert_array_equal(per_epoch(LINE, 3)(np.arange(14)), LINE(np.arange(14) // 3))
    assert per_epoch(LINE, 3).length == 12


def test_accumulated_gradients_run_at_the_pace_of_the_updates():
    keras.utils.set_random_seed(0)
    weight = keras.Variable(np.zeros(1, "float32"))
    slow = keras.optimizers.SGD(LINE.accumulated(2), gradient_accumulation_steps=2)
    used = []
    for _ in range(8):
        before = np.asarray(weight).copy()
        slow.apply([keras.ops.ones(1)], [weight])
        used.append(float((before - np.asarray(weight))[0]))
    np.testing.assert_allclose(used, [0, 1.0, 0, 0.75, 0, 0.5, 0, 0.25])


def test_any_python_function_of_the_epoch_is_tabulated():
    schedule = from_epochs(lambda epoch: 0.01 * math.exp(-0.1 * epoch), epochs=4, steps_per_epoch=5)
    expected = 0.01 * np.exp(-0.1 * (np.arange(20) // 5))
    np.testing.assert_allclose(schedule(np.arange(20)), expected)
    assert schedule.length == 20


def test_a_function_of_the_epoch_and_the_rate_gets_the_rate_before():
    def halve(epoch, rate):
        return rate if epoch == 0 else rate / 2

    schedule = from_epochs(halve, epochs=3, steps_per_epoch=1, initial=0.8)
    assert schedule == Tabulated(rates=(0.8, 0.4, 0.2))


def test_a_function_that_returns_a_wrong_rate_is_named_with_its_epoch():
    with pytest.raises(ValueError, match=r"function\(2\)=-1"):
        from_epochs(lambda epoch: 1 if epoch < 2 else -1, epochs=4, steps_per_epoch=5)


def test_a_function_may_read_what_is_around_it():
    decay = {"rate": 0.5}
    schedule = from_epochs(lambda epoch: decay["rate"] ** epoch, epochs=3, steps_per_epoch=2)
    np.testing.assert_allclose(schedule(np.arange(6)), [1, 1, 0.5, 0.5, 0.25, 0.25])
