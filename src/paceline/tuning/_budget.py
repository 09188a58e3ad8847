"""What a search may cost."""

import dataclasses
import math
import numbers
import re
from typing import Any, Literal

Unit = Literal["runs", "steps", "seconds"]

_SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(sec|s|min|m|h|d)")
_COUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(runs?|steps?)?")
_WAY = "Give full runs (60), steps ('50000 steps') or a time ('2h', '90m')."


@dataclasses.dataclass(frozen=True, kw_only=True)
class Budget:
    """An amount of training: full runs, steps (updates), or seconds of this machine."""

    amount: float
    unit: Unit

    def steps(self, horizon: int, *, seconds_per_step: float = math.nan, workers: int = 1) -> int:
        """Return the budget in updates."""
        if self.unit == "runs":
            return int(self.amount * horizon)
        if self.unit == "steps":
            return int(self.amount)
        return int(self.amount * workers / seconds_per_step)

    def __str__(self) -> str:
        if self.unit == "seconds":
            return time_text(self.amount)
        noun = "full run" if self.unit == "runs" else "step"
        return f"{self.amount:,g} {noun}" + ("" if self.amount == 1 else "s")


def read_budget(budget: Any) -> Budget:
    """Return the budget that a number of full runs or a text such as "2h" means.

    Raises:
        ValueError: a text that says no amount, an amount that is not above 0.
        TypeError: neither a number nor a text.
    """
    if isinstance(budget, Budget):
        return budget
    if isinstance(budget, bool) or not isinstance(budget, numbers.Real | str):
        raise TypeError(f"tune needs a budget; got {budget!r} ({type(budget).__name__}). {_WAY}")
    found = _read(str(budget).strip().lower().replace(",", "").replace("_", ""))
    if found is None and isinstance(budget, str):
        raise ValueError(f"tune needs a budget that it can read; got {budget!r}. {_WAY}")
    if found is None or not 0 < found.amount < math.inf:
        raise ValueError(f"tune needs a budget above 0; got {budget!r}. {_WAY}")
    return found


def _read(text: str) -> Budget | None:
    if match := _COUNT.fullmatch(text):
        unit: Unit = "steps" if (match[2] or "").startswith("step") else "runs"
        return Budget(amount=float(match[1]), unit=unit)
    parts = _TIME.findall(text)
    if not parts or _TIME.sub("", text).strip():
        return None
    seconds = sum(float(amount) * _SECONDS[unit] for amount, unit in parts)
    return Budget(amount=seconds, unit="seconds")


def time_text(seconds: float) -> str:
    """Return seconds as people say them: 45 s, 12 min, 2 h 05 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


@dataclasses.dataclass(kw_only=True)
class Ledger:
    """Updates that may be trained, and those that were, by what they were for."""

    limit: int
    spent: dict[str, int] = dataclasses.field(default_factory=dict)
    last: int = 0
    """Of those, what was spent last, and may still be in training."""

    @property
    def total(self) -> int:
        """Updates that were trained."""
        return sum(self.spent.values())

    def left(self, until: int) -> int:
        """Return how many updates may still be trained, until so many are spent in all."""
        return min(until, self.limit) - self.total

    def spend(self, stage: str, steps: int) -> None:
        """Write down updates that are about to be trained."""
        self.spent[stage] = self.spent.get(stage, 0) + steps
        self.last = steps
