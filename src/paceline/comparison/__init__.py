"""Variants compared over paired seeds."""

from paceline.comparison._charts import (
    color_order,
    drawn_variants,
    training_points,
    training_window,
)
from paceline.comparison._compare import compare
from paceline.comparison._contrast import Contrast, Verdict, contrasts
from paceline.comparison._load import load_comparison
from paceline.comparison._numbers import metric_name, p_text, plural, text
from paceline.comparison._result import ComparisonResult
from paceline.comparison._rows import Cell, Row
from paceline.comparison._several import PerformanceProfile, SeveralTasks
from paceline.comparison._sign_flip import sign_flip
from paceline.comparison._stability import SpikeCount
from paceline.comparison._statistics import Estimate, estimate
from paceline.comparison._summary import Summary
from paceline.comparison._table import ResultTable
from paceline.comparison._time_to_target import TimeToTarget, time_to_target
from paceline.comparison._verdict import verdict_sentences

__all__ = [
    "Cell",
    "ComparisonResult",
    "Contrast",
    "Estimate",
    "PerformanceProfile",
    "ResultTable",
    "Row",
    "SeveralTasks",
    "SpikeCount",
    "Summary",
    "TimeToTarget",
    "Verdict",
    "color_order",
    "compare",
    "contrasts",
    "drawn_variants",
    "estimate",
    "load_comparison",
    "metric_name",
    "p_text",
    "plural",
    "sign_flip",
    "text",
    "time_to_target",
    "training_points",
    "training_window",
    "verdict_sentences",
]
