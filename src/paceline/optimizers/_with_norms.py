"""A memory of the gradient's norms."""

from typing import Any

import keras

from paceline.optimizers._steer import steered
from paceline.optimizers._steered import Steered
from paceline.schedules import _checks


def with_norms(
    optimizer: keras.optimizers.Optimizer, *, order: int | None = None, keeps: int = 1024
) -> Steered:
    """Return `optimizer` with a memory of the gradient's norms, for a training loop of your own.

    `callbacks.GradientNorms` does it in `fit`. The norm is that of the whole gradient as the loss
    gives it: before clipping, without the loss scale, the mean of accumulated ones, the sum over
    replicas. `optimizer.norms_since(first)` returns those of the updates from `first` on, of which
    the last `keeps` are there.

    Args:
        optimizer: any Keras optimizer.
        order: 2, the root of the sum of squares, or 1, the sum of absolute values; None: 2 for SGD
            and 1 for all others, as `paceline.refine` needs it.
        keeps: how many updates are remembered.

    Raises:
        TypeError: no optimizer, or a count that is none.
        ValueError: an order that is neither, a count below 1; in `norms_since`, updates that are
            gone.

    Example:
        >>> import keras
        >>> optimizer = with_norms(keras.optimizers.SGD(0.1))
        >>> x = keras.Variable([3.0, 4.0])
        >>> for _ in range(2):
        ...     optimizer.apply([1.0 * x], [x])
        >>> [round(float(norm), 3) for norm in optimizer.norms_since(0)]
        [5.0, 4.5]
    """
    if order not in (None, 1, 2) or isinstance(order, bool | float):
        raise ValueError(
            f"with_norms needs order 1 or 2; got order={order!r}. Write 2 for SGD, 1 for Adam."
        )
    fix = "It counts updates, such as 1024."
    keeps = _checks.count(keeps, owner="with_norms", name="keeps", fix=fix)
    wrapper = optimizer if isinstance(optimizer, Steered) else steered(optimizer, "with_norms")
    wrapper.keep_norms(order or order_for(optimizer), keeps)
    return wrapper


def order_for(optimizer: Any) -> int:
    """Return which norm a schedule for `optimizer` is refined from."""
    inside = optimizer.optimizer if isinstance(optimizer, Steered) else optimizer
    return 2 if isinstance(inside, keras.optimizers.SGD) else 1
