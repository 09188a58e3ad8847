import keras
import numpy as np
import pytest
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, bad
from schedules.functions import inverse

from paceline.schedules import Constant, Lambda

EXAMPLES = {"lambda": Lambda(function=inverse, steps=50)}
BAD = [
    *bad(Lambda, {"function": inverse}, function=(3, "a", None), steps=NO_COUNT),
]


def leaf(length):
    return st.builds(Lambda, function=st.just(inverse), steps=length)


def test_a_function_gets_the_steps_and_the_library():
    inverse = Lambda(function=lambda step, ops: 0.1 * ops.exp(-0.5 * step))
    np.testing.assert_allclose(inverse(np.arange(3)), 0.1 * np.exp([0, -0.5, -1.0]))
    graph = inverse(keras.ops.convert_to_tensor([0, 1, 2]))
    np.testing.assert_allclose(np.asarray(graph), inverse(np.arange(3)), rtol=1e-6)


def test_a_function_may_return_one_number_for_all_steps():
    np.testing.assert_array_equal(Lambda(function=lambda step, ops: 0.5)(np.arange(3)), 0.5)


def test_a_function_runs_from_its_own_first_step_in_a_chain():
    chain = Constant(rate=1.0, steps=10) >> Lambda(function=lambda step, ops: 1 / (2 + step))
    np.testing.assert_allclose(chain(np.array([9, 10, 12])), [1.0, 0.5, 0.25])


def test_a_function_of_one_argument_is_refused_when_it_is_made():
    with pytest.raises(TypeError, match=r"It gets \(step, ops\)"):
        Lambda(function=lambda step: 0.1)


def test_a_function_of_the_math_module_is_refused_when_it_is_made():
    import math

    with pytest.raises(TypeError, match="compute with ops"):
        Lambda(function=lambda step, ops: math.exp(-step))


def test_a_rate_that_turns_negative_is_refused_with_its_value():
    falling = Lambda(function=lambda step, ops: 1.0 - 0.1 * step)
    with pytest.raises(ValueError, match=r"got np.float64\(-1.0\).*ops.maximum"):
        falling(20)


@pytest.mark.parametrize(
    ("function", "parts"),
    [
        (lambda step, ops: 0.1 if step < 10 else 0.01, ["ops.where(step < 10", "truth value"]),
        (lambda step, ops: ops.exponential(step), ["failed on an array of steps", "exponential"]),
        (lambda step, ops: ops.ones(1), ["got shape (1,)"]),
        (lambda step, ops: ops.ones(3), ["got shape (3,)"]),
        (lambda step, ops: [0.1, 0.2, 0.3], ["got shape (3,)"]),
    ],
)
def test_a_function_that_computes_no_rate_for_each_step_says_what_to_write(function, parts):
    with pytest.raises((TypeError, ValueError)) as told:
        Lambda(function=function)
    for part in parts:
        assert part in str(told.value)


def test_a_result_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"got shape \(3, 2\)"):
        Lambda(function=lambda step, ops: ops.ones((3, 2)))
