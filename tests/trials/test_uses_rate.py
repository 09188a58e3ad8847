"""An optimizer that ignores its rate is refused; whatever uses it, or may, is not."""

import keras
import pytest
from trials.small_tasks import small_task

from paceline.optimizers import (
    Prodigy,
    ScheduleFreeAdamW,
    ScheduleFreeSGD,
    adjustable,
    scheduled,
    with_norms,
    with_rates,
)
from paceline.schedules import cosine
from paceline.trials import TaskError, check_uses_rate, checked_model

SGD, Adam = keras.optimizers.SGD, keras.optimizers.Adam


class Slowed(keras.optimizers.schedules.LearningRateSchedule):
    """A user's own, that holds the rate in something else."""

    def __init__(self, rate):
        self.parts = [rate]

    def __call__(self, step):
        return 0.0 * self.parts[0](step)


class Around(keras.optimizers.Optimizer):
    """A user's own, whose rate is that of the optimizer that it holds."""

    def __init__(self, inner):
        super().__init__(learning_rate=0.0)
        self.inner = inner


class Without(keras.optimizers.Optimizer):
    """A user's own, that can't be asked for its rate."""

    def __init__(self):
        super().__init__(learning_rate=0.1)
        del self._learning_rate


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda rate: SGD(rate, momentum=0.9),
        lambda rate: SGD(Slowed(rate)),
        lambda rate: SGD(lambda: rate(0)),
        lambda rate: with_rates(Adam(rate), {"dense": 0.1}),
        lambda rate: scheduled(SGD(rate, momentum=0.9), momentum=cosine(peak=0.9, steps=10)),
        lambda rate: with_norms(adjustable(SGD(rate))),
        lambda rate: ScheduleFreeSGD(rate),
        lambda rate: ScheduleFreeAdamW(rate),
        lambda rate: Prodigy(rate),
        lambda rate: keras.optimizers.LossScaleOptimizer(with_rates(SGD(rate), {"dense": 0.1})),
        lambda rate: Around(SGD(rate)),
        lambda rate: Without(),
        lambda rate: 1 / 0,
        lambda rate: "sgd",
    ],
)
def test_what_uses_its_rate_or_can_not_be_asked_passes(optimizer):
    check_uses_rate(optimizer)


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (
            lambda rate: Adam(0.001),
            "^Task needs an optimizer that uses the rate it is given; got Adam, and its rate is "
            r"fixed, 0\.001\. Write optimizer=lambda rate: Adam\(rate\)\.$",
        ),
        (lambda rate: Adam(cosine(peak=0.1, steps=9)), r"its rate is Cosine\(start=0\.1"),
        (lambda rate: Adam(lambda: 0.1), "its rate comes from a function"),
        (lambda rate: with_rates(SGD(0.1), {"dense": 0.5}), "got SGD, .*fixed, 0.1"),
        (lambda rate: keras.optimizers.LossScaleOptimizer(SGD(0.2)), "got SGD.*fixed, 0.2"),
        (lambda rate: Prodigy(), "got Prodigy"),
    ],
)
def test_an_optimizer_that_ignores_its_rate_is_refused(optimizer, message):
    with pytest.raises(TaskError, match=message):
        checked_model(small_task(optimizer=optimizer))
