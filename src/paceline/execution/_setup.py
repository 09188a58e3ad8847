"""What a worker needs once, before its first trial."""

import dataclasses
import pickle
from collections.abc import Mapping
from pathlib import Path

import cloudpickle

from paceline.trials import LoopKind, TaskError, TaskSource, Trainer, Variant


@dataclasses.dataclass(frozen=True, kw_only=True)
class Setup:
    """A task, its variants by name (bound to the task's horizon), and the kind of loop."""

    source: TaskSource
    variants: Mapping[str, Variant]
    kind: LoopKind

    def trainer(self) -> Trainer:
        """Return what runs the trials."""
        return Trainer(self.source, self.variants, self.kind)

    def save(self, path: Path) -> None:
        """Write the set-up for the workers, functions of the task file included.

        Raises:
            TaskError: a task that can't travel.
        """
        try:
            path.write_bytes(cloudpickle.dumps(self))
        except (TypeError, pickle.PicklingError, AttributeError) as error:
            raise TaskError(
                f"The task can't travel to worker processes: {error}. Make what can't be pickled "
                "inside the task function, or train in this process with workers=1."
            ) from error
