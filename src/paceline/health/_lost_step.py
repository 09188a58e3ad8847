"""Has the optimizer forgotten how many updates it made, but not what it learned from them?"""

from collections.abc import Iterator
from typing import Any

import keras

from paceline.health._finding import Finding
from paceline.health._optimizers import clone, inner_optimizers, iterations, slots


def lost_step(optimizer: Any) -> Iterator[Finding]:
    """Yield the optimizers that count from 0 although their slots hold past updates."""
    for inner in inner_optimizers(optimizer):
        if not inner.built or iterations(inner) or not _has_trained(inner):
            continue
        yield Finding(
            name="lost_step",
            found=(
                f"The iterations of {type(inner).__name__} are 0, but its slots are not those of "
                "a new optimizer: a resumed run would begin the schedule again at its first rate."
            ),
            remedy=(
                "Give it back the k updates it has made: paceline.resume(model, step=k), or where "
                "there is no model optimizer.iterations.assign(k)"
            ),
        )


def _has_trained(optimizer: Any) -> bool:
    """Whether a slot differs from what a new optimizer of the same config begins with."""
    held = slots(optimizer)
    if not any(_differ(slot, 0) for slot in held):
        return False
    try:
        new = clone(optimizer)
        new.build(optimizer._trainable_variables)
        return any(_differ(slot, start) for slot, start in zip(held, slots(new), strict=True))
    except Exception:  # its config does not make it again: nothing is known
        return False


def _differ(slot: Any, start: Any) -> bool:
    return bool(keras.ops.any(keras.ops.not_equal(slot, start)))
