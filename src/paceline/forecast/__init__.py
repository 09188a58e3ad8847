"""Better schedules from what earlier runs recorded."""

from paceline.forecast._refine import refine

__all__ = ["refine"]
