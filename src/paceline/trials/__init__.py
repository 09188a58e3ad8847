"""One task, one variant, one seed: one outcome, in a compiled loop."""

from paceline.trials._check import checked_model
from paceline.trials._describe import is_own
from paceline.trials._devices import has_gpu, visible_gpus
from paceline.trials._errors import TaskError
from paceline.trials._identity import digest, task_identity, trial_key, variant_identity
from paceline.trials._loop_kind import LoopKind, choose_loop, loop_for
from paceline.trials._outcome import Outcome, Status
from paceline.trials._task import Task
from paceline.trials._threads import set_threads
from paceline.trials._trainer import TaskSource, Trainer, Trial, resolve_task, versions
from paceline.trials._uses_rate import check_uses_rate
from paceline.trials._variant import Variant

__all__ = [
    "LoopKind",
    "Outcome",
    "Status",
    "Task",
    "TaskError",
    "TaskSource",
    "Trainer",
    "Trial",
    "Variant",
    "check_uses_rate",
    "checked_model",
    "choose_loop",
    "digest",
    "has_gpu",
    "is_own",
    "loop_for",
    "resolve_task",
    "set_threads",
    "task_identity",
    "trial_key",
    "variant_identity",
    "versions",
    "visible_gpus",
]
