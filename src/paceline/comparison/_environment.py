"""Where a comparison ran, in words for the report."""

import os
import platform

import keras

from paceline.comparison._commit import commit_of
from paceline.comparison._subject import Subject
from paceline.trials import versions

_LOOPS = {
    "graph": "TensorFlow graph loop, without XLA",
    "xla": "TensorFlow graph loop, with XLA",
    "scan": "JAX scan",
    "step": "JAX jitted step",
    "fit": "Keras fit",
}


def environment_of(subject: Subject, *, workers: int) -> dict[str, str]:
    """Return the commit of the task, versions, hardware, loop and threads, by name."""
    source, task = subject.source, subject.task
    commit = commit_of(source if callable(source) else task.model)
    return {
        **({"commit": commit} if commit else {}),
        "backend": keras.backend.backend(),
        "loop": _LOOPS[subject.kind],
        "threads a trial": str(subject.in_force),
        "workers": str(workers),
        "batch size": str(task.batch_size),
        "epochs": str(task.epochs),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        **versions(),
    }
