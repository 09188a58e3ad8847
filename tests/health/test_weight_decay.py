"""Weight decay that follows the rate, and that does not."""

import keras
import pytest
from health.checking import BUILT_IN, FLAT, FixedDecay, names

from paceline.health import check
from paceline.schedules import Lambda


class FollowingDecay(keras.optimizers.SGD):
    """Shrinks as the remedy says."""

    def _apply_weight_decay(self, variables):
        for variable in variables:
            variable.assign(variable - variable * self.weight_decay * self.learning_rate)


class DecoupledDecay(keras.optimizers.SGD):
    """Shrinks by a share of its own, times how far the rate has come down."""

    def __init__(self, learning_rate=0.01, **kwargs):
        super().__init__(learning_rate, **kwargs)
        self.first = learning_rate if isinstance(learning_rate, float) else learning_rate(0)

    def _apply_weight_decay(self, variables):
        for variable in variables:
            share = self.learning_rate / float(self.first)
            variable.assign(variable - variable * self.weight_decay * share)


class NotRemade(FixedDecay):
    """Can't be made from its config."""

    def __init__(self, secret, **kwargs):
        super().__init__(**kwargs)


def test_a_weight_decay_that_ignores_the_rate_is_found():
    (finding,) = check(FLAT, steps=100, optimizer=FixedDecay(FLAT, weight_decay=0.004))
    assert finding.name == "weight_decay"
    assert "FixedDecay (weight_decay=0.004)" in finding.found
    assert "0.01 at rate 1.0, and at rate 0.5 by 0.01, not 0.005" in finding.found
    assert "* self.learning_rate" in finding.remedy


def test_a_weight_decay_that_ignores_the_rate_is_found_inside_a_wrapper():
    inner = FixedDecay(FLAT, weight_decay=0.1, gradient_accumulation_steps=2, use_ema=True)
    optimizer = keras.optimizers.LossScaleOptimizer(inner)
    assert names(FLAT, 100, optimizer) == ["weight_decay"]


@pytest.mark.parametrize(
    "optimizer",
    [
        FixedDecay(FLAT),
        FollowingDecay(FLAT, weight_decay=0.004),
        DecoupledDecay(FLAT, weight_decay=0.004),
        NotRemade("secret", learning_rate=FLAT, weight_decay=0.004),
    ],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_a_weight_decay_that_follows_or_is_unknown_is_not_found(optimizer):
    assert check(FLAT, steps=100, optimizer=optimizer) == []


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_weight_decay_of_every_optimizer_of_keras_follows_the_rate(name):
    optimizer = BUILT_IN[name](learning_rate=FLAT, weight_decay=0.004)
    assert check(FLAT, steps=100, optimizer=optimizer) == []


def test_a_schedule_that_cannot_be_saved_does_not_stand_in_the_way():
    schedule = Lambda(function=lambda step, ops: 0.1 / (1 + 0.01 * step))
    optimizer = FixedDecay(schedule, weight_decay=0.004)
    assert names(schedule, 100, optimizer) == ["weight_decay"]
