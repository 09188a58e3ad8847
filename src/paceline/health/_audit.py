"""A model against the training it is about to begin, or to go on with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paceline.health._finding import Finding
from paceline.health._lost_step import lost_step
from paceline.health._optimizers import inner_optimizers, iterations, own_rate
from paceline.health._pace import accumulation, paced
from paceline.health._resume import check_model
from paceline.health._saved_state import SavedState
from paceline.health._start import Start
from paceline.health._trained import trained_weight
from paceline.schedules import Schedule, _checks


def audit(
    model: Any,
    *,
    steps_per_epoch: int,
    epochs: int,
    initial_epoch: int = 0,
    checkpoint: str | Path | None = None,
) -> list[Finding]:
    """Return what lets `model` start at the wrong rate in its next `fit`, an empty list if nothing.

    Call it right before `fit`, with the numbers that `fit` gets. It finds an optimizer whose state
    is lost: weights that were loaded before it was built, or from a checkpoint that Keras skipped
    because its rate was a number; a counter at 0 beside momentum that is not; a counter that does
    not stand where `initial_epoch` begins; a schedule that has already ended; and one that counts
    updates where the optimizer counts micro-batches. Nothing is changed; `paceline.resume` is the
    remedy of most.

    That weights were trained is seen from biases, scales and moving statistics that are no longer
    what they begin with. In a fine-tuning that begins here such a finding is none.

    Args:
        model: a model that is built and compiled.
        steps_per_epoch: how many batches an epoch has.
        epochs: the epoch to train up to, as in `fit`.
        initial_epoch: the 0-based epoch to begin with, as in `fit`.
        checkpoint: the `.weights.h5` or `.keras` file that was loaded, to say what it holds.

    Returns:
        One `Finding` for each thing, which prints as two lines: what was found and the remedy.

    Raises:
        TypeError: no Keras model, or no whole numbers.
        ValueError: a model that is not built or not compiled, an `initial_epoch` that is not below
            `epochs`, a file that holds no optimizer.
        FileNotFoundError: no such file.

    Example:
        >>> import keras, paceline
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> schedule = paceline.linear(peak=0.1, steps=1000)
        >>> model.compile(keras.optimizers.SGD(schedule), "mse")
        >>> for finding in audit(model, steps_per_epoch=100, epochs=10, initial_epoch=5):
        ...     print(finding)
        The optimizer is at update 0, where epoch 5 begins with update 500: the rate would be 0.1,
        where the schedule has 0.05.
        Put it there: paceline.resume(model, step=500)
    """
    check_model(model, owner="audit")
    fix = "Give the number that fit gets."
    each = _checks.count(steps_per_epoch, owner="audit", name="steps_per_epoch", fix=fix)
    last = _checks.count(epochs, owner="audit", name="epochs", fix=fix)
    first = _checks.count(initial_epoch, owner="audit", name="initial_epoch", least=0, fix=fix)
    if first >= last:
        raise ValueError(
            f"audit needs initial_epoch below epochs; got initial_epoch={first}, epochs={last}. "
            "As in fit, epochs is the last one's number, not how many are to come."
        )
    saved = None if checkpoint is None else SavedState(checkpoint)
    findings = list(lost_step(model.optimizer))
    inner = inner_optimizers(model.optimizer)[0]
    start = Start(optimizer=inner, batches=each * first, epoch=first)
    if not findings:
        findings += list(_lost_state(model, start, saved)) or list(_other_start(start))
    if isinstance(own_rate(inner), Schedule):
        run = paced(own_rate(inner), each * last // start.micro, model.optimizer)
        findings += accumulation(run, model.optimizer)
    return findings + list(_ended(start, each * (last - first)))


def _lost_state(model: Any, start: Start, saved: SavedState | None) -> Iterator[Finding]:
    """Yield that the weights have been trained, and the optimizer knows nothing of it."""
    if start.optimizer.built and iterations(start.optimizer):
        return
    weight = trained_weight(model)
    if weight is None and saved is None:
        return
    step = start.expected or (saved.calls // start.micro if saved else 0)
    put = f"paceline.resume(model, step={step or '...'}"
    put += f", checkpoint={str(saved.path)!r})" if saved else ", checkpoint=...)"
    what = (
        "is that of a new one, at update 0"
        if start.optimizer.built
        else "is not built, so that it took no state from a checkpoint"
    )
    shown = f"the model's weights were trained ({weight})" if weight else "there is a checkpoint"
    yield Finding(
        name="lost_state",
        found=(
            f"The optimizer {what}, but {shown}: a resumed run would begin the schedule again, at "
            f"{start.rate(0)}, without momentum.{_why_skipped(start, saved)}"
        ),
        remedy=f"Unless a fine-tuning begins here, read its state too: {put}",
    )


def _why_skipped(start: Start, saved: SavedState | None) -> str:
    if saved is None or not start.optimizer.built:
        return ""
    kept, own = len(saved.variables), len(start.optimizer.variables)
    if kept == own:
        return ""
    cause = ""
    if abs(kept - own) == 1:
        cause = ", as a rate that is a number is one of them and a schedule is none"
    return (
        f" The checkpoint has {kept} variables, the optimizer {own}{cause}: Keras skips them all."
    )


def _other_start(start: Start) -> Iterator[Finding]:
    """Yield that the counter does not stand where the first epoch begins."""
    if start.found == start.expected:
        return
    if start.epoch:
        yield Finding(
            name="initial_epoch",
            found=(
                f"The optimizer is at update {start.found}, where epoch {start.epoch} begins with "
                f"update {start.expected}: the rate would be {start.rate(start.found)}, where the "
                f"schedule has {start.rate(start.expected)}."
            ),
            remedy=f"Put it there: paceline.resume(model, step={start.expected})",
        )
    else:
        yield Finding(
            name="used_optimizer",
            found=(
                f"The optimizer has made {start.found} updates, and fit would begin with epoch 0: "
                f"the rate would be {start.rate(start.found)}, where a new training begins with "
                f"{start.rate(0)}."
            ),
            remedy=(
                "Go on with fit(..., initial_epoch=...), or begin anew: compile with a new "
                "optimizer, or paceline.resume(model, step=0)"
            ),
        )


def _ended(start: Start, batches: int) -> Iterator[Finding]:
    """Yield that the schedule is over before the training goes on."""
    schedule = start.schedule
    if schedule is None or schedule.length is None or not start.calls >= schedule.length > 0:
        return
    end = float(schedule(schedule.length))
    yield Finding(
        name="ended",
        found=(
            f"The schedule lasts {schedule.length} steps and has ended: from update {start.found} "
            f"on, the rate stays at {end:.4g} for all {batches // start.micro} updates to come."
        ),
        remedy=(
            "Compile with one for the whole training, the updates that were made included: "
            f"schedule.over({start.calls + batches}); or with a new one that begins here: "
            f"new.delayed({start.calls})"
        ),
    )
