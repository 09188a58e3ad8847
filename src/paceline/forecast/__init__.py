"""Better schedules from what earlier runs recorded, or from theory where there are none."""

from paceline.forecast._bound import BoundResult, bound
from paceline.forecast._curve import Curve
from paceline.forecast._extend import extend
from paceline.forecast._refine import refine
from paceline.forecast._transfer_peak import transfer_peak

__all__ = ["BoundResult", "Curve", "bound", "extend", "refine", "transfer_peak"]
