"""What a store holds beside outcomes: what was asked, and what a search decided."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from paceline.execution._packing import Arrays


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class StoredComparison:
    """What a comparison was asked to run; its outcomes are in the store under `keys`."""

    task: str
    task_key: str
    keys: Sequence[str]
    """The keys of its trials, run or not."""
    protocol: Mapping[str, Any]
    """Whatever else JSON can hold of it."""
    arrays: Arrays
    started: str = ""
    """When it was last started, in UTC, as 2025-01-31T12:00:00+00:00."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class StoredSearch:
    """What a search was asked, and what it has decided so far."""

    identity: str
    task: str
    task_key: str
    plain: Mapping[str, Any]
    """Whatever JSON can hold of it."""
    started: str
    """When it was last started, in UTC, as 2025-01-31T12:00:00.000000+00:00."""
