"""The charts of laws and forecasts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from paceline.forecast._cells import Floats, Ints

if TYPE_CHECKING:
    import altair

    from paceline.forecast._curve import Curve
    from paceline.forecast._fitted_law import FittedLaw
    from paceline.forecast._forecast import Forecast

_MOST = 250
"""Losses of a curve that are drawn."""
_SHARED = "{} (logged)"
"""What a curve is called beside a forecast of its name."""


def chart(law: FittedLaw | None, forecasts: Mapping[str, Forecast]) -> altair.VConcatChart:
    """Return the curves of a law and forecasts above their rates."""
    from paceline.charts import forecast_chart, over, rate_strip

    logged = {} if law is None else _logged(law, forecasts)
    rates = {name: each.rates for name, each in forecasts.items()}
    if law is not None:
        rates |= dict(zip(logged, (each.rates for each in law.curves), strict=True))
    told = {
        name: (each.steps + 1, each.losses, each.low, each.high) for name, each in forecasts.items()
    }
    level = next((each.level for each in forecasts.values()), 0.9)
    return over([forecast_chart(logged, told, level=level)], rate_strip(rates))


def misses(law: FittedLaw, forecasts: Mapping[str, Forecast]) -> altair.LayerChart:
    """Return by how much the logged losses lie above the law, in the colours of `chart`."""
    from paceline.charts import miss_chart

    logged = _logged(law, forecasts)
    missed = {name: (steps, losses / said - 1) for name, (steps, losses, said) in logged.items()}
    return miss_chart(missed, order=[*forecasts, *logged])


def _logged(
    law: FittedLaw, forecasts: Mapping[str, Forecast]
) -> dict[str, tuple[Ints, Floats, Floats]]:
    """Return by name the updates done, the losses, and what the law says: means of many losses."""
    found = {}
    for each in law.curves:
        name = _SHARED.format(each.name) if each.name in forecasts else each.name
        few = _means(each)
        found[name] = (few.steps + 1, few.losses, law.predict_curve(few))
    return found


def _means(curve: Curve) -> Curve:
    """Return a curve of few losses: of single batches the noise would hide all else."""
    bins = np.array_split(np.arange(len(curve.steps)), min(len(curve.steps), _MOST))
    steps = np.array([round(curve.steps[each].mean()) for each in bins])
    return dataclasses.replace(
        curve,
        steps=steps,
        losses=np.array([curve.losses[each].mean() for each in bins]),
        rates=curve.rates[: steps[-1] + 1],
    )
