"""Logged curves as the command line gives them: files, TensorBoard folders, a store's trials."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paceline_cli._logged_trial import is_store, read_trial

if TYPE_CHECKING:
    from paceline.forecast import Curve


def read_curves(
    places: Sequence[str],
    *,
    trials: Sequence[str],
    loss: str | None,
    warmup: int | None,
    steps_per_epoch: int | None,
) -> list[Curve]:
    """Return the curves, each with a name of its own: where two files share one, their paths.

    Args:
        places: files, folders, and one store at most.
        trials: of the store, each VARIANT/SEED.
        loss: the name of the loss in each of them.
        warmup: of those whose first rates were not logged.
        steps_per_epoch: of those that count epochs.

    Raises:
        FileNotFoundError: no such file or folder.
        ValueError: a place that is given twice, a log that makes no curve, options that nothing
            needs.
    """
    for given in (places, trials):
        if twice := [each for each, count in Counter(given).items() if count > 1]:
            raise ValueError(f"Each curve counts once; got {twice[0]!r} twice. Leave one out.")
    stores = [place for place in places if is_store(place)]
    if len(stores) > 1:
        raise ValueError(
            f"Trials can come from one store; got {', '.join(map(repr, stores))}. Give one."
        )
    if trials and not stores:
        raise ValueError(
            "--trial needs the store that holds the trial; got "
            f"{', '.join(map(repr, places))}. Give the trials.sqlite of paceline compare."
        )
    how = {"loss": loss, "steps_per_epoch": steps_per_epoch}
    curves: dict[str, Curve] = {}
    for place in places:
        if place in stores:
            curves |= {f"{place} {each}": _trial(place, each, loss) for each in trials or (None,)}
        else:
            curves[place] = _logged(place, **how)
    if warmup is not None:
        begun = [place for place, curve in curves.items() if curve.unlogged]
        if not begun:
            raise ValueError(
                "--warmup is of logs that begin after update 0; each of these has its rate. "
                "Leave it out."
            )
        curves |= {place: _logged(place, warmup=warmup, **how) for place in begun}
    names = Counter(curve.name for curve in curves.values())
    return [
        curve if names[curve.name] == 1 else dataclasses.replace(curve, name=place)
        for place, curve in curves.items()
    ]


def _trial(place: str, trial: str | None, loss: str | None) -> Curve:
    from paceline.forecast import Curve

    return Curve.from_outcome(read_trial(place, trial), loss=loss)


def _logged(place: str, **how: Any) -> Curve:
    from paceline.forecast import Curve

    if not Path(place).is_dir():
        return Curve.from_csv(place, **how)
    try:
        return Curve.from_tensorboard(place, **how)
    except ImportError as error:
        raise ValueError(str(error)) from error
