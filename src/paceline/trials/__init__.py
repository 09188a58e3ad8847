"""One task, one variant, one seed: one outcome, in a compiled loop."""

from paceline.trials._outcome import Outcome, Status

__all__ = ["Outcome", "Status"]
