"""Variants compared over paired seeds."""

from paceline.comparison._compare import compare
from paceline.comparison._result import ComparisonResult
from paceline.comparison._statistics import Estimate, estimate
from paceline.comparison._summary import Summary

__all__ = ["ComparisonResult", "Estimate", "Summary", "compare", "estimate"]
