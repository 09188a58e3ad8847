"""A counter that was set back to 0 while the slots were not."""

import keras
import pytest
from health.checking import BUILT_IN, FLAT, names, the, trained

from paceline.health import check

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

MORE = {
    "SGD with momentum": lambda: keras.optimizers.SGD(FLAT, momentum=0.9),
    "SGD with EMA": lambda: keras.optimizers.SGD(FLAT, use_ema=True),
    "Adam with AMSGrad": lambda: keras.optimizers.Adam(FLAT, amsgrad=True),
    "RMSprop, centered": lambda: keras.optimizers.RMSprop(FLAT, momentum=0.9, centered=True),
    "LossScale": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(FLAT)),
    "Accumulating": lambda: keras.optimizers.Adam(FLAT, gradient_accumulation_steps=2),
    "At a fixed rate": lambda: keras.optimizers.Adagrad(0.1),
}
OPTIMIZERS = {
    **{name: lambda kind=kind: kind(learning_rate=FLAT) for name, kind in BUILT_IN.items()},
    **MORE,
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_no_optimizer_that_was_just_built_has_lost_its_step(name):
    optimizer = OPTIMIZERS[name]()
    assert "lost_step" not in names(FLAT, 100, optimizer)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
    optimizer.build(model.trainable_variables)
    assert "lost_step" not in names(FLAT, 100, optimizer)


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "SGD"])
def test_an_optimizer_that_trained_and_counts_from_0_has_lost_its_step(name):
    optimizer = OPTIMIZERS[name]()
    trained(optimizer)
    assert "lost_step" not in names(FLAT, 100, optimizer)
    getattr(optimizer, "inner_optimizer", optimizer)._iterations.assign(0)
    finding = the("lost_step", FLAT, 100, optimizer)
    assert "optimizer.iterations.assign(k)" in finding.remedy
    assert "paceline.resume(model, step=k)" in finding.remedy


def test_an_optimizer_that_got_its_step_back_is_well():
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(FLAT))
    trained(optimizer)
    optimizer.iterations.assign(0)
    assert names(FLAT, 100, optimizer) == ["lost_step"]
    optimizer.iterations.assign(3)
    assert check(FLAT, steps=100, optimizer=optimizer) == []


def test_an_optimizer_in_its_first_update_of_several_micro_batches_has_not_lost_its_step():
    optimizer = keras.optimizers.Adam(FLAT, gradient_accumulation_steps=8)
    trained(optimizer, batches=3)
    assert int(optimizer.iterations) == 0
    assert check(FLAT, steps=100, optimizer=optimizer) == []


def test_an_optimizer_without_slots_has_none_to_judge_by():
    optimizer = keras.optimizers.SGD(FLAT)
    trained(optimizer)
    optimizer.iterations.assign(0)
    assert check(FLAT, steps=100, optimizer=optimizer) == []
