"""Who follows the rate of an optimizer, update by update."""

import contextlib
from collections.abc import Iterator
from typing import Protocol


class Watcher(Protocol):
    """Is told of a change of the factor, or of the step, that no update made."""

    def before_change(self) -> None:
        """Note what held up to here."""

    def after_change(self) -> None:
        """Note from what it goes on."""


class Watchers(list[Watcher]):
    """All who are told."""

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Tell them before and after a change."""
        for each in self:
            each.before_change()
        yield
        for each in self:
            each.after_change()
