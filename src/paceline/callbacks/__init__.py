"""What watches a fit: the rate of every update, and a metric that no longer improves."""

from paceline.callbacks._greedy import Greedy
from paceline.callbacks._rate_recorder import RateRecorder
from paceline.callbacks._reduce_on_plateau import ReduceOnPlateau

__all__ = ["Greedy", "RateRecorder", "ReduceOnPlateau"]
