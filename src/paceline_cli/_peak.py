"""The option --peak: the peak of every schedule that leaves it out."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from paceline_cli import _output
from paceline_cli._range_test import range_test
from paceline_cli._schedules_argument import leave_peak_out, read_schedules
from paceline_cli._task_argument import TaskArgument
from paceline_cli._users_errors import users_errors

Peak = float | Literal["auto"] | None

_STAND_IN = 1.0
"""With this peak expressions are read before a range test runs, so that errors come at once."""


def read_peak(text: str | None) -> Peak:
    """Return what --peak says.

    Raises:
        ValueError: neither auto nor a rate.
    """
    if text is None or text == "auto":
        return text  # type: ignore[return-value]
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(
            f"--peak needs auto or a rate above 0; got {text!r}. Give --peak auto, say."
        )
    return rate


def read_with_peak(
    texts: Sequence[str], peak: Peak, found: TaskArgument, *, threads: int
) -> Mapping[str, Any]:
    """Return the schedules that `texts` write, by name, those without a peak with `peak`.

    Raises:
        ValueError: a text that is no schedule; a peak that none needs; no peak is found.
    """
    schedules = read_schedules(texts, peak=_STAND_IN if peak == "auto" else peak)
    if peak is not None and not leave_peak_out(texts):
        raise ValueError(
            "--peak is for schedules that leave their peak out; here none does. Leave --peak out, "
            'or write a schedule without, such as --schedule "cosine()".'
        )
    if peak != "auto":
        return schedules
    return read_schedules(texts, peak=_find_peak(found, threads))


def call_with_peak(peak: Peak, found: TaskArgument, *, threads: int) -> Mapping[str, Any]:
    """Return what the function schedules() beside the task returns, called with `peak`.

    Raises:
        ValueError: it takes no peak, or needs one that was not given; no peak is found; it fails.
    """
    assert found.schedules is not None
    taken = _parameters(found.schedules).get("peak")
    if peak is None:
        if taken is not None and taken.default is taken.empty:
            raise ValueError(
                f"schedules(peak) of {found.name} needs a peak; got none. Give --peak auto, which "
                "finds one, or --peak 0.01."
            )
        given: dict[str, float] = {}
    elif taken is None:
        raise ValueError(
            f"--peak is for schedules that leave their peak out; schedules() of {found.name} "
            'takes none. Define schedules(peak), or give --schedule "cosine()".'
        )
    else:
        given = {"peak": _find_peak(found, threads) if peak == "auto" else peak}
    with users_errors("schedules()"):
        return found.schedules(**given)


def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(function).parameters
    except ValueError:  # some built-in functions have none
        return {}


def _find_peak(found: TaskArgument, threads: int) -> float:
    """Return the rate that a range test of the task suggests, in two digits, and say so.

    Two digits, so that the trials of a comparison keep their identity when it is run again.
    """
    from paceline.charts import rate_text
    from paceline.trials import set_threads

    set_threads(threads)  # as the trials will need it: what has computed keeps its threads
    result = range_test(found)
    if result.suggestion is None:
        raise ValueError(
            f"--peak auto finds no rate. {result.verdict.rstrip('.')}. Give one, such as "
            "--peak 0.01, or look closer: paceline find TASK."
        )
    peak = rate_text(result.suggestion.rate)
    _output.note(f"{result.verdict} The peak of this comparison is {peak}.")
    return float(peak)
