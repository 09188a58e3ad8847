"""What one law says of several schedules."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from paceline.forecast._charts import chart, misses
from paceline.forecast._code import code
from paceline.forecast._fitted_law import FittedLaw
from paceline.forecast._forecast import Forecast

if TYPE_CHECKING:
    import altair

_DIGITS = 4


class ForecastRow(NamedTuple):
    """A forecast in words."""

    name: str
    final: str
    interval: str
    level: str
    updates: str
    beyond: str
    """How far above the lowest; empty for the lowest itself."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Forecasts:
    """A law and what it says of schedules: what a report shows.

    Args:
        law: the law.
        forecasts: by name, one or more.

    Raises:
        TypeError: no law, no forecasts.
        ValueError: an empty mapping.

    Example:
        >>> import numpy as np
        >>> from paceline import cosine, wsd
        >>> from paceline.forecast import Curve, fit
        >>> rates = np.asarray(wsd(peak=0.1, steps=2000, warmup=100, decay=0.3)(np.arange(1981)))
        >>> steps = np.arange(100, 1981, 20)
        >>> losses = 1 + 2 * np.cumsum(rates)[steps] ** -0.5 + rates[steps]
        >>> law = fit([Curve(losses=losses, steps=steps, rates=rates, name="wsd")])
        >>> longer = {"longer": law.predict(wsd(peak=0.1, steps=4000, warmup=100, decay=0.3))}
        >>> Forecasts(law=law, forecasts=longer).ranked
        ['longer']
    """

    law: FittedLaw
    forecasts: Mapping[str, Forecast]

    def __post_init__(self) -> None:
        """Check what was given."""
        if not isinstance(self.law, FittedLaw):
            raise TypeError(
                f"Forecasts needs law, a fitted one; got {self.law!r:.60} "
                f"({type(self.law).__name__}). Fit one: paceline.forecast.fit(curves)."
            )
        given = self.forecasts
        if not (
            isinstance(given, Mapping) and all(isinstance(f, Forecast) for f in given.values())
        ):
            raise TypeError(
                f"Forecasts needs forecasts, by name what law.predict returned; got {given!r:.60}."
                ' Give {"name": law.predict(schedule)}.'
            )
        if not given:
            raise ValueError(
                "Forecasts needs a forecast or more; got none. Give "
                '{"name": law.predict(schedule)}.'
            )

    @property
    def ranked(self) -> list[str]:
        """The names, the lowest loss at the end first."""
        return sorted(self.forecasts, key=lambda name: self.forecasts[name].final)

    @property
    def verdict(self) -> str:
        """Which schedule ends lowest, and how far the law can be off, in words."""
        return " ".join(self.sentences)

    @property
    def sentences(self) -> list[str]:
        """The verdict, sentence by sentence."""
        best, *rest = self.rows
        first = (
            f"{best.name} is forecast to end at {best.final} ({best.level} "
            f"{best.interval}) after {best.updates} updates"
        )
        if rest:
            second = rest[0]
            after = "" if second.updates == best.updates else f" after {second.updates}"
            lower = f"{second.beyond.removeprefix('+')} lower than {second.name}{after}"
            first += f", {lower if float(second.beyond) else f'as low as {second.name}{after}'}"
            first += ", the next" if len(rest) > 1 else ""
        seen, unseen = (
            f"{_mean(part):.2%}".replace("%", " %") for part in (self.law.misses, self.law.left_out)
        )
        what = (
            "a curve that it had not seen" if len(self.law.curves) > 1 else "the end of the curve"
        )
        how = "" if len(self.law.curves) > 1 else ", from its start"
        said = [
            f"{first}.",
            f"The law misses the losses that it was fitted to by {seen} on average, and "
            f"{what}{how} by {unseen}.",
        ]
        if count := len(self.warnings):
            said.append("Mind the warning." if count == 1 else f"Mind the {count} warnings.")
        return said

    @property
    def warnings(self) -> list[str]:
        """Why not to trust it, in sentences; what is true of some schedules only names them."""
        found: dict[str, list[str]] = {}
        for name, each in self.forecasts.items():
            for warning in each.warnings:
                found.setdefault(warning, []).append(name)
        return [
            text if len(names) == len(self.forecasts) else f"{', '.join(names)}: {text}"
            for text, names in found.items()
        ]

    @property
    def rows(self) -> list[ForecastRow]:
        """The forecasts in words, the lowest first, in decimals that belong together."""
        ranked = self.ranked
        lowest = self.forecasts[ranked[0]].final
        decimals = max(0, _DIGITS - 1 - math.floor(math.log10(lowest)))
        return [
            ForecastRow(
                name=name,
                final=f"{each.final:.{decimals}f}",
                interval=f"{each.low[-1]:.{decimals}f} to {each.high[-1]:.{decimals}f}",
                level=f"{100 * each.level:g} % interval",
                updates=f"{len(each.rates):,}",
                beyond=""
                if name == ranked[0]
                else f"{round(each.final, decimals) - round(lowest, decimals):+.{decimals}f}",
            )
            for name, each in ((name, self.forecasts[name]) for name in ranked)
        ]

    def code(self, name: str) -> str:
        """Return lines of Python that make a schedule; empty where they would be too long."""
        each = self.forecasts[name]
        return code(each.schedule, len(each.rates))

    def charts(self) -> dict[str, altair.LayerChart | altair.VConcatChart]:
        """Return the charts by name: the curves with the forecasts, and how far the law misses."""
        return {
            "forecast": chart(self.law, self.forecasts),
            "misses": misses(self.law, self.forecasts),
        }

    def chart(self) -> altair.VConcatChart:
        """Return the logged curves, the law's fit of them and the forecasts, above their rates."""
        return chart(self.law, self.forecasts)

    def to_dict(self) -> dict[str, Any]:
        """Return the law, its misses, each forecast at its end and the warnings, JSON-able."""
        law = self.law
        return {
            "law": law.law,
            "parameters": dict(law.parameters),
            "curves": {
                each.name: {
                    "losses": len(each.losses),
                    "updates": len(each.rates),
                    "last": float(each.losses[-1]),
                    "miss": law.misses[each.name],
                    "left_out": law.left_out[each.name],
                }
                for each in law.curves
            },
            "forecasts": {
                name: {
                    "expression": repr(each.schedule),
                    "updates": len(each.rates),
                    "final": each.final,
                    "low": float(each.low[-1]),
                    "high": float(each.high[-1]),
                    "level": each.level,
                }
                for name, each in self.forecasts.items()
            },
            "ranked": self.ranked,
            "warnings": self.warnings,
        }

    def __repr__(self) -> str:
        """Return the verdict's first sentence."""
        return f"<Forecasts: {self.sentences[0]}>"


def _mean(misses: Mapping[str, float]) -> float:
    return sum(misses.values()) / len(misses)
