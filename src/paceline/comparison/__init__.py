"""Variants compared over paired seeds."""

from paceline.comparison._charts import shown_variants
from paceline.comparison._compare import compare
from paceline.comparison._numbers import metric_name, plural, text
from paceline.comparison._result import ComparisonResult
from paceline.comparison._rows import Cell, Row
from paceline.comparison._statistics import Estimate, estimate
from paceline.comparison._summary import Summary
from paceline.comparison._table import ResultTable
from paceline.comparison._verdict import verdict_sentences

__all__ = [
    "Cell",
    "ComparisonResult",
    "Estimate",
    "ResultTable",
    "Row",
    "Summary",
    "compare",
    "estimate",
    "metric_name",
    "plural",
    "shown_variants",
    "text",
    "verdict_sentences",
]
