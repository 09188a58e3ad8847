"""What convex theory promises of a schedule."""

import dataclasses
import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from paceline.forecast._last_iterate import two_sums
from paceline.forecast._rates import rates_of
from paceline.schedules import Schedule, _checks

Numbers = npt.NDArray[np.float64]

_POINTS = 200
_LEAST, _MOST = 1e-30, 1e30  # norms whose squares are neither 0 nor infinite
_NORMS = "They are what callbacks.GradientNorms records; 1.0 where none are known."


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BoundResult:
    """The bound on the loss above its minimum, along a schedule and at its end.

    Args:
        steps: the steps of the curve [points], 0-based, increasing.
        values: the bound on the loss that the update of each step sees [points].
        end: the bound at the last step.
        best_factor: the factor by which all rates must be multiplied for the smallest bound at
            the end.
        best_end: that smallest bound.
    """

    steps: npt.NDArray[np.int64]
    values: Numbers
    end: float
    best_factor: float
    best_end: float

    def __repr__(self) -> str:
        """Return the answer in one line."""
        return (
            f"<BoundResult: {self.end:.4g} at the end; {self.best_end:.4g} with the rates times "
            f"{self.best_factor:.4g}>"
        )


def bound(
    schedule: Schedule,
    *,
    steps: int | None = None,
    at: Iterable[int] | None = None,
    gradient_norms: npt.ArrayLike = 1.0,
    distance: float = 1.0,
) -> BoundResult:
    """Return how far above its minimum a convex loss can still be under `schedule`.

    With r_1 ... r_T the rates up to a step, G the gradient norms and D the distance:

        bound_T = D^2/(2*sum r_t) + (sum r_t^2*G_t^2)/(2*sum r_t)
                  + 1/2 * sum over k < T of r_k/(sum from k+1 of r_t)
                    * (sum from k of r_t^2*G_t^2)/(sum from k of r_t).

    For rates times c it is D^2/(2*c*S1) + c*S2/2, so that c = D/sqrt(S1*S2) is best and gives
    D*sqrt(S2/S1). Networks are not convex, yet their loss curves have the shape of this bound:
    compare shapes by `best_end`; its unit, D*G, is not that of your loss.

    Steps at rate 0 change nothing: after them the bound is that of the last rate above 0, and
    before the first it is infinite. A last rate that falls to almost 0 in a single step makes the
    bound large: the theorem weighs each point of the way by its rate.

    Args:
        schedule: the schedule; a recipe needs `steps`.
        steps: how many updates; None: the length of the schedule.
        at: the steps of the curve, 0-based; None: up to 200, evenly spaced. Each one takes as long
            as the bound at the end.
        gradient_norms: the norm of the gradient, from 1e-30 to 1e30: one number, or one for each
            update [steps].
        distance: from the initial weights to the best ones, above 0.

    Raises:
        TypeError: what is no schedule of Paceline, or no number.
        ValueError: no `steps` for what never ends; rates that are all 0; a number out of its range.

    Example:
        >>> import paceline
        >>> bound(paceline.linear(peak=0.03, steps=1000))
        <BoundResult: 0.06351 at the end; 0.06343 with the rates times 1.05>
        >>> bound(paceline.constant(peak=0.03, steps=1000)).best_end
        0.092...

    Source: Schaipp, Hägele, Taylor, Simsekli and Bach, "The Surprising Agreement Between Convex
    Optimization Theory and Learning-Rate Scheduling for Large Model Training", 2025, theorem 1;
    Defazio, Cutkosky, Mehta and Mishchenko, "When, Why and How Much?", 2023, theorem 10.
    """
    rates = rates_of(schedule, steps, owner="bound", name="schedule")
    places = _places(at, len(rates))
    norms = _norms(gradient_norms, len(rates))
    distance = _checks.above_zero(
        distance, owner="bound", name="distance", fix="1.0 where it is not known."
    )
    peak = float(rates.max())
    shape = rates / peak
    squares = (shape * norms) ** 2

    def sums(step: int) -> tuple[float, float]:
        return two_sums(shape[: step + 1], squares[: step + 1])

    def value(area: float, noise: float) -> float:
        return distance**2 / (2 * peak * area) + peak * noise / 2 if area else math.inf

    area, noise = sums(len(rates) - 1)
    return BoundResult(
        steps=places,
        values=np.array([value(*sums(step)) for step in places.tolist()]),
        end=value(area, noise),
        best_factor=distance / (peak * math.sqrt(area * noise)),
        best_end=distance * math.sqrt(noise / area),
    )


def _places(at: Iterable[int] | None, length: int) -> npt.NDArray[np.int64]:
    if at is None:
        return np.unique(np.linspace(0, length - 1, _POINTS).round().astype(np.int64))
    fix = f"The last step of the schedule is {length - 1}."
    chosen = [
        _checks.count(step, owner="bound", name=f"at[{index}]", least=0, fix=fix)
        for index, step in enumerate(_checks.items(at, owner="bound", name="at", of="steps"))
    ]
    if max(chosen) >= length:
        raise ValueError(f"bound needs at < {length}, in steps; got {max(chosen)}. {fix}")
    return np.unique(np.array(chosen, dtype=np.int64))


def _norms(given: npt.ArrayLike, length: int) -> Numbers:
    need = "bound needs gradient_norms, one number above 0 or one for each update"
    found = np.asarray(given)
    if found.dtype.kind not in "iuf":
        raise TypeError(f"{need}; got gradient_norms={given!r} ({type(given).__name__}). {_NORMS}")
    if found.ndim and found.shape != (length,):
        raise ValueError(f"{need}, {length}; got an array of shape {found.shape}. {_NORMS}")
    norms = np.broadcast_to(found.astype(np.float64), (length,))
    if len(wrong := np.flatnonzero(~((norms >= _LEAST) & (norms <= _MOST)))):
        step = int(wrong[0])
        raise ValueError(
            f"{need}, from {_LEAST:g} to {_MOST:g}; got {float(norms[step])!r} at step {step}. "
            f"{_NORMS}"
        )
    return norms
