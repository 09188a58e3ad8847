"""The rate for another batch size."""

import math

from paceline.schedules import _checks

_RULES = ("linear", "sqrt")


def scale_peak(peak: float, from_batch: int, to_batch: int, rule: str = "linear") -> float:
    """Return the peak for another batch size: peak*k, or peak*sqrt(k), with k = to/from.

    "linear" is the rule for SGD, with or without momentum; "sqrt" the one for Adam and its kin.
    Both are first guesses: they hold while the batch is small against the noise of the gradient,
    need a warm-up where k is large, and fail beyond a critical batch size (about 8,000 for ResNet
    on ImageNet); the square root also asks for other betas and epsilon. Test the result:
    `paceline.compare`.

    Args:
        peak: the rate that is good for `from_batch`.
        from_batch: examples a batch, 1 or more.
        to_batch: examples a batch, 1 or more.
        rule: "linear" or "sqrt".

    Raises:
        ValueError: an argument out of its range, or a rule of another name.
        TypeError: an argument of another type.

    Example:
        >>> scale_peak(0.1, 256, 1024)
        0.4
        >>> scale_peak(0.001, 256, 1024, rule="sqrt")
        0.002

    Source: Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2.1; Malladi et al., "On
    the SDEs and Scaling Rules for Adaptive Gradient Algorithms", 2022.
    """
    peak = _checks.rate(peak, owner="scale_peak", name="peak")
    fix = "Give the examples of a batch."
    old = _checks.count(from_batch, owner="scale_peak", name="from_batch", fix=fix)
    new = _checks.count(to_batch, owner="scale_peak", name="to_batch", fix=fix)
    _checks.choice(rule, owner="scale_peak", name="rule", known=_RULES)
    factor = new / old
    return peak * (factor if rule == "linear" else math.sqrt(factor))
