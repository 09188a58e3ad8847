"""The example of a docstring, run: its output is checked, and the schedule it makes is kept."""

import contextlib
import dataclasses
import doctest
import io
import re
import sys
from typing import Any

from _build.docstring import one_line
from _build.names import Name

_FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
_HORIZON = 1000
"""What a recipe without steps is bound to."""


def import_line(name: Name) -> str:
    return f"from paceline.schedules import {name.name}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Drawn:
    """What is drawn, and the code of the example that makes it."""

    schedule: Any
    code: str


def drawn(name: Name) -> Drawn | None:
    """Run the example of `name`; return the schedule to draw, or None where it makes none.

    It is the first that the example assigns or shows: on the page of a class the first of that
    class, if there is one.

    Raises:
        ValueError: the example prints something else than the docstring says.
    """
    from paceline.schedules import Recipe, Schedule

    made = [each for each in _run(name) if isinstance(each.schedule, Schedule)]
    own = [each for each in made if name.is_class and isinstance(each.schedule, name.value)]
    for each in [*own, *made]:
        if isinstance(each.schedule, Recipe):
            return Drawn(schedule=each.schedule.over(_HORIZON), code=each.code)
        return each
    return None


def _run(name: Name) -> list[Drawn]:
    """Return what the example assigns or shows, in its order, whatever it is."""
    variables: dict[str, Any] = {"__name__": "__main__"}
    exec(import_line(name), variables)
    made: list[Drawn] = []
    for each in doctest.DocTestParser().get_examples(name.doc.example):
        before = dict(variables)
        printed = io.StringIO()
        values: list[Any] = []
        with contextlib.redirect_stdout(printed), _showing(values):
            exec(compile(each.source, name.name, "single", dont_inherit=True), variables)
        values += [new for key, new in variables.items() if before.get(key) is not new]
        code = re.sub(r"^\w+ = ", "", one_line(each.source))
        made += [Drawn(schedule=value, code=code) for value in values]
        if not doctest.OutputChecker().check_output(each.want, printed.getvalue(), _FLAGS):
            raise ValueError(
                f"The example of {name.name} says that {each.source.strip()} prints\n{each.want}"
                f"but it prints\n{printed.getvalue()}"
            )
    return made


@contextlib.contextmanager
def _showing(values: list[Any]) -> Any:
    """Print what is evaluated, as Python's prompt does, and keep it in `values`."""

    def show(value: Any) -> None:
        if value is not None:
            values.append(value)
            print(repr(value))

    usual, sys.displayhook = sys.displayhook, show
    try:
        yield
    finally:
        sys.displayhook = usual
