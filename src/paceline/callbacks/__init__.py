"""What watches a fit: rates and gradients, plateaus, spikes, where the weights are."""

from paceline.callbacks._at_average import AtAverage
from paceline.callbacks._gradient_norms import GradientNorms
from paceline.callbacks._greedy import Greedy
from paceline.callbacks._rate_recorder import RateRecorder
from paceline.callbacks._reduce_on_plateau import ReduceOnPlateau
from paceline.callbacks._spike_guard import Restore, SpikeGuard

__all__ = [
    "AtAverage",
    "GradientNorms",
    "Greedy",
    "RateRecorder",
    "ReduceOnPlateau",
    "Restore",
    "SpikeGuard",
]
