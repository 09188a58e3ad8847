import signal
from typing import Any

import keras
import pytest
from execution import tiny

import paceline
from paceline.execution import StoppedError
from paceline.trials._given_rate import GivenRate


def test_control_c_twice_ends_a_search_in_the_midst_of_its_range_test() -> None:
    reached = []

    def interrupted(rate: Any) -> keras.optimizers.Optimizer:
        if isinstance(rate, GivenRate):  # of the range test
            for number in range(2):
                reached.append(number)
                signal.raise_signal(signal.SIGINT)
            reached.append("what follows")
        return keras.optimizers.SGD(rate)

    task = tiny.task(optimizer=interrupted, epochs=48)
    with pytest.raises(StoppedError, match=r"^Stopped\.$"):
        paceline.tune(task, budget=8, families=("linear",), progress=False)
    assert reached == [0, 1]
