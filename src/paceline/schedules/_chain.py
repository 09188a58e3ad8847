"""One schedule after another."""

import functools
from itertools import accumulate

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._schedule import Schedule, registered


@registered
class Chain(Schedule):
    """Schedules one after another, each from its own step 0; what `a >> b` makes.

    With b_i = length_0 + ... + length_(i-1), the rate is part_i(step - b_i) for
    b_i <= step < b_(i+1). Chains inside are laid flat, so `>>` is associative. Inside a compiled
    graph only the part that holds is computed.

    Args:
        parts: two or more schedules; all but the last must end.

    Raises:
        ValueError: fewer than two parts, or a part before the last that never ends.
        TypeError: a part that is no schedule.

    Example:
        >>> from paceline.schedules import Constant, Linear
        >>> chain = Linear(start=0.0, end=0.1, steps=10) >> Constant(rate=0.1)
        >>> float(chain(5)), float(chain(10)), chain.length
        (0.05, 0.1, None)
    """

    parts: tuple[Schedule, ...]

    def __post_init__(self) -> None:
        flat: list[Schedule] = []
        for part in _checks.sequence(self, "parts", of="schedules"):
            if not isinstance(part, Schedule):
                raise TypeError(
                    f"Chain needs schedules; got {part!r} ({type(part).__name__}). "
                    "For a fixed rate use Constant(rate=..., steps=...)."
                )
            flat.extend(part.parts if isinstance(part, Chain) else (part,))
        if len(flat) < 2:
            raise ValueError(
                f"Chain needs two or more parts; got {flat[0]!r} alone. Use it as it is."
            )
        for part in flat[:-1]:
            if part.length is None:
                raise ValueError(
                    f"Nothing can follow {part!r}, which never ends. Give it a length "
                    "(steps=...), or put it last."
                )
        object.__setattr__(self, "parts", tuple(flat))

    @property
    def boundaries(self) -> tuple[int, ...]:
        """The steps at which part 1, part 2, ... begin."""
        return tuple(accumulate(part.length or 0 for part in self.parts[:-1]))

    @property
    def length(self) -> int | None:
        """The sum of the parts' lengths, or None if the last never ends."""
        last = self.parts[-1].length
        return None if last is None else self.boundaries[-1] + last

    def _rate(self, position: Array, xp: Namespace) -> Array:
        formulas = [functools.partial(part._rate, xp=xp) for part in self.parts]
        return xp.choose(position, self.boundaries, formulas)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return " >> ".join(map(repr, self.parts))
