"""Where trials run, and the store that remembers them."""

from paceline.execution._executors import (
    InlineExecutor,
    PoolExecutor,
    ProcessExecutor,
    WorkerLostError,
)
from paceline.execution._interrupt import StoppedError
from paceline.execution._progress import Counts, Progress
from paceline.execution._ray import ClusterError, RayExecutor
from paceline.execution._run import Plan, Runner, run_plan
from paceline.execution._setup import Setup, data_digests, train
from paceline.execution._store import Store
from paceline.execution._store_error import StoreError
from paceline.execution._stored import StoredComparison, StoredSearch

__all__ = [
    "ClusterError",
    "Counts",
    "InlineExecutor",
    "Plan",
    "PoolExecutor",
    "ProcessExecutor",
    "Progress",
    "RayExecutor",
    "Runner",
    "Setup",
    "StoppedError",
    "Store",
    "StoreError",
    "StoredComparison",
    "StoredSearch",
    "WorkerLostError",
    "data_digests",
    "run_plan",
    "train",
]
