"""The loss of a log: which series it is, and what of it counts."""

import numpy as np

from paceline.forecast._restarts import last_run
from paceline.logs import Log, Track, is_loss, role


def loss_name(log: Log, loss: str | None) -> str:
    """Return the name of the loss: `loss`, what has that role, or the only one that may be it.

    Raises:
        ValueError: no such series, or several.
    """
    names = [*log.roles]
    if loss is not None:
        return _named(log, loss)
    for held in ("loss", "validation"):
        found = [name for name in names if log.roles[name] == held]
        if found:
            return max(found, key=lambda name: len(log.read(name)))
    found = [name for name in names if is_loss(name)]
    if len(found) != 1:
        which = "several that may be it" if found else "none of such a name"
        raise ValueError(
            f"Curve needs a loss, in a {log.kind} such as 'loss' or 'val_loss'; {log.source} has "
            f"{which}: {log.names}. Name it with loss=..."
        )
    return found[0]


def _named(log: Log, loss: str) -> str:
    """Return the name that `loss` means: in full, the tag alone, or another for the same thing."""
    need = f"Curve needs the name of a {log.kind} as loss; got loss={loss!r}"
    if not isinstance(loss, str):
        raise TypeError(f"{need} ({type(loss).__name__}). {log.source} has {log.names}.")
    held = role(loss)
    same = [name for name in log.roles if name == loss or name.endswith(f": {loss}")]
    alike = [name for name, other in log.roles.items() if other == held]
    found = same or (alike if held in ("loss", "validation") else [])
    if len(found) != 1:
        raise ValueError(
            f"{need}, and {log.source} has {len(found) or 'none'} of that name: {log.names}. Name "
            "one of them in full."
        )
    return found[0]


def loss_track(log: Log, name: str) -> tuple[Track, list[str]]:
    """Return the losses that count, at places that grow, and sentences about those left out.

    Raises:
        ValueError: the training diverged, fewer than two losses, one that is not above 0, or
            places that are no count.
    """
    track, notes = log.read(name), []
    placed = np.isfinite(track.places)
    if not placed.all():
        notes.append(
            f"Left out: {np.sum(~placed)} of {len(track)} losses of {log.source}, whose "
            f"{track.unit} is missing."
        )
    track, restarts = last_run(track.where(placed), source=log.source)
    finite = np.isfinite(track.values)
    _has_not_diverged(track, finite, log, name)
    if not finite.all():
        notes.append(
            f"Left out: {np.sum(~finite)} of {len(track)} losses of {log.source}, which are not "
            f"finite, the first at {_where(track, int(np.argmin(finite)))}."
        )
    track = track.where(finite)
    if len(track) < 2:
        raise ValueError(
            f"Curve needs two losses or more; {name!r} of {log.source} has {len(track)}. Give a "
            "longer log, or name another with loss=..."
        )
    if (track.values <= 0).any():
        first = int(np.argmax(track.values <= 0))
        raise ValueError(
            f"Curve needs losses above 0, as the laws are fitted to their logarithm; {name!r} of "
            f"{log.source} is {track.values[first]:g} at {_where(track, first)}. Name another with "
            "loss=..., or add a constant to all."
        )
    return track, [*notes, *restarts]


def _has_not_diverged(track: Track, finite: np.ndarray, log: Log, name: str) -> None:
    """Refuse a loss that is not finite to the end, for longer than it ever was before."""
    if finite.all() or finite[-1]:
        return
    if not finite.any():
        raise ValueError(
            f"Curve needs losses that are finite; {name!r} of {log.source} has none. Name another "
            "with loss=..."
        )
    ends = np.flatnonzero(finite)
    longest = int(np.diff(ends, prepend=-1).max()) - 1
    tail = len(finite) - 1 - int(ends[-1])
    if tail > longest:
        raise ValueError(
            f"Curve needs a training that did not diverge; {name!r} of {log.source} is not finite "
            f"from {_where(track, int(ends[-1]) + 1)} on. Give a log that ends well before."
        )


def _where(track: Track, index: int) -> str:
    return f"{track.unit} {track.places[index]:,g}"
