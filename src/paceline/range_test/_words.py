"""What a range test found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paceline.charts import rate_text

if TYPE_CHECKING:
    from paceline.range_test._curve import RangeTestResult

UNRELIABLE = 0.5
"""Decades between repeats, from which on no one rate can be named."""


_PROBLEMS = {
    "flat": "no rate lowers the loss",
    "low": "the range is too low",
    "high": "the range is too high",
    "not_the_rate": "it is not the rate's fault",
}


def verdict_sentences(result: RangeTestResult) -> list[str]:
    """Return the rate, how sure it is, and what to know about it; or why there is none."""
    found = result.suggestion
    if found is None:
        return [f"No suggestion: {result.reason}"]
    sentences = [
        f"Suggestion: {rate_text(found.rate)} (between {rate_text(found.low)} and "
        f"{rate_text(found.high)}).",
        f"{found.strength.capitalize()}: {_when(result)} the loss on the probe had fallen by "
        f"{share_text(found.drop)}.",
    ]
    if len(result.repeats) > 1:
        sentences.append(_repeats(result))
    return [*sentences, result.reason] if result.reason else sentences


def headline(result: RangeTestResult) -> str:
    """Return the verdict in one line, for a title."""
    found = result.suggestion
    if found is None:
        return f"No suggestion: {_PROBLEMS[result.problem or 'flat']}"
    rate = rate_text(found.rate)
    if is_unreliable(result):
        return f"{rate}, unreliable: the repeats are {result.spread:.1f} decades apart"
    return f"{rate}, {found.strength}: the probe loss fell by {share_text(found.drop)}"


def is_unreliable(result: RangeTestResult) -> bool:
    """Return whether the repeats are so far apart that no one rate can be named."""
    return bool(result.spread > UNRELIABLE)


def share_text(share: float) -> str:
    """Return a share in percent.

    Example:
        >>> share_text(0.4213), share_text(0.0213), share_text(2.5)
        ('42 %', '2.1 %', '250 %')
    """
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %"


def _when(result: RangeTestResult) -> str:
    return f"after {result.replays[-1].updates} updates" if result.replays else "in the sweep"


def _repeats(result: RangeTestResult) -> str:
    each = ", ".join(rate_text(rate) if np.isfinite(rate) else "none" for rate in result.repeats)
    said = f"The {len(result.repeats)} repeats suggest {each}"
    if is_unreliable(result):
        return f"Unreliable: {said[0].lower()}{said[1:]}, {result.spread:.1f} decades apart."
    return f"{said}."
