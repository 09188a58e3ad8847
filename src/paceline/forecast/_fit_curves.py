"""Fits a law of the loss to logged curves."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from paceline.forecast._curve import Curve
from paceline.forecast._fit import fitted
from paceline.forecast._fitted_law import FittedLaw
from paceline.forecast._intervals import FIRST_PART, doubt
from paceline.forecast._law import Law
from paceline.forecast._limits import limits_of_fit
from paceline.forecast._momentum import Momentum
from paceline.forecast._multi_power import MultiPower
from paceline.forecast._observed import Observed
from paceline.forecast._power_noise import PowerNoise
from paceline.schedules import _checks

LAWS: dict[str, Law] = {law.name: law for law in (PowerNoise(), MultiPower(), Momentum())}
BEST = "best"


def fit(curves: Iterable[Curve] | Mapping[str, Curve], *, law: str = "power_noise") -> FittedLaw:
    """Return a law of the loss, fitted to the logged curves of one task.

    The parameters minimise Huber's loss (delta 1e-3) of log L - log loss, with weak priors, from
    several starts; of a curve with more than 400 losses means are taken, and what comes before 2 %
    of its rates' sum is left out. A residual bootstrap says how far forecasts may be off: each
    curve is left out once, and the others' law is held against it.

    With law="best" each law is fitted, and the one that misses the curves left out by least is
    returned. It needs two curves or more.

    Args:
        curves: of one task, best with different schedules: one of them with a stretch at one rate
            and a drop after it.
        law: "power_noise", "multi_power", "momentum", or "best".

    Raises:
        TypeError: what is no curve.
        ValueError: no curves, two of one name, losses that cannot belong together, an unknown law.

    Example:
        >>> from paceline import wsd
        >>> rates = np.asarray(wsd(peak=0.1, steps=2000, warmup=100, decay=0.3)(np.arange(1981)))
        >>> steps = np.arange(100, 1981, 20)
        >>> losses = 1 + 2 * np.cumsum(rates)[steps] ** -0.5 + rates[steps]
        >>> law = fit([Curve(losses=losses, steps=steps, rates=rates, name="wsd")])
        >>> forecast = law.predict(wsd(peak=0.1, steps=4000, warmup=100, decay=0.3))
        >>> bool(1.0 < forecast.final < losses[-1])
        True

    Source: Luo et al., ICLR 2025, for the fit; Wolpert, "Stacked generalization", 1992, for
    choosing by what was left out.
    """
    given = _checked(curves)
    known = [*LAWS, BEST]
    name = _checks.choice(law, owner="fit", name="law", known=known)
    if name != BEST:
        return _fit(LAWS[name], given)
    if len(given) < 2:
        raise ValueError(
            f"fit needs two curves or more to choose a law by leaving one out; got {len(given)}. "
            'Name the law: law="power_noise".'
        )
    every = [_fit(each, given) for each in LAWS.values()]
    return min(every, key=lambda each: float(np.mean(list(each.left_out.values()))))


def _fit(law: Law, curves: list[Curve]) -> FittedLaw:
    peak = max(float(each.rates.max()) for each in curves)
    observed = [Observed.of(each, law, peak) for each in curves]
    found = fitted(law, observed)
    off = {each.name: each.logs - found.logs(each.place) for each in observed}
    warnings = limits_of_fit(law, curves, off)
    only = curves[0] if len(curves) == 1 else None
    first_part = None if only is None else Observed.of(only, law, peak, share=FIRST_PART)
    unsure = doubt(found, observed, first_part)
    values = found.values
    return FittedLaw(
        law=law.name,
        parameters=law.in_units(peak, **values) | {"A": values["A"] * peak ** values["alpha"]},
        peak=peak,
        curves=tuple(curves),
        misses={name: float(abs(value).mean()) for name, value in off.items()},
        left_out=unsure.left_out,
        warnings=tuple(warnings),
        _fit=found,
        _doubt=unsure,
    )


def _checked(curves: Any) -> list[Curve]:
    if isinstance(curves, Curve):
        found = [curves]
    elif isinstance(curves, Mapping):
        found = list(curves.values())
    elif isinstance(curves, Iterable) and not isinstance(curves, str):
        found = list(curves)
    else:
        found = [curves]
    for each in found:
        if not isinstance(each, Curve):
            raise TypeError(
                f"fit needs curves; got {each!r:.60} ({type(each).__name__}). Read one: "
                "paceline.forecast.Curve.from_csv(...)."
            )
    if not found:
        raise ValueError(
            "fit needs a curve or more; got none. Read one: paceline.forecast.Curve.from_csv(...)."
        )
    names = [each.name for each in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"fit needs a name of its own for each curve; got {', '.join(twice)} twice. Rename "
            "one: dataclasses.replace(curve, name=...)."
        )
    return found
