"""Learning-rate schedules: rate = f(step), pure, composable and serialisable."""

from paceline.schedules._chain import Chain
from paceline.schedules._constant import Constant, constant
from paceline.schedules._cosine import Cosine, cosine
from paceline.schedules._exponential import Exponential, exponential
from paceline.schedules._expression import parse_schedule
from paceline.schedules._lambda import Lambda
from paceline.schedules._linear import Linear, linear
from paceline.schedules._one_cycle import one_cycle
from paceline.schedules._piecewise import Piecewise
from paceline.schedules._polynomial import Polynomial
from paceline.schedules._recipe import Length, Recipe
from paceline.schedules._saving import load_schedule, save_schedule
from paceline.schedules._scaled import Scaled
from paceline.schedules._schedule import Schedule
from paceline.schedules._step_decay import step_decay
from paceline.schedules._tabulated import Tabulated
from paceline.schedules._wsd import wsd

__all__ = [
    "Chain",
    "Constant",
    "Cosine",
    "Exponential",
    "Lambda",
    "Length",
    "Linear",
    "Piecewise",
    "Polynomial",
    "Recipe",
    "Scaled",
    "Schedule",
    "Tabulated",
    "constant",
    "cosine",
    "exponential",
    "linear",
    "load_schedule",
    "one_cycle",
    "parse_schedule",
    "save_schedule",
    "step_decay",
    "wsd",
]
