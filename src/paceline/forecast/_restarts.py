"""What a training that was resumed from a checkpoint logged twice."""

import numpy as np

from paceline.logs import Track

_OFTEN = 10


def last_run(track: Track, *, source: str) -> tuple[Track, list[str]]:
    """Return the track without what a restart made void, and sentences about that.

    Where the places go back to p, the training was taken up before p: what was logged earlier at p
    and later is of updates that no longer count. Of values at one place the last counts.

    Raises:
        ValueError: the places go back too often for restarts.
    """
    places = track.places
    if len(places) < 2:
        return track, []
    back = np.flatnonzero(np.diff(places) < 0)
    if len(back) > max(1, len(places) // _OFTEN):
        raise ValueError(
            f"Curve needs steps that grow; those of {source} go back {len(back)} times in "
            f"{len(places)} rows. Sort the rows by step; of a training that was resumed often, "
            "keep of each run what came before the next began."
        )
    ahead = np.minimum.accumulate(places[::-1])[::-1]
    kept = np.append(places[:-1] < ahead[1:], True)
    notes = []
    if len(back):
        old, new = places[back[0]], places[back[0] + 1]
        more = "" if len(back) == 1 else f" (the first of {len(back)} times)"
        notes.append(
            f"Left out: {np.sum(~kept)} of {len(track)} values of {source}, as its steps go back "
            f"from {old:,.0f} to {new:,.0f}{more}: those from there on that were logged before a "
            "resumed training logged them anew."
        )
    elif not kept.all():
        notes.append(
            f"Left out: {np.sum(~kept)} of {len(track)} values of {source}, at a step that is "
            "logged again: the last of each step counts."
        )
    return track.where(kept), notes
