"""One schedule after another."""

import bisect
import functools
import math
from collections.abc import Iterator
from itertools import accumulate
from typing import ClassVar

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place, until
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
        >>> from paceline.schedules import Cosine, Linear
        >>> chain = Linear(start=0.0, end=0.1, steps=20) >> Cosine(start=0.1, end=0.0, steps=80)
        >>> [round(float(chain(step)), 3) for step in (10, 20, 60)], chain.length
        ([0.05, 0.1, 0.05], 100)
    """

    _is_operator: ClassVar[bool] = True

    parts: tuple[Schedule, ...]

    def __post_init__(self) -> None:
        flat: list[Schedule] = []
        for index, part in enumerate(_checks.sequence(self, "parts", of="schedules")):
            if not isinstance(part, Schedule):
                raise TypeError(
                    f"Chain needs schedules; got parts[{index}]={part!r} ({type(part).__name__}). "
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
        _ = flat[-1].length  # a recipe without steps says here that it has none
        object.__setattr__(self, "parts", tuple(flat))

    @functools.cached_property
    def boundaries(self) -> tuple[int, ...]:
        """The steps at which part 1, part 2, ... begin."""
        return tuple(accumulate(part.length or 0 for part in self.parts[:-1]))

    @property
    def length(self) -> int | None:
        """The sum of the parts' lengths, or None if the last never ends."""
        last = self.parts[-1].length
        return None if last is None else self.boundaries[-1] + last

    def _rate(self, position: Array, xp: Namespace) -> Array:
        first, *others, last = self.parts
        # only these two can be read outside of themselves: in a graph the others need no clamp
        branches = [first._held, *(part._rate for part in others), last._held]
        return xp.choose(position, self.boundaries, branches)

    def _held(self, position: Array, xp: Namespace) -> Array:
        return self._rate(position, xp)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        starts = (0, *self.boundaries)
        passed = bisect.bisect_right(starts, first) - 1
        for part, start in zip(self.parts[passed:], starts[passed:], strict=True):
            for step, label in until(part._pieces(max(first - start, 0)), part.length):
                yield Piece(start + step, label)

    def _area(self, steps: int) -> float:
        lengths = [part.length for part in self.parts]
        return math.fsum(
            part._area(min(steps - start, steps if length is None else length))
            for part, start, length in zip(self.parts, (0, *self.boundaries), lengths, strict=True)
            if steps > start
        )

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return " >> ".join(map(repr, self.parts))
