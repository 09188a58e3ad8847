"""Better schedules from what earlier runs recorded."""

from paceline.forecast._curve import Curve
from paceline.forecast._refine import refine

__all__ = ["Curve", "refine"]
