"""What a training logged, read from where it was logged to."""

from paceline.logs._log import Log
from paceline.logs._read_csv import read_csv
from paceline.logs._read_history import is_history, read_history
from paceline.logs._read_outcome import LoggedTrial, read_outcome
from paceline.logs._read_tensorboard import read_tensorboard
from paceline.logs._role import Role, is_held_out, is_loss, role
from paceline.logs._scheduled import scheduled
from paceline.logs._track import Floats, Track, Unit

__all__ = [
    "Floats",
    "Log",
    "LoggedTrial",
    "Role",
    "Track",
    "Unit",
    "is_held_out",
    "is_history",
    "is_loss",
    "read_csv",
    "read_history",
    "read_outcome",
    "read_tensorboard",
    "role",
    "scheduled",
]
