"""What the test file of every schedule gives to the laws and to the tests of all of them.

A file that has EXAMPLES is a schedule's. In it are

- EXAMPLES: by name, the schedules whose saved configs every later release must load;
- BAD: every argument with values that it does not take;
- leaf(length), where it is a segment: draws it, with `length` drawing `steps` where it may be None;
- wrapper(ends, any_), where it wraps: draws it around schedules that end, or around any;
- recipe(), where it has one: draws it without steps.
"""

import importlib.util
from pathlib import Path
from types import ModuleType

from hypothesis import strategies as st
from schedules.drawn import Bad, Drawn, lengths

from paceline.schedules import Schedule


def _loaded() -> list[ModuleType]:
    modules = []
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if "\nEXAMPLES = " in path.read_text(encoding="utf-8"):
            spec = importlib.util.spec_from_file_location(f"catalogued_{path.stem}", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            modules.append(module)
    return modules


_MODULES = _loaded()


def _all(name: str) -> list:
    return [getattr(module, name) for module in _MODULES if hasattr(module, name)]


EXAMPLES: dict[str, Schedule] = {
    name: schedule for each in _all("EXAMPLES") for name, schedule in each.items()
}
BAD: list[Bad] = [call for each in _all("BAD") for call in each]


def leaves(length: st.SearchStrategy[int | None]) -> Drawn:
    return st.one_of([leaf(length) for leaf in _all("leaf")])


def _wrapped(ends: Drawn, any_: Drawn) -> Drawn:
    return st.one_of([wrapper(ends, any_) for wrapper in _all("wrapper")])


recipes = st.one_of([recipe() for recipe in _all("recipe")])

_ends = leaves(lengths)
_any = leaves(st.none() | lengths)


def _deeper(ends: Drawn, any_: Drawn) -> tuple[Drawn, Drawn]:
    """Return what is wrapped once more: what ends, and any."""
    wrapped = _wrapped(ends, any_)
    found = st.integers(0, 4).flatmap(lambda more: wrapped if more else any_)
    return found.filter(lambda each: each.length is not None), found


_depths = [(_ends, _any)]
for _ in range(3):
    _depths.append(_deeper(*_depths[-1]))

schedules = st.integers(0, 3).flatmap(lambda depth: _depths[depth][1])
"""Compositions of everything, wrapped up to three times."""

ending = st.integers(0, 3).flatmap(lambda depth: _depths[depth][0])
"""Those of them that end."""
