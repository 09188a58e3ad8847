"""The range test of a task, for every command that runs one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paceline_cli._task_argument import TaskArgument
from paceline_cli._users_errors import users_errors

if TYPE_CHECKING:
    from paceline.range_test import RangeTestResult


def range_test(found: TaskArgument, **options: Any) -> RangeTestResult:
    """Return the range test of the task that the user named; `options` are those of `find`.

    Raises:
        ValueError: a task or options that make no sense.
    """
    from paceline.range_test import find
    from paceline.trials import resolve_task

    with users_errors(f"The task {found.name}"):
        result: RangeTestResult = find(resolve_task(found.make), **options)
    return result
