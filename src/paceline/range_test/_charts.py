"""The chart of a range test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from paceline.charts import range_test_chart, stack
from paceline.range_test._rules import smoothed
from paceline.range_test._words import headline

if TYPE_CHECKING:
    from paceline.range_test._curve import RangeTestResult

_PROBE, _TRAINING = "probe loss", "training loss"


def chart(
    result: RangeTestResult, sweep: RangeTestResult | None
) -> alt.LayerChart | alt.VConcatChart:
    """Return the chart of `result`, with that of `sweep` below it on the same axis of rates.

    Raises:
        ValueError: `sweep` holds none, or nothing was measured.
    """
    if result.sweep is None and not result.replays:
        raise ValueError(f"chart needs a curve; nothing was measured. {result.reason}")
    if sweep is None:
        return _chart(result)
    if sweep.sweep is None:
        raise ValueError(
            "chart needs a result with a sweep to draw beside this one; got one of replays. Make "
            'it with paceline.find(..., method="sweep").'
        )
    both = (result, sweep)
    rates = [rate for each in both for rate in _limits(each)]
    shared: dict[str, Any] = {
        "limits": (min(rates), max(rates)),
        "order": list(dict.fromkeys(name for each in both for name in _curves(each))),
    }
    return stack([_chart(result, **shared)], [_chart(sweep, **shared)])


def _chart(result: RangeTestResult, **shared: Any) -> alt.LayerChart:
    found, sweep = result.suggestion, result.sweep
    swept: dict[str, Any] = {}
    if sweep is not None:
        swept = {"faint": {_TRAINING: (sweep.rates, sweep.training)}, "marks": result.rules()}
    return range_test_chart(
        _curves(result),
        start=result.start,
        title=("Sweep: " if sweep is not None else "") + headline(result),
        notes=[result.reason] if result.reason else [],
        suggestion=None if found is None else found.rate,
        band=None if found is None else (found.low, found.high),
        **swept,
        **shared,
    )


def _curves(result: RangeTestResult) -> dict[str, Any]:
    if result.sweep is None:
        return {f"{each.updates} updates": (each.rates, each.losses) for each in result.replays}
    return {
        _PROBE: (result.sweep.rates, result.sweep.probe),
        _TRAINING: smoothed(result.sweep.rates, result.sweep.training),
    }


def _limits(result: RangeTestResult) -> list[float]:
    measured = [result.sweep] if result.sweep is not None else result.replays
    return [float(rate) for each in measured for rate in each.rates]
