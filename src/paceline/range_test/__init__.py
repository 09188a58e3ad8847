"""The learning-rate range test: how large a rate may be, and how sure that is."""

from paceline.range_test._curve import RangeTestResult, Replays, Suggestion, Sweep
from paceline.range_test._find import find
from paceline.range_test._measured import Measured
from paceline.range_test._words import share_text, verdict_sentences

__all__ = [
    "Measured",
    "RangeTestResult",
    "Replays",
    "Suggestion",
    "Sweep",
    "find",
    "share_text",
    "verdict_sentences",
]
