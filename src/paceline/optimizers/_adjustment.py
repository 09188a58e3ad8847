"""What a callback may change while a training runs, saved beside the optimizer's state."""

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="paceline")
class Adjustment(keras.layers.Layer):
    """A factor of the rate, and four numbers that whoever changes it remembers.

    It is a layer because Keras saves layers in an entry of their own: the optimizer's entry stays
    that of the optimizer inside.
    """

    def __init__(self) -> None:
        """Begin with factor 1 and nothing remembered."""
        super().__init__(name="adjustment", dtype="float32", trainable=False)
        self.factor = self._number((), "ones", "factor")
        self.memory = self._number((4,), "zeros", "memory")
        self.built = True

    def _number(self, shape: tuple[int, ...], initializer: str, name: str) -> Any:
        return self.add_weight(
            shape=shape,
            initializer=initializer,
            name=name,
            dtype="float32",
            trainable=False,
            aggregation="only_first_replica",
        )

    def load_own_variables(self, store: Any) -> None:
        """Read what was saved; a checkpoint of a plain optimizer has nothing of it."""
        if len(store.keys()):
            super().load_own_variables(store)
