"""Reduce the rate when a metric no longer improves, whatever schedule there is."""

from paceline.callbacks._adjusting import Adjusting, Memory
from paceline.schedules import _checks


class ReduceOnPlateau(Adjusting):
    """Multiplies the rate by `factor` when a metric has not improved for `patience` epochs.

    The optimizer's schedule goes on: rate(t) = f * schedule(t), where f begins at 1 and after each
    plateau is max(floor, factor * f). A value v improves on the best b where v < b - threshold*|b|
    (where larger is better, v > b + threshold*|b|), or with `relative=False` by the threshold
    itself. After a change it waits `cooldown` epochs before it counts again. The counters and f are
    saved with the optimizer, so that a training that is resumed decides as one that never stopped;
    Keras' ReduceLROnPlateau forgets them, and raises where the optimizer has a schedule.

    Args:
        monitor: the metric, by its name in the logs.
        factor: what the rate is multiplied by, above 0 and at most 1.
        patience: how many epochs without improvement, 1 or more.
        threshold: by how much a value must improve, 0 or more.
        relative: whether the threshold is a share of the best value.
        cooldown: how many epochs after a change are not counted.
        floor: the smallest f.
        mode: "min", "max" or "auto", which takes larger for better in accuracies and their kin.
        verbose: 1 prints every change.

    Raises:
        TypeError: an argument of another type.
        ValueError: a number out of its range; in `fit`, a metric that is not logged.

    Example:
        >>> import keras
        >>> from paceline.schedules import cosine
        >>> optimizer = keras.optimizers.SGD(cosine(peak=0.1, steps=1000))
        >>> plateau = ReduceOnPlateau(monitor="val_loss", factor=0.5, patience=3)

    Source: the counters are those of Keras' ReduceLROnPlateau.
    """

    def __init__(
        self,
        *,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        relative: bool = True,
        cooldown: int = 0,
        floor: float = 0.0,
        mode: str = "auto",
        verbose: int = 0,
    ) -> None:
        """Check the arguments."""
        super().__init__(
            monitor=monitor,
            mode=mode,
            patience=patience,
            threshold=threshold,
            relative=relative,
            cooldown=cooldown,
            floor=floor,
            verbose=verbose,
        )
        fix = "It multiplies the rate, such as 0.5."
        self.factor = _checks.share(factor, owner="ReduceOnPlateau", name="factor", fix=fix)
        fix = "It counts epochs without improvement."
        _checks.count(patience, owner="ReduceOnPlateau", name="patience", fix=fix)

    def _changed(self, factor: float, memory: Memory, is_better: bool) -> float:
        if is_better:
            memory.wait = 0
        elif memory.cooldown == 0:
            memory.wait += 1
            if memory.wait >= self.patience:
                return max(self.floor, factor * self.factor) if factor > self.floor else factor
        return factor
