"""Several tests at once."""

from collections.abc import Mapping


def holm(p: Mapping[str, float]) -> dict[str, float]:
    """Return p corrected so that any false claim among all of them has a chance of at most 5 %.

    With m tests sorted by p, the i-th (i = 1, 2, ...) becomes max over j <= i of
    min(1, (m - j + 1) p_j).

    Args:
        p: by name, each in [0, 1].

    Source: Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979.

    Example:
        >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
        {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    corrected: dict[str, float] = {}
    largest = 0.0
    for place, name in enumerate(sorted(p, key=lambda name: p[name])):
        largest = max(largest, min(1.0, (len(p) - place) * p[name]))
        corrected[name] = largest
    return {name: corrected[name] for name in p}
