"""An optimizer as others see it."""

from typing import Any

import keras


class Seen:
    """An optimizer as Keras' own weight decay sees it, with some of its attributes replaced."""

    def __init__(self, optimizer: keras.optimizers.Optimizer, **replaced: Any) -> None:
        """Replace `replaced`."""
        self.__dict__.update(replaced, _optimizer=optimizer)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._optimizer, name)
