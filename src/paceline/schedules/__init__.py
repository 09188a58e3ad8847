"""Learning-rate schedules: rate = f(step), pure, composable and serialisable."""

from paceline.schedules._chain import Chain
from paceline.schedules._clipped import Clipped
from paceline.schedules._constant import Constant, constant
from paceline.schedules._cosine import Cosine, cosine
from paceline.schedules._count_steps import count_steps
from paceline.schedules._cut import Cut
from paceline.schedules._cycled import Cycled
from paceline.schedules._cyclic import cyclic
from paceline.schedules._epochs import from_epochs, per_epoch
from paceline.schedules._exponential import Exponential, exponential
from paceline.schedules._expression import parse_schedule
from paceline.schedules._extremes import Maximum, Minimum
from paceline.schedules._flat_cosine import flat_cosine
from paceline.schedules._from_keras import from_keras
from paceline.schedules._held import Held
from paceline.schedules._interpolated import Interpolated
from paceline.schedules._inverse_sqrt import InverseSqrt, inverse_sqrt
from paceline.schedules._inverse_time import InverseTime, inverse_time
from paceline.schedules._lambda import Lambda
from paceline.schedules._linear import Linear, linear
from paceline.schedules._noam import noam
from paceline.schedules._one_cycle import one_cycle
from paceline.schedules._one_minus_sqrt import OneMinusSqrt
from paceline.schedules._overlapped import Overlapped
from paceline.schedules._piecewise import Piecewise
from paceline.schedules._polynomial import Polynomial, polynomial
from paceline.schedules._power import Power, power
from paceline.schedules._raised import Raised
from paceline.schedules._recipe import Length, Recipe
from paceline.schedules._repeated import Repeated
from paceline.schedules._restarts import restarts
from paceline.schedules._rex import Rex, rex
from paceline.schedules._saving import load_schedule, save_schedule
from paceline.schedules._scale_peak import scale_peak
from paceline.schedules._scaled import Scaled
from paceline.schedules._schedule import Schedule
from paceline.schedules._skipped import Skipped
from paceline.schedules._step_decay import step_decay
from paceline.schedules._stretched import Stretched
from paceline.schedules._swa import swa
from paceline.schedules._table import ScheduleTable, TableRow
from paceline.schedules._tabulated import Tabulated
from paceline.schedules._tanh import Tanh, tanh
from paceline.schedules._triangle import Triangle
from paceline.schedules._warmup import warmup
from paceline.schedules._wsd import wsd

__all__ = [
    "Chain",
    "Clipped",
    "Constant",
    "Cosine",
    "Cut",
    "Cycled",
    "Exponential",
    "Held",
    "Interpolated",
    "InverseSqrt",
    "InverseTime",
    "Lambda",
    "Length",
    "Linear",
    "Maximum",
    "Minimum",
    "OneMinusSqrt",
    "Overlapped",
    "Piecewise",
    "Polynomial",
    "Power",
    "Raised",
    "Recipe",
    "Repeated",
    "Rex",
    "Scaled",
    "Schedule",
    "ScheduleTable",
    "Skipped",
    "Stretched",
    "TableRow",
    "Tabulated",
    "Tanh",
    "Triangle",
    "constant",
    "cosine",
    "count_steps",
    "cyclic",
    "exponential",
    "flat_cosine",
    "from_epochs",
    "from_keras",
    "inverse_sqrt",
    "inverse_time",
    "linear",
    "load_schedule",
    "noam",
    "one_cycle",
    "parse_schedule",
    "per_epoch",
    "polynomial",
    "power",
    "restarts",
    "rex",
    "save_schedule",
    "scale_peak",
    "step_decay",
    "swa",
    "tanh",
    "warmup",
    "wsd",
]
