"""What differs: each function shows it, and returns the steps at which the rates do."""

from collections.abc import Callable

import keras
import numpy as np
import pytest
from schedules.peers.page import BEYOND, EXACT, ROUNDED, their_rates

from paceline.schedules import cosine


def only_the_warmup(row, theirs, ours):
    ramp, peak = row.schedule.parts[0].steps, ours.max()
    assert f"1/{ramp + 1} of the peak" in row.differs
    step = np.arange(ramp)
    assert theirs[0] == 0
    np.testing.assert_allclose(theirs[:ramp], peak * step / ramp, atol=ROUNDED * peak)
    np.testing.assert_allclose(ours[:ramp], peak * (step + 1) / (ramp + 1), atol=ROUNDED * peak)
    return step


def climbs_back(row, theirs, ours):
    end = row.schedule.length
    assert len(theirs) > end + BEYOND
    assert np.all(np.diff(theirs[end:]) > 0)
    assert np.all(ours[end:] == ours[end])
    return np.arange(end + 1, len(theirs))


def climbs_again_at_the_end(row, theirs, ours):
    assert len(theirs) == 101
    assert theirs[100] > theirs[99]
    assert ours[100] == ours[99]
    return [100]


def is_negative_at_the_end(row, theirs, ours):
    assert len(theirs) == 101
    assert theirs[100] < 0 < ours[100] == ours[99]
    return [100]


def counts_both_ends_in(row, theirs, ours):
    assert [np.argmax(theirs), np.argmax(ours)] == [29, 30]
    assert theirs[99] == pytest.approx(4e-7)
    assert ours[99] > 1e-5
    assert ours[100] == pytest.approx(4e-7)
    return range(1, 101)


def changes_one_step_late(row, theirs, ours):
    for boundary in row.schedule.boundaries:
        assert theirs[boundary] == theirs[boundary - 1]
        assert theirs[boundary + 1] == pytest.approx(ours[boundary])
        assert str(boundary + 1) in row.differs
    return row.schedule.boundaries


def changes_one_step_early(row, theirs, ours):
    for boundary in row.schedule.boundaries:
        assert theirs[boundary - 1] == pytest.approx(ours[boundary])
        assert str(boundary - 1) in row.differs
    return [boundary - 1 for boundary in row.schedule.boundaries]


def restarts_in_float32(row, theirs, ours):
    steps, _ = their_rates(row.library, row.theirs)
    early = np.flatnonzero((theirs > 0.05) & (steps > 4_094_000) & (steps < 4_095_000))
    assert list(steps[early]) in ([4_094_999], [4_094_998, 4_094_999])
    np.testing.assert_allclose(theirs[early], 0.1, atol=1e-8)
    np.testing.assert_allclose(ours[early], 0.0, atol=1e-8)
    assert ours[steps == 4_095_000] == 0.1
    eager = eval(row.theirs, {"keras": keras})(keras.ops.convert_to_tensor(4_094_999))
    assert float(eager) == pytest.approx(0.1)
    return early


def has_cycles_without_whole_ends(row, theirs, ours):
    starts = [9, 23, 43, 74, 119, 188]  # ceil of 9, 22.5, 42.75, 73.1, 118.7, 187.03
    for rates in (theirs, ours):
        assert list(np.flatnonzero(np.diff(rates) > 0) + 1) == starts
    np.testing.assert_array_equal(ours[starts], 0.1)
    assert np.all(theirs[starts[1:]] < 0.1)
    assert np.abs(theirs - ours).max() < 0.04 * 0.1
    return range(10, len(theirs))


def asks_at_every_micro_batch(row, theirs, ours):
    by_update = cosine(peak=0.1, steps=100)
    calls = np.arange(len(theirs))
    np.testing.assert_allclose(theirs, by_update(calls), atol=ROUNDED * 0.1)
    np.testing.assert_allclose(ours, by_update(calls // 4), atol=EXACT)
    assert theirs[4 * 25] == 0
    assert ours[4 * 25] > 0.08
    return calls[1:]


def has_float32_shares(row, theirs, ours):
    assert theirs[60] < 1e-12
    assert ours[60] == 0.1
    return [60]


DIFFERENCES: dict[str, Callable] = {
    "only the warm-up": only_the_warmup,
    "climbs back": climbs_back,
    "climbs again": climbs_again_at_the_end,
    "rate is negative": is_negative_at_the_end,
    "counts both ends in": counts_both_ends_in,
    "one step late": changes_one_step_late,
    "one step early": changes_one_step_early,
    "restarts in float32": restarts_in_float32,
    "no whole ends": has_cycles_without_whole_ends,
    "at every micro-batch": asks_at_every_micro_batch,
    "its shares are float32": has_float32_shares,
}
"""By the words of the page that say what differs."""


def difference_of(row):
    (words,) = [words for words in DIFFERENCES if words in row.differs]
    return DIFFERENCES[words]
