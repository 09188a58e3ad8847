"""A schedule as lines of Python."""

import re

from paceline import schedules
from paceline.schedules import Recipe, Schedule

_LONGEST = 1500
"""Letters; a table of rates has more."""


def code(schedule: Schedule, steps: int) -> str:
    """Return lines that make `schedule`, a recipe over `steps`; empty where they would be too long.

    Example:
        >>> print(code(schedules.wsd(peak=0.1), 100))
        from paceline.schedules import wsd
        <BLANKLINE>
        rate = wsd(peak=0.1, steps=100)
    """
    text = repr(schedule)
    if isinstance(schedule, Recipe):
        text = f"{text[:-1]}, steps={steps})"
    if len(text) > _LONGEST or "<" in text:
        return ""
    names = sorted(set(re.findall(r"(?<!\.)\b[A-Za-z]\w*(?=\()", text)) & set(schedules.__all__))
    return f"from paceline.schedules import {', '.join(names)}\n\nrate = {text}"
