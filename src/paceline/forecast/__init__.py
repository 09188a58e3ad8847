"""Better schedules from what earlier runs recorded, or from theory where there are none."""

from paceline.forecast._bound import BoundResult, bound
from paceline.forecast._curve import Curve
from paceline.forecast._extend import extend
from paceline.forecast._fit_curves import fit
from paceline.forecast._fitted_law import FittedLaw
from paceline.forecast._forecast import Forecast
from paceline.forecast._forecasts import ForecastRow, Forecasts
from paceline.forecast._refine import refine
from paceline.forecast._transfer_peak import transfer_peak

__all__ = [
    "BoundResult",
    "Curve",
    "FittedLaw",
    "Forecast",
    "ForecastRow",
    "Forecasts",
    "bound",
    "extend",
    "fit",
    "refine",
    "transfer_peak",
]
