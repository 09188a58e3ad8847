"""How many updates a training makes."""

from paceline.schedules import _checks


def count_steps(
    *,
    examples: int,
    batch_size: int,
    epochs: int = 1,
    accumulation: int = 1,
    replicas: int = 1,
    drop_remainder: bool = False,
) -> int:
    """Return how many updates a training makes: what a schedule's `steps` counts.

    steps = floor(b*epochs/accumulation), with b = ceil(examples/(batch_size*replicas)) batches an
    epoch, or the floor where the last short batch is dropped. As in Keras, gradients are
    accumulated across the ends of epochs, and what is left at the very end makes no update.

    Args:
        examples: examples an epoch.
        batch_size: examples a batch, on each replica.
        epochs: how many epochs.
        accumulation: batches an update (`gradient_accumulation_steps` of Keras).
        replicas: devices that train at the same time, each on batches of its own.
        drop_remainder: whether a last short batch is left out.

    Raises:
        ValueError: a number below 1, or no update at all.
        TypeError: what is no whole number.

    Example:
        >>> count_steps(examples=50_000, batch_size=128, epochs=90)
        35190
        >>> count_steps(examples=50_000, batch_size=32, epochs=90, accumulation=4)
        35167
    """
    fix = "Give a whole number."
    counts = {
        name: _checks.count(value, owner="count_steps", name=name, fix=fix)
        for name, value in {
            "examples": examples,
            "batch_size": batch_size,
            "epochs": epochs,
            "accumulation": accumulation,
            "replicas": replicas,
        }.items()
    }
    if not isinstance(drop_remainder, bool):
        raise TypeError(
            f"count_steps needs drop_remainder to be True or False; got {drop_remainder!r}. "
            "Write drop_remainder=True."
        )
    batch = counts["batch_size"] * counts["replicas"]
    batches = counts["examples"] // batch if drop_remainder else -(-counts["examples"] // batch)
    updates = batches * counts["epochs"] // counts["accumulation"]
    if updates == 0:
        raise ValueError(
            f"count_steps needs a training of one update or more; got examples={examples!r}, "
            f"batch_size={batch_size!r}, epochs={epochs!r}, accumulation={accumulation!r}, "
            f"replicas={replicas!r}, drop_remainder={drop_remainder!r}, which make none. Make the "
            "batch smaller."
        )
    return updates
