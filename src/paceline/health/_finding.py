"""One thing that is wrong, and the way out."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong: `found` in words, with the values; `remedy`, with code to paste.

    `name` stays the same from release to release: "length", "warmup", "zero_start", "zero_end",
    "jump", "underflow", "accumulation", "weight_decay", "lost_step", "other_rate"; of `audit` also
    "lost_state", "initial_epoch", "used_optimizer", "ended"; of `diagnose` "rate_too_high",
    "no_warmup", "rate_too_low", "decays_too_early", "under_annealed", "plateau", "overfitting".
    Printed, it is two lines: what was found, then the remedy.
    """

    name: str
    found: str
    remedy: str
    confidence: float = 1.0
    """0 to 1; below 1 where it is read from logged curves. No probability: see `diagnose`."""
    evidence: Mapping[str, float] = dataclasses.field(default_factory=dict, hash=False)
    """The numbers it was read from, by name."""

    def __str__(self) -> str:
        """Return what was found, and the remedy on a line of its own."""
        return f"{self.found}\n{self.remedy}"
