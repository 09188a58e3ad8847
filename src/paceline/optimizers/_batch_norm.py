"""The statistics of BatchNormalization for weights that were averaged, not trained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import keras
import numpy as np

from paceline.optimizers._schedule_free import to_average

_Layer = keras.layers.BatchNormalization


def refresh_batch_norm(model: keras.Model, batches: Iterable[Any]) -> None:
    """Estimate the statistics of every BatchNormalization anew, at the average of the weights.

    While a schedule-free optimizer trains at y, the moving means and variances are those of y. This
    moves the model to x, as `to_average()` does, calls it on `batches` in training mode, and sets
    mean = sum of n_i*mean_i / sum of n_i over batches of n_i samples, and the variance likewise.
    Nothing else changes: neither weights nor the random state of other layers. It serves any other
    average of weights too, such as Keras' `use_ema`.

    Args:
        model: a model with layers of BatchNormalization, built.
        batches: one or more batches of training data: inputs, or tuples (x, y) or
            (x, y, sample_weight) as `fit` takes them; a data set or a list of arrays.

    Raises:
        TypeError: batches that are one array, or nothing to go through.
        ValueError: a model without BatchNormalization that trains, no batches.

    Example:
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.BatchNormalization()])
        >>> x = np.array([[0.0, 1.0], [2.0, 1.0]], dtype="float32")
        >>> refresh_batch_norm(model, [x[:1], x[1:]])
        >>> model.layers[0].get_weights()[2].round(3).tolist()
        [1.0, 1.0]

    Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization",
    2018, for averaged weights; Defazio et al., "The Road Less Scheduled", 2024, for these.
    """
    layers = [each for each in model._flatten_layers() if isinstance(each, _Layer)]
    layers = [each for each in layers if each.trainable]  # frozen ones keep what they have
    if not layers:
        raise ValueError(
            "refresh_batch_norm needs a model with BatchNormalization that is trainable; got "
            f"{model.name!r} without. There is nothing to estimate: leave the call out."
        )
    to_average(getattr(model, "optimizer", None))
    own = {id(variable) for layer in layers for variable in layer.variables}
    others = [each for each in model.non_trainable_variables if id(each) not in own]
    kept = [(each, keras.ops.copy(each.value)) for each in others]
    momenta = [layer.momentum for layer in layers]
    seen = 0
    try:
        for inputs in _inputs(batches):
            size = int(keras.ops.shape(keras.tree.flatten(inputs)[0])[0])
            for layer in layers:
                layer.momentum = seen / (seen + size)
            model(inputs, training=True)
            seen += size
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
        for variable, value in kept:
            variable.assign(value)
    if not seen:
        raise ValueError(
            f"refresh_batch_norm needs one or more batches; got none in {batches!r}. Give a list "
            "or a data set, no iterator that was used before."
        )


def _inputs(batches: Any) -> Iterator[Any]:
    """Yield the inputs of each batch, on the backend."""
    if isinstance(batches, keras.utils.PyDataset):
        batches = map(batches.__getitem__, range(batches.num_batches))
    if isinstance(batches, np.ndarray) or not hasattr(batches, "__iter__"):
        raise TypeError(
            f"refresh_batch_norm needs batches; got {type(batches).__name__}. Cut an array up: "
            "[x[:64], x[64:128]]."
        )
    for batch in batches:
        inputs = keras.utils.unpack_x_y_sample_weight(batch)[0]
        yield keras.tree.map_structure(keras.ops.convert_to_tensor, inputs)
