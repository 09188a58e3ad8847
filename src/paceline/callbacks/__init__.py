"""What watches a fit: the rate of every update."""

from paceline.callbacks._rate_recorder import RateRecorder

__all__ = ["RateRecorder"]
