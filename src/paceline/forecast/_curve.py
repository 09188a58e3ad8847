"""A loss curve and the rates that it was trained with."""

import dataclasses
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from paceline.callbacks import RateRecorder
from paceline.forecast._from_log import Read, from_log
from paceline.logs import (
    Floats,
    LoggedTrial,
    is_history,
    read_csv,
    read_history,
    read_outcome,
    read_tensorboard,
)
from paceline.schedules import Schedule

Ints = npt.NDArray[np.int64]


@runtime_checkable
class NamedTrial(LoggedTrial, Protocol):
    """A trial that says whose it is: `paceline.trials.Outcome` is one."""

    @property
    def variant(self) -> str: ...
    @property
    def seed(self) -> int: ...


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """The loss of one training, and the rate of every update up to its last.

    losses[i] was measured after the updates 0, ..., steps[i], which had the rates
    rates[0], ..., rates[steps[i]].

    Args:
        losses: [n] the loss, finite and above 0; two or more.
        steps: [n] the 0-based update that each has seen last, growing.
        rates: [m] the rate of each update, m = steps[-1] + 1, finite, 0 or more, one above 0.
        name: what it is called in results and errors.
        unlogged: so many first rates were not logged, and are assumed.
        notes: what was unusual in the log it was read from, in sentences.

    Raises:
        TypeError: what is no numbers.
        ValueError: what is out of these ranges, or of another length.

    Example:
        >>> curve = Curve(losses=[2.0, 1.5], steps=[49, 99], rates=[0.1] * 100, name="constant")
        >>> curve
        <Curve 'constant': 2 losses, from 2 to 1.5, over 100 updates>
    """

    losses: Floats
    steps: Ints
    rates: Floats
    name: str = "curve"
    unlogged: int = 0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the curve."""
        losses, steps, rates = (self._numbers(name) for name in ("losses", "steps", "rates"))
        if len(losses) != len(steps) or len(losses) < 2:
            raise ValueError(
                f"Curve needs losses and steps of one length, 2 or more; {self.name!r} has "
                f"{len(losses)} and {len(steps)}. Give a step for each loss."
            )
        if not (np.isfinite(losses) & (losses > 0)).all():
            wrong = losses[~(np.isfinite(losses) & (losses > 0))][0]
            raise ValueError(
                f"Curve needs losses that are finite and above 0, as the laws are fitted to their "
                f"logarithm; {self.name!r} has {wrong:g}. Leave out what is not finite; add a "
                "constant to losses that fall below 0."
            )
        if (steps % 1 != 0).any() or steps[0] < 0 or (np.diff(steps) <= 0).any():
            raise ValueError(
                f"Curve needs steps that are whole numbers, 0 or more, and grow; {self.name!r} has "
                f"{steps}. Give the 0-based update that each loss has seen last."
            )
        if len(rates) != steps[-1] + 1:
            raise ValueError(
                f"Curve needs the rate of every update up to the last step, {steps[-1] + 1:.0f} of "
                f"them; {self.name!r} has {len(rates)}. Read the log with Curve.from_csv to fill "
                "in those between."
            )
        if not (np.isfinite(rates) & (rates >= 0)).all() or not rates.any():
            raise ValueError(
                f"Curve needs rates that are finite, 0 or more, and one above 0; {self.name!r} has "
                f"rates from {rates.min():g} to {rates.max():g}. Give the learning rates that the "
                "optimizer used."
            )
        for name, values in (("losses", losses), ("steps", steps.astype(np.int64))):
            object.__setattr__(self, name, values)
        object.__setattr__(self, "rates", rates)

    def _numbers(self, name: str) -> Floats:
        given: Any = getattr(self, name)
        try:
            found = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError):
            found = np.empty(())
        if found.ndim != 1:
            raise TypeError(
                f"Curve needs {name}, numbers in one row; {self.name!r} has {str(given)[:60]} "
                f"({type(given).__name__}). Give an array."
            )
        return found

    def __repr__(self) -> str:
        """Return what it holds in one line."""
        return (
            f"<Curve {self.name!r}: {len(self.losses)} losses, from {self.losses[0]:.4g} to "
            f"{self.losses[-1]:.4g}, over {len(self.rates):,} updates>"
        )

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        *,
        loss: str | None = None,
        schedule: Schedule | None = None,
        warmup: int | None = None,
        steps_per_epoch: int | None = None,
    ) -> "Curve":
        r"""Return the curve of a CSV file with columns such as `step`, `lr` and `loss`.

        Commas, semicolons, tabs, bars or spaces separate. A step is taken as the last update that
        its loss has seen; an epoch's training loss is a mean, and counts as that of its middle.
        Rates between two logged ones are on a line; where they jump, the earlier one holds until
        the later was logged. Of a training that was resumed, what it logged twice counts once, as
        it was logged last.

        Args:
            path: of the file; its name is the curve's.
            loss: the column of the loss; None: the training loss, or else the only loss.
            schedule: what the rates were, where they were not logged well; it wins over the column.
                A recipe is bound to the last step.
            warmup: the updates of a linear warm-up that was not logged. Without, the first rate
                that was logged also counts for the updates before it.
            steps_per_epoch: updates of an epoch, where the file counts epochs.

        Raises:
            FileNotFoundError: no such file.
            ValueError: no loss, no rates, no steps; a training that diverged; what `Curve` refuses.
            TypeError: what is no schedule.

        Example:
            >>> import pathlib, tempfile
            >>> file = pathlib.Path(tempfile.mkdtemp()) / "run.csv"
            >>> _ = file.write_text("step,lr,loss\n4,0.1,2.5\n8,0.1,2.0\n10,0.05,1.8\n")
            >>> curve = Curve.from_csv(file, warmup=4)
            >>> [round(float(rate), 3) for rate in curve.rates]
            [0.02, 0.04, 0.06, 0.08, 0.1, 0.1, 0.1, 0.1, 0.1, 0.075, 0.05]
        """
        file = Path(path)
        log = read_csv(file)
        if not {"update", "epoch"} & set(log.roles.values()):
            way = "Rename the one that counts them." if len(log.roles) > 1 else ""
            raise ValueError(
                f"Curve needs a column of updates, such as 'step', or of epochs; {file} has "
                f"{log.names}. {way or 'Separate its columns by commas.'}"
            )
        return cls._of(
            file.stem,
            from_log(
                log,
                loss=loss,
                schedule=schedule,
                warmup=warmup,
                steps_per_epoch=steps_per_epoch,
            ),
        )

    @classmethod
    def from_tensorboard(
        cls,
        folder: str | Path,
        *,
        loss: str | None = None,
        schedule: Schedule | None = None,
        warmup: int | None = None,
        steps_per_epoch: int | None = None,
    ) -> "Curve":
        """Return the curve of a TensorBoard folder, without TensorFlow; see `from_csv`.

        Args:
            folder: with the event files of one training; its name is the curve's.
            loss: the tag of the loss, or "val_loss"; None: the training loss, or else the only one.
            schedule: what the rates were, where they were not logged well.
            warmup: the updates of a linear warm-up that was not logged.
            steps_per_epoch: updates of an epoch, where the loss was logged by epoch, unless the
                rate of every update was logged.

        Raises:
            FileNotFoundError: no such folder.
            ImportError: TensorBoard is not installed.
            ValueError: no event files, several trainings, and as `from_csv`.
            TypeError: what is no schedule.
        """
        place = Path(folder)
        read = from_log(
            read_tensorboard(place),
            loss=loss,
            schedule=schedule,
            warmup=warmup,
            steps_per_epoch=steps_per_epoch,
        )
        return cls._of(place.resolve().name, read)

    @classmethod
    def from_history(
        cls,
        history: Any,
        *,
        recorder: RateRecorder | None = None,
        loss: str | None = None,
        schedule: Schedule | None = None,
        warmup: int | None = None,
        steps_per_epoch: int | None = None,
    ) -> "Curve":
        """Return the curve of what `model.fit` returned, or of its `history`; see `from_csv`.

        Args:
            history: by epoch.
            recorder: the `RateRecorder` that `fit` had, for the rate of every update.
            loss: the name of the loss, such as "val_loss"; None: the training loss.
            schedule: what the rates were, where they were not recorded.
            warmup: the updates of a linear warm-up that was not recorded.
            steps_per_epoch: updates of an epoch, where neither what `fit` returned nor a recorder
                says it.

        Raises:
            ValueError: as `from_csv`.
            TypeError: no history, no recorder, no schedule.

        Example:
            >>> from paceline.schedules import linear
            >>> history = {"loss": [2.0, 1.5, 1.2], "val_loss": [1.8, 1.4, 1.3]}
            >>> schedule = linear(peak=0.1, steps=300)
            >>> Curve.from_history(history, loss="val_loss", schedule=schedule, steps_per_epoch=100)
            <Curve 'history': 3 losses, from 1.8 to 1.3, over 300 updates>
        """
        if not is_history(history):
            raise TypeError(
                f"Curve needs what model.fit returned, or its history; got {str(history)[:60]} "
                f"({type(history).__name__}). For a file use Curve.from_csv."
            )
        read = from_log(
            read_history(history, recorder=recorder),
            loss=loss,
            schedule=schedule,
            warmup=warmup,
            steps_per_epoch=steps_per_epoch,
        )
        return cls._of("history", read)

    @classmethod
    def from_outcome(cls, outcome: NamedTrial, *, loss: str | None = None) -> "Curve":
        """Return the curve of a Paceline trial, which knows the rate of every update.

        Args:
            outcome: of the trial.
            loss: None: the training loss of every update; "val_loss": the validation loss after
                every epoch; "val_" and a metric.

        Raises:
            ValueError: a trial that diverged, no such loss, or too few.
            TypeError: no outcome.
        """
        if not isinstance(outcome, NamedTrial):
            raise TypeError(
                f"Curve needs a trial's outcome; got {str(outcome)[:60]} "
                f"({type(outcome).__name__}). Take one from a result's outcomes."
            )
        name = f"{outcome.variant}/{outcome.seed}"
        log = dataclasses.replace(read_outcome(outcome), source=f"the trial {name}")
        return cls._of(name, from_log(log, loss=loss, is_before=True))

    @classmethod
    def _of(cls, name: str, read: Read) -> "Curve":
        return cls(name=name, **vars(read))
