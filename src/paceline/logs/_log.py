"""What one training logged."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Literal

from paceline.logs._role import Role
from paceline.logs._track import Track

_SHOWN = 20


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Log:
    """What one training logged, by name; each series is read when it is asked for.

    Args:
        source: what it is called in errors.
        kind: what its series are called there.
        roles: what each holds, by its name, in the order of the log; None: something else.
        read: returns the track of a name.
        steps_per_epoch: updates of an epoch, None where the log does not know.
    """

    source: str
    kind: Literal["column", "tag", "series"]
    roles: Mapping[str, Role | None]
    read: Callable[[str], Track]
    steps_per_epoch: int | None = None

    def track(self, held: Role) -> Track | None:
        """Return the track that holds `held`: of several the one with the most values."""
        tracks = [self.read(name) for name, role in self.roles.items() if role == held]
        return max((track for track in tracks if len(track)), key=len, default=None)

    def training_loss(self) -> Track:
        """Return the training loss.

        Raises:
            ValueError: there is none.
        """
        track = self.track("loss")
        if track is None and "loss" in self.roles.values():
            raise ValueError(
                f"A log needs a training loss; the {self.kind} of {self.source} is empty. Give the "
                "log of a training that has begun."
            )
        if track is None:
            raise ValueError(
                f"A log needs a training loss, in a {self.kind} such as 'loss' or 'train_loss'; "
                f"{self.source} has {self.names}. Rename the one that holds it."
            )
        return track

    @property
    def names(self) -> str:
        """The names of its series, in words."""
        names = list(self.roles)
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        return (", ".join(map(repr, names[:_SHOWN])) or "none") + more
