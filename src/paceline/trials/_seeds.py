"""Common random numbers: what a seed fixes, for every variant alike."""

import dataclasses
import sys
from collections.abc import Iterator

import keras
import numpy as np
import numpy.typing as npt


@dataclasses.dataclass(frozen=True)
class Seeds:
    """The streams of one seed: initial state (weights, dropout, augmentation) and batch order.

    One `numpy.random.SeedSequence(seed)`, one spawned stream for each source.
    """

    seed: int

    def _streams(self) -> tuple[np.random.SeedSequence, ...]:
        return tuple(np.random.SeedSequence(self.seed).spawn(2))

    def start(self) -> None:
        """Seed everything that building a model, or a data set that shuffles, draws from."""
        seed = int(self._streams()[0].generate_state(1)[0])
        keras.utils.set_random_seed(seed)
        if "torch" in sys.modules:  # a DataLoader shuffles by it, whatever Keras' backend is
            sys.modules["torch"].manual_seed(seed)

    def orders(self, samples: int, epochs: int) -> Iterator[npt.NDArray[np.int32]]:
        """Yield the order of the samples in each epoch, a permutation [samples]."""
        generator = np.random.default_rng(self._streams()[1])
        for _ in range(epochs):
            yield generator.permutation(samples).astype(np.int32)
