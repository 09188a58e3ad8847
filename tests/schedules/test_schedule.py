"""What every schedule has: equality, hash, pickling, configs, and subclasses of one's own."""

import copy
import dataclasses
import pickle

import cloudpickle
import keras
import numpy as np
import pytest

from paceline.schedules import (
    Constant,
    InverseSqrt,
    Lambda,
    Linear,
    Schedule,
    load_schedule,
    save_schedule,
    wsd,
)

# Keras' own, where it reads a variable with NumPy 2
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@keras.saving.register_keras_serializable(package="paceline_tests")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Sawtooth(Schedule):
    """A user's own class: length from the field `steps`, one formula."""

    peak: float
    period: int
    steps: int | None = None

    def _rate(self, position, xp):
        return self.peak * (1 - xp.real(position % self.period) / self.period)


SAW = Sawtooth(peak=1.0, period=4, steps=8)


def test_schedules_are_equal_and_hash_alike_when_their_fields_are_equal():
    one, other = Constant(rate=1, steps=np.int64(5)), Constant(rate=1.0, steps=5)
    assert one == other
    assert len({one, other, Constant(rate=1.0)}) == 2
    assert one != Linear(start=1.0, end=1.0, steps=5)


def test_a_schedule_can_not_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Constant(rate=1.0).rate = 2.0


@pytest.mark.parametrize(
    "schedule", [wsd(peak=0.1), wsd(peak=0.1, steps=100), 0.5 * wsd(peak=0.1, steps=100)]
)
def test_a_schedule_can_be_pickled_and_copied(schedule):
    assert pickle.loads(pickle.dumps(schedule)) == schedule
    assert cloudpickle.loads(cloudpickle.dumps(schedule)) == schedule
    assert copy.deepcopy(schedule) == schedule


def test_a_lambda_travels_by_cloudpickle():
    schedule = Lambda(function=lambda step, ops: 0.1 + 0 * step, steps=3)
    assert cloudpickle.loads(cloudpickle.dumps(schedule))(2) == schedule(2)


def test_numbers_are_computed_in_numpy_and_tensors_in_the_backend():
    line = Linear(start=1.0, end=0.0, steps=3)
    assert isinstance(line(1), np.float64)
    assert isinstance(line([0, 1]), np.ndarray)
    assert keras.ops.is_tensor(line(keras.ops.convert_to_tensor(1)))
    assert keras.ops.is_tensor(line(keras.Variable(1, dtype="int", trainable=False)))


@pytest.mark.parametrize("step", [np.uint8(200), np.int16(200), np.uint64(200), 200])
def test_a_step_of_any_whole_type_works(step):
    chain = Constant(rate=1.0, steps=200) >> Constant(rate=0.5, steps=300) >> Constant(rate=0.25)
    assert chain(step) == 0.5
    assert float(chain(keras.ops.convert_to_tensor(step))) == 0.5


@pytest.mark.parametrize("step", [-(10**30), -(2**63), 2**63, 10**30, np.uint64(2**64 - 1)])
def test_a_step_of_any_size_works(step):
    line = Linear(start=1.0, end=0.25, steps=10)
    assert line(step) == (1.0 if step < 0 else 0.25)


def test_a_class_of_ones_own_is_a_schedule_like_the_others():
    chain = 0.5 * (SAW >> Constant(rate=1.0))
    np.testing.assert_allclose(SAW(np.arange(4)), [1.0, 0.75, 0.5, 0.25])
    np.testing.assert_allclose(chain(np.array([1, 7, 8])), [0.375, 0.125, 0.5])
    graph = chain(keras.ops.convert_to_tensor(np.array([1, 7, 8])))
    np.testing.assert_allclose(np.asarray(graph), [0.375, 0.125, 0.5])
    assert repr(SAW) == "Sawtooth(peak=1.0, period=4, steps=8)"


def test_a_class_of_ones_own_is_saved_in_a_chain(tmp_path):
    chain = SAW >> Constant(rate=1.0)
    save_schedule(chain, tmp_path / "saw.json")
    assert load_schedule(tmp_path / "saw.json") == chain


def test_a_class_without_a_formula_says_so():
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Empty(Schedule):
        pass

    with pytest.raises(NotImplementedError, match="Define _rate"):
        Empty()(0)


def fitted(schedule):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(schedule), loss="mse")
    model.fit(np.ones((12, 2)), np.ones((12, 1)), batch_size=2, epochs=1, verbose=0)
    return model


@pytest.mark.parametrize(
    "schedule",
    [wsd(peak=0.1, steps=10), 0.5 * (SAW >> Constant(rate=1.0))],
    ids=["wsd", "a class of one's own"],
)
def test_a_compiled_model_keeps_its_schedule_in_a_keras_file(schedule, tmp_path):
    model = fitted(schedule)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.optimizer._learning_rate == schedule
    assert int(again.optimizer.iterations) == 6
    assert float(again.optimizer.learning_rate) == pytest.approx(schedule(6), rel=1e-6)


def test_fit_uses_the_rate_of_each_step():
    rate = 0.125
    fixed, scheduled = fitted(rate), fitted(Constant(rate=rate, steps=2) >> Constant(rate=rate))
    for ours, peer in zip(scheduled.get_weights(), fixed.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, peer)
    assert (
        fitted(Constant(rate=rate, steps=3) >> Constant(rate=0.0)).get_weights()[0][0]
        != (fixed.get_weights()[0][0])
    )


def test_a_chart_of_a_schedule_without_end_shows_where_it_has_halved():
    slow = InverseSqrt(start=1.0, timescale=100_000)
    steps = [row["step"] for row in values(slow.chart())]
    assert slow(max(steps)) < 0.5
    assert values(Constant(rate=0.1).chart())[-1]["step"] == 999


def values(chart):
    return next(rows for rows in chart.to_dict()["datasets"].values() if rows and "rate" in rows[0])
