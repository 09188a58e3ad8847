"""What the tests of schedules draw, and the values that no argument takes."""

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import strategies as st

from paceline.schedules import Schedule

rates = st.one_of(
    st.floats(0, 10, allow_subnormal=False), st.sampled_from([0.0, 1e-5, 3e-4, 0.1, 1.0])
)
lengths = st.one_of(st.integers(1, 40), st.integers(1, 10**6), st.just(300_000_000))
exponents = st.floats(0.1, 5)
shares = st.floats(0.001, 0.4)

Drawn = st.SearchStrategy[Schedule]

NAN, INF = float("nan"), float("inf")
NO_RATE = (-1, NAN, INF, 1e39, 10**400, "a", None, True)
NO_NUMBER_ABOVE_ZERO = (0, -1, NAN, INF, "a", None)
NO_COUNT = (0, -3, 2.0, NAN, 2**60, "a", True)
NO_LENGTH = (-1, -0.1, 1.0, 10.0, NAN, "a", None)
NO_SCHEDULE = (3, "a", None)

Bad = tuple[Callable[..., Any], dict[str, Any], str]


def bad(build: Callable[..., Any], good: dict[str, Any], **wrong: Iterable[Any]) -> list[Bad]:
    """Return a call for each wrong value of each argument, the others good."""
    return [
        (build, {**good, name: value}, name) for name, values in wrong.items() for value in values
    ]
