"""Which rate each variable has: patterns of paths, matched once."""

import dataclasses
import fnmatch
import re
from collections.abc import Iterator, Mapping

from paceline.schedules import Schedule

RateOf = float | Schedule
"""A factor of the optimizer's rate, or a schedule in its place."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RateOfVariable:
    """A variable, and the rate of its updates: a factor of the optimizer's, or a schedule.

    Args:
        path: the variable's path, such as "block_1/dense/kernel".
        pattern: the pattern that matched it; None where none did.
        rate: the factor, or the schedule.
    """

    path: str
    pattern: str | None
    rate: RateOf


class Patterns:
    """Patterns of variables' paths, each with a rate; the first that matches holds."""

    def __init__(self, given: Mapping[str, RateOf]) -> None:
        """Keep `given`."""
        self.given = dict(given)
        self.rows: list[RateOfVariable] = []

    def match(self, paths: list[str]) -> None:
        """Find the rate of each of `paths`.

        Raises:
            ValueError: a pattern that matches none of them.
        """
        self.rows = []
        for path in paths:
            found = next((pattern for pattern in self.given if matches(pattern, path)), None)
            rate = 1.0 if found is None else self.given[found]
            self.rows.append(RateOfVariable(path=path, pattern=found, rate=rate))
        for pattern in self.given:
            if not any(matches(pattern, path) for path in paths):
                shown = ", ".join(paths[:8]) + (", ..." if len(paths) > 8 else "")
                raise ValueError(
                    f"with_rates needs patterns that match a variable; got {pattern!r}, which "
                    f"matches none of {shown}. Use a layer's name, or * for any text."
                )

    def grouped(self, places: list[int]) -> Iterator[tuple[RateOf, list[int]]]:
        """Yield each rate above 0 with the numbers of those of `places` that it holds for."""
        groups: dict[RateOf, list[int]] = {}
        for number, place in enumerate(places):
            groups.setdefault(self.rows[place].rate, []).append(number)
        for rate, numbers in groups.items():
            if isinstance(rate, Schedule) or rate > 0:
                yield rate, numbers


def matches(pattern: str, path: str) -> bool:
    """Return whether `pattern` is `path`, or whole parts of it between slashes; * is any text."""
    inside = fnmatch.translate(pattern).removesuffix(r"\Z").removesuffix(r"\z")
    return re.match(rf"(?:.*/)?{inside}(?:/.*)?$", path, re.DOTALL) is not None


def check_one_rate(patterns: Patterns) -> None:
    """Refuse layers with rates of their own, where all have one estimate; frozen ones may be."""
    found = list(dict.fromkeys(row.rate for row in patterns.rows if row.rate != 0))
    if len(found) > 1:
        raise ValueError(
            "with_rates needs one rate for all layers of Prodigy, which finds one for all of them; "
            f"got {found[0]!r} and {found[1]!r}. Freeze layers with 0, or use Adam."
        )
