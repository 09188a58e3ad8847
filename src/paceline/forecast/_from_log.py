"""A loss curve from the log of a training."""

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from paceline.forecast._every_rate import every_rate
from paceline.forecast._loss_track import loss_name, loss_track
from paceline.logs import Floats, Log, Track, is_held_out, scheduled
from paceline.schedules import Recipe, _checks

MOST_UPDATES = 10**8
"""The rate of every update is held: 0.8 GB."""
_WHOLE = 1e-6


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Read:
    """What a `Curve` is made of."""

    losses: Floats
    steps: npt.NDArray[np.int64]
    rates: Floats
    unlogged: int
    notes: tuple[str, ...]


def from_log(
    log: Log,
    *,
    loss: str | None,
    schedule: Any = None,
    warmup: int | None = None,
    steps_per_epoch: int | None = None,
    is_before: bool = False,
) -> Read:
    """Return the losses of a log and the rate of every update.

    Args:
        log: of one training.
        loss: the name of the series; None: the training loss, or else the only loss.
        schedule: where given, it makes the rates; a recipe is bound to the last update.
        warmup: updates of a linear warm-up whose rates were not logged.
        steps_per_epoch: updates of an epoch, where the log counts epochs and does not know.
        is_before: whether a training loss is that before its update, and not after.

    Raises:
        ValueError: no such series, or what is in it makes no curve.
    """
    name = loss_name(log, loss)
    track, notes = loss_track(log, name)
    rate = None if schedule is not None else _rate_track(log)
    each = _steps_per_epoch(log, track, rate, steps_per_epoch)
    seen = _in_updates(track, each, log)
    end = int(seen.places[-1]) + 1
    if log.roles[name] != "validation" and not is_held_out(name):
        seen = _training(seen, track, each, is_before)
    if len(seen) < 2:
        raise ValueError(
            f"Curve needs two losses or more after the first update; {log.source} has {len(seen)}. "
            "Give a longer log."
        )
    steps = seen.places.astype(np.int64)
    count = int(steps[-1]) + 1
    if rate is None:
        if warmup is not None:
            raise ValueError(
                f"Curve needs warmup only where the rates were logged; got warmup={warmup!r} "
                f"beside schedule={schedule!r}. Put it into the schedule."
            )
        rates, unlogged = scheduled(schedule, end, owner="Curve")[:count], 0
        if isinstance(schedule, Recipe):
            notes.append(
                f"The schedule is bound to {end:,} updates, those up to the last loss of "
                f"{log.source}. If the training was to take more, give it steps=..."
            )
    else:
        found = every_rate(
            _in_updates(rate.where(np.isfinite(rate.places)), each, log),
            steps=count,
            warmup=warmup,
            by_epoch=rate.unit == "epoch",
            source=log.source,
        )
        rates, unlogged = found.rates, found.unlogged
        notes += found.notes
    notes = list(dict.fromkeys(notes))  # of a restart, the losses and the rates say the same
    return Read(losses=seen.values, steps=steps, rates=rates, unlogged=unlogged, notes=tuple(notes))


def _rate_track(log: Log) -> Track:
    track = log.track("rate")
    if track is None:
        raise ValueError(
            f"Curve needs the rate of every update, in a {log.kind} such as 'lr' or "
            f"'learning_rate', or a schedule; {log.source} has {log.names}. Rename the one that "
            "holds it, or give schedule=..."
        )
    return track


def _steps_per_epoch(log: Log, loss: Track, rate: Track | None, given: Any) -> int:
    """Return the updates of an epoch: as given, as the rates of all of them say, or as the log."""
    if "epoch" not in {loss.unit, loss.unit if rate is None else rate.unit}:
        if given is not None:
            raise ValueError(
                f"Curve needs steps_per_epoch only where epochs are counted; {log.source} counts "
                f"updates; got steps_per_epoch={given!r}. Leave it out."
            )
        return 1
    if given is not None:
        fix = "It is the updates of an epoch: count_steps(samples=..., batch_size=..., epochs=1)."
        return _checks.count(given, owner="Curve", name="steps_per_epoch", fix=fix)
    known, epochs = log.steps_per_epoch, loss.places[-1]
    if rate is not None and rate.unit == "update" and loss.unit == "epoch":
        is_every = np.array_equal(rate.places, np.arange(len(rate)))
        if is_every and len(rate) % epochs == 0:
            each = int(len(rate) // epochs)
            if known and each > known:
                raise ValueError(
                    f"Curve needs the rates of this training alone; {log.source} has {epochs:g} "
                    f"epochs of {known} updates, and {len(rate)} rates. Give a recorder that saw "
                    "only it."
                )
            return each
    if not known:
        raise ValueError(
            f"Curve needs steps_per_epoch, as {log.source} counts epochs and a curve updates; got "
            "none. Give the updates of an epoch: count_steps(samples=..., batch_size=..., "
            "epochs=1)."
        )
    return known


def _in_updates(track: Track, each: int, log: Log) -> Track:
    """Return the track at whole updates, the last one that each value has seen."""
    places = track.by("update", each).places
    if track.unit == "update" and (np.abs(places - np.round(places)) > _WHOLE).any():
        first = places[int(np.argmax(np.abs(places - np.round(places)) > _WHOLE))]
        raise ValueError(
            f"Curve needs whole steps; {log.source} has {first:g}. If these are epochs, call them "
            "'epoch' and give steps_per_epoch=..."
        )
    places = np.round(places)
    if len(places) and places.min() < (0 if track.unit == "update" else -1):
        raise ValueError(
            f"Curve needs steps >= 0; {log.source} has {track.unit} {track.places.min():g}. The "
            "first update is step 0, the first epoch 0 or 1."
        )
    if len(places) and places.max() >= MOST_UPDATES:
        raise ValueError(
            f"Curve needs at most {MOST_UPDATES:,} updates; {log.source} has step "
            f"{places.max():g}. If its steps count samples or tokens, divide them by those of a "
            "batch."
        )
    kept = places >= 0  # epoch 0.0 has seen no update
    return dataclasses.replace(track.where(kept), places=places[kept], unit="update")


def _training(seen: Track, track: Track, each: int, is_before: bool) -> Track:
    """Return the training loss where it was on average: its batches come before the update.

    The mean of an epoch is at its middle.
    """
    if track.unit == "epoch" and not (track.places % 1).any():
        earlier = each - each // 2
    else:
        earlier = int(is_before)
    earlier_seen = dataclasses.replace(seen, places=seen.places - earlier)
    return earlier_seen.where(earlier_seen.places >= 0)
