"""Raise the rate while a metric improves, lower it while it does not."""

from paceline.callbacks._adjusting import Adjusting, Memory
from paceline.schedules import _checks


class Greedy(Adjusting):
    """Divides the rate by `factor` when a metric improves, and multiplies it when it does not.

    rate(t) = f * schedule(t), where f begins at 1. After more than `patience` epochs in a row that
    improved, f becomes min(ceiling, f/factor); after more than `patience` in a row that did not,
    max(floor, factor*f). What improves, `cooldown` and what is saved are as in `ReduceOnPlateau`.

    Args:
        monitor: the metric, by its name in the logs.
        factor: what the rate is multiplied or divided by, above 0 and at most 1.
        patience: how many epochs in a row change nothing yet, 0 or more.
        threshold: by how much a value must improve, 0 or more.
        relative: whether the threshold is a share of the best value.
        cooldown: how many epochs after a change are not counted.
        floor: the smallest f.
        ceiling: the largest f.
        mode: "min", "max" or "auto", which takes larger for better in accuracies and their kin.
        verbose: 1 prints every change.

    Raises:
        TypeError: an argument of another type.
        ValueError: a number out of its range; in `fit`, a metric that is not logged.

    Example:
        >>> greedy = Greedy(monitor="loss", factor=0.9, ceiling=4.0)

    Source: Vogl et al., "Accelerating the convergence of the back-propagation method", 1988.
    """

    def __init__(
        self,
        *,
        monitor: str = "val_loss",
        factor: float = 0.9,
        patience: int = 0,
        threshold: float = 1e-4,
        relative: bool = True,
        cooldown: int = 0,
        floor: float = 0.0,
        ceiling: float = 10.0,
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
        fix = "It multiplies the rate, such as 0.9."
        self.factor = _checks.share(factor, owner="Greedy", name="factor", fix=fix)
        fix = "It is the largest factor of the schedule."
        self.ceiling = _checks.above_zero(ceiling, owner="Greedy", name="ceiling", fix=fix)

    def _changed(self, factor: float, memory: Memory, is_better: bool) -> float:
        if memory.cooldown > 0:
            return factor
        # a run of good epochs counts up, one of bad epochs down
        turns = (memory.wait < 0) == is_better and memory.wait != 0
        memory.wait = (0 if turns else memory.wait) + (1 if is_better else -1)
        if abs(memory.wait) <= self.patience:
            return factor
        if is_better:
            return min(self.ceiling, factor / self.factor) if factor < self.ceiling else factor
        return max(self.floor, factor * self.factor) if factor > self.floor else factor
