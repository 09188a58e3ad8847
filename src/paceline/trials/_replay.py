"""Updates at one rate from one start, and the loss on a probe afterwards: a range test's engine."""

import abc
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from paceline.optimizers._inside import inside_scaling
from paceline.trials._given_rate import GivenRate, given_rate
from paceline.trials._untouched import untouched

Batch = tuple[Any, ...]
Numbers = npt.NDArray[np.float64]


class Replay(abc.ABC):
    """Trains a compiled model on the same batches again and again, always from the same state."""

    def __init__(
        self, model: Any, given: GivenRate, batches: Sequence[Batch], probe: Batch
    ) -> None:
        """Take a model whose optimizer takes its rate from `given`, and NumPy batches."""
        self.model = model
        self.given = given
        self.batches = batches
        self.probe = probe
        inside = inside_scaling(model.optimizer)
        self.optimizer = inside
        self.micro = inside.gradient_accumulation_steps or 1
        self.probes_in_training = probes_in_training(model)

    @abc.abstractmethod
    def replay(self, rate: float, updates: int) -> float:
        """Return the probe loss after so many updates at `rate`; a skipped one is made up for."""

    @abc.abstractmethod
    def sweep(self, rates: Numbers) -> tuple[Numbers, Numbers]:
        """Train once, at each of `rates` in turn; return the probe's and the batches' losses."""


def probes_in_training(model: Any) -> bool:
    """Whether the probe is measured as in training: with BatchNorm, whose averages lag far behind.

    So it is where a model has a train_step of its own, which alone knows the loss.
    """
    own = type(model).train_step is not keras.Model.train_step
    return own or any(
        isinstance(layer, keras.layers.BatchNormalization) for layer in model._flatten_layers()
    )


@contextlib.contextmanager
def replaying(model: Any, batches: Sequence[Batch], probe: Batch) -> Iterator[Replay]:
    """Yield the replay of a compiled model, which is at the end as it was."""
    with untouched(model), given_rate(model.optimizer) as given:
        yield _made_for(model, batches)(model, given, batches, probe)


def _made_for(model: Any, batches: Sequence[Batch]) -> Any:
    backend = keras.backend.backend()
    if backend == "jax":
        from paceline.trials._jax_replay import JaxReplay

        return JaxReplay
    in_graph = backend == "tensorflow" and alike(batches) and not model.run_eagerly
    if in_graph and model._distribute_strategy is None:
        from paceline.trials._tensorflow_replay import TensorFlowReplay

        return TensorFlowReplay
    from paceline.trials._fit_replay import FitReplay

    return FitReplay


def alike(batches: Sequence[Batch]) -> bool:
    """Whether all batches have the same shapes."""
    shapes = [[np.shape(part) for part in keras.tree.flatten(batch)] for batch in batches]
    return all(shape == shapes[0] for shape in shapes)
