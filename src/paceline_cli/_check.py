"""What one check of `paceline doctor` found."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, what was found, and what to do where it is not right."""

    name: str
    status: Status
    found: str
    remedy: str = ""
