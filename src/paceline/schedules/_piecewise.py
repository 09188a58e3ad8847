"""Constant pieces."""

from itertools import pairwise

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._schedule import Schedule, registered


@registered
class Piecewise(Schedule):
    """Constant pieces: rate = rates[i] for boundaries[i-1] <= step < boundaries[i].

    A change at boundary b takes effect at step b, as in PyTorch and optax; Keras'
    PiecewiseConstantDecay changes one step later.

    Args:
        boundaries: the steps at which the rate changes, increasing, each 1 or more.
        rates: one rate more than there are boundaries, each 0 or more.
        steps: how many updates it lasts before what follows; None: it never ends.

    Raises:
        ValueError: boundaries that do not increase, a wrong number of rates, a negative rate.
        TypeError: an argument of another type.

    Example:
        >>> pieces = Piecewise(boundaries=(10, 20), rates=(0.1, 0.01, 0.001))
        >>> [float(pieces(step)) for step in (0, 9, 10, 19, 20)]
        [0.1, 0.1, 0.01, 0.01, 0.001]
    """

    boundaries: tuple[int, ...]
    rates: tuple[float, ...]
    steps: int | None = None

    def __post_init__(self) -> None:
        whole = tuple(
            _checks.count(
                bound,
                owner="Piecewise",
                name=f"boundaries[{index}]",
                fix="A boundary is the step at which the rate changes; the first piece needs one.",
            )
            for index, bound in enumerate(_checks.sequence(self, "boundaries", of="steps"))
        )
        object.__setattr__(self, "boundaries", whole)
        if any(late <= early for early, late in pairwise(whole)):
            raise ValueError(
                f"Piecewise needs boundaries that increase; got boundaries={whole!r}. Sort them "
                "and drop doubles."
            )
        values = _checks.rate_sequence(self, "rates")
        if len(values) != len(whole) + 1:
            raise ValueError(
                f"Piecewise needs one rate more than boundaries; got {len(values)} rates for "
                f"{len(whole)} boundaries. Give {len(whole) + 1} rates."
            )
        _checks.steps(self, "steps", optional=True)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return xp.take(self.rates, xp.interval(position, self.boundaries))
