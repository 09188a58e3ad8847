"""What the store keeps of a search, so that one that was stopped goes on as if it had not been."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from paceline.comparison._subject import Subject
from paceline.execution import Store
from paceline.trials import digest, versions
from paceline.tuning._trials import Generation


@dataclasses.dataclass(kw_only=True)
class Memory:
    """What a search was asked, what it measured once, and what it decided."""

    store: Store | None
    identity: str
    task: str
    task_key: str
    kept: dict[str, Any]

    def begin(self) -> None:
        """Write the search before anything trains: a store that can't be written says so now."""
        self._write()

    def once(self, name: str) -> Any:
        """Return what was measured once, or None."""
        return self.kept.get(name)

    def keep(self, name: str, value: Any) -> None:
        """Keep a JSON-able value; it is on disk when this returns."""
        self.kept[name] = value
        self._write()

    def _write(self) -> None:
        if self.store is not None:
            self.store.put_search(self.identity, self.kept, task=self.task, task_key=self.task_key)

    @property
    def generations(self) -> list[Generation]:
        """The generations that were decided."""
        return generations_of(self.kept)

    def remember(self, generations: Sequence[Generation]) -> None:
        """Keep the generations."""
        self.keep("generations", [generation.plain() for generation in generations])


def generations_of(kept: Mapping[str, Any]) -> list[Generation]:
    """Return the generations in what was kept."""
    return [Generation.of(plain) for plain in kept.get("generations", [])]


def memory_of(store: Store | None, *, subject: Subject, asked: Mapping[str, Any]) -> Memory:
    """Return what the store knows of a search of a subject that was asked the same.

    Where the trials run, and how many at once, makes it no other search.
    """
    identity = digest(
        [asked, subject.name, subject.task_key, subject.kind, subject.threads, versions()]
    )
    kept = (store.search(identity) if store is not None else None) or {}
    return Memory(
        store=store,
        identity=identity,
        task=subject.name,
        task_key=subject.task_key,
        kept=kept,
    )
