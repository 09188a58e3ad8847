"""One thing that is wrong, and the way out."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong: `found` in words, with the values; `remedy`, with code to paste.

    `name` stays the same from release to release: "length", "warmup", "zero_start", "zero_end",
    "jump", "underflow", "accumulation", "weight_decay", "lost_step", "other_rate"; of `audit` also
    "lost_state", "initial_epoch", "used_optimizer", "ended". Printed, it is two lines: what was
    found, then the remedy.
    """

    name: str
    found: str
    remedy: str

    def __str__(self) -> str:
        """Return what was found, and the remedy on a line of its own."""
        return f"{self.found}\n{self.remedy}"
