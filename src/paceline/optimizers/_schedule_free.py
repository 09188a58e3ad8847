"""What the schedule-free optimizers share: the average, and the ways to and from it."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import keras
from keras import ops

from paceline.optimizers._inside import inside_scaling
from paceline.schedules import _checks


class Progress(NamedTuple):
    """How far the average of one variable is: a row of scalars, saved with the optimizer.

    It stands beside each variable, not once for all: with rates per layer the rates differ, and a
    layer that is frozen for a while begins its average when it thaws.
    """

    updates: Any
    largest: Any
    """The largest rate so far."""
    weights: Any
    """The sum of the weights of all updates so far."""
    at_average: Any
    """1 where the model's variable holds x, 0 where it holds y."""

    def after(self, rate: Any) -> Progress:
        """Return what an update at y makes of it."""
        largest = ops.maximum(self.largest, rate)
        weights = self.weights + ops.square(largest)
        return Progress(self.updates + 1, largest, weights, ops.zeros_like(weights))

    @property
    def share(self) -> Any:
        """The part of the last update in the average; 0 while all rates were 0."""
        return ops.divide_no_nan(ops.square(self.largest), self.weights)


class ScheduleFree(keras.optimizers.Optimizer):
    """An optimizer that trains at y, steps at z, and averages into x."""

    def __init__(
        self, learning_rate: Any, *, beta: float, weight_decay: float | None, **options: Any
    ) -> None:
        """Check the arguments."""
        owner = type(self).__name__
        if options.get("use_ema"):
            raise ValueError(
                f"{owner} needs use_ema=False; got use_ema={options['use_ema']!r}, a second "
                "average that would take the place of its own. Leave it out."
            )
        if weight_decay is not None:
            weight_decay = _checks.rate(weight_decay, owner=owner, name="weight_decay")
        super().__init__(learning_rate, weight_decay=weight_decay, **options)
        # past Keras, which would track them: what is on the way from the decay to the update
        self.__dict__["_decays"] = {}
        self._beta = beta

    def build(self, variables: list[Any]) -> None:
        """Make room for z and for the progress of each variable."""
        if self.built:
            return
        super().build(variables)
        self._z = self.add_optimizer_variables(variables, "z")
        self._progress = [z if z is None else self._progress_of(z) for z in self._z]

    def _progress_of(self, z: Any) -> Any:
        # a sum of weights in float16 or bfloat16 would stop to grow after 2,048 or 256 updates
        dtype = keras.backend.result_type(z.dtype, "float32")
        size = (len(Progress._fields),)
        return self.add_variable(shape=size, dtype=dtype, name=f"{z.name}_progress")

    @property
    def at_average(self) -> bool:
        """Whether the model holds the averaged point x, to evaluate, predict and save at."""
        return self.built and all(
            bool(_read(row).at_average > 0) for row in self._progress if row is not None
        )

    def to_average(self) -> None:
        """Move the model to the averaged point, x = (y - (1 - beta)*z) / beta.

        Nothing happens where it is there already, or before the first update, when all are one.
        """
        self._move(to=1.0, share=1 - 1 / self._beta)

    def to_training(self) -> None:
        """Move the model to the point where gradients are taken, y = beta*x + (1 - beta)*z."""
        self._move(to=0.0, share=1 - self._beta)

    def _move(self, *, to: float, share: float) -> None:
        if not self.built:
            return
        for variable, z, row in zip(
            self._trainable_variables, self._z, self._progress, strict=True
        ):
            if z is None:
                continue
            weights, now = ops.convert_to_tensor(variable), _read(row)
            moves = ops.logical_and(now.updates > 0, ops.not_equal(now.at_average, to))
            moved = weights + ops.cast(share, z.dtype) * (z - weights)
            self.assign(variable, ops.where(moves, moved, weights))
            self.assign(row, ops.stack(now._replace(at_average=ops.full_like(now.updates, to))))

    def finalize_variable_values(self, var_list: list[Any]) -> None:
        """Leave the model at the averaged point; Keras calls it at the end of `fit`."""
        if self._iterations._value is None:  # on JAX, in a fit that failed: let its error be seen
            return
        if self.built and not self.at_average:
            warnings.warn(
                f"{type(self).__name__} needs the callback AtAverage in fit; got a fit without it. "
                "The model is at its average now, but validation and checkpoints during this fit "
                "were not. Give fit callbacks=[paceline.callbacks.AtAverage()].",
                stacklevel=2,
            )
        self.to_average()

    def _apply_weight_decay(self, variables: list[Any]) -> None:
        """Note rate * weight_decay of each variable: the update takes the decay from z, at y."""
        if self.weight_decay is None:
            return
        decay = self.weight_decay * ops.convert_to_tensor(self.learning_rate)
        for variable in variables:
            if self._use_weight_decay(variable):
                self._decays[self._get_variable_index(variable)] = decay

    def _backend_update_step(
        self, grads: list[Any], trainable_variables: list[Any], learning_rate: Any
    ) -> None:
        super()._backend_update_step(grads, trainable_variables, learning_rate)
        for variable in trainable_variables:  # a tensor of a graph must not outlive it
            self._decays.pop(self._get_variable_index(variable), None)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Step at z, average into x, and put y into the variable."""
        index = self._get_variable_index(variable)
        slot, row = self._z[index], self._progress[index]
        weights, before, dtype = ops.convert_to_tensor(variable), _read(row), slot.dtype
        # weights may have been loaded after `build`: z begins where the first update finds them
        z = ops.where(before.updates > 0, ops.convert_to_tensor(slot), weights)
        # an update at x, without `to_training`, takes its gradient there and goes on from y
        y = weights + ops.cast(before.at_average * (1 - self._beta), dtype) * (z - weights)
        rate = ops.cast(learning_rate, row.dtype)
        now = before.after(rate)
        step = self._direction(ops.cast(gradient, dtype), index, now.updates)
        step = ops.cast(rate, dtype) * step
        if index in self._decays:
            step = step + ops.cast(self._decays[index], dtype) * y
        constraint = getattr(self._trainable_variables[index], "constraint", None)
        if constraint is not None:  # then x and y, between points of z, meet a convex one too
            step = z - constraint(z - step)
        share = ops.cast(now.share, dtype)
        onward = self._beta * (1 - share) - 1
        self.assign(variable, y + share * (z - y) + onward * step)
        self.assign(slot, z - step)
        self.assign(row, ops.stack(now))  # last: on PyTorch what was read is a view of it

    def _direction(self, gradient: Any, index: int, updates: Any) -> Any:
        """Return by what z steps at rate 1, before weight decay."""
        raise NotImplementedError


def schedule_free(optimizer: Any) -> ScheduleFree | None:
    """Return the schedule-free optimizer that `optimizer` is or holds, or None."""
    inside = inside_scaling(optimizer)  # of Keras' loss scaling
    inside = getattr(inside, "optimizer", inside)  # of ours that steer
    return inside if isinstance(inside, ScheduleFree) else None


def to_average(optimizer: Any) -> None:
    """Move the model to the average of a schedule-free optimizer; others change nothing."""
    if (found := schedule_free(optimizer)) is not None:
        found.to_average()


def to_training(optimizer: Any) -> None:
    """Move the model of a schedule-free optimizer back; others change nothing."""
    if (found := schedule_free(optimizer)) is not None:
        found.to_training()


def between_0_and_1(value: Any, *, owner: str, name: str) -> float:
    """Return `value` as a float above 0 and below 1."""
    fix = "Give a number above 0 and below 1, such as 0.9."
    checked = _checks.above_zero(value, owner=owner, name=name, fix=fix)
    if checked >= 1:
        raise ValueError(f"{owner} needs {name} < 1; got {name}={value!r}. {fix}")
    return checked


def _read(row: Any) -> Progress:
    return Progress(*ops.unstack(ops.convert_to_tensor(row), num=len(Progress._fields)))
