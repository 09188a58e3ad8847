"""What a Keras optimizer lacks: rates per layer, more by schedule, and training without one."""

from paceline.optimizers._adjustable import adjustable
from paceline.optimizers._batch_norm import refresh_batch_norm
from paceline.optimizers._patterns import RateOfVariable
from paceline.optimizers._prodigy import Prodigy
from paceline.optimizers._rates import with_rates
from paceline.optimizers._schedule_free_adamw import ScheduleFreeAdamW
from paceline.optimizers._schedule_free_sgd import ScheduleFreeSGD
from paceline.optimizers._scheduled import scheduled
from paceline.optimizers._steered import Steered
from paceline.optimizers._with_norms import with_norms

__all__ = [
    "Prodigy",
    "RateOfVariable",
    "ScheduleFreeAdamW",
    "ScheduleFreeSGD",
    "Steered",
    "adjustable",
    "refresh_batch_norm",
    "scheduled",
    "with_norms",
    "with_rates",
]
