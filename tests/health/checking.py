"""What every test of a check needs: the names of the findings, one of them, its remedy pasted."""

import keras
import numpy as np

import paceline
from paceline.health import Finding, check
from paceline.schedules import Constant, Schedule

CLEAN = paceline.wsd(peak=1e-3, steps=1000)
FLAT = Constant(rate=0.1)
WRAPPERS = ("LossScaleOptimizer", "MultiOptimizer")
BUILT_IN = {
    name: kind
    for name, kind in vars(keras.optimizers).items()
    if isinstance(kind, type)
    and issubclass(kind, keras.optimizers.Optimizer)
    and kind is not keras.optimizers.Optimizer
    and name not in WRAPPERS
}


def names(schedule: Schedule, steps: int, optimizer: object = None) -> list[str]:
    return [finding.name for finding in check(schedule, steps=steps, optimizer=optimizer)]


def the(name: str, schedule: Schedule, steps: int, optimizer: object = None) -> Finding:
    found = check(schedule, steps=steps, optimizer=optimizer)
    (one,) = [finding for finding in found if finding.name == name]
    return one


def pasted(finding: Finding, schedule: Schedule) -> Schedule:
    code = finding.remedy.partition(": ")[2]
    return eval(code, {"schedule": schedule, "paceline": paceline})


def trained(optimizer: keras.optimizers.Optimizer, batches: int = 3) -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
    model.compile(optimizer, "mse")
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(4 * batches, 3)), rng.normal(size=(4 * batches, 1))
    model.fit(images, labels, batch_size=4, verbose=0)
    return model


class FixedDecay(keras.optimizers.SGD):
    """Shrinks by the same share at every update, whatever the rate."""

    def _apply_weight_decay(self, variables):
        for variable in variables:
            variable.assign(variable - variable * self.weight_decay)
