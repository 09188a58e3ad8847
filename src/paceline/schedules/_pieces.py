"""Where something else begins in a schedule: what tables, charts and checks read."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from paceline.schedules._schedule import Schedule

Place = int | Fraction
"""A step, or a place between two steps, where a stretched schedule is read."""

JUST_AFTER = Fraction(1, 2**1000)
"""What begins after a step, not at it, begins so much later: at any pace the next whole step."""

_FEW = 64


class Piece(NamedTuple):
    """Where something else begins, and what it is."""

    step: Place
    label: str


class WholePiece(NamedTuple):
    """The first step of something else, and what it is."""

    step: int
    label: str


def pieces_of(schedule: Schedule, *, before: int | None, most: int) -> list[WholePiece]:
    """Return the first pieces that begin before step `before`, at most `most` of them."""
    found = until(stairs(schedule, every=1, first=0), before)
    return [WholePiece(int(step), label) for step, label in itertools.islice(found, most)]


def stairs(schedule: Schedule, *, every: int, first: Place) -> Iterator[Piece]:
    """Yield each piece at the next multiple of `every`; of several at one only the last is left.

    A stair that swallows many is not waited for: endless cycles of one step, held for 10^9, would
    never come to the next.
    """
    stair: Place | None = first // every * every
    while stair is not None:
        begin, stair, waiting = stair, None, None
        swallowed = 0
        for step, label in schedule._pieces(begin):
            piece = Piece(max(-(-step // every) * every, begin), label)
            if waiting is not None and waiting.step < piece.step:
                yield waiting
                swallowed = 0
            waiting, swallowed = piece, swallowed + 1
            if swallowed > _FEW:
                stair = piece.step
                break
        if waiting is not None and stair is None:
            yield waiting


def until(pieces: Iterator[Piece], end: Place | None) -> Iterator[Piece]:
    """Yield the first piece, and those after it that begin before `end`."""
    yield from itertools.islice(pieces, 1)
    yield from itertools.takewhile(lambda piece: end is None or piece.step < end, pieces)


def merged(one: Schedule, other: Schedule, sign: str, first: Place) -> Iterator[Piece]:
    """Yield where something else begins in either, labelled with what both are doing."""
    labels = ["", ""]
    waiting: Piece | None = None
    for step, side, label in heapq.merge(_events(one, 0, first), _events(other, 1, first)):
        if waiting is not None and waiting.step < step:
            yield waiting
        labels[side] = label
        waiting = Piece(step, sign.join(labels))
    if waiting is not None:
        yield waiting


def _events(schedule: Schedule, side: int, first: Place) -> Iterator[tuple[Place, int, str]]:
    length = schedule.length
    if length is None or first < length:
        for step, label in until(schedule._pieces(first), length):
            yield max(step, first), side, label
    if length is not None:
        yield max(length, first), side, "held"


def rescaled(step: Place, steps: int, of: int) -> Place:
    """Return step*steps/of."""
    place = Fraction(step * steps) / of
    return place.numerator if place.denominator == 1 else place
