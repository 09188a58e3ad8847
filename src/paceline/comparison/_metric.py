"""What a metric's name says of it."""

from collections.abc import Sequence

TRAINING_LOSS = "training_loss"
"""The primary metric of a task without validation data."""

TEST = "test_"
"""Begins the name of a metric on the test data; others are of the validation data."""

_FRACTIONS = (
    *("acc", "auc", "precision", "recall", "specificity", "sensitivity", "f1", "fbeta", "f_beta"),
    *("iou", "io_u", "dice"),
)
"""What the name of a metric in [0, 1] that should grow contains."""

_GROWS = (*_FRACTIONS, "r2", "bleu", "similarity", "true_positives", "true_negatives")

_SHRINKS = ("loss", "error")


def grows(metric: str) -> bool:
    """Return whether more of `metric` is better, by its name.

    Example:
        >>> grows("binary_accuracy"), grows("mean_absolute_error")
        (True, False)
    """
    return _is_among(metric, _GROWS)


def is_fraction(metric: str) -> bool:
    """Return whether `metric` lies in [0, 1], by its name."""
    return _is_among(metric, _FRACTIONS)


def _is_among(metric: str, parts: tuple[str, ...]) -> bool:
    name = metric.lower()
    return any(part in name for part in parts) and not any(part in name for part in _SHRINKS)


def check_metric(metric: str, measured: Sequence[str]) -> None:
    """Check that `metric` is among the `measured` ones, where they are known.

    Raises:
        ValueError: it is not.
    """
    if measured and metric not in {TRAINING_LOSS, *measured}:
        raise ValueError(
            f"No metric {metric!r} is measured; known are {', '.join(sorted(set(measured)))}. "
            "Add it to the task's metrics (they need validation data), or name another."
        )
