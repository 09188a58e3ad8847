"""What watches a fit: the rate of every update, a metric that no longer improves, spikes."""

from paceline.callbacks._greedy import Greedy
from paceline.callbacks._rate_recorder import RateRecorder
from paceline.callbacks._reduce_on_plateau import ReduceOnPlateau
from paceline.callbacks._spike_guard import Restore, SpikeGuard

__all__ = ["Greedy", "RateRecorder", "ReduceOnPlateau", "Restore", "SpikeGuard"]
