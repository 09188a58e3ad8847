"""What a Keras optimizer lacks: rates per layer, momentum and weight decay by schedule."""

from paceline.optimizers._adjustable import adjustable
from paceline.optimizers._patterns import RateOfVariable
from paceline.optimizers._rates import with_rates
from paceline.optimizers._scheduled import scheduled
from paceline.optimizers._steered import Steered

__all__ = ["RateOfVariable", "Steered", "adjustable", "scheduled", "with_rates"]
