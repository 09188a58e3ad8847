"""Every rate that a range test measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from paceline.range_test._curve import RangeTestResult


class Measured(NamedTuple):
    """The probe loss at one rate, and whether it is in the band of the suggestion.

    Of replays, the band is that of the most updates.
    """

    rate: float
    updates: int
    loss: float
    good: bool


def measured(result: RangeTestResult) -> list[Measured]:
    """Return every rate that was measured, increasing."""
    if result.sweep is not None:
        pairs = zip(result.sweep.rates.tolist(), result.sweep.probe.tolist(), strict=True)
        return [
            Measured(rate, done, loss, _in_band(result, rate))
            for done, (rate, loss) in enumerate(pairs, start=1)
        ]
    most = max((each.updates for each in result.replays), default=0)
    return sorted(
        Measured(rate, each.updates, loss, each.updates == most and _in_band(result, rate))
        for each in result.replays
        for rate, loss in zip(each.rates.tolist(), each.losses.tolist(), strict=True)
    )


def _in_band(result: RangeTestResult, rate: float) -> bool:
    found = result.suggestion
    return found is not None and found.low <= rate <= found.high
