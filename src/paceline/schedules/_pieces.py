"""Where something else begins in a schedule: what tables, charts and checks read."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from paceline.schedules._schedule import Schedule


class Piece(NamedTuple):
    """The first step of something else, and what it is."""

    step: int
    label: str


def pieces_of(schedule: Schedule, *, until: int | None, most: int) -> list[Piece]:
    """Return the first pieces that begin before step `until`, at most `most` of them."""
    found = itertools.takewhile(
        lambda piece: until is None or piece.step < until, schedule._pieces()
    )
    return list(itertools.islice(found, most))


_MOST_AT_ONE_STEP = 100_000


def moved(pieces: Iterator[Piece], place: Callable[[int], int]) -> Iterator[Piece]:
    """Yield the pieces at `place(step)`; of several at one step only the last is left.

    Beyond 100,000 at one step it gives up: endless cycles of one step, held for 10^9, would never
    come to the next.
    """
    waiting: Piece | None = None
    swallowed = 0
    for step, label in pieces:
        piece = Piece(place(step), label)
        if waiting is not None and waiting.step < piece.step:
            yield waiting
            swallowed = 0
        waiting = piece
        swallowed += 1
        if swallowed > _MOST_AT_ONE_STEP:
            break
    if waiting is not None:
        yield waiting


def merged(first: Schedule, second: Schedule, sign: str) -> Iterator[Piece]:
    """Yield where something else begins in either, labelled with what both are doing."""
    labels = ["", ""]

    def both() -> Iterator[Piece]:
        for step, side, label in heapq.merge(_events(first, 0), _events(second, 1)):
            labels[side] = label
            yield Piece(step, sign.join(labels))

    return moved(both(), lambda step: step)


def _events(schedule: Schedule, side: int) -> Iterator[tuple[int, int, str]]:
    for step, label in schedule._pieces():
        yield step, side, label
    if schedule.length is not None:
        yield schedule.length, side, "held"
