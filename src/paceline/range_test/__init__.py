"""The learning-rate range test: how large a rate may be, and how sure that is."""

from paceline.range_test._curve import RangeTestResult, Replays, Suggestion, Sweep
from paceline.range_test._find import find

__all__ = ["RangeTestResult", "Replays", "Suggestion", "Sweep", "find"]
