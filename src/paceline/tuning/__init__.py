"""The best schedule within a budget: space, search over short horizons, confirmation."""

from paceline.tuning._budget import Budget
from paceline.tuning._families import FAMILIES, Family, Point
from paceline.tuning._load import holds_tuning, load_tuning
from paceline.tuning._outlook import StageOutlook, outlook, outlook_table
from paceline.tuning._result import Choice, TuneResult
from paceline.tuning._rungs import Rung
from paceline.tuning._trials import Result, SearchTrial
from paceline.tuning._tune import tune

__all__ = [
    "FAMILIES",
    "Budget",
    "Choice",
    "Family",
    "Point",
    "Result",
    "Rung",
    "SearchTrial",
    "StageOutlook",
    "TuneResult",
    "holds_tuning",
    "load_tuning",
    "outlook",
    "outlook_table",
    "tune",
]
