"""The type of every schedule: a pure function of the step with an algebra and a config."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, dataclass_transform

import keras

from paceline.schedules._arguments import name_arguments
from paceline.schedules._libraries import namespace_of
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place

if TYPE_CHECKING:
    import altair

    from paceline.schedules._table import ScheduleTable

_Class = TypeVar("_Class", bound="type[Schedule]")


class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate as a pure function of the step.

    `schedule(step)` is the rate of the update with 0-based index `step`. A segment covers the
    half-open interval [0, length): it begins at its start value and reaches its end value at step
    `length`; from there on it holds that value, and before step 0 its first value. With n the
    length, rate(step) = formula(min(max(step, 0), n)).

    A Python int or a NumPy array gives NumPy float64 and touches no backend; a backend tensor or
    variable gives that backend's float32 and stays inside the compiled graph.

    `a >> b` runs a for its length, then b from b's own step 0; `factor * a` scales; `a + rate`
    raises. Every method below returns a new schedule, or reads this one.

    To write your own, subclass it as a frozen keyword-only dataclass, register it with Keras, and
    give `_rate`; where it has no field `steps`, give `length` too. `_rate(position, xp)` computes
    with `xp`: `real(position)` as floats, `progress(position, steps)` and `remaining(...)` from 0
    to 1, `where`, `minimum`, `power`, `cos` and their kin, and the whole of `xp.library`.

    Example:
        >>> import dataclasses, keras
        >>> @keras.saving.register_keras_serializable(package="mine")
        ... @dataclasses.dataclass(frozen=True, kw_only=True)
        ... class Inverse(Schedule):
        ...     peak: float
        ...     steps: int
        ...
        ...     def _rate(self, position, xp):
        ...         return self.peak / (1 + xp.real(position))
        >>> 0.5 * Inverse(peak=0.1, steps=100)
        0.5 * Inverse(peak=0.1, steps=100)
    """

    __array_ufunc__ = None  # np.float64(0.5) * schedule must not make an array of objects

    _by_progress: ClassVar[bool] = False
    """Whether the formula knows steps by `xp.progress`, `xp.remaining` and `xp.reached` alone."""

    _is_operator: ClassVar[bool] = False
    """Whether the repr is an operator's, which needs parentheses inside another."""

    @property
    def length(self) -> int | None:
        """How many steps the schedule lasts, or None if it never ends."""
        return getattr(self, "steps", None)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        """Return the formula's rate at `position`, whole numbers in [0, length], using `xp`."""
        raise NotImplementedError(
            f"{type(self).__name__} has no formula. Define _rate(self, position, xp)."
        )

    def __call__(self, step: Any) -> Any:
        """Return the rate of update `step` (0-based): one rate for each step, in the same shape.

        Args:
            step: a whole number or an array of them; any is allowed, negative and huge ones too.

        Raises:
            TypeError: a step that is no whole number.
        """
        xp, position = namespace_of(step)
        return xp.compute(self._held, position)

    def _held(self, position: Array, xp: Namespace) -> Array:
        """Return the rate at any whole number: before the first the first, past the end the end."""
        position, xp = xp.hold(position, self.length)
        return self._rate(position, xp)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        """Yield what holds at `first`, begun there or before, and then what begins, increasing."""
        yield Piece(0, type(self).__name__)

    def _over(self, steps: int) -> Schedule:
        """Return this schedule, which ends, over `steps` updates."""
        if self._by_progress:
            changed: Any = self
            return dataclasses.replace(changed, steps=steps)
        from paceline.schedules._stretched import Stretched

        return Stretched(schedule=self, steps=steps, of=self.length or 0)

    def _area(self, steps: int) -> float:
        """Return the sum of the rates of the first `steps` steps, at most the length."""
        from paceline.schedules._area import summed

        return summed(self, steps)

    def then(self, other: Schedule) -> Schedule:
        """Return this schedule and then `other`, from its own step 0; `a >> b` is the same."""
        from paceline.schedules._chain import Chain

        return Chain(parts=(self, other))

    def __rshift__(self, other: Any) -> Schedule:
        return self.then(other)

    def __mul__(self, factor: Any) -> Schedule:
        from paceline.schedules._scaled import Scaled

        return Scaled(factor=factor, schedule=self)

    __rmul__ = __mul__

    def __add__(self, rate: Any) -> Schedule:
        from paceline.schedules._raised import Raised

        return Raised(schedule=self, rate=rate)

    __radd__ = __add__

    def repeat(self, times: int | None = None, growth: float = 1.0, scale: float = 1.0) -> Schedule:
        """Return this schedule again and again: see `Repeated`."""
        from paceline.schedules._repeated import Repeated

        return Repeated(schedule=self, times=times, growth=growth, scale=scale)

    def cycled(self) -> Schedule:
        """Return this schedule again and again, always from the start but slower: see `Cycled`."""
        from paceline.schedules._cycled import Cycled

        return Cycled(schedule=self)

    def clip(self, floor: float = 0.0, ceiling: float | None = None) -> Schedule:
        """Return this schedule, never below `floor` nor above `ceiling`: see `Clipped`."""
        from paceline.schedules._clipped import Clipped

        return Clipped(schedule=self, floor=floor, ceiling=ceiling)

    def held(self, every: int) -> Schedule:
        """Return this schedule as a staircase that changes every so many steps: see `Held`."""
        from paceline.schedules._held import Held

        return Held(schedule=self, every=every)

    def over(self, steps: int) -> Schedule:
        """Return this whole schedule over another horizon of `steps` updates, the shape the same.

        A schedule that never ends has no shape to fit: see `stretched` and `cut`.
        """
        from paceline.schedules._stretched import over

        return over(self, steps)

    def stretched(self, by: float) -> Schedule:
        """Return this schedule `by` times slower, so that it lasts as many times longer.

        The length is rounded to whole updates. For a schedule that never ends, `by` is the nearest
        fraction whose denominator is at most a million.
        """
        from paceline.schedules._stretched import stretched

        return stretched(self, by)

    def delayed(self, steps: int) -> Schedule:
        """Return this schedule after `steps` updates at its first rate."""
        from paceline.schedules import _checks
        from paceline.schedules._constant import Constant

        fix = "Without a delay use the schedule as it is."
        wait = _checks.count(steps, owner="delayed", name="steps", fix=fix)
        return Constant(rate=float(self(0)), steps=wait) >> self

    def skipped(self, steps: int) -> Schedule:
        """Return this schedule without its first `steps` updates: see `Skipped`."""
        from paceline.schedules._skipped import Skipped

        return Skipped(schedule=self, steps=steps)

    def cut(self, steps: int) -> Schedule:
        """Return the first `steps` updates of this schedule: see `Cut`."""
        from paceline.schedules._cut import Cut

        return Cut(schedule=self, steps=steps)

    def overlapped(self, warmup: Schedule) -> Schedule:
        """Return this schedule from step 0 on, times the factors of `warmup`: see `Overlapped`."""
        from paceline.schedules._overlapped import Overlapped

        return Overlapped(schedule=self, warmup=warmup)

    def maximum(self, other: Schedule) -> Schedule:
        """Return the larger of the two rates at every step: see `Maximum`."""
        from paceline.schedules._extremes import Maximum

        return Maximum(first=self, second=other)

    def minimum(self, other: Schedule) -> Schedule:
        """Return the smaller of the two rates at every step: see `Minimum`."""
        from paceline.schedules._extremes import Minimum

        return Minimum(first=self, second=other)

    def accumulated(self, micro_batches: int) -> Schedule:
        """Return this schedule for an optimizer that accumulates gradients: step // micro_batches.

        With `gradient_accumulation_steps=n` Keras asks the schedule once for each micro-batch, so
        that it runs n times too fast; this one runs at the pace of the updates.
        """
        from paceline.schedules._epochs import slowed

        fix = "Give the optimizer's gradient_accumulation_steps."
        return slowed(self, micro_batches, owner="accumulated", name="micro_batches", fix=fix)

    def area(self, *, steps: int | None = None) -> float:
        """Return the sum of the rates of the first `steps` updates, in rate times updates.

        It is exact where the formula has a closed sum; otherwise each rate is computed and added.

        Args:
            steps: how many updates; None: the whole length.

        Raises:
            ValueError: no `steps` for a schedule that never ends.
        """
        from paceline.schedules._area import area

        return area(self, steps)

    def table(self, *, steps: int | None = None) -> ScheduleTable:
        """Return what the schedule consists of: each segment with its first and last step and rate.

        Args:
            steps: how many updates to read; None: the length, or all where it never ends.
        """
        from paceline.schedules._table import table

        return table(self, steps)

    def chart(self, *, steps: int | None = None) -> altair.LayerChart:
        """Return a chart of the rate against the step.

        Args:
            steps: how many updates to draw; None: the length, or what shows its shape.
        """
        from paceline.schedules._table import chart

        return chart(self, steps)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule; what has its default is left out."""
        given = [
            f"{field.name}={getattr(self, field.name)!r}"
            for field in dataclasses.fields(self)
            if getattr(self, field.name) != field.default
        ]
        return f"{type(self).__name__}({', '.join(given)})"

    def get_config(self) -> dict[str, Any]:
        """Return the fields, which are the whole state, as JSON-able values."""
        from paceline.schedules._configs import encoded

        return {
            field.name: encoded(getattr(self, field.name)) for field in dataclasses.fields(self)
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the schedule that `get_config` described."""
        from paceline.schedules._configs import decoded

        return cls(**{name: decoded(value) for name, value in config.items()})


@dataclass_transform(frozen_default=True, kw_only_default=True)
def registered(cls: _Class) -> _Class:
    """Make `cls` a frozen keyword-only dataclass, registered with Keras as `paceline>Name`."""
    frozen = dataclasses.dataclass(frozen=True, kw_only=True, repr=False)(cls)
    name_arguments(frozen)
    return keras.saving.register_keras_serializable(package="paceline")(frozen)


def grouped(schedule: Schedule) -> str:
    """Return the repr of `schedule`, in parentheses where an operator made it."""
    return f"({schedule!r})" if schedule._is_operator else repr(schedule)
