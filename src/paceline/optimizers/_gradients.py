"""Gradients as an update uses them."""

from typing import Any

import keras
from keras import ops


def summed(optimizer: Any, gradients: list[Any]) -> list[Any]:
    """Return `gradients` as dense tensors, on TensorFlow summed over the replicas of a strategy."""
    if keras.backend.backend() != "tensorflow":
        return [ops.convert_to_tensor(each, sparse=False) for each in gradients]
    import tensorflow as tf

    pairs = optimizer._all_reduce_sum_gradients([(each, None) for each in gradients])
    return [tf.convert_to_tensor(each) for each, _ in pairs]
