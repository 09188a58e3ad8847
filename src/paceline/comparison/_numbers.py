"""Numbers and metrics in words."""

import math

from paceline.comparison._metric import TEST, TRAINING_LOSS
from paceline.comparison._statistics import Estimate

_DIGITS = 4


def text(value: float, *, scale: float | None = None, signed: bool = False) -> str:
    """Return `value` in 4 significant digits, or in those that a number of size `scale` would have.

    Example:
        >>> text(0.0123456), text(0.0123456, scale=1.0, signed=True), text(float("nan"))
        ('0.01235', '+0.012', '–')
    """
    if not math.isfinite(value):
        return "–"
    size = abs(value if scale is None else scale)
    if size and not 1e-4 <= size < 1e6:
        shown = f"{value:+.3e}" if signed else f"{value:.3e}"
    else:
        exponent = math.floor(math.log10(size)) if size else 0
        decimals = max(0, _DIGITS - 1 - exponent)
        shown = f"{value:{'+' if signed else ''}.{decimals}f}"
    return shown.replace("-", "−")


def mean_text(estimate: Estimate, *, signed: bool = False) -> str:
    """Return the mean, in as many decimals as its interval."""
    return text(estimate.mean, scale=_scale(estimate), signed=signed)


def interval_text(estimate: Estimate) -> str:
    """Return "[low, high]", or nothing where there is no interval."""
    if not has_interval(estimate):
        return ""
    scale = _scale(estimate)
    return f"[{text(estimate.low, scale=scale)}, {text(estimate.high, scale=scale)}]"


def reach_text(estimate: Estimate) -> str:
    """Return "± reach" of the interval, or nothing where there is no interval."""
    if not has_interval(estimate):
        return ""
    return f"± {text(estimate.high - estimate.mean, scale=_scale(estimate))}"


def p_text(p: float) -> str:
    """Return a p value in two digits.

    Example:
        >>> p_text(0.03906), p_text(0.00012), p_text(1.0)
        ('0.039', '< 0.001', '1.0')
    """
    if not math.isfinite(p):
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:#.2g}"


def has_interval(estimate: Estimate) -> bool:
    """Return whether the 95 % interval is known."""
    return math.isfinite(estimate.low) and math.isfinite(estimate.high)


def metric_name(metric: str) -> str:
    """Return what a metric of a result is called in a sentence.

    Example:
        >>> metric_name("accuracy"), metric_name("training_loss"), metric_name("test_loss")
        ('validation accuracy', 'training loss', 'test loss')
    """
    if metric == TRAINING_LOSS:
        return "training loss"
    if metric.startswith(TEST):
        return f"test {metric.removeprefix(TEST)}"
    return f"validation {metric}"


def plural(count: int, noun: str) -> str:
    """Return the count with its noun.

    Example:
        >>> plural(1, "seed"), plural(8, "seed")
        ('1 seed', '8 seeds')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _scale(estimate: Estimate) -> float:
    known = (estimate.mean, estimate.low, estimate.high)
    return max((abs(value) for value in known if math.isfinite(value)), default=0.0)
